"""The text of a page that is an Excel workbook, for pages that no more particular extractor claims."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from monitor.types import Extraction, Look, Source
from scrapers import office
from scrapers.workbooks import Workbook

NAME = "workbook"
VERSION = 1
READS = "office"
BOUNDED = True


def claims(source: Source, url: str) -> bool:
    """Every address whose path ends like a workbook's. One that only its bytes tell is found by those."""
    del source
    return urlsplit(url).path.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))


def extract(look: Look, source: Source) -> Extraction:
    """Each sheet's name, then its rows as lines with " | " between cells. To have rows as records choose `xlsx`.

    Raises ExtractionError, one sentence, for what is no workbook, is encrypted, damaged, huge or empty.
    """
    del source
    text = office.lines(_lines(Workbook(look.body or b"")))
    return Extraction(extractor=f"{NAME}/{VERSION}", title=_name(look.url), text=text)


def _lines(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.sheets:
        yield sheet
        for row in workbook.rows(sheet):
            yield " | ".join(row).strip(" |")


def _name(url: str) -> str:
    """A workbook's metadata hold no title that anybody chose: its file's name is what it is called."""
    return urlsplit(url).path.rpartition("/")[2] or url
