"""The hours in which a source may be looked at: "weekdays 06:00-20:00 America/Denver"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED_DAYS = {
    "daily": frozenset(range(7)),
    "weekdays": frozenset(range(5)),
    "weekends": frozenset((5, 6)),
}
_FORM = re.compile(r"(?:(?P<days>[a-z,-]+) )?(?P<opens>\d\d:\d\d) ?[-–] ?(?P<closes>\d\d:\d\d)(?: (?P<zone>\S+))?")
_EXAMPLE = 'write for example "weekdays 06:00-20:00" or "mon,thu 18:00-02:00 America/Denver"'


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of every day that is named, by the clocks of a zone. Minutes count from midnight."""

    days: frozenset[int]
    """On which it opens, from Monday, 0."""
    opens: int
    closes: int
    """Later than `opens`; beyond 1,440 on the day after."""
    zone: ZoneInfo

    def hold(self, moment: datetime) -> bool:
        """Whether a moment lies inside; the first minute does, the last does not."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today = local.weekday() in self.days and self.opens <= minute < self.closes
        return today or ((local.weekday() - 1) % 7 in self.days and minute + 1440 < self.closes)

    def next_opening(self, moment: datetime) -> datetime:
        """When it opens next after a moment, in UTC. An opening that a spring night skips is that much later."""
        first = moment.astimezone(self.zone).date()
        for ahead in range(16):
            opening = self._opening(first + timedelta(days=ahead))
            if opening is not None and opening > moment:
                return opening
        raise AssertionError("two weeks hold every weekday, and no zone skips an hour twice")

    def _opening(self, day: date) -> datetime | None:
        if day.weekday() not in self.days:
            return None
        midnight = datetime.combine(day, datetime.min.time(), self.zone)
        opening = midnight.replace(hour=self.opens // 60, minute=self.opens % 60).astimezone(UTC)
        return opening if self.hold(opening) else None


def open_at(windows: Sequence[Hours], moment: datetime) -> bool:
    """Whether one of them holds the moment. Where there are none it is always time."""
    return not windows or any(window.hold(moment) for window in windows)


def first_open(windows: Sequence[Hours], moment: datetime) -> datetime:
    """The moment itself where it lies inside, else the next opening."""
    return moment if open_at(windows, moment) else min(window.next_opening(moment) for window in windows)


@lru_cache(maxsize=1024)
def read_hours(text: str, zone: str) -> Hours:
    """Read hours: days ("weekdays", "weekends", "mon-thu", "sat,sun"; all without), from-to, and a time zone, else
    `zone`. Hours that end before they begin end on the day after.

    Raises ValueError, worded as the rest of a sentence that begins with the key.
    """
    match = _FORM.fullmatch(" ".join(text.split()))
    if match is None:
        raise ValueError(f'holds "{text[:60]}", which names no hours; {_EXAMPLE}')
    opens, closes = _minute(match["opens"], text), _minute(match["closes"], text)
    if opens in (closes, 1440):
        raise ValueError(f'holds "{text[:60]}", which lasts no time; {_EXAMPLE}')
    try:
        clocks = ZoneInfo(match["zone"] or zone)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f'holds "{text[:60]}", whose time zone is no IANA name; {_EXAMPLE}') from error
    return Hours(_days(match["days"] or "daily", text), opens, closes + (1440 if closes < opens else 0), clocks)


def _minute(clock: str, text: str) -> int:
    hour, minute = int(clock[:2]), int(clock[3:])
    if minute > 59 or hour * 60 + minute > 1440:
        raise ValueError(f'holds "{text[:60]}", and there is no {clock}; {_EXAMPLE}')
    return hour * 60 + minute


def _days(names: str, text: str) -> frozenset[int]:
    if names in _NAMED_DAYS:
        return _NAMED_DAYS[names]
    found: set[int] = set()
    for part in names.split(","):
        first, dash, last = part.partition("-")
        if first not in _WEEK or (dash and last not in _WEEK):
            raise ValueError(f'holds "{text[:60]}", and "{part}" is no day; {_EXAMPLE}')
        begin = _WEEK.index(first)
        found.update((begin + day) % 7 for day in range((_WEEK.index(last) - begin) % 7 + 1 if dash else 1))
    return frozenset(found)
