"""The USAspending spider, with the real intake and archive, against a search on loopback of our own making."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.significance import TOLD_AT
from monitor.types import Source
from scrapers.crawl import CrawlReport
from storage import Archive

NOW = datetime(2017, 3, 27, 18, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)
PATH = "/api/v2/search/spending_by_award/"
ONE = {"seats": ["Denver, CO"], "programs": ["16.738"], "types": ["grants"]}


class Spending:
    """The search: awards by seat, programme and sort. `instead` may answer a question before it does."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.awards: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.instead: Callable[[dict[str, Any]], web.Response | None] = lambda question: None

        async def answer(request: web.Request) -> web.StreamResponse:
            if request.method != "POST":
                return web.Response(status=405)
            return self.answer(await request.json())

        site.everywhere = answer

    def award(self, number: int, amount: float = 1000.0, city: str = "DENVER", program: str = "16.738") -> None:
        self.awards.append(
            {
                "Award ID": f"2016-DJ-BX-{number:04}",
                "Recipient Name": f"{city}, CITY OF",
                "Award Amount": amount,
                "CFDA Number": program,
                "Base Obligation Date": "2016-09-08",
                "Description": "CRIMINAL ALIENS AND DETAINERS",
                "generated_internal_id": f"ASST_NON_2016-DJ-BX-{number:04}_015",
                "Recipient Location": {"city_name": city},
            }
        )

    def answer(self, question: dict[str, Any]) -> web.Response:
        self.asked.append(question)
        instead = self.instead(question)
        if instead is not None:
            return instead
        filters = question["filters"]
        found = [
            award
            for award in sorted(self.awards, key=lambda award: str(award["Award ID"]))
            if award["Recipient Location"]["city_name"] == filters["recipient_locations"][0]["city"]
            and award["CFDA Number"] in filters["program_numbers"]
            and "02" in filters["award_type_codes"]
        ]
        page, size = question["page"], question["limit"]
        return web.json_response(
            {
                "limit": size,
                "results": found[(page - 1) * size : page * size],
                "page_metadata": {"page": page, "hasNext": page * size < len(found)},
            }
        )


@dataclass
class Desk:
    """An archive, a clock that is moved by hand, and polls as the product makes them."""

    spending: Spending
    archive: Archive
    one_run: Any
    now: datetime = NOW

    async def poll(
        self, *, after: timedelta = timedelta(0), path: str = PATH, **parameters: Any
    ) -> CrawlReport:  # fmt: skip
        """One poll, a while after the last; keyword arguments are the stanza's parameters."""
        self.now += after
        self.spending.asked.clear()
        source = Source(
            "grants", "DOJ awards", self.spending.site.url(path), "usaspending", parameters={**ONE, **parameters}
        )
        return await self.one_run(self.archive, source, self.now)

    def known(self) -> list[str]:
        return sorted(stored.record.key[-8:-4] for stored in self.archive.records_at("grants", self.now))

    def changes(self) -> list[tuple[str, float]]:
        return [
            (stored.change.kind.value, stored.change.significance) for stored in self.archive.changes(source="grants")
        ]


@pytest.fixture
def spending(site: Any) -> Spending:
    return Spending(site)


@pytest.fixture
def desk(spending: Spending, one_run: Any) -> Iterator[Desk]:
    with Archive.in_memory() as archive:
        yield Desk(spending, archive, one_run)


async def test_every_question_is_a_page_of_its_own(spending: Spending, desk: Desk) -> None:
    """One address is posted to; seats, programmes and sorts are told apart by what was asked."""
    spending.award(1)
    spending.award(2, city="BOULDER", program="16.710")
    report = await desk.poll(
        seats=["Denver, CO", "Boulder, CO"], programs=["16.738", "16.710"], types=["grants", "payments"]
    )
    assert (report.outcome, report.complete, report.message) == ("ok", True, "")
    assert len(spending.asked) == 8
    assert desk.known() == ["0001", "0002"]
    pages = desk.archive.known_urls("grants")
    assert len(pages) == 8
    assert spending.site.url(f"{PATH}?seat=Denver%2C+CO&program=16.738&type=grants&since=2007-10-01&page=1") in pages
    assert json.loads(desk.archive.body(desk.archive.visits(pages[0])[0].body_digest))["limit"] == 100


async def test_pages_are_read_to_the_end(spending: Spending, desk: Desk) -> None:
    """A hundred a page; awards on all of them are kept."""
    for number in range(250):
        spending.award(number)
    report = await desk.poll()
    assert report.complete
    assert [question["page"] for question in spending.asked] == [1, 2, 3]
    assert len(desk.known()) == 250


async def test_pages_are_bounded(spending: Spending, desk: Desk) -> None:
    """And it is said that there is more."""
    for number in range(250):
        spending.award(number)
    report = await desk.poll(pages_at_most=2)
    assert not report.complete
    assert "more than 2 pages; raise pages_at_most" in report.message
    assert len(desk.known()) == 200


async def test_what_changes_is_kept_and_told_to_nobody(spending: Spending, desk: Desk) -> None:
    """A new award, another amount, an award that was deleted: versions in the archive, below what is mailed."""
    for number in range(5):
        spending.award(number)
    await desk.poll()
    spending.awards[0]["Award Amount"] = -20.5
    del spending.awards[4]
    spending.award(7)
    await desk.poll(after=WEEK)
    assert desk.known() == ["0000", "0001", "0002", "0003", "0007"]
    kinds = sorted(kind for kind, _ in desk.changes())
    assert kinds == ["record_added", "record_amended", "record_removed"]
    assert all(weight < TOLD_AT for _, weight in desk.changes())
    first, second = desk.archive.record_history("grants", "grant_award", "ASST_NON_2016-DJ-BX-0000_015")
    assert (first.record.facts["amount"], second.record.facts["amount"]) == ("1000.00", "-20.50")


async def test_an_unchanged_second_look_writes_nothing(spending: Spending, desk: Desk) -> None:
    """The end of the period that is asked about moves, the question stays; the figures are as old as the look."""
    spending.award(1)
    await desk.poll()
    await desk.poll(after=WEEK)
    (stored,) = desk.archive.present_at_place("grant_award", "Denver, CO")
    assert stored.looked_at == NOW + WEEK
    assert desk.changes() == []
    assert len(desk.archive.known_urls("grants")) == 1


async def test_a_search_that_finds_nothing_at_once_is_looked_at_again(spending: Spending, desk: Desk) -> None:
    """Awards do not vanish together: the figures stay until it has been seen three times."""
    for number in range(5):
        spending.award(number)
    await desk.poll()
    spending.awards.clear()
    report = await desk.poll(after=WEEK)
    assert not report.complete
    assert len(desk.known()) == 5


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=500, text="oops"),
        lambda: web.json_response({"detail": "Missing value: 'fields'"}, status=422),
        lambda: web.Response(text="<html><title>Access Denied</title></html>", content_type="text/html"),
        lambda: web.json_response({"detail": "be patient"}),
    ],
)
async def test_what_is_no_answer_changes_no_figure(
    spending: Spending, desk: Desk, answer: Callable[[], web.Response]
) -> None:
    """It is kept as a look, and the run is not called complete."""
    spending.award(1)
    await desk.poll()
    spending.instead = lambda question: answer()
    report = await desk.poll(after=WEEK)
    assert not report.complete
    assert desk.known() == ["0001"]
    assert desk.changes() == []
    (stored,) = desk.archive.present_at_place("grant_award", "Denver, CO")
    assert stored.looked_at == NOW


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"path": "/api/v2/awards/"}, "no search for awards"),
        ({"seats": ["Denver"]}, "parameters.seats.0 cannot be used"),
        ({"since": "2001-10-01"}, "no award before 2007-10-01"),
        ({"programs": ["JAG"]}, "parameters.programs.0 cannot be used"),
    ],
)
async def test_a_stanza_that_cannot_be_used_is_one_sentence(desk: Desk, wrong: dict[str, Any], words: str) -> None:
    """Nothing is asked."""
    report = await desk.poll(**wrong)
    assert report.outcome == "failed"
    assert words in report.message
    assert desk.spending.asked == []
