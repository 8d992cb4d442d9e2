"""The line of a digest that says how well the sources were seen: every silence in it is then one of the sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.wording import counted, cut, harmless
from monitor.types import Health, Rhythm, Subscription
from storage.rows import SourceStatus

DIGESTS: Final = frozenset({Rhythm.DAILY, Rhythm.WEEKLY})
"""Rhythms whose mails come seldom enough that a reader wonders what was not seen meanwhile."""

_NAMED: Final = 3
"""Sources that are named in one state; the rest are counted."""

_SAID: Final = (
    (Health.BLOCKED, "blocked"),
    (Health.BROKEN, "unreadable"),
    (Health.MOVED, "gone from its address"),
    (Health.UNREACHABLE, "unreachable"),
    (Health.SILENT, "unusually silent"),
)


def sight(statuses: Iterable[SourceStatus], subscription: Subscription, now: datetime) -> str:
    """ "18 sources seen, 1 blocked since Tuesday (ICE newsroom)."; empty where nothing is watched.

    Of the sources that the subscription names, or of all. Days are those of the subscription's time zone.
    """
    watched = [
        status
        for status in statuses
        if status.active and (not subscription.sources or status.source.slug in subscription.sources)
    ]
    if not watched:
        return ""
    seen = sum(status.health is Health.SEEN for status in watched)
    parts = [f"{counted(seen, 'source', 'sources')} seen"]
    for health, word in _SAID:
        found = [status for status in watched if status.health is health]
        if found:
            parts.append(_said(found, word, _zone(subscription.timezone), now))
    new = sum(status.health is Health.NEW for status in watched)
    if new:
        parts.append(f"{new:,} not looked at yet")
    return ", ".join(parts) + "."


def _said(found: Sequence[SourceStatus], word: str, zone: ZoneInfo, now: datetime) -> str:
    """ "1 blocked since Tuesday (ICE newsroom)"; of several the first that came to be so."""
    begun = [moment for status in found if (moment := status.blind_since or status.health_since) is not None]
    since = f" since {_day(min(begun), zone, now)}" if begun else ""
    first = ", the first" if since and len(found) > 1 else ""
    names = [cut(harmless(status.source.title) or status.source.slug, 60) for status in found[:_NAMED]]
    rest = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return f"{len(found):,} {word}{first}{since} ({'; '.join(names)}{rest})"


def _day(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "today", "Tuesday" within the week, "March 3", and the year where it is another one."""
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if day == today:
        return "today"
    if 0 < (today - day).days < 7:
        return f"{day:%A}"
    return f"{day:%B} {day.day}" + (f", {day.year}" if day.year != today.year else "")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
