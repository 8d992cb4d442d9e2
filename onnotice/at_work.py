"""Whether anything is at work here, and keeps up: the lock, signs of life, what is late, the clock, the mail."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.health import duration
from monitor.schedule import is_due
from onnotice.heartbeat import trouble
from onnotice.home import Home

if TYPE_CHECKING:
    from onnotice.config import Settings
    from storage import Archive
    from storage.rows import SourceStatus

_LEAST_LATE = timedelta(minutes=15)
"""Cron comes every five or ten minutes."""
_LONGEST_SILENCE = timedelta(minutes=30)
"""The daemon shows a sign of life every quarter of a minute, unless one expression keeps it for its ten minutes."""


def late(statuses: Sequence[SourceStatus], now: datetime) -> tuple[SourceStatus, ...]:
    """Sources that are due for longer than they usually wait, the longest first: what polls does not keep up."""
    found = [
        (status.next_due_at, status)
        for status in statuses
        if status.active
        and status.next_due_at is not None
        and now - status.next_due_at > max(status.source.cadence, _LEAST_LATE)
        and is_due(status.source, status.next_due_at, now)
    ]
    return tuple(status for _, status in sorted(found, key=lambda pair: pair[0]))


def late_in_words(overdue: Sequence[SourceStatus], now: datetime) -> str:
    """ "2 sources are late, denver_press by 3 days: does anything poll?"; empty where none is."""
    if not overdue:
        return ""
    first = overdue[0]
    assert first.next_due_at is not None
    behind = duration(now - first.next_due_at)
    who = f"{first.source.slug} is" if len(overdue) == 1 else f"{len(overdue):,} sources are"
    most = "" if len(overdue) == 1 else f", {first.source.slug} the most,"
    return f"{who} late{most} by {behind}: does anything poll? Run `onnotice run`, or `onnotice poll --due` from cron."


def at_work_in_words(archive: Archive, now: datetime) -> str:
    """Who polls just now, and since when."""
    holder = archive.holder()
    if holder is None:
        return "Nothing polls just now."
    return f"Process {holder.process} has been at work for {duration(max(now - holder.since, timedelta()))}."


def silence_in_words(archive: Archive, settings: Settings, home: Home, now: datetime) -> str:
    """What to do about a process that holds the lock and shows no sign of life; empty where all is well."""
    holder = archive.holder()
    if holder is None or not settings.heartbeat.file or now - holder.since < _LONGEST_SILENCE:
        return ""
    beat = _last_beat(home, settings)
    if beat is not None and now - beat < _LONGEST_SILENCE:
        return ""
    since = f"since {beat:%Y-%m-%d %H:%M} UTC" if beat else "at all"
    return f"Process {holder.process} holds the lock and has shown no sign of life {since}; end it, and start it again."


def clock_in_words(archive: Archive, now: datetime) -> str:
    """How far the machine's clock is behind what is on record; empty where it is not."""
    newest = archive.newest_look()
    if newest is None or newest - now < timedelta(seconds=1):
        return ""
    return (
        f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC, {duration(newest - now)} before the newest look; set"
        " it right, or wait until it has caught up: until then dates are a little ahead of it."
    )


def mail_in_words(archive: Archive, now: datetime) -> str:
    """That mail does not get out; empty where it does."""
    return trouble(archive, now)


def unused_proxy() -> str:
    """The environment's proxy, which is never asked: addresses are judged where we connect, and it would hide them."""
    names = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
    return next((name for name in names if os.environ.get(name) or os.environ.get(name.lower())), "")


def _last_beat(home: Home, settings: Settings) -> datetime | None:
    try:
        return datetime.fromtimestamp((home.folder / settings.heartbeat.file).stat().st_mtime, UTC)
    except OSError:
        return None
