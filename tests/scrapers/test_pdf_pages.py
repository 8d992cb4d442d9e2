"""Pages as words and rules: both libraries agree, and a turned page reads like one that was not turned."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from onnotice.demo import reports
from scrapers.pdf_pages import fold, is_page_number, lines_of, read_with_pdfium, read_with_pdfplumber, text_of
from scrapers.pdf_tables import ruled_tables


def drawn(rotation: int) -> bytes:
    """A grid of two rows, to be read upright, on a page that is stored turned by `rotation`."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=(600, 400), invariant=1)
    canvas.setPageRotation(rotation)  # which also swaps the stored page's sides
    # Undo what the viewer will do, so that the page shows the same whatever its rotation.
    width, height = (400, 600) if rotation % 180 else (600, 400)
    moves = {0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}
    canvas.translate(*moves[rotation])
    canvas.rotate(rotation)
    for y in (300, 340, 380):
        canvas.line(50, y, 550, y)
    for x in (50, 200, 550):
        canvas.line(x, 300, x, 380)
    for x, y, text in ((60, 355, "Clark County"), (210, 355, "51"), (60, 315, "Cook County"), (210, 315, "35")):
        canvas.drawString(x, y, text)
    canvas.save()
    return target.getvalue()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_reads_like_any_other(rotation: int) -> None:
    """Landscape is often a portrait page with a note that says to turn it."""
    (page,) = read_with_pdfium(drawn(rotation)).pages
    (table,) = ruled_tables(page)
    assert [[cell.text for cell in row] for row in table.rows] == [["Clark County", "51"], ["Cook County", "35"]]
    assert (round(page.width), round(page.height)) == (600, 400)


def test_both_libraries_read_the_same_lines() -> None:
    """The fallback gives the same words where both can read."""
    body = reports.week_two()
    ours, theirs = read_with_pdfium(body), read_with_pdfplumber(body)
    assert len(ours.pages) == len(theirs.pages) == 25
    for page, other in list(zip(ours.pages, theirs.pages, strict=True))[:9]:
        assert [text_of(line) for line in lines_of(page.words)] == [text_of(line) for line in lines_of(other.words)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [("12", True), ("- 12 -", True), ("Page 3 of 35", True), ("iv", True), ("12 people", False), ("2017.5", False),
     ("Section IV", False), ("", False), ("2026.", False), ("2026", False), ("12.", False), ("- 1204 -", True)],
)  # fmt: skip
def test_page_numbers_are_told_from_text(line: str, expected: bool) -> None:
    """Only a line that holds nothing else."""
    assert is_page_number(line) is expected


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    """Text that was folded folds to itself."""
    assert fold(fold(text)) == fold(text)
