"""Reads Legistar's web calendar, for councils whose Web API asks for a token: meetings and their documents.

The page's own form says which view it shows (a year, this month), and so how far the list is complete.
"""

from __future__ import annotations

from datetime import date

from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, Scope, Source
from scrapers.council.documents import listed
from scrapers.council.listing import listing
from scrapers.council.schema import local_time, still_to_come
from scrapers.council.withdrawal import cancels_nothing
from scrapers.legistar.insite import (
    GRID,
    NEXT_MONTH,
    NO_ROWS,
    THIS_MONTH,
    is_calendar,
    is_one_of_several,
    meetings_of,
    month_of,
    shows_all_bodies,
    view_of,
    view_shown,
)
from scrapers.markup import tree_of

NAME = "legistar_html"
VERSION = 2
READS = "html"


def claims(source: Source, url: str) -> bool:
    """The calendar of a source, in each of its views."""
    return source.spider == NAME and is_calendar(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting`, complete for the view's days from this hour on, and `attachment`.

    Raises ExtractionError for a page without the calendar's grid, for one that shows another view than was asked for,
    and for a grid of which no row can be read.
    """
    tree = tree_of(look)
    if tree.css_first(GRID) is None:
        raise ExtractionError(
            f"{look.url} holds no calendar of Legistar's; open it in a browser, the city may have left."
        )
    asked, shown = view_of(look.url), view_shown(tree)
    if asked and shown != asked:
        raise ExtractionError(
            f'{look.url} shows "{shown}" in place of "{asked}"; set whole_years = false for this site.'
        )
    rows = meetings_of(tree, look.final_url, source)
    if not rows and tree.css_first(NO_ROWS) is None:
        raise ExtractionError(f"No row of {look.url} can be read; open it in a browser, its columns may have changed.")
    scope = _scope(tree, [meeting for meeting, _ in rows], look, source)
    shown = f"calendar, {shown or 'as it opens'}"
    return listing(f"{NAME}/{VERSION}", source, rows, scope, listed(rows, look, source), shown=shown)


absence = cancels_nothing


def _scope(tree: LexborHTMLParser, meetings: list[Record], look: Look, source: Source) -> Scope:
    """The days of the view. None where a row lies outside them, or one of several parts is not in the order of days."""
    shown, today = view_shown(tree), local_time(look, source).date()
    if shown == THIS_MONTH:
        since, until = month_of(today)
    elif shown == NEXT_MONTH:
        since, until = month_of(today, 1)
    elif shown.isdecimal() and 1900 < int(shown) < 9000:
        since, until = date(int(shown), 1, 1), date(int(shown) + 1, 1, 1)
    else:
        return Scope()
    days = [meeting.about[:10] for meeting in meetings]
    if not shows_all_bodies(tree) or any(not since.isoformat() <= day < until.isoformat() for day in days):
        return Scope()
    first, last = since.isoformat(), until.isoformat()
    parts_before, parts_after = is_one_of_several(tree)
    if parts_before or parts_after:
        # The newest come first; a day on an edge is complete in neither part. What went from between two parts is
        # missed until an edge moves, at the latest until its month is this month.
        if not days or days != sorted(days, reverse=True):
            return Scope()
        last = days[0] if parts_before else last
        first = f"{days[-1]}~" if parts_after else first
    return still_to_come(first, last, look, source)
