"""Governments that a release lists by name: "the following jurisdictions have been found to ...", and the names below.

High precision before all: a list is one only where a line of the release says that jurisdictions follow and names with
their states do follow, as items. Names in running text are none, and an introduction whose names a copy has lost gives
none and is counted: the release of 2017-10-12 has three such in the copies that are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.types import Record, RecordSet
from scrapers.detainers.names import is_state, state_of
from scrapers.jurisdictions.names import LONGEST_NAME, Name, bare, read_name
from scrapers.jurisdictions.records import listed
from scrapers.jurisdictions.sections import Line, Member, lines_of, taken_apart

_MARKUP = re.compile(r"<[a-zA-Z/!]")
_SPEAKS_OF_THEM = re.compile(r"\bjurisdictions?\b", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\bfollowing\b[^:]{0,80}\bjurisdictions?\b|\bjurisdictions?\b[^:]{0,200}:$"
    r"|\bletters? (?:was|were|have been|has been) sent to\b[^:]{0,80}:$",
    re.IGNORECASE,
)
_LONGEST_HEADING = 40
_FEWEST = 2
_NAMED_SHARE = 0.8
"""Of the items below an introduction so many must name a state, or it introduces something else."""


@dataclass(frozen=True, slots=True)
class NamedList:
    """`under` is the line that introduces it: what the release says of these governments."""

    under: str
    members: tuple[Member, ...]


def lists_in(body: str, *, markup: bool | None = None) -> tuple[NamedList, ...]:
    """Every list of governments in a release's HTML or text, in order. Never raises."""
    if not _SPEAKS_OF_THEM.search(body):
        return ()
    lines = _lines_of(body, markup)
    sections = taken_apart("", lines)
    if len(sections.members) >= _FEWEST and all(member.name.state for member in sections.members):
        introduction = next((line.text for line in lines if _INTRODUCES.search(line.text)), "")
        return (NamedList(introduction, tuple(sections.members)),) if introduction else ()
    return tuple(_introduced(lines))


def lost_lists(body: Any, *, markup: bool | None = None) -> int:
    """How many introductions of governments end with a colon and have no item below: a copy that lost the names."""
    if not isinstance(body, str) or not _SPEAKS_OF_THEM.search(body):
        return 0
    lines = _lines_of(body, markup)
    below = (*lines[1:], Line(""))
    return sum(
        line.text.endswith(":") and bool(_INTRODUCES.search(line.text)) and not _goes_on(after)
        for line, after in zip(lines, below, strict=True)
        if not line.item
    )


def record_sets(body: Any, release: Record) -> tuple[RecordSet, ...]:
    """The lists of a release as records under it, each complete for itself."""
    if not isinstance(body, str):
        return ()
    return tuple(
        listed(
            found.members,
            parent=release.key,
            prefix=f"{release.key}/{number}/",
            about=release.about,
            extras={"under": found.under, "created": str(release.extras.get("created") or "")},
        )
        for number, found in enumerate(lists_in(body), 1)
    )


def _goes_on(below: Line) -> bool:
    """An item, or a heading such as "STATES:"."""
    return below.item or (below.text.endswith(":") and len(below.text) <= _LONGEST_HEADING)


def _lines_of(body: str, markup: bool | None) -> tuple[Line, ...]:
    return lines_of(body, "", markup=bool(_MARKUP.search(body)) if markup is None else markup)[1]


def _introduced(lines: Sequence[Line]) -> Iterator[NamedList]:
    for number, line in enumerate(lines):
        if line.item or len(line.text) < 20 or not _INTRODUCES.search(line.text):
            continue
        names: list[Name] = []
        for below in lines[number + 1 :]:
            if not below.item or len(below.text) > LONGEST_NAME + 10:
                break
            names.append(_name(below.text))
        resolved = sum(bool(name.state) for name in names)
        if resolved >= _FEWEST and resolved >= _NAMED_SHARE * len(names):
            members = tuple(Member("state" if name.is_state else "jurisdiction", name) for name in names if name.name)
            yield NamedList(line.text, members)


def _name(line: str) -> Name:
    """ "Connecticut" alone is the state."""
    printed = bare(line)
    return Name(state_of(printed), state_of(printed), printed) if is_state(printed) else read_name(line)
