"""Press rooms page by page, with the real intake and archive, against a list on loopback that shows four a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Change, ChangeKind, Source, VerdictKind
from scrapers.crawl import CrawlReport
from storage import Archive

NOW = datetime(2025, 9, 26, 16, 0, tzinfo=UTC)
HOUR, TEN = timedelta(hours=1), timedelta(minutes=10)
LIST = "/news-releases/press-releases"
BOT_WALL = (
    '<html><head><meta http-equiv="refresh" content="5; URL=\'/news?bm-verify=AAAA\'"><title>&nbsp;</title></head>'
    '<body><script>req.open("POST", "/_sec/verify?provider=interstitial", false);</script></body></html>'
)
ADDED, AMENDED, WITHDRAWN = (
    kind.value for kind in (ChangeKind.RECORD_ADDED, ChangeKind.RECORD_AMENDED, ChangeKind.PAGE_WITHDRAWN)
)


class Room:
    """A press room of our own making, in the shape of dhs.gov. The newest release is the first of the list."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.size = 4
        self.releases: dict[str, str] = {}
        self.empty: set[int] = set()
        self.wall: Callable[[str], web.Response | None] = lambda path: None
        self.asked: list[str] = []

        async def answer(request: web.Request) -> web.StreamResponse:
            return self.answer(request)

        site.everywhere = answer

    def publish(self, number: int, day: date, text: str = "The department said so.") -> str:
        path = f"/news/{day:%Y/%m/%d}/release-{number}"
        self.releases = {path: text, **self.releases}
        return path

    def fill(self, pages: int) -> None:
        """So many pages, one release a day, the newest of yesterday."""
        for number in range(pages * self.size):
            self.publish(number, (NOW - timedelta(days=pages * self.size - number)).date())

    def answer(self, request: web.Request) -> web.Response:
        page = int(request.query.get("page", "0"))
        self.asked.append(f"list {page}" if request.path == LIST else request.path.rpartition("/")[2])
        if (instead := self.wall(request.path)) is not None:
            return instead
        if request.path == LIST:
            return web.Response(text=self._list(page), content_type="text/html")
        if request.path not in self.releases:
            return web.Response(text="<html><body>Not here</body></html>", status=404, content_type="text/html")
        return web.Response(text=self._release(request.path), content_type="text/html")

    def _list(self, page: int) -> str:
        paths = list(self.releases)
        last = (len(paths) - 1) // self.size
        shown = [] if page in self.empty else paths[page * self.size : (page + 1) * self.size]
        items = "".join(f'<li><a href="{path}">{path.rpartition("/")[2]}</a></li>' for path in shown)
        following = f'<a href="?page={page + 1}" aria-label="Next page">Next</a>'
        pager = f'{following}<a href="?page={last}" aria-label="Last page">Last</a>' if page < last else ""
        if page in self.empty:
            # The first has no way on but the last page, the others have no pager at all.
            pager = pager.removeprefix(following) if not page else ""
        return f"<html><body><main><h1>Press Releases</h1><ul>{items}</ul>{pager}</main></body></html>"

    def _release(self, path: str) -> str:
        day = date(*map(int, path.split("/")[2:5]))
        return (
            f'<html><body><main id="main-content"><h1 class="uswds-page-title">{path.rpartition("/")[2]}</h1>'
            f'<span class="news-release-date-value">{day:%B} {day.day}, {day.year}</span>'
            f'<div id="block-mainpagecontent"><div class="field--name-body"><p>{self.releases[path]}</p></div></div>'
            f"</main></body></html>"
        )


@dataclass
class Desk:
    """An archive, a clock that is moved by hand, and polls as the product makes them."""

    room: Room
    archive: Archive
    one_run: Any
    now: datetime = NOW

    async def poll(self, *, after: timedelta = HOUR, backfill: bool = False, **parameters: Any) -> CrawlReport:
        self.now += after
        self.room.asked.clear()
        source = Source(
            "dhs", "DHS press releases", self.room.site.url(LIST), "dhs_news", publisher="DHS", parameters=parameters
        )
        return await self.one_run(self.archive, source, self.now, backfill=backfill)

    def told(self) -> list[tuple[str, str]]:
        return [(change.kind.value, change.title) for change in self.changes()]

    def changes(self) -> list[Change]:
        return [stored.change for stored in self.archive.changes(source="dhs")]

    def known(self) -> int:
        return len(self.archive.records_at("dhs", self.now, "press_release"))

    def lists(self) -> list[str]:
        return [asked for asked in self.room.asked if asked.startswith("list")]


@pytest.fixture
def room(site: Any) -> Room:
    return Room(site)


@pytest.fixture
def desk(room: Room, one_run: Any) -> Iterator[Desk]:
    with Archive.in_memory() as archive:
        yield Desk(room, archive, one_run)


async def test_the_first_poll_tells_nobody_and_a_new_release_is_told_once(room: Room, desk: Desk) -> None:
    """One page is what was there before; a release that comes is told with its title, and not again."""
    room.fill(3)
    report = await desk.poll()
    assert (report.outcome, report.complete, desk.known(), desk.told()) == ("ok", True, 4, [])
    room.publish(90, NOW.date())
    await desk.poll()
    await desk.poll()
    assert desk.told() == [(ADDED, "release-90")]
    assert desk.changes()[0].summary == "DHS: release-90"
    assert desk.changes()[0].about == "2025-09-26"
    assert desk.lists() == ["list 0"]


async def test_a_correction_is_told_field_by_field(room: Room, desk: Desk) -> None:
    """The newest releases are looked at again; a link that is taken out is told by its words."""
    room.fill(1)
    path = room.publish(90, NOW.date(), 'See <a href="/sanctuary-jurisdictions">the list of jurisdictions</a> today.')
    await desk.poll()
    room.releases[path] = "See the list of jurisdictions today."
    await desk.poll()
    assert desk.told() == [(AMENDED, "release-90")]
    assert desk.changes()[0].summary.endswith("link to “the list of jurisdictions” removed")


async def test_what_was_there_before_is_no_news(room: Room, desk: Desk) -> None:
    """New releases push old ones into sight that nobody had met: kept, and told to nobody."""
    room.fill(3)
    await desk.poll()
    for number in (90, 91, 92):
        room.publish(number, NOW.date())
    await desk.poll()
    assert sorted(title for _, title in desk.told()) == ["release-90", "release-91", "release-92"]
    assert desk.lists() == ["list 0", "list 1"]


async def test_a_poll_is_bounded_and_the_next_goes_on(room: Room, desk: Desk) -> None:
    """Twelve new releases and one page a poll: three polls, each release told once."""
    room.fill(2)
    await desk.poll()
    for number in range(90, 102):
        room.publish(number, NOW.date())
    for _ in range(5):
        await desk.poll(pages_at_most=2)
    assert sorted(title for _, title in desk.told()) == sorted(f"release-{number}" for number in range(90, 102))
    assert "left" not in desk.archive.checkpoint("dhs")


async def test_empty_pages_end_nothing_but_the_last_page_does(room: Room, desk: Desk) -> None:
    """A walk through the past passes two pages without a release, and reaches the last."""
    room.fill(5)
    room.empty = {1, 2}
    await desk.poll()
    report = await desk.poll(backfill=True)
    assert desk.lists() == [f"list {number}" for number in range(5)]
    assert (report.complete, desk.known(), desk.told()) == (True, 12, [])
    assert "backfill" not in desk.archive.checkpoint("dhs")


async def test_a_walk_through_the_past_goes_on_where_it_broke_off(room: Room, desk: Desk) -> None:
    """A page that fails ends the run; the next begins with that page."""
    room.fill(5)
    await desk.poll()
    failing = True

    def wall(path: str) -> web.Response | None:
        return web.Response(status=503) if failing and room.asked[-1] == "list 3" else None

    room.wall = wall
    assert not (await desk.poll(backfill=True)).complete
    assert desk.archive.checkpoint("dhs")["backfill"] == {"page": 3, "last": 4}
    failing = False
    await desk.poll(backfill=True)
    assert desk.lists() == ["list 3", "list 4"]
    assert (desk.known(), desk.told()) == (20, [])


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (lambda: web.Response(text=BOT_WALL, content_type="text/html"), VerdictKind.BLOCKED),
        (lambda: web.Response(status=500), VerdictKind.UNREACHABLE),
        (lambda: web.Response(status=404), VerdictKind.GONE),
        (lambda: web.Response(text="<main><p>No results.</p></main>", content_type="text/html"), VerdictKind.SHRUNKEN),
    ],
)
async def test_a_list_that_cannot_be_seen_is_no_absence_of_news(
    room: Room, desk: Desk, answer: Callable[[], web.Response], verdict: VerdictKind
) -> None:
    """A wall with status 200, a failure, a 404, a list without releases: kept as such, the run is not complete."""
    room.fill(1)
    await desk.poll()
    room.wall = lambda path: answer() if path == LIST else None
    report = await desk.poll()
    assert not report.complete
    assert desk.archive.visits(room.site.url(LIST))[-1].verdict is verdict
    assert (desk.told(), desk.known()) == ([], 4)


async def test_a_first_page_that_is_empty_for_a_moment_is_no_end(room: Room, desk: Desk) -> None:
    """The list says that it has more pages: the walk goes on; where all are empty, nobody saw the list."""
    room.fill(3)
    await desk.poll()
    room.publish(90, NOW.date())
    room.empty = {0}
    await desk.poll()
    assert desk.lists()[:2] == ["list 0", "list 1"]
    room.empty = {0, 1, 2, 3}
    assert not (await desk.poll()).complete
    room.empty = set()
    await desk.poll()
    assert (ADDED, "release-90") in desk.told()


async def test_one_release_behind_the_wall_keeps_no_other_untold(room: Room, desk: Desk) -> None:
    """It is asked for at the next poll again, and told when it can be read."""
    room.fill(1)
    await desk.poll()
    blocked, open_one = room.publish(90, NOW.date()), room.publish(91, NOW.date())
    room.wall = lambda path: web.Response(text=BOT_WALL, content_type="text/html") if path == blocked else None
    report = await desk.poll()
    assert (report.complete, desk.told()) == (True, [(ADDED, open_one.rpartition("/")[2])])
    room.wall = lambda path: None
    await desk.poll()
    assert desk.told()[1:] == [(ADDED, "release-90")]


async def test_a_release_that_is_withdrawn_is_told_once_it_is_certain(room: Room, desk: Desk) -> None:
    """Its page is gone while the list shows it still: three looks, ten minutes apart."""
    room.fill(1)
    path = room.publish(90, NOW.date())
    await desk.poll()
    room.wall = lambda asked: web.Response(status=404) if asked == path else None
    told = []
    for _ in range(4):
        await desk.poll(after=TEN)
        told.append(len(desk.told()))
    assert told == [0, 0, 1, 1]
    assert desk.told() == [(WITHDRAWN, "release-90")]
