"""Watches the Justice Department's News API (releases, blog, speeches): news every time, a check once a day, the past.

Nothing here trusts one order of the list alone: news is what changed since the last poll; once a day the newest by
creation are read as well, and the releases of the last weeks are counted over. One that is missing is asked for by
name before it passes for withdrawn.

A feed, where a stanza names one, is a fast trigger and a second witness. It is looked at first, which costs next to
nothing: while it shows nothing new, the API is asked as seldom as `walk_every` says. Its answer is taken last, and
tells what the API did not show or could not. A feed that cannot be seen is as if there were none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from monitor.errors import ConfigurationError, ExtractionError
from monitor.types import Record, Source, VerdictKind
from monitor.url import canonical_url
from scrapers.doj.addresses import kind_in, release_in, release_url
from scrapers.doj.answers import Answer, read_answer, written
from scrapers.doj.parameters import Parameters
from scrapers.doj.walk import End, Purpose, Walk, floor_below, was_there
from scrapers.extraction import doj_rss
from scrapers.looks import look_at
from scrapers.spiders.base import Watched, WatchSpider
from scrapers.watched import asked_of

if TYPE_CHECKING:
    from scrapers.intake import Taken

_JSON = {"Accept": "application/json"}
_FEED_KIND = "feed_item"
_FED_DAYS = timedelta(days=30)
"""A feed holds the 25 newest, a day or two; over holidays some more."""
_DAYS_APART = timedelta(days=2)
"""That the day of a release may differ in the feed, which prints it in another zone."""
_CHECKED_EVERY = timedelta(hours=20)
_ASKED_AGAIN = 6
"""Polls at which a missing release is asked for until its absence is confirmed; then the daily check takes over."""

_COLLAPSE_FROM = 5
_COLLAPSE_LOOKS = 3
"""More than half of five or more releases missing from the lists at once must be seen so often (design, §3.2)."""


@dataclass(slots=True)
class _Plan:
    """What is still to be done for one source in this run. `known` are created stamps by uuid, for the check."""

    walks: deque[Walk] = field(default_factory=deque)
    questions: deque[str] = field(default_factory=deque)
    known: Mapping[str, str] = field(default_factory=dict)
    bound: int = 0
    feed: Response | None = None
    """The feed's answer, taken once the API has told what it has to tell."""


class DojApiSpider(WatchSpider):
    """One request at a time. See `scrapers.doj.parameters` for what a stanza may say.

    The checkpoint: `changed` and `created`, the newest stamps seen; `since`, the newest creation that the first poll
    saw; `checked_at`; `arrears` {page, floor}; `missing`,
    how often a release was asked for in vain, by uuid; `shrunken`, censuses in a row that were too poor to be
    believed; `backfill` {page, total}; `absent`, that an optional resource was not there; `walked_at`, when all that a
    poll asks the API was answered; `feed_seen`, whether the feed's newest body was one, with items.
    """

    name = "doj_api"
    parameters = Parameters
    walks_past = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._plans: dict[str, _Plan] = {}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The feed, or the first page of the first walk. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        parameters = Parameters.of(source)
        if not kind_in(source.url) or release_in(source.url):
            raise ConfigurationError(
                f"{source.slug}: its URL is no list of the News API; write one that ends with /press_releases.json,"
                " /blog_entries.json or /speeches.json."
            )
        if parameters.feed and not self.backfill:
            yield self.request(parameters.feed, watched, self.fed, needed=False)
            return
        for request in await self._ask(watched):
            yield request

    async def fed(self, response: Response, watched: Watched) -> Any:
        """See what the feed shows. Where that is nothing new, and the API was asked lately, the run is over."""
        source = watched.source
        feed = canonical_url(Parameters.of(source).feed)
        (items,) = doj_rss.extract(look_at(response, feed, self._now()), source).record_sets
        if items.records and self._is_news(items.records, source):
            self.remember(source, feed_seen=True)
            return await self._ask(watched, response)
        taken = await self._keep_feed(response, watched)
        # "Nothing changed" has no items, and is said of whatever was there before.
        shown = bool(items.records) if response.body else bool(self.checkpoint(source).get("feed_seen"))
        self.remember(source, feed_seen=shown)
        return [] if shown and taken.verdict.believed and self._walked_lately(source) else await self._ask(watched)

    async def listed(self, response: Response, watched: Watched, walk: Walk) -> Any:
        """Take one page of a list and go on. A page that is not believed ends the run: it would be asked in vain."""
        answer = _answer(response)
        if answer is not None and answer.unnamed:
            self.logger.warning("%d results of %s have no uuid and were passed over", answer.unnamed, response.url)
        if answer is not None and answer.count is not None and walk.purpose is Purpose.PAST:
            self.progress(watched, min((walk.page + 1) * (answer.page_size or 50), answer.count), answer.count)
        since = str(self.checkpoint(watched.source).get("since", ""))
        taken = await self.keep(response, watched, baseline=_past_of(walk, since, self._fed(watched.source)))
        if taken.verdict.kind is VerdictKind.GONE and not self._may_be_absent(watched.source):
            self.tallies[watched.source.slug].unseen.append(taken.verdict.reason)
        if not taken.verdict.believed or taken.broken or answer is None:
            return await self._over(watched)
        walk.take(answer)
        if walk.purpose is Purpose.PAST:
            self.remember(watched.source, backfill={"page": walk.page, "total": walk.total})
        if walk.end is not None:
            self._plans[watched.source.slug].walks.remove(walk)
            self._ended(walk, watched.source)
        return await self._next(watched)

    async def asked(self, response: Response, watched: Watched, uuid: str) -> Any:
        """Take the answer about one release that the lists no longer show."""
        taken = await self.keep(response, watched)
        gone = taken.verdict.kind is VerdictKind.GONE
        if not gone and (not taken.verdict.believed or taken.broken) and taken.verdict.kind is not VerdictKind.SHRUNKEN:
            return await self._over(watched)
        missing = dict(self.checkpoint(watched.source).get("missing", {}))
        times = missing.pop(uuid, 0) + 1
        if (gone or not taken.records) and times < _ASKED_AGAIN:
            missing[uuid] = times
        self.remember(watched.source, missing=missing)
        return await self._next(watched)

    async def failed(self, failure: Failure) -> Any:
        """No answer: the API is asked although the feed gave none, and the feed may tell what the API could not."""
        await super().failed(failure)
        asked = asked_of(failure.request)  # type: ignore[attr-defined]
        if asked is None or self.halt.asked:
            return []
        if asked.watched.source.slug not in self._plans:
            return await self._ask(asked.watched)
        return await self._over(asked.watched)

    # -- what is to be done ------------------------------------------------------------------------------------

    async def _ask(self, watched: Watched, feed: Response | None = None) -> list[Request]:
        """The first page of the first walk; `feed` is an answer of the feed's that is taken after the last."""
        source = watched.source
        parameters = Parameters.of(source)
        plan = self._past(source) if self.backfill else self._news(source, parameters)
        plan.feed = feed
        self._plans[source.slug] = plan
        if parameters.feed and not self.backfill:
            # Until all is answered: what failed once is asked again at the next poll, whatever the feed shows.
            self.remember(source, walked_at=None)
        return await self._next(watched)

    def _walked_lately(self, source: Source) -> bool:
        """Whether the API was asked so lately, and so little was left over, that a feed without news is enough."""
        checkpoint = self.checkpoint(source)
        if any(checkpoint.get(left) for left in ("arrears", "missing", "shrunken")) or "walked_at" not in checkpoint:
            return False
        since = self._now() - datetime.fromisoformat(checkpoint["walked_at"])
        return since < (Parameters.of(source).walk_every or timedelta(0))

    def _past(self, source: Source) -> _Plan:
        checkpoint = self.checkpoint(source)
        page = int(checkpoint.get("backfill", {}).get("page", 0))
        walk = Walk(Purpose.PAST, self._stamp(), page, floor=checkpoint.get("created", ""))
        return _Plan(deque([walk]))

    def _news(self, source: Source, parameters: Parameters) -> _Plan:
        checkpoint, now, bound = self.checkpoint(source), self._stamp(), parameters.pages_at_most
        if "changed" not in checkpoint:
            # Not told even where the source is known: a backfill may have come first, or a first poll have failed.
            return _Plan(deque([Walk(Purpose.NEWS, now, bound=parameters.first_pages, baseline=True)]))
        plan = _Plan(bound=parameters.asked_at_most)
        plan.walks.append(Walk(Purpose.NEWS, now, floor=floor_below(checkpoint["changed"]), bound=bound))
        if arrears := checkpoint.get("arrears"):
            # One page back: a release that went away pulls the others up.
            page = max(0, int(arrears["page"]) - 1)
            plan.walks.append(Walk(Purpose.ARREARS, now, page, floor=arrears["floor"], bound=bound))
        checked = self._now() - datetime.fromisoformat(checkpoint["checked_at"]) > _CHECKED_EVERY
        missing = checkpoint.get("missing", {})
        if checked or missing:
            plan.known = self._known(source, parameters.checked_days)
        plan.questions.extend(uuid for uuid in missing if uuid in plan.known)
        self.remember(source, missing={uuid: missing[uuid] for uuid in plan.questions} or None)
        if checked:
            plan.walks.append(
                Walk(Purpose.CROSS_CHECK, now, floor=floor_below(checkpoint.get("created", "")), bound=bound)
            )
            plan.walks.append(self._census(plan, parameters))
        return plan

    def _census(self, plan: _Plan, parameters: Parameters) -> Walk:
        """Back to the oldest release that is known of those weeks; a first page only where none is."""
        horizon = written(self._now() - timedelta(days=parameters.checked_days))
        oldest = min((stamp for stamp in plan.known.values() if stamp >= horizon), default=self._stamp())
        return Walk(Purpose.CENSUS, self._stamp(), floor=oldest, bound=parameters.pages_at_most * 5)

    async def _next(self, watched: Watched) -> list[Request]:
        """The one request that comes next: a page, else a release by name."""
        plan, source = self._plans[watched.source.slug], watched.source
        if plan.walks:
            walk = plan.walks[0]
            # No validators: without a body there are no stamps to walk by, and the order moves at every save.
            return [self._request(walk.url(source.url), watched, self.listed, walk=walk)]
        if plan.questions and plan.bound > 0:
            plan.bound -= 1
            uuid = plan.questions.popleft()
            return [self._request(release_url(source.url, uuid), watched, self.asked, uuid=uuid)]
        if Parameters.of(source).feed and not self.tallies[source.slug].unseen and not self.backfill:
            self.remember(source, walked_at=self._now().isoformat())
        return await self._over(watched)

    async def _over(self, watched: Watched) -> list[Request]:
        """The API has told what it has to tell, be it nothing: of two accounts of one release its own is the fuller."""
        plan = self._plans[watched.source.slug]
        feed, plan.feed = plan.feed, None
        if feed is not None:
            await self._keep_feed(feed, watched)
        return []

    async def _keep_feed(self, feed: Response, watched: Watched) -> Taken:
        """Take the feed: what the API has shown by now is known, and the rest is told."""
        # Of "nothing changed" there is nothing to tell, and the releases of a month need not be read for it.
        shown = (
            {record.url for record in self._present(watched.source, kind_in(watched.source.url))} if feed.body else ()
        )
        return await self.keep(feed, watched, baseline=lambda record: record.url in shown)

    def _may_be_absent(self, source: Source) -> bool:
        """Whether it is no fault that the list is not there; said once."""
        checkpoint = self.checkpoint(source)
        if not Parameters.of(source).optional or "changed" in checkpoint:
            return False
        if not checkpoint.get("absent"):
            self.logger.warning("%s is not there (%s); it is looked for at every poll", source.title, source.url)
            self.remember(source, absent=True)
        return True

    def _request(self, url: str, watched: Watched, callback: Any, **arguments: Any) -> Request:
        return self.request(
            url, watched, callback, conditional=False, dont_filter=True, headers=_JSON, cb_kwargs=arguments
        )

    # -- what a walk has shown ---------------------------------------------------------------------------------

    def _ended(self, walk: Walk, source: Source) -> None:
        """Remember how far the archive now reaches; only called once all of the walk's pages are kept."""
        if walk.end is End.EMPTY:
            self._unseen(
                source, f"{source.title}: page after page is empty, of {walk.total or 0:,} releases; look again"
            )
            self._plans[source.slug].walks.clear()
            return
        if walk.purpose is Purpose.NEWS:
            self._news_ended(walk, source)
        elif walk.purpose is Purpose.ARREARS:
            left = {"page": walk.page, "floor": walk.floor} if walk.end is End.BOUND else None
            self.remember(source, arrears=left)
        elif walk.purpose is Purpose.CROSS_CHECK:
            newest = max(walk.newest_created, self.checkpoint(source).get("created", ""))
            self.remember(source, created=newest)
        elif walk.purpose is Purpose.CENSUS:
            self._census_ended(walk, source)

    def _news_ended(self, walk: Walk, source: Source) -> None:
        checkpoint = self.checkpoint(source)
        if walk.baseline:
            # Of an empty list: what comes from now on is news.
            since = walk.newest_created or self._stamp()
            self.remember(
                source,
                changed=walk.newest or self._stamp(),
                created=since,
                since=since,
                checked_at=self._now().isoformat(),
                absent=None,
            )
            return
        arrears = checkpoint.get("arrears")
        # Down to the watermark everything is seen; below it the overlap may be cut short, or no bulk save would end.
        if walk.end is End.BOUND and walk.oldest > checkpoint["changed"]:
            floor = min(walk.floor, arrears["floor"]) if arrears else walk.floor
            arrears = {"page": walk.page, "floor": floor}
            walks = self._plans[source.slug].walks
            for other in [other for other in walks if other.purpose is Purpose.ARREARS]:
                walks.remove(other)
        self.remember(source, changed=max(walk.newest, checkpoint["changed"]), arrears=arrears)

    def _census_ended(self, walk: Walk, source: Source) -> None:
        """Ask for what is missing, unless so much is missing that the lists are to be doubted first."""
        plan = self._plans[source.slug]
        since = max(walk.floor, walk.oldest) if walk.end is End.BOUND else walk.floor
        counted = {uuid for uuid, stamp in plan.known.items() if since <= stamp <= (walk.newest or self._stamp())}
        missing = sorted(counted - walk.seen - set(plan.questions), key=lambda uuid: plan.known[uuid], reverse=True)
        shrunken = int(self.checkpoint(source).get("shrunken", 0)) + 1
        if len(counted) >= _COLLAPSE_FROM and len(missing) * 2 > len(counted) and shrunken < _COLLAPSE_LOOKS:
            self.remember(source, shrunken=shrunken)
            self._unseen(
                source,
                f"{len(missing)} of {len(counted)} known releases are missing from the lists at once;"
                " they are counted again at the next poll before anything is believed",
            )
            return
        plan.questions.extend(missing)
        # What one poll cannot ask about is missing tomorrow, too.
        self.remember(source, shrunken=None, checked_at=self._now().isoformat())

    # -- the archive -------------------------------------------------------------------------------------------

    def _fed(self, source: Source) -> frozenset[str]:
        """Addresses that the feed has shown: what the API brings of them later is told already."""
        if not Parameters.of(source).feed:
            return frozenset()
        return frozenset(record.url for record in self._present(source, _FEED_KIND))

    def _is_news(self, items: Collection[Record], source: Source) -> bool:
        """Whether one of the feed's items was shown by neither of the two so far."""
        oldest = min(item.about for item in items)
        since = date.fromisoformat(oldest) - _DAYS_APART if oldest else None
        known = self._fed(source) | {record.url for record in self._present(source, kind_in(source.url), since)}
        return any(item.url not in known for item in items)

    def _present(self, source: Source, kind: str, since: date | None = None) -> tuple[Record, ...]:
        """Records of a day or later; of the days that a feed reaches back, with days to spare, where none is given."""
        first = (since or (self._now() - _FED_DAYS).date()).isoformat()
        return self.intake.known_records(source, kind, since=first) if self.intake is not None else ()

    def _known(self, source: Source, days: int) -> dict[str, str]:
        """When the releases of the last days were created, by uuid. What nobody knows the stamp of cannot be missed."""
        if self.intake is None:
            return {}
        since = (self._now() - timedelta(days=days)).date().isoformat()
        records = self.intake.known_records(source, kind_in(source.url), since=since)
        return {record.key: str(record.extras["created"]) for record in records if record.extras.get("created")}

    def _unseen(self, source: Source, message: str) -> None:
        self.logger.warning(message)
        self.tallies[source.slug].unseen.append(message)

    def _stamp(self) -> str:
        return written(self._now())


def _answer(response: Response) -> Answer | None:
    """What the walk goes by; None of anything that the intake will not believe or cannot read either."""
    try:
        return read_answer(response.body, response.url) if response.status == 200 else None
    except ExtractionError:
        return None


def _past_of(walk: Walk, since: str, fed: frozenset[str]) -> bool | Callable[[Record], bool]:
    """Whether what a page shows for the first time is old or told already, be it some of its releases."""
    if walk.purpose is Purpose.PAST and walk.floor:
        # What is published while the past is walked through is at its end, and news.
        return lambda record: str(record.extras.get("created") or "") <= walk.floor
    if walk.baseline or walk.purpose is Purpose.PAST:
        return True
    return lambda record: record.url in fed or was_there(str(record.extras.get("created") or ""), record.about, since)
