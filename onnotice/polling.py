"""One poll: runs over the sources that are asked for or due, from the first request to the assessed health."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.decide import Confirmation
from monitor.errors import DiskFull, UsageError
from monitor.types import Health, Source, VerdictKind
from monitor.url import canonical_url
from onnotice.logs import about
from onnotice.room import lacks_room
from onnotice.runs import SourceOutcome, end_run, health_of, interrupt
from onnotice.scheduling import next_look_after, plan_anew

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
class Bounds:
    """What a poll may last, in seconds. Everything it waits for has bounds of its own; these are for what hangs all
    the same, and for a spider that finds no end."""

    silence: float = 900.0
    """Without a look: three tries of half a minute, a Retry-After of five minutes and a Crawl-delay fit in."""
    whole: float = 12 * 3600.0
    """Altogether: forty thousand pages of one host, a second apart."""


USUAL_BOUNDS = Bounds()


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
                if status is not None:
                    plan_anew(archive, source, status, now)
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
    number: int | None = None,
    on_news: Callable[[], None] | None = None,
    bounds: Bounds = USUAL_BOUNDS,
) -> PollReport:
    """Look at every given source once. A source that fails is reported and takes no other down.

    When `stop` is set nothing new is asked for: what is in flight is taken, and the rest is "interrupted", and due. A
    poll that exceeds its bounds ends likewise, and what it has not seen by then has failed. So does one that finds less
    than the settings' floor free on the archive's disk, or the disk full: then DiskFull is raised at the end, or before
    anything is asked for. `number` is that of a poll which these runs belong to, by default a new one; `on_news` is
    called when a look has brought a change.
    """
    from scrapers.crawl import Crawl, CrawlOptions, Watched
    from scrapers.intake import Intake

    if not sources:
        return PollReport(number=None)
    room = _Room(archive.path, settings.keep.floor)
    room.require()
    began = clock()
    number = archive.begin_poll(began) if number is None else number
    with archive.together():
        watched = [Watched(source=source, run=archive.begin_run(source.slug, number, began)) for source in sources]
    intake = Intake(archive, clock, confirmation_of(settings))
    options = CrawlOptions(backfill=backfill)
    if settings.contact:
        options = replace(options, contact=settings.contact)
    _spare_the_collector()
    entries = _Entries({source.slug: canonical_url(source.url) for source in sources})
    patience = _Patience(bounds)
    report_look = _reporting(progress, watched, entries)

    def looked(taken: LookTaken) -> None:
        patience.renew()
        report_look(taken)
        if taken.changes and on_news is not None:
            on_news()
        if room.is_short():
            crawl.stop()

    crawl = Crawl(watched, intake, options, looked)
    try:
        with archive.indexing_later(), about(**_in_logs(number, watched)):
            reports = await _bounded(crawl, stop, patience)
    except BaseException as error:
        # After a fault of ours it is not tried again at once: it would be asked for again and again.
        rested = isinstance(error, Exception) and not isinstance(error, DiskFull)
        for one in watched:
            # Where not even that can be written, whoever opens the archive next does.
            with suppress(DiskFull):
                interrupt(archive, one.source, one.run, clock(), clock() + one.source.cadence if rested else None)
        raise
    with archive.together():
        outcomes = tuple(
            _end(archive, intake, one, patience.judged(report), clock(), entry=entries.of(one.source.slug))
            for one, report in zip(watched, reports, strict=True)
        )
    room.require()
    return PollReport(number, outcomes)


class _Room:
    """Whether there is room for another look."""

    def __init__(self, archive: Path | None, floor: int) -> None:
        self._folder = archive.parent if archive is not None else None
        self._floor = floor
        self._lack = ""

    def is_short(self) -> bool:
        """Whether nothing more is to be asked for. Costs microseconds; once short it stays so until the poll's end."""
        if not self._lack and self._folder is not None:
            self._lack = lacks_room(self._folder, self._floor)
        return bool(self._lack)

    def require(self) -> None:
        """Raises DiskFull when it is short, or was."""
        if self.is_short():
            raise DiskFull(self._lack)


@cache
def _spare_the_collector() -> None:
    """Libraries and settings live as long as the process: the collector need not walk them at every few hundred pages.

    Measured on 1,000 new pages: a tenth to a fifth of the CPU time of the poll.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _in_logs(number: int, watched: Sequence[Watched]) -> dict[str, object]:
    """What lines that are logged meanwhile are about."""
    one = {"source": watched[0].source.slug, "run": watched[0].run} if len(watched) == 1 else {}
    return {"poll": number, **one}


class _Patience:
    """How long a poll has been without a look, and altogether."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._began = self._looked = time.monotonic()
        self._exceeded = ""

    def renew(self) -> None:
        """A look was taken."""
        self._looked = time.monotonic()

    async def wait(self) -> None:
        """Return when a bound is exceeded."""
        while True:
            now = time.monotonic()
            silent, whole = self._looked + self._bounds.silence - now, self._began + self._bounds.whole - now
            if silent <= 0:
                self._exceeded = (
                    f"The poll was given up after {self._bounds.silence / 60:.0f} minutes without an answer"
                )
            elif whole <= 0:
                self._exceeded = (
                    f"The poll was given up, for it did not end within {self._bounds.whole / 3600:.0f} hours"
                )
            if self._exceeded:
                return
            await asyncio.sleep(min(silent, whole))

    def judged(self, report: CrawlReport) -> CrawlReport:
        """A report that was cut short by us is one of a failure; it would be due again at once, and cut short again."""
        if not self._exceeded or report.outcome != "interrupted":
            return report
        return replace(report, outcome="failed", complete=False, message=self._exceeded)


async def _bounded(crawl: Crawl, stop: asyncio.Event | None, patience: _Patience) -> tuple[CrawlReport, ...]:
    reasons: list[asyncio.Task[Any]] = [asyncio.create_task(patience.wait())]
    if stop is not None:
        reasons.append(asyncio.create_task(stop.wait()))
    for reason in reasons:
        reason.add_done_callback(lambda ended: None if ended.cancelled() else crawl.stop())
    try:
        return await crawl.run()
    finally:
        for reason in reasons:
            reason.cancel()


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
        next_due_at=next_look_after(archive, source, now),
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
