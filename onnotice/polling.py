"""One poll: runs over the sources that are asked for or due, from the first request to the assessed health."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.decide import Confirmation
from monitor.errors import UsageError
from monitor.health import Assessment, assess
from monitor.significance import weigh
from monitor.types import Health, Source, VerdictKind

if TYPE_CHECKING:
    from onnotice.config import Settings
    from scrapers.crawl import CrawlReport, Watched
    from scrapers.crawl import Progress as LookTaken
    from scrapers.intake import Intake
    from storage import Archive

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
    """Sources whose cadence has come round, and those with a page that was held and is to be looked at again."""
    again = {slug for slug, _ in archive.pages_due(now)}
    next_due = {status.source.slug: status.next_due_at for status in archive.sources()}

    def is_due(source: Source) -> bool:
        when = next_due.get(source.slug)
        return when is None or when <= now or source.slug in again

    return tuple(source for source in sources if is_due(source))


def keep_sources(archive: Archive, sources: Sequence[Source], now: datetime) -> None:
    """Make the archive's list of active sources that of the settings. What was seen of dropped ones stays."""
    watched = {source.slug for source in sources}
    held = {status.source.slug: status for status in archive.sources()}
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
) -> PollReport:
    """Look at every given source once. A source that fails is reported and takes no other down."""
    from scrapers.crawl import CrawlOptions, Watched, crawl
    from scrapers.intake import Intake

    if not sources:
        return PollReport(number=None)
    began = clock()
    number = archive.begin_poll(began)
    watched = [Watched(source=source, run=archive.begin_run(source.slug, number, began)) for source in sources]
    intake = Intake(archive, clock, confirmation_of(settings))
    options = CrawlOptions(backfill=backfill)
    if settings.contact:
        options = replace(options, contact=settings.contact)
    try:
        reports = await crawl(watched, intake, options, _reporting(progress, watched))
    except BaseException:
        for one in watched:
            archive.end_run(
                one.run,
                clock(),
                outcome="interrupted",
                complete=False,
                message="stopped before it was complete",
                health=_health(archive, one.source.slug),
                health_change=None,
                next_due_at=None,
            )
        raise
    by_slug = {report.source: report for report in reports}
    outcomes = [_end(archive, intake, one.source, one.run, by_slug[one.source.slug], clock()) for one in watched]
    return PollReport(number, tuple(outcomes))


def confirmation_of(settings: Settings) -> Confirmation:
    """When a collapse is believed, by the settings."""
    return Confirmation(looks=settings.confirm_looks, apart=timedelta(minutes=settings.confirm_minutes))


def assess_run(archive: Archive, intake: Intake, source: Source, run: int, now: datetime) -> Assessment:
    """The source's health after a run, from what the run saw and what the archive remembers."""
    status = archive.source(source.slug)
    assert status is not None
    tally = intake.tally(run)
    rhythm = archive.news_rhythm(source.slug)
    return assess(
        before=status.health,
        since=status.health_since,
        tally=tally.verdicts,
        broken=tuple(dict.fromkeys(tally.broken)),
        reasons=tuple(dict.fromkeys(tally.unseen)),
        last_news_at=rhythm.last_news_at,
        usual_gap=rhythm.longest_gap if rhythm.gaps >= 5 else None,
        failing_runs=archive.failing_runs(source.slug),
        now=now,
        source=source,
    )


def _end(
    archive: Archive, intake: Intake, source: Source, run: int, report: CrawlReport, now: datetime
) -> SourceOutcome:
    tally = intake.tally(run)
    assessment = assess_run(archive, intake, source, run, now)
    looked = tally.verdicts.total() > 0
    failed = report.outcome != "ok" or not looked or assessment.health in _FAILING or bool(tally.broken)
    message = report.message or assessment.message
    archive.end_run(
        run,
        now,
        outcome="failed" if failed else "ok",
        complete=report.complete and looked and _believed(tally.verdicts),
        message=message,
        health=assessment.health,
        health_change=weigh(assessment.change) if assessment.change else None,
        next_due_at=now + source.cadence,
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


_FAILING = frozenset({Health.BLOCKED, Health.BROKEN, Health.UNREACHABLE})
_BELIEVED = (VerdictKind.CREDIBLE, VerdictKind.UNCHANGED, VerdictKind.MOVED)


def _believed(verdicts: Mapping[VerdictKind, int]) -> bool:
    return any(verdicts.get(kind) for kind in _BELIEVED)


def _reporting(progress: Progress | None, watched: Sequence[Watched]) -> Callable[[LookTaken], None] | None:
    """The crawl's reports as a bar understands them: one bar for all sources, or one source's own count."""
    if progress is None:
        return None
    done = 0

    def report(taken: LookTaken) -> None:
        nonlocal done
        done += 1
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
