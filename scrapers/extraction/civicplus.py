"""Reads a CivicPlus AgendaCenter: the meetings of a search by date, and the files of each.

The page's own form repeats the days that were asked for, and says so how far the list is complete; the AgendaCenter's
front page, and the fragment of one category, repeat none.
"""

from __future__ import annotations

from datetime import date, timedelta

from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Scope, Source
from scrapers.civicplus.addresses import lists_meetings
from scrapers.civicplus.rows import ROW, rows_of
from scrapers.council.documents import listed
from scrapers.council.listing import listing
from scrapers.council.markup import attribute, day_of
from scrapers.council.schema import still_to_come
from scrapers.council.withdrawal import cancels_nothing
from scrapers.markup import tree_of

NAME = "civicplus"
VERSION = 1
READS = "html"


def claims(source: Source, url: str) -> bool:
    """The search of a source's AgendaCenter, and its front page."""
    return source.spider == NAME and lists_meetings(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`. Raises ExtractionError for a page that is no AgendaCenter's.

    A search that finds nothing is believed only where its form repeats the days asked for, and no list follows.
    """
    tree = tree_of(look)
    rows = rows_of(tree, look.final_url, source)
    window = _window(tree)
    if not rows and (window is None or tree.css_first(f"div.listing, {ROW}") is not None):
        raise ExtractionError(
            f"{look.url} lists no meeting of an AgendaCenter; open it in a browser, the city may have moved."
        )
    return listing(f"{NAME}/{VERSION}", source, rows, _scope(window, look, source), listed(rows, look, source))


absence = cancels_nothing


def _window(tree: LexborHTMLParser) -> tuple[date, date] | None:
    """The days that the form repeats, both inside."""
    days = []
    for name in ("#StartDatePicker", "#EndDatePicker"):
        field = tree.css_first(name)
        month, _, rest = (attribute(field, "value") if field is not None else "").partition("/")
        day, _, year = rest.partition("/")
        found = day_of(month, day, year) if month.isdecimal() and day.isdecimal() and year.isdecimal() else None
        if found is None:
            return None
        days.append(found)
    return days[0], days[1]


def _scope(window: tuple[date, date] | None, look: Look, source: Source) -> Scope:
    if window is None or window[1] >= date.max - timedelta(days=1):
        return Scope()
    return still_to_come(window[0].isoformat(), (window[1] + timedelta(days=1)).isoformat(), look, source)
