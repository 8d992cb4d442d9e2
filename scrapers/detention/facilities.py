"""The facilities in a workbook: their row of headings wherever it stands, what is agreed with each, and its figures.

Years differ in the sheet's name ("Facilities FY19", "Facilities EOFY2020", "Facilities FY21 YTD ") and in where the
headings stand: the row with Name, Address and City is what they have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.jurisdictions.states import STATES
from scrapers.detainers.names import key_of
from scrapers.detention.sheets import Cell, Row, Sheet, text_of

_HEADINGS = frozenset({"name", "address", "city"})
_HEADINGS_WITHIN = 60
"""Rows from the top in which the headings are looked for; they were the sixth or seventh."""
_YEAR = re.compile(r"\bfy\s?\d{2,4}\b|\bytd\b", re.IGNORECASE)
_FISCAL_YEAR = re.compile(r"(?<![A-Za-z])(?:EO)?FY\s?(?P<year>20\d\d|\d\d)(?!\d)", re.IGNORECASE)
_SOURCE_DAY = re.compile(
    r"\bIIDS\b\)?[\s,:;as of-]{0,12}(?P<month>\d{1,2})[/.](?P<day>\d{1,2})[/.](?P<year>\d{4}|\d\d)\b", re.I
)
_PRINTED_DAY = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
_AGREED = frozenset(
    {"address", "city", "state", "zip", "aor", "type", "type_detailed", "male_female", "guaranteed_minimum"}
)
"""Columns beside those of inspections that say what a facility is; every other one is a figure of the period."""


@dataclass(frozen=True, slots=True)
class Facility:
    """One row. `agreed` says what the facility is and how it was inspected, `figures` who was held there."""

    name: str
    city: str
    state: str
    """Postal abbreviation, as printed."""
    agreed: dict[str, str | float]
    figures: dict[str, float | str]

    @property
    def member(self) -> str:
        """What a reader calls it: 24 states have a Franklin County, and two cities a Marriott."""
        return ", ".join(filter(None, (self.name, self.city, self.state)))

    @property
    def place(self) -> str:
        """City and state, spelled out: "Del Rio, Texas"; empty where no state is printed."""
        state = STATES.get(self.state.upper(), "")
        return f"{self.city.title()}, {state}" if self.city and state else ""

    @property
    def key(self) -> str:
        """Stays the same when the facility's figures, type or spelling of its address change."""
        return "/".join(key_of(part) for part in (self.name, self.city, self.state))


@dataclass(frozen=True, slots=True)
class FacilityTable:
    """The table and what stands around it. `day` is what its source line says, ISO, or empty."""

    sheet: Sheet
    facilities: tuple[Facility, ...]
    day: str
    fiscal_year: str
    """ "2020", or empty where no cell says it."""
    around: tuple[Row, ...]
    """Rows above the headings, and those below that are no facility."""


def facility_table(sheets: Sequence[Sheet]) -> FacilityTable | None:
    """The first sheet with the headings, those called so before all others; None where there is none."""
    for sheet in sorted(sheets, key=lambda sheet: not sheet.name.casefold().startswith("facilit")):
        for number, row in enumerate(sheet.rows[:_HEADINGS_WITHIN]):
            if {text_of(cell).casefold() for cell in row} >= _HEADINGS:
                return _read(sheet, number)
    return None


def source_day(rows: Iterable[Row]) -> str:
    """The day of "Source: ICE Integrated Decision Support (IIDS), 10/07/2019", ISO; empty where no cell says it."""
    for row in rows:
        for cell in row:
            found = _SOURCE_DAY.search(cell) if isinstance(cell, str) else None
            if found and (day := _iso(found["month"], found["day"], found["year"])):
                return day
    return ""


def _read(sheet: Sheet, at: int) -> FacilityTable:
    fields = _fields(sheet.rows[at])
    facilities: list[Facility] = []
    around = list(sheet.rows[:at])
    for row in sheet.rows[at + 1 :]:
        facility = _facility(dict(zip(fields, row, strict=False)))
        if facility is not None:
            facilities.append(facility)
        elif row:
            around.append(row)
    titles = [sheet.name, *(text_of(cell) for row in (*sheet.rows[:at], sheet.rows[at]) for cell in row)]
    year = next((found["year"] for title in titles if (found := _FISCAL_YEAR.search(title))), "")
    return FacilityTable(
        sheet, tuple(facilities), source_day(around), f"20{year}" if len(year) == 2 else year, tuple(around)
    )


def _fields(headings: Row) -> list[str]:
    """Names of the columns without the year, which would make each of them another one: "FY20 ALOS" is "alos"."""
    seen: dict[str, int] = {}
    fields: list[str] = []
    for cell in headings:
        name = "_".join(re.findall(r"\w+", _YEAR.sub(" ", text_of(cell)).casefold()))
        seen[name] = seen.get(name, 0) + 1
        fields.append(name if seen[name] == 1 or not name else f"{name}_{seen[name]}")
    return fields


def _facility(cells: dict[str, Cell]) -> Facility | None:
    name, city, state = (text_of(cells.get(field, "")) for field in ("name", "city", "state"))
    if not name or not (city or state):
        return None
    agreed: dict[str, str | float] = {}
    figures: dict[str, float | str] = {}
    for field, cell in cells.items():
        if not field or field == "name":
            continue
        if field == "zip":
            agreed[field] = _zip(cell)
        elif field in _AGREED or "inspection" in field:
            agreed[field] = _printed(cell)
        elif cell != "":
            figures[field] = cell
    return Facility(name, city, state, agreed, figures)


def _zip(cell: Cell) -> str:
    """Sheets hold it as a number: 4102.0 is 04102, in Maine."""
    return f"{cell:05.0f}" if isinstance(cell, float) else cell


def _printed(cell: Cell) -> str | float:
    """Days as ISO dates, whether the cell is a date or a text; "New Facility" as it is, beds without a point."""
    if isinstance(cell, float) and cell == int(cell):
        return int(cell)
    found = _PRINTED_DAY.fullmatch(cell) if isinstance(cell, str) else None
    return (_iso(found["month"], found["day"], found["year"]) if found else "") or cell


def _iso(month: str, day: str, year: str) -> str:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def label_of(day: str) -> str:
    """ "as of October 7, 2019" for an ISO date."""
    read = datetime.fromisoformat(day)
    return f"as of {read:%B} {read.day}, {read.year}"
