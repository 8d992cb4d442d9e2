"""When a subscription's next mail goes out, and when one that failed is tried again. No clock is read here."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import ConfigurationError
from monitor.types import Rhythm, Subscription, in_utc

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIRST_DELAY: Final = timedelta(minutes=1)
LONGEST_DELAY: Final = timedelta(hours=6)
GIVE_UP_AFTER: Final = timedelta(days=3)
"""Of delays added up: about what mail servers themselves hold a message for (RFC 5321, 4.5.4.1: four to five days),
less the time that is left to repair it."""


def next_due(subscription: Subscription, now: datetime) -> datetime:
    """When a change that is found now is mailed: now, or the next time of the subscription's rhythm, in UTC.

    The hour is the reader's own: 7:00 in its zone stays 7:00 when the clocks change. An hour that a spring night
    skips is taken as many minutes later as were skipped; one that an autumn night repeats is taken the first time.
    Raises ConfigurationError for a time zone or weekday that does not exist.
    """
    now = in_utc(now)
    if subscription.rhythm is Rhythm.AT_ONCE:
        return now
    if subscription.rhythm is Rhythm.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    zone, weekday = _zone(subscription), _weekday(subscription)
    day = now.astimezone(zone).date()
    for ahead in range(9):
        candidate_day = day + timedelta(days=ahead)
        if subscription.rhythm is Rhythm.WEEKLY and candidate_day.weekday() != weekday:
            continue
        candidate = datetime.combine(candidate_day, time(subscription.hour), zone).astimezone(UTC)
        if candidate > now:
            return candidate
    raise AssertionError("nine days hold every weekday after now")


def quiet_until(subscription: Subscription, moment: datetime) -> datetime | None:
    """When the quiet hours end that a moment falls into, in UTC; None outside of them, and where there are none.

    The hours are the reader's own, as in `next_due`. Raises ConfigurationError for a time zone that does not exist.
    """
    begin, end = subscription.quiet_from, subscription.quiet_until
    if begin is None or end is None or begin == end:
        return None
    zone = _zone(subscription)
    local = in_utc(moment).astimezone(zone)
    clock = local.time()
    quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=clock >= end)
    ends = datetime.combine(day, end, zone)
    if ends.astimezone(UTC) <= moment:  # the clock has gone back, and shows this hour for the second time
        ends = ends.replace(fold=1)
    return ends.astimezone(UTC)


def retry_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts: a minute, doubled up to six hours; None when it is enough."""
    waited = timedelta()
    delay = _FIRST_DELAY
    for _ in range(attempts - 1):
        waited += delay
        if waited >= GIVE_UP_AFTER:
            return None
        delay = min(delay * 2, LONGEST_DELAY)
    return delay


def _zone(subscription: Subscription) -> ZoneInfo:
    try:
        return ZoneInfo(subscription.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(
            f"Subscription {subscription.name} names the time zone “{subscription.timezone}”, which does not exist; "
            "write an IANA name such as America/Denver."
        ) from error


def _weekday(subscription: Subscription) -> int:
    short = subscription.weekday.strip().casefold()[:3]
    if short not in _WEEKDAYS:
        raise ConfigurationError(
            f"Subscription {subscription.name} names the weekday “{subscription.weekday}”; write mon, tue, wed, thu, "
            "fri, sat or sun."
        )
    return _WEEKDAYS.index(short)
