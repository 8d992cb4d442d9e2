"""Polls that are under way side by side, so that no source waits for another one's patience."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from monitor.errors import OnNoticeError
from monitor.types import Health, Source
from monitor.url import vendor_host
from onnotice.polling import Clock, PollReport, Progress, poll
from onnotice.telling import Told, tell, together
from onnotice.watchdog import watched

if TYPE_CHECKING:
    from onnotice.config import Settings
    from onnotice.session import Session
    from storage import Archive
    from storage.rows import SourceStatus

_logger = logging.getLogger(__name__)

OnEnd = Callable[[PollReport | BaseException, tuple[Source, ...]], None]
"""Hears what came of a poll of these sources: its report, or the error that ended it."""

AT_ONCE = 16
"""Polls. Each is a crawl of its own; what they ask of one host the gates of `scrapers.manners` space."""
_FEW_PAGES = 5
_FEW_ON_HOST = 20
_CALM = (Health.SEEN, Health.NEW, Health.SILENT)


def groups(ready: Sequence[Source], statuses: Mapping[str, SourceStatus]) -> tuple[tuple[Source, ...], ...]:
    """Which sources share a poll, in their order: a poll ends when the slowest of its sources has been seen.

    Single pages that answered last time share one, and those that did not another: a thousand are one crawl. A host
    with many of them is one more, for they queue at its gate. Whatever is large, follows links, or has a spider of its
    own is polled by itself.
    """
    quick: list[Source] = []
    doubtful: list[Source] = []
    by_host: dict[str, list[Source]] = defaultdict(list)
    alone: list[tuple[Source, ...]] = []
    for source in ready:
        if not _is_single(source):
            alone.append((source,))
        elif _answered(statuses.get(source.slug)):
            by_host[vendor_host(source.url)].append(source)
        else:
            doubtful.append(source)
    crowded = []
    for sources in by_host.values():
        if len(sources) > _FEW_ON_HOST:
            crowded.append(tuple(sources))
        else:
            quick += sources
    return tuple(group for group in (tuple(quick), tuple(doubtful), *crowded, *alone) if group)


def _is_single(source: Source) -> bool:
    further = source.parameters.get("urls", ())
    return source.spider == "page" and not source.parameters.get("follow") and len(further) <= _FEW_PAGES


def _answered(status: SourceStatus | None) -> bool:
    if status is None or status.last_run_at is None:
        return True
    return status.last_run_at == status.last_success_at and status.health in _CALM


@dataclass(slots=True)
class Rounds:
    """The polls of one process. `stop` ends them all."""

    archive: Archive
    clock: Clock
    stop: asyncio.Event | None = None
    on_news: Callable[[], None] | None = None
    """Called when a look has brought a change."""
    under_way: set[str] = field(default_factory=set)
    """Slugs of sources that are being polled."""
    _tasks: set[asyncio.Task[PollReport]] = field(default_factory=set)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def begin(
        self,
        ready: Sequence[Source],
        settings: Settings,
        on_end: OnEnd | None = None,
        progress: Progress | None = None,
        *,
        backfill: bool = False,
    ) -> tuple[asyncio.Task[PollReport], ...]:
        """Poll these sources, without those under way, each group in a task. All their runs share one number."""
        fresh = [source for source in ready if source.slug not in self.under_way]
        if not fresh:
            return ()
        self.under_way |= {source.slug for source in fresh}
        statuses = {status.source.slug: status for status in self.archive.sources()}
        number = self.archive.begin_poll(self.clock())
        tasks = []
        for group in groups(fresh, statuses):
            task = asyncio.create_task(self._poll(group, settings, number, progress, backfill))
            task.add_done_callback(partial(self._ended, group, on_end))
            self._tasks.add(task)
            tasks.append(task)
        return tuple(tasks)

    async def drain(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def _poll(
        self, group: tuple[Source, ...], settings: Settings, number: int, progress: Progress | None, backfill: bool
    ) -> PollReport:
        async with self._turns:
            if self.stop is not None and self.stop.is_set():
                return PollReport(None)
            return await poll(
                self.archive,
                group,
                settings,
                self.clock,
                backfill=backfill,
                number=number,
                progress=progress,
                stop=self.stop,
                on_news=self.on_news,
            )

    def _ended(self, group: tuple[Source, ...], on_end: OnEnd | None, task: asyncio.Task[PollReport]) -> None:
        self._tasks.discard(task)
        self.under_way -= {source.slug for source in group}
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, Exception) and not isinstance(error, OnNoticeError):
            _logger.error("A poll failed; its sources are tried again after their cadence", exc_info=error)
        if on_end is not None:
            on_end(error or task.result(), group)


async def poll_and_tell(
    opened: Session, ready: Sequence[Source], *, backfill: bool, send: bool, progress: Progress
) -> tuple[PollReport, Told | None]:
    """What the daemon does at a beat, to its end: poll side by side, and tell whenever one of the polls has ended.

    Raises what ended a poll for a fault of ours, once the others have ended.
    """
    reports: list[PollReport] = []
    errors: list[Exception] = []
    told: list[Told] = []

    async def tell_now() -> None:
        if send:
            told.append(await tell(opened.archive, opened.settings, opened.home, opened.clock()))

    with watched():
        tasks = Rounds(opened.archive, opened.clock).begin(ready, opened.settings, progress=progress, backfill=backfill)
        for ended in asyncio.as_completed(tasks):
            try:
                reports.append(await ended)
            except Exception as error:  # noqa: BLE001 - raised below: the other polls go on
                errors.append(error)
            await tell_now()
        if not tasks:
            await tell_now()
    if errors:
        raise errors[0]
    place = {source.slug: number for number, source in enumerate(ready)}
    outcomes = [outcome for report in reports for outcome in report.outcomes]
    number = reports[0].number if reports else None
    report = PollReport(number, tuple(sorted(outcomes, key=lambda outcome: place[outcome.slug])))
    return report, together(told) if send else None
