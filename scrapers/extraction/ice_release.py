"""Reads a page that ICE's newsroom links to: a release as a record, any other node as the text that a reader reads."""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Look, RecordSet, Source
from scrapers.ice.addresses import is_release_url
from scrapers.ice.releases import release_of, without_prefix
from scrapers.markup import tree_of

NAME = "ice_release"
VERSION = 1
READS = "html"

_NOUN = ("press release", "press releases")


def claims(source: Source, url: str) -> bool:
    """Releases of the newsroom's spider, whatever its host."""
    return source.spider == "ice_newsroom" and is_release_url(url)


def extract(look: Look, source: Source) -> Extraction:
    """One record of kind `press_release`, keyed by its node, or the text of a node that is no release.

    Whether a release is gone is said by its address alone, so absence here means nothing. Raises ExtractionError for a
    page that cannot be read as what it says it is.
    """
    del source
    body = look.body or b""
    release = release_of(tree_of(look), look.url)
    if release is None:
        page = read(body, look.media_type, look.final_url)
        if not page.lines:
            raise ExtractionError(f"{look.url} holds no text to read; open it in a browser.")
        # An empty set: whether such a page is new is not told, since the list shows old ones for the first time too.
        return Extraction(
            extractor=f"{NAME}/{VERSION}",
            title=without_prefix(page.title),
            record_sets=(RecordSet("press_release", (), noun=_NOUN),),
            links=page.links,
            text=page.lines,
        )
    lines = (release.title, release.facts["subtitle"], *release.facts["body"].split("\n"))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=release.title,
        record_sets=(RecordSet("press_release", (release,), noun=_NOUN),),
        text=tuple(filter(None, lines)),
        compare_text=False,
    )
