"""IQM2's calendar against one on loopback that has a page for each year there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.errors import ConfigurationError
from monitor.types import Change, Source
from scrapers.crawl import Watched
from scrapers.spiders.iqm2 import Iqm2Spider

News = Callable[[list[Change]], dict[str, set[str]]]
TODAY = date(2017, 5, 29)


@dataclass
class Row:
    """A meeting of the replica."""

    day: date
    status: str = "Scheduled"


def row_html(number: int, row: Row) -> str:
    """A row as the platform prints it."""
    tooltip = (
        f"&#13;Board:&#9;City Council&#13;Type:&#9;Regular Meeting&#13;Status:&#9;{row.status}&#13;&#13;&#9;Chambers"
    )
    agenda = f'<div class="MeetingLinks"><a href="FileOpen.aspx?Type=14&amp;ID={number}">Agenda</a></div>'
    return f"""<div class="Row MeetingRow"><div class="RowLink"><a href="/Citizens/Detail_Meeting.aspx?ID={number}"
title="{tooltip}">{row.day:%b} {row.day.day}, {row.day.year} 7:00 PM</a></div>{agenda}
<div class="RowDetails">City Council - Regular Meeting</div></div>"""


@pytest.fixture
def calendar(site: Any, platform: Any) -> Any:
    """A calendar with `rows` by number."""

    class Calendar(platform):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(site)
            self.rows: dict[int, Row] = {}

        def answer(self, request: web.Request) -> str:
            if request.path != "/Citizens/Calendar.aspx":
                raise KeyError(request.path)
            year = int(request.query["From"].rpartition("/")[2])
            offered = sorted({row.day.year for row in self.rows.values()} | {year})
            years = "".join(
                f'<a href="/Citizens/Calendar.aspx?From=1/1/{one}&amp;To=12/31/{one}">'
                f"{f'<strong>{one}</strong>' if one == year else one}</a>"
                for one in offered
            )
            rows = "".join(row_html(number, row) for number, row in self.rows.items() if row.day.year == year)
            return f"<html><title>Meeting Calendar</title><body>{years}{rows}</body></html>"

    one = Calendar()
    for number, days in enumerate((-300, -10, 5, 12, 19, 26, 33, 250), start=1):
        one.rows[number] = Row(TODAY + timedelta(days=days))
    return one


@pytest.fixture
def source(calendar: Any) -> Source:
    """A calendar on loopback."""
    url = calendar.url("/Citizens/Calendar.aspx")
    return Source(slug="council", title="Council", url=url, spider="iqm2", timezone="America/Los_Angeles")


async def test_the_years_of_the_window_that_there_are_are_read(
    calendar: Any, watch: Any, source: Source, news: News
) -> None:
    """This year and the next, which is offered; the year after and the past are not asked for."""
    for _ in range(3):
        assert news(await watch.poll(source)) == {}
    assert watch.report.complete
    assert calendar.asked[:2] == [f"GET /Citizens/Calendar.aspx?From=1/1/{y}&To=12/31/{y}" for y in (2017, 2018)]
    assert watch.present(source, "meeting").keys() == {"2", "3", "4", "5", "6", "7", "8"}


async def test_what_happens_to_meetings_is_told_as_what_it_is(
    calendar: Any, watch: Any, source: Source, news: News
) -> None:
    """Cancelled, new, and gone; what is over and taken off is not cancelled."""
    await watch.poll(source)
    calendar.rows[3].status = "Cancelled"
    calendar.rows[20] = Row(TODAY + timedelta(days=40))
    del calendar.rows[6], calendar.rows[2]
    assert news(await watch.poll(source)) == {
        "record_amended": {"3: status"},
        "record_added": {"20", "20/agenda"},
        "record_removed": {"6", "6/agenda"},
    }


async def test_an_error_a_block_page_and_a_city_that_left(
    calendar: Any, watch: Any, source: Source, news: News
) -> None:
    """The first two tell nothing; the last is two pages withdrawn, and no meeting cancelled."""
    await watch.poll(source)
    calendar.failing = {"Calendar"}
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    calendar.failing, calendar.blocked = set(), True
    assert news(await watch.polls(source, 4)) == {}
    calendar.blocked, calendar.status = False, 404
    told = news(await watch.polls(source, 5))
    assert told.keys() == {"page_withdrawn"}


async def test_an_address_that_is_no_calendar_is_said_at_once() -> None:
    """One sentence that names the remedy."""
    watched = Watched(Source(slug="s", title="S", url="https://x.iqm2.com/Citizens/", spider="iqm2"))
    with pytest.raises(ConfigurationError, match="Calendar"):
        [request async for request in Iqm2Spider([watched]).begin(watched)]


async def test_the_year_turns_without_news(calendar: Any, watch: Any, source: Source, news: News) -> None:
    """Three polls of the same, and one on New Year's Day, when the page of the new year is the first one asked for."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    for number, days in enumerate((-20, -2, 0, 1, 2, 3, 12), start=40):
        calendar.rows[number] = Row(date(2017, 12, 30) + timedelta(days=days))
    for days in (0.1, 1, 1, 1):
        assert news(await watch.poll(source, timedelta(days=days))) == {}
        assert watch.report.complete


async def test_a_new_year_without_meetings_is_no_fault(calendar: Any, watch: Any, source: Source, news: News) -> None:
    """On New Year's Day nothing may be listed yet."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    calendar.rows = {1: Row(date(2017, 12, 12)), 2: Row(date(2017, 12, 31))}
    for days in (1, 1, 1, 1):
        assert news(await watch.poll(source, timedelta(days=days))) == {}
        assert watch.report.complete


async def test_every_year_of_a_long_window_is_read(calendar: Any, watch: Any, source: Source) -> None:
    """However many the stanza asks for, of those that the page offers."""
    for year in range(2008, 2017):
        calendar.rows[year] = Row(date(year, 7, 1))
    await watch.poll(replace(source, parameters={"days_back": 3650}))
    assert watch.report.complete
    assert {row.about[:4] for row in watch.present(source, "meeting").values()} == set(map(str, range(2008, 2019)))
