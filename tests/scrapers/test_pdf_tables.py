"""Tables out of geometry: spanning cells, lines drawn in pieces, cells that stay open, bullets and hyphens."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scrapers.pdf_pages import PdfPage, Rule, Word
from scrapers.pdf_tables import bullets, columns_table, header_edges, joined, ruled_tables


def word(text: str, left: float, top: float) -> Word:
    return Word(text, left, top, left + 6 * len(text), top + 10)


def page(words: Sequence[Word], level: Sequence[Rule], upright: Sequence[Rule]) -> PdfPage:
    return PdfPage(1, 600, 800, tuple(words), tuple(level), tuple(upright))


def texts(found: PdfPage) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.rows] for table in ruled_tables(found)]


def test_a_cell_that_spans_rows_stands_in_each() -> None:
    """An agency printed once beside three rows belongs to all of them."""
    level = [Rule(0, 0, 200), Rule(90, 0, 200), Rule(30, 100, 200), Rule(60, 100, 200)]
    words = [word("Jail", 10, 5), word("one", 110, 10), word("two", 110, 40), word("three", 110, 70)]
    found = page(words, level, [Rule(x, 0, 90) for x in (0, 100, 200)])
    assert texts(found) == [[["Jail", "one"], ["Jail", "two"], ["Jail", "three"]]]
    assert [row[0].continued for row in ruled_tables(found)[0].rows] == [False, True, True]


def test_a_cell_that_spans_columns_is_printed_once() -> None:
    """A group's line is one cell over all columns, not its text in each of them."""
    level = [Rule(y, 0, 200) for y in (0, 30, 60)]
    upright = [Rule(0, 0, 60), Rule(100, 30, 60), Rule(200, 0, 60)]
    found = page([word("Texas", 80, 10), word("a", 10, 40), word("b", 110, 40)], level, upright)
    assert texts(found) == [[["Texas", ""], ["a", "b"]]]
    assert ruled_tables(found)[0].rows[0][0].spans == 2


def test_lines_in_pieces_and_slightly_off_are_one_edge() -> None:
    """Cells are often drawn box by box, each with its own four lines half a point beside its neighbour's."""
    level = [Rule(y + off, x, x + 100) for y in (0, 30, 60) for x, off in ((0, 0), (101, 0.7))]
    upright = [Rule(x + off, y, y + 29) for x in (0, 100, 200) for y, off in ((0, 0), (30, 0.9))]
    words = [word("a", 10, 10), word("b", 110, 10), word("c", 10, 40), word("d", 110, 40)]
    assert texts(page(words, level, upright)) == [[["a", "b"], ["c", "d"]]]


def test_two_grids_on_a_page_stay_two() -> None:
    """Lines that do not touch are another table's."""
    level = [Rule(y, 0, 200) for y in (0, 30, 60, 100, 130, 160)]
    upright = [Rule(x, top, top + 60) for x in (0, 100, 200) for top in (0, 100)]
    words = [word("a", 10, 10), word("b", 10, 110)]
    assert [table[0][0] for table in texts(page(words, level, upright))] == ["a", "b"]


def test_a_cell_left_open_at_the_pages_end_is_read() -> None:
    """Where a row breaks over the page's end no line is drawn below its first half."""
    level = [Rule(0, 0, 200), Rule(30, 0, 200)]
    upright = [Rule(x, 0, 70) for x in (0, 100, 200)]
    found = page([word("a", 10, 10), word("b", 10, 40), word("c", 110, 50)], level, upright)
    assert texts(found) == [[["a", ""], ["b", "c"]]]


def test_no_lines_no_grid() -> None:
    """A page of prose, and one with a single box, hold no table."""
    assert texts(page([word("a", 10, 10)], [], [])) == []
    assert texts(page([word("a", 10, 10)], [Rule(0, 0, 9), Rule(30, 0, 90)], [Rule(0, 0, 30), Rule(90, 0, 30)])) == []


def test_columns_begin_where_the_headings_begin() -> None:
    """Without lines, a row begins where the column that is filled once a row is filled."""
    lines = [
        [word("Ithaca,", 10, 30), word("February", 150, 30), word("Code", 300, 30)],
        [word("New", 10, 42), word("York", 40, 42), word("Change", 300, 42)],
        [word("Travis", 10, 60), word("January", 150, 60), word("Policy", 300, 60)],
    ]
    found = page([one for line in lines for one in line], [], [])
    table = columns_table(found, (10, 150, 300), lambda line: bool(line[1]), top=20, bottom=700)
    assert table is not None
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Ithaca, New York", "February", "Code Change"],
        ["Travis", "January", "Policy"],
    ]


def test_headings_are_parted_by_gaps() -> None:
    """Words of one heading stand a space apart, headings a column's margin."""
    line = [word("Date", 10, 0), word("Enacted", 37, 0), word("Policy", 150, 0)]
    assert header_edges(line) == (("Date Enacted", 10), ("Policy", 150))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("form I-", "247N requests"), "form I-247N requests"),
        (("self-", "identification"), "self-identification"),
        (("one –", "two"), "one – two"),
        (("a", "", "b"), "a b"),
        ((), ""),
    ],
)
def test_wrapped_lines_are_joined_and_hyphens_kept(lines: tuple[str, ...], text: str) -> None:
    """A printed hyphen is part of the word; nobody can know that it was only for the line's end."""
    assert joined(lines) == text


def test_bullets_are_items() -> None:
    """Marks begin items, wrapped lines go on with them, and a cell without marks is one item."""
    assert bullets(("• With a court", "order", "• Murder", "•", "terrorism")) == [
        "With a court order",
        "Murder",
        "terrorism",
    ]
    assert bullets(("Plain", "text")) == ["Plain text"]
    assert bullets(()) == []
