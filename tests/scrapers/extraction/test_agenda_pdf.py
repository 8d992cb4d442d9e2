"""Agendas as PDFs: items where they are certain, a notice as a notice, and the text alone of anything else."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from monitor.records import compare
from monitor.types import Extraction, Look, Source
from scrapers.agendas.items import numbered_agenda
from scrapers.extraction import agenda_pdf, find

EXAMPLE = Path(__file__).parent / "examples" / "agenda_pdf" / "regular.pdf"
COUNCIL = Source(
    slug="one",
    title="One",
    url="https://city.example/page",
    jurisdiction="Aurora, Colorado",
    timezone="America/Denver",
    parameters={"extract": "documents"},
)
AGENDA = ["Regular Meeting", "1. Call to order", "2. Roll call", "3. Sanctuary cities", "4. Adjourn"]


def read(body: bytes) -> Extraction:
    """What is read out of a document that a page of agendas leads to."""
    return agenda_pdf.extract(
        Look("https://city.example/f/1.pdf", datetime(2017, 3, 20, 18, tzinfo=UTC), 200, body), COUNCIL
    )


def written(*lines: str) -> Extraction:
    """What is read out of one page with these lines."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for place, line in enumerate(lines):
        canvas.drawString(72, 760 - 14 * place, line)
    canvas.save()
    return read(target.getvalue())


def test_the_example_reads_as_expected() -> None:
    """Levels, a wrapped item, a note, headings of pages, and what is said beside the items."""
    expected = json.loads(EXAMPLE.with_name("regular.expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(asdict(read(EXAMPLE.read_bytes())))) == expected


def test_it_reads_what_a_page_of_agendas_leads_to() -> None:
    """And no PDF of any other source."""
    assert find(COUNCIL, "https://city.example/f/1.pdf").NAME == "agenda_pdf"
    assert find(COUNCIL, "https://city.example/f/1.pdf", b"%PDF-1.7").NAME == "agenda_pdf"
    assert find(COUNCIL, "https://city.example/f/1.docx").NAME == "docx"
    assert find(Source("a", "A", "https://city.example/"), "https://city.example/f/1.pdf").NAME == "pdf"


def test_an_item_put_in_is_one_item_added() -> None:
    """Those behind it are renumbered, which is nothing; one reworded goes and comes."""
    edited = [*AGENDA[:3], "3. Detainer requests", "4. Sanctuary cities", "5. Adjourn"]
    compared = compare(written(*AGENDA).record_sets[1].records, written(*edited).record_sets[1])
    assert [record.title for record in compared.added] == ["Detainer requests"]
    assert (compared.removed, compared.amended, compared.moved) == ((), (), ())


def test_a_line_beside_the_items_amends_the_agenda() -> None:
    """A stamp of revision in the head is told, and no item is."""
    edited = [AGENDA[0], "AGENDA REVISED 3:45p.m.", *AGENDA[1:]]
    before, after = written(*AGENDA), written(*edited)
    assert [pair.fields for pair in compare(before.record_sets[0].records, after.record_sets[0]).amended] == [("says",)]
    assert not after.compare_text


def test_a_notice_of_cancellation_in_the_agenda_s_place() -> None:
    """The agenda is now cancelled; its items are not told one by one."""
    notice = written("Library Commission", "Meeting Cancelation Notice", "Monday, March 27, 2017")
    (found,) = notice.record_sets
    assert [pair.fields for pair in compare(written(*AGENDA).record_sets[0].records, found).amended] == [
        ("status", "says")
    ]
    assert found.records[0].facts["status"] == "cancelled"


@pytest.mark.parametrize(
    "lines",
    [
        ["1. Call to order", "3. Roll call", "4. Adjourn"],
        ["2. Call to order", "3. Roll call", "4. Adjourn"],
        ["1. Call to order", "2. Adjourn"],
        ["1. Buy milk", "2. Buy bread", "3. Go home"],
        ["1. Call to order", "2. Roll call", "7. Ordinance", "3. Adjourn"],
        ["A recess meeting was held at 9:00.", "Present were all commissioners."],
        ["1. Call to order", "1. Roll call", "2. Items", "3. Adjourn"],
    ],
)
def test_a_numbering_in_doubt_gives_text(lines) -> None:
    """A gap, another beginning, too few, a list that is no agenda, minutes, a number twice."""
    extraction = written(*lines)
    assert extraction.record_sets == ()
    assert extraction.compare_text
    assert extraction.text == tuple(lines)


def test_a_long_document_that_mentions_a_cancellation_is_no_notice() -> None:
    """A report says somewhere that another meeting was cancelled."""
    assert written(*[f"Line of a report, {number}" for number in range(45)], "Meeting canceled").record_sets == ()


def test_letters_and_roman_numbers_are_told_apart() -> None:
    """C and D, I and V are both: the numbering that is open decides."""
    marks = [
        "I. Call to order",
        "II. Roll call",
        "III. Reports",
        "A. a",
        "B. b",
        "C. c",
        "D. d",
        "IV. Adjourn",
        "V. End",
    ]
    found = numbered_agenda([marks])
    assert found is not None
    assert [item.number for item in found.items] == ["I", "II", "III", "III.A", "III.B", "III.C", "III.D", "IV", "V"]


def test_numbering_costs_no_more_than_its_lines() -> None:
    """A hundred thousand numbered lines are read in a moment."""
    lines = ["1. Call to order", *(f"{number}. Item" for number in range(2, 1000)), *["text"] * 100_000]
    found = numbered_agenda([lines])
    assert found is not None
    assert len(found.items) == 999
