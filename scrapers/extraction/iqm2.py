"""Reads an IQM2 calendar: the meetings of a year and their documents.

The year that a page shows is the one that its own list of years has in bold, and for that it is complete.
"""

from __future__ import annotations

from datetime import timedelta

from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ExtractionError
from monitor.types import Extraction, Link, Look, Scope, Source
from monitor.url import absolute_url
from scrapers.council.listing import listing
from scrapers.council.markup import attribute
from scrapers.council.schema import still_to_come
from scrapers.council.withdrawal import cancels_nothing
from scrapers.iqm2.addresses import YEAR, days_in, lists_meetings
from scrapers.iqm2.rows import ROW, rows_of
from scrapers.markup import tree_of

NAME = "iqm2"
VERSION = 1
READS = "html"


def claims(source: Source, url: str) -> bool:
    """The calendar of a source, in each of its years."""
    return source.spider == NAME and lists_meetings(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`. Raises ExtractionError for a page without a calendar's list, and for
    one of which no row can be read. A year without meetings is believed where the page says which year it shows."""
    tree = tree_of(look)
    rows = rows_of(tree, look.final_url, source)
    scope = _scope(tree, look, source)
    if not rows and (tree.css_first(ROW) is not None or not scope.since):
        raise ExtractionError(
            f"{look.url} lists no meeting of IQM2's; the platform ends in 2027, the city may have left."
        )
    return listing(f"{NAME}/{VERSION}", source, rows, scope, links=_years(tree, look.final_url))


absence = cancels_nothing


def _years(tree: LexborHTMLParser, base: str) -> tuple[Link, ...]:
    """The years that the page offers, each once."""
    links: dict[str, Link] = {}
    for node in tree.css("a[href*='From=']"):
        url = absolute_url(base, attribute(node, "href"))
        days = days_in(url)
        if days is not None and days[0].year == days[1].year:
            links.setdefault(url, Link(url, str(days[0].year), YEAR))
    return tuple(links.values())


def _scope(tree: LexborHTMLParser, look: Look, source: Source) -> Scope:
    """The year in bold, from this hour on; none of a single group's meetings."""
    chosen = tree.css_first("a[href*='From=']:has(strong)")
    days = days_in(absolute_url(look.final_url, attribute(chosen, "href"))) if chosen is not None else None
    group = tree.css_first("select[name*=DepartmentID] option[selected]")
    if days is None or days[1].year > 9000 or (group is not None and attribute(group, "value") != "0"):
        return Scope()
    return still_to_come(days[0].isoformat(), (days[1] + timedelta(days=1)).isoformat(), look, source)
