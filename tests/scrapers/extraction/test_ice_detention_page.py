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


def test_one_workbook_more_is_no_change_of_the_page() -> None:
    """A new fiscal year's first is told as an edition, not as a line of the page beside it."""
    more = PAGE.replace(
        "<ul><li>", '<ul><li><a href="/doclib/detention/FY27_detentionStats11202026.xlsx">FY 2027</a></li><li>'
    )
    assert len(read(more).links) == 3
    assert read(more).text == read(PAGE).text


def test_no_workbook_at_all_is_one() -> None:
    """The statistics were taken off the page."""
    assert read(PAGE.replace(".xlsx", ".gone")).text != read(PAGE).text


def test_a_sentence_around_a_workbook_is_the_page_s() -> None:
    """Its words count, the file's name does not."""
    said = PAGE.replace(
        "</ul>", '</ul><p>For the data of the last fiscal year, which are locked, see <a href="/a.xlsx">this</a>.</p>'
    )
    line = "For the data of the last fiscal year, which are locked, see this [workbook] ."
    assert line in read(said).text
    assert read(said.replace("/a.xlsx", "/b.xlsx")).text == read(said).text
    assert read(said.replace("locked", "final")).text != read(said).text


def test_a_page_without_text_is_refused() -> None:
    """Nothing found is no empty list."""
    with pytest.raises(ExtractionError, match="no text"):
        read("<html><body></body></html>")
