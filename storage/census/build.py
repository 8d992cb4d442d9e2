"""Builds the table of governments from a folder of Census facts, checks it, and gives it its number.

    python -m storage.census.build FOLDER    makes jurisdictions.csv and areas.csv anew
    python -m storage.census.build           checks and numbers what is there, after an edit of aliases or agencies

FOLDER holds counties.csv, places.csv, cousub.csv and same_area.csv: extracts of the Census Bureau's files (public
domain), each row with the codes of the copies that agree on it; `docs/explanation/jurisdictions.md` says what they are.
aliases.csv and agencies.csv are kept by hand.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.errors import UsageError
from monitor.jurisdictions.gazetteer import Agency, Alias, Gazetteer, Jurisdiction
from monitor.jurisdictions.names import COUNTY, PLACE, STATE, SUBDIVISION, folded
from monitor.jurisdictions.states import STATES

HERE = Path(__file__).parent
TABLES = ("jurisdictions.csv", "areas.csv", "aliases.csv", "agencies.csv")

_COLUMNS = ("geoid", "kind", "state", "name", "legal", "short_names", "counties", "large", "former", "sources")

_NEW_NUMBERS = {"0812910": "0812900"}
"""Central City, Colorado: one city (one GNIS number) under a new code in the Gazetteer of 2023, the newest file."""

_FORM_OF_TOWN = " Town city"
"""Massachusetts: "Amherst Town city" is a town that took a city's form; everybody calls it Amherst."""

_UNITS_OF_SUBDIVISIONS = ("town", "city", "borough", "township", "village")


@dataclass
class _Facts:
    """What is gathered before it is written, by GEOID; areas as (place, county or subdivision, relation)."""

    rows: dict[str, Jurisdiction] = field(default_factory=dict)
    areas: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, row: Jurisdiction) -> None:
        if row.geoid in self.rows:
            raise UsageError(f"{row.geoid} stands twice in the facts ({row.name}); look which row is right.")
        self.rows[row.geoid] = row


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 with a line for each fault of the table."""
    if len(arguments) > 1:
        print(__doc__)  # noqa: T201 - a script's own usage
        return 2
    if arguments:
        facts = gather(Path(arguments[0]))
        write(facts.rows.values(), facts.areas)
    number(HERE)
    faults = check()
    for fault in faults:
        print(fault)  # noqa: T201 - what the script is run for
    return 1 if faults else 0


def gather(folder: Path) -> _Facts:
    """The facts of a folder. Raises UsageError for a GEOID that stands twice."""
    facts = _Facts()
    for row in _read(folder / "counties.csv"):
        _add_county(facts, row)
    for code, geoid in sorted({row.state: row.geoid[:2] for row in facts.rows.values()}.items()):
        facts.add(Jurisdiction(geoid, STATE, STATES[code], code, sources="codes of its counties"))
    for row in _read(folder / "places.csv"):
        _add_place(facts, row)
    for row in _read(folder / "cousub.csv"):
        _add_subdivision(facts, row)
    for row in _read(folder / "same_area.csv"):
        facts.areas[row["place_geoid"], row["county_geoid"]] = row["relation"]
    for old, new in _NEW_NUMBERS.items():
        facts.rows[new] = replace(facts.rows[new], counties=facts.rows[old].counties, short_names=())
        facts.rows[old] = replace(facts.rows[old], former=True)
    return facts


def _add_county(facts: _Facts, row: dict[str, str]) -> None:
    name, short = row["name"], row["short_name"]
    facts.add(
        Jurisdiction(
            row["geoid"],
            COUNTY,
            name,
            row["state"],
            legal=_legal(name, short),
            short_names=_others(name, [short]),
            former=row["status"] == "former",
            sources=row["sources"],
        )
    )


def _add_place(facts: _Facts, row: dict[str, str]) -> None:
    name, short = row["name"], row["short_name"]
    aliases = [alias for alias in row["aliases"].split("|") if alias]
    if name.endswith(_FORM_OF_TOWN):
        aliases.append(name.removesuffix(_FORM_OF_TOWN))
    facts.add(
        Jurisdiction(
            row["geoid"],
            PLACE,
            name,
            row["state"],
            legal=row["legal"],
            short_names=_others(name, [short, *aliases]),
            counties=tuple(row["counties_2020"].split()),
            large="pop50k" in row["why"].split(),
            sources=row["sources"],
        )
    )


def _add_subdivision(facts: _Facts, row: dict[str, str]) -> None:
    """A town or township; where it is an incorporated place of the same code too, that place as well."""
    name = row["name"]
    words = name.split()
    legal = words[-1] if words[-1] in _UNITS_OF_SUBDIVISIONS else ""
    short = name.removesuffix(_FORM_OF_TOWN) if name.endswith(_FORM_OF_TOWN) else name.removesuffix(f" {legal}")
    town = Jurisdiction(
        row["geoid"],
        SUBDIVISION,
        name,
        row["state"],
        legal=legal,
        short_names=_others(name, [short]),
        counties=(row["county_geoid"],),
        former=row["status"] == "former",
        sources=row["sources"],
    )
    facts.add(town)
    place = row["place_geoid"]
    if place and place not in facts.rows:
        facts.add(replace(town, geoid=place, kind=PLACE))
    if place:
        facts.areas[place, town.geoid] = "same"


def _legal(name: str, short: str) -> str:
    return name.removeprefix(short).strip() if name.startswith(short) else ""


def _others(name: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(other for other in dict.fromkeys(names) if other and other != name)


def write(rows: Iterable[Jurisdiction], areas: dict[tuple[str, str], str]) -> None:
    """jurisdictions.csv and areas.csv, sorted by number."""
    with (HERE / "jurisdictions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for one in sorted(rows, key=lambda row: row.geoid):
            short_names, counties = "|".join(one.short_names), " ".join(one.counties)
            flags = ("1" if one.large else "", "1" if one.former else "")
            writer.writerow(
                (one.geoid, one.kind, one.state, one.name, one.legal, short_names, counties, *flags, one.sources)
            )
    with (HERE / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("place", "county", "relation"))
        writer.writerows((place, county, relation) for (place, county), relation in sorted(areas.items()))


def number(folder: Path) -> None:
    """version.txt: a number that rises when a table's bytes differ from those that had the last one."""
    stamp = folder / "version.txt"
    last, known = stamp.read_text(encoding="ascii").split() if stamp.is_file() else ("0", "")
    if known != digest(folder):
        stamp.write_text(f"{int(last) + 1} {digest(folder)}\n", encoding="ascii")


def digest(folder: Path) -> str:
    """SHA-256 over the tables' bytes."""
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in TABLES)).hexdigest()


def check() -> list[str]:
    """A sentence for each fault of the table that is there; none when it is sound."""
    from storage.census import table  # noqa: PLC0415 - read after it was written

    table.cache_clear()
    gazetteer = table()
    return [*_misplaced(gazetteer), *_unfounded(gazetteer), *_one_name_twice(gazetteer)]


def _misplaced(gazetteer: Gazetteer) -> Iterator[str]:
    """Numbers that have not the length of their kind, or not the state's first two digits."""
    lengths = {STATE: 2, COUNTY: 5, PLACE: 7, SUBDIVISION: 10}
    states = {one.state: one.geoid for one in gazetteer.jurisdictions if one.kind == STATE}
    for one in gazetteer.jurisdictions:
        if len(one.geoid) != lengths[one.kind] or not one.geoid.isdigit():
            yield f"{one.label} has no number of a {one.kind}."
        if one.geoid[:2] != states[one.state]:
            yield f"{one.label} has another state's number."
        for county in one.counties:
            if gazetteer.get(county) is None:
                yield f"{one.label} lies in county {county}, which is not in the table."
    for entry in _by_hand(gazetteer):
        if not entry.geoid.startswith(states[entry.state]):
            yield f"{entry.name} in {entry.state} is said to be {entry.geoid}, of another state."


def _unfounded(gazetteer: Gazetteer) -> Iterator[str]:
    """Rows that do not say where they come from."""
    for one in gazetteer.jurisdictions:
        if not one.sources:
            yield f"{one.label} does not say where it comes from."
    for entry in _by_hand(gazetteer):
        if not entry.note:
            yield f"{entry.name} in {entry.state} has no note."


def _by_hand(gazetteer: Gazetteer) -> tuple[Alias | Agency, ...]:
    return (*gazetteer.aliases, *gazetteer.agencies)


def _one_name_twice(gazetteer: Gazetteer) -> Iterator[str]:
    """Two governments of one kind whose names differ, and are folded to one: the folding would be too coarse."""
    names: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in gazetteer.jurisdictions:
        if not one.former:
            names[one.state, one.kind, folded(one.name)].add(one.name.casefold())
    for (state, kind, _), spelled in names.items():
        if len(spelled) > 1:
            yield f"In {state} {kind} names are folded to one: {', '.join(sorted(spelled))}."


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
