"""The line on federal money that news of a listed jurisdiction carries, where the archive holds its awards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.grants import KIND, Grants, sentence, summed
from monitor.recipients import Government, government_of
from monitor.types import Alert, Change, ChangeKind
from storage import Archive
from storage.census import resolve

_LISTS: Final = frozenset({"listed_jurisdiction", "detainer_policy"})
"""Kinds of record by which a government is listed."""

_OF_ONE: Final = frozenset({ChangeKind.RECORD_ADDED, ChangeKind.RECORD_REMOVED})
_MOST: Final = 5
"""Lines under one story: a list of two hundred names is about the names."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one jurisdiction receives, in a sentence."""

    jurisdiction: str
    sentence: str


def named_in(change: Change) -> tuple[Government, ...]:
    """Governments of the table of recipients that a change lists, or takes off a list, in its order.

    Of a list with an edition before it those who are new or gone, else all of its members.
    """
    names: list[str] = []
    if change.kind in _OF_ONE and change.record_kind in _LISTS:
        names = [change.place or change.title]
    elif change.kind is ChangeKind.LIST_PUBLISHED:
        moved = ("new", "gone") if change.details.get("previous_edition") else ("members",)
        sets: Mapping[str, Mapping[str, Sequence[str]]] = change.details.get("sets", {})
        names = [
            str(name)
            for kind, found in sets.items()
            if kind in _LISTS
            for part in moved
            for name in found.get(part, ())
        ]
    found = (government_named(name) for name in names)
    return tuple({one.geoid: one for one in found if one is not None}.values())


def government_named(name: str) -> Government | None:
    """The government of the table of recipients that a source means by a name; None for any other."""
    return government_of(name) or government_of(resolve(name).geoid)


def grants_of(archive: Archive, government: Government) -> Grants | None:
    """A government's awards as the archive holds them; None where nobody ever asked about its seat.

    They are as old as the oldest of the answers that they stand in.
    """
    stored = archive.present_at_place(KIND, government.seat)
    if not stored:
        return None
    return summed(government, (one.record for one in stored), min(one.looked_at for one in stored))


def figures_for(alert: Alert, archive: Archive) -> Mapping[int, tuple[Figure, ...]]:
    """The lines that an alert's changes carry, by the change's id. Changes without one are left out."""
    lines: dict[str, str] = {}
    figures: dict[int, tuple[Figure, ...]] = {}
    for stored in alert.changes:
        named = named_in(stored.change)
        for government in named:
            if government.geoid not in lines:
                grants = grants_of(archive, government)
                lines[government.geoid] = sentence(grants) if grants else ""
        told = [Figure(one.jurisdiction, lines[one.geoid]) for one in named if lines[one.geoid]]
        if told:
            figures[stored.id] = tuple(told[:_MOST])
    return figures
