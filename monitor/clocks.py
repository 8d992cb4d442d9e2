"""Tells a clock on a page from a date that somebody set: a clock shows the time of the look."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_FORMS = (
    "%A %B %d %Y %I:%M %p",
    "%B %d %Y %I:%M %p",
    "%a %b %d %Y %I:%M %p",
    "%b %d %Y %I:%M %p",
    "%m/%d/%Y %I:%M %p",
    "%A %B %d %Y %H:%M",
    "%B %d %Y %H:%M",
    "%a %b %d %Y %H:%M",
    "%d %B %Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%Y-%m-%d %H:%M",
)
_SECONDS = re.compile(r"(\d:\d\d):\d\d\b")
_ZONE = re.compile(r"(?:\s*\b(?:utc|gmt|[ecmp][sd]?t)|(?<=\d)z)\s*$", re.IGNORECASE)
_JOINTS = re.compile(r"[,|]|\bat\b|\s-\s|(?<=\d)T(?=\d)", re.IGNORECASE)
_LONGEST = 60
_MINUTES_APART = 10
"""A page that was made before it was fetched shows an earlier minute; zones differ by whole or half hours."""


def is_bare_time(line: str) -> bool:
    """Whether a line is nothing but a full date and a time of day."""
    return _moment(line) is not None


def is_time_of(line: str, at: datetime) -> bool:
    """Whether it shows the time of a look, in whatever zone: the day or its neighbour, and the same minute or so."""
    shown = _moment(line)
    if shown is None:
        return False
    apart = shown - at.replace(tzinfo=None)
    off = abs(apart.total_seconds() / 60) % 30
    return abs(apart) <= timedelta(hours=26) and min(off, 30 - off) <= _MINUTES_APART


_LABELLED = re.compile(
    r"([^|\d]{2,60}?)\s*[:-]?\s*((?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|\d).{10,50})",
    re.IGNORECASE,
)
_HAS_SECONDS = re.compile(r"\d:\d\d:\d\d")
_DEED = re.compile(
    r"\b(?:filed|received|submitted|entered|recorded|issued|signed|served on|booked|released)\b", re.IGNORECASE
)
"""What is stamped to the second in the world and not by the page: e-filing, booking."""


def is_stamp_of(line: str, at: datetime) -> bool:
    """Whether a line is a label and a time to the second, which is that of a look: nobody writes seconds by hand."""
    match = _LABELLED.fullmatch(line.rstrip(".")) if _HAS_SECONDS.search(line) else None
    return match is not None and _DEED.search(match[1]) is None and is_time_of(match[2], at)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
    rf"(?:(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"|(?P<day_2>\d{{1,2}})\s+(?P<month_2>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?,?\s+(?P<year_2>\d{{4}})"
    r"|(?P<month_3>\d{1,2})/(?P<day_3>\d{1,2})/(?P<year_3>\d{4}|\d{2})"
    r"|(?P<year_4>\d{4})-(?P<month_4>\d{2})-(?P<day_4>\d{2}))(?!\d)",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<seconds>:\d{2}(?:\.\d+)?)?(?:\s*(?P<noon>[ap])\.?m\b\.?)?(?![\d:])",
    re.IGNORECASE,
)
_OF_THE_WORLD = re.compile(
    r"\b(?:hearing|meeting|session|trial|sentencing|election|deadline|due|effective|expir\w*|scheduled|postponed|held|start\w*"
    r"|begin\w*|open\w*|clos\w*|end\w*|post(?:ed)?|publish\w*|release\w*|filed|received|signed|adopted|issued|enacted|arrest\w*"
    r"|booked|through|until|before|by)\b",
    re.IGNORECASE,
)
"""What happens on a day, and does not move with the day of the look unless somebody moved it."""
_OF_A_LOG = re.compile(r"\b(?:booked|filed|received|entered|recorded|submitted|released)\b", re.IGNORECASE)
"""The newest entry of a busy log may be of the hour of each look."""
_WORDS_BESIDE = 12
_DAY = timedelta(days=1)
_ROUND = frozenset({0, 15, 30, 45})
"""Minutes at which meetings begin."""
_ZONES = (*range(-10, -3), 0)
"""Hours from UTC: the zones of the United States, and servers that keep UTC."""


def is_day_of(line: str, at: datetime) -> bool:
    """Whether a line is nothing but the day of a look, in whatever time zone."""
    match = _DATE.fullmatch(line)
    return match is not None and _is_today(match, at)


def show_their_looks(was: str, was_at: datetime, now: str, at: datetime) -> bool:
    """Whether two lines say the same but for a day and an hour: those of that look then, and of this one now."""
    if " | " in now or _frame(was) != _frame(now) or len(_frame(now).split()) > _WORDS_BESIDE + 2:
        return False
    days, hours = (_DATE.search(was), _DATE.search(now)), (_HOUR.search(was), _HOUR.search(now))
    for before, after in (days, hours):
        if (before is None) is not (after is None):
            return False
    if days[0] is not None and days[1] is not None and not (_is_today(days[0], was_at) and _is_today(days[1], at)):
        return False
    if hours[0] is not None and hours[1] is not None:
        return _are_hours_of(hours[0], was_at, hours[1], at, dated=days[0] is not None)
    return days[1] is not None and days[0] is not None and not _is_of_the_world(now, days[1])


def _frame(line: str) -> str:
    return _HOUR.sub("#", _DATE.sub("#", line, count=1), count=1)


def _is_of_the_world(line: str, day: re.Match[str]) -> bool:
    """By what stands before the day, or behind it where nothing does."""
    return _OF_THE_WORLD.search(line[: day.start()].strip() or line[day.end() :]) is not None


def _are_hours_of(was: re.Match[str], was_at: datetime, now: re.Match[str], at: datetime, *, dated: bool) -> bool:
    """Whether both are their look's hour in one zone. Without a day or seconds, a round minute is a meeting's."""
    if _OF_A_LOG.search(now.string) is not None:
        return False
    if not dated and not now["seconds"] and {int(was["minute"]), int(now["minute"])} & _ROUND:
        return False
    zones = (_zones(was, was_at), _zones(now, at))
    return bool(zones[0] & zones[1])


def _zones(shown: re.Match[str], at: datetime) -> set[int]:
    """The zones in which it was that hour, or up to ten minutes later, at a look."""
    hour = int(shown["hour"]) % 12 + 12 * (shown["noon"].lower() == "p") if shown["noon"] else int(shown["hour"])
    minutes = 60 * hour + int(shown["minute"])
    at_utc = 60 * at.hour + at.minute
    # A page that is kept for some minutes shows an earlier one.
    return {zone for zone in _ZONES if (at_utc + 60 * zone - minutes + 1) % 1440 <= _MINUTES_APART + 1}


def _is_today(match: re.Match[str], at: datetime) -> bool:
    found = {name.partition("_")[0]: value for name, value in match.groupdict().items() if value}
    month, year = found["month"].lower(), int(found["year"])
    try:
        shown = date(
            year + 2000 if year < 100 else year,
            int(month) if month.isdecimal() else _MONTHS.index(month) + 1,
            int(found["day"]),
        )
    except ValueError:
        return False
    return abs(shown - at.date()) <= _DAY


def _moment(line: str) -> datetime | None:
    if not 12 <= len(line) <= _LONGEST or not line[-1:].isalnum():
        return None
    plain = " ".join(_JOINTS.sub(" ", _SECONDS.sub(r"\1", _ZONE.sub("", line))).replace(".", "").split())
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form)  # noqa: DTZ007 - a page's clock names no zone; the look's is compared
        except ValueError:
            continue
    return None
