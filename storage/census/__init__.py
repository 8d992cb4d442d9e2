"""The vetted table of governments that is shipped with the project; `build.py` makes it and says how it is checked.

`resolve` is the convenience for extractors, rules and commands; `table` the whole, read once a process.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from monitor.jurisdictions import Gazetteer, Jurisdiction, Resolution
from monitor.jurisdictions.gazetteer import Agency, Alias, Area
from monitor.jurisdictions.names import LONGEST_NAME

__all__ = ["meant", "resolve", "table", "version"]

_MOST_REMEMBERED = 20_000
"""Names with their answers, a few megabytes: a list or a council prints the same names at every look."""


def resolve(name: str, *, state: str = "", kind: str = "") -> Resolution:
    """Which government a printed name means; see `Gazetteer.resolve`. Answers are remembered."""
    if len(name) + len(state) + len(kind) > 2 * LONGEST_NAME:
        return table().resolve(name, state=state, kind=kind)
    return _remembered(name, state, kind)


def meant(name: str, *, kind: str = "") -> Resolution:
    """Which government a person means who may leave the state out: "Denver" is in one state of the table only.

    A list's own names are never read so: there a missing state stays missing.
    """
    found = resolve(name, kind=kind)
    states = {candidate.state for candidate in found.candidates}
    if found.geoid or len(states) != 1:
        return found
    within = resolve(name, state=states.pop(), kind=kind)
    return within if within.geoid else found


@cache
def table() -> Gazetteer:
    """The whole table, read and indexed once a process (a tenth of a second)."""
    return Gazetteer(
        version=version(),
        jurisdictions=tuple(_jurisdiction(row) for row in _rows("jurisdictions.csv")),
        aliases=tuple(Alias(row["name"], row["state"], row["geoid"], row["note"]) for row in _rows("aliases.csv")),
        agencies=tuple(Agency(row["name"], row["state"], row["geoid"], row["note"]) for row in _rows("agencies.csv")),
        areas=tuple(Area(row["place"], row["county"], row["relation"]) for row in _rows("areas.csv")),
    )


@cache
def version() -> int:
    """The table's number, which rises whenever any of its files changes."""
    return int(files(__name__).joinpath("version.txt").read_text(encoding="ascii").split()[0])


@lru_cache(maxsize=_MOST_REMEMBERED)
def _remembered(name: str, state: str, kind: str) -> Resolution:
    return table().resolve(name, state=state, kind=kind)


def _rows(file: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files(__name__).joinpath(file).read_text(encoding="utf-8").splitlines())


def _jurisdiction(row: dict[str, str]) -> Jurisdiction:
    return Jurisdiction(
        geoid=row["geoid"],
        kind=row["kind"],
        name=row["name"],
        state=row["state"],
        legal=row["legal"],
        short_names=tuple(row["short_names"].split("|")) if row["short_names"] else (),
        counties=tuple(row["counties"].split()),
        large=row["large"] == "1",
        former=row["former"] == "1",
        sources=row["sources"],
    )
