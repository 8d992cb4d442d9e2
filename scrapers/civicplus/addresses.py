"""Addresses of an AgendaCenter: its search by date, its files, and the list of a file's earlier versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit

from scrapers.council.markup import day_of
from scrapers.council.window import Window

_FILE = re.compile(
    r"/(?P<page>ViewFile|PreviousVersions)/(?:(?P<kind>(?:Archived)?(?:Agenda|Minutes))/)?"
    r"(?:_(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d{4})-)?(?P<number>\d{1,12})(?:\?(?P<query>[^#]*))?",
    re.IGNORECASE,
)
_SEARCH = "/search"
_VERSIONS = "/previousversions/"


@dataclass(frozen=True, slots=True)
class File:
    """What a link of the AgendaCenter leads to. Its number stays; the day in its address moves with the meeting."""

    number: str
    day: date | None
    kind: str
    """ "agenda", "minutes", "archivedagenda", "archivedminutes"; empty for the list of earlier versions."""
    form: str
    """ "html" and "packet" where the address asks for one, else empty."""


def file_of(url: str) -> File | None:
    """The file that an address names, None where it names none."""
    match = _FILE.search(url)
    if match is None:
        return None
    query = (match["query"] or "").lower()
    form = next((form for form in ("packet", "html") if f"{form}=true" in query), "")
    day = day_of(match["month"], match["day"], match["year"]) if match["month"] else None
    return File(match["number"], day, (match["kind"] or "").lower(), form)


def search_page(center: str) -> str:
    """The address under which the calendar is known: its window moves every day, and the page stays one page."""
    parts = urlsplit(center)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/Search/", query="", fragment=""))


def search_url(center: str, window: Window) -> str:
    """The request for all categories' meetings of a window, as the site's own form asks: its last day is inside."""
    last = window.until - timedelta(days=1)
    dates = f"startDate={window.since:%m/%d/%Y}&endDate={last:%m/%d/%Y}"
    return f"{search_page(center)}?term=&CIDs=all&{dates}&dateRange=&dateSelector="


def lists_meetings(url: str) -> bool:
    """Whether an address is the search's, or the AgendaCenter's own."""
    path = urlsplit(url).path.rstrip("/").lower()
    return path.endswith((_SEARCH, "/agendacenter")) or path.endswith("/updatecategorylist")


def lists_versions(url: str) -> bool:
    """Whether an address lists a file's earlier versions."""
    return _VERSIONS in urlsplit(url).path.lower()
