"""Writes a stream of rows as CSV, JSON Lines or Parquet, a row at a time: a million take no more memory than ten."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from monitor.errors import UsageError
from onnotice.printing import json_text

if TYPE_CHECKING:
    from storage.exports import Column

FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a cell for a formula, when text begins with it (OWASP, CSV injection)."""

QUOTE = "'"
"""Put before such text, and before text that begins with it: take one away from the front and the text is as it was."""

_ROWS_A_GROUP = 20_000
"""Rows of a Parquet row group: held in memory at once, some tens of megabytes."""


class Format(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"


Rows = Iterable[Sequence[object]]
"""As `storage.exports.rows` gives them: in the order of the columns, times and JSON as text."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside, which takes the path's place when all of it is written, and is gone when that fails."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write(rows: Rows, columns: Sequence[Column], form: Format, file: BinaryIO, *, bom: bool = False) -> None:
    """All rows into an open file. Raises UsageError where Parquet's library is missing."""
    match form:
        case Format.CSV:
            _write_csv(rows, columns, file, bom=bom)
        case Format.JSON_LINES:
            _write_json_lines(rows, columns, file)
        case Format.PARQUET:
            _write_parquet(rows, columns, file)


def harmless_cell(text: str) -> str:
    """Text that no spreadsheet computes. See `QUOTE` for the way back."""
    return QUOTE + text if text[:1] in FORMULA or text[:1] == QUOTE else text


def _write_csv(rows: Rows, columns: Sequence[Column], file: BinaryIO, *, bom: bool) -> None:
    """RFC 4180: lines end with CR LF; null is an empty cell. Text is always quoted: a spreadsheet that takes ; for the
    separator would find a formula behind one."""
    from storage.exports import ColumnType

    wrapped = io.TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="", write_through=False)
    writer = csv.writer(wrapped, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column.name for column in columns])
    truths = [place for place, column in enumerate(columns) if column.type is ColumnType.BOOLEAN]
    for row in rows:
        cells = [harmless_cell(cell) if isinstance(cell, str) else cell for cell in row]
        for place in truths:
            cells[place] = None if row[place] is None else "true" if row[place] else "false"
        writer.writerow(cells)
    wrapped.flush()
    wrapped.detach()


def _write_json_lines(rows: Rows, columns: Sequence[Column], file: BinaryIO) -> None:
    """An object a line; JSON columns are part of it and not text in it."""
    from storage.exports import ColumnType

    read: dict[ColumnType, Callable[[Any], object]] = {
        ColumnType.BOOLEAN: bool,
        ColumnType.OBJECT: json.loads,
        ColumnType.ARRAY: json.loads,
    }
    names = [column.name for column in columns]
    readers = [read.get(column.type) for column in columns]
    for row in rows:
        values = (
            value if value is None or reader is None else reader(value)
            for reader, value in zip(readers, row, strict=True)
        )
        file.write(f"{json_text(dict(zip(names, values, strict=True)))}\n".encode())


def _write_parquet(rows: Rows, columns: Sequence[Column], file: BinaryIO) -> None:
    """Real types: times are UTC to the microsecond; JSON stays text. Each column carries its meaning."""
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        raise UsageError("Parquet needs pyarrow: `pip install 'onnotice[parquet]'`, or write --format csv.") from None
    schema = arrow.schema(
        [
            arrow.field(column.name, _arrow_type(arrow, column), metadata={"description": column.meaning})
            for column in columns
        ]
    )
    remaining = iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(itertools.islice(remaining, _ROWS_A_GROUP)):
            arrays = [
                arrow.array([_arrow_value(value, column) for value in values], field.type)
                for values, column, field in zip(zip(*group, strict=True), columns, schema, strict=True)
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))


def _arrow_type(arrow: Any, column: Column) -> Any:
    return {
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
        "datetime": arrow.timestamp("us", tz="UTC"),
    }.get(column.type.value, arrow.string())


def _arrow_value(value: Any, column: Column) -> object:
    if value is None:
        return None
    if column.type.value == "datetime":
        return datetime.fromisoformat(value)
    return bool(value) if column.type.value == "boolean" else value
