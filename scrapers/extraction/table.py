"""A table of a page or a PDF as records, a row each: `extract = "table"` in a page watch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from monitor.errors import ExtractionError
from monitor.recognition import kind_of
from monitor.text import read
from monitor.types import Extraction, Look, Source
from scrapers.lists.html_tables import TableRow, html_tables, parsed
from scrapers.lists.parameters import Name, RowsParameters
from scrapers.lists.rows import Row, folded, missing_in, no_such_columns, record_set, unique_names, wanted

NAME = "table"
VERSION = 2
READS = "any"
BOUNDED = True

_HEADER_WITHIN = 12
"""Rows from a table's top among which its header is: titles and notes may stand above it."""


class PARAMETERS(RowsParameters):
    """What a stanza may say of a table."""

    columns: tuple[Name, ...] = ()
    """Further columns by which the table is known among others."""
    caption: Name = ""
    """Words in the caption of the table, or in the heading above it, by which it is known."""
    nth: int = Field(default=0, ge=0, le=1000)
    """The number of the table among those that fit, from 1; 0 for the only one that does."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A table with its header found: its rows below, and what it is called."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """The rows of one table, under its columns' names, and the page's text without them.

    Raises ExtractionError where no table has the columns that the stanza names, or more than one has.
    """
    parameters = PARAMETERS.of(source)
    body = look.body or b""
    text: tuple[str, ...] = ()
    title = ""
    if kind_of(body, look.media_type) == "pdf":
        from scrapers.lists.pdf_tables import pdf_tables  # noqa: PLC0415 - native code that HTML needs not

        columns = (*wanted(parameters), *parameters.columns)
        tables = [("", tuple(map(TableRow, rows))) for rows in pdf_tables(body, columns)]
    else:
        tree = parsed(body, _charset(look))
        tables = [(table.caption, table.rows) for table in html_tables(tree, look.final_url)]
        page = read(body, look.media_type, look.final_url, _charset(look))
        title, text = page.title, page.lines
    chosen = _chosen(tables, parameters)
    rows = tuple(_rows(chosen))
    listed = record_set(rows, parameters)
    told = {line for row in chosen.rows for line in (" | ".join(filter(None, row.printed)), *row.printed)}
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=title or chosen.caption or source.title,
        record_sets=(listed,),
        text=tuple(line for line in text if _plain(line) not in told)
        or tuple(" | ".join(row.cells) for row in chosen.rows),
        compare_text=bool(text),
    )


def _chosen(tables: Sequence[tuple[str, tuple[TableRow, ...]]], parameters: PARAMETERS) -> _Found:
    names = (*wanted(parameters), *parameters.columns)
    named = [table for table in tables if not parameters.caption or folded(parameters.caption) in folded(table[0])]
    if not named and not parameters.caption:
        raise no_such_columns(names or ("any",), ())
    if not named:
        captions = "; ".join(f"“{caption}”" for caption, _ in tables if caption) or "none"
        raise ExtractionError(
            f"No table stands under “{parameters.caption}”; found {captions}. Correct caption in the stanza."
        )
    fitting = [found for caption, rows in named if (found := _with_header(caption, rows, names)) is not None]
    if not fitting:
        tops = [row.cells for _, rows in named for row in rows[:1]]
        tried = [missing_in(row.cells, names) for _, rows in named for row in rows[:_HEADER_WITHIN]]
        raise no_such_columns(min(tried, key=len, default=()) or names or ("any",), tops)
    if parameters.nth > len(fitting):
        raise ExtractionError(f"Only {len(fitting)} tables fit and nth is {parameters.nth}; correct it in the stanza.")
    if not parameters.nth and len(fitting) > 1:
        shown = "; ".join(f"[{', '.join(found.header[:8])}]" for found in fitting[:5])
        raise ExtractionError(
            f"{len(fitting)} tables fit: {shown}. Name more of its columns, its caption, or its number as nth."
        )
    return fitting[max(parameters.nth, 1) - 1]


def _with_header(caption: str, rows: Sequence[TableRow], names: Sequence[str]) -> _Found | None:
    """The table below the first row that has all the columns; without names, below the first row of several cells."""
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        several = len({cell for cell in row.cells if cell}) > 1
        if several and not missing_in(row.cells, names) and len(rows) > place + 1:
            return _Found(caption, unique_names(row.cells), tuple(rows[place + 1 :]))
    return None


def _rows(table: _Found) -> Iterator[Row]:
    """Rows under their columns. Repeated headers, blank rows and headings across the whole table are none."""
    header = tuple(map(folded, table.header))
    for row in table.rows:
        cells = row.cells[: len(header)]
        printed = tuple(map(folded, unique_names(cells)))
        across = len(header) > 1 and len(row.cells) > 1 and len(set(row.cells)) == 1
        if not any(cells) or printed == header or (row.header and across):
            continue
        padded = (*cells, *[""] * (len(header) - len(cells)))
        yield Row(dict(zip(table.header, padded, strict=True)), url=row.url)


def _plain(line: str) -> str:
    return " | ".join(filter(None, (part.strip() for part in line.split("|"))))


def _charset(look: Look) -> str:
    return look.headers.get("content-type", "").lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
