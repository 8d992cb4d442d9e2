"""The daemon: a clock that polls what is due and sends what is to be told, until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from alerts.wording import counted
from monitor.errors import OnNoticeError
from monitor.types import Source
from onnotice import session
from onnotice.home import Home
from onnotice.polling import due, keep_sources, poll
from onnotice.telling import tell, transport_of

_logger = logging.getLogger(__name__)

Stamp = tuple[int, int, int]
"""Tells one state of a file from the next: its inode, size and time in nanoseconds."""


@dataclass(slots=True)
class _Daemon:
    opened: session.Session
    say: Callable[[str], None]
    stopping: asyncio.Event
    settings_seen: Stamp | None
    under_way: set[str] = field(default_factory=set)
    polls: set[asyncio.Task[None]] = field(default_factory=set)
    resting: dict[str, datetime] = field(default_factory=dict)
    """Sources whose poll ended in a fault of ours, and until when they are left alone."""
    stamp_after: datetime | None = None
    """Not before then is an authority asked again that gave no time stamp."""
    beating: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def beat(self) -> None:
        """Start a poll of what is due and not under way; then tell. Never raises: the next beat tries again."""
        async with self.beating:
            if self.stopping.is_set():
                return
            try:
                self._read_settings_again()
                self._begin(session.now())
                await self._tell()
                await self._stamp(session.now())
            except OnNoticeError as error:
                self._note(str(error))
            except Exception:
                _logger.exception("a beat failed; the next one tries again")

    def _begin(self, now: datetime) -> None:
        ready = tuple(
            source
            for source in due(self.opened.archive, self.opened.sources, now)
            if source.slug not in self.under_way and self.resting.get(source.slug, now) <= now
        )
        if ready:
            self.under_way |= {source.slug for source in ready}
            task = asyncio.create_task(self._poll(ready))
            self.polls.add(task)
            task.add_done_callback(self.polls.discard)

    async def _poll(self, ready: tuple[Source, ...]) -> None:
        try:
            report = await poll(self.opened.archive, ready, self.opened.settings, session.now, stop=self.stopping)
            for outcome in report.outcomes:
                if outcome.failed:
                    self._note(f"{outcome.slug}: {outcome.message}")
                elif outcome.changes:
                    self._note(f"{outcome.slug}: {counted(outcome.changes, 'change', 'changes')}")
            await self._tell()
        except OnNoticeError as error:
            self._rest(ready)
            self._note(str(error))
        except Exception:
            self._rest(ready)
            _logger.exception("a poll failed; its sources are tried again after their cadence")
        finally:
            self.under_way -= {source.slug for source in ready}

    def _rest(self, failed: tuple[Source, ...]) -> None:
        self.resting |= {source.slug: session.now() + source.cadence for source in failed}

    async def _tell(self) -> None:
        told = await tell(self.opened.archive, self.opened.settings, self.opened.home, session.now())
        for problem in told.report.problems:
            self._note(problem)

    async def _stamp(self, now: datetime) -> None:
        """Once a day, have the chain's newest link stamped. A failure is said, and tried again after a while."""
        from onnotice import stamping

        archive, settings = self.opened.archive, self.opened.settings
        if (self.stamp_after is not None and now < self.stamp_after) or not stamping.due(archive, settings, now):
            return
        self.stamp_after = now + stamping.PAUSE
        kept = await stamping.stamp(archive, settings, self.opened.home)
        self._note(f"{kept.authority} stamped visit {kept.visit}")

    def _read_settings_again(self) -> None:
        """Take up an edited onnotice.toml. One that cannot be used is reported once, and the old one stays."""
        from onnotice.config import read_settings

        home = self.opened.home
        stamp = _stamp_of(home)
        if stamp == self.settings_seen:
            return
        self.settings_seen = stamp
        try:
            settings = read_settings(home)
            sources = settings.sources(str(home.settings))
            transport_of(settings, home)
        except OnNoticeError as error:
            self._note(f"{error} Until then the settings from before are used.")
            return
        keep_sources(self.opened.archive, sources, session.now())
        self.opened = session.Session(home, settings, sources, self.opened.archive)
        self._note(f"read {home.settings} again: {counted(len(sources), 'source', 'sources')}")

    def _note(self, sentence: str) -> None:
        from onnotice.printing import harmless, moment

        self.say(f"{moment(session.now())} {harmless(sentence)}")

    async def drain(self) -> None:
        """Wait for what is under way: a page that has been asked for is taken, a mail that is being sent goes out."""
        if self.polls:
            await asyncio.gather(*self.polls, return_exceptions=True)
        async with self.beating:
            pass


def run_daemon(home: Home, say: Callable[[str], None], heartbeat: float) -> None:
    """Run until SIGINT or SIGTERM, then finish what is under way; a second signal ends it at once.

    Every `heartbeat` seconds it is asked what is due: schedules live in the archive, so a restart forgets nothing.
    Raises ArchiveBusy when another one runs.
    """
    stamp = _stamp_of(home)
    with session.working(home) as opened:
        transport_of(opened.settings, home)
        asyncio.run(_run(opened, say, heartbeat, stamp))


def _stamp_of(home: Home) -> Stamp | None:
    """The settings' state; None for the moment in which an editor has put them aside."""
    try:
        state = home.settings.stat()
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


async def _run(opened: session.Session, say: Callable[[str], None], heartbeat: float, stamp: Stamp | None) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stopping.set)
    daemon = _Daemon(opened, say, stopping, stamp)
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        daemon.beat,
        "interval",
        seconds=heartbeat,
        next_run_time=session.now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    say(f"watching {counted(len(opened.sources), 'source', 'sources')}; Ctrl-C stops it")
    await stopping.wait()
    for number in signals:
        loop.remove_signal_handler(number)
    say("stopping: finishing what is under way")
    # Shutting down first would cancel a running beat.
    scheduler.pause()
    await daemon.drain()
    scheduler.shutdown(wait=False)
    say("stopped")
