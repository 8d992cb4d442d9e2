"""Names as the agency prints them: folded for keys, cut out of sentences, states spelled out."""

from __future__ import annotations

import re
import unicodedata

from monitor.jurisdictions.states import STATES

_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": None})

_STATE = "|".join(sorted(map(re.escape, [*STATES.values(), "D.C."]), key=len, reverse=True)) + "|" + "|".join(STATES)
_WORD = r"(?:[A-ZÀ-Þ][\w'’.-]{0,40}|St\.|Mt\.|Ft\.)"
_NAME = rf"{_WORD}(?:[ ](?:(?:of|the|and County of)[ ])?{_WORD}){{0,9}}"
# A name begins a word, and no word, name or enumeration is endless: else a wall of capitals is tried from each of them.
_PLACES = re.compile(
    rf"(?<![\w'’.-])(?:(?P<shared>(?:{_NAME}, ){{0,30}}{_NAME},? and {_NAME}) (?P<unit>Counties|Parishes), "
    rf"(?P<shared_state>{_STATE})\b|(?P<name>{_NAME}), (?P<state>{_STATE})\b)"
)
_LEADING = re.compile(r"^(?:The|In|For|To|By|And|From|Both|Also|Finally|Additionally)\s+")
_ONE = {"Counties": "County", "Parishes": "Parish"}


def straight(text: str) -> str:
    """NFC with straight quotes and single spaces: a name to show and to compare from week to week."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_STRAIGHT).split())


def key_of(text: str) -> str:
    """A name as part of a key: lower case, letters and digits only, since copies lose dashes and apostrophes."""
    folded = re.sub(r"['\"`]", "", straight(text).casefold())
    return " ".join(re.findall(r"\w+", folded))


def state_of(text: str) -> str:
    """The state's full name for a name or postal abbreviation; the text itself when it is neither."""
    bare = text.strip()
    if bare.replace(".", "").upper() == "DC":
        return STATES["DC"]
    return STATES.get(bare, bare)


def is_state(text: str) -> bool:
    """Whether the text is a state's name or abbreviation and nothing else."""
    return text.strip() in STATES or text.strip() in STATES.values()


def places_in(text: str) -> tuple[str, ...]:
    """Every "Name, State" in a sentence, in order, states spelled out: "Bastrop County, TX" is "Bastrop County, Texas".

    "Franklin and Montgomery Counties, Iowa" are two.
    """
    places: list[str] = []
    for found in _PLACES.finditer(straight(text)):
        if found["shared"]:
            names = re.split(r",? and |, ", found["shared"])
            state = state_of(found["shared_state"])
            places += [f"{_LEADING.sub('', name)} {_ONE[found['unit']]}, {state}" for name in names]
        else:
            places.append(f"{_LEADING.sub('', found['name'])}, {state_of(found['state'])}")
    return tuple(dict.fromkeys(places))
