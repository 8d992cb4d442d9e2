"""The day that a workbook's file name speaks of: a hint, good for an order of asking, and no more.

Of 134 names that were published from FY19 to FY26 some have no date, some are written MMDDYYYY, MMDDYY, YYMMDD or MMDD,
one has the wrong year, and one file was the one before under a newer name. Which edition a workbook is its cells say.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

_NAME = re.compile(r"FY(?P<year>\d\d)[-_ ]?detention[-_ ]?stats?[-_ ]?(?P<digits>\d{4,8})?[a-z]?(?:_\d+)?\.xlsx?", re.I)
_AFTER_THE_YEAR = timedelta(days=150)
"""How long after a fiscal year's end its last workbooks came out."""


def hinted_day(url: str) -> date | None:
    """The day in a workbook's name, within the fiscal year that it names; None where there is none to read."""
    named = _NAME.fullmatch(unquote(urlsplit(url).path).rpartition("/")[2])
    if named is None or named["digits"] is None:
        return None
    fiscal_year = 2000 + int(named["year"])
    for year, month, day in _readings(named["digits"], fiscal_year):
        # "FY23_detentionStats01192022" is of January 2023: a day outside of the fiscal year is a slip of the year.
        years = (year, fiscal_year, fiscal_year - 1) if year else (fiscal_year, fiscal_year - 1)
        for candidate in years:
            found = _day(candidate, month, day)
            if found is not None and _begin(fiscal_year) <= found < _begin(fiscal_year + 1) + _AFTER_THE_YEAR:
                return found
    return None


def _readings(digits: str, fiscal_year: int) -> list[tuple[int, int, int]]:
    """(year or 0, month, day) in the orders that were met, the more usual first."""
    pairs = [int(digits[place : place + 2]) for place in range(0, len(digits) - 1, 2)]
    if len(digits) == 8:
        return [(int(digits[4:]), pairs[0], pairs[1])]
    if len(digits) == 6:
        return [(2000 + pairs[2], pairs[0], pairs[1]), (2000 + pairs[0], pairs[1], pairs[2])]
    return [(0, pairs[0], pairs[1])] if len(digits) == 4 else []


def _begin(fiscal_year: int) -> date:
    return date(fiscal_year - 1, 10, 1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
