"""Reads the tables of a PDF into rows of texts: ruled grids, else the columns that a header line marks, over all pages.

Runs inside the bounded child process only (`scrapers.documents`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scrapers.lists.rows import missing_in
from scrapers.pdf_pages import PdfDocument, PdfPage, Word, lines_of, read_with_pdfium
from scrapers.pdf_tables import Table, columns_table, header_edges, ruled_tables


def pdf_tables(body: bytes, names: Sequence[str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Tables as rows of texts. What goes on at the top of the next page in as many columns is the same table.

    `names` are columns that a table without upright lines must have: its header is found by them. Raises
    ExtractionError for a PDF that cannot be read.
    """
    document = read_with_pdfium(body)
    ruled = _joined([table for page in document.pages for table in ruled_tables(page)])
    return tuple(ruled) or tuple(_in_columns(document, names))


def _joined(tables: Sequence[Table]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Tables with those of the following pages that go on where they ended."""
    rows: list[tuple[str, ...]] = []
    last: Table | None = None
    for table in tables:
        goes_on = last is not None and table.page == last.page + 1 and len(table.rows[0]) == len(last.rows[0])
        if rows and not goes_on:
            yield tuple(rows)
            rows = []
        rows += [tuple(cell.text for cell in row) for row in table.rows]
        last = table
    if rows:
        yield tuple(rows)


def _in_columns(document: PdfDocument, names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The one table that is marked by its header alone; a page without the header goes on with the columns before."""
    header: tuple[tuple[str, float], ...] = ()
    rows: list[tuple[str, ...]] = []
    for page in document.pages:
        here, below = _header(page, names)
        header = here or header
        if not header:
            continue
        edges = [left for _, left in header]
        top = below if here else 0.0
        table = columns_table(page, edges, _begins, top=top, bottom=_end(page, edges, top))
        if here:
            rows.append(tuple(name for name, _ in here))
        rows += [tuple(cell.text for cell in row) for row in (table.rows if table else ())]
    if rows:
        yield tuple(rows)


def _header(page: PdfPage, names: Sequence[str]) -> tuple[tuple[tuple[str, float], ...], float]:
    """Headings of the columns with their left sides, and where the line of them ends."""
    for line in lines_of(page.words) if names else ():
        edges = header_edges(line)
        if len(edges) > 1 and not missing_in([name for name, _ in edges], names):
            return edges, max(word.bottom for word in line)
    return (), 0.0


def _end(page: PdfPage, edges: Sequence[float], top: float) -> float | None:
    """Where prose begins below the table: a line that runs over a column's left side without a gap; None if nowhere."""
    for line in lines_of(page.words):
        runs_on = len(header_edges(line)) == 1 and line[0].left < edges[1] < line[-1].left
        if runs_on and line[0].top > top:
            return min(word.top for word in line)
    return None


def _begins(columns: Sequence[Sequence[Word]]) -> bool:
    """A row begins where its first column does; a line without it is wrapped text of the row above."""
    return bool(columns[0])
