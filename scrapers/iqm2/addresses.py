"""Addresses of an IQM2 calendar: a year of it, as its own links ask for one."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapers.council.markup import day_of

YEAR = "year"
"""Role of a link to the calendar of a year."""


def lists_meetings(url: str) -> bool:
    """Whether an address is the calendar's."""
    return urlsplit(url).path.lower().endswith("/calendar.aspx")


def year_url(calendar: str, year: int) -> str:
    """The calendar of a year: one page, without parts."""
    query = urlencode({"From": f"1/1/{year}", "To": f"12/31/{year}"}, safe="/")
    return urlunsplit(urlsplit(calendar)._replace(query=query, fragment=""))


def days_in(url: str) -> tuple[date, date] | None:
    """The first and the last day that an address asks for, None where it names none."""
    query = dict(parse_qsl(urlsplit(url).query))
    days = []
    for name in ("From", "To"):
        month, _, rest = query.get(name, "").partition("/")
        day, _, year = rest.partition("/")
        found = day_of(month, day, year) if month.isdecimal() and day.isdecimal() and year.isdecimal() else None
        if found is None:
            return None
        days.append(found)
    return days[0], days[1]
