"""Reads what the archive has about one government: stays on lists, its own records, others' texts that name it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from storage.columns import read_time, read_time_or_none
from storage.lists import editions_seen
from storage.rows import Mention, PlaceRecord, Stay
from storage.watching import source_id

# CROSS JOIN holds SQLite to the order that is written: begun at the few rows of a place or a phrase, a query takes
# milliseconds, and begun at all records that are present hundreds of them.

_MOST_MENTIONS = 500
"""Newest texts with the name that are looked through for those that are not the government's own."""

_ROWS = """
    SELECT r.source, s.slug, s.title, r.kind, v.member, named.geoid, v.valid_from, v.valid_to, r.edition_series,
        r.edition_order
    FROM place_names named
    CROSS JOIN record_versions v ON v.place_name = named.id
    CROSS JOIN records r ON r.id = v.record
    JOIN sources s ON s.id = r.source
    WHERE named.geoid IN (SELECT value FROM json_each(?)) AND v.member <> ''
        AND (v.valid_to IS NULL OR v.valid_to > v.valid_from)
    ORDER BY r.source, r.kind, named.geoid, v.valid_from, v.id"""

_DISPUTED = "SELECT DISTINCT kind, member, notice FROM corrections WHERE source_id = ? ORDER BY notice_id"

_OWN = """
    FROM place_names named
    CROSS JOIN record_versions v ON v.place_name = named.id
    CROSS JOIN records r ON r.id = v.record AND r.version = v.id AND r.present = 1
    JOIN sources s ON s.id = r.source
    JOIN pages p ON p.id = r.page
    WHERE named.geoid IN (SELECT value FROM json_each(:geoids)) AND v.member = ''"""

_MENTIONS = """
    SELECT * FROM (SELECT s.slug, r.kind, v.title, CASE WHEN v.url <> '' THEN v.url ELSE p.url END AS url, v.about,
        v.valid_from AS at, hits.snippet
    FROM (
        SELECT rowid, snippet(record_versions_fts, -1, '[', ']', ' … ', 24) AS snippet FROM record_versions_fts
        WHERE record_versions_fts MATCH :phrase ORDER BY rowid DESC LIMIT :most
    ) hits
    CROSS JOIN record_versions v ON v.id = hits.rowid
    CROSS JOIN records r ON r.id = v.record AND r.version = v.id AND r.present = 1
    JOIN pages p ON p.id = r.page
    JOIN sources s ON s.id = r.source
    LEFT JOIN place_names named ON named.id = v.place_name
    WHERE v.member = '' AND (named.geoid IS NULL OR named.geoid NOT IN (SELECT value FROM json_each(:geoids)))
    UNION ALL
    SELECT s.slug, 'page', n.title, p.url, '', n.first_seen, hits.snippet
    FROM (
        SELECT rowid, snippet(snapshots_fts, -1, '[', ']', ' … ', 24) AS snippet FROM snapshots_fts
        WHERE snapshots_fts MATCH :phrase ORDER BY rowid DESC LIMIT :most
    ) hits
    CROSS JOIN snapshots n ON n.id = hits.rowid
    CROSS JOIN pages p ON p.id = n.page AND p.snapshot = n.id
    JOIN sources s ON s.id = p.source
    WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.page = p.id))
    ORDER BY CASE WHEN about <> '' THEN about ELSE at END DESC, at DESC LIMIT :limit"""


def stays(connection: sqlite3.Connection, geoids: Sequence[str]) -> tuple[Stay, ...]:
    """Every stay on a list of any of these, oldest first.

    The same as the view `list_membership` says of them. That looks at every row of every list; this at theirs.
    """
    rows = connection.execute(_ROWS, (json.dumps(list(geoids)),)).fetchall()
    ends = _Ends(connection)
    found: list[Stay] = []
    for _, group in groupby(rows, key=lambda row: (row["source"], row["kind"], row["geoid"])):
        found += _merged([(row, *ends.of(row)) for row in group])
    disputed = _Disputes(connection)
    told = (replace(stay, disputed_by=disputed.of(stay)) for stay in found)
    return tuple(sorted(told, key=lambda stay: (stay.valid_from, stay.source, stay.kind, stay.member)))


class _Ends:
    """Until when a row counts: what its versions say, and of an edition until the next one was seen."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._next: dict[tuple[int, str, str], Mapping[str, datetime | None]] = {}

    def of(self, row: sqlite3.Row) -> tuple[datetime, datetime | None]:
        """From and to; to is None while it counts."""
        valid_from, valid_to = read_time(row["valid_from"]), read_time_or_none(row["valid_to"])
        if not row["edition_order"]:
            return valid_from, valid_to
        series = (row["source"], row["kind"], row["edition_series"])
        if series not in self._next:
            self._next[series] = self._following(series)
        succeeded = self._next[series][row["edition_order"]]
        ends = [end for end in (valid_to, succeeded and max(succeeded, valid_from)) if end is not None]
        return valid_from, min(ends, default=None)

    def _following(self, series: tuple[int, str, str]) -> Mapping[str, datetime | None]:
        seen = editions_seen(self._connection, *series)
        return dict(zip(seen, [*list(seen.values())[1:], None], strict=True))


def _merged(rows: Sequence[tuple[sqlite3.Row, datetime, datetime | None]]) -> Iterator[Stay]:
    """Rows of one government on one list, oldest first, as stays: those that touch or overlap are one."""
    newest: str = max(rows, key=lambda one: one[1])[0]["member"]
    begun: datetime | None = None
    until: datetime | None = None
    for row, valid_from, valid_to in rows:
        if valid_to is not None and valid_to <= valid_from:
            continue
        if begun is not None and until is not None and valid_from > until:
            yield _stay(row, newest, begun, until)
            begun = None
        if begun is None:
            begun, until = valid_from, valid_to
        elif until is not None:
            until = None if valid_to is None else max(until, valid_to)
    if begun is not None:
        yield _stay(rows[0][0], newest, begun, until)


def _stay(row: sqlite3.Row, member: str, valid_from: datetime, valid_to: datetime | None) -> Stay:
    return Stay(
        source=row["slug"],
        source_title=row["title"],
        kind=row["kind"],
        member=member,
        geoid=row["geoid"],
        valid_from=valid_from,
        valid_to=valid_to,
    )


class _Disputes:
    """Notices in which a list's publisher calls rows of a name wrong."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._by_source: dict[str, Mapping[tuple[str, str], tuple[str, ...]]] = {}

    def of(self, stay: Stay) -> tuple[str, ...]:
        """Their titles."""
        if stay.source not in self._by_source:
            self._by_source[stay.source] = self._read(stay.source)
        return self._by_source[stay.source].get((stay.kind, stay.member.casefold()), ())

    def _read(self, slug: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for kind, member, notice in self._connection.execute(_DISPUTED, (source_id(self._connection, slug),)):
            named = (kind, member.casefold())
            found[named] = (*found.get(named, ()), notice)
        return found


def own_records(connection: sqlite3.Connection, geoids: Sequence[str], limit: int) -> tuple[PlaceRecord, ...]:
    """Present records whose place is one of these and that are no list's members, the newest first."""
    rows = connection.execute(
        "SELECT s.slug, r.kind, v.title, CASE WHEN v.url <> '' THEN v.url ELSE p.url END AS url, v.about,"
        f" v.place, v.valid_from {_OWN} ORDER BY v.about DESC, v.id DESC LIMIT :limit",
        {"geoids": json.dumps(list(geoids)), "limit": limit},
    )
    return tuple(
        PlaceRecord(
            source=row["slug"],
            kind=row["kind"],
            title=row["title"],
            url=row["url"],
            about=row["about"],
            place=row["place"],
            valid_from=read_time(row["valid_from"]),
        )
        for row in rows
    )


def own_counts(connection: sqlite3.Connection, geoids: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many those are, by source and kind."""
    rows = connection.execute(
        f"SELECT s.slug, r.kind, count(*) {_OWN} GROUP BY s.slug, r.kind ORDER BY s.slug, r.kind",
        {"geoids": json.dumps(list(geoids))},
    )
    return {(slug, kind): int(count) for slug, kind, count in rows}


def unclear_names(connection: sqlite3.Connection, geoids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(name, reason) of printed names that stayed ambiguous and may mean one of these."""
    rows = connection.execute(
        "SELECT DISTINCT named.name, named.reason FROM place_names named, json_each(named.candidates) AS candidate"
        " WHERE named.outcome = 'ambiguous' AND candidate.value IN (SELECT value FROM json_each(?))"
        " ORDER BY named.name",
        (json.dumps(list(geoids)),),
    )
    return tuple((name, reason) for name, reason in rows)


def mentions(connection: sqlite3.Connection, phrase: str, geoids: Sequence[str], limit: int) -> tuple[Mention, ...]:
    """Records and plain pages that say a phrase as they stand now, without those that are these governments' own."""
    plain = phrase.replace('"', " ").replace("\x00", " ").encode(errors="replace").decode().strip()
    if not plain:
        return ()
    asked = {"phrase": f'"{plain}"', "geoids": json.dumps(list(geoids)), "limit": limit, "most": _MOST_MENTIONS}
    return tuple(
        Mention(
            source=row["slug"],
            kind=row["kind"],
            title=row["title"],
            url=row["url"],
            about=row["about"],
            at=read_time(row["at"]),
            snippet=" ".join(row["snippet"].split()),
        )
        for row in connection.execute(_MENTIONS, asked)
    )
