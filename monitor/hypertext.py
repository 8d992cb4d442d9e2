"""What a reader reads of an HTML page: its blocks as lines, its table rows as lines, its links.

One pass over the tree that selectolax's lexbor builds, without recursion. Chrome is left out only where the markup
itself says that it is chrome; guesses by class names would one day hide the news.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import clean
from monitor.fillers import MOST_LINES, Filled, filler_blocks, fillers_among, labelled_blocks
from monitor.selection import Inside, selected
from monitor.types import Link
from monitor.url import absolute_url, document_target

MAXIMUM_CHARACTERS = 16_000_000
"""More of a page is not read. The largest real page met (a Granicus archive of all years) has 2.4 million."""
MAXIMUM_LINES = 400_000
MAXIMUM_LINKS = 50_000
_MAXIMUM_DEPTH = 512
"""As deep as browsers build a tree. Parsing is quadratic in depth, so deeper pages are read as a stream of tags."""
_FEW_TAGS = 4_000
"""With fewer, even the deepest tree costs 20 ms, and counting the depth of every ordinary page would cost more."""
_MAXIMUM_TAGS = 1_000_000
_ROW_LINES = 8
"""A table cell with more blocks than this is a column of a page, not a cell of a row."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER_READ = _names(
    "script style noscript template math head title meta link iframe object embed applet canvas audio"
    " video map area select datalist textarea input progress meter frameset noframes"
)
_CHROME_ROLES = _names("navigation contentinfo menu menubar search toolbar")
_SECTIONING = _names("article aside main section")
_BLOCKS = _names(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup"
    " option p pre search section summary table tbody td tfoot th thead tr ul br label"
)
_HEADINGS = _names("h1 h2 h3")
_STRUCK = _names("del s strike")
_PICTURES = _names("img svg")
_CELLS = _names("td th")
_PLAIN_BLOCKS = _BLOCKS - _SECTIONING - _HEADINGS - _CELLS - {"tr", "pre", "table"}
"""They part lines, and nothing else."""
_LEAVES = (_PLAIN_BLOCKS | _CELLS) - {"nav", "footer"}
"""Blocks that may be read in one step where they hold words and nothing else."""
_MARKS_OF_CHROME = "[role], [hidden], [aria-hidden]"
"""The elements whose attributes may say that they are chrome; of all others they are not looked at."""
_WITHIN_BLOCK = -1
"""Instead of a link's place in the line: a block began or ended inside the link."""


@dataclass(frozen=True, slots=True)
class HtmlText:
    """A page's title, lines and links, all clean."""

    title: str
    lines: tuple[str, ...]
    links: tuple[Link, ...]
    fillers: frozenset[int] = frozenset()
    """Indexes of lines that stand in blocks which a machine fills: see `monitor.fillers`."""
    heading: int = 0
    """Lines above the first heading of the first rank; 0 where there is none."""


def read_html(text: str, url: str, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> HtmlText:
    """Read a page: all of it, or what `include` selects, without what `exclude` does (see `monitor.selection`).

    Where the markup calls everything chrome, the whole body is read. Of markup that no tree is built of no part can be
    selected, so nothing is read where one is wanted. Raises ValueError for a selector that is none, and nothing else.
    """
    text = text[:MAXIMUM_CHARACTERS]
    if is_hostile(text):
        return HtmlText("", () if include or exclude else tuple(_flat_lines(text)), ())
    tree = LexborHTMLParser(text)
    heading = tree.css_first("head > title") or tree.css_first("title")
    title = clean(heading.text()) if heading is not None else ""
    body = tree.body
    if body is None:
        return HtmlText(title, (), ())
    base_node = tree.css_first("base[href]")
    base = (base_node.attributes.get("href") if base_node is not None else None) or ""
    marked = frozenset(node.mem_id for node in tree.css(_MARKS_OF_CHROME))
    left_out = selected(tree, exclude).keys() if exclude else frozenset()
    roots = _roots(tree, include, left_out) if include else (body,)
    blocks = filler_blocks(tree)
    reader = _Reader(absolute_url(url, base) or url, _Controlled(text), marked, left_out, blocks)
    reader.read_all(roots)
    if labelled := labelled_blocks(tree, reader.lines):
        reader = _Reader(reader.base, reader.controlled, marked, left_out, blocks | labelled)
        reader.read_all(roots)
    if not reader.lines:
        reader = _Reader(reader.base, reader.controlled, left_out=left_out, everything=True)
        reader.read_all(roots)
    fillers = fillers_among(reader.lines)
    return HtmlText(title, tuple(map(str, reader.lines)), tuple(reader.links.values()), fillers, reader.heading or 0)


def _roots(tree: LexborHTMLParser, include: Sequence[str], left_out: Set[int]) -> tuple[LexborNode, ...]:
    """The outermost elements that are selected and not left out, in the order of the page."""
    wanted = selected(tree, include)
    inside, outside = Inside(wanted), Inside(left_out)
    outermost = {name for name, node in wanted.items() if not inside.holds(node.parent) and not outside.holds(node)}
    if not outermost or tree.root is None:
        return ()
    return tuple(node for node in tree.root.traverse() if node.mem_id in outermost)


# Two expressions that begin with literals: each is searched ten times as fast as both in one.
_CONTROLS = (re.compile(r"""aria-controls\s*=\s*["']?([^"'<>]{1,400})"""), re.compile(r"""="#([^"'<>\s]{1,200})"""))


class _Controlled:
    """The ids that a button or a link of the page opens: hidden at first, and content all the same."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ids: frozenset[str] | None = None

    def __contains__(self, name: str | None) -> bool:
        if not name:
            return False
        if self._ids is None:
            self._ids = frozenset(
                name for controls in _CONTROLS for match in controls.finditer(self._text) for name in match[1].split()
            )
        return name in self._ids


@lru_cache(maxsize=8192)
def _led_to(base: str, reference: str) -> tuple[str, str]:
    """A link's canonical address and the document behind it; the same links come back at every look."""
    target = absolute_url(base, reference)
    return target, document_target(target) if target else ""


@dataclass(slots=True)
class _Row:
    """A table row in the making: the lines of each cell, and where its own lines would have gone."""

    outside: list[str]
    cells: list[list[str]] = field(default_factory=list)
    spread: bool = False
    """It holds a table or a heading: it lays a page out, and its blocks are lines of their own."""


class _Reader:
    """One walk over a body. `everything` reads what the markup calls chrome as well."""

    def __init__(
        self,
        base: str,
        controlled: _Controlled,
        marked: frozenset[int] = frozenset(),
        left_out: Set[int] = frozenset(),
        fillers: frozenset[int] = frozenset(),
        *,
        everything: bool = False,
    ) -> None:
        self.base = base
        self.controlled = controlled
        self._marked = marked
        self._left_out = left_out
        self._fillers = fillers
        self.lines: list[str] = []
        self.heading: int | None = None
        """Lines above the first h1, where that stands in no table."""
        self.links: dict[tuple[str, str], Link] = {}
        self._everything = everything
        self._sink = self.lines
        self._parts: list[str] = []
        self._rows: list[_Row] = []
        self._link_starts: list[tuple[str, int]] = []
        self._sections = 0
        self._preformatted = 0

    def read_all(self, roots: Sequence[LexborNode]) -> None:
        """Read one after the other."""
        for root in roots:
            self.read(root)

    def read(self, root: LexborNode) -> None:
        """Fill `lines` and `links`. Stops at MAXIMUM_LINES."""
        # Nodes cost more than the words in them: each is asked as little as can be, and left by a stack of our own.
        lines, parts, fillers = self.lines, self._parts, self._fillers
        opened: list[tuple[LexborNode, str]] = []
        filling: tuple[int, list[str], int] | None = (
            None  # depth of the block, where its lines go, how many stood there
        )
        node: LexborNode | None = root
        while node is not None and len(lines) < MAXIMUM_LINES:
            text = node.text_content
            if text is not None:
                if self._preformatted and "\n" in text:
                    self._preformatted_text(text)
                elif parts or not text.isspace():
                    # White space at the beginning of a line is nothing.
                    parts.append(text)
            else:
                tag = node.tag
                below = node.first_child
                words = below.text_content if below is not None and tag in _LEAVES and below.next is None else None
                if tag and words is not None and self._is_plain(node, filling is None):
                    self._leaf(tag, words)
                elif tag and tag not in _NEVER_READ and self._enter(node, tag):
                    if below is not None:
                        if fillers and filling is None and node.mem_id in fillers:
                            filling = (len(opened), self._sink, len(self._sink))
                        opened.append((node, tag))
                        node = below
                        continue
                    self._leave(tag)
            following = node.next if opened else None
            while following is None and opened:
                ended, tag = opened.pop()
                self._leave(tag)
                if filling is not None and len(opened) == filling[0]:
                    _mark_filled(filling[1], filling[2])
                    filling = None
                following = ended.next if opened else None
            node = following
        self._flush()

    def _is_plain(self, node: LexborNode, unfilled: bool) -> bool:
        """Whether an element that holds words and nothing else is read as any other of its tag."""
        if self._preformatted or self._left_out:
            return False
        if not self._marked and not (unfilled and self._fillers):
            return True
        name = node.mem_id
        return name not in self._marked and not (unfilled and name in self._fillers)

    def _leaf(self, tag: str, words: str) -> None:
        """A block of words, as most blocks are, opened, read and left in one step."""
        if self._parts or self._link_starts:
            self._flush()
        line = clean(words)
        if tag in _CELLS and self._rows:
            self._rows[-1].cells.append([line] if line else [])
        elif line:
            self._sink.append(line)

    def _preformatted_text(self, text: str) -> None:
        for line in text.split("\n"):
            self._parts.append(line)
            self._flush()

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Open an element; False where a reader reads nothing of it."""
        if self._left_out and node.mem_id in self._left_out:
            return False
        if tag in _PICTURES or (tag == "i" and node.first_child is None):
            self._picture(node)
            return False
        if not self._everything and (
            tag == "nav"
            or (tag == "footer" and not self._sections)
            or (self._marked and node.mem_id in self._marked and self._is_chrome(node, tag))
        ):
            return False
        if tag in _BLOCKS:
            if self._parts or self._link_starts:
                self._flush()
            if tag not in _PLAIN_BLOCKS:
                self._open_block(tag)
        elif tag == "a":
            self._link_starts.append((node.attributes.get("href") or "", len(self._parts)))
        elif tag in _STRUCK:
            self._parts.append("~~")
        return True

    def _open_block(self, tag: str) -> None:
        if tag == "h1" and self.heading is None and self._sink is self.lines:
            self.heading = len(self.lines)
        if tag == "tr":
            self._rows.append(_Row(self._sink))
        elif tag in _CELLS:
            if self._rows:
                self._rows[-1].cells.append([])
                self._sink = self._rows[-1].cells[-1]
        elif tag == "pre":
            self._preformatted += 1
        elif tag in _SECTIONING:
            self._sections += 1
        elif self._rows and (tag in _HEADINGS or tag == "table"):
            self._rows[-1].spread = True

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            if self._parts or self._link_starts:
                self._flush()
            if tag in _PLAIN_BLOCKS:
                return
            if tag == "tr" and self._rows:
                self._close_row()
            elif tag in _CELLS and self._rows:
                self._sink = self._rows[-1].outside
            elif tag == "pre":
                self._preformatted -= 1
            elif tag in _SECTIONING:
                self._sections -= 1
        elif tag == "a" and self._link_starts:
            self._close_link()
        elif tag in _STRUCK:
            self._parts.append("~~")

    def _close_row(self) -> None:
        row = self._rows.pop()
        self._sink = row.outside
        if row.spread or len(row.cells) < 2 or any(len(cell) > _ROW_LINES for cell in row.cells):
            for cell in row.cells:
                self._sink.extend(cell)
            return
        cells = [cell[0] if len(cell) == 1 else " ".join(cell) for cell in row.cells]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            line = " | ".join(cells)
            # What is joined is clean; only around an empty cell do two spaces meet.
            self._sink.append(line if all(cells) else clean(line))

    def _close_link(self) -> None:
        reference, start = self._link_starts.pop()
        label = clean("".join(self._parts[max(start, 0) :]))
        # A block inside the link has taken its words to a line of their own; then that line is the label.
        line_is_label = not label and start == _WITHIN_BLOCK and bool(self._sink)
        if line_is_label:
            label = self._sink[-1]
        target, document = _led_to(self.base, reference) if reference and not reference.startswith("#") else ("", "")
        if not target:
            return
        if (target, label) not in self.links and len(self.links) < MAXIMUM_LINKS:
            self.links[target, label] = Link(target, label, "document" if document else "page")
        if document and line_is_label:
            self._sink[-1] = f"{label} [{document}]"
        elif document:
            self._parts.append(f" [{document}] ")

    def _picture(self, node: LexborNode) -> None:
        """It parts words as a space does; where it is all that a link shows, its alternative text speaks."""
        self._parts.append(" ")
        if self._link_starts:
            start = max(self._link_starts[-1][1], 0)
            alternative = node.attributes.get("alt")
            if alternative and not "".join(self._parts[start:]).strip():
                self._parts.append(f" {alternative} ")

    def _is_chrome(self, node: LexborNode, tag: str) -> bool:
        attributes = node.attributes
        role = attributes.get("role")
        if role and role.lower() in _CHROME_ROLES:
            return True
        if attributes.get("aria-hidden") == "true" and tag != "body":
            return True
        return "hidden" in attributes and self._stays_hidden(attributes)

    def _stays_hidden(self, attributes: dict[str, str | None]) -> bool:
        if attributes.get("hidden") == "until-found" or attributes.get("role") == "tabpanel":
            return False
        return attributes.get("id") not in self.controlled

    def _flush(self) -> None:
        if self._parts:
            line = clean("".join(self._parts))
            self._parts.clear()
            if line:
                self._sink.append(line)
        if self._link_starts:
            self._link_starts[:] = [(reference, _WITHIN_BLOCK) for reference, _ in self._link_starts]


def _mark_filled(lines: list[str], start: int) -> None:
    if len(lines) - start <= MOST_LINES:
        lines[start:] = map(Filled, lines[start:])


_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style)\b(?:[^<]|<(?!/(?:script|style)))*+"
    r"|<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>?",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = r"""[\s/]*+[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?:(script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])|[a-zA-Z][^\s/>]*+)"
    rf"(?:{_ATTRIBUTE}){{0,499}}+({_ATTRIBUTE})?+"
    r"(?(1)(?:[^<]|<(?!/\1))*+)",
    re.DOTALL | re.IGNORECASE,
)
"""Comments, and elements with their attributes as a parser takes them apart. The second group is the five hundredth
attribute: parsing is quadratic in them. Every match takes along what it has looked at, so that a walk is linear: to
search for five hundred attributes from each "<" is quadratic in names that do not end."""
_NESTS_NOT = _names(
    "p li dt dd tr td th tbody thead tfoot option optgroup br hr img input meta link area base col embed"
    " source track wbr param"
)
"""Void elements, and those whose end tag is commonly left out; these nest only inside one that counts."""


def is_hostile(text: str) -> bool:
    """Whether the tree would cost more than the page is worth: depth, attributes or tags beyond any real page."""
    tags = text.count("<")
    if tags > 2 * _MAXIMUM_TAGS or any(markup[2] for markup in _MARKUP.finditer(text)):
        return True
    if tags <= _FEW_TAGS:
        return False
    depth = 0
    for match in _TAG.finditer(text):
        name = match[3]
        if name and name.lower() not in _NESTS_NOT:
            depth = depth + 1 if not match[2] else max(0, depth - 1)
            if depth > _MAXIMUM_DEPTH:
                return True
    return False


def _flat_lines(text: str) -> Iterator[str]:
    """The words between block tags, of markup that no tree should be built of."""
    parts: list[str] = []
    position = count = 0
    for match in _TAG.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
        if match[3] and match[3].lower() in _BLOCKS:
            line = clean(unescape("".join(parts)))
            parts.clear()
            if line:
                yield line
                count += 1
                if count >= MAXIMUM_LINES:
                    return
    if line := clean(unescape("".join([*parts, text[position:]]))):
        yield line
