"""The shipped AgendaCenters, pointed at one on loopback that searches by date and numbers its rows at random."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Change, Source
from scrapers.sources import shipped
from scrapers.spiders import civicplus

News = Callable[[list[Change]], dict[str, set[str]]]
TODAY = date(2017, 5, 29)


@dataclass
class Row:
    """A meeting of the replica."""

    day: date
    name: str = "Regular Meeting"
    stamp: str = "Posted May 26, 2017 10:17 AM"
    minutes: bool = False
    replaced: tuple[int, ...] = ()


def row_html(number: int, row: Row, noise: str) -> str:
    """A row as the platform prints it, with its random digits."""
    file = f"_{row.day:%m%d%Y}-{number}"
    previous = f'<li><a class="previous" href="/AgendaCenter/PreviousVersions/{file}">Previous Versions</a></li>'
    return f"""<tr id="row{number}{noise}" class="catAgendaRow"><td><h4><a name="{file}"></a>
<strong>{row.day:%b} {row.day.day}, {row.day.year}</strong> &mdash; {row.stamp}</h4>
<p><a href="/AgendaCenter/ViewFile/Agenda/{file}">{row.name}</a></p></td>
<td class="minutes">{f'<a href="/AgendaCenter/ViewFile/Minutes/{file}">M</a>' if row.minutes else ""}</td>
<td class="downloads"><ol><li><a id="anch2{number}{noise}" href="/AgendaCenter/ViewFile/Agenda/{file}">Agenda</a></li>
{previous if row.replaced else ""}</ol></td></tr>"""


@pytest.fixture
def center(site: Any, platform: Any) -> Any:
    """An AgendaCenter with `rows` by number."""

    class Center(platform):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(site)
            self.rows: dict[int, Row] = {}

        def answer(self, request: web.Request) -> str:
            versions = re.fullmatch(r"/AgendaCenter/PreviousVersions/_\d{8}-(\d+)", request.path)
            if versions:
                row = self.rows[int(versions[1])]
                links = "".join(
                    f"<h3>Posted May 2{old % 9}, 2017 9:00 AM</h3>"
                    f'<a href="/AgendaCenter/ViewFile/ArchivedAgenda/_{row.day:%m%d%Y}-{old}">PDF</a>'
                    for old in row.replaced
                )
                return f'<h1>Versions</h1><a href="/AgendaCenter/ViewFile/Agenda/_01012017-1">PDF</a>{links}'
            if request.path != "/AgendaCenter/Search/":
                raise KeyError(request.path)
            first, last = (request.query[name] for name in ("startDate", "endDate"))
            days = [datetime.strptime(text, "%m/%d/%Y").date() for text in (first, last)]  # noqa: DTZ007 - a day
            listed = {n: row for n, row in self.rows.items() if days[0] <= row.day <= days[1]}
            rows = "".join(row_html(n, row, f"{self.fetch * 7919:x}") for n, row in listed.items())
            table = f'<div class="listing" id="cat1"><h2><span>&#9660;</span>Board</h2><table>{rows}</table></div>'
            return f"""<html><title>Agenda Center</title><div id="AgendaCenterContent">
<input id="StartDatePicker" value="{first}"><input id="EndDatePicker" value="{last}">
{table if listed else ""}</div></html>"""

    one = Center()
    for number, days in enumerate((-20, -6, 2, 9, 16, 23), start=380):
        one.rows[number] = Row(TODAY + timedelta(days=days))
    return one


@pytest.fixture(params=["ouray_county", "nash_county"])
def source(request: pytest.FixtureRequest, center: Any) -> Source:
    """A shipped stanza; only its address is the replica's."""
    return replace(shipped()[request.param], url=center.url("/AgendaCenter"))


async def test_nothing_is_told_of_a_center_that_stays_as_it_is(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """Row ids are fresh at every fetch; the window moves from day to day, under one address."""
    trusting = replace(source, validators_lie=False)
    for hours in (1, 24, 24):
        assert news(await watch.poll(trusting, timedelta(hours=hours))) == {}
    assert watch.report.complete
    assert center.asked[0] == (
        "GET /AgendaCenter/Search/?term=&CIDs=all&startDate=04/29/2017&endDate=05/29/2019&dateRange=&dateSelector="
    )
    assert len(watch.archive.known_urls(source.slug)) == 1
    assert not any("if-none-match" in headers for _, headers in center.site.requests)


async def test_what_happens_to_meetings_is_told_as_what_it_is(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """New, cancelled, put to another day, minutes published, and one taken off the list."""
    await watch.poll(source)
    center.rows[390] = Row(TODAY + timedelta(days=30), "Special Meeting")
    center.rows[382].name = "Regular Meeting - CANCELLED"
    center.rows[381].minutes = True
    del center.rows[385]
    assert news(await watch.poll(source)) == {
        "record_added": {"390", "390/listed/agenda", "381/listed/minutes"},
        "record_amended": {"382: comment, status"},
        "record_removed": {"385"},
    }


async def test_a_replaced_agenda_is_a_revised_one_and_the_old_file_is_kept_in_sight(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """The link to earlier versions appears: told of the meeting, with what was replaced as an attachment."""
    await watch.poll(source)
    center.rows[382] = replace(center.rows[382], stamp="Amended May 29, 2017 4:00 PM", replaced=(371,))
    center.rows[380] = replace(center.rows[380], replaced=(300,))
    told = await watch.poll(source)
    assert news(told) == {
        "record_amended": {"382: agenda_published_at, agenda_status", "380: agenda_status"},
        "record_added": {"382/replaced/agenda/371"},
    }
    old = watch.present(source, "attachment")["382/replaced/agenda/371"]
    assert (old.facts["name"], old.facts["role"]) == ("Replaced agenda", "agenda")
    assert old.url.endswith("/AgendaCenter/ViewFile/ArchivedAgenda/_05312017-371")
    assert news(await watch.poll(source)) == {}


async def test_meetings_that_are_over_are_not_cancelled_when_they_leave_the_window(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """Nor when a clerk takes them off the list afterwards."""
    await watch.poll(source, timedelta(days=20))
    del center.rows[381]
    assert news(await watch.poll(source)) == {}


async def test_an_error_a_block_page_and_an_empty_answer_tell_nothing(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """The run is not complete, nothing is concluded, and everything goes on as it was."""
    center.rows[382] = replace(center.rows[382], replaced=(371,))
    await watch.poll(source)
    center.failing, center.asked = {"Search"}, []
    assert news(await watch.polls(source, 4)) == {}
    assert not any("PreviousVersions" in asked for asked in center.asked)
    assert not watch.report.complete
    center.failing, center.blocked = set(), True
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    center.blocked = False
    assert news(await watch.poll(source)) == {}
    assert watch.report.complete
    assert len(watch.present(source, "meeting")) == 6


async def test_a_list_that_reads_as_empty_is_not_believed(center: Any, watch: Any, source: Source, news: News) -> None:
    """Held, and looked at again; what comes back comes back without a word."""
    await watch.poll(source)
    rows, center.rows = center.rows, {}
    assert news(await watch.poll(source)) == {}
    center.rows = rows
    assert news(await watch.poll(source)) == {}


async def test_versions_that_cannot_be_had_leave_the_run_complete(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """They are one document among many."""
    center.rows[382] = replace(center.rows[382], replaced=(371,))
    center.failing = {"PreviousVersions"}
    await watch.poll(source)
    assert watch.report.complete


async def test_a_center_that_has_gone_is_one_page_withdrawn(
    center: Any, watch: Any, source: Source, news: News
) -> None:
    """The city has left the platform: told once, and never as meetings that were cancelled."""
    center.rows |= {number: Row(TODAY + timedelta(days=number - 390)) for number in range(400, 600)}
    await watch.poll(source)
    center.status = 404
    assert news(await watch.polls(source, 5)) == {"page_withdrawn": {"AgendaCenter/Search/"}}


def test_the_vendor_s_pace_is_the_spider_s_own() -> None:
    """Seven seconds between requests, without a word in the stanza."""
    from scrapers.spiders.civicplus import CivicPlusSpider
    from scrapers.watched import Watched, asked_of

    watched = Watched(shipped()["ouray_county"])
    spider = CivicPlusSpider([watched])
    asked = asked_of(spider.request(watched.source.url, watched, spider.look))
    assert asked is not None
    assert asked.delay == 7.0


async def test_the_year_turns_without_news(center: Any, watch: Any, source: Source, news: News) -> None:
    """Three polls of the same, and one on New Year's Day."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    for number, days in enumerate((-31, -30, -20, -2, 0, 1, 2, 3, 12), start=500):
        center.rows[number] = Row(date(2017, 12, 30) + timedelta(days=days), replaced=(90,) if days == 2 else ())
    for later in (0.1, 1, 1, 1):
        assert news(await watch.poll(source, timedelta(days=later))) == {}
        assert watch.report.complete


async def test_more_lists_of_replaced_files_than_one_run_reads_are_read_by_the_next(
    center: Any, watch: Any, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those read longest ago come first, so that in turn each is read, and none is passed over for good."""
    monkeypatch.setattr(civicplus, "_VERSIONS_AT_MOST", 2)
    for number, row in center.rows.items():
        center.rows[number] = replace(row, replaced=(number - 300,))
    read: list[set[str]] = []
    for _ in range(5):
        center.asked.clear()
        await watch.poll(source)
        assert watch.report.complete
        read.append({asked[-3:] for asked in center.asked if "PreviousVersions" in asked})
    assert read == [{"384", "385"}, {"382", "383"}, {"381", "385"}, {"383", "384"}, {"382", "385"}]
    center.rows = {number: row for number, row in center.rows.items() if number in (382, 383)}
    await watch.poll(source)
    assert "turns" not in watch.archive.checkpoint(source.slug)
