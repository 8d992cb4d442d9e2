"""The cells of a workbook (xlsx, xls, ods), bounded: sheets that a reader sees, each a list of rows of plain values.

Imports native code, so it belongs into the child process that `scrapers.documents` starts. What a small file can
unfold to (a cell in the last column of the last row, a compressed gigabyte) is that process's limits' business; the
bounds here keep what is merely large from becoming a large answer.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from monitor.encoding import clean
from monitor.errors import ExtractionError

MOST_SHEETS = 30
MOST_ROWS = 20_000
MOST_COLUMNS = 256
_MOST_CHARACTERS = 4_000
"""Of one cell; the longest definition met in the footnotes has 700."""

Cell = str | float
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet. Rows keep their place, empty cells are empty texts, trailing ones are dropped."""

    name: str
    rows: tuple[Row, ...]


def read_sheets(body: bytes) -> tuple[Sheet, ...]:
    """Every visible sheet in its order. Raises ExtractionError for what cannot be opened."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum  # noqa: PLC0415

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        return tuple(
            Sheet(clean(name), tuple(_rows(workbook.get_sheet_by_name(name).iter_rows())))
            for name in shown[:MOST_SHEETS]
        )
    except PasswordError as problem:
        raise ExtractionError("The workbook asks for a password; ask its publisher for one without.") from problem
    except (CalamineError, OSError, ValueError) as problem:
        raise ExtractionError(f"The workbook cannot be opened ({problem}); open it in a spreadsheet.") from problem


def text_of(cell: Cell) -> str:
    """A cell as a reader reads it: whole numbers without a point, others to two places at most."""
    if isinstance(cell, str):
        return cell
    return f"{cell:.0f}" if cell == int(cell) else f"{cell:.2f}".rstrip("0")


def line_of(row: Row) -> str:
    """A row's cells that are not empty on one line."""
    return " | ".join(text for cell in row if (text := text_of(cell)))


def _rows(rows: Iterable[Sequence[object]]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            return
        cells = [_cell(value) for value in row[:MOST_COLUMNS]]
        while cells and cells[-1] == "":
            cells.pop()
        yield tuple(cells)


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        number = float(value)
        # Figures are averages with fifteen places, of which the sheet shows two at most; the rest is arithmetic.
        return round(number, 2) if abs(number) < 1e15 else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return clean(str(value or "")[:_MOST_CHARACTERS])
