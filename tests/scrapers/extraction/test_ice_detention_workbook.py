"""The detention workbook's reader: which edition it is, who is in it, and what differs from the one before.

Workbooks are written here in the shape of those published for FY19 and FY20: five sheets, the same headings and source
line. Facilities are real names with invented figures.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare, compare_editions
from monitor.types import Extraction, Health, Look, RecordSet, Source, VerdictKind
from scrapers.detention import sheets as cells
from scrapers.detention.names import hinted_day
from scrapers.documents import Limits, bounded
from scrapers.extraction import ice_detention_workbook
from scrapers.intake import Intake
from storage import Archive

EXAMPLES = Path(__file__).parent / "examples" / "ice_detention_workbook"
FOLDER = "https://www.ice.gov/doclib/detention/"
STATISTICS = Source(
    slug="ice_detention_statistics",
    title="ICE detention statistics",
    url="https://www.ice.gov/detain/detention-management",
    spider="ice_statistics",
)
AT = datetime(2020, 10, 9, tzinfo=UTC)

Cell = str | float | date
Sheets = Mapping[str, Sequence[Sequence[Cell]]]

HIDDEN = ' state="hidden"'
HEADINGS = [
    "Name", "Address", "City", "State", "Zip", "AOR", "Type Detailed", "Male/Female", "FY20 ALOS", "Level A",
    "Male Crim", "Male Non-Crim", "Female Crim", "Female Non-Crim", "Guaranteed Minimum", "Last Inspection Type",
    "Last Inspection Rating - Final", "Last Inspection Date", "Second to Last Inspection Date",
]  # fmt: skip
STEWART: list[Cell] = [
    "STEWART DETENTION CENTER", "146 CCA ROAD", "LUMPKIN", "GA", 31815, "ATL", "DIGSA", "Male", 51.305388017692, 613.4,
    746.81, 604.49, 0, 0.456, 1600, "Regular", "Pending", "9/24/2020", date(2019, 5, 9),
]  # fmt: skip
FRANKLIN: list[Cell] = [
    "FRANKLIN COUNTY JAIL", "1 MAIN STREET", "SAINT ALBANS", "VT", 5478, "BOS", "IGSA", "Female/Male", 2.5, 0.25,
    0.5, 0.25, 0, 0.25, "", "ORSA", "Acceptable", "New Facility", "",
]  # fmt: skip
AURORA: list[Cell] = [
    "DENVER CONTRACT DETENTION FACILITY", "3130 N. OAKLAND ST.", "AURORA", "CO", 80010, "DEN", "CDF", "Female/Male",
    61.2, 120, 180, 200, 11, 12.5, 525, "Regular", "Meets Standard", "12/5/2019", date(2018, 12, 6),
]  # fmt: skip


def edition(
    *facilities: Sequence[Cell], year: str = "EOFY2020", day: str = "09/30/2020", blank: int = 0, devices: float = 671
) -> dict[str, list[list[Cell]]]:
    """The five sheets; `blank` rows more stand above the headings of facilities."""
    title: list[list[Cell]] = [["U.S. Immigration and Customs Enforcement"], ["Made available to the public."]]
    source = [[f"Source: ICE Integrated Decision Support (IIDS), {day}"]] if day else []
    return {
        "Header": [["ICE Detention Statistics"], ["Data fluctuate until “locked”."]],
        f"ATD {year}": [
            *title, [], [f"ATD Active Population by AOR and Technology, {year}"], ["AOR/Technology", "Count", "ALIP"],
            ["Total", 2022, 816.016], ["Atlanta", 1000, 874.38], ["GPS", devices, 498.68], ["Boston", 1022, 430.17],
            ["GPS", 907, 338.38],
        ],
        f"Detention {year}": [
            *title, [], ["Currently Detained", "", "", "", "Average Time"],
            ["Processing Disposition", "Adult", "Total", "", "Release Year", "Adult"],
            ["Total", 18749, 19068, "", "FY2020", 19.15],
        ],
        f"Facilities {year} ": [
            *title, [f"ICE FACILITIES DATA, {year}"], *[[]] * blank,
            ["Facility Information", *[""] * 7, "FY20 ADP: Criminality"], *source, list(HEADINGS),
            *map(list, facilities or (STEWART, FRANKLIN)), [], ["* Data are as published."],
        ],
        "Footnotes": [*title, ["Term", "Definition"], ["ADP", "Average daily population"]],
    }  # fmt: skip


def workbook(sheets: Sheets, hidden: Sequence[str] = ()) -> bytes:
    """An xlsx file of plain cells (ECMA-376); dates carry the style that makes them dates."""
    held = io.BytesIO()
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    office = "http://schemas.openxmlformats.org"
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kinds}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1"'
        f' Type="{office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{office}/spreadsheetml/2006/main"'
        f' xmlns:r="{office}/officeDocument/2006/relationships"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"{HIDDEN if name in hidden else ""}/>'
            for n, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{office}/officeDocument/2006/relationships/worksheet"'
            f' Target="worksheets/sheet{n}.xml"/>'
            for n in numbers
        )
        + f'<Relationship Id="rId0" Type="{office}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{office}/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for number, rows in enumerate(sheets.values(), 1):
        written = "".join(
            f'<row r="{n}">{"".join(_cell(c, n, value) for c, value in enumerate(row) if value != "")}</row>'
            for n, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{office}/spreadsheetml/2006/main"><sheetData>{written}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return held.getvalue()


def _cell(column: int, row: int, value: Cell) -> str:
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def look_at(body: bytes, name: str = "FY20-detentionstats.xlsx", at: datetime = AT) -> Look:
    """A workbook under one of the site's names."""
    return Look(url=FOLDER + name, at=at, status=200, body=body, media_type="application/octet-stream")


def read(sheets: Sheets, name: str = "FY20-detentionstats.xlsx") -> Extraction:
    """What the extractor makes of a workbook."""
    return ice_detention_workbook.extract(look_at(workbook(sheets), name), STATISTICS)


def of_kind(extraction: Extraction, kind: str) -> RecordSet:
    """The extraction's set of one kind."""
    return next(found for found in extraction.record_sets if found.kind == kind)


def test_the_example_is_read_whole() -> None:
    """A workbook in, everything that is read out of it."""
    expected = json.loads((EXAMPLES / "edition.expected.json").read_text(encoding="utf-8"))
    look = look_at((EXAMPLES / "edition.xlsx").read_bytes())
    extraction = ice_detention_workbook.extract(look, STATISTICS)
    assert json.loads(json.dumps(asdict(extraction))) == expected


@pytest.mark.parametrize(
    "name",
    [
        "FY26_detentionStats_04092026.xlsx",
        "FY21_detentionStats210503.xlsx",
        "FY23_detentionStats01192022.xlsx",
        "FY21_detention-stats_0301.xlsx",
        "FY22_detentionStats03172022b.xlsx",
        "latest.xlsx",
    ],
)
def test_a_name_decides_nothing(name: str) -> None:
    """The same cells are the same edition with the same records under every name."""
    assert read(edition(), name).record_sets == read(edition()).record_sets


@pytest.mark.parametrize("year", ["FY20", "EOFY2020", "FY20 YTD", "FY 2020", "FY20_YTD"])
@pytest.mark.parametrize("blank", [0, 1, 7])
def test_sheets_and_headings_may_drift(year: str, blank: int) -> None:
    """Names of sheets, trailing spaces, and where the headings stand are a matter of the year."""
    drifted = read(edition(year=year, blank=blank))
    assert of_kind(drifted, "detention_facility") == of_kind(read(edition()), "detention_facility")


def test_columns_may_come_in_another_order() -> None:
    """And carry another year in their names."""
    sheets = edition()
    (name,) = (name for name in sheets if name.startswith("Facilities"))
    at = sheets[name].index(list(HEADINGS))
    sheets[name] = [
        [row[0], *reversed(row[1 : len(HEADINGS)])] if number >= at and len(row) > 1 else row
        for number, row in enumerate(sheets[name])
    ]
    sheets[name][at] = [text.replace("FY20", "FY21") if isinstance(text, str) else text for text in sheets[name][at]]
    moved = of_kind(read(sheets), "detention_facility")
    comparison = compare(of_kind(read(edition()), "detention_facility").records, moved)
    assert len(comparison.kept) == 2


@pytest.mark.parametrize("printed", ["9/30/2020", "09/30/20", "as of 09/30/2020"])
def test_the_day_is_the_source_line_s(printed: str) -> None:
    """However it is written."""
    found = of_kind(read(edition(day=printed)), "detention_facility").edition
    assert found is not None
    assert (found.order, found.label) == ("2020-09-30/FY2020", "as of September 30, 2020")


def test_a_year_end_s_workbook_is_another_edition_than_the_next_year_s_first() -> None:
    """Both may be of one day of October."""
    end, first = (
        of_kind(read(edition(year=year, day="10/07/2019")), "detention_facility").edition for year in ("FY19", "FY20")
    )
    assert end is not None
    assert first is not None
    assert end.order < first.order


def test_against_the_edition_before_it_is_told_who_came_who_went_and_what_was_agreed() -> None:
    """Figures differ in every edition, and are no difference of a facility."""
    deficient = [value if value != "Pending" else "Deficient" for value in STEWART]
    later: list[Cell] = [number * 2 if isinstance(number, float) else number for number in deficient]
    before = read(edition(STEWART, FRANKLIN))
    after = of_kind(read(edition(later, AURORA, day="10/14/2020")), "detention_facility")
    assert after.edition is not None
    compared = compare_editions(of_kind(before, "detention_facility").records, after, after.edition)
    assert compared.new == ("DENVER CONTRACT DETENTION FACILITY, AURORA, CO",)
    assert compared.gone == ("FRANKLIN COUNTY JAIL, SAINT ALBANS, VT",)
    assert compared.amended == (
        ("STEWART DETENTION CENTER, LUMPKIN, GA", {"last_inspection_rating_final": ("Pending", "Deficient")}),
    )


def test_within_an_edition_every_figure_counts() -> None:
    """A corrected file of the same day amends the facility's figures, and the row of another sheet."""
    corrected = [613.9 if value == 613.4 else value for value in STEWART]
    after = read(edition(corrected, FRANKLIN, devices=672))
    before = read(edition())
    amended = {
        found.kind: [
            (pair.after.title, pair.fields) for pair in compare(of_kind(before, found.kind).records, found).amended
        ]
        for found in after.record_sets
    }
    assert amended == {
        "detention_facility": [],
        "facility_population": [("STEWART DETENTION CENTER, LUMPKIN, GA", ("figures",))],
        "detention_figure": [("ATD Active Population by AOR and Technology, EOFY2020: GPS", ("row",))],
        "detention_statistics": [],
    }


def test_arithmetic_below_the_second_place_is_nothing() -> None:
    """The sheets show two at most."""
    recalculated = [51.305388017699 if value == 51.305388017692 else value for value in STEWART]
    assert read(edition(recalculated, FRANKLIN)).record_sets == read(edition()).record_sets


def test_facilities_of_one_name_are_told_apart() -> None:
    """By city and state; two rows that share all of it by their order."""
    elsewhere = ["FRANKLIN COUNTY JAIL", "2 OAK", "FRANKLIN", "NC", *FRANKLIN[4:]]
    records = of_kind(read(edition(FRANKLIN, elsewhere, FRANKLIN)), "detention_facility").records
    assert len({record.key for record in records}) == 3
    assert records[2].key == f"{records[0].key}#2"
    assert [record.place for record in records[:2]] == ["Saint Albans, Vermont", "Franklin, North Carolina"]


def test_a_hidden_sheet_is_not_read() -> None:
    """No reader sees it."""
    sheets = edition() | {"Scratch": [["Never", "shown"]]}
    body = workbook(sheets, hidden=["Scratch"])
    assert "Never | shown" not in ice_detention_workbook.extract(look_at(body), STATISTICS).text
    assert "Never | shown" in read(sheets).text


def without_facilities(sheets: dict[str, list[list[Cell]]]) -> dict[str, list[list[Cell]]]:
    """The workbook without that sheet."""
    return {name: rows for name, rows in sheets.items() if not name.startswith("Facilities")}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (workbook(without_facilities(edition())), "lists facilities"),
        (workbook(edition([])), "lists facilities"),
        (workbook(edition(day="")), "what day"),
        (workbook(edition(day="13/45/2020")), "what day"),
        (b"PK\x03\x04 and then nothing", "cannot be opened"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "cannot be opened"),
        (b"", "cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    """Never an empty list, which would be everybody's removal."""
    with pytest.raises(ExtractionError, match=says):
        ice_detention_workbook.extract(look_at(body), STATISTICS)


def test_large_sheets_are_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and columns beyond it are not read."""
    monkeypatch.setattr(cells, "MOST_ROWS", 12)
    monkeypatch.setattr(cells, "MOST_COLUMNS", 3)
    (sheet,) = cells.read_sheets(workbook({"One": [[1.0] * 5] * 40}))
    assert len(sheet.rows) == 12
    assert {len(row) for row in sheet.rows} == {3}


async def test_a_cell_at_the_end_of_the_world_costs_the_child_and_nothing_else() -> None:
    """A small file that asks for seventeen thousand million cells is refused under the usual limits."""
    body = workbook({"One": [["x"]]})
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as given, zipfile.ZipFile(held, "w") as made:
        for name in given.namelist():
            text = given.read(name).replace(b"</row>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
            made.writestr(name, text)
    with pytest.raises(ExtractionError, match="could not be read"):
        await bounded("ice_detention_workbook", look_at(held.getvalue()), STATISTICS)


async def test_a_bomb_is_refused() -> None:
    """One cell of two hundred megabytes, compressed a thousandfold, in a child that may take not much more."""
    opened = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    held = io.BytesIO()
    given = zipfile.ZipFile(io.BytesIO(workbook(edition())))
    with given, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            with made.open(name, "w") as part:
                if not name.endswith("sheet1.xml"):
                    part.write(given.read(name))
                    continue
                part.write(opened + b'<c t="inlineStr"><is><t>')
                for _ in range(200):
                    part.write(b"0" * 1_000_000)
                part.write(b"</t></is></c></row></sheetData></worksheet>")
    assert len(held.getvalue()) < 1_000_000
    limits = Limits(memory=400_000_000)
    with pytest.raises(ExtractionError, match="could not be read"):
        await bounded("ice_detention_workbook", look_at(held.getvalue()), STATISTICS, limits)
    assert await bounded("ice_detention_workbook", look_at(workbook(edition())), STATISTICS, limits)


class Desk:
    """An archive and the way into it."""

    def __init__(self) -> None:
        self.archive = Archive.in_memory()
        self.now = AT
        self.archive.keep_source(STATISTICS, AT)

    async def look(self, body: bytes, name: str) -> VerdictKind:
        """One complete run that looks at one workbook, a week after the last."""
        self.now += timedelta(days=7)
        run = self.archive.begin_run(STATISTICS.slug, self.archive.begin_poll(self.now), self.now)
        taken = await Intake(self.archive, lambda: self.now).take(look_at(body, name, self.now), STATISTICS, run)
        self.archive.end_run(
            run,
            self.now,
            outcome="ok",
            complete=True,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )
        return taken.verdict.kind

    def told(self) -> list[str]:
        """Kinds of everything that is news."""
        return [f"{stored.change.kind.value} {stored.change.record_kind}" for stored in self.archive.changes()]


@pytest.fixture
def desk() -> Desk:
    """A new one."""
    return Desk()


async def test_a_new_edition_is_told_once_and_its_copy_not_at_all(desk: Desk) -> None:
    """Identical bytes under a newer name are the edition that is known; so are its cells, saved anew."""
    await desk.look(workbook(edition()), "FY20-detentionstats.xlsx")
    assert desk.told() == []
    body = workbook(edition(STEWART, AURORA, day="10/14/2020", year="FY21"))
    await desk.look(body, "FY21_detentionStats10152020.xlsx")
    assert desk.told() == ["list_published detention_facility"]
    (stored,) = desk.archive.changes()
    assert stored.change.about == "2020-10-14"
    assert stored.change.summary == (
        "ICE detention statistics lists 2 detention facilities; new: DENVER CONTRACT DETENTION FACILITY, AURORA, CO;"
        " gone: FRANKLIN COUNTY JAIL, SAINT ALBANS, VT (as of October 14, 2020)"
    )
    await desk.look(body, "FY21_detentionStats10222020.xlsx")
    await desk.look(body + b"", "FY21_detentionStats10222020b.xlsx")
    assert desk.told() == ["list_published detention_facility"]


async def test_a_corrected_file_amends_the_edition(desk: Desk) -> None:
    """Replaced in place or under another name: the figure that differs, and no new edition."""
    await desk.look(workbook(edition()), "FY20-detentionstats.xlsx")
    corrected = [613.9 if value == 613.4 else value for value in STEWART]
    await desk.look(workbook(edition(corrected, FRANKLIN)), "FY20-detentionstatsb.xlsx")
    assert desk.told() == ["record_amended facility_population"]
    await desk.look(workbook(edition(corrected, FRANKLIN, devices=700)), "FY20-detentionstatsb.xlsx")
    assert desk.told()[1:] == ["record_amended detention_figure"]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (
            b"<html><title>ICE</title><body><p>Please wait, and some more to read.</p></body></html>",
            VerdictKind.BLOCKED,
        ),
        (workbook(edition())[:-40], VerdictKind.TRUNCATED),
        (workbook(without_facilities(edition())), VerdictKind.SHRUNKEN),
    ],
)
async def test_another_answer_than_a_workbook_is_not_believed(desk: Desk, body: bytes, verdict: VerdictKind) -> None:
    """A page in its place is a wall, a part of it is broken off, one without facilities cannot be read."""
    name = "FY20-detentionstats.xlsx"
    await desk.look(workbook(edition()), name)
    assert await desk.look(body, name) is verdict
    assert desk.told() == []


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("FY26_detentionStats_04092026.xlsx", date(2026, 4, 9)),
        ("FY21_detentionStats060921.xlsx", date(2021, 6, 9)),
        ("FY21_detentionStats210503.xlsx", date(2021, 5, 3)),
        ("FY23_detentionStats112822.xlsx", date(2022, 11, 28)),
        ("FY21_detention-stats_0301.xlsx", date(2021, 3, 1)),
        ("FY22_detentionStats03172022b.xlsx", date(2022, 3, 17)),
        ("FY22_detentionStats12292021.xlsx", date(2021, 12, 29)),
        ("FY23_detentionStats01192022.xlsx", date(2023, 1, 19)),
        ("FY24_detentionStats11152024.xlsx", date(2024, 11, 15)),
        ("FY26_detentionStats_04092026_0.xlsx", date(2026, 4, 9)),
        ("FY25_detentionStats99999999.xlsx", None),
        ("FY19-detentionstats.xlsx", None),
        ("standards.xlsx", None),
    ],
)
def test_a_name_s_day_is_a_hint(name: str, day: date | None) -> None:
    """In each of the orders that were met; a wrong year is put right by the fiscal year."""
    assert hinted_day(FOLDER + name) == day
