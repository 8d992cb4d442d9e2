"""Reads a page of a Municode Meetings list: the newest meetings first, and their documents."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ExtractionError
from monitor.types import Extraction, Link, Look, Record, Scope, Source
from monitor.url import absolute_url
from scrapers.council.listing import listing
from scrapers.council.markup import attribute
from scrapers.council.schema import still_to_come
from scrapers.council.withdrawal import cancels_nothing
from scrapers.markup import tree_of
from scrapers.municode.addresses import page_in
from scrapers.municode.rows import rows_of

NAME = "municode"
VERSION = 1
READS = "html"

_NO_END = "9999-12-31"


def claims(source: Source, url: str) -> bool:
    """A page of a source's list."""
    return source.spider == NAME and page_in(url) is not None


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`, and a link to each page that this one offers. Raises ExtractionError
    for a page without meetings."""
    tree = tree_of(look)
    rows = rows_of(tree, look.final_url, source)
    if not rows:
        raise ExtractionError(f"{look.url} lists no meeting of Municode's; open it in a browser, it may have moved.")
    scope = _scope(tree, [meeting for meeting, _ in rows], look, source)
    return listing(f"{NAME}/{VERSION}", source, rows, scope, links=_pages(tree, look.final_url))


absence = cancels_nothing


def _pages(tree: LexborHTMLParser, base: str) -> tuple[Link, ...]:
    urls = (absolute_url(base, attribute(node, "href")) for node in tree.css("a[href*='page=']"))
    return tuple(Link(url, str(page_in(url)), "part") for url in dict.fromkeys(urls) if page_in(url) is not None)


def _scope(tree: LexborHTMLParser, meetings: list[Record], look: Look, source: Source) -> Scope:
    """From the page's last day, which goes on on the next page, up to its first; page 0 has no end.

    None of a single body's meetings, and none where the newest do not come first.
    """
    days = [meeting.about[:10] for meeting in meetings]
    chosen = tree.css_first("select[name*=microsite] option[selected]")
    if days != sorted(days, reverse=True) or (chosen is not None and attribute(chosen, "value") != "All"):
        return Scope()
    return still_to_come(f"{days[-1]}~", days[0] if page_in(look.url) else _NO_END, look, source)
