"""Writes what a look means for records: versions open and close, and their chains go on under new names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.types import Record, RecordStep, RecordWrite
from storage.columns import texts_of, written_json
from storage.place_names import PlaceNames

Written = Mapping[tuple[str, str], "RecordRow"]
"""By (kind, key): the rows that a look's writes touched, as they are afterwards."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a version was read: the look's visit and page, the page's version, the extractor, and when."""

    source: int
    page: int
    visit: int
    snapshot: int | None
    extractor: str
    at: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record's row together with what matters of its newest version."""

    id: int
    present: bool
    version: int
    """Id of the newest version, open or closed."""
    versions: int
    since: str
    """When the newest version opened, or closed where it is closed: nothing older may overrule it."""
    kept: tuple[object, ...] = ()
    """What KEEP may replace, in the order of `_KEPT`."""


_KEPT = ("parent", "position", "member", "place", "about", "url", "extras", "place_name")


def write_records(
    connection: sqlite3.Connection,
    writes: Sequence[RecordWrite],
    evidence: Evidence,
) -> Written:
    """Do the writes in order, in the caller's transaction.

    A step is read for what it wants: an ADD of a record that another page brought already amends it, an AMEND of one
    that is gone brings it back. A look older than what is known of a record (an import of another page's past)
    changes nothing of it; its body and snapshot stand as evidence.
    """
    rows = _existing(connection, writes, evidence.source)
    chains = _Chains(connection, evidence, rows, PlaceNames(connection))
    for write in writes:
        chains.write(write)
    return rows


@dataclass(frozen=True, slots=True)
class _Chains:
    """The version chains of one source while one look is written."""

    connection: sqlite3.Connection
    evidence: Evidence
    rows: dict[tuple[str, str], RecordRow]
    place_names: PlaceNames

    def write(self, write: RecordWrite) -> None:
        record = write.record
        place = (record.kind, record.key)
        row = self.rows.get(place)
        if write.step is RecordStep.RENAME and write.key_before != record.key:
            self._rename(write)
        elif row is not None and self.evidence.at < row.since:
            return
        elif write.step is RecordStep.REMOVE:
            if row is not None and row.present:
                self.rows[place] = self._close(row)
        elif row is None:
            self.rows[place] = self._create(write)
        elif not row.present:
            self.rows[place] = self._open(row, write)
        elif write.step is RecordStep.KEEP or (write.step is RecordStep.ADD and self._says_the_same(row, record)):
            self.rows[place] = self._keep(row, write)
        else:
            self.rows[place] = self._open(row, write)

    def _rename(self, write: RecordWrite) -> None:
        record, key_before = write.record, write.key_before
        former = self.rows.get((record.kind, key_before))
        if former is None or (record.kind, record.key) in self.rows:
            # The new name has a past of its own: one ends and the other goes on.
            if former is not None and former.present and self.evidence.at >= former.since:
                self.rows[record.kind, key_before] = self._close(former)
            self.write(replace(write, step=RecordStep.AMEND))
        elif self.evidence.at >= former.since:
            del self.rows[record.kind, key_before]
            self.rows[record.kind, record.key] = self._open(former, write, key_before)

    def _create(self, write: RecordWrite) -> RecordRow:
        record = write.record
        cursor = self.connection.execute(
            "INSERT INTO records(source, kind, key, present, versions, page, parent, member, about)"
            " VALUES (?, ?, ?, 1, 0, ?, ?, ?, ?)",
            (
                self.evidence.source,
                record.kind,
                record.key,
                self.evidence.page,
                record.parent,
                record.member,
                record.about,
            ),
        )
        assert cursor.lastrowid is not None
        return self._open(RecordRow(cursor.lastrowid, False, 0, 0, ""), write)

    def _open(self, row: RecordRow, write: RecordWrite, key_before: str = "") -> RecordRow:
        """Close the version that holds, if one does, and open the next."""
        if row.present:
            self._end_version(row)
        evidence, record = self.evidence, write.record
        kept = self._kept(record)
        cursor = self.connection.execute(
            "INSERT INTO record_versions(record, number, valid_from, visit, snapshot, extractor, key, key_before,"
            f" title, facts, text, {', '.join(_KEPT)}) VALUES ({', '.join('?' * (11 + len(_KEPT)))})",
            (
                row.id,
                row.versions + 1,
                evidence.at,
                evidence.visit,
                evidence.snapshot,
                evidence.extractor,
                record.key,
                key_before,
                record.title,
                written_json(record.facts),
                "\n".join(texts_of(record.facts)),
                *kept,
            ),
        )
        assert cursor.lastrowid is not None
        opened = RecordRow(row.id, True, cursor.lastrowid, row.versions + 1, evidence.at, (*kept, evidence.page))
        self._update_row(opened, write)
        return opened

    def _keep(self, row: RecordRow, write: RecordWrite) -> RecordRow:
        kept = (*self._kept(write.record), self.evidence.page)
        if kept == row.kept:
            return row
        self.connection.execute(
            f"UPDATE record_versions SET {', '.join(f'{name} = ?' for name in _KEPT)} WHERE id = ?",
            (*kept[:-1], row.version),
        )
        self._update_row(row, write)
        return replace(row, kept=kept)

    def _close(self, row: RecordRow) -> RecordRow:
        self._end_version(row)
        self.connection.execute("UPDATE records SET present = 0 WHERE id = ?", (row.id,))
        return replace(row, present=False, since=self.evidence.at)

    def _end_version(self, row: RecordRow) -> None:
        self.connection.execute(
            "UPDATE record_versions SET valid_to = ?, closed_by = ? WHERE id = ?",
            (self.evidence.at, self.evidence.visit, row.version),
        )

    def _update_row(self, row: RecordRow, write: RecordWrite) -> None:
        """Where the record is looked for: its key, the page that showed it last, its parent, its edition."""
        record, edition = write.record, write.edition
        self.connection.execute(
            "UPDATE records SET key = ?, present = 1, version = ?, versions = ?, page = ?, parent = ?, member = ?,"
            " about = ?, edition_series = coalesce(?, edition_series), edition_order = coalesce(?, edition_order),"
            " edition_label = coalesce(?, edition_label) WHERE id = ?",
            (
                record.key,
                row.version,
                row.versions,
                self.evidence.page,
                record.parent,
                record.member,
                record.about,
                None if edition is None else edition.series,
                None if edition is None else edition.order,
                None if edition is None else edition.label,
                row.id,
            ),
        )

    def _kept(self, record: Record) -> tuple[object, ...]:
        return (
            record.parent,
            record.position,
            record.member,
            record.place,
            record.about,
            record.url,
            written_json(record.extras),
            self.place_names.id_for(record),
        )

    def _says_the_same(self, row: RecordRow, record: Record) -> bool:
        facts = self.connection.execute("SELECT facts FROM record_versions WHERE id = ?", (row.version,)).fetchone()
        return bool(facts[0] == written_json(record.facts))


def _existing(
    connection: sqlite3.Connection, writes: Iterable[RecordWrite], source: int
) -> dict[tuple[str, str], RecordRow]:
    keys: dict[str, set[str]] = {}
    for write in writes:
        keys.setdefault(write.record.kind, set()).update({write.record.key, write.key_before or write.record.key})
    rows: dict[tuple[str, str], RecordRow] = {}
    for kind, wanted in keys.items():
        for row in connection.execute(
            "SELECT r.key AS key, r.id, r.present, v.id, r.versions, coalesce(v.valid_to, v.valid_from),"
            f" {', '.join(f'v.{name}' for name in _KEPT)}, r.page FROM json_each(?) AS wanted"
            " CROSS JOIN records r ON r.source = ? AND r.kind = ? AND r.key = wanted.value"
            " JOIN record_versions v ON v.id = r.version",
            (written_json(sorted(wanted)), source, kind),
        ):
            key, number, present, version, versions, since, *kept = row
            rows[kind, key] = RecordRow(number, bool(present), version, versions, since, tuple(kept))
    return rows
