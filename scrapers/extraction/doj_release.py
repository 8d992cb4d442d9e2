"""A release of the Justice Department as its page has it, for where its News API cannot be asked."""

from __future__ import annotations

from monitor.types import Extraction, Look, Source
from scrapers.parameters import PageParameters
from scrapers.pressroom.layouts import JUSTICE, is_release
from scrapers.pressroom.pages import read_release

NAME = "doj_release"
VERSION = 1
READS = "html"
PARAMETERS = PageParameters


def claims(source: Source, url: str) -> bool:
    """Releases that the press room's spider found; a page watch may choose it as well."""
    return source.spider == "doj_pages" and is_release(source, url)


def extract(look: Look, source: Source) -> Extraction:
    """One record of kind `press_release`, and those that it lists. Raises ExtractionError as `read_release` does."""
    del source
    return read_release(look, JUSTICE, f"{NAME}/{VERSION}")
