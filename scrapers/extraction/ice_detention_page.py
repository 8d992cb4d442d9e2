"""The page of ICE's detention statistics: the workbooks that it links to, and the text around them."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Link, Look, Source
from scrapers.ice.addresses import is_on

NAME = "ice_detention_page"
VERSION = 1
READS = "html"

_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")


def claims(source: Source, url: str) -> bool:
    """Pages of the source whose spider follows the workbooks."""
    return source.spider == "ice_statistics" and not urlsplit(url).path.lower().endswith(_WORKBOOKS)


def extract(look: Look, source: Source) -> Extraction:
    """The site's own workbooks as links of the role "workbook", and the page's text without their names.

    A workbook gets another name with every edition and is told as that edition; that one is no longer linked is left
    for the text to tell. Raises ExtractionError for a page without any text.
    """
    page = read(look.body or b"", look.media_type, look.final_url)
    if not page.lines:
        raise ExtractionError("The statistics page holds no text; open it in a browser, its layout may have changed.")
    workbooks = {
        link.url: Link(link.url, link.label, "workbook")
        for link in reversed(page.links)
        if urlsplit(link.url).path.lower().endswith(_WORKBOOKS) and is_on(link.url, look.final_url)
    }
    names = {f"[{urlsplit(url).path}]" for url in workbooks}
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title or source.title,
        links=tuple(reversed(workbooks.values())),
        text=tuple(_without(line, names) for line in page.lines),
    )


def _without(line: str, names: set[str]) -> str:
    """The line with "[workbook]" for the path of one."""
    if "[" not in line:
        return line
    words = ("[workbook]" if word in names else word for word in line.split(" "))
    return " ".join(words)
