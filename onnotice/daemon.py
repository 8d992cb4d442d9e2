"""The daemon: polls what is due and sends what is to be told, until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import datetime, timedelta

from alerts.wording import counted
from monitor.errors import DiskFull, OnNoticeError
from monitor.types import Source
from onnotice import session
from onnotice.heartbeat import Pulse
from onnotice.home import Home
from onnotice.logs import SERVICE
from onnotice.metrics import Metrics
from onnotice.polling import PollReport, keep_sources
from onnotice.room import require_room
from onnotice.rounds import Rounds
from onnotice.scheduling import due
from onnotice.telling import tell, transport_of
from onnotice.watchdog import watched

_logger = logging.getLogger(SERVICE)

Stamp = tuple[int, int, int]
"""Tells one state of a file from the next: its inode, size and time in nanoseconds."""

GATHER_SECONDS = 1.0
"""News of one page is seldom alone; whoever waits for it is told within two seconds of the look."""
_FIGURES_EVERY = timedelta(minutes=1)
_LAST_WORDS_SECONDS = 5.0
"""That a mail which is being sent when the daemon is stopped is given, and a time stamp that was asked for."""


class Service:
    """What the daemon does at each beat. Its clock is the session's, so that weeks can pass in minutes."""

    def __init__(self, opened: session.Session, stopping: asyncio.Event, *, gather: float = GATHER_SECONDS) -> None:
        self.opened = opened
        self._gather = gather
        self._stopping = stopping
        self._settings_seen: Stamp | None = stamp_of(opened.home)
        self._rounds = Rounds(opened.archive, opened.clock, stopping, self._news)
        self._resting: dict[str, datetime] = {}
        """Sources whose poll ended in a fault of ours, and until when they are left alone."""
        self._pulse = Pulse()
        self._metrics = Metrics()
        self._figures_at: datetime | None = None
        self._stamping: asyncio.Task[None] | None = None
        self._stamp_after: datetime | None = None
        """Not before then is an authority asked again that gave no time stamp."""
        self._telling: asyncio.Task[None] | None = None
        self._to_tell = asyncio.Event()

    async def beat(self) -> None:
        """Begin a poll of what is due and not under way, and have told what is to be told. Never waits for either, and
        never raises: the next beat tries again."""
        if self._stopping.is_set():
            return
        fault = ""
        try:
            self._read_settings_again()
            self._begin(self.opened.clock())
        except OnNoticeError as error:
            fault = str(error)
        except Exception as error:
            fault = f"A beat failed ({type(error).__name__}: {error}); the next one tries again, please report it."
            _logger.exception("A beat failed; the next one tries again")
        self._tell(gather=0.0)
        self._stamp()
        self._show(fault)

    def serve_figures(self) -> None:
        """Serve the figures, where the settings name a port. Raises ConfigurationError."""
        if self.opened.settings.metrics.port:
            self._metrics.serve(self.opened.settings.metrics.port)

    def reload(self) -> None:
        """Read onnotice.toml again at the next beat, whether it looks changed or not."""
        self._settings_seen = None

    async def idle(self) -> None:
        """Wait until nothing is under way: no poll, no mail, no sign of life."""
        await self._rounds.drain()
        await self._pulse.finish()
        if self._stamping is not None:
            await asyncio.wait((self._stamping,))
        while self._telling is not None:
            await asyncio.wait((self._telling,))
            await asyncio.sleep(0)

    async def drain(self) -> None:
        """Wait for what is under way when it is stopped: a page that has been asked for is taken, a mail that is being
        sent goes out, unless its server takes more than seconds."""
        await self._rounds.drain()
        if last := [task for task in (self._telling, self._stamping) if task is not None]:
            _, late = await asyncio.wait(last, timeout=_LAST_WORDS_SECONDS)
            for task in late:
                task.cancel()
        await self._pulse.finish()
        self._metrics.close()

    def _begin(self, now: datetime) -> None:
        require_room(self.opened.home.folder, self.opened.settings.keep.floor)
        ready = tuple(
            source
            for source in due(self.opened.archive, self.opened.sources, now)
            if self._resting.get(source.slug, now) <= now
        )
        self._rounds.begin(ready, self.opened.settings, self._ended)

    def _stamp(self) -> None:
        """Once a day, have the chain's newest link stamped. A failure is said, and tried again after a while."""
        from onnotice import stamping

        try:
            now = self.opened.clock()
            waits = self._stamp_after is not None and now < self._stamp_after
            if waits or not stamping.due(self.opened.archive, self.opened.settings, now):
                return
        except OnNoticeError:
            # What is wrong with the clock or the archive, the beat has said.
            return
        self._stamp_after = now + stamping.PAUSE
        self._stamping = asyncio.create_task(self._have_stamped())

    async def _have_stamped(self) -> None:
        from onnotice import stamping

        try:
            kept = await stamping.stamp(self.opened.archive, self.opened.settings, self.opened.home)
            _logger.info("%s stamped visit %s", kept.authority, kept.visit)
        except OnNoticeError as error:
            _logger.error("%s", error)
        except Exception:
            _logger.exception("A time stamp failed; it is tried again in an hour")

    def _show(self, fault: str) -> None:
        """Signs of life and figures, which stop nothing, whatever becomes of them."""
        try:
            now = session.now() if fault else self.opened.clock()
            self._pulse.beat(self.opened, now, fault)
            metrics = self.opened.settings.metrics
            wanted = metrics.port or metrics.file
            if wanted and (self._figures_at is None or not timedelta() <= now - self._figures_at < _FIGURES_EVERY):
                self._figures_at = now
                self._metrics.take(self.opened, now)
                if metrics.file:
                    self._metrics.write(self.opened.home.folder / metrics.file)
        except Exception:
            _logger.exception("Signs of life could not be shown; the next beat tries again")

    def _ended(self, report: PollReport | BaseException, group: tuple[Source, ...]) -> None:
        """A poll has ended: say what it found, and have it told."""
        if not isinstance(report, PollReport):
            now = self.opened.clock()
            if not isinstance(report, DiskFull):
                self._resting |= {source.slug: now + source.cadence for source in group}
            _logger.error("%s", report if isinstance(report, OnNoticeError) else f"A poll failed: {report}")
        else:
            for outcome in report.outcomes:
                about = {"source": outcome.slug, "poll": report.number, "health": outcome.health.value}
                if outcome.failed:
                    _logger.warning("%s: %s", outcome.slug, outcome.message, extra=about)
                elif outcome.changes:
                    _logger.info("%s: %s", outcome.slug, counted(outcome.changes, "change", "changes"), extra=about)
        self._news()

    def _news(self) -> None:
        self._tell(gather=self._gather)

    def _tell(self, gather: float) -> None:
        """Tell soon, in a task: a slow mail server holds up no poll. One that is under way goes round once more."""
        self._to_tell.set()
        if self._telling is None and not self._stopping.is_set():
            self._telling = asyncio.create_task(self._tell_all(gather))
            self._telling.add_done_callback(self._told)

    def _told(self, task: asyncio.Task[None]) -> None:
        self._telling = None
        if not task.cancelled() and self._to_tell.is_set():
            self._tell(gather=self._gather)

    async def _tell_all(self, gather: float) -> None:
        if gather:
            await asyncio.sleep(gather)
        self._to_tell.clear()
        try:
            told = await tell(self.opened.archive, self.opened.settings, self.opened.home, self.opened.clock())
            for problem in told.report.problems:
                _logger.error("%s", problem)
        except OnNoticeError as error:
            _logger.error("%s", error)
        except Exception:
            _logger.exception("Telling failed; the next beat tries again")

    def _read_settings_again(self) -> None:
        """Take up an edited onnotice.toml. One that cannot be used is reported once, and the old one stays."""
        from onnotice.config import read_settings

        home = self.opened.home
        stamp = stamp_of(home)
        if stamp == self._settings_seen:
            return
        self._settings_seen = stamp
        try:
            settings = read_settings(home)
            sources = settings.sources(str(home.settings))
            transport_of(settings, home)
        except OnNoticeError as error:
            _logger.error("%s Until then the settings from before are used.", error)
            return
        keep_sources(self.opened.archive, sources, self.opened.clock())
        self.opened = session.Session(home, settings, sources, self.opened.archive, self.opened.clock)
        _logger.info("read %s again: %s", home.settings, counted(len(sources), "source", "sources"))


def run_daemon(home: Home, heartbeat: float) -> None:
    """Run until SIGINT or SIGTERM, then finish what is under way; a second signal ends it at once. SIGHUP has the
    settings read again.

    Every `heartbeat` seconds it is asked what is due: schedules live in the archive, so a restart forgets nothing.
    Raises ArchiveBusy when another one runs.
    """
    with session.working(home) as opened:
        transport_of(opened.settings, home)
        asyncio.run(_run(opened, heartbeat))


def stamp_of(home: Home) -> Stamp | None:
    """The settings' state; None for the moment in which an editor has put them aside."""
    try:
        state = home.settings.stat()
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


async def _run(opened: session.Session, heartbeat: float) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    service = Service(opened, stopping)
    service.serve_figures()
    scheduler = AsyncIOScheduler(timezone="UTC")
    beats = scheduler.add_job(
        service.beat,
        "interval",
        seconds=heartbeat,
        next_run_time=session.now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )

    def reload() -> None:
        service.reload()
        beats.modify(next_run_time=session.now())

    signals: tuple[tuple[int, Callable[[], None]], ...] = (
        (signal.SIGINT, stopping.set),
        (signal.SIGTERM, stopping.set),
        (signal.SIGHUP, reload),
    )
    for number, act in signals:
        loop.add_signal_handler(number, act)
    with watched():
        scheduler.start()
        _logger.info("watching %s; Ctrl-C stops it", counted(len(opened.sources), "source", "sources"))
        while not await _set_within(stopping, heartbeat):
            # Set back an hour, the system's clock would keep the scheduler waiting for an hour.
            if beats.next_run_time - session.now() > timedelta(seconds=2 * heartbeat):
                beats.modify(next_run_time=session.now())
        for number, _ in signals:
            loop.remove_signal_handler(number)
        _logger.info("stopping: finishing what is under way")
        # Shutting down first would cancel a running beat.
        scheduler.pause()
        await service.drain()
        scheduler.shutdown(wait=False)
        _logger.info("stopped")


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
