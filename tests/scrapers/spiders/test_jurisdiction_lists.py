"""Watching a list of governments: published, edited, corrected, emptied, withdrawn; a page on loopback, a real archive.

The page has the shape of the Justice Department's; names and dates are those of 2025.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.types import Change, ChangeKind, Source, VerdictKind
from scrapers.crawl import CrawlReport
from storage import Archive

FIRST = datetime(2025, 8, 5, 16, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)
STATES = (
    "California", "Colorado", "Connecticut", "Delaware", "District of Columbia", "Illinois", "Minnesota", "Nevada",
    "New York", "Oregon", "Rhode Island", "Vermont", "Washington",
)  # fmt: skip
COUNTIES = ("Baltimore County, MD", "Cook County, IL", "San Diego County, CA", "San Francisco County, CA")
CITIES = (
    "Albuquerque, NM", "Berkeley, CA", "Boston, MA", "Chicago, IL", "Denver, CO", "East Lansing, MI", "Hoboken, NJ",
    "Jersey City, NJ", "Los Angeles, CA", "New Orleans, LA", "New York City, NY", "Newark, NJ", "Paterson, NJ",
    "Philadelphia, PA", "Portland, OR", "Rochester, NY", "Seattle, WA", "San Francisco City, CA",
)  # fmt: skip
BOT_WALL = (
    '<html><head><meta http-equiv="refresh" content="5; URL=\'/list?bm-verify=AAAA\'"><title>&nbsp;</title></head>'
    '<body><script>req.open("POST", "/_sec/verify?provider=interstitial", false);</script></body></html>'
)


def page(
    states: Sequence[str] = STATES,
    counties: Sequence[str] = COUNTIES,
    cities: Sequence[str] = CITIES,
    *,
    intro: str = "These were listed after a review of their ordinances, and may answer.",
    updated: str = "August 5, 2025",
) -> str:
    """A version of the page."""
    lists = "".join(
        f"<p><strong>{heading}:</strong></p><ul>{''.join(f'<li>{name}</li>' for name in names)}</ul>"
        for heading, names in (("STATES", states), ("COUNTIES", counties), ("CITIES", cities))
    )
    return (
        f"<html><head><title>The list</title></head><body><main><h1>The list</h1><p>{intro}</p>{lists}"
        f'<div class="node-updated-date">Updated {updated}</div></main></body></html>'
    )


@dataclass
class Desk:
    """Polls of one source at hand-set times, as the product makes them."""

    site: Any
    archive: Archive
    one_run: Any
    source: Source
    now: datetime = FIRST

    async def poll(self, html: str | None = None, *, status: int = 200, after: timedelta = TEN) -> CrawlReport:
        """One poll of the page as it stands then; None leaves it as it is."""
        self.now += after
        if html is not None:
            self.site.says("/list", html, status=status)
        return await self.one_run(self.archive, self.source, self.now)

    def told(self) -> list[tuple[str, str]]:
        """Everything that is news, in order: kind and title."""
        return [(change.kind.value, change.title) for change in self.changes()]

    def changes(self) -> list[Change]:
        return [stored.change for stored in self.archive.changes(source=self.source.slug)]

    def listed(self, at: datetime | None = None) -> int:
        return len(self.archive.records_at(self.source.slug, at or self.now, "listed_jurisdiction"))


@pytest.fixture
def desk(site: Any, one_run: Any) -> Iterator[Desk]:
    source = Source(
        slug="doj_sanctuary_list",
        title="DOJ sanctuary jurisdiction list",
        url=site.url("/list"),
        parameters={"extract": "jurisdiction_list"},
    )
    with Archive.in_memory() as archive:
        yield Desk(site, archive, one_run, source)


PUBLISHED, REMOVED, ADDED, RENAMED, CHANGED, WITHDRAWN, RETURNED = (
    kind.value
    for kind in (
        ChangeKind.LIST_PUBLISHED,
        ChangeKind.RECORD_REMOVED,
        ChangeKind.RECORD_ADDED,
        ChangeKind.RECORD_RENAMED,
        ChangeKind.PAGE_CHANGED,
        ChangeKind.PAGE_WITHDRAWN,
        ChangeKind.PAGE_RETURNED,
    )
)


async def test_a_list_that_appears_where_there_was_none_is_published(desk: Desk) -> None:
    """After polls that found no page: one change, with the count and every name, and no 35 additions."""
    for _ in range(2):
        report = await desk.poll("no such page", status=404)
        assert (report.outcome, report.complete) == ("ok", True)
    await desk.poll(page())
    (change,) = desk.changes()
    assert change.kind is ChangeKind.LIST_PUBLISHED
    assert change.summary == (
        "DOJ sanctuary jurisdiction list: a list of 35 jurisdictions is published:"
        " California; Colorado; Connecticut and 32 more"
    )
    told = change.details["sets"]["listed_jurisdiction"]
    assert (told["count"], told["noun"]) == (35, ["jurisdiction", "jurisdictions"])
    assert {"Baltimore County, Maryland", "San Francisco City, California", "Nevada"} <= set(told["members"])
    assert change.significance == 1.0
    assert desk.listed() == 35


async def test_a_list_that_fills_an_awaited_page_is_published(desk: Desk) -> None:
    """The page says that a list is to follow; with `awaited` that is no fault, and the list is news when it comes."""
    desk.source = Source(
        slug=desk.source.slug,
        title=desk.source.title,
        url=desk.source.url,
        parameters={"extract": "jurisdiction_list", "awaited": True},
    )
    await desk.poll("<main><h1>The list</h1><p>The list will be published here.</p></main>")
    await desk.poll(page(intro="The list will be published here."))
    assert desk.told() == [(PUBLISHED, "The list")]


async def test_the_first_look_at_a_list_tells_nobody(desk: Desk) -> None:
    """What was there before anybody watched is kept: 35 names, no mail; nor does the same page again tell any."""
    await desk.poll(page())
    await desk.poll()
    assert (desk.listed(), desk.told()) == (35, [])


async def test_the_versions_of_2025_are_told_as_what_they_were(desk: Desk) -> None:
    """Nevada went in September and Baltimore County in October: one removal each, and nothing else."""
    await desk.poll(page())
    without_nevada = tuple(name for name in STATES if name != "Nevada")
    desk.now = datetime(2025, 9, 26, 16, 0, tzinfo=UTC)
    await desk.poll(page(without_nevada, updated="September 26, 2025"))
    assert desk.told() == [(REMOVED, "Nevada")]
    assert desk.changes()[0].summary == "DOJ sanctuary jurisdiction list: Nevada is no longer listed"
    desk.now = datetime(2025, 10, 31, 16, 0, tzinfo=UTC)
    await desk.poll(page(without_nevada, COUNTIES[1:], updated="October 31, 2025"))
    assert desk.told() == [(REMOVED, "Nevada"), (REMOVED, "Baltimore County, Maryland")]
    assert desk.changes()[1].place == "Baltimore County, Maryland"
    assert [desk.listed(datetime(2025, month, 1, tzinfo=UTC)) for month in (9, 10, 11)] == [35, 34, 33]


async def test_a_corrected_name_is_renamed(desk: Desk) -> None:
    """Nobody is taken off the list when its spelling is mended."""
    await desk.poll(page(counties=("Baltimore Co., MD", *COUNTIES[1:])))
    await desk.poll(page())
    (change,) = desk.changes()
    assert change.kind is ChangeKind.RECORD_RENAMED
    assert change.details["fields"]["name"] == ["Baltimore Co.", "Baltimore County"]
    assert desk.listed() == 35


async def test_who_is_on_the_list_and_what_is_said_of_it_are_two_changes(desk: Desk) -> None:
    """The introduction is edited: the page reads otherwise, and nobody came or went. Both at once are told apart."""
    await desk.poll(page())
    await desk.poll(page(intro="These were listed after a review of their laws."))
    assert desk.told() == [(CHANGED, "The list")]
    await desk.poll(page(counties=(*COUNTIES, "Boulder County, CO"), intro="Reviewed again."))
    assert sorted(desk.told()[1:]) == [(CHANGED, "The list"), (ADDED, "Boulder County, Colorado")]


@pytest.mark.parametrize(
    ("html", "status"),
    [
        ("<html><head><title>Gone</title></head><body>404</body></html>", 404),
        (
            "<html><head><title>Page Not Found | Homeland Security</title></head><body><main><h1>Page Not Found</h1>"
            "<p>We can't find the page you are looking for.</p></main></body></html>",
            200,
        ),
    ],
)
async def test_a_withdrawn_list_is_told_within_the_confirmation_time(desk: Desk, html: str, status: int) -> None:
    """A 404, or a page that says so with status 200: not at the first look, and twenty minutes later once."""
    await desk.poll(page())
    told = []
    for minutes in (0, 10, 20, 30):
        await desk.poll(html, status=status)
        told += [(minutes, kind) for kind, _ in desk.told()[len(told) :]]
    assert told == [(20, WITHDRAWN)]
    assert desk.changes()[0].title == "The list"
    await desk.poll(page(counties=COUNTIES[1:]))
    assert [kind for kind, _ in desk.told()[1:]] == [RETURNED]


async def test_a_list_that_collapses_is_looked_at_again(desk: Desk) -> None:
    """Half of the list missing at one look is no news; when it is whole again, nobody ever hears of it."""
    await desk.poll(page())
    await desk.poll(page(states=(), cities=CITIES[:5]))
    assert desk.told() == []
    await desk.poll(page())
    assert (desk.told(), desk.listed()) == ([], 35)
    for _ in range(3):
        await desk.poll(page(states=(), cities=CITIES[:5]))
    assert [kind for kind, _ in desk.told()] == [REMOVED] * 26


@pytest.mark.parametrize(
    ("html", "status", "verdict"),
    [
        (BOT_WALL, 200, VerdictKind.BLOCKED),
        ("<html><body>down</body></html>", 503, VerdictKind.UNREACHABLE),
        ("<main><h1>The list</h1><p>Under review.</p></main>", 200, VerdictKind.SHRUNKEN),
    ],
)
async def test_what_cannot_be_read_takes_nobody_off_the_list(
    desk: Desk, html: str, status: int, verdict: VerdictKind
) -> None:
    """A bot wall, an outage, a page that names nobody: the run is not complete, and the list stands as it was."""
    await desk.poll(page())
    for _ in range(4):
        report = await desk.poll(html, status=status)
        assert not report.complete
    assert (desk.listed(), desk.told()) == (35, [])
    assert desk.archive.visits(desk.source.url)[-1].verdict is verdict
    await desk.poll(page())
    assert desk.told() == []
