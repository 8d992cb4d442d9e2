"""Notices a column that is no longer read: a field that nearly every record had and that all of them now lack.

A layout that moves one cell leaves an extractor that still finds every row, and one fact less in each. Nobody at the
source emptied it: that is our eyes' news, told once with the field's name, and no amendment of each record. A field
that is often empty, a short list, and what is written only after a meeting are left alone: they are empty by nature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from monitor.significance import AFTERMATH_FIELDS
from monitor.types import Extraction, RecordSet

USUALLY: Final = 0.75
"""A field that was ever filled in a smaller share of a reading is one that varies."""
NEARLY: Final = 0.95
"""For words alone."""
FEWEST_BEFORE: Final = 15
"""Records read so far, those read again counted again, before a field is known to be usual."""
FEWEST_NOW: Final = 10
"""Records in which it is empty. In fewer it may be chance."""
FORGIVEN_AFTER: Final = timedelta(days=30)
"""By then it is the publisher who dropped the column, or somebody would have mended the extractor."""


@dataclass(frozen=True, slots=True)
class FieldCoverage:
    """How well one field of one kind of record has been filled, over all readings so far."""

    kind: str
    name: str
    extractor: str
    """Name and version of what read it: a better parser begins anew."""
    records: int
    """Read so far, those read again counted again."""
    least: float
    """The smallest share of one reading in which it was filled, 0 to 1, while it was not lost."""
    lost_since: datetime | None = None

    @property
    def usual(self) -> bool:
        """Whether its absence from every record would be news of our eyes."""
        return self.records >= FEWEST_BEFORE and self.least >= USUALLY

    @property
    def sentence(self) -> str:
        """What is wrong, once it is lost."""
        had = "every one" if self.least == 1 else "nearly every one" if self.least >= NEARLY else "most"
        return f"“{self.name}” is empty in every {self.kind.replace('_', ' ')} now, and was filled in {had} before"

    def is_lost(self, now: datetime) -> bool:
        """Whether it is missing, and not yet for so long that it is taken for the publisher's wish."""
        return self.lost_since is not None and now - self.lost_since < FORGIVEN_AFTER


@dataclass(frozen=True, slots=True)
class Reading:
    """What one extraction says about the fields of its records."""

    renewed: tuple[FieldCoverage, ...] = ()
    """Every field of the kinds that were read, as it stands now."""
    unread: Mapping[str, frozenset[str]] | None = None
    """By kind: fields that are lost, or just found again. A difference in them is no difference at the source."""


def read(extraction: Extraction, known: Sequence[FieldCoverage], now: datetime) -> Reading:
    """Compare what an extraction filled with what was filled before. Linear in the facts extracted."""
    before = {(one.kind, one.name): one for one in known if one.extractor == extraction.extractor}
    renewed: list[FieldCoverage] = []
    unread: dict[str, frozenset[str]] = {}
    for kind, counts in _counted(extraction, now).items():
        names = dict.fromkeys([*counts.filled, *(name for known_kind, name in before if known_kind == kind)])
        found = [_renewed(before.get((kind, name)), kind, name, extraction.extractor, counts, now) for name in names]
        renewed += found
        quiet = {one.name for one in found if one.is_lost(now) or _was_lost(before.get((kind, one.name)), now)}
        if quiet:
            unread[kind] = frozenset(quiet)
    return Reading(tuple(renewed), unread)


@dataclass(slots=True)
class _Counts:
    records: int
    filled: dict[str, int]


def _counted(extraction: Extraction, now: datetime) -> dict[str, _Counts]:
    """By kind, how many records were read and how many had each field: of whole lists, and of what is not to come.

    A single record is a document of its own: what it has differs from document to document.
    """
    today = now.date().isoformat()
    counted: dict[str, _Counts] = {}
    for found in extraction.record_sets:
        if _is_one_thing_s(found):
            continue
        counts = counted.setdefault(found.kind, _Counts(0, {}))
        for record in found.records:
            if record.about[:10] > today:
                continue
            counts.records += 1
            for name, fact in record.facts.items():
                if name not in AFTERMATH_FIELDS:
                    counts.filled[name] = counts.filled.get(name, 0) + _is_filled(fact)
    return {kind: counts for kind, counts in counted.items() if counts.records > 1}


def _is_one_thing_s(found: RecordSet) -> bool:
    """One meeting's items, one document's rows: what they have differs from thing to thing."""
    return found.scope.parent is not None or bool(found.scope.prefix and not found.edition)


def _renewed(
    before: FieldCoverage | None, kind: str, name: str, extractor: str, counts: _Counts, now: datetime
) -> FieldCoverage:
    filled = counts.filled.get(name, 0)
    share = filled / counts.records
    if before is None or (before.lost_since is not None and not before.is_lost(now)):
        return FieldCoverage(kind, name, extractor, counts.records, share)
    if filled:
        return replace(before, records=before.records + counts.records, least=min(before.least, share), lost_since=None)
    if before.usual and (before.lost_since is not None or counts.records >= FEWEST_NOW):
        return replace(before, lost_since=before.lost_since or now)
    if counts.records < FEWEST_NOW and before.usual:
        return before
    return replace(before, records=before.records + counts.records, least=0.0)


def _was_lost(before: FieldCoverage | None, now: datetime) -> bool:
    return before is not None and before.is_lost(now)


def _is_filled(fact: Any) -> bool:
    """0 and False are answers; null, an empty text and an empty list are none."""
    return fact is not None and fact not in ("", [], {}, ())
