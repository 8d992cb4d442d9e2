"""The Federal Register spider, with the real intake and archive, against a search on loopback of our own making.

It answers in the documented shape, two hundred documents a page, and shows no more than 2,000 of one answer either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import ChangeKind, Source
from scrapers.crawl import Crawl, CrawlReport, Progress
from storage import Archive

NOW = datetime(2017, 3, 27, 18, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY, HOURS = timedelta(days=1), timedelta(hours=3)
ADDED, AMENDED = ChangeKind.RECORD_ADDED.value, ChangeKind.RECORD_AMENDED.value


class Register:
    """The search. `instead` may answer a request before the search does."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.documents: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.instead: Callable[[web.Request], web.Response | None] = lambda request: None

        async def answer(request: web.Request) -> web.StreamResponse:
            return self.answer(request)

        site.everywhere = answer

    def publish(self, number: int, day: date, title: str = "", **fields: Any) -> None:
        self.documents[str(number)] = {
            "document_number": f"2017-{number:05}",
            "title": title or f"Notice {number}",
            "type": "Notice",
            "agencies": [{"name": "Justice Department"}],
            "publication_date": day.isoformat(),
            "html_url": f"https://www.federalregister.gov/documents/2017-{number:05}",
            **fields,
        }

    def answer(self, request: web.Request) -> web.Response:
        query = request.query
        first, last = query["conditions[publication_date][gte]"], query["conditions[publication_date][lte]"]
        self.asked.append((first, last, query["page"]))
        instead = self.instead(request)
        if instead is not None:
            return instead
        term = query.get("conditions[term]", "").lower()
        found = [
            {name: row.get(name) for name in query.getall("fields[]")}
            for row in sorted(self.documents.values(), key=lambda row: row["publication_date"])
            if first <= row["publication_date"] <= last and term in row["title"].lower()
        ]
        if not found:
            return web.json_response({"count": 0, "description": "Documents"})
        page, size = int(query["page"]), int(query["per_page"])
        shown = found[:2000]
        answer: dict[str, Any] = {"count": min(len(found), 10_000), "total_pages": -(-len(shown) // size)}
        if page * size < len(shown):
            answer["next_page_url"] = "https://www.federalregister.gov/api/v1/documents.json?page=2"
        answer["results"] = shown[(page - 1) * size : page * size]
        return web.json_response(answer)


@dataclass
class Desk:
    """An archive, a clock that is moved by hand, and polls as the product makes them."""

    register: Register
    archive: Archive
    one_run: Any
    now: datetime = NOW
    progress: list[Progress] = field(default_factory=list)
    crawl: Crawl | None = None

    async def poll(
        self, *, after: timedelta = timedelta(0), backfill: bool = False, path: str = "/api/v1/documents.json",
        **parameters: Any,
    ) -> CrawlReport:  # fmt: skip
        """One poll, a while after the last; keyword arguments are the stanza's parameters."""
        self.now += after
        self.register.asked.clear()
        asked = {"agencies": ["justice-department"], **parameters}
        source = Source(
            "register", "Federal Register", self.register.site.url(path), "federal_register", parameters=asked
        )

        def begun(crawl: Crawl) -> None:
            self.crawl = crawl

        return await self.one_run(
            self.archive, source, self.now, started=begun, on_progress=self.progress.append, backfill=backfill
        )

    def told(self) -> list[tuple[str, str]]:
        return [(stored.change.kind.value, stored.change.title) for stored in self.archive.changes(source="register")]

    def known(self) -> int:
        return len(self.archive.records_at("register", self.now, "register_document"))


@pytest.fixture
def register(site: Any) -> Register:
    return Register(site)


@pytest.fixture
def desk(register: Register, one_run: Any) -> Iterator[Desk]:
    with Archive.in_memory() as archive:
        yield Desk(register, archive, one_run)


# -- news ---------------------------------------------------------------------------------------------------


async def test_the_first_poll_takes_a_year_and_tells_nobody(register: Register, desk: Desk) -> None:
    """What was there before anybody watched is known and no news; the last weeks are read from then on."""
    register.publish(1, TODAY - 300 * DAY)
    register.publish(2, TODAY - 400 * DAY)
    report = await desk.poll()
    assert (report.outcome, report.complete, report.message) == ("ok", True, "")
    assert register.asked == [("2016-03-27", "2017-03-28", "1")]
    assert (desk.known(), desk.told()) == (1, [])
    await desk.poll(after=HOURS)
    assert register.asked == [("2017-02-25", "2017-03-28", "1")]


async def test_a_new_document_is_told_once_although_two_terms_find_it(register: Register, desk: Desk) -> None:
    """Each term is a search of its own; a document is one document."""
    terms = {"terms": ["detainer", "sanctuary"]}
    await desk.poll(**terms)
    register.publish(1, TODAY + DAY, "Detainers and sanctuary cities")
    await desk.poll(after=DAY, **terms)
    assert len(register.asked) == 2
    assert desk.told() == [(ADDED, "Detainers and sanctuary cities")]
    (added,) = desk.archive.changes(source="register")
    assert added.change.significance == pytest.approx(0.7)


async def test_an_unchanged_second_look_is_no_news(register: Register, desk: Desk) -> None:
    """The window has moved by a day; its page is the same page."""
    register.publish(1, TODAY)
    await desk.poll()
    await desk.poll(after=HOURS)
    await desk.poll(after=HOURS)
    assert desk.told() == []
    assert len(desk.archive.known_urls("register")) == 2


async def test_a_correction_is_told_as_an_amendment(register: Register, desk: Desk) -> None:
    """A longer time for comments changes the document's record; so it is met in the daily look over a year."""
    register.publish(1, TODAY - 90 * DAY, comments_close_on="2017-04-01")
    await desk.poll()
    register.publish(1, TODAY - 90 * DAY, comments_close_on="2017-05-01")
    await desk.poll(after=HOURS)
    assert desk.told() == []
    await desk.poll(after=DAY)
    assert desk.told() == [(AMENDED, "Notice 1")]


async def test_a_document_that_a_search_no_longer_finds_is_not_withdrawn(register: Register, desk: Desk) -> None:
    """Not even when all of them are missing at once."""
    for number in range(8):
        register.publish(number, TODAY - DAY)
    await desk.poll()
    register.documents.clear()
    report = await desk.poll(after=HOURS)
    assert (report.outcome, report.complete) == ("ok", True)
    assert (desk.known(), desk.told()) == (8, [])


async def test_a_term_that_is_added_later_brings_no_old_news(register: Register, desk: Desk) -> None:
    """What was published before the question was asked is old, whenever the source was first watched."""
    await desk.poll(terms=["detainer"])
    register.publish(1, TODAY - 10 * DAY, "Sanctuary cities")
    await desk.poll(after=HOURS, terms=["detainer", "sanctuary"])
    assert (desk.known(), desk.told()) == (1, [])
    register.publish(2, TODAY, "Sanctuary cities, again")
    await desk.poll(after=HOURS, terms=["detainer", "sanctuary"])
    assert desk.told() == [(ADDED, "Sanctuary cities, again")]


# -- pages and days -----------------------------------------------------------------------------------------


async def test_pages_are_read_to_the_end(register: Register, desk: Desk) -> None:
    """Two hundred a page; the third page is the last."""
    for number in range(450):
        register.publish(number, TODAY - timedelta(days=number % 20))
    await desk.poll()
    assert [page for _, _, page in register.asked] == ["1", "2", "3"]
    assert desk.known() == 450


async def test_days_with_more_than_pages_reach_are_halved(register: Register, desk: Desk) -> None:
    """2,500 documents in eight days: four days and four days hold fewer than 2,000 each."""
    for number in range(2500):
        register.publish(number, TODAY - timedelta(days=number % 6))
    report = await desk.poll(days=6, wide_days=6)
    assert report.complete
    assert desk.known() == 2500
    assert register.asked[:2] == [("2017-03-21", "2017-03-28", "1"), ("2017-03-21", "2017-03-24", "1")]
    assert ("2017-03-25", "2017-03-28", "1") in register.asked


async def test_a_single_day_beyond_reach_is_said(register: Register, desk: Desk) -> None:
    """What can be read is read, and the run is not called complete."""
    for number in range(2100):
        register.publish(number, TODAY)
    report = await desk.poll(days=1, wide_days=1)
    assert not report.complete
    assert "2,100 documents of 2017-03-27 are more than the API shows; narrow the search" in report.message
    assert desk.known() == 2000


# -- the past -----------------------------------------------------------------------------------------------


async def test_a_backfill_reads_year_by_year_and_tells_nobody(register: Register, desk: Desk) -> None:
    """Every year is its own request, known by its own address."""
    register.publish(1, date(2014, 5, 1))
    register.publish(2, date(2016, 5, 1))
    await desk.poll()
    await desk.poll(backfill=True, begins="2014-01-01")
    assert register.asked == [
        ("2014-01-01", "2014-12-31", "1"),
        ("2015-01-01", "2015-12-31", "1"),
        ("2016-01-01", "2016-12-31", "1"),
        ("2017-01-01", "2017-03-27", "1"),
    ]
    assert (desk.known(), desk.told()) == (2, [])
    assert (desk.progress[-1].done, desk.progress[-1].total) == (1096, 1182)


async def test_a_backfill_goes_on_where_it_was_stopped(register: Register, desk: Desk) -> None:
    """Years that are read are not read again."""
    await desk.poll()
    register.instead = lambda request: web.Response(status=500) if len(register.asked) == 3 else None
    report = await desk.poll(backfill=True, begins="2013-01-01")
    assert not report.complete
    register.instead = lambda request: None
    await desk.poll(backfill=True, begins="2013-01-01")
    assert [first for first, _, _ in register.asked] == ["2015-01-01", "2016-01-01", "2017-01-01"]


async def test_what_is_published_while_one_walks_the_past_is_news(register: Register, desk: Desk) -> None:
    """A backfill may meet it first."""
    await desk.poll()
    register.publish(1, TODAY + DAY)
    await desk.poll(after=DAY, backfill=True, begins="2017-01-01")
    assert desk.told() == [(ADDED, "Notice 1")]


# -- what goes wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=500, text="oops"),
        lambda: web.Response(status=404, text="not here"),
        lambda: web.Response(text="<html><title>Access Denied</title><p>#18.1</p></html>", content_type="text/html"),
        lambda: web.json_response({"errors": {"agencies": "is invalid"}}),
    ],
)
async def test_what_is_no_answer_ends_the_run_and_changes_nothing(
    register: Register, desk: Desk, answer: Callable[[], web.Response]
) -> None:
    """It is kept as a look, no further request is made, and the next poll finds everything as it was."""
    register.publish(1, TODAY - DAY)
    await desk.poll(terms=["notice", "rule"])
    register.instead = lambda request: answer()
    report = await desk.poll(after=HOURS, terms=["notice", "rule"])
    assert not report.complete
    assert len(register.asked) == 1
    assert (desk.known(), desk.told()) == (1, [])
    register.instead = lambda request: None
    register.publish(2, TODAY)
    await desk.poll(after=HOURS, terms=["notice", "rule"])
    assert desk.told() == [(ADDED, "Notice 2")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"path": "/api/v1/agencies"}, "not the Register's search"),
        ({"agencies": [], "terms": []}, "asks for the whole Register"),
        ({"types": ["LETTER"]}, "parameters.types.0 cannot be used"),
        ({"agencies": ["Justice Department"]}, "parameters.agencies.0 cannot be used"),
    ],
)
async def test_a_stanza_that_cannot_be_used_is_one_sentence(desk: Desk, wrong: dict[str, Any], words: str) -> None:
    """Nothing is asked for."""
    report = await desk.poll(**wrong)
    assert report.outcome == "failed"
    assert words in report.message
    assert desk.register.asked == []
