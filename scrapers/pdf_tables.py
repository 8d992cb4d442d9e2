"""Finds the rows of tables on a PDF page: in ruled grids, or in columns that a header line marks.

Pure geometry over `scrapers.pdf_pages.PdfPage`; which library read the page does not matter here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scrapers.pdf_pages import PdfPage, Rule, Word, fold, is_page_number, lines_of, text_of

_NEAR = 2.5
"""Points between two lines that are drawn as one edge."""
_OPEN = 8.0
"""Points, less than a line of text: uprights that run on further than this enclose something."""
_MOST_CELLS = 40_000
"""Cells of one grid; a page holds a few hundred."""
_BULLETS = "•·▪●◦‣\uf0b7\uf0a7"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's lines as printed. `spans` counts the columns it covers; `continued` marks a row-spanning cell's
    repetitions in the rows after its first."""

    lines: tuple[str, ...] = ()
    spans: int = 1
    continued: bool = False

    @property
    def text(self) -> str:
        return joined(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, left to right; every row has as many cells as there are columns. `top` is in points."""

    page: int
    top: float
    bottom: float
    rows: tuple[tuple[Cell, ...], ...]


def joined(lines: Iterable[str]) -> str:
    """Wrapped lines as one: a printed hyphen at a line's end is kept and nothing is put after it."""
    text = ""
    for line in lines:
        glued = re.search(r"\w-$", text) is not None and line[:1].isalnum()
        text = text + line if glued or not text else f"{text} {line}"
    return fold(text)


def bullets(lines: Sequence[str]) -> list[str]:
    """The items of a cell, without their marks; a cell without marks is one item."""
    items: list[list[str]] = []
    for line in lines:
        marked = line[:1] in _BULLETS and line[:1] != ""
        if marked or not items:
            items.append([])
        content = line.lstrip(_BULLETS + " ") if marked else line
        if content:
            items[-1].append(content)
    return [text for text in (joined(item) for item in items) if text]


def ruled_tables(page: PdfPage) -> tuple[Table, ...]:
    """Every grid of at least two rows or columns that level and upright lines enclose, top to bottom."""
    level, upright = _merged(page.level), _merged(page.upright)
    tables = [table for rows, columns in _groups(level, upright) if (table := _grid(page, rows, columns)) is not None]
    return tuple(sorted(tables, key=lambda table: table.top))


def columns_table(
    page: PdfPage,
    edges: Sequence[float],
    begins: Callable[[Sequence[Sequence[Word]]], bool],
    *,
    top: float = 0.0,
    bottom: float | None = None,
) -> Table | None:
    """Rows of a table without upright lines. `edges` are the columns' left sides, from the header line.

    Where level lines separate rows they decide; else a row begins with each line for which `begins` holds, given the
    line's words by column. None when nothing stands there.
    """
    floor = page.height if bottom is None else bottom
    inside = [word for word in page.words if top < word.middle < floor and word.left >= edges[0] - 12]
    lines = [line for line in lines_of(inside) if not is_page_number(text_of(line))]
    if not lines:
        return None
    width = max(word.right for word in inside) - edges[0]
    separators = sorted(
        rule.at
        for rule in _merged(page.level)
        if top - _NEAR <= rule.at <= floor + _NEAR and rule.end - rule.start >= 0.6 * width
    )
    rows: list[list[list[str]]] = []
    band = -1
    for line in lines:
        by_column, middle = _by_column(line, edges), sum(word.middle for word in line) / len(line)
        now = bisect_right(separators, middle) if len(separators) > 1 else -1
        if len(separators) > 1 and now in (0, len(separators)):
            continue  # above the first rule or below the last: not of the table
        starts = now != band if len(separators) > 1 else begins(by_column)
        if starts or not rows:
            rows.append([[] for _ in edges])
        band = now
        for column, words in enumerate(by_column):
            if words:
                rows[-1][column].append(text_of(words))
    return Table(page.number, top, floor, tuple(tuple(Cell(tuple(cell)) for cell in row) for row in rows))


def header_edges(line: Sequence[Word]) -> tuple[tuple[str, float], ...]:
    """Column headings on one line and their left sides: a new column begins after a gap wider than any space."""
    groups: list[list[Word]] = []
    for word in line:
        if groups and word.left - groups[-1][-1].right <= 1.1 * (word.bottom - word.top):
            groups[-1].append(word)
        else:
            groups.append([word])
    return tuple((text_of(group), group[0].left) for group in groups)


def _by_column(line: Sequence[Word], edges: Sequence[float]) -> list[list[Word]]:
    columns: list[list[Word]] = [[] for _ in edges]
    for word in line:
        columns[max(bisect_right(edges, word.left + _NEAR) - 1, 0)].append(word)
    return columns


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Pieces of one line joined: cells are often drawn one by one."""
    merged: list[Rule] = []
    for rule in _snapped(rules):
        last = merged[-1] if merged else None
        if last is not None and last.at == rule.at and rule.start <= last.end + _NEAR:
            merged[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            merged.append(rule)
    return merged


def _snapped(rules: Sequence[Rule]) -> list[Rule]:
    snapped: list[Rule] = []
    place = float("-inf")
    for rule in sorted(rules, key=lambda rule: rule.at):
        if rule.at - place > _NEAR:
            place = rule.at
        snapped.append(Rule(place, rule.start, rule.end))
    return sorted(snapped, key=lambda rule: (rule.at, rule.start))


def _groups(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that touch one another, directly or through others: each group is one grid."""
    parents = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    if len(level) * len(upright) > 4_000_000:
        return []
    for row, flat in enumerate(level):
        for column, tall in enumerate(upright):
            crosses = flat.start - _NEAR <= tall.at <= flat.end + _NEAR and tall.start - _NEAR <= flat.at
            if crosses and flat.at <= tall.end + _NEAR:
                parents[root(row)] = root(len(level) + column)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index in range(len(parents)):
        rows, columns = groups.setdefault(root(index), ([], []))
        if index < len(level):
            rows.append(level[index])
        else:
            columns.append(upright[index - len(level)])
    return [group for group in groups.values() if len(group[0]) >= 2 and len(group[1]) >= 2]


def _grid(page: PdfPage, level: Sequence[Rule], upright: Sequence[Rule]) -> Table | None:
    """The grid's cells; small ones with no line between them are one cell that spans rows or columns."""
    ys = _closed([rule.at for rule in level], upright)
    xs = sorted({rule.at for rule in upright})
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2 or rows * columns > _MOST_CELLS:
        return None
    flat: dict[float, list[Rule]] = {}
    tall: dict[float, list[Rule]] = {}
    for rule in level:
        flat.setdefault(rule.at, []).append(rule)
    for rule in upright:
        tall.setdefault(rule.at, []).append(rule)
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(rows):
        for column in range(columns):
            y, x = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
            above = row > 0 and not _covers(flat.get(ys[row], ()), x)
            beside = column > 0 and not _covers(tall[xs[column]], y)
            if beside:
                owner[row, column] = owner[row, column - 1]
            elif above:
                owner[row, column] = owner[row - 1, column]
            else:
                owner[row, column] = (row, column)
    words: dict[tuple[int, int], list[Word]] = {}
    for word in page.words:
        row = bisect_right(ys, word.middle) - 1
        column = bisect_right(xs, (word.left + word.right) / 2) - 1
        if 0 <= row < rows and 0 <= column < columns:
            words.setdefault(owner[row, column], []).append(word)
    lines = {cell: tuple(text_of(line) for line in lines_of(inside)) for cell, inside in words.items()}
    spans: dict[tuple[int, int, int], int] = {}
    for (row, _), cell in owner.items():
        spans[row, *cell] = spans.get((row, *cell), 0) + 1
    return Table(
        page.number,
        ys[0],
        ys[-1],
        tuple(
            tuple(
                Cell(
                    lines.get(owner[row, column], ()) if owner[row, column][1] == column else (),
                    spans[row, *owner[row, column]],
                    continued=owner[row, column][0] < row,
                )
                for column in range(columns)
            )
            for row in range(rows)
        ),
    )


def _closed(edges: Sequence[float], upright: Sequence[Rule]) -> list[float]:
    """A grid's level edges, with one where uprights end in the open: a page's end broke a row and drew no edge."""
    ys = sorted(set(edges))
    highest, lowest = min(rule.start for rule in upright), max(rule.end for rule in upright)
    open_above = [highest] if highest < ys[0] - _OPEN else []
    open_below = [lowest] if lowest > ys[-1] + _OPEN else []
    return [*open_above, *ys, *open_below]


def _covers(rules: Sequence[Rule], place: float) -> bool:
    return any(rule.start - _NEAR <= place <= rule.end + _NEAR for rule in rules)
