"""The parts of a page that lists governments: "Counties" and what stands under it, state by state or for all states.

Two layouts are known, both of 2025. The Justice Department: States, Counties, Cities, with the state behind each name.
Homeland Security: a heading for each state, and under it State, Counties, Cities. Items are told from prose by their
markup (a list's items, or lines with a bullet); where a page has none, by what the lines say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from monitor.encoding import clean
from monitor.hypertext import MAXIMUM_CHARACTERS, is_hostile, read_html
from scrapers.detainers.names import is_state, state_of
from scrapers.jurisdictions.names import LONGEST_NAME, Name, bare, read_name

_ITEM, _HEADING = "\ue000", "\ue001"
"""Stand where an item or a heading begins until blocks are lines. Private characters: no text has a right to them."""
_PRIVATE = str.maketrans("", "", _ITEM + _HEADING)
_TAG = re.compile(r"<(?:(li)|h[1-6])\b[^<>]*>", re.IGNORECASE)
_BULLETED = re.compile(r"^(?:[-–—•·▪◦*]|\d{1,3}[.)])\s+")

_SECTIONS: Mapping[str, str] = {
    "state": "state", "states": "state",
    "county": "county", "counties": "county", "parishes": "county", "counties and parishes": "county",
    "city": "city", "cities": "city", "cities and towns": "city", "municipalities": "city", "towns": "town",
    "townships": "town", "villages": "village", "boroughs": "borough", "jurisdictions": "jurisdiction",
}  # fmt: skip
_COUNTED = re.compile(r"\s*\(?\d{0,4}\)?\s*:?$")
_UPDATED = re.compile(
    r"(?:last\s+)?(?:updated|revised|reviewed)(?:\s+on)?:?\s+"
    r"(?P<date>[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2}/\d{1,2}/\d{4})\.?",
    re.IGNORECASE,
)
_ITSELF = re.compile(r"\bself[- ]identif|\bstate sanctuary\b", re.IGNORECASE)
"""What stands under a state's own heading instead of its name."""


@dataclass(frozen=True, slots=True)
class Member:
    """One name under its section."""

    section: str
    name: Name


@dataclass(frozen=True, slots=True)
class Line:
    """A block of the page, and whether it was an item of a list or a heading."""

    text: str
    item: bool = False
    heading: bool = False


@dataclass(slots=True)
class ListPage:
    """A page taken apart: who is on the list, what the page says besides, and when it says that it was updated."""

    title: str
    members: list[Member] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    """Without the list and its headings, which go with the last name below them."""
    updated: str = ""


def lines_of(text: str, url: str, *, markup: bool) -> tuple[str, tuple[Line, ...]]:
    """First heading and blocks of a page's main part, of the whole page where the markup names none. Never raises."""
    if not markup:
        plain = (clean(line.translate(_PRIVATE)) for line in text[:MAXIMUM_CHARACTERS].splitlines())
        return "", tuple(Line(line, item=bool(_BULLETED.match(line))) for line in plain if line)
    whole = text[:MAXIMUM_CHARACTERS].translate(_PRIVATE)
    page = read_html(_TAG.sub(_marked, _main_of(whole)), url)
    lines = tuple(_lines(page.lines))
    return next((line.text for line in lines if line.heading), ""), lines


def taken_apart(
    title: str, lines: Sequence[Line], *, state: str = "", headings: Mapping[str, str] | None = None
) -> ListPage:
    """Members by section, and the rest. `state` is that of names that print none; `headings` are further sections."""
    return _Reading(ListPage(title), {**_SECTIONS, **_folded(headings or {})}, state_of(state)).read(lines)


@dataclass(slots=True)
class _Reading:
    """One pass over the lines; `section` is what they stand under, `state` the state's heading above it."""

    page: ListPage
    sections: Mapping[str, str]
    usual_state: str
    section: str = ""
    state: str = ""
    itemised: bool | None = None
    """Whether the section's names are items: decided by its first line. What is no item then ends it."""

    def read(self, lines: Sequence[Line]) -> ListPage:
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else Line("")
            self._line(line, following)
        return self.page

    def _line(self, line: Line, following: Line) -> None:
        label = bare(line.text)
        if updated := _UPDATED.fullmatch(line.text):
            self.page.updated = self.page.updated or updated["date"]
            self.section = ""
        elif section := self._section_of(label):
            # Above "State", "Counties" of one state stands the state; a list of all states has no such heading.
            self.section, self.itemised = section, None
        elif self._opens_state(line, label, following):
            # Without "Counties" and "Cities" below it, the names themselves say what they are.
            self.state, self.section, self.itemised = state_of(label.rstrip(":")), "jurisdiction", None
        elif self.section and self._belongs(line, label):
            self.itemised = line.item if self.itemised is None else self.itemised
            self.page.members.append(Member(self.section, self._name(label)))
        else:
            if not line.item:
                self.section = ""
            self.page.text.append(line.text)

    def _section_of(self, label: str) -> str:
        return self.sections.get(_COUNTED.sub("", label).casefold(), "") if len(label) <= LONGEST_NAME else ""

    def _opens_state(self, line: Line, label: str, following: Line) -> bool:
        """Whether a line is a state's heading: its name, above a section or, where headings are marked, above items."""
        named = label.rstrip(":")
        if len(named) < 3 or not is_state(named):
            return False
        if line.heading and following.item:
            return True
        # In the list of all states the last one stands before the next section, too.
        return bool(self._section_of(bare(following.text))) and not (self.section == "state" and not self.state)

    def _belongs(self, line: Line, label: str) -> bool:
        if line.heading or not label or len(label) > LONGEST_NAME or label.endswith(":"):
            return False
        if self.itemised is not None and self.itemised != line.item:
            return False
        return line.item or self._reads_as_name(label)

    def _reads_as_name(self, label: str) -> bool:
        """A line that nothing marks as an item has to say by itself that it is one."""
        name = read_name(label, self.state or self.usual_state)
        if self.section == "state":
            return is_state(label) or bool(self.state and _ITSELF.search(label)) or name.is_state
        return bool(name.state) and label[:1].isupper() and len(label.split()) <= 8 and not label.endswith((".", "?"))

    def _name(self, label: str) -> Name:
        if self.section != "state":
            return read_name(label, self.state or self.usual_state)
        if self.state and _ITSELF.search(label):
            return Name(self.state, self.state, label)
        name = read_name(label)
        return Name(state_of(name.name), state_of(name.name), label) if is_state(name.name) else name


def _marked(tag: re.Match[str]) -> str:
    return tag[0] + (_ITEM if tag[1] else _HEADING)


def _main_of(text: str) -> str:
    """The markup of the page's one main part; navigation around it may name states, too."""
    mains = [] if is_hostile(text) else LexborHTMLParser(text).css("main, [role=main]")
    outer = mains[0].html if mains else None
    return outer or text


def _lines(lines: Sequence[str]) -> Iterator[Line]:
    """Blocks with their marks read; a row of a table that sets items side by side is as many lines."""
    item = False
    for line in lines:
        for place, part in enumerate(line.split(_ITEM)):
            heading = part.lstrip().startswith(_HEADING)
            text = clean(part.replace(_HEADING, ""))
            if place:
                # A paragraph inside an item leaves the mark on a line of its own.
                item = True
                text = text.removesuffix(" |")
            if text:
                yield Line(text, item=item or bool(_BULLETED.match(text)), heading=heading)
                item = False


def _folded(headings: Mapping[str, str]) -> dict[str, str]:
    return {" ".join(heading.split()).rstrip(": ").casefold(): kind for heading, kind in headings.items()}
