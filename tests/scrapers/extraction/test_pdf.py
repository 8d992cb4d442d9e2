"""Any page that is a PDF: its lines and its title."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from monitor.types import Look, Source
from scrapers.extraction import find, pdf

SOURCE = Source("city", "City", "https://city.example/")


def written(title: str, *pages: tuple[str, ...]) -> Look:
    target = BytesIO()
    canvas = Canvas(target, invariant=1)
    canvas.setTitle(title)
    for number, lines in enumerate(pages, start=1):
        for place, line in enumerate(lines):
            canvas.drawString(72, 700 - 20 * place, line)
        canvas.drawCentredString(300, 30, str(number))
        canvas.showPage()
    canvas.save()
    return Look("https://city.example/agenda.PDF", datetime(2017, 3, 20, tzinfo=UTC), 200, target.getvalue())


def test_lines_of_all_pages_without_their_numbers() -> None:
    """White space is folded, page numbers alone on their line are dropped, other numbers stay."""
    extraction = pdf.extract(written("Agenda", ("Item   1: form I-247N", "2017 budget"), ("Item 2",)), SOURCE)
    assert extraction.text == ("Item 1: form I-247N", "2017 budget", "Item 2")
    assert extraction.compare_text


@pytest.mark.parametrize(
    ("title", "shown"), [("Council Agenda", "Council Agenda"), ("agenda_v3.docx", "First"), ("", "First")]
)
def test_a_file_name_is_no_title(title: str, shown: str) -> None:
    """Word processors leave the draft's file name in the title; the first line says more."""
    assert pdf.extract(written(title, ("First", "Second")), SOURCE).title == shown


def test_pages_that_end_like_a_pdf_are_claimed() -> None:
    """Whatever the case and the query; the detainer report's own reader is asked before."""
    assert find(SOURCE, "https://city.example/Agenda.PDF?id=3").NAME == "pdf"
    assert find(SOURCE, "https://city.example/pdf").NAME != "pdf"
    detainers = Source("d", "D", "https://www.ice.gov/declined-detainer-outcome-report", spider="ice_detainers")
    assert find(detainers, "https://www.ice.gov/doclib/ddor/a.pdf").NAME == "ice_ddor_report"
