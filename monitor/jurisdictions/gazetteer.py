"""The table of governments, and how a printed name is looked up in it: exactly, within one state, or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.jurisdictions.names import (
    CITIES,
    COUNTY,
    LONGEST_NAME,
    PLACE,
    STATE,
    SUBDIVISION,
    UNITS,
    PrintedName,
    folded,
    is_agency,
    kinds_of,
    take_apart,
)
from monitor.jurisdictions.resolution import How, Outcome, Resolution
from monitor.jurisdictions.states import STATES, state_code

_MOST_CANDIDATES = 12
"""Shown of a name that stands without its state: 30 states have a Washington County."""

_DISTRICT = "DC"
"""A state, a county and a city: the Justice Department's list has it under states."""

_SAME = "same"
_RANK = {PLACE: 0, SUBDIVISION: 1, COUNTY: 2, STATE: 3}
"""Which kind speaks for a ground that is several: Denver is the city first, and a county because of it."""

_STATISTICAL = "CDP"
"""A census designated place has no government; a list means it only when nothing else has its name."""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One government, or county equivalent, of the table."""

    geoid: str
    kind: str
    """ "state", "county", "place" or "county subdivision"."""
    name: str
    """The Census Bureau's, with its legal description: "Denver city"."""
    state: str
    """Postal abbreviation."""
    legal: str = ""
    """That description alone: "city", "town", "CDP"; empty where the name says it."""
    short_names: tuple[str, ...] = ()
    """The name without it, and others that the Census Bureau prints: "Louisville"."""
    counties: tuple[str, ...] = ()
    """GEOIDs of the counties that it lies in."""
    large: bool = False
    """A place of about 50,000 inhabitants or more."""
    former: bool = False
    """The Census Bureau uses it no more."""
    sources: str = ""
    """Where the row comes from."""

    @property
    def label(self) -> str:
        """Name, state and number, which tell it from every other: "Franklin County, IA (19069)"."""
        return f"{self.name} ({self.geoid})" if self.kind == STATE else f"{self.name}, {self.state} ({self.geoid})"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name that lists print for a government, vetted by hand."""

    name: str
    state: str
    geoid: str
    note: str
    """Why, and who prints it."""


@dataclass(frozen=True, slots=True)
class Agency:
    """An office or jail, and the government that runs it."""

    name: str
    state: str
    geoid: str
    note: str


@dataclass(frozen=True, slots=True)
class Area:
    """A place and a county, or a place and a town, that share their ground.

    `relation` is "same", "partial" (the place leaves other municipalities of the county out) or
    "county_within_place": New York City has five counties.
    """

    place: str
    county: str
    relation: str


@dataclass(frozen=True, slots=True)
class _Entry:
    jurisdiction: Jurisdiction
    how: How
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Index:
    """Everything by what it is asked for."""

    by_geoid: Mapping[str, Jurisdiction]
    by_name: Mapping[tuple[str, str], Sequence[_Entry]]
    """By (state, folded name)."""
    anywhere: Mapping[str, Sequence[Jurisdiction]]
    agencies: Mapping[tuple[str, str], Agency]
    linked: Mapping[str, tuple[str, ...]]
    same: Mapping[str, frozenset[str]]
    """Only what is wholly one ground."""


@dataclass(frozen=True)
class Gazetteer:
    """Everything that is known of names. `version` rises when any of it changes."""

    version: int
    jurisdictions: Sequence[Jurisdiction]
    aliases: Sequence[Alias] = ()
    agencies: Sequence[Agency] = ()
    areas: Sequence[Area] = ()

    @cached_property
    def _index(self) -> _Index:
        """Made when a name is first looked up: it takes a tenth of a second, and loading the table needs none.

        Raises KeyError when an alias, agency or area names a GEOID that is not in the table.
        """
        names: defaultdict[tuple[str, str], dict[str, _Entry]] = defaultdict(dict)

        def enter(name: str, entry: _Entry) -> None:
            names[entry.jurisdiction.state, folded(name)].setdefault(entry.jurisdiction.geoid, entry)

        by_geoid = {one.geoid: one for one in self.jurisdictions}
        for one in self.jurisdictions:
            enter(one.name, _Entry(one, How.OFFICIAL))
        for one in self.jurisdictions:
            for name in one.short_names:
                enter(name, _Entry(one, How.SHORT))
        for alias in self.aliases:
            names[alias.state, folded(alias.name)][alias.geoid] = _Entry(by_geoid[alias.geoid], How.ALIAS, alias.note)
        anywhere: defaultdict[str, list[Jurisdiction]] = defaultdict(list)
        for (_, key), entries in names.items():
            anywhere[key] += [entry.jurisdiction for entry in entries.values() if not entry.jurisdiction.former]
        linked: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for area in self.areas:
            for here, there in ((area.place, area.county), (area.county, area.place)):
                linked[by_geoid[here].geoid][by_geoid[there].geoid] = area.relation
        return _Index(
            by_geoid=by_geoid,
            by_name={place: list(entries.values()) for place, entries in names.items()},
            anywhere=anywhere,
            agencies={(agency.state, folded(agency.name)): agency for agency in self.agencies},
            linked={geoid: tuple(others) for geoid, others in linked.items()},
            same={
                geoid: frozenset(other for other, relation in others.items() if relation == _SAME)
                for geoid, others in linked.items()
            },
        )

    def get(self, geoid: str) -> Jurisdiction | None:
        """The government with this number."""
        return self._index.by_geoid.get(geoid)

    def same_area(self, geoid: str) -> tuple[str, ...]:
        """GEOIDs of the same ground as another kind; of New York its five counties."""
        return self._index.linked.get(geoid, ())

    def resolve(self, name: str, *, state: str = "", kind: str = "") -> Resolution:
        """Which government a printed name means.

        `state` is what the list says beside the name or above it, name or abbreviation. `kind` is the section that
        the name stands in: "state", "county" or "city" (also plural); it decides over what the name itself says.
        Never raises; never guesses across states, nor a name that is only similar.
        """
        if len(name) > LONGEST_NAME:
            return _unresolved("It is too long to be the name of a place.")
        printed = take_apart(name)
        if contradiction := _contradiction(printed, state):
            return _unresolved(contradiction)
        where, section = state_code(state) or printed.state, kinds_of(kind)
        if not where and section == CITIES and state_code(printed.bare) == _DISTRICT:
            where = _DISTRICT
        if where and (agency := self._index.agencies.get((where, folded(printed.bare)))):
            return self._resolved(_Entry(self._index.by_geoid[agency.geoid], How.AGENCY, agency.note))
        found = self._found(printed, where, section) if where else self._without_state(printed, section)
        # Nobody prints a county without saying "County" where its state has the same name: Iowa, Hawaii, Utah.
        if found.kind in ("", COUNTY) and (whole := self._state(printed, where, section)):
            return whole
        if found.outcome is Outcome.UNRESOLVED and is_agency(printed.bare):
            return _unresolved("It is an office or a jail, and the table of agencies does not say who runs it.")
        return found

    def given(self, geoid: str) -> Resolution | None:
        """The resolution of a number that whoever read the list had found; None when the table does not have it."""
        one = self._index.by_geoid.get(geoid)
        return None if one is None else self._resolved(_Entry(one, How.GIVEN))

    def _state(self, printed: PrintedName, where: str, section: frozenset[str]) -> Resolution | None:
        """The state itself, where nothing in it has the name: "Illinois", "State of Vermont"."""
        code = state_code(printed.bare)
        if not code or printed.within or (where and where != code) or (section and STATE not in section):
            return None
        if printed.unit and STATE not in UNITS[printed.unit]:
            return None
        entry = next((one for one in self._index.by_name.get((code, folded(STATES[code])), ()) if _is_state(one)), None)
        if entry is None:
            return _unresolved(f"{STATES[code]} is not in the table.")
        return self._resolved(entry)

    def _found(self, printed: PrintedName, where: str, section: frozenset[str]) -> Resolution:
        passed_over: dict[str, Jurisdiction] = {}
        if not any(STATE in kinds for kinds in (section, UNITS.get(printed.unit, frozenset()))):
            for form, kinds in _forms(printed):
                entries = [one for one in self._index.by_name.get((where, folded(form)), ()) if not _is_state(one)]
                allowed = kinds & section if kinds and section else kinds or section
                fitting = [
                    entry
                    for entry in entries
                    if (not (kinds or section) or entry.jurisdiction.kind in allowed)
                    and self._lies_within(entry.jurisdiction, printed.within, where)
                ]
                if fitting:
                    return self._chosen(fitting, unit=bool(kinds), kind_is_known=bool(kinds or section))
                passed_over |= {entry.jurisdiction.geoid: entry.jurisdiction for entry in entries}
        otherwise = tuple(one for one in passed_over.values() if not one.former)
        return _unresolved(_why_not(printed, where, section, otherwise), otherwise)

    def _chosen(self, entries: Sequence[_Entry], *, unit: bool, kind_is_known: bool) -> Resolution:
        """One of several of the name, where there is a rule for it. `unit`: the name itself says of which kind it is.

        A county that is the only one of a bare name is not taken: Jackson, Michigan is a city, which the table, made
        of the larger places, does not have.
        """
        current = [entry for entry in entries if not entry.jurisdiction.former] or list(entries)
        governed = [entry for entry in current if entry.jurisdiction.legal != _STATISTICAL] or current
        distinct = self._without_doubles(governed)
        if len(distinct) == 1:
            only = distinct[0]
            if kind_is_known or not _is_bare_county(only):
                return self._resolved(only)
            reason = f"It does not say whether it means {only.jurisdiction.label} or a smaller place of that name."
            return Resolution(Outcome.AMBIGUOUS, reason, candidates=(only.jurisdiction,))
        large = [entry for entry in distinct if entry.jurisdiction.large and entry.jurisdiction.kind == PLACE]
        if len(large) == 1 and not unit:
            others = tuple(entry.jurisdiction for entry in distinct if entry is not large[0])
            return replace(self._resolved(replace(large[0], how=How.LARGE_CITY), others), candidates=others)
        may_be = tuple(entry.jurisdiction for entry in distinct)
        listed = " or ".join(one.label for one in may_be[:_MOST_CANDIDATES])
        return Resolution(Outcome.AMBIGUOUS, f"It may be {listed}; say which.", candidates=may_be)

    def _without_doubles(self, entries: Sequence[_Entry]) -> list[_Entry]:
        """Of one ground under several kinds only one is left: the place, else the town, else the county."""
        rank = {entry.jurisdiction.geoid: _RANK[entry.jurisdiction.kind] for entry in entries}
        return [
            entry
            for entry in entries
            if all(
                rank.get(other, len(_RANK)) > rank[entry.jurisdiction.geoid]
                for other in self._index.same.get(entry.jurisdiction.geoid, ())
            )
        ]

    def _lies_within(self, one: Jurisdiction, counties: Sequence[str], where: str) -> bool:
        """Whether it lies in the counties that are printed behind it."""
        return all(
            any(
                entry.jurisdiction.kind == COUNTY and entry.jurisdiction.geoid in one.counties
                for entry in self._index.by_name.get((where, folded(county)), ())
            )
            for county in counties
        )

    def _without_state(self, printed: PrintedName, section: frozenset[str]) -> Resolution:
        kinds = section or UNITS.get(printed.unit, frozenset())
        may_be = tuple(
            one for one in self._index.anywhere.get(folded(printed.bare), ()) if not kinds or one.kind in kinds
        )
        states = len({one.state for one in may_be})
        reason = "No state is printed with it, and the table has no such name."
        if states:
            reason = f"No state is printed with it; {states} {'state has' if states == 1 else 'states have'} the name."
        return _unresolved(reason, may_be[:_MOST_CANDIDATES])

    def _resolved(self, entry: _Entry, others: Sequence[Jurisdiction] = ()) -> Resolution:
        one = entry.jurisdiction
        return Resolution(
            Outcome.RESOLVED,
            _why(entry, others),
            geoid=one.geoid,
            name=one.name,
            kind=one.kind,
            state=one.state,
            how=entry.how,
            former=one.former,
            same_area=self.same_area(one.geoid),
        )


def _forms(printed: PrintedName) -> Iterable[tuple[str, frozenset[str]]]:
    """Names to look for in turn, each with the kinds that the unit printed with it allows; none: any."""
    if printed.unit:
        kinds = UNITS[printed.unit]
        yield f"{printed.bare} {printed.unit}", kinds
        yield printed.bare, kinds
        return
    yield printed.bare, frozenset()
    bare, unit = printed.suffix
    if bare:
        yield bare, UNITS[unit]


def _contradiction(printed: PrintedName, state: str) -> str:
    """Why the parts of a name cannot go together, in a sentence; empty where they can."""
    if not printed.bare:
        return "It names no place."
    beside = state_code(state)
    if state.strip() and not beside:
        return f"{state.strip()[:LONGEST_NAME]} is no state."
    if beside and printed.state and beside != printed.state:
        return f"It says {STATES[printed.state]}, and stands under {STATES[beside]}."
    return ""


def _is_bare_county(entry: _Entry) -> bool:
    """ "Jackson" for "Jackson County". Puerto Rico's municipios are its cities too."""
    one = entry.jurisdiction
    return entry.how is How.SHORT and one.kind == COUNTY and one.legal != "Municipio"


def _is_state(entry: _Entry) -> bool:
    return entry.jurisdiction.kind == STATE


def _unresolved(reason: str, candidates: tuple[Jurisdiction, ...] = ()) -> Resolution:
    return Resolution(Outcome.UNRESOLVED, reason, candidates=candidates)


def _why(entry: _Entry, others: Sequence[Jurisdiction]) -> str:
    former = f" {entry.jurisdiction.name} is no more." if entry.jurisdiction.former else ""
    reasons: Mapping[How, str] = {
        How.OFFICIAL: "It is the Census Bureau's name.",
        How.SHORT: "It is the Census Bureau's name without its kind.",
        How.ALIAS: f"It is in the table of aliases: {entry.note}.",
        How.AGENCY: f"It is in the table of agencies: {entry.note}.",
        How.LARGE_CITY: "A bare name is taken for the large city of that name, not for "
        + " or ".join(one.label for one in others)
        + ".",
        How.GIVEN: "Whoever read the list found it.",
    }
    return reasons[entry.how] + former


def _why_not(printed: PrintedName, where: str, section: frozenset[str], otherwise: Sequence[Jurisdiction]) -> str:
    wanted = section or UNITS.get(printed.unit or printed.suffix[1], frozenset())
    noun = {CITIES: "city or town", frozenset({COUNTY}): "county", frozenset({STATE}): "state"}.get(wanted, "place")
    within = f" in {', '.join(printed.within)}" if printed.within else ""
    reason = f"The table has no {noun} {printed.bare}{within} in {STATES[where]}"
    if otherwise:
        reason += f"; it has {' and '.join(one.label for one in otherwise[:_MOST_CANDIDATES])}"
    return reason + "."
