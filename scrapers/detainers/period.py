"""Reads the period that a weekly report is about out of its title line, a sentence or its file name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = r"(?P<{0}>Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?\b"
_RANGE = re.compile(
    rf"\b{_MONTH.format('month')}\s*{_DAY.format('day')}(?:\s*,?\s*(?P<year>(?:19|20)\d\d)\b)?"
    r"\s*,?\s*(?:[-‐‑–—\u2012\u2015~]|\bto\b|\band\b|\bthrough\b|\bthru\b|\buntil\b)?\s*"
    rf"(?:{_MONTH.format('last_month')}\s*)?{_DAY.format('last_day')}(?:\s*,?\s*(?P<last_year>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)
"""Dashes may be lost by whatever copied the text, so the joint may be nothing at all."""
_FILE_NAME = re.compile(r"(?P<year>20\d\d)[_-](?P<m1>\d\d)-(?P<d1>\d\d)to(?P<m2>\d\d)-(?P<d2>\d\d)")
_LONGEST = 100
"""Days: the report was weekly, and announced to become quarterly. Two dates further apart are not a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both inside."""

    start: date
    end: date

    @property
    def order(self) -> str:
        """ "2017-01-28/2017-02-03": sorts as periods do."""
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def label(self) -> str:
        """ "January 28 – February 3, 2017"; both years where they differ."""
        year = "" if self.start.year == self.end.year else f", {self.start.year}"
        first = f"{_MONTHS[self.start.month - 1]} {self.start.day}{year}"
        return f"{first} – {_MONTHS[self.end.month - 1]} {self.end.day}, {self.end.year}"


def periods(text: str) -> Iterator[Period]:
    """Every period that the text names, in its order. A year on one side stands for both."""
    position = 0
    while (found := _RANGE.search(text, position)) is not None:
        period = _period(found)
        if period is not None:
            yield period
            position = found.end()
        else:
            # The second date may begin a period of its own.
            position = found.end("day")


def first_period(text: str) -> Period | None:
    """The first period that the text names."""
    return next(periods(text), None)


def period_of_file(url: str) -> Period | None:
    """The period in a report's address: ".../ddor2017_01-28to02-03.pdf"."""
    found = _FILE_NAME.search(url)
    if found is None:
        return None
    year = int(found["year"])
    return _ordered(year, None, (int(found["m1"]), int(found["d1"])), (int(found["m2"]), int(found["d2"])))


def _period(found: re.Match[str]) -> Period | None:
    first_year = int(found["year"]) if found["year"] else None
    last_year = int(found["last_year"]) if found["last_year"] else None
    month = _month(found["month"])
    last_month = _month(found["last_month"]) if found["last_month"] else month
    return _ordered(last_year, first_year, (month, int(found["day"])), (last_month, int(found["last_day"])))


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month[:3].lower() == name[:3].lower())


def _ordered(
    last_year: int | None, first_year: int | None, first: tuple[int, int], last: tuple[int, int]
) -> Period | None:
    """The period of two days of the year. With one year only, a period over New Year ends in it or begins in it."""
    over_new_year = first > last
    if last_year is None and first_year is None:
        return None
    if last_year is None and first_year is not None:
        last_year = first_year + over_new_year
    assert last_year is not None
    if first_year is None:
        first_year = last_year - over_new_year
    try:
        start, end = date(first_year, *first), date(last_year, *last)
    except ValueError:
        return None
    return Period(start, end) if 0 <= (end - start).days <= _LONGEST else None
