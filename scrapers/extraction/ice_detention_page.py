"""The page of ICE's detention statistics: the workbooks that it links to, and the text around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Link, Look, Source
from scrapers.ice.addresses import is_on

NAME = "ice_detention_page"
VERSION = 1
READS = "html"

_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
_LEFT_OVER = 40
"""Characters: beside a workbook's link stand its size and type; more than that is a sentence of its own."""
_SIGN = "[workbook]"


def claims(source: Source, url: str) -> bool:
    """Pages of the source whose spider follows the workbooks."""
    return source.spider == "ice_statistics" and not urlsplit(url).path.lower().endswith(_WORKBOOKS)


def extract(look: Look, source: Source) -> Extraction:
    """The site's own workbooks as links of the role "workbook", and the page's text without their names.

    A workbook gets another name with every edition, and is told as that edition. Raises ExtractionError for a page
    without any text.
    """
    page = read(look.body or b"", look.media_type, look.final_url)
    if not page.lines:
        raise ExtractionError("The statistics page holds no text; open it in a browser, its layout may have changed.")
    workbooks: dict[str, Link] = {}
    for link in page.links:
        if urlsplit(link.url).path.lower().endswith(_WORKBOOKS) and is_on(link.url, look.final_url):
            workbooks.setdefault(link.url, Link(link.url, link.label, "workbook"))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title or source.title,
        links=tuple(workbooks.values()),
        text=tuple(_without(workbooks.values(), page.lines)),
    )


def _without(workbooks: Iterable[Link], lines: Iterable[str]) -> Iterator[str]:
    """The lines with a sign in place of a workbook's path.

    Those that are little more than a link are one line, so that one link more is no change of the page, and none at
    all is one.
    """
    shown = False
    for line in lines:
        signed = rest = line
        for workbook in workbooks:
            target = f"[{urlsplit(workbook.url).path}]"
            if target in line:
                signed = signed.replace(target, _SIGN)
                rest = rest.replace(target, "").replace(workbook.label or target, "")
        if signed == line:
            yield line
        elif len(rest.strip()) > _LEFT_OVER:
            yield signed
        elif not shown:
            shown = True
            yield _SIGN
