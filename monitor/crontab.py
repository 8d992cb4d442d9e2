"""Cron expressions: five fields as `crontab(5)` knows them, and the next moment that one names in a time zone.

Read here and not by the scheduler's library: there Sunday is 6 where crontab says 0 or 7, and an hour that an autumn
night repeats runs a daily job twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_EVERY_HOUR = frozenset(range(24))
_LONGEST_WAIT = timedelta(days=366 * 8 + 1)
"""February 29 may be eight years away: 2096 to 2104."""


@dataclass(frozen=True, slots=True)
class Crontab:
    """A cron expression, read. Days of the week count from Sunday, 0."""

    minutes: tuple[int, ...]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool
    """Where both kinds of day are restricted, either will do: crontab's own rule."""

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first moment later than `moment` that is named, in UTC, by the clocks of the zone.

        An hour that a spring night skips is taken as many minutes later as were skipped; one that an autumn night
        repeats is taken the first time, unless every hour is named, for then the hour goes on.
        """
        first = moment.astimezone(zone).date() - timedelta(days=1)
        for ahead in range(_LONGEST_WAIT.days + 2):
            day = first + timedelta(days=ahead)
            if self._names(day):
                later = [candidate for candidate in self._moments(day, zone) if candidate > moment]
                if later:
                    return min(later)
        raise AssertionError("an expression that names no day is refused when it is read")

    def _names(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either_day else in_month and in_week

    def _moments(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        twice = (0, 1) if self.hours == _EVERY_HOUR else (0,)
        for hour in self.hours:
            for minute in self.minutes:
                for fold in twice:
                    yield datetime.combine(day, time(hour, minute, fold=fold), zone).astimezone(UTC)


@lru_cache(maxsize=1024)
def read_crontab(text: str) -> Crontab:
    """Read "0 9 * * mon-fri": minute, hour, day, month, weekday; `*`, lists, ranges, steps, names of months and days.

    Raises ValueError, worded as the rest of a sentence that begins with the key.
    """
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f'has {len(fields)} fields and not five; write for example "0 9 * * mon-fri"')
    minutes, hours, days, months, weekdays = (
        _numbers(field.lower(), *form) for field, form in zip(fields, _FIELDS, strict=True)
    )
    read = Crontab(
        minutes=tuple(sorted(minutes)),
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
        either_day=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )
    # 2096 is followed by eight years without a leap day, the longest that any day stays away.
    start = date(2096, 3, 1)
    if not any(read._names(start + timedelta(days=ahead)) for ahead in range(_LONGEST_WAIT.days)):
        raise ValueError("names a day that never comes; correct the day or the month")
    return read


def _numbers(field: str, what: str, least: int, most: int, names: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, what, 1, most, ()) if slash else 1
        if span == "*":
            first, last = least, most
        else:
            first_text, dash, last_text = span.partition("-")
            first = _number(first_text, what, least, most, names)
            last = _number(last_text, what, least, most, names) if dash else (most if slash else first)
        if last < first:
            raise ValueError(f'names "{span}" as {what}, which runs backward; write the smaller one first')
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str, what: str, least: int, most: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + least
    if not (text.isascii() and text.isdecimal()) or not least <= int(text[:9]) <= most:
        allowed = f"{least} to {most}" + (f", or {names[0]} to {names[-1]}" if names else "")
        raise ValueError(f'names "{text[:40]}" as {what}; it may be {allowed}')
    return int(text)
