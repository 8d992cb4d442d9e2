"""A page of a press room's list: which releases there are, and how many pages. What they say stands on their own pages.

Pages without a single release have been met in the middle of the Justice Department's list: they are pages, and only
the link to the last page says where the list ends.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.types import Extraction, Link, Look, RecordSet, Source
from monitor.url import absolute_url, host_of
from scrapers.markup import tree_of
from scrapers.pressroom.layouts import LAYOUTS, is_list, is_release

NAME = "press_listing"
VERSION = 1
READS = "html"

RELEASE, NEXT, LAST = "release", "next", "last"
"""Roles of links."""
_PAGER = {
    NEXT: 'a[aria-label="Next page"], a[rel="next"], .pager__item--next a, .pager-next a',
    LAST: 'a[aria-label="Last page"], .pager__item--last a, .pager-last a',
}


def claims(source: Source, url: str) -> bool:
    """The list of a press room's source, page after page."""
    return source.spider in LAYOUTS and is_list(source, url)


def extract(look: Look, source: Source) -> Extraction:
    """Releases of this site as links in the list's order, each once, and the pager's.

    Raises ExtractionError where the first page has neither a release nor further pages.
    """
    tree = tree_of(look)
    main = tree.css_first("main") or tree.body
    releases: dict[str, Link] = {}
    for node in main.css("a[href]") if main is not None else []:
        url = _target(node, look)
        if url and is_release(source, url):
            label = clean(node.text(separator=" "))
            if url not in releases or not releases[url].label:
                releases[url] = Link(url, label, RELEASE)
    pager = [
        Link(url, "", role) for role, selector in _PAGER.items() if (url := _target(tree.css_first(selector), look))
    ]
    if not releases and not pager and not page_number(look.url):
        raise ExtractionError(
            f"{look.url} lists no release and no further page; look at it in a browser, its layout may have changed."
        )
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=source.title,
        # Without a set of records every further page of the list would be told as a new document.
        record_sets=(RecordSet("press_release", ()),),
        links=(*releases.values(), *pager),
        text=tuple(dict.fromkeys(link.label or link.url for link in releases.values())),
        compare_text=False,
    )


def page_number(url: str) -> int:
    """Which page of a list an address asks for, from 0."""
    asked = parse_qs(urlsplit(url).query).get("page", ["0"])[0]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0


def _target(node: LexborNode | None, look: Look) -> str:
    """Where a link leads on this site; empty where it leads away."""
    href = node.attributes.get("href") if node is not None else None
    url = absolute_url(look.final_url, href) if href else ""
    return url if url and host_of(url) in (host_of(look.final_url), host_of(look.url)) else ""
