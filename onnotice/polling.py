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
from monitor.types import Health, Source, VerdictKind
from monitor.url import canonical_url
from onnotice.runs import SourceOutcome, end_run, health_of, interrupt

if TYPE_CHECKING:
    from onnotice.config import Settings
    from scrapers.crawl import Crawl, CrawlReport, Watched
    from scrapers.crawl import Progress as LookTaken
    from scrapers.intake import Intake
    from storage import Archive
    from storage.rows import SourceStatus

Clock = Callable[[], datetime]
Progress = Callable[[str, int, int], None]
"""Called with a source's slug, looks done, and looks expected (0 when nobody knows)."""


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
        SourceStatus(source, True, Health.NEW, None, None, None, None, None, None, "") for source in stanzas.values()
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
        with archive.indexing_later():
            reports = await _stoppable(crawl, stop)
    except BaseException as error:
        # After a fault of ours it is not tried again at once: it would be asked for again and again.
        rested = isinstance(error, Exception)
        for one in watched:
            interrupt(archive, one.source, one.run, clock(), clock() + one.source.cadence if rested else None)
        raise
    with archive.together():
        outcomes = tuple(
            _end(archive, intake, one, report, clock(), entry=entries.of(one.source.slug))
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


def _end(
    archive: Archive, intake: Intake, watched: Watched, report: CrawlReport, now: datetime, *, entry: VerdictKind | None
) -> SourceOutcome:
    source, run = watched.source, watched.run
    if report.outcome == "interrupted":
        tally = intake.tally(run)
        interrupt(archive, source, run, now)
        intake.forget(run)
        health = health_of(archive, source.slug)
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
        entry=entry,
    )


class _Entries:
    """What the first look at each source's own address came to."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._first: dict[str, VerdictKind] = {}

    def note(self, taken: LookTaken) -> None:
        """A look was taken; an API's own address is asked with a query behind it."""
        if taken.url.partition("?")[0] == self._addresses.get(taken.source, "").partition("?")[0]:
            self._first.setdefault(taken.source, taken.verdict)

    def of(self, slug: str) -> VerdictKind | None:
        """What the source's own address came to, whatever else of it was seen; None where it was not asked for."""
        return self._first.get(slug)


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
