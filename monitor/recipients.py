"""Which recipients of federal awards are the government of a place: a reviewed table, matched by name and not by UEI.

Recipients are filed under an address, and many share one: a city's universities, its courts, the state's departments.
So a place is its government's names, spelled as award data spell them ("DENVER, CITY & COUNTY OF"), compared whole. The
unique entity identifiers (UEI) of these governments have not been looked up; an identifier will go before a name.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

BASIS = "matched by name, not by UEI"
"""How an award is taken for a government's, wherever its figures are shown."""

_SIGNS = re.compile(r"[^\w&]+")
_LAST_FIRST = re.compile(r"(?P<name>[^,]+),\s*(?P<unit>[\w&\s]{1,40}\bof)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Government:
    """A place's government. `seat` is the city under which its awards are filed, "Chicago, IL" for Cook County too."""

    geoid: str
    same_area: str
    """GEOID of the county, where one government is both; else empty."""
    jurisdiction: str
    also_called: tuple[str, ...]
    seat: str
    recipients: tuple[str, ...]

    def receives(self, recipient: str) -> bool:
        """Whether an award's recipient, as printed, is this government."""
        return folded_recipient(recipient) in map(folded_recipient, self.recipients)


@cache
def governments() -> tuple[Government, ...]:
    """The table, in its order."""
    text = (files("monitor") / "recipients.csv").read_text(encoding="utf-8")
    return tuple(
        Government(
            geoid=row["geoid"],
            same_area=row["same_area"],
            jurisdiction=row["jurisdiction"],
            also_called=tuple(filter(None, row["also_called"].split("|"))),
            seat=row["seat"],
            recipients=tuple(row["recipients"].split("|")),
        )
        for row in csv.DictReader(text.splitlines())
    )


def government_of(name: str) -> Government | None:
    """The government that a source, or a person, names with its state: "Denver, Colorado", "Cook County, IL".

    Also by its GEOID. None for a name without a state, and for a place that is not in the table: never a guess.
    """
    return _by_name().get(_folded_place(name))


def folded_recipient(name: str) -> str:
    """A recipient's name as compared: case, signs and "LAST, FIRST OF" aside. "DENVER, CITY & COUNTY OF" is
    "city and county of denver"."""
    turned = _LAST_FIRST.fullmatch(name.strip()[:300])
    plain = f"{turned['unit']} {turned['name']}" if turned else name
    words = _SIGNS.sub(" ", plain.casefold()).replace("&", " and ").split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


@cache
def _by_name() -> dict[str, Government]:
    found: dict[str, Government] = {}
    for government in governments():
        for name in (government.geoid, government.same_area, government.jurisdiction, *government.also_called):
            if name:
                found[_folded_place(name)] = government
    return found


def _folded_place(name: str) -> str:
    place, comma, state = name.strip()[:300].rpartition(",")
    folded = " ".join(state.split()).casefold()
    return f"{folded_recipient(place)}, {_states().get(folded, folded)}" if comma else folded


@cache
def _states() -> dict[str, str]:
    """Full names by abbreviation, of the states in the table."""
    return {
        government.seat.rpartition(", ")[2].casefold(): government.jurisdiction.rpartition(", ")[2].casefold()
        for government in governments()
    }
