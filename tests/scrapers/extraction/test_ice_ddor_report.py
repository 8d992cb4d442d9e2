"""The report's reader: all rows of every drawn form, drifting titles, broken cells, and a refusal instead of a guess.

The PDFs are drawn by the demonstration's generator; what they say, it knows.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from monitor.errors import ExtractionError
from monitor.records import compare, compare_editions
from monitor.types import Extraction, Look, Record, RecordSet, ScopeKind, Source
from onnotice.demo import reports, weeks
from onnotice.demo.reports import Layout, declined_detainer_report
from onnotice.demo.weeks import Declined, Policy, Volume, Week
from scrapers import pdf_pages
from scrapers.extraction import find, ice_ddor_report

EXAMPLES = Path(__file__).parent / "examples" / "ice_ddor_report"
PAGE = "https://www.ice.gov/declined-detainer-outcome-report"
URL = "https://www.ice.gov/doclib/ddor/ddor2017_01-28to02-03.pdf"
SOURCE = Source("ice_declined_detainers", "Declined Detainer Outcome Report", PAGE, spider="ice_detainers")
ORDER = "2017-01-28/2017-02-03"


def read(body: bytes, url: str = URL) -> Extraction:
    look = Look(url, datetime(2017, 3, 20, 14, tzinfo=UTC), 200, body, "application/pdf")
    return ice_ddor_report.extract(look, SOURCE)


def of_kind(extraction: Extraction, kind: str) -> RecordSet:
    return next(found for found in extraction.record_sets if found.kind == kind)


def records(extraction: Extraction, kind: str) -> tuple[Record, ...]:
    return of_kind(extraction, kind).records


def plain(text: str) -> str:
    return text.replace("’", "'")


def expected_policies(week: Week) -> list[tuple[Any, ...]]:
    return [
        (plain(row.jurisdiction), row.area, row.enacted, plain(row.policy), [plain(item) for item in row.criteria])
        for row in week.policies
    ]


def policies(extraction: Extraction) -> list[tuple[Any, ...]]:
    names = ("jurisdiction", "area_of_responsibility", "enacted_as_printed", "policy", "criteria")
    return [tuple(record.facts[name] for name in names) for record in records(extraction, "detainer_policy")]


def expected_declined(week: Week) -> list[tuple[str, ...]]:
    endings = {"(Conviction)": "conviction", "(Charged)": "charge"}
    return [
        (
            row.agency,
            row.state,
            row.citizenship,
            row.issued_on.isoformat(),
            row.declined_on.isoformat(),
            row.activity.rpartition(" ")[0],
            endings[row.activity.rpartition(" ")[2]],
        )
        for row in week.declined
    ]


def declined(extraction: Extraction) -> list[tuple[str, ...]]:
    return [tuple(record.facts.values()) for record in records(extraction, "declined_detainer")]


def short(**changes: Any) -> Week:
    """A week of few rows, for tests of one thing."""
    week = weeks.week_one_facts()
    few = replace(week, volume=week.volume[:2], declined=week.declined[:3], policies=week.policies[:3])
    return replace(few, **changes)


def test_the_example_reads_as_expected() -> None:
    """A short report gives exactly the records written down beside it."""
    extraction = asdict(read((EXAMPLES / "small.pdf").read_bytes()))
    expected = json.loads((EXAMPLES / "small.expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(extraction)) == expected


@pytest.mark.parametrize("ruling", ["grid", "level", "none"])
@pytest.mark.parametrize("break_rows", [False, True])
@pytest.mark.parametrize("week", [weeks.week_one_facts(), weeks.week_two_facts()], ids=["week one", "week two"])
def test_every_row_is_read_whole_however_the_tables_are_drawn(week: Week, break_rows: bool, ruling: Any) -> None:
    """Grouped agencies, wrapped cells, bullets, repeated headings, rows broken by a page's end: all cells, in order."""
    extraction = read(declined_detainer_report(week, Layout(ruling=ruling, break_rows=break_rows)))
    assert policies(extraction) == expected_policies(week)
    assert declined(extraction) == expected_declined(week)
    volume = [record.facts for record in records(extraction, "detainer_volume")]
    assert [(row["jurisdiction"], row["state"], row["detainers_issued"]) for row in volume] == [
        (row.jurisdiction, row.state, row.issued) for row in week.volume
    ]


@pytest.mark.parametrize("padding", [3, 17, 33, 41])
def test_a_cell_may_break_anywhere(padding: float) -> None:
    """Wherever the page ends inside a row, the row is one, its last bullet whole."""
    long = tuple(
        f"Criterion {number} that is long enough to be wrapped over two lines of its cell" for number in range(9)
    )
    rows = tuple(
        Policy(f"Example County {number}, Iowa", "Saint Paul", "May 2014", f"Ordinance {number}", long)
        for number in range(9)
    )
    week = short(policies=rows)
    extraction = read(declined_detainer_report(week, Layout(break_rows=True, policy_padding=padding)))
    assert policies(extraction) == expected_policies(week)


def test_the_headline_list_comes_first_and_everything_is_one_edition() -> None:
    """Change notices are told from the first set; every scope is this edition and no other."""
    extraction = read(reports.week_one())
    assert [found.kind for found in extraction.record_sets] == [
        "detainer_policy",
        "detainer_volume",
        "declined_detainer",
        "detainer_report",
    ]
    for found in extraction.record_sets:
        assert found.edition is not None
        assert (found.edition.order, found.edition.label) == (ORDER, "January 28 – February 3, 2017")
        assert found.edition.series == "ice_declined_detainers"
        assert (found.scope.kind, found.scope.prefix) == (ScopeKind.COMPLETE, f"{ORDER}/")
        assert all(record.key.startswith(f"{ORDER}/") for record in found.records)
        assert len({record.key for record in found.records}) == len(found.records)
    assert of_kind(extraction, "detainer_policy").noun == ("jurisdiction", "jurisdictions")
    assert not extraction.compare_text


def test_the_report_says_its_own_numbers() -> None:
    """Issued nationwide, recorded as declined, pages, period."""
    (report,) = records(read(reports.week_one()), "detainer_report")
    assert report.facts == {
        "title": "Weekly Declined Detainer Outcome Report",
        "period_start": "2017-01-28",
        "period_end": "2017-02-03",
        "detainers_issued": 3083,
        "declined_recorded": 206,
        "pages": 35,
    }


def test_a_number_of_section_one_keeps_its_meaning() -> None:
    """The press read issued as declined: the row itself says what it counts, and three Franklins stay three."""
    rows = records(read(reports.week_one()), "detainer_volume")
    assert {row.facts["meaning"] for row in rows} == {"detainers issued, not declined"}
    assert [row.member for row in rows if row.member.startswith("Franklin")] == [
        "Franklin County, New York",
        "Franklin County, Iowa",
        "Franklin County, Pennsylvania",
    ]


def test_the_parenthesis_is_no_place() -> None:
    """ "(Buffalo)" is an area of responsibility: Ithaca's row is about Ithaca."""
    ithaca = records(read(reports.week_one()), "detainer_policy")[0]
    assert (ithaca.title, ithaca.place, ithaca.member) == ("Ithaca, New York",) * 3
    assert ithaca.facts["area_of_responsibility"] == "Buffalo"
    assert ithaca.facts["enacted"] == "2017-02"


def test_the_second_week_against_the_first() -> None:
    """Members are the same across editions, so who is new, gone and changed can be told."""
    before, after = read(reports.week_one()), read(reports.week_two())
    found = of_kind(after, "detainer_policy")
    assert found.edition is not None
    told = compare_editions(records(before, "detainer_policy"), found, found.edition)
    assert told.count == 70
    assert set(told.new) == {"Santa Fe, New Mexico", "Richmond, California", "Aurora, Colorado"}
    assert set(told.gone) == {"Montour County, Pennsylvania", "Ida County, Iowa"}
    assert [(member, tuple(fields)) for member, fields in told.amended] == [("Clark County, Nevada", ("criteria",))]


def test_the_same_report_drawn_anew_is_no_change() -> None:
    """A replaced file with other line breaks, lines and page ends says the same."""
    before = read(reports.week_one())
    after = read(
        declined_detainer_report(weeks.week_one_facts(), Layout(ruling="level", policy_padding=9, declined_padding=3))
    )
    for found in after.record_sets[:3]:
        told = compare(records(before, found.kind), found)
        assert (told.added, told.removed, told.amended, told.renamed) == ((), (), (), ())


def test_equal_rows_are_told_apart() -> None:
    """Two people may share every printed fact: both are counted."""
    row = Declined("Travis County Jail", "Texas", "Mexico", date(2017, 1, 2), date(2017, 1, 29), "Assault (Charged)")
    found = records(read(declined_detainer_report(short(declined=(row, row, row)))), "declined_detainer")
    assert [record.key.rpartition("/")[2] for record in found] == ["charge", "charge#2", "charge#3"]


def test_titles_and_headings_may_drift() -> None:
    """Only "Section N:", dates and what columns are about hold from week to week."""
    week = short(
        title="Declined Detainer Report",
        title_line="Recorded Feb 11 Feb 17, 2017",
        start=date(2017, 2, 11),
        end=date(2017, 2, 17),
        sections=(
            "Section I. Jurisdictions by Number of Requests",
            "Section II – Who Was Released",
            "Section III: Places which Restrict Cooperation with ICE",
            "Section IV: Scope",
        ),
    )
    layout = Layout(
        headings={
            "volume": ("No.", "County", "State", "Total Detainers"),
            "declined": ("State", "LEA", "Country of Citizenship", "Issued", "Declined", "Criminal History"),
            "policies": ("Jurisdiction", "Enacted", "Law or Policy", "When Detainers Are Honored"),
        }
    )
    extraction = read(declined_detainer_report(week, layout))
    assert extraction.title == "Declined Detainer Report, February 11 – February 17, 2017"
    assert policies(extraction) == expected_policies(week)
    assert declined(extraction) == expected_declined(week)
    assert len(records(extraction, "detainer_volume")) == 2


def test_a_number_that_is_not_printed_is_not_made_up() -> None:
    """A blank stays null; zero would be a claim."""
    week = short(volume=(Volume("Clark County", "Nevada", 51), Volume("Cook County", "Illinois", "")))  # type: ignore[arg-type]
    assert [
        row.facts["detainers_issued"] for row in records(read(declined_detainer_report(week)), "detainer_volume")
    ] == [51, None]


@pytest.mark.parametrize(
    ("printed", "activity", "disposition"),
    [
        ("Arson (Conviction)", "Arson", "conviction"),
        ("Assault (Convicted)", "Assault", "conviction"),
        ("Assault (CHARGED)", "Assault", "charge"),
        ("Assault", "Assault", "unknown"),
        ("Assault (Charged), Arson (Conviction)", "Assault (Charged), Arson (Conviction)", "unknown"),
        ("Assault (Charged), Arson (Charged)", "Assault, Arson", "charge"),
    ],
)
def test_how_it_ended_is_read_from_the_parenthesis(printed: str, activity: str, disposition: str) -> None:
    """Charged is not convicted; a row that says both, or nothing, is unknown and kept as printed."""
    row = Declined("Jail", "Texas", "Mexico", date(2017, 1, 2), date(2017, 1, 29), printed)
    (record,) = records(read(declined_detainer_report(short(declined=(row,)))), "declined_detainer")
    assert (record.facts["activity"], record.facts["disposition"]) == (activity, disposition)


def test_a_week_without_declined_detainers_is_a_week() -> None:
    """Nothing recorded is news, not a broken report."""
    extraction = read(declined_detainer_report(short(declined=())))
    assert records(extraction, "declined_detainer") == ()
    assert records(extraction, "detainer_report")[0].facts["declined_recorded"] == 0


def test_the_second_library_reads_what_the_first_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that the first library does not see do not empty the list."""
    first = pdf_pages.read_with_pdfium

    def blind(body: bytes) -> pdf_pages.PdfDocument:
        document = first(body)
        pages = (replace(page, words=page.words[:40], level=(), upright=()) for page in document.pages)
        return replace(document, pages=tuple(pages))

    monkeypatch.setattr(pdf_pages, "read_with_pdfium", blind)
    week = short()
    assert policies(read(declined_detainer_report(week))) == expected_policies(week)


def test_sections_without_rows_are_refused() -> None:
    """An empty list would be told as everybody's removal."""
    with pytest.raises(ExtractionError, match="not the rows"):
        read(declined_detainer_report(short(policies=())))


def test_a_pdf_without_sections_is_refused() -> None:
    """Another document under the report's address is not a report without rows."""
    week = short(sections=("Part one", "Part two", "Part three", "Part four"))
    with pytest.raises(ExtractionError, match="Section I"):
        read(declined_detainer_report(week))


def test_another_report_that_the_page_links_to_is_its_text() -> None:
    """The quarterly successor, of which nobody kept a copy: told as a new document, not as a broken source."""
    held = io.BytesIO()
    canvas = Canvas(held, invariant=True)
    for number, line in enumerate(("Declined Detainer Report", "Fiscal Year 2018, Second Quarter", "Detainers: 1,234")):
        canvas.drawString(72, 720 - 20 * number, line)
    canvas.save()
    extraction = read(held.getvalue(), "https://www.ice.gov/doclib/ddr/fy2018q2.pdf")
    assert (extraction.record_sets, extraction.compare_text) == ((), True)
    assert extraction.text == ("Declined Detainer Report", "Fiscal Year 2018, Second Quarter", "Detainers: 1,234")


def test_the_file_name_is_the_last_resort_for_the_period() -> None:
    """A report that does not say its week is dated by its address, or refused."""
    sections = ("Section I: Issued", "Section II: Declined", "Section III: Policies", "Section IV: Scope")
    week = short(title_line="Recorded", start=date(2017, 1, 28), end=date(2019, 1, 1), sections=sections)
    body = declined_detainer_report(week)
    assert records(read(body), "detainer_report")[0].facts["period_end"] == "2017-02-03"
    with pytest.raises(ExtractionError, match="period"):
        read(body, "https://www.ice.gov/doclib/ddor/latest.pdf")


def test_text_is_kept_for_search() -> None:
    """A row's words stand on one line; page numbers do not."""
    lines = read(reports.week_one()).text
    assert any(line.startswith("Ithaca, New York (Buffalo) | February 2017 | Municipal Code Change") for line in lines)
    assert not any(line.strip().isdigit() for line in lines)


def test_only_the_sources_own_pdfs_are_claimed() -> None:
    """The source's spider decides, not the host: a replica serves them elsewhere."""
    assert find(SOURCE, "http://127.0.0.1:8000/doclib/ddor/ddor2017_01-28to02-03.PDF").NAME == "ice_ddor_report"
    assert find(replace(SOURCE, spider="page"), URL).NAME == "pdf"
    assert find(SOURCE, PAGE).NAME == "ice_ddor_landing"
