"""Signs of life for whoever watches the watcher: a file, and a URL that raises the alarm when it is not asked any more.

The URL is a dead man's switch in the form of healthchecks.io: asked while all is well, with `/start` before a poll of
cron's, and with `/fail` where an operator is needed. It is the one channel that works when mail does not, when the
disk is full, and when this machine is gone; so what mail cannot tell is told there, and needs nothing else of ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.wording import counted, cut
from monitor.errors import FetchError, OnNoticeError
from onnotice.guarded import guarded_session
from onnotice.logs import SERVICE

if TYPE_CHECKING:
    from onnotice.session import Session
    from storage import Archive

_logger = logging.getLogger(SERVICE)

MAIL_MAY_WAIT = timedelta(hours=1)
"""A server that is restarted or greylists is back by then."""
_PATIENCE_SECONDS = 10.0
_LONGEST_REPORT = 2000


def trouble(archive: Archive, now: datetime) -> str:
    """What an operator must hear of though no mail gets out, as a sentence; empty when mails get out."""
    waiting = archive.backlog(now)
    if waiting.since is None or now - waiting.since < MAIL_MAY_WAIT:
        return ""
    reason = cut(waiting.last_error.rstrip("."), 300)
    return (
        f"Mail does not get out: {counted(waiting.alerts, 'mail waits', 'mails wait')} since"
        f" {waiting.since:%Y-%m-%d %H:%M} UTC ({reason})."
    )


@dataclass(slots=True)
class Pulse:
    """The signs of one process: what was shown last, and what is on its way."""

    _shown_at: datetime | None = None
    _shown: str = ""
    _deaf: bool = False
    """The URL did not answer last time; said once."""
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def beat(self, opened: Session, now: datetime, fault: str = "") -> None:
        """Write the file; ask the URL when its time has come or things have turned. Waits for nothing, raises nothing.

        `fault` is what keeps the service from its work, as a sentence; empty when nothing does.
        """
        said = fault or trouble(opened.archive, now)
        self._write(opened, now, said)
        if said and said != self._shown:
            _logger.error("%s", said)
        elif self._shown and not said:
            _logger.info("All is well again.")
        turned = bool(said) != bool(self._shown)
        self._shown = said
        every = timedelta(minutes=opened.settings.heartbeat.minutes)
        if opened.settings.heartbeat_url() and (turned or self._shown_at is None or now - self._shown_at >= every):
            self._shown_at = now
            self._begin(opened.settings.heartbeat_url(), "fail" if said else "", said)

    async def finish(self) -> None:
        """Wait for what is on its way; it has seconds."""
        if self._under_way:
            await asyncio.wait(tuple(self._under_way))

    async def show(self, opened: Session, kind: str, said: str = "") -> None:
        """Ask the URL now, where there is one. `kind` is "start", "fail", or nothing for all is well."""
        if url := opened.settings.heartbeat_url():
            await self._ask(url, kind, said)

    def _begin(self, url: str, kind: str, said: str) -> None:
        task = asyncio.create_task(self._ask(url, kind, said))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _ask(self, url: str, kind: str, said: str) -> None:
        try:
            await ask(url, kind, said)
        except FetchError as error:
            if not self._deaf:
                _logger.warning("%s", error)
            self._deaf = True
        else:
            self._deaf = False

    def _write(self, opened: Session, now: datetime, said: str) -> None:
        from onnotice.stanzas import write_whole

        if not opened.settings.heartbeat.file:
            return
        try:
            write_whole(
                opened.home.folder / opened.settings.heartbeat.file, f"{now:%Y-%m-%dT%H:%M:%SZ} {said or 'well'}\n"
            )
        except OSError as error:
            if not self._deaf:
                _logger.warning("The heartbeat's file cannot be written (%s); make room or correct its name.", error)


@asynccontextmanager
async def shown(opened: Session) -> AsyncIterator[None]:
    """Around one poll of cron's: says that it begins, and how it ended."""
    pulse = Pulse()
    await pulse.show(opened, "start")
    try:
        yield
    except Exception as error:
        await pulse.show(opened, "fail", str(error) if isinstance(error, OnNoticeError) else type(error).__name__)
        raise
    pulse.beat(opened, opened.clock())
    await pulse.finish()


async def ask(url: str, kind: str, said: str) -> None:
    """POST what there is to say to the URL, behind the guard that every request of ours passes: a private address is
    reached only where the settings name it as such. Raises FetchError, which names the host and not the URL."""
    import aiohttp

    from scrapers.guard import refusal_in

    host = urlsplit(url).hostname or "nobody"
    address = urlsplit(url)
    if kind:
        address = address._replace(path=f"{address.path.rstrip('/')}/{kind}")
    try:
        async with (
            guarded_session(url, _PATIENCE_SECONDS) as session,
            session.post(address.geturl(), data=said[:_LONGEST_REPORT].encode(), allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, FetchError, TimeoutError, OSError, ValueError) as error:
        why = refusal_in(error) or type(error).__name__
        raise FetchError(f"The heartbeat could not be shown to {host} ({why}); it is tried again.") from None
    if status >= 300:
        raise FetchError(f"The heartbeat was refused by {host} (status {status}); correct its URL in the settings.")
