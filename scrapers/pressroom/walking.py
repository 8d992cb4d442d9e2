"""Follows a press room's list to the releases: what is new at every poll, the newest again for corrections, the past.

A list ends at its last page, and nowhere else: pages without a release are met in the middle. A walk for news ends
earlier, at a page of which most is known; releases are put in under earlier dates, so one known entry ends nothing.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from monitor.types import Link, Record, Source, VerdictKind
from scrapers.extraction.press_listing import LAST, NEXT, RELEASE, page_number
from scrapers.intake import Taken
from scrapers.pressroom.parameters import Parameters
from scrapers.spiders.base import Watched, WatchSpider

_KIND = "press_release"
_MOST_PAGES = 20_000
"""Of a walk through the past; the Justice Department's list had 599 pages of its own in 2018, and far more since."""


@dataclass(slots=True)
class _Walk:
    """A way through the list. `last` is the number of its last page, as far as any page has told."""

    page: int = 0
    bound: int = 1
    last: int | None = None
    taken: int = 0
    found: int = 0
    past: bool = False
    catching_up: bool = False
    """It goes on where an earlier poll had to stop."""


@dataclass(slots=True)
class _Desk:
    """What one run knows of one source."""

    parameters: Parameters
    known: frozenset[str] = frozenset()
    """Paths of releases that are kept."""
    old: bool | Callable[[Record], bool] = True
    """Whether a release that is met for the first time was there before anybody watched."""
    requested: set[str] = field(default_factory=set)


class PressRoomSpider(WatchSpider):
    """Base of the press rooms' spiders. The checkpoint: `walked`, that the first walk has ended; `since`, the newest
    release's date by then; `left`, the page at which a poll had to stop; `backfill` {page, last}.
    """

    parameters = Parameters
    walks_past = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._desks: dict[str, _Desk] = {}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The list's first page, of a backfill the one it had come to. Raises ConfigurationError for a parameter."""
        source = watched.source
        parameters, checkpoint = Parameters.of(source), self.checkpoint(source)
        self._desks[source.slug] = self._opened(source, parameters)
        if self.backfill:
            reached = checkpoint.get("backfill", {})
            walk = _Walk(int(reached.get("page", 0)), _MOST_PAGES, reached.get("last"), past=True)
        else:
            walk = _Walk(bound=parameters.pages_at_most if "walked" in checkpoint else parameters.first_pages)
        yield self._page(walk, watched)

    async def listed(self, response: Response, watched: Watched, walk: _Walk) -> Any:
        """Take one page of the list, ask for its releases, and go on. What is not believed ends the walk."""
        if walk.past and walk.last is not None:
            self.progress(watched, walk.page + 1, walk.last + 1)
        taken = await self.keep(response, watched)
        if taken.verdict.kind is VerdictKind.GONE:
            self.tallies[watched.source.slug].unseen.append(taken.verdict.reason)
        if not taken.verdict.believed or taken.broken:
            return []
        releases = [link.url for link in taken.links if link.role == RELEASE]
        walk.last = _last_page(taken.links, walk)
        walk.taken += 1
        walk.found += len(releases)
        desk = self._desks[watched.source.slug]
        new = [url for url in releases if _key(url) not in desk.known]
        requests = self._releases(new, watched)
        if not walk.page and not walk.past:
            again = [url for url in releases if url not in new][: desk.parameters.looked_at_again]
            requests += self._releases(again, watched)
        # The page that a walk comes back to was read before it stopped, and is known.
        comes_back = walk.catching_up and walk.taken == 1
        mostly_known = bool(releases) and len(new) * 2 <= len(releases) and not comes_back
        more = any(link.role == NEXT for link in taken.links) or walk.page < (walk.last or 0)
        if more and (walk.past or not mostly_known):
            return [*requests, *self._onward(walk, watched)]
        return [*requests, *self._ended(walk, watched)]

    async def release(self, response: Response, watched: Watched) -> Any:
        """Take one release."""
        taken: Taken = await self.keep(
            response, watched, repeatable=True, baseline=self._desks[watched.source.slug].old
        )
        return self.once_more(response, watched, taken)

    # -- where the walk goes -----------------------------------------------------------------------------------

    def _onward(self, walk: _Walk, watched: Watched) -> list[Request]:
        """The next page, or where the next poll goes on from."""
        source = watched.source
        walk.page += 1
        if walk.past:
            self.remember(source, backfill={"page": walk.page, "last": walk.last})
        if walk.taken < walk.bound:
            return [self._page(walk, watched)]
        if not walk.past and "walked" in self.checkpoint(source):
            self.remember(source, left=walk.page)
        return self._ended(walk, watched, everything=False)

    def _ended(self, walk: _Walk, watched: Watched, *, everything: bool = True) -> list[Request]:
        source = watched.source
        if not walk.found and (walk.last or walk.taken > 1):
            self.tallies[source.slug].unseen.append(
                f"{source.title}: {walk.taken} pages of the list are empty, of {(walk.last or 0) + 1}; look again"
            )
            return []
        if walk.past:
            self.remember(source, backfill=None if everything else {"page": walk.page, "last": walk.last})
            return []
        left = self.checkpoint(source).get("left")
        self.remember(source, walked=True)
        if left is None or not everything:
            return []
        if walk.catching_up or walk.page >= int(left):
            self.remember(source, left=None)
            return []
        # One page back: a release that goes away pulls the others up.
        bound = self._desks[source.slug].parameters.pages_at_most
        return [self._page(_Walk(max(1, int(left) - 1), bound, walk.last, catching_up=True), watched)]

    def _page(self, walk: _Walk, watched: Watched) -> Request:
        url = _page_url(watched.source.url, walk.page)
        return self.request(url, watched, self.listed, dont_filter=True, priority=1, cb_kwargs={"walk": walk})

    def _releases(self, urls: list[str], watched: Watched) -> list[Request]:
        desk = self._desks[watched.source.slug]
        fresh = [url for url in dict.fromkeys(urls) if url not in desk.requested]
        desk.requested.update(fresh)
        return [self.request(url, watched, self.release, needed=False) for url in fresh]

    # -- the archive -------------------------------------------------------------------------------------------

    def _opened(self, source: Source, parameters: Parameters) -> _Desk:
        if self.intake is None:
            return _Desk(parameters)
        records = self.intake.known_records(source, _KIND)
        desk = _Desk(parameters, frozenset(record.key for record in records))
        checkpoint = self.checkpoint(source)
        if "walked" not in checkpoint:
            return desk
        if "since" not in checkpoint:
            today = self.today(source).isoformat()
            newest = max((record.about for record in records if record.about <= today), default="")
            self.remember(source, since=newest or today)
        since = str(self.checkpoint(source)["since"])
        # One without a date is news: better told late than never.
        desk.old = lambda record: bool(record.about) and record.about < since
        return desk


def _key(url: str) -> str:
    """Under which a release's record is known."""
    return urlsplit(url).path.rstrip("/")


def _last_page(links: tuple[Link, ...], walk: _Walk) -> int | None:
    """The newest word on it; a page that says nothing takes nothing back."""
    named = [page_number(link.url) for link in links if link.role == LAST]
    return named[0] if named else walk.last


def _page_url(url: str, page: int) -> str:
    """The list's page of that number; the first is the source's own address."""
    if not page:
        return url
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not re.match(r"page=", pair)]
    return parts._replace(query="&".join([*kept, f"page={page}"])).geturl()
