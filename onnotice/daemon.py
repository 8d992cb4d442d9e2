"""The daemon: a clock that polls what is due and sends what is to be told, until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.errors import OnNoticeError
from monitor.types import Source
from onnotice import session
from onnotice.home import Home
from onnotice.polling import due, keep_sources, poll
from onnotice.telling import tell

_HEARTBEAT_SECONDS = 15
"""How often it is asked what is due. Schedules live in the archive, so a restart forgets nothing."""

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Daemon:
    opened: session.Session
    say: Callable[[str], None]
    stopping: asyncio.Event
    under_way: set[str] = field(default_factory=set)
    polls: set[asyncio.Task[None]] = field(default_factory=set)
    settings_seen: float = 0.0

    async def beat(self) -> None:
        """Start a poll of what is due and not under way; then tell. Never raises: the next beat tries again."""
        try:
            if self.stopping.is_set():
                return
            self._read_settings_again()
            ready = due(self.opened.archive, self.opened.sources, session.now())
            ready = tuple(source for source in ready if source.slug not in self.under_way)
            if ready:
                task = asyncio.create_task(self._poll(ready))
                self.polls.add(task)
                task.add_done_callback(self.polls.discard)
            await self._tell()
        except OnNoticeError as error:
            self.say(f"onnotice: {error}")
        except Exception:
            _logger.exception("a beat failed; the next one tries again")

    async def _poll(self, ready: tuple[Source, ...]) -> None:
        slugs = {source.slug for source in ready}
        self.under_way |= slugs
        try:
            report = await poll(self.opened.archive, ready, self.opened.settings, session.now)
            for outcome in report.outcomes:
                if outcome.failed or outcome.changes:
                    said = outcome.message if outcome.failed else f"{outcome.changes:,} changes"
                    self.say(f"{session.now():%Y-%m-%d %H:%M} {outcome.slug}: {said}")
            await self._tell()
        except OnNoticeError as error:
            self.say(f"onnotice: {error}")
        except Exception:
            _logger.exception("a poll failed; its sources stay due")
        finally:
            self.under_way -= slugs

    async def _tell(self) -> None:
        told = await tell(self.opened.archive, self.opened.settings, self.opened.home, session.now())
        for problem in told.report.problems:
            self.say(f"{session.now():%Y-%m-%d %H:%M} {problem}")

    def _read_settings_again(self) -> None:
        """Take up an edited onnotice.toml. One that cannot be used is reported once, and the old one stays."""
        from onnotice.config import read_settings

        home = self.opened.home
        changed = home.settings.stat().st_mtime
        if changed == self.settings_seen:
            return
        first, self.settings_seen = not self.settings_seen, changed
        if first:
            return
        settings = read_settings(home)
        sources = settings.sources(str(home.settings))
        keep_sources(self.opened.archive, sources, session.now())
        self.opened = session.Session(home, settings, sources, self.opened.archive)
        self.say(f"read {home.settings} again: {len(sources):,} sources")

    async def drain(self) -> None:
        """Wait for polls under way: a crawl is never cancelled in the middle of a page."""
        if self.polls:
            await asyncio.gather(*self.polls, return_exceptions=True)


def run_daemon(home: Home, say: Callable[[str], None]) -> None:
    """Run until SIGINT or SIGTERM, then finish what is under way. Raises ArchiveBusy when another one runs."""
    with session.working(home) as opened:
        asyncio.run(_run(opened, say))


async def _run(opened: session.Session, say: Callable[[str], None]) -> None:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    daemon = _Daemon(opened, say, stopping)
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        daemon.beat,
        "interval",
        seconds=_HEARTBEAT_SECONDS,
        next_run_time=session.now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    say(f"watching {len(opened.sources):,} sources; Ctrl-C stops it")
    await stopping.wait()
    say("stopping: finishing what is under way")
    # Shutting down first would cancel a running beat.
    scheduler.pause()
    await daemon.drain()
    scheduler.shutdown(wait=False)
    say("stopped")
