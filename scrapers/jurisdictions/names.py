"""A government's name as a list prints it: cut out of its line, its state told apart, spelled one way for a key.

Nothing is corrected here: a misspelt name stays as printed, and its correction is a renaming that is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.encoding import clean
from monitor.jurisdictions.states import STATES
from scrapers.detainers.names import is_state, key_of, state_of

LONGEST_NAME = 100
"""Characters. "City and County of San Francisco, California" has 44; more is a sentence."""

_LONGEST_LINE = 1_000
_MARKS = re.compile(r"[\s*†‡§•·;,]+$|\s*\[[^\[\]]{1,200}\]$|(?<=[;,])\s*(?:and|or)$")
"""Case tells "or" from Oregon."""
_BULLET = re.compile(r"^(?:[-–—•·▪◦*]\s+|\(?\d{1,3}[.)]\s+)")
_IN_BRACKETS = re.compile(r"^(?P<name>.{1,100}?)\s*\((?P<state>[A-Za-z. ]{2,20})\)$")
_STATE_OF = re.compile(r"^(?:the\s+)?(?:state|commonwealth)\s+of\s+", re.IGNORECASE)
_CODES = {name: code for code, name in STATES.items()}


@dataclass(frozen=True, slots=True)
class Name:
    """`name` without its state, `state` spelled out; both the state's name where a state itself is meant."""

    name: str
    state: str
    printed: str

    @property
    def is_state(self) -> bool:
        """Whether it is a state, or the District."""
        return bool(self.state) and self.name == self.state

    @property
    def title(self) -> str:
        """ "Baltimore County, Maryland"; of a state, or where no state is known, the name alone."""
        return f"{self.name}, {self.state}" if self.state and not self.is_state else self.name

    def key(self, section: str) -> str:
        """The same for every spelling of the state, and for no two names of a list."""
        return f"{section}/{_CODES.get(self.state, '')}/{key_of(self.name)}"


def bare(line: str) -> str:
    """A line without its bullet, footnote marks, and what joins it to the next: "State of Oregon; and"."""
    text = _BULLET.sub("", clean(line))
    if len(text) > _LONGEST_LINE:
        # No name, and taking marks off it one by one would take for ever.
        return text
    while True:
        shorter = _MARKS.sub("", text).strip()
        if shorter == text:
            break
        text = shorter
    return text.removesuffix(".") if text.endswith(".") and not text.endswith("D.C.") else text


def read_name(line: str, state: str = "") -> Name:
    """The name in one line of a list. `state` is that of the list's part, where the line itself names none."""
    printed = bare(line)
    without = _STATE_OF.sub("", printed)
    if without != printed and is_state(without):
        return Name(state_of(without), state_of(without), printed)
    name, comma, last = printed.rpartition(",")
    if comma and is_state(_abbreviation(last)):
        return Name(name.strip(), state_of(_abbreviation(last)), printed)
    if (bracketed := _IN_BRACKETS.match(printed)) and is_state(_abbreviation(bracketed["state"])):
        return Name(bracketed["name"].strip(), state_of(_abbreviation(bracketed["state"])), printed)
    return Name(printed, state_of(state) if state else "", printed)


def _abbreviation(text: str) -> str:
    """ "D.C." and "N.Y." as the postal service writes them, other text as it is."""
    trimmed = text.strip()
    return trimmed.replace(".", "") if len(trimmed) <= len("N. Y.") else trimmed
