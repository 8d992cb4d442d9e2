"""Takes a printed name apart: state, place, units such as "City of" or "County", and folds names for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.jurisdictions.states import state_code

LONGEST_NAME = 200
"""Characters. The longest official name has 60; whoever prints more does not print a name."""

STATE, COUNTY, PLACE, SUBDIVISION = "state", "county", "place", "county subdivision"
CITIES = frozenset({PLACE, SUBDIVISION})
"""New England's and New Jersey's towns are county subdivisions to the Census, and "Cities" to every list."""

_COUNTIES = frozenset({COUNTY})
_EITHER = frozenset({COUNTY, PLACE, SUBDIVISION})
UNITS: Mapping[str, frozenset[str]] = {
    "state": frozenset({STATE}),
    "commonwealth": frozenset({STATE}),
    "city and county": _EITHER,
    "city and borough": _EITHER,
    "county": _COUNTIES,
    "parish": _COUNTIES,
    "census area": _COUNTIES,
    "planning region": _COUNTIES,
    "municipio": _COUNTIES,
    "borough": _EITHER,
    "municipality": _EITHER,
    "metro": _EITHER,
    "city": CITIES,
    "town": CITIES,
    "township": CITIES,
    "village": CITIES,
}
"""Which kinds of government a word for a unit may mean."""

_SECTIONS: Mapping[str, frozenset[str]] = {
    "state": frozenset({STATE}),
    "states": frozenset({STATE}),
    "county": _COUNTIES,
    "counties": _COUNTIES,
    "parish": _COUNTIES,
    "parishes": _COUNTIES,
    "city": CITIES,
    "cities": CITIES,
    "town": CITIES,
    "towns": CITIES,
    "municipality": CITIES,
    "municipalities": CITIES,
    "place": CITIES,
    "county subdivision": CITIES,
}

_WRITTEN_OUT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_PREFIX = re.compile(rf"(?:the )?(?P<unit>{_UNIT}) of (?P<bare>.+)", re.IGNORECASE)
_SUFFIX = re.compile(rf"(?P<bare>.+) (?P<unit>{_UNIT})", re.IGNORECASE)
_TURNED = re.compile(rf"(?P<unit>{_UNIT}) of", re.IGNORECASE)
_AREA = re.compile(r"(?P<before>[^()]*)\((?P<inside>[^()]*)\)(?P<after>[^()]*)")
_LAST_CODE = re.compile(r"(?P<name>.+) (?P<state>[A-Z]{2}|D\.C\.)")
_SEPARATORS = " ;:,*"
_DOTTED = re.compile(r"\b[A-Za-z]\.[A-Za-z]\.$")
_APOSTROPHES = re.compile(r"['‘’ʻʼ`´]")
_WORDS = re.compile(r"[a-z0-9]+")
_AGENCY = re.compile(
    r"\b(?:sheriff|police|jail|prison|detention|correction(?:al|s)?|penitentiary|marshal|constable|department|dept"
    r"|office|court|probation|lapd|nypd|bureau)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A name taken apart. `state` is a postal abbreviation, empty where none is printed."""

    bare: str
    """The name without state, remarks, and "City of"."""
    unit: str = ""
    """Of "City of Boston" or "Creede, City of" the unit, in lower case."""
    within: tuple[str, ...] = ()
    """Counties that it is said to lie in: "Iowa City, Johnson County, Iowa"."""
    state: str = ""

    @property
    def suffix(self) -> tuple[str, str]:
        """("San Francisco", "city") of "San Francisco City"; two empty texts where no unit ends the name."""
        found = _SUFFIX.fullmatch(self.bare)
        return (found["bare"], found["unit"].casefold()) if found else ("", "")


def take_apart(printed: str) -> PrintedName:
    """The parts of a name as lists print it: "Ithaca, New York (Buffalo)", "Cook County, IL", "State of Vermont; and".

    A parenthesis is a remark (ICE prints its own office there), unless it is a state's abbreviation and no state
    is printed elsewhere: "Springfield (IL)".
    """
    text, inside = _without_remark(_tidy(printed))
    parts = [part for part in (part.strip(" ;:") for part in text.split(",")) if part]
    state = state_code(parts[-1]) if len(parts) > 1 else ""
    if state:
        parts.pop()
    elif inside.isupper() and len(inside) == 2 and state_code(inside):
        state = state_code(inside)
    elif parts and (found := _LAST_CODE.fullmatch(parts[-1])) and state_code(found["state"]):
        state, parts[-1] = state_code(found["state"]), found["name"]
    if not parts:
        return PrintedName("", state=state)
    bare, *rest = parts
    unit = ""
    if rest and (turned := _TURNED.fullmatch(rest[0])):
        unit, rest = turned["unit"].casefold(), rest[1:]
    elif found := _PREFIX.fullmatch(bare):
        unit, bare = found["unit"].casefold(), found["bare"]
    return PrintedName(bare, unit, tuple(rest), state)


def folded(name: str) -> str:
    """A name as compared: letters and digits only, no accents; "St." is "Saint", "De Kalb" is "DeKalb"."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)).casefold().replace("&", " and ")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(_WRITTEN_OUT.get(word, word) for word in _WORDS.findall(plain))


def section_of(word: str) -> str:
    """The section as kept: "state", "county" or "city" for "States", "Parishes", "towns"; empty for any other word."""
    kinds = kinds_of(word)
    return "" if not kinds else "city" if kinds == CITIES else next(iter(kinds))


def kinds_of(section: str) -> frozenset[str]:
    """What may stand in a list's section: "county", "Cities". Empty, so anything, for a word that is no section."""
    return _SECTIONS.get(" ".join(section.split()).casefold(), frozenset())


def is_agency(name: str) -> bool:
    """Whether it is an office or a jail, not a government: who runs it only a table can say."""
    return _AGENCY.search(name) is not None


def _tidy(printed: str) -> str:
    """NFKC, single spaces, plain dashes; a list's ";", "; and" at the end and its bullet at the beginning are gone."""
    text = " ".join(unicodedata.normalize("NFKC", printed).split())
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).lstrip("-•*· ")
    text = text.rstrip(_SEPARATORS)
    for word in (" and", " or"):
        text = text.removesuffix(word).rstrip(_SEPARATORS)
    # "Washington, D.C." ends with a full stop of its own.
    return text if _DOTTED.search(text) else text.rstrip("." + _SEPARATORS)


def _without_remark(text: str) -> tuple[str, str]:
    found = _AREA.fullmatch(text)
    if found is None:
        return text, ""
    return f"{found['before'].strip(' ,')}{found['after']}", found["inside"].strip()
