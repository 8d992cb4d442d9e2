"""CSV files of any site."""

from __future__ import annotations

import pytest

from monitor.errors import ExtractionError


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """A byte order mark, a title above the header, semicolons, quotes, a line break in a cell, ragged rows."""
    reads_as_expected("csv_rows", "agreements.csv", key=["State", "Agency"], title="Agency")


@pytest.mark.parametrize(
    "body",
    [
        b"name,year\nDo\xf1a Ana,2017\n",
        "name,year\nDoña Ana,2017\n".encode(),
        "name,year\nDoña Ana,2017\n".encode("utf-16"),
        "name\tyear\nDoña Ana\t2017\n".encode("utf-16"),
        "sep=|\r\nname|year\r\nDoña Ana|2017\r\n".encode(),
        "name,year\rDoña Ana,2017\r".encode(),
    ],
)
def test_encodings_and_delimiters(body, chosen) -> None:
    """Windows, UTF-8 and UTF-16, Excel's own first line, old line ends: one row."""
    (found,) = chosen("csv_rows", body, suffix="csv", key=["name"]).record_sets
    assert [dict(record.facts) for record in found.records] == [{"name": "Doña Ana", "year": "2017"}]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<html><body>Not here</body></html>", "not CSV"),
        (b"PK\x03\x04rest", "not CSV"),
        ("agency,year\nTeller,2017\n", r"columns “name”; found \[agency; year\]"),
        ("name,year\n", "no rows"),
        ("", "columns “name”; found none"),
        ('name,year\n"' + "a" * 1_200_000, "damaged"),
        ("name,year\n" + "a,b\n" * 100_001, "more than 100,000 rows"),
    ],
)
def test_what_cannot_be_read_is_said(body, says, chosen) -> None:
    """Another format, renamed columns, no rows, a quote that never ends, too many rows: one sentence each."""
    with pytest.raises(ExtractionError, match=says):
        chosen("csv_rows", body, suffix="csv", key=["name"])
