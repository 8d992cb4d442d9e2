"""Watches ICE's newsroom: new releases at every poll, corrections of known ones, and once a day a deeper look.

The list tells which releases there are, their own pages what they say. No single known entry ends a walk through the
list: releases are put in under earlier dates, and pages shift while one walks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.types import Record, Source, VerdictKind
from scrapers.ice.addresses import listing_url
from scrapers.ice.parameters import Parameters
from scrapers.ice.rounds import daily_round, since
from scrapers.spiders.base import Watched, WatchSpider

_KIND = "press_release"
_DEEP_EVERY = timedelta(hours=20)
_HELD_AT_MOST = 6
"""Polls at which a release that vanished is asked for before it counts as any other; three confirm its absence."""
_UNCONFIRMED = (VerdictKind.GONE, VerdictKind.SHRUNKEN)
_NEWER_THAN_KNOWN = timedelta(days=60)
"""How far back releases are loaded to tell what is known; an older one in the list is asked for once more."""


@dataclass(slots=True)
class _Walk:
    """A way through the list, page after page."""

    page: int = 0
    least: int = 1
    """Pages that are read whatever is known."""
    bound: int = 1
    known_in_a_row: int = 0
    taken: int = 0
    before: tuple[str, ...] = ()
    """What the page before linked to: a list that shows it again has no more pages."""
    mark: int | None = None
    """Its entry among the arrears: the page that it would have asked for next, should it be cut short."""


@dataclass(slots=True)
class _Desk:
    """What one run knows of one source."""

    parameters: Parameters
    past: bool | Callable[[Record], bool] = True
    """Whether a release that is met for the first time was there before anybody watched."""
    urls: set[str] = field(default_factory=set)
    """Every page ever looked at."""
    present: set[str] = field(default_factory=set)
    """Addresses of recent releases that are known; a page that never became one is asked for again."""
    requested: set[str] = field(default_factory=set)
    """Asked for in this run, whichever way they were come upon."""
    first: bool = True
    deep: bool = True
    arrears: list[int] = field(default_factory=list)
    """Pages at which earlier walks were cut short, and which this run has still to go on from."""
    seen: int = 0


class IceNewsroomSpider(WatchSpider):
    """See `scrapers.ice.parameters` for what a stanza may say.

    The checkpoint: `walked`, that the first walk has ended; `since`, the newest release's date by then; `deep_at`, when
    the list was last read deeply; `reread`, the oldest release that the daily round has reached; `arrears`, the pages
    at which walks were cut short; `held`, how often a release that vanished was asked for, by address.
    """

    name = "ice_newsroom"
    parameters = Parameters

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._desks: dict[str, _Desk] = {}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The list and the feed. Raises ConfigurationError for a wrong parameter."""
        source = watched.source
        desk = self._desks[source.slug] = self._opened(source, Parameters.of(source))
        parameters = desk.parameters
        bound = parameters.first_pages if desk.first else parameters.pages_at_most
        least = parameters.deep_pages if desk.deep and not desk.first else 1
        yield self._page_request(_Walk(least=least, bound=max(bound, least)), watched)
        if parameters.feed:
            yield self.request(parameters.feed, watched, self.fed, needed=False)

    async def listed(self, response: Response, watched: Watched, walk: _Walk) -> Any:
        """Take one page of the list, ask for its releases, and go on. What is not believed ends the walk.

        Known releases are looked at again once the list could be seen: a wall stands before them all.
        """
        taken = await self.keep(response, watched)
        if taken.verdict.kind is VerdictKind.GONE:
            self.tallies[watched.source.slug].unseen.append(taken.verdict.reason)
        if not taken.verdict.believed or taken.broken:
            return []
        desk = self._desks[watched.source.slug]
        links = tuple(link.url for link in taken.links if link.role == "release")
        new = [url for url in links if url not in desk.urls]
        walk.known_in_a_row = 0 if new else walk.known_in_a_row + 1
        walk.taken += 1
        requests = self._release_requests((url for url in links if url not in desk.present), watched)
        if not walk.page:
            requests += self._release_requests(self._due(watched.source, desk), watched)
        if following := self._following(walk, links, watched):
            requests.append(following)
        return requests

    async def fed(self, response: Response, watched: Watched) -> Any:
        """Take the feed, and ask for the releases in it that are not known."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed:
            return []
        known = self._desks[watched.source.slug].present
        urls = (link.url for link in taken.links if link.role == "release" and link.url not in known)
        return self._release_requests(urls, watched)

    async def release(self, response: Response, watched: Watched, url: str) -> Any:
        """Take one release. One that vanished is asked for at the next polls too, until that is confirmed."""
        desk = self._desks[watched.source.slug]
        taken = await self.keep(response, watched, repeatable=True, baseline=desk.past)
        unconfirmed = taken.verdict.kind in _UNCONFIRMED and not taken.broken
        desk.seen += (taken.verdict.believed and not taken.broken) or unconfirmed
        if unconfirmed or taken.verdict.believed:
            self._count_held(watched.source, url, unconfirmed and taken.page_known_before)
        return self.once_more(response, watched, taken)

    def closed(self, reason: str) -> None:
        """One release that cannot be read leaves a run complete; when most cannot, nobody watches the newsroom."""
        for slug, desk in self._desks.items():
            asked = len(desk.requested)
            if asked > 1 and desk.seen * 2 < asked and not self.halt.asked:
                self.tallies[slug].unseen.append(
                    f"{asked - desk.seen} of {asked} releases could not be read; look at their visits"
                )

    # -- what is to be done ------------------------------------------------------------------------------------

    def _opened(self, source: Source, parameters: Parameters) -> _Desk:
        if self.intake is None:
            return _Desk(parameters)
        checkpoint, today = self.checkpoint(source), self.today(source)
        first = "walked" not in checkpoint
        deep = first or self._now() - datetime.fromisoformat(checkpoint["deep_at"]) > _DEEP_EVERY
        desk = _Desk(parameters, urls=set(self.intake.known_urls(source)), first=first, deep=deep)
        recent = self._known(source, today - _NEWER_THAN_KNOWN)
        desk.arrears = list(checkpoint.get("arrears", ()))
        desk.present = {url for record in recent for url in (record.url, str(record.extras.get("canonical", "")))}
        if not first and "since" not in checkpoint:
            newest = max((record.about for record in recent if record.about <= today.isoformat()), default="")
            self.remember(source, since=newest or today.isoformat())
        if not first:
            # A release that comes in under an earlier day than the newest of the first poll may as well be an old one.
            floor = str(self.checkpoint(source)["since"])
            desk.past = lambda record: bool(record.about) and record.about < floor
        return desk

    def _due(self, source: Source, desk: _Desk) -> list[str]:
        """Known releases that are looked at again in this run, those whose absence is to be confirmed first."""
        if desk.deep:
            self.remember(source, deep_at=self._now().isoformat())
        if desk.first:
            return []
        checkpoint, today, parameters = self.checkpoint(source), self.today(source), desk.parameters
        urls = [*checkpoint.get("held", {})]
        if not desk.deep:
            near = today - timedelta(days=parameters.near_days)
            return list(dict.fromkeys([*urls, *since(self._known(source, near), near)]))
        turn = daily_round(
            self._known(source, None),
            today,
            parameters.watched_days,
            parameters.reread_at_most,
            str(checkpoint.get("reread", "")),
        )
        self.remember(source, reread=turn.last or None)
        return list(dict.fromkeys([*urls, *turn.urls]))

    def _following(self, walk: _Walk, links: tuple[str, ...], watched: Watched) -> Request | None:
        """The next page of the list: of this walk, else of one that an earlier run left over; None where all are over.

        How far a walk has come is remembered before it goes on: a run may be cut short at any page.
        """
        desk, source = self._desks[watched.source.slug], watched.source
        at_end = not links or links == walk.before
        known = walk.known_in_a_row > desk.parameters.overlap_pages and walk.taken >= walk.least
        walk.page, walk.before = walk.page + 1, links
        over = at_end or known
        if not desk.first:
            self._mark(source, walk, None if over else walk.page)
        if not over and walk.taken < walk.bound:
            return self._page_request(walk, watched)
        self.remember(source, walked=True)
        while desk.arrears:
            left = desk.arrears.pop(0)
            # One page back: a release that goes away pulls the others up.
            earlier = _Walk(page=max(1, left - 1), bound=desk.parameters.pages_at_most, mark=left)
            if walk.page <= left:
                return self._page_request(earlier, watched)
            self._mark(source, earlier, None)
        return None

    def _mark(self, source: Source, walk: _Walk, page: int | None) -> None:
        """Put the page into the place of the walk's entry among the arrears; None takes the entry out."""
        arrears = set(self.checkpoint(source).get("arrears", ())) - {walk.mark} | {page}
        walk.mark = page
        self.remember(source, arrears=sorted(entry for entry in arrears if entry is not None) or None)

    def _page_request(self, walk: _Walk, watched: Watched) -> Request:
        url = listing_url(watched.source.url, walk.page)
        return self.request(url, watched, self.listed, dont_filter=True, priority=1, cb_kwargs={"walk": walk})

    def _release_requests(self, urls: Iterable[str], watched: Watched) -> list[Request]:
        desk = self._desks[watched.source.slug]
        fresh = [url for url in dict.fromkeys(urls) if url not in desk.requested]
        desk.requested.update(fresh)
        return [self.request(url, watched, self.release, needed=False, cb_kwargs={"url": url}) for url in fresh]

    # -- the archive -------------------------------------------------------------------------------------------

    def _count_held(self, source: Source, url: str, vanished: bool) -> None:
        held = dict(self.checkpoint(source).get("held", {}))
        times = int(held.pop(url, 0)) + 1
        if vanished and times < _HELD_AT_MOST:
            held[url] = times
        if held != self.checkpoint(source).get("held", {}):
            self.remember(source, held=held or None)

    def _known(self, source: Source, day: date | None) -> tuple[Record, ...]:
        if self.intake is None:
            return ()
        return self.intake.known_records(source, _KIND, since=day.isoformat() if day else "")
