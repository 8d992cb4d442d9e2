"""Reads the tables of an HTML page into rows of texts: spans filled in, nested tables on their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import clean, decode
from monitor.errors import ExtractionError
from monitor.hypertext import MAXIMUM_CHARACTERS, is_hostile
from monitor.url import absolute_url

_MOST_CELLS = 1_000_000
"""Cells of one page, spans filled in; `colspan="9999"` on every row would make more."""
_WIDEST = 500
"""Columns of one table."""
_LONGEST_CAPTION = 300
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "td", "th"})
_UNREAD = frozenset({"script", "style", "template", "noscript", "table"})


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as wide as its table; `header` where every cell of its own is a heading; `url` is its first link."""

    cells: tuple[str, ...]
    header: bool = False
    url: str = ""
    printed: tuple[str, ...] = ()
    """Its own cells alone, as they stand in the page."""


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table under its caption, or else under the heading before it."""

    caption: str
    rows: tuple[TableRow, ...]


def parsed(body: bytes, charset: str = "") -> LexborHTMLParser:
    """The tree of a page. Raises ExtractionError for one that was written to be expensive."""
    text = decode(body, charset)[:MAXIMUM_CHARACTERS]
    if is_hostile(text):
        raise ExtractionError("The page is nested more deeply than any list; look at it in a browser.")
    return LexborHTMLParser(text)


def html_tables(tree: LexborHTMLParser, url: str) -> tuple[HtmlTable, ...]:
    """Every table, outermost first where one holds others. Raises ExtractionError where there are too many cells."""
    found: list[HtmlTable] = []
    heading = ""
    cells = 0
    for node in tree.root.traverse() if tree.root is not None else ():
        if node.tag in _HEADINGS:
            heading = clean(node.text(separator=" "))[:_LONGEST_CAPTION]
        elif node.tag == "table":
            rows = tuple(_rows(node, url))
            cells += sum(len(row.cells) for row in rows)
            if cells > _MOST_CELLS:
                raise ExtractionError(f"The page's tables have more than {_MOST_CELLS:,} cells; watch a smaller page.")
            found.append(HtmlTable(_caption(node) or heading, rows))
    return tuple(found)


def text_within(node: LexborNode) -> str:
    """A cell's or an item's words on one line; what stands in a table within it is that table's."""
    parts: list[str] = []
    waiting: list[LexborNode | str] = [node]
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            parts.append(element)
        elif element.text_content is not None:
            parts.append(element.text_content)
        elif element is node or element.tag not in _UNREAD:
            # A block parts words at its beginning and at its end.
            edge = [" "] if element.tag in _BREAKS else []
            waiting.extend([*edge, *reversed(tuple(_children(element))), *edge])
    return clean("".join(parts))


def _caption(table: LexborNode) -> str:
    child = table.first_child
    while child is not None:
        if child.tag == "caption":
            return clean(child.text(separator=" "))[:_LONGEST_CAPTION]
        child = child.next
    return ""


def _own_rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in _children(table):
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in _children(child) if row.tag == "tr")


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _rows(table: LexborNode, url: str) -> Iterator[TableRow]:
    """Rows with spans filled in: a cell over three rows is said in each of them."""
    hanging: dict[int, tuple[int, str]] = {}
    for row in _own_rows(table):
        cells: list[str] = []
        own = [cell for cell in _children(row) if cell.tag in ("td", "th")]
        below: dict[int, tuple[int, str]] = {}
        texts = tuple(map(text_within, own))
        for cell, text in zip(own, texts, strict=True):
            _hang(cells, hanging, below)
            across, down = _span(cell, "colspan", _WIDEST), _span(cell, "rowspan", 65_534)
            for _ in range(min(across, _WIDEST - len(cells))):
                if down > 1:
                    below[len(cells)] = (down - 1, text)
                cells.append(text)
        _hang(cells, hanging, below)
        hanging = below
        if cells:
            yield TableRow(
                tuple(cells), bool(own) and all(cell.tag == "th" for cell in own), _first_link(row, url), texts
            )


def _hang(cells: list[str], hanging: dict[int, tuple[int, str]], below: dict[int, tuple[int, str]]) -> None:
    """Put in what reaches down from the rows above."""
    while len(cells) in hanging:
        left, text = hanging[len(cells)]
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: LexborNode, name: str, most: int) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return min(int(value[:6]), most) or 1 if value.isascii() and value.isdigit() else 1


def _first_link(row: LexborNode, url: str) -> str:
    link = row.css_first("a[href]")
    return absolute_url(url, link.attributes.get("href") or "") if link is not None else ""
