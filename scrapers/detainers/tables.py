"""Reads the three tables of a Declined Detainer Outcome Report: plain rows of text, by section.

The titles drift from week to week, so a table is known by the last "Section N:" above it and by the facts its column
headings name; columns are found by words that every wording of a heading has had to use.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scrapers.detainers.names import is_state
from scrapers.pdf_pages import PdfDocument, PdfPage, Word, is_page_number, lines_of, text_of
from scrapers.pdf_tables import Cell, Table, columns_table, header_edges, joined, ruled_tables

SECTION = re.compile(r"section\s+(?P<number>IV|I{1,3})\s*(?:[:.–—-]|$)", re.IGNORECASE)
"""At the beginning of a line. The four anchors that have held through every edition."""

VOLUME, DECLINED, POLICIES, SCOPE = "I", "II", "III", "IV"

# A heading belongs to the first column whose words it has; order matters: "Date Detainer Declined" says detainer too.
_HEADINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    VOLUME: (
        ("rank", r"rank|^(?:no|#)\.?$"),
        ("issued", r"detainer|issued|total|number|\bcount\b"),
        ("jurisdiction", r"jurisdiction|county|agency"),
        ("state", r"state"),
    ),
    DECLINED: (
        ("citizenship", r"citizen|nationality|country"),
        ("declined", r"declin|releas"),
        ("issued", r"issu"),
        ("activity", r"activit|crim|offen[sc]e|charge"),
        ("agency", r"agency|enforcement|\blea\b|facility|jail|jurisdiction"),
        ("state", r"state"),
    ),
    POLICIES: (
        ("criteria", r"criteria|honor"),
        ("enacted", r"date|enacted"),
        ("policy", r"policy|ordinance|law"),
        ("jurisdiction", r"jurisdiction|\baor\b"),
    ),
}
_TELLING: Mapping[str, frozenset[str]] = {
    VOLUME: frozenset({"jurisdiction", "issued"}),
    DECLINED: frozenset({"citizenship", "activity"}),
    POLICIES: frozenset({"jurisdiction", "criteria"}),
}
"""Columns without which a row is no heading of that section."""

_MONTH_OR_DAY = re.compile(r"\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b|\b(?:19|20)\d\d\b")
_ROW_BEGINS: Mapping[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    VOLUME: (("issued", "rank"), re.compile(r"\d")),
    DECLINED: (("issued", "declined"), _MONTH_OR_DAY),
    POLICIES: (("enacted",), _MONTH_OR_DAY),
}
"""Where no line separates rows: the columns that are filled once a row, on its first line, and with what."""
_CARRIED: Mapping[str, tuple[str, ...]] = {VOLUME: (), DECLINED: ("state", "agency"), POLICIES: ("jurisdiction",)}
"""Columns that are printed once for the rows below them."""
_GOES_ON = re.compile(r"\s*[(\[]?\bcont(?:inued|['’]d|d?\.|d)[)\]]?\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """A table row: lines by column name, as printed. Cells that a page's end broke are whole again."""

    page: int
    cells: dict[str, list[str]] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """A cell's wrapped lines as one; empty when the table has no such column."""
        return joined(self.cells.get(column, ()))


@dataclass(frozen=True, slots=True)
class Sections:
    """What was found: which anchors stand in the text, the rows below them, and the lines outside tables."""

    anchors: frozenset[str]
    rows: Mapping[str, tuple[Row, ...]]
    lines: tuple[str, ...]

    @property
    def is_plausible(self) -> bool:
        """Whether every announced list has rows, most of them with what every row has: a date, or a number.

        Section II may be empty: a week in which nothing was declined.
        """
        announced = all(self.rows[section] for section in (VOLUME, POLICIES) if section in self.anchors)
        return announced and all(
            sum(_begins(section, row) for row in self.rows[section]) >= 0.8 * len(self.rows[section])
            for section in (DECLINED, POLICIES)
        )


def read_ruled(document: PdfDocument) -> Sections:
    """Sections whose tables are ruled grids."""
    return _Reading(document, lambda page, marks: ruled_tables(page)).sections()


def read_columns(document: PdfDocument) -> Sections:
    """Sections whose tables have no upright lines: columns begin where the headings begin."""
    return _Reading(document, _columns).sections()


Mark = tuple[float, str]
"""An anchor's top on its page, and its section."""


class _Reading:
    """One pass over a document: what is open at a page's end goes on at the top of the next."""

    def __init__(self, document: PdfDocument, tables_of: Callable[[PdfPage, Sequence[Mark]], Sequence[Table]]) -> None:
        self._pages = _without_feet(document)
        self._tables_of = tables_of
        self._rows: dict[str, list[Row]] = {VOLUME: [], DECLINED: [], POLICIES: []}
        self._anchor = ""
        self._section = ""
        self._columns: tuple[str, ...] = ()
        self._above: Row | None = None
        """What blank cells of a group repeat: the row above, or the group's own line."""

    def sections(self) -> Sections:
        anchors: set[str] = set()
        lines: list[str] = []
        for page in self._pages:
            marks = [
                (line[0].top, found["number"].upper())
                for line in lines_of(page.words)
                if (found := SECTION.match(text_of(line)))
            ]
            anchors.update(section for _, section in marks)
            tables = self._tables_of(page, marks)
            lines += [
                text_of(line)
                for line in lines_of(
                    word for word in page.words if not any(table.top <= word.middle <= table.bottom for table in tables)
                )
            ]
            for table in tables:
                above = [section for top, section in marks if top <= table.top]
                if above and above[-1] != self._anchor:
                    self._anchor, self._section, self._above = above[-1], "", None
                self._take(table)
            if marks and marks[-1][1] != self._anchor:
                self._anchor, self._section, self._above = marks[-1][1], "", None
        return Sections(frozenset(anchors), {name: tuple(rows) for name, rows in self._rows.items()}, tuple(lines))

    def _take(self, table: Table) -> None:
        for cells in table.rows:
            heading = _heading([cell.text for cell in cells], self._anchor)
            if heading is not None:
                self._section, self._columns = heading
            elif self._section and len(cells) == len(self._columns):
                self._take_row(table.page, cells)

    def _take_row(self, page: int, cells: Sequence[Cell]) -> None:
        rows = self._rows[self._section]
        if cells[0].spans == len(cells) > 1:
            self._take_group(page, cells[0])
            return
        row = Row(page)
        for name, cell in zip(self._columns, cells, strict=True):
            if name and not (cell.continued and name not in _CARRIED[self._section]):
                row.cells.setdefault(name, []).extend(cell.lines)
        if not any(row.cells.values()):
            return
        before = rows[-1] if rows else None
        if before is not None and before.page < page and _is_rest_of(self._section, before, row):
            for name, lines in row.cells.items():
                before.cells.setdefault(name, []).extend(lines)
            before.page = page
            return
        self._carry(row)
        if not all(name in _CARRIED[self._section] for name, lines in row.cells.items() if lines):
            rows.append(row)

    def _carry(self, row: Row) -> None:
        """Fill what is printed once for a group. A state that is printed anew ends the agency above it."""
        filled = False
        for name in _CARRIED[self._section]:
            lines = row.cells.get(name, [])
            if lines:
                filled = True
                row.cells[name] = [*lines[:-1], _GOES_ON.sub("", lines[-1])]
            elif self._above is not None and not filled:
                row.cells[name] = list(self._above.cells.get(name, ()))
        self._above = row

    def _take_group(self, page: int, cell: Cell) -> None:
        """A row of one cell names the agency, and perhaps its state, of the rows below it."""
        if self._section == DECLINED and cell.text:
            agency, _, state = _GOES_ON.sub("", cell.text).rpartition(", ")
            named = {"agency": [agency], "state": [state]} if agency else {"agency": [state]}
            if is_state(state) and not agency:
                named = {"state": [state]}
            self._above = Row(page, named)


def _is_rest_of(section: str, before: Row, row: Row) -> bool:
    """Whether the first row of a page is the rest of the row that the page's end broke."""
    if section == DECLINED:
        return not _begins(section, row) and not any(row.cells.get(name) for name in _CARRIED[section])
    if section == VOLUME:
        return not _begins(section, row)
    if before.text("jurisdiction").endswith(")") and row.text("jurisdiction"):
        return False
    return not (_begins(section, before) and _begins(section, row))


def _begins(section: str, row: Row) -> bool:
    names, filled = _ROW_BEGINS[section]
    return any(filled.search(row.text(name)) for name in names)


def _heading(texts: Sequence[str], anchor: str) -> tuple[str, tuple[str, ...]] | None:
    """The section and the column names of a heading row; None for any other row."""
    if sum(map(len, texts)) > 250 or any(re.search(r"\d", text) for text in texts):
        return None
    for section in sorted(_HEADINGS, key=lambda section: section != anchor):
        columns: list[str] = []
        for text in texts:
            names = (
                name
                for name, words in _HEADINGS[section]
                if name not in columns and re.search(words, text, re.IGNORECASE)
            )
            columns.append(next(names, "") if text else "")
        unknown = any(text and not name for text, name in zip(texts, columns, strict=True))
        if not unknown and _TELLING[section] <= set(columns):
            return section, tuple(columns)
    return None


def _columns(page: PdfPage, marks: Sequence[Mark]) -> Sequence[Table]:
    """A table below each heading: to the next anchor, the next heading, or the page's end."""
    lines = lines_of(page.words)
    headings: list[tuple[float, float, tuple[str, ...], tuple[float, ...], str]] = []
    number = 0
    while number < len(lines):
        found = _heading_block(lines[number : number + 3])
        if found is not None:
            size, section, columns, edges = found
            block = [word for line in lines[number : number + size] for word in line]
            top, bottom = min(word.top for word in block), max(word.bottom for word in block)
            headings.append((top, bottom, columns, edges, section))
            number += size
        else:
            number += 1
    stops = sorted([*(top for top, _ in marks), *(heading[0] for heading in headings), page.height])
    tables: list[Table] = []
    for top, bottom, columns, edges, section in headings:
        end = next(stop for stop in stops if stop > top)

        def begins(line: Sequence[Sequence[Word]], section: str = section, columns: tuple[str, ...] = columns) -> bool:
            names = zip(columns, line, strict=True)
            return _begins(section, Row(page.number, {name: [text_of(words)] for name, words in names}))

        table = columns_table(page, edges, begins, top=bottom, bottom=end)
        if table is not None:
            heading_row = tuple(Cell((_PRINTED[section, name],)) for name in columns)
            tables.append(Table(table.page, top, table.bottom, (heading_row, *table.rows)))
    return tables


def _heading_block(
    lines: Sequence[Sequence[Word]],
) -> tuple[int, str, tuple[str, ...], tuple[float, ...]] | None:
    """How many lines a wrapped heading takes, its section, columns and their left sides."""
    for size in range(1, len(lines) + 1):
        groups = max((header_edges(line) for line in lines[:size]), key=len)
        if len(groups) < 3:
            return None
        edges = tuple(left for _, left in groups)
        texts = ["" for _ in edges]
        for line in lines[:size]:
            for word in line:
                column = max((number for number, edge in enumerate(edges) if word.left >= edge - 3), default=0)
                texts[column] = f"{texts[column]} {word.text}".strip()
        heading = _heading(texts, "")
        if heading is not None and "" not in heading[1]:
            return size, *heading, edges
    return None


_PRINTED: Mapping[tuple[str, str], str] = {
    (VOLUME, "rank"): "Rank",
    (VOLUME, "jurisdiction"): "Jurisdiction",
    (VOLUME, "state"): "State",
    (VOLUME, "issued"): "Detainers",
    (DECLINED, "state"): "State",
    (DECLINED, "agency"): "Agency",
    (DECLINED, "citizenship"): "Citizenship",
    (DECLINED, "issued"): "Issued",
    (DECLINED, "declined"): "Declined",
    (DECLINED, "activity"): "Activity",
    (POLICIES, "jurisdiction"): "Jurisdiction",
    (POLICIES, "enacted"): "Enacted",
    (POLICIES, "policy"): "Policy",
    (POLICIES, "criteria"): "Criteria",
}


def _without_feet(document: PdfDocument) -> tuple[PdfPage, ...]:
    """Pages without page numbers, and without what the lowest part of most of them repeats at one height."""
    repeated: Counter[tuple[str, int]] = Counter()
    for page in document.pages:
        repeated.update({(text_of(line), round(line[0].middle)) for line in lines_of(page.words) if _low(page, line)})
    often = max(2, len(document.pages) // 2)
    pages: list[PdfPage] = []
    for page in document.pages:
        words: list[Word] = []
        for line in lines_of(page.words):
            text = text_of(line)
            foot = _low(page, line) and repeated[text, round(line[0].middle)] >= often
            if not foot and not is_page_number(text):
                words += line
        pages.append(PdfPage(page.number, page.width, page.height, tuple(words), page.level, page.upright, page.lines))
    return tuple(pages)


def _low(page: PdfPage, line: Sequence[Word]) -> bool:
    return line[0].middle > 0.85 * page.height
