"""Compares what an extraction found with the records that were known: who came, went, changed, was renamed or moved."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from monitor.types import Edition, Record, RecordSet

_SAME_NAME = 85.0
"""Similarity (rapidfuzz ratio, 0-100) of two normalised names from which one may be the other corrected: high enough
that "Jackson" and "Johnson" (71) stay two counties, low enough for "Albequerque" and "Albuquerque" (91)."""

_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\u200b": None})
_UNITS = re.compile(r"\b(?:city|county|parish|borough|town|township|village|state)\b")
_UNIT_WORDS = re.compile(rf"\b(?:and|of|the|metro|co)\b|{_UNITS.pattern}")
_A_LIST = 5
"""Records from which losing most of them at once is more likely our fault than theirs (design §3.2)."""
_MOST_PAIRS = 250_000
"""Beyond this many (gone, came) pairs nobody corrected names one by one: a new list came."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A record whose facts differ in `fields`; for a renaming the key or the name differs too."""

    before: Record
    after: Record
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordComparison:
    """The difference between the records known and one record set. Every found record is in exactly one of
    `added`, `amended`, `renamed` or `kept`; `moved` repeats some of the kept or amended."""

    added: tuple[Record, ...] = ()
    removed: tuple[Record, ...] = ()
    amended: tuple[Amendment, ...] = ()
    renamed: tuple[Amendment, ...] = ()
    moved: tuple[Amendment, ...] = ()
    kept: tuple[Record, ...] = ()
    covered: int = 0
    """Known records that the set's scope covers: what a collapse is measured against."""

    @property
    def is_collapse(self) -> bool:
        """More than half of five or more vanished at once: looked at again before anybody is told (design §3.2)."""
        return self.covered >= _A_LIST and len(self.removed) * 2 > self.covered

    @property
    def found_nothing(self) -> bool:
        """There was something inside the scope, and now there is nothing at all."""
        return self.covered > 0 and not (self.added or self.amended or self.renamed or self.kept)

    @property
    def believed_removals(self) -> tuple[Record, ...]:
        """What was removed; of a list that reads as empty nothing: a layout we cannot read is no mass removal."""
        return () if self.found_nothing and self.covered >= _A_LIST else self.removed


def compare(known: Sequence[Record], found: RecordSet) -> RecordComparison:
    """Compare by key, then pair what vanished with what appeared where it is the same thing under another name.

    `known` may hold more than the scope covers: only what it covers can count as removed.
    """
    before = {record.key: record for record in known if record.kind == found.kind}
    after = {record.key: record for record in found.records}
    came = [record for key, record in after.items() if key not in before]
    covered = [record for record in before.values() if found.scope.covers(record)]
    gone = [record for record in covered if record.key not in after]
    renamed = _renamings(gone, came)
    renamed_before = {pair.before.key for pair in renamed}
    renamed_after = {pair.after.key for pair in renamed}
    amended: list[Amendment] = []
    kept: list[Record] = []
    for key, record in after.items():
        if key in before:
            fields = changed_fields(before[key], record)
            if fields:
                amended.append(Amendment(before[key], record, fields))
            else:
                kept.append(record)
    return RecordComparison(
        added=tuple(record for record in came if record.key not in renamed_after),
        removed=tuple(record for record in gone if record.key not in renamed_before),
        amended=tuple(amended),
        renamed=tuple(renamed),
        moved=_moves(before, after),
        kept=tuple(kept),
        covered=len(covered),
    )


@dataclass(frozen=True, slots=True)
class EditionComparison:
    """One edition of a list against the one before, by member: what a list's reader counts."""

    count: int
    new: tuple[str, ...]
    gone: tuple[str, ...]
    amended: tuple[tuple[str, Mapping[str, tuple[Any, Any]]], ...]
    """(member, {field: (before, after)}) of members that are in both with other facts."""


def compare_editions(previous: Sequence[Record], found: RecordSet, edition: Edition) -> EditionComparison:
    """Compare members in the order printed. Facts are compared only where a member has one row in both editions,
    else as the set of its rows: weekly rows of one agency have no identity of their own."""
    before, after = _by_member(previous), _by_member(found.records)
    amended: list[tuple[str, Mapping[str, tuple[Any, Any]]]] = []
    for folded, rows in after.items():
        if folded not in before:
            continue
        old = before[folded]
        if len(rows) == 1 and len(old) == 1:
            fields = changed_fields(old[0], rows[0])
            if fields:
                difference = {name: (old[0].facts.get(name), rows[0].facts.get(name)) for name in fields}
                amended.append((rows[0].member, difference))
        elif {_comparable(row.facts) for row in rows} != {_comparable(row.facts) for row in old}:
            amended.append((rows[0].member, {"rows": (len(old), len(rows))}))
    return EditionComparison(
        count=len(after),
        new=tuple(rows[0].member for folded, rows in after.items() if folded not in before) if previous else (),
        gone=tuple(rows[0].member for folded, rows in before.items() if folded not in after),
        amended=tuple(amended),
    )


def changed_fields(before: Record, after: Record) -> tuple[str, ...]:
    """Names of facts that a reader would see differ, in the order of the newer record."""
    names = [*after.facts, *(name for name in before.facts if name not in after.facts)]
    return tuple(name for name in names if _comparable(before.facts.get(name)) != _comparable(after.facts.get(name)))


def folded_name(name: str) -> str:
    """A name without the words and typography that lists vary in: "City of Los Angeles" and "Los Angeles" are one."""
    plain = _plain(name).casefold()
    return re.sub(r"[\s.'`]+", " ", _UNIT_WORDS.sub(" ", plain)).strip(" ,;")


def _comparable(value: Any) -> str:
    """A value as compared: typography and white space folded; empty, missing and null are one."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, Mapping):
        return json.dumps({key: _comparable(item) for key, item in sorted(value.items())}, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return json.dumps([_comparable(item) for item in value], ensure_ascii=False)
    return json.dumps(value)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY).split())


def _by_member(records: Iterable[Record]) -> dict[str, list[Record]]:
    members: dict[str, list[Record]] = {}
    for record in records:
        if record.member:
            members.setdefault(_plain(record.member).casefold(), []).append(record)
    return members


def _renamings(gone: Sequence[Record], came: Sequence[Record]) -> list[Amendment]:
    """Pairs that are one thing: one government (`extras["geoid"]`), else equal facts under a new key, else a corrected
    name in the same state and parent.

    Only where each is the other's one best match, and never across states: 24 states have a Franklin County.
    """
    pairs = _one_government(gone, came)
    paired_before, paired_after = {pair.before.key for pair in pairs}, {pair.after.key for pair in pairs}
    left = [record for record in gone if record.key not in paired_before]
    arrived = [record for record in came if record.key not in paired_after]
    by_content: dict[tuple[str, str], list[Record]] = {}
    for record in arrived:
        by_content.setdefault((record.parent, _comparable(record.facts)), []).append(record)
    for record in tuple(left):
        same = by_content.get((record.parent, _comparable(record.facts)), [])
        if record.facts and len(same) == 1 and not _are_two_governments(record, same[0]):
            pairs.append(Amendment(record, same[0], ()))
            left.remove(record)
            arrived.remove(same[0])
            same.clear()
    if len(left) * len(arrived) > _MOST_PAIRS:
        return pairs
    best_for_arrived: dict[str, list[tuple[float, Record]]] = {}
    for record in left:
        for candidate in arrived:
            likeness = _name_likeness(record, candidate)
            if likeness >= _SAME_NAME:
                best_for_arrived.setdefault(candidate.key, []).append((likeness, record))
    taken: set[str] = set()
    for candidate in arrived:
        choices = [
            choice
            for choice in best_for_arrived.get(candidate.key, [])
            if choice[1].key not in taken and not _has_rival(choice, candidate, best_for_arrived)
        ]
        if len(choices) == 1:
            record = choices[0][1]
            taken.add(record.key)
            pairs.append(Amendment(record, candidate, changed_fields(record, candidate)))
    return pairs


def _one_government(gone: Sequence[Record], came: Sequence[Record]) -> list[Amendment]:
    """Pairs of one GEOID, section and parent, where it is the only one of either side."""
    left, arrived = _by_government(gone), _by_government(came)
    return [
        Amendment(before[0], after[0], changed_fields(before[0], after[0]))
        for place, before in left.items()
        if len(before) == 1 and len(after := arrived.get(place, [])) == 1
    ]


def _by_government(records: Iterable[Record]) -> dict[tuple[str, str, str], list[Record]]:
    """By parent, section of the list, and Census GEOID; without those that nobody resolved."""
    found: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        if geoid := _geoid(record):
            found.setdefault((record.parent, _section(record), geoid), []).append(record)
    return found


def _are_two_governments(before: Record, after: Record) -> bool:
    """Both are known, or their states are, and differ: no likeness of names or facts makes them one."""
    known = (_geoid(before), _geoid(after)), (before.facts.get("state"), after.facts.get("state"))
    return any(old and new and old != new for old, new in known)


def _geoid(record: Record) -> str:
    """What the reader of a list found its member to be; empty where it does not say."""
    geoid = record.extras.get("geoid")
    return geoid if isinstance(geoid, str) else ""


def _section(record: Record) -> str:
    return str(record.facts.get("section") or "")


def _has_rival(
    choice: tuple[float, Record], candidate: Record, matches: Mapping[str, list[tuple[float, Record]]]
) -> bool:
    return any(
        other_key != candidate.key and any(record.key == choice[1].key for _, record in others)
        for other_key, others in matches.items()
    )


def _name_likeness(before: Record, after: Record) -> float:
    """0 to 100; 0 across parents, sections of a list, states, numbers, two resolved governments, or kinds of
    government ("San Francisco City" and "... County").

    Only members of lists have names that are corrected: two meetings of a day may well be called almost the same.
    """
    old, new = before.member, after.member
    if not old or not new:
        return 0.0
    old_units, new_units = set(_UNITS.findall(old.casefold())), set(_UNITS.findall(new.casefold()))
    if old_units and new_units and not old_units & new_units:
        return 0.0
    if _section(before) != _section(after) or _are_two_governments(before, after):
        return 0.0
    if before.parent != after.parent or _state(old) != _state(new) or _digits(old) != _digits(new):
        return 0.0
    # Without the state, which is the same: "Jackson" and "Johnson" are no more alike in Mississippi than in Iowa.
    old, new = _without_state(old), _without_state(new)
    likeness = float(fuzz.ratio(folded_name(old), folded_name(new)))
    if bool(old_units) is not bool(new_units):
        # The unit itself may be misspelt: "San Diego Conty".
        likeness = max(likeness, float(fuzz.ratio(_plain(old).casefold(), _plain(new).casefold())))
    return likeness


def _without_state(name: str) -> str:
    return name.rsplit(",", 1)[0]


def _state(name: str) -> str:
    return _plain(name.rsplit(",", 1)[1]).casefold() if "," in name else ""


def _digits(name: str) -> str:
    return "".join(re.findall(r"\d", name))


def _moves(before: Mapping[str, Record], after: Mapping[str, Record]) -> tuple[Amendment, ...]:
    """Records that overtook siblings: all that are outside the longest run of siblings still in their old order."""
    siblings: dict[str, list[tuple[int, int, str]]] = {}
    for key, record in after.items():
        old = before.get(key)
        if old is not None and old.position is not None and record.position is not None:
            siblings.setdefault(record.parent, []).append((record.position, old.position, key))
    moved: list[Amendment] = []
    for rows in siblings.values():
        rows.sort()
        steady = _longest_rising([old for _, old, _ in rows])
        moved += [
            Amendment(before[key], after[key], ("position",)) for n, (_, _, key) in enumerate(rows) if n not in steady
        ]
    return tuple(moved)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Indices of a longest non-falling subsequence (patience sorting, n log n)."""
    tails: list[int] = []
    tail_indices: list[int] = []
    previous: list[int] = []
    for index, number in enumerate(numbers):
        # A key just above the number keeps equal positions in order.
        place = bisect_left(tails, number + 1)
        previous.append(tail_indices[place - 1] if place else -1)
        if place == len(tails):
            tails.append(number)
            tail_indices.append(index)
        else:
            tails[place] = number
            tail_indices[place] = index
    chosen: set[int] = set()
    index = tail_indices[-1] if tail_indices else -1
    while index >= 0:
        chosen.add(index)
        index = previous[index]
    return frozenset(chosen)
