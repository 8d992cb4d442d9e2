"""Reads the front of an eSCRIBE site, which opens a session: that it is there is all that it says."""

from __future__ import annotations

from monitor.types import Extraction, Look, Source
from scrapers.council.markup import text_of, tree_of
from scrapers.escribe.addresses import is_front

NAME = "escribe_front"
VERSION = 1
READS = "html"


def claims(source: Source, url: str) -> bool:
    """The root of the site."""
    return source.spider == "escribe" and is_front(url, source.url)


def extract(look: Look, source: Source) -> Extraction:
    """No records and nothing that is compared: the calendar on it is filled in by a script, for the month of the look.

    Raises ExtractionError for markup that cannot be read.
    """
    title = text_of(tree_of(look).css_first("title"))
    return Extraction(
        extractor=f"{NAME}/{VERSION}", title=source.title, text=(title,) if title else (), compare_text=False
    )
