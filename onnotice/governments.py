"""Everything that the archive has about one government, for whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.jurisdictions import Jurisdiction, Resolution
from monitor.jurisdictions.names import take_apart
from storage import census

if TYPE_CHECKING:
    from storage import Archive
    from storage.rows import Mention, PlaceRecord, Stay


@dataclass(frozen=True, slots=True)
class Government:
    """One government and what there is about it."""

    found: Resolution
    one: Jurisdiction | None
    same_ground: tuple[Jurisdiction, ...]
    """Others whose ground is its own: Denver is a city and a county."""
    stays: tuple[Stay, ...]
    unclear: tuple[tuple[str, str], ...]
    """(name, reason) of printed names that may mean it."""
    counts: Mapping[tuple[str, str], int]
    """How many records of its own it has, by source and kind."""
    records: tuple[PlaceRecord, ...]
    phrase: str
    """What others call it."""
    mentions: tuple[Mention, ...]

    @property
    def label(self) -> str:
        """Name, state and number."""
        return self.one.label if self.one else self.found.geoid


def resolved(name: str, kind: str = "") -> Resolution:
    """Which government a person means by a name with its state, or by a Census GEOID."""
    digits = name.strip()
    given = census.table().given(digits) if digits.isdigit() else None
    return given or census.meant(name, kind=kind)


def phrase_for(name: str, found: Resolution) -> str:
    """What others call it: as typed, without the state; of a place's number its shortest name."""
    if not name.strip().isdigit():
        return take_apart(name).bare
    one = census.table().get(found.geoid)
    if one is None or found.kind in ("state", "county"):
        return found.name
    return min((found.name, *one.short_names), key=len)


def about(archive: Archive, name: str, found: Resolution, limit: int) -> Government:
    """What there is about a resolved one; at most `limit` of its records, and of others' texts."""
    known = census.table()
    geoids = (found.geoid, *found.same_area)
    phrase = phrase_for(name, found)
    return Government(
        found=found,
        one=known.get(found.geoid),
        same_ground=tuple(one for geoid in found.same_area if (one := known.get(geoid))),
        stays=archive.stays(geoids),
        unclear=archive.unclear_names(geoids),
        counts=archive.own_counts(geoids),
        records=archive.own_records(geoids, limit=limit),
        phrase=phrase,
        mentions=archive.mentions(phrase, geoids, limit=limit),
    )
