"""Which parts of a page a person wants compared: selectors of elements, and patterns of lines.

Both are matched in time that grows with the page and not with its malice. The engine that parses pages tries every
way to satisfy a combinator (measured: `q ~ p ~ p` over 3,000 paragraphs takes 11 s, `q div div p` at depth 500 takes
12 s), so it is asked for single elements only, and what stands inside what is followed here. A pattern is no regular
expression: its pieces between the asterisks are looked for one after the other, and nothing is ever tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import clean

_LONGEST = 500
"""Characters of a selector or a pattern."""
_NAME = r"-?[A-Za-z_][\w-]*"
_ATTRIBUTE = rf"""\[\s*{_NAME}\s*(?:[~|^$*]?=\s*(?:"[^"\\\n]*"|'[^'\\\n]*'|[\w-]+)\s*)?\]"""
_ELEMENT = re.compile(rf"(?:{_NAME}|\*)?(?:[#.]{_NAME}|{_ATTRIBUTE})*", re.ASCII)
_STEP = re.compile(r"\s*>\s*|\s+")

Steps = tuple[tuple[bool, str], ...]
"""Of a selector: (directly inside the one before, single element) each."""


def steps_of(selector: str) -> Steps:
    """A selector taken apart: elements by name, #id, .class and [attribute], one inside the other (space, or ">").

    Raises ValueError, saying what may be written, for anything else.
    """
    wanted = selector.strip()
    if len(wanted) > _LONGEST:
        raise ValueError(f"a selector of {len(wanted)} characters is too long; {_LONGEST} will do for any part")
    steps: list[tuple[bool, str]] = []
    position, directly = 0, False
    while True:
        element = _ELEMENT.match(wanted, position)
        assert element is not None
        if not element[0]:
            # Nothing at all, or a combinator with nothing behind it.
            steps.clear()
            break
        steps.append((directly, element[0]))
        position = element.end()
        step = _STEP.match(wanted, position)
        if step is None:
            break
        directly, position = ">" in step[0], step.end()
    if not steps or position != len(wanted):
        raise ValueError(
            f'"{selector}" is no selector that can be used; write elements by name, #id, .class or [attribute="value"],'
            ' one inside the other ("main .news > ul"), and several selectors as a list'
        )
    return tuple(steps)


def pieces_of(pattern: str) -> tuple[str, ...]:
    """A pattern's texts between its asterisks, as they are compared. ValueError for one that matches every line."""
    if len(pattern) > _LONGEST:
        raise ValueError(f"a pattern of {len(pattern)} characters is too long; {_LONGEST} will do for any line")
    pieces = tuple(_folded(piece) for piece in pattern.split("*"))
    if not any(piece.strip() for piece in pieces):
        raise ValueError(f'"{pattern}" matches every line; write some of its words, such as "Visitors: *"')
    # White space at the ends of a line is nothing; beside an asterisk it parts words.
    return (pieces[0].lstrip(), *pieces[1:-1], pieces[-1].rstrip()) if len(pieces) > 1 else (pieces[0].strip(),)


def matches(line: str, pattern: str) -> bool:
    """Whether a pattern is the whole line. `*` stands for any text; upper and lower case are one."""
    return _matches(_folded(line).strip(), _pieces(pattern))


def unlike(lines: Sequence[str], patterns: Sequence[str]) -> list[int]:
    """The indexes of lines that no pattern matches."""
    taken_apart = [_pieces(pattern) for pattern in patterns]
    return [index for index, line in enumerate(lines) if not _matches_any(_folded(line).strip(), taken_apart)]


def selected(tree: LexborHTMLParser, selectors: Iterable[str]) -> dict[int, LexborNode]:
    """The elements that any of the selectors names, by their `mem_id`."""
    found: dict[int, LexborNode] = {}
    for selector in selectors:
        found.update(_found(tree, steps_of(selector)))
    return found


class Inside:
    """Whether an element stands inside one of some others; every ancestor is asked once."""

    def __init__(self, elements: Iterable[int]) -> None:
        self._known = dict.fromkeys(elements, True)

    def holds(self, node: LexborNode | None) -> bool:
        """Whether the element itself, or one around it, is among them."""
        asked: list[int] = []
        answer = False
        while node is not None:
            known = self._known.get(node.mem_id)
            if known is not None:
                answer = known
                break
            asked.append(node.mem_id)
            node = node.parent
        self._known.update(dict.fromkeys(asked, answer))
        return answer


def _found(tree: LexborHTMLParser, steps: Steps) -> dict[int, LexborNode]:
    around: dict[int, LexborNode] = {}
    for number, (directly, element) in enumerate(steps):
        nodes = {node.mem_id: node for node in tree.css(element)}
        if number and directly:
            nodes = {
                name: node for name, node in nodes.items() if node.parent is not None and node.parent.mem_id in around
            }
        elif number:
            inside = Inside(around)
            nodes = {name: node for name, node in nodes.items() if inside.holds(node.parent)}
        around = nodes
    return around


def _matches_any(folded: str, patterns: Sequence[tuple[str, ...]]) -> bool:
    return any(_matches(folded, pieces) for pieces in patterns)


def _matches(folded: str, pieces: tuple[str, ...]) -> bool:
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return folded == first
    if not folded.startswith(first) or not folded.endswith(last) or len(folded) < len(first) + len(last):
        return False
    position, end = len(first), len(folded) - len(last)
    for piece in pieces[1:-1]:
        # The first place where it stands is as good as any later one.
        position = folded.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True


@lru_cache(maxsize=1024)
def _pieces(pattern: str) -> tuple[str, ...]:
    return pieces_of(pattern)


def _folded(text: str) -> str:
    """Case folded and white space made one, that at the ends too."""
    padded = clean(f"x{text}x")[1:-1]
    return padded.casefold()
