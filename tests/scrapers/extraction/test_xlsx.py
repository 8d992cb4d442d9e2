"""Sheets of Excel workbooks, and workbooks as text where nobody chose more."""

from __future__ import annotations

import datetime as times
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.types import Look, Source
from scrapers.documents import bounded
from scrapers.workbooks import shown

EXAMPLE = Path(__file__).parent / "examples" / "xlsx" / "facilities.xlsx"
SAID = {"sheet": "facilities", "key": ["Name"], "place": "City", "state": "Colorado"}


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """The sheet by how its name begins, the header below a title, numbers as shown, blank rows passed over."""
    reads_as_expected("xlsx", "facilities.xlsx", **SAID)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"sheet": "Beds"}, "no sheet “Beds”; found “Notes”, “Facilities FY17”"),
        ({"key": ["Facility"]}, r"columns “Facility”; found .*\[Name; City; Guaranteed Minimum; Name\]"),
    ],
)
def test_what_is_not_there_is_said(said, says, chosen) -> None:
    """With what there is."""
    with pytest.raises(ExtractionError, match=says):
        chosen("xlsx", EXAMPLE.read_bytes(), **{**SAID, **said})


@pytest.mark.parametrize(
    "body", [b"PK\x03\x04", EXAMPLE.read_bytes()[:700], b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_workbook_is_said(body, chosen) -> None:
    """Cut off, a page, an empty container: one sentence."""
    with pytest.raises(ExtractionError, match="The workbook could not be read"):
        chosen("xlsx", body, **SAID)


async def test_it_is_read_in_the_bounded_child() -> None:
    """With the stanza's parameters, like any document."""
    source = Source("one", "One", "https://city.example/f.xlsx", parameters={"extract": "xlsx", **SAID})
    look = Look(source.url, times.datetime(2017, 3, 20, tzinfo=times.UTC), 200, EXAMPLE.read_bytes())
    extraction = await bounded("xlsx", look, source)
    assert len(extraction.record_sets[0].records) == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"), (0.1, "0.1"), (True, "TRUE"), (None, ""), (1e300, "1e+300"), (" a\n b ", "a b"),
        (times.datetime.fromisoformat("2017-03-20"), "2017-03-20"),
        (times.datetime.fromisoformat("2017-03-20T09:30"), "2017-03-20 09:30"),
        (times.date(2017, 3, 20), "2017-03-20"),
    ],
)  # fmt: skip
def test_cells_are_shown_as_a_reader_copies_them(value, text) -> None:
    """Whole numbers without a point, dates in ISO form."""
    assert shown(value) == text
