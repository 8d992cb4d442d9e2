"""Reads an Excel or OpenDocument workbook into sheets of texts, as a reader of the sheet would copy them.

Runs inside the bounded child process only (`scrapers.documents`).
"""

from __future__ import annotations

import datetime as times
import io
from collections.abc import Iterator
from typing import Any

from monitor.encoding import clean
from monitor.errors import ExtractionError
from scrapers.document_forms import needs_password

MOST_CELLS = 5_000_000
"""Cells of one sheet; a list of a hundred thousand rows and forty columns has four million."""


class Workbook:
    """An open workbook. Raises ExtractionError, one sentence, for a body that is none."""

    def __init__(self, body: bytes) -> None:
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only the child process pays for it

        if needs_password(body):
            raise ExtractionError(
                "The workbook could not be read: it needs a password; ask the publisher for an open copy."
            )
        try:
            self._book: Any = CalamineWorkbook.from_filelike(io.BytesIO(body))
        except Exception as problem:
            # The library's errors have no common class.
            raise ExtractionError(
                "The workbook could not be read: it is none, or damaged or cut off; open the address to see what it is."
            ) from problem

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets in their order."""
        return tuple(self._book.sheet_names)

    def rows(self, sheet: str) -> Iterator[tuple[str, ...]]:
        """A sheet's rows as texts, blank ones too. Raises ExtractionError for one that is damaged or too large."""
        try:
            found = self._book.get_sheet_by_name(sheet)
            if found.total_height * found.total_width > MOST_CELLS:
                raise ExtractionError(
                    f"The sheet “{sheet}” was not read: it has {found.total_height:,} rows of {found.total_width:,}"
                    " cells, which is more than is read."
                )
            values = found.to_python(skip_empty_area=True)
        except ExtractionError:
            raise
        except Exception as problem:
            raise ExtractionError(f"The sheet “{sheet}” could not be read; open the workbook to see it.") from problem
        return (tuple(map(shown, row)) for row in values)


def shown(value: Any) -> str:
    """A cell's value as text: whole numbers without a point, dates in ISO form, a time of midnight left out."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, times.datetime):
        return value.date().isoformat() if value.time() == times.time() else value.isoformat(" ", "minutes")
    if isinstance(value, times.date | times.time):
        return value.isoformat()
    return clean(str(value))
