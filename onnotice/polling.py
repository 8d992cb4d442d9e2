"""One poll: runs over the sources that are asked for or due, from the first request to the assessed health."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.decide import Confirmation
from monitor.errors import UsageError
from monitor.health import Assessment, assess
from monitor.significance import weigh
from monitor.types import Health, Source, VerdictKind
from monitor.url import canonical_url

if TYPE_CHECKING:
    from onnotice.config import Settings
    from scrapers.crawl import Crawl, CrawlReport, Watched
    from scrapers.crawl import Progress as LookTaken
    from scrapers.intake import Intake, RunTally
    from storage import Archive
    from storage.rows import NewsRhythm, SourceStatus

Clock = Callable[[], datetime]
Progress = Callable[[str, int, int], None]
"""Called with a source's slug, looks done, and looks expected (0 when nobody knows)."""


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """How one source fared in a poll."""

    slug: str
    title: str
    health: Health
    looks: int
    changes: int
    failed: bool
    message: str


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll did. `number` groups its runs in the archive; None when nothing was due."""

    number: int | None
    outcomes: tuple[SourceOutcome, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether some source failed: exit code 1."""
        return any(outcome.failed for outcome in self.outcomes)

    @property
    def changes(self) -> int:
        """Changes kept, whatever their weight."""
        return sum(outcome.changes for outcome in self.outcomes)


def chosen(sources: Sequence[Source], slugs: Sequence[str]) -> tuple[Source, ...]:
    """The named sources, or all. Raises UsageError for a name that is not watched."""
    if not slugs:
        return tuple(sources)
    by_slug = {source.slug: source for source in sources}
    for slug in slugs:
        if slug not in by_slug:
            raise UsageError(f"No source is called {slug!r}; `onnotice sources` lists those that are watched.")
    return tuple(by_slug[slug] for slug in dict.fromkeys(slugs))


def due(archive: Archive, sources: Sequence[Source], now: datetime) -> tuple[Source, ...]:
    """Sources whose cadence has come round, and those with a page that was held and is to be looked at again.

    A held page that the source's last run was due to look at, and did not (nothing links to it any more), waits for
    the cadence like any other: it would make its source due for ever.
    """
    statuses = {status.source.slug: status for status in archive.sources()}
    held = archive.pages_due(now)

    def is_due(source: Source) -> bool:
        status = statuses.get(source.slug)
        if status is None or status.next_due_at is None or status.next_due_at <= now:
            return True
        pages = {url for slug, url in held if slug == source.slug}
        if pages and status.last_run_at is not None:
            pages -= {url for _, url in archive.pages_due(status.last_run_at, source.slug)}
        return bool(pages)

    return tuple(source for source in sources if is_due(source))


def standing(archive: Archive, watched: Sequence[Source]) -> tuple[SourceStatus, ...]:
    """How every source fares: those of the settings as they say now, polled before or not, and those of the past."""
    from storage.rows import SourceStatus

    stanzas = {source.slug: source for source in watched}
    known = [
        replace(status, source=stanzas.pop(status.source.slug), active=True)
        if status.source.slug in stanzas
        else replace(status, active=False)
        for status in archive.sources()
    ]
    never = [
        SourceStatus(source, True, Health.NEW, None, None, None, None, None, None, 0, 0, 0, "")
        for source in stanzas.values()
    ]
    return (*known, *never)


def keep_sources(archive: Archive, sources: Sequence[Source], now: datetime) -> None:
    """Make the archive's list of active sources that of the settings. What was seen of dropped ones stays."""
    watched = {source.slug for source in sources}
    held = {status.source.slug: status for status in archive.sources()}
    with archive.together():
        for source in sources:
            status = held.get(source.slug)
            if status is None or not status.active or status.source != source:
                archive.keep_source(source, now)
        for slug, status in held.items():
            if status.active and slug not in watched:
                archive.drop_source(slug, now)


async def poll(
    archive: Archive,
    sources: Sequence[Source],
    settings: Settings,
    clock: Clock,
    *,
    backfill: bool = False,
    progress: Progress | None = None,
    stop: asyncio.Event | None = None,
) -> PollReport:
    """Look at every given source once. A source that fails is reported and takes no other down.

    When `stop` is set nothing new is asked for: what is in flight is taken, and the rest is "interrupted".
    """
    from scrapers.crawl import Crawl, CrawlOptions, Watched
    from scrapers.intake import Intake

    if not sources:
        return PollReport(number=None)
    began = clock()
    number = archive.begin_poll(began)
    with archive.together():
        watched = [Watched(source=source, run=archive.begin_run(source.slug, number, began)) for source in sources]
    intake = Intake(archive, clock, confirmation_of(settings))
    options = CrawlOptions(backfill=backfill)
    if settings.contact:
        options = replace(options, contact=settings.contact)
    _spare_the_collector()
    entries = _Entries({source.slug: canonical_url(source.url) for source in sources})
    crawl = Crawl(watched, intake, options, _reporting(progress, watched, entries))
    try:
        reports = await _stoppable(crawl, stop)
    except BaseException as error:
        # After a fault of ours it is not tried again at once: it would be asked for again and again.
        rested = isinstance(error, Exception)
        for one in watched:
            interrupt(archive, one.source, one.run, clock(), clock() + one.source.cadence if rested else None)
        raise
    with archive.together():
        outcomes = tuple(
            _end(archive, intake, one, report, clock(), entry_blocked=entries.blocked(one.source.slug))
            for one, report in zip(watched, reports, strict=True)
        )
    return PollReport(number, outcomes)


def _spare_the_collector() -> None:
    """Libraries and settings live as long as the process: the collector need not walk them at every few hundred pages.

    Measured on 1,000 new pages: a tenth to a fifth of the CPU time of the poll.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _stoppable(crawl: Crawl, stop: asyncio.Event | None) -> tuple[CrawlReport, ...]:
    if stop is None:
        return await crawl.run()
    waiting = asyncio.create_task(stop.wait())
    waiting.add_done_callback(lambda waited: None if waited.cancelled() else crawl.stop())
    try:
        return await crawl.run()
    finally:
        waiting.cancel()


def confirmation_of(settings: Settings) -> Confirmation:
    """When a collapse is believed, by the settings."""
    return Confirmation(looks=settings.confirm_looks, apart=timedelta(minutes=settings.confirm_minutes))


@dataclass(frozen=True, slots=True)
class Past:
    """What a source's health is measured against: the news and the failures before a run has ended."""

    rhythm: NewsRhythm
    """Of all news so far, the run's own too."""
    failing_runs: int
    """In a row, just before this one."""


def past_of(archive: Archive, slug: str) -> Past:
    """From what the archive remembers: work in proportion to the source's history."""
    return Past(archive.news_rhythm(slug), archive.failing_runs(slug))


def assess_run(
    status: SourceStatus, tally: RunTally, past: Past, now: datetime, *, entry_blocked: bool = False
) -> Assessment:
    """The source's health after a run, from what the run saw and what is remembered."""
    return assess(
        before=status.health,
        since=status.health_since,
        tally=tally.verdicts,
        broken=tuple(dict.fromkeys(tally.broken)),
        reasons=tuple(dict.fromkeys(tally.unseen)),
        last_news_at=past.rhythm.last_news_at,
        usual_gap=past.rhythm.longest_gap if past.rhythm.gaps >= 5 else None,
        failing_runs=past.failing_runs,
        now=now,
        source=status.source,
        entry_blocked=entry_blocked,
    )


def end_run(
    archive: Archive,
    intake: Intake,
    source: Source,
    run: int,
    now: datetime,
    *,
    fetched: bool = True,
    complete: bool = True,
    message: str = "",
    next_due_at: datetime | None = None,
    entry_blocked: bool = False,
    past: Past | None = None,
) -> SourceOutcome:
    """End a run with the health that it found, and what that makes of the source.

    `fetched` and `complete` are what the crawl says of itself, and `message` what went wrong in it: it is kept where
    the source's health has nothing worse to say.
    """
    tally = intake.tally(run)
    status = archive.source(source.slug)
    assert status is not None
    past = past or past_of(archive, source.slug)
    assessment = assess_run(status, tally, past, now, entry_blocked=entry_blocked)
    looked = tally.verdicts.total() > 0
    failed = not (fetched and looked) or assessment.health in _FAILING or bool(tally.broken)
    if not message or assessment.health in _FAILING:
        message = assessment.message
    archive.end_run(
        run,
        now,
        outcome="failed" if failed else "ok",
        complete=complete and looked and _believed(tally.verdicts),
        message=message,
        health=assessment.health,
        health_change=weigh(assessment.change) if assessment.change else None,
        next_due_at=next_due_at,
    )
    intake.forget(run)
    return SourceOutcome(
        slug=source.slug,
        title=source.title,
        health=assessment.health,
        looks=tally.verdicts.total(),
        changes=tally.changes,
        failed=failed,
        message=message,
    )


def _end(
    archive: Archive, intake: Intake, watched: Watched, report: CrawlReport, now: datetime, *, entry_blocked: bool
) -> SourceOutcome:
    source, run = watched.source, watched.run
    if report.outcome == "interrupted":
        tally = intake.tally(run)
        interrupt(archive, source, run, now)
        intake.forget(run)
        health = _health(archive, source.slug)
        return SourceOutcome(
            source.slug, source.title, health, tally.verdicts.total(), tally.changes, False, report.message
        )
    return end_run(
        archive,
        intake,
        source,
        run,
        now,
        fetched=report.outcome == "ok",
        complete=report.complete,
        message=report.message,
        next_due_at=now + source.cadence,
        entry_blocked=entry_blocked,
    )


def interrupt(archive: Archive, source: Source, run: int, now: datetime, next_due_at: datetime | None = None) -> None:
    """The run was cut short: it says nothing about the source, which stays due."""
    archive.end_run(
        run,
        now,
        outcome="interrupted",
        complete=False,
        message="stopped before it was complete",
        health=_health(archive, source.slug),
        health_change=None,
        next_due_at=next_due_at,
    )


_FAILING = frozenset({Health.BLOCKED, Health.BROKEN, Health.UNREACHABLE})
_BELIEVED = (VerdictKind.CREDIBLE, VerdictKind.UNCHANGED, VerdictKind.MOVED)


def _believed(verdicts: Mapping[VerdictKind, int]) -> bool:
    return any(verdicts.get(kind) for kind in _BELIEVED)


class _Entries:
    """What the first look at each source's own address came to."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._first: dict[str, VerdictKind] = {}

    def note(self, taken: LookTaken) -> None:
        """A look was taken; an API's own address is asked with a query behind it."""
        if taken.url.partition("?")[0] == self._addresses.get(taken.source, "").partition("?")[0]:
            self._first.setdefault(taken.source, taken.verdict)

    def blocked(self, slug: str) -> bool:
        """Whether the source's own address was refused, whatever else of it was seen."""
        return self._first.get(slug) is VerdictKind.BLOCKED


def _reporting(progress: Progress | None, watched: Sequence[Watched], entries: _Entries) -> Callable[[LookTaken], None]:
    """The crawl's reports as a bar understands them: one bar for all sources, or one source's own count."""
    done = 0

    def report(taken: LookTaken) -> None:
        nonlocal done
        done += 1
        entries.note(taken)
        if progress is None:
            return
        if taken.total:
            progress(taken.source, taken.done, taken.total)
        elif len(watched) > 1:
            progress(f"{len(watched):,} sources", min(done, len(watched)), len(watched))
        else:
            progress(taken.source, done, 0)

    return report


def _health(archive: Archive, slug: str) -> Health:
    status = archive.source(slug)
    return status.health if status else Health.NEW


def run_poll(
    archive: Archive,
    sources: Sequence[Source],
    settings: Settings,
    clock: Clock,
    *,
    backfill: bool = False,
    progress: Progress | None = None,
) -> PollReport:
    """`poll` from a program without an event loop. Ctrl-C ends it cleanly; the next poll goes on."""
    return asyncio.run(poll(archive, sources, settings, clock, backfill=backfill, progress=progress))
