"""Reads a list as it stood at a moment, and what two moments of it do not share, a piece at a time.

A list whose publisher issues it in editions is at a moment its newest edition by then; any other list is what was
valid then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.columns import read_time, read_time_or_none, written_time
from storage.rows import ListDifference, ListEdition, ListRow

_VALID = "v.valid_from <= {at} AND (v.valid_to IS NULL OR v.valid_to > {at})"

_ROW = """r.id AS record, v.id AS version, v.key, r.edition_order, v.title, v.member, v.place, v.about, v.url, v.facts,
    v.valid_from, v.valid_to, v.snapshot, (
        SELECT b.digest FROM snapshots n JOIN bodies b ON b.id = n.body WHERE n.id = v.snapshot) AS digest"""

_KINDS = """
    WITH RECURSIVE kinds(kind) AS (
        SELECT min(kind) FROM records WHERE source = :source
        UNION ALL
        SELECT (SELECT min(kind) FROM records WHERE source = :source AND kind > kinds.kind)
        FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT kind FROM kinds WHERE kind IS NOT NULL"""
"""Each step is one entry into the index `records_by_key`: no record is read."""

_SERIES = """
    WITH RECURSIVE found(series) AS (
        SELECT min(edition_series) FROM records INDEXED BY records_by_edition
        WHERE source = :source AND kind = :kind AND edition_order <> ''
        UNION ALL
        SELECT (SELECT min(edition_series) FROM records INDEXED BY records_by_edition
            WHERE source = :source AND kind = :kind AND edition_order <> '' AND edition_series > found.series)
        FROM found WHERE found.series IS NOT NULL
    )
    SELECT series FROM found WHERE series IS NOT NULL"""
"""Likewise, in the index `records_by_edition`."""

_EDITION_BEFORE = """
    SELECT edition_order, edition_label FROM records INDEXED BY records_by_edition
    WHERE source = :source AND kind = :kind AND edition_series = :series AND edition_order <> ''
        AND edition_order < :below
    ORDER BY edition_order DESC LIMIT 1"""

_SEEN_BY = """
    SELECT 1 FROM records r INDEXED BY records_by_edition
    CROSS JOIN record_versions v INDEXED BY record_versions_by_validity ON v.record = r.id AND v.valid_from <= :at
    WHERE r.source = :source AND r.kind = :kind AND r.edition_series = :series AND r.edition_order = :order
        AND r.edition_order <> '' LIMIT 1"""

_BEHIND_ALL = "\U0010ffff"
"""Sorts behind every order that an edition may have."""


def kinds_of(connection: sqlite3.Connection, source: int) -> tuple[str, ...]:
    """Kinds of records that a source ever had."""
    return tuple(row[0] for row in connection.execute(_KINDS, {"source": source}))


def editions_at(connection: sqlite3.Connection, source: int, kind: str, moment: datetime) -> tuple[ListEdition, ...]:
    """The newest edition of each series that had been seen by then. Empty for a list that has no editions."""
    every = connection.execute(_SERIES, {"source": source, "kind": kind}).fetchall()
    found = (_edition_at(connection, source, kind, series, written_time(moment)) for (series,) in every)
    return tuple(edition for edition in found if edition is not None)


def _edition_at(connection: sqlite3.Connection, source: int, kind: str, series: str, at: str) -> ListEdition | None:
    """Walks back from the newest: what is asked for is mostly the list of now."""
    asked = {"source": source, "kind": kind, "series": series, "at": at, "below": _BEHIND_ALL}
    while row := connection.execute(_EDITION_BEFORE, asked).fetchone():
        asked |= {"order": row["edition_order"], "below": row["edition_order"]}
        if connection.execute(_SEEN_BY, asked).fetchone():
            seen = editions_seen(connection, source, kind, series, only=row["edition_order"])
            return ListEdition(series, row["edition_order"], row["edition_label"], seen[row["edition_order"]])
    return None


def editions_seen(
    connection: sqlite3.Connection, source: int, kind: str, series: str, *, only: str | None = None
) -> Mapping[str, datetime]:
    """When each edition of a series was seen first, by its order; of one, or of all in their order."""
    condition = "1" if only is None else "r.edition_order = :only"
    rows = connection.execute(
        f"""SELECT r.edition_order, min(v.valid_from) FROM records r INDEXED BY records_by_edition
        CROSS JOIN record_versions v INDEXED BY record_versions_by_validity ON v.record = r.id
        WHERE r.source = :source AND r.kind = :kind AND r.edition_series = :series AND r.edition_order <> ''
            AND {condition}
        GROUP BY r.edition_order ORDER BY r.edition_order""",
        {"source": source, "kind": kind, "series": series, "only": only},
    )
    return {order: read_time(seen) for order, seen in rows}


def has_editions(connection: sqlite3.Connection, source: int, kind: str) -> bool:
    """Whether a list ever appeared in editions."""
    row = connection.execute(
        "SELECT 1 FROM records INDEXED BY records_by_edition"
        " WHERE source = ? AND kind = ? AND edition_order <> '' LIMIT 1",
        (source, kind),
    ).fetchone()
    return row is not None


def rows_at(
    connection: sqlite3.Connection,
    source: int,
    kind: str,
    moment: datetime,
    edition: ListEdition | None,
    *,
    after: str,
    limit: int,
) -> tuple[ListRow, ...]:
    """Rows of a list in the order of their keys, behind the key `after`; of an edition where one is given."""
    within, named = _within(edition)
    rows = connection.execute(
        f"""SELECT {_ROW} FROM records r INDEXED BY records_by_key
        CROSS JOIN record_versions v ON v.record = r.id AND {_VALID.format(at=":at")}
        WHERE r.source = :source AND r.kind = :kind AND r.key > :after AND {within} ORDER BY r.key LIMIT :limit""",
        {"source": source, "kind": kind, "at": written_time(moment), "after": after, "limit": limit, **named},
    )
    return tuple(_row(row) for row in rows)


def _within(edition: ListEdition | None) -> tuple[str, Mapping[str, str]]:
    """Condition on a record, with its values. Keys of an edition's records begin with its order and a slash; 0 is the
    character behind the slash."""
    if edition is None:
        return "r.edition_order = ''", {}
    condition = (
        "r.key > :order || '/' AND r.key < :order || '0' AND r.edition_order = :order AND r.edition_series = :series"
    )
    return condition, {"order": edition.order, "series": edition.series}


def differences(
    connection: sqlite3.Connection, source: int, kind: str, before: datetime, after: datetime, *, limit: int
) -> tuple[ListDifference, ...]:
    """Records of a list without editions that two moments do not have alike, in the order of their keys."""
    valid = "SELECT v.id FROM record_versions v WHERE v.record = r.id AND {} ORDER BY v.number DESC LIMIT 1"
    pairs = connection.execute(
        f"""SELECT was, became FROM (
            SELECT ({valid.format(_VALID.format(at=":before"))}) AS was,
                ({valid.format(_VALID.format(at=":after"))}) AS became
            FROM records r INDEXED BY records_by_key
            WHERE r.source = :source AND r.kind = :kind AND r.edition_order = '' ORDER BY r.key
        ) WHERE was IS NOT became LIMIT :limit""",
        {
            "source": source,
            "kind": kind,
            "before": written_time(before),
            "after": written_time(after),
            "limit": limit,
        },
    ).fetchall()
    rows = _by_version(connection, [number for pair in pairs for number in pair if number is not None])
    return tuple(ListDifference(rows.get(was), rows.get(became)) for was, became in pairs)


def _by_version(connection: sqlite3.Connection, numbers: list[int]) -> Mapping[int | None, ListRow]:
    rows = connection.execute(
        f"SELECT {_ROW} FROM record_versions v JOIN records r ON r.id = v.record"
        " WHERE v.id IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return {row["version"]: _row(row) for row in rows}


def _row(row: Mapping[str, Any]) -> ListRow:
    return ListRow(
        record=row["record"],
        key=row["key"],
        edition=row["edition_order"],
        title=row["title"],
        member=row["member"],
        place=row["place"],
        about=row["about"],
        url=row["url"],
        facts=json.loads(row["facts"]),
        valid_from=read_time(row["valid_from"]),
        valid_to=read_time_or_none(row["valid_to"]),
        snapshot=row["snapshot"],
        body_digest=row["digest"] or "",
    )
