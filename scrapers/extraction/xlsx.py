"""A sheet of an Excel workbook as records, a row each: `extract = "xlsx"` in a page watch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.lists.parameters import Name, RowsParameters
from scrapers.lists.rows import Row, folded, missing_in, no_such_columns, record_set, unique_names, wanted
from scrapers.workbooks import Workbook

NAME = "xlsx"
VERSION = 1
READS = "office"
BOUNDED = True

_HEADER_WITHIN = 60
"""Rows from the top among which the header is: workbooks begin with titles, notes and logos."""


class PARAMETERS(RowsParameters):
    """What a stanza may say of a workbook."""

    sheet: Name = ""
    """The sheet's name, or how it begins: "Facilities" finds "Facilities FY26". Without it the first sheet that has
    the columns."""
    columns: tuple[Name, ...] = ()
    """Further columns by which the header is found."""


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza. A workbook that nobody chose a reader for is read as text by `workbook`."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """The rows below the header that has all the columns named; blank rows between them are passed over.

    Raises ExtractionError for what is no workbook, and where no sheet has the columns.
    """
    parameters = PARAMETERS.of(source)
    workbook = Workbook(look.body or b"")
    names = (*wanted(parameters), *parameters.columns)
    tops: list[tuple[str, ...]] = []
    for sheet in _sheets(workbook, parameters.sheet):
        rows = workbook.rows(sheet)
        for row, _ in zip(rows, range(_HEADER_WITHIN), strict=False):
            if sum(map(bool, row)) > 1:
                tops.append(row)
                if not missing_in(row, names):
                    return _extraction(sheet, row, rows, source, parameters)
    raise no_such_columns(min((missing_in(row, names) for row in tops), key=len, default=names), tops)


def _sheets(workbook: Workbook, wanted_sheet: str) -> tuple[str, ...]:
    begin = folded(wanted_sheet)
    exact = [sheet for sheet in workbook.sheets if folded(sheet) == begin]
    fitting = exact or [sheet for sheet in workbook.sheets if folded(sheet).startswith(begin)]
    if not fitting:
        there = ", ".join(f"“{sheet}”" for sheet in workbook.sheets[:30])
        raise ExtractionError(
            f"The workbook has no sheet “{wanted_sheet}”; found {there}. Correct sheet in the stanza."
        )
    return tuple(fitting)


def _extraction(
    sheet: str, header: Sequence[str], rows: Iterator[Sequence[str]], source: Source, parameters: PARAMETERS
) -> Extraction:
    last = max(place for place, name in enumerate(header) if name) + 1
    names = unique_names(header[:last])
    below = (Row(dict(zip(names, row, strict=False))) for row in rows if any(row[:last]))
    listed = record_set(below, parameters)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: {sheet}",
        record_sets=(listed,),
        text=tuple(" | ".join(str(value) for value in record.facts.values()) for record in listed.records),
        compare_text=False,
    )
