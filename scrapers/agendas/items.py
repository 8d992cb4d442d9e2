"""Reads the numbered items out of an agenda's lines, and nothing where the numbering leaves a doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_NUMBERED = re.compile(r"(?P<mark>\d{1,3}|[IVXL]{1,6}|[A-Z])[.)]\s+(?P<text>\S.*)")
_ROMAN = re.compile(r"(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_PROCEDURE = re.compile(
    r"\b(?:call\b.*\bto order|roll call|adjourn\w*|pledge of allegiance|invocation|public comment|approval of (?:the )?"
    r"(?:minutes|agenda)|consent (?:agenda|calendar))\b",
    re.IGNORECASE,
)
"""What every agenda has and hardly anything else that is numbered."""
_FEWEST = 3
_FULL_LINE = 64
"""Characters from which a line is taken to have been wrapped: the next one goes on with it."""


@dataclass(slots=True)
class AgendaItem:
    """One item: its number as printed, with those above it ("V.A.1"), its wording, and the lines below it."""

    number: str
    title: str
    under: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NumberedAgenda:
    """An agenda's items in their order, and the lines that belong to none."""

    items: tuple[AgendaItem, ...]
    others: tuple[str, ...]


@dataclass(slots=True)
class _Level:
    style: str
    value: int
    number: str
    title: str


def numbered_agenda(pages: Sequence[Sequence[str]]) -> NumberedAgenda | None:
    """The items of an agenda whose pages have these lines; None where that is not certain.

    Certain means: every numbered line continues a numbering that began with one, there are at least three items on the
    top level, and one is what every council does ("Call to order"). Lines printed on every page are headings of pages.
    """
    repeated = _repeated(pages)
    lines = [line for page in pages for line in page]
    items: list[AgendaItem] = []
    others: list[str] = []
    headings: set[str] = set()
    open_levels: list[_Level] = []
    before = ""
    for line in lines:
        match = _NUMBERED.match(line)
        if line in repeated:
            if line not in headings:
                headings.add(line)
                others.append(line)
        elif match is None and items and before and len(before) >= _FULL_LINE and not items[-1].notes:
            items[-1].title += f" {line}"
            before = line
        elif match is None:
            (items[-1].notes if items else others).append(line)
            before = ""
        elif not _place(match["mark"], match["text"], open_levels):
            return None
        else:
            above = open_levels[-2] if len(open_levels) > 1 else None
            number = ".".join(level.number for level in open_levels)
            items.append(AgendaItem(number, match["text"], above.title if above else ""))
            before = line
    top = [item for item in items if "." not in item.number]
    if len(top) < _FEWEST or not any(_PROCEDURE.search(item.title) for item in items):
        return None
    return NumberedAgenda(tuple(items), tuple(others))


def _place(mark: str, text: str, levels: list[_Level]) -> bool:
    """Put the mark where it continues a numbering, the innermost first, or begins one; False where it does neither."""
    for depth in reversed(range(len(levels))):
        level = levels[depth]
        if _value(mark, level.style) == level.value + 1:
            levels[depth:] = [_Level(level.style, level.value + 1, mark, text)]
            return True
    style = next((style for style in ("roman", "number", "letter") if _value(mark, style) == 1), "")
    if not style or any(level.style == style for level in levels):
        return False
    levels.append(_Level(style, 1, mark, text))
    return True


def _value(mark: str, style: str) -> int:
    """What a mark counts in a style of numbering; 0 where it is none of that style."""
    if style == "number":
        return int(mark) if mark.isdigit() else 0
    if style == "letter":
        return ord(mark) - ord("A") + 1 if len(mark) == 1 and mark.isalpha() else 0
    if mark.isdigit() or not _ROMAN.fullmatch(mark):
        return 0
    values = [_ROMAN_VALUES[letter] for letter in mark]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Lines that stand on every one of several pages."""
    if len(pages) < 2:
        return frozenset()
    return frozenset.intersection(*(frozenset(page) for page in pages))
