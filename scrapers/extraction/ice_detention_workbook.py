"""ICE's detention statistics, a workbook: every facility and who was held there, and the rows of the other tables.

An edition is the day that the data are of and the fiscal year, as the cells say; the file's name has no part in it. So
the same file under a newer name is the edition that is known, of which there is nothing to tell, and a corrected file
of the same day amends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from monitor.errors import ExtractionError
from monitor.types import Edition, Extraction, Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.detainers.names import key_of
from scrapers.detention.facilities import Facility, FacilityTable, facility_table, label_of, source_day
from scrapers.detention.sheets import Sheet, line_of, read_sheets, text_of

NAME = "ice_detention_workbook"
VERSION = 1
READS = "office"
BOUNDED = True

SERIES = "ice_detention_statistics"

_FACILITIES = ("detention facility", "detention facilities")
_POPULATION = ("male_crim", "male_non_crim", "female_crim", "female_non_crim")
"""Everybody who is held is in one of these four columns."""
_LONGEST_HEADING = 160
"""Characters; longer is a note, and stands below a table."""


def claims(source: Source, url: str) -> bool:
    """Workbooks of the source whose spider follows the statistics page."""
    return source.spider == "ice_statistics" and urlsplit(url).path.lower().endswith((".xlsx", ".xls", ".xlsm", ".ods"))


def extract(look: Look, source: Source) -> Extraction:
    """Four record sets of one edition; the list of facilities comes first, since it is what readers count.

    What is agreed with a facility is compared from edition to edition. Figures differ in every one; so those sets have
    no members, and are compared within an edition alone: a corrected file. Raises ExtractionError for a workbook that
    cannot be opened, names no facilities, or does not say what day its data are of.
    """
    del source
    sheets = read_sheets(look.body or b"")
    table = facility_table(sheets)
    if table is None or not table.facilities:
        raise ExtractionError(
            "No sheet of the workbook lists facilities under Name, Address and City; its layout may have changed."
        )
    day = table.day or source_day(row for sheet in sheets for row in sheet.rows)
    if not day:
        raise ExtractionError(
            'The workbook does not say what day its data are of ("Source: ... (IIDS), <date>"); look at its sheets.'
        )
    year = table.fiscal_year or _fiscal_year(day)
    edition = Edition(SERIES, label_of(day), f"{day}/FY{year}")
    others = [sheet for sheet in sheets if sheet is not table.sheet]
    title = f"ICE detention statistics, FY {year}"
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{title}, {edition.label}",
        record_sets=(
            _set("detention_facility", [_facility(one) for one in table.facilities], edition, _FACILITIES),
            _set("facility_population", [_population(one) for one in table.facilities], edition),
            _set("detention_figure", [record for sheet in others for record in _figures(sheet)], edition),
            _set("detention_statistics", [_statistics(title, day, year, table)], edition),
        ),
        text=tuple(_lines(table, others)),
        compare_text=False,
    )


def _set(kind: str, records: Iterable[Record], edition: Edition, noun: tuple[str, str] = ("row", "rows")) -> RecordSet:
    """The records under the edition; equal keys get an ordinal, since labels come back within a table."""
    seen: Counter[str] = Counter()
    keyed: list[Record] = []
    for record in records:
        seen[record.key] += 1
        ordinal = f"#{seen[record.key]}" if seen[record.key] > 1 else ""
        keyed.append(replace(record, key=f"{edition.order}/{record.key}{ordinal}"))
    return RecordSet(kind, tuple(keyed), Scope(ScopeKind.COMPLETE, prefix=f"{edition.order}/"), edition, noun)


def _facility(facility: Facility) -> Record:
    return Record(
        kind="detention_facility",
        key=facility.key,
        title=facility.member,
        facts={"name": facility.name, **facility.agreed},
        member=facility.member,
        place=facility.place,
    )


def _population(facility: Facility) -> Record:
    # One fact: a corrected file changes figures everywhere, and is told as one burst and not by sets of columns.
    return Record(
        kind="facility_population",
        key=facility.key,
        title=facility.member,
        facts={"figures": facility.figures},
        place=facility.place,
    )


def _figures(sheet: Sheet) -> Iterable[Record]:
    """The rows of a sheet of small tables, side by side and below one another, each row as one line.

    Keyed by the heading above and the label in front. Both are repeated ("GPS" under every field office), so that the
    key holds within an edition only; that is all it is needed for.
    """
    heading = ""
    opens = True
    kind = key_of(sheet.name.split(" ", 1)[0])
    for row in sheet.rows:
        printed = [cell for cell in row if cell != ""]
        label = text_of(printed[0]) if printed else ""
        # The headings of tables side by side stand in one row, the first below a gap.
        heads = len(printed) == 1 or (opens and not any(isinstance(cell, float) for cell in printed))
        heading = label if printed and heads and len(label) <= _LONGEST_HEADING else heading
        opens = not printed
        if len(printed) < 2:
            continue
        yield Record(
            kind="detention_figure",
            key="/".join((kind, key_of(heading)[:120], key_of(label)[:120])),
            title=f"{heading}: {label}" if heading else label,
            facts={"row": line_of(row)},
        )


def _statistics(title: str, day: str, year: str, table: FacilityTable) -> Record:
    counted = [one.figures.get(column) for one in table.facilities for column in _POPULATION]
    figures = [figure for figure in counted if isinstance(figure, float)]
    return Record(
        kind="detention_statistics",
        key="workbook",
        title=title,
        facts={
            "as_of": day,
            "fiscal_year": year,
            "facilities": len(table.facilities),
            "average_daily_population": round(sum(figures)) if figures else None,
        },
        about=day,
    )


def _fiscal_year(day: str) -> str:
    """The federal one, which begins in October."""
    return str(int(day[:4]) + (day[5:7] >= "10"))


def _lines(table: FacilityTable, others: Iterable[Sheet]) -> Iterable[str]:
    """Everything that is printed, for the search: a row's words together."""
    for sheet in others:
        yield sheet.name
        yield from filter(None, map(line_of, sheet.rows))
    yield table.sheet.name
    yield from filter(None, map(line_of, table.sheet.rows))
