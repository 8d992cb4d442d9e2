"""The detention statistics' page: its workbooks, and a text that stands still when they get another name."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.extraction import find, ice_detention_page

EXAMPLES = Path(__file__).parent / "examples" / "ice_detention_page"
URL = "https://www.ice.gov/detain/detention-management"
STATISTICS = Source(slug="ice_detention_statistics", title="ICE detention statistics", url=URL, spider="ice_statistics")
PAGE = (EXAMPLES / "page.html").read_text(encoding="utf-8")


def read(page: str) -> Extraction:
    """What the extractor makes of a page."""
    look = Look(url=URL, at=datetime(2026, 4, 10, tzinfo=UTC), status=200, body=page.encode(), media_type="text/html")
    return ice_detention_page.extract(look, STATISTICS)


def test_the_example_is_read_whole() -> None:
    """A page in, everything that is read out of it."""
    expected = json.loads((EXAMPLES / "page.expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(asdict(read(PAGE)))) == expected


def test_pages_and_workbooks_have_a_reader_each() -> None:
    """Told apart by the address."""
    assert find(STATISTICS, URL).NAME == "ice_detention_page"
    workbook = "https://www.ice.gov/doclib/detention/FY26_detentionStats_04092026.xlsx"
    assert find(STATISTICS, workbook).NAME == "ice_detention_workbook"


def test_a_workbook_s_new_name_is_no_change_of_the_page() -> None:
    """It is told as the edition that it is, once."""
    renamed = read(PAGE.replace("FY26_detentionStats_04092026", "FY26_detentionStats_04232026"))
    assert renamed.text == read(PAGE).text
    assert renamed.links != read(PAGE).links


def test_a_workbook_that_is_no_longer_linked_is_one() -> None:
    """The page's text says so."""
    start, _, rest = PAGE.partition('<li><a href="/doclib/detention/FY25')
    assert read(start + rest.partition("</li>")[2]).text != read(PAGE).text
    unlinked = PAGE.replace(
        '<a href="/doclib/detention/FY25_detentionStats09252025.xlsx">Detention FY 2025</a>', "Detention FY 2025"
    )
    assert read(unlinked).text != read(PAGE).text


def test_a_page_without_text_is_refused() -> None:
    """Nothing found is no empty list."""
    with pytest.raises(ExtractionError, match="no text"):
        read("<html><body></body></html>")
