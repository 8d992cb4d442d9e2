"""A CSV file as records, a row each: `extract = "csv"` in a page watch."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from pydantic import Field

from monitor.encoding import clean, decode
from monitor.errors import ExtractionError
from monitor.recognition import kind_of
from monitor.types import Extraction, Look, Source
from scrapers.lists.parameters import RowsParameters
from scrapers.lists.rows import MOST_ROWS, Row, missing_in, no_such_columns, record_set, unique_names, wanted

NAME = "csv"
VERSION = 1
READS = "any"

_DELIMITERS = ",;\t|"
_SNIFFED = 65_536
"""Characters in which the delimiter and the header are looked for."""
_HEADER_WITHIN = 20
"""Rows from the top among which the header is: titles and notes may stand above it."""
_LONGEST_FIELD = 1_000_000
_MOST_COLUMNS = 2_000


class PARAMETERS(RowsParameters):
    """What a stanza may say of a CSV file."""

    delimiter: str = Field(default="", max_length=1)
    """The sign between columns; found out where it is not given."""


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """The rows under the columns of the header. Raises ExtractionError for another format, a header without the
    columns that the stanza names, and more rows than are kept."""
    parameters = PARAMETERS.of(source)
    body = look.body or b""
    if kind_of(body, look.media_type) in ("pdf", "zip", "binary") or body.lstrip()[:1] == b"<":
        raise ExtractionError(f"{look.url} answered something that is not CSV; open it to see what it is.")
    text = decode(body, look.headers.get("content-type", "").lower().partition("charset=")[2]).replace("\0", "")
    head = text[:_SNIFFED]
    # Excel writes the sign itself into a first line of its own.
    told = head[4:5] if head[:4].lower() == "sep=" else ""
    delimiter = parameters.delimiter or told or _delimiter(head, wanted(parameters))
    header, rows = _table(_cells(text, delimiter), wanted(parameters))
    listed = record_set((Row(dict(zip(header, row, strict=True))) for row in rows), parameters)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=source.title,
        record_sets=(listed,),
        text=tuple(" | ".join(str(value) for value in record.facts.values()) for record in listed.records),
        compare_text=False,
    )


def _delimiter(head: str, names: Sequence[str]) -> str:
    """The sign under which a line has all the columns named, else the one that the first lines have most often."""
    for sign in _DELIMITERS:
        tried = [row for row, _ in zip(_lenient(head, sign), range(_HEADER_WITHIN), strict=False)]
        if names and any(not missing_in(row, names) for row in tried):
            return sign
    lines = [line for line in head.splitlines()[:_HEADER_WITHIN] if line.strip()]
    return max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def _lenient(head: str, sign: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(head, newline=""), delimiter=sign)
    except csv.Error:
        return


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [clean(cell) for cell in row[:_MOST_COLUMNS]]
    except csv.Error as error:
        raise ExtractionError(f"The CSV file is damaged ({error}); open it to see where a quote is missing.") from None


def _table(rows: Iterator[list[str]], names: Sequence[str]) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """The header's names, each once, and an iterator over the rows below, as wide as it."""
    tops: list[list[str]] = []
    for row, _ in zip(rows, range(_HEADER_WITHIN), strict=False):
        if sum(map(bool, row)) > 0 and not (len(row) == 1 and row[0].lower().startswith("sep=")):
            tops.append(row)
            if not missing_in(row, names):
                header = unique_names(row)
                return header, _ragged(rows, len(header))
    raise no_such_columns(min((missing_in(row, names) for row in tops), key=len, default=tuple(names)), tops)


def _ragged(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """Rows with something in them, cut or filled up to the header's width."""
    kept = 0
    for row in rows:
        if any(row):
            kept += 1
            if kept > MOST_ROWS:
                raise ExtractionError(f"The CSV file has more than {MOST_ROWS:,} rows; watch a smaller part of it.")
            yield (row + [""] * (width - len(row)))[:width]
