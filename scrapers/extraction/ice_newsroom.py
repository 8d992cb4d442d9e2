"""Reads the list of ICE's newsroom and its feeds: which releases there are. What they say stands on their own pages.

Entries are links and never records: a list names no node, so that a release would be told once by its title and once
by its page.
"""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Link, Look, RecordSet, Source
from scrapers.ice.addresses import is_on, is_release_url, page_number

NAME = "ice_newsroom"
VERSION = 1
READS = "html"


def claims(source: Source, url: str) -> bool:
    """Every page of the newsroom's spider that is no release: pages of the list, and the feed."""
    return source.spider == "ice_newsroom" and not is_release_url(url)


def extract(look: Look, source: Source) -> Extraction:
    """Releases of this site as links of the role "release", in the list's order, each once.

    Raises ExtractionError where the first page, or a feed, names none; a page behind the list's end may.
    """
    page = read(look.body or b"", look.media_type, look.final_url)
    releases: dict[str, Link] = {}
    for link in page.links:
        if is_on(link.url, look.final_url) and is_release_url(link.url):
            known = releases.get(link.url)
            if known is None or not known.label:
                releases[link.url] = Link(link.url, link.label, "release")
    if not releases and not page_number(look.url):
        raise ExtractionError(
            f"{look.url} names no release; if a script fills the list, give one of ICE's feeds as parameters.feed."
        )
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title or source.title,
        # Without a set of records every further page of the list would be told as a new document.
        record_sets=(RecordSet("press_release", ()),),
        links=tuple(releases.values()),
        text=tuple(dict.fromkeys(link.label or link.url for link in releases.values())),
        compare_text=False,
    )
