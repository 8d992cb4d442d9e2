"""Municode's list against one on loopback, with pages of three meetings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Change, Source

News = Callable[[list[Change]], dict[str, set[str]]]
TODAY = date(2017, 5, 29)


@dataclass
class Row:
    """A meeting of the replica."""

    day: date
    name: str = "City Council"


def row_html(number: int, row: Row) -> str:
    """A row as the platform prints it."""
    return f"""<tr><td data-th="Date"><span content="{row.day}T18:00:00-07:00">{row.day:%m/%d/%Y} 6:00 pm</span></td>
<td data-th="Meeting">{row.name}</td><td data-th="Agenda"><a title="PDF Agenda" href="/files/A-{number}.pdf">A</a></td>
<td data-th="View"><a href="/bc-cc/page/council-{number}">View Details</a></td></tr>"""


@pytest.fixture
def listing(site: Any, platform: Any) -> Any:
    """A list with `rows` by number."""

    class Listing(platform):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(site)
            self.rows: dict[int, Row] = {}

        def answer(self, request: web.Request) -> str:
            if request.path != "/meetings":
                raise KeyError(request.path)
            page = int(request.query["page"])
            rows = sorted(self.rows.items(), key=lambda row: row[1].day, reverse=True)
            shown = "".join(row_html(number, row) for number, row in rows[page * 3 : page * 3 + 3])
            further = f'<a href="/meetings?page={page + 1}">next</a>' if len(rows) > page * 3 + 3 else ""
            table = f'<table class="views-table"><tbody>{shown}</tbody></table>'
            return f"<html><title>Meetings</title>{table}{further}</html>"

    one = Listing()
    for number, days in enumerate((-700, -300, -200, -100, -60, -10, 5, 12, 19, 26, 33), start=1):
        one.rows[number] = Row(TODAY + timedelta(days=days))
    return one


@pytest.fixture
def source(listing: Any) -> Source:
    """A list on loopback."""
    return Source(
        slug="city", title="City", url=listing.url("/meetings"), spider="municode", timezone="America/Los_Angeles"
    )


async def test_pages_are_turned_to_the_first_day_of_the_window(
    listing: Any, watch: Any, source: Source, news: News
) -> None:
    """And not through twenty years of meetings."""
    for _ in range(2):
        assert news(await watch.poll(source)) == {}
    assert watch.report.complete
    assert listing.asked == [f"GET /meetings?page={page}" for page in (0, 1, 2)] * 2
    assert len(watch.present(source, "meeting")) == 9


async def test_what_happens_to_meetings_is_told_as_what_it_is(
    listing: Any, watch: Any, source: Source, news: News
) -> None:
    """Cancelled in its name, new at the far end, and gone; what is over and taken off is not cancelled."""
    await watch.poll(source)
    listing.rows[9].name = "City Council - CANCELLED"
    listing.rows[20] = Row(TODAY + timedelta(days=60))
    del listing.rows[10], listing.rows[6]
    assert news(await watch.poll(source)) == {
        "record_amended": {"bc-cc:page:council-9: body, status"},
        "record_added": {"bc-cc:page:council-20", "bc-cc:page:council-20/agenda"},
        "record_removed": {"bc-cc:page:council-10", "bc-cc:page:council-10/agenda"},
    }


async def test_an_error_a_block_page_and_a_city_that_left(listing: Any, watch: Any, source: Source, news: News) -> None:
    """The first two tell nothing; the last is a page withdrawn, and no meeting cancelled."""
    await watch.poll(source)
    listing.failing = {"page=1"}
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    listing.failing, listing.blocked = set(), True
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    listing.blocked, listing.status = False, 404
    assert news(await watch.polls(source, 5)) == {"page_withdrawn": {"meetings?page=0"}}


async def test_the_year_turns_without_news(listing: Any, watch: Any, source: Source, news: News) -> None:
    """Three polls of the same, and one on New Year's Day."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    for number, days in enumerate((-20, -2, 0, 1, 2, 3, 12), start=40):
        listing.rows[number] = Row(date(2017, 12, 30) + timedelta(days=days))
    for days in (0.1, 1, 1, 1):
        assert news(await watch.poll(source, timedelta(days=days))) == {}
        assert watch.report.complete


async def test_a_list_beyond_what_one_run_reads_is_said(listing: Any, watch: Any, source: Source) -> None:
    """It is not read to the end for ever, and the run does not pass for complete."""
    listing.rows = {number: Row(TODAY - timedelta(days=number)) for number in range(1, 80)}
    await watch.poll(replace(source, parameters={"days_back": 365}))
    assert len(listing.asked) == 20
    assert not watch.report.complete
    assert "days_back" in watch.report.message
