"""Reads what the archive has about one government: stays on lists, its own records, others' texts that name it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from storage.columns import read_time, read_time_or_none
from storage.rows import Mention, PlaceRecord, Stay

_MOST_MENTIONS = 500
"""Newest texts with the name that are looked through for those that are not the government's own."""

_STAYS = """
    WITH printed AS (
        SELECT r.source, r.kind, r.edition_series, r.edition_order, v.member, named.geoid, v.valid_from, v.valid_to
        FROM place_names named
        CROSS JOIN record_versions v ON v.place_name = named.id
        CROSS JOIN records r ON r.id = v.record
        WHERE named.geoid IN (SELECT value FROM json_each(?)) AND v.member <> ''
    ),
    editions AS (
        SELECT source, kind, edition_series, edition_order, (
            SELECT min(n.edition_order) FROM records n
            WHERE n.source = of.source AND n.kind = of.kind AND n.edition_series = of.edition_series
                AND n.edition_order <> '' AND n.edition_order > of.edition_order
        ) AS next_order
        FROM (SELECT DISTINCT source, kind, edition_series, edition_order FROM printed WHERE edition_order <> '') of
    ),
    rows AS (
        SELECT p.source, p.kind, p.member, p.geoid, p.valid_from,
            min(coalesce(p.valid_to, '9999'), coalesce(max(e.next_seen, p.valid_from), '9999')) AS valid_to
        FROM printed p
        LEFT JOIN (
            SELECT of.*, (
                SELECT min(v.valid_from) FROM records n JOIN record_versions v ON v.record = n.id
                WHERE n.source = of.source AND n.kind = of.kind AND n.edition_series = of.edition_series
                    AND n.edition_order <> '' AND n.edition_order = of.next_order
            ) AS next_seen
            FROM editions of
        ) e ON e.source = p.source AND e.kind = p.kind AND e.edition_series = p.edition_series
            AND e.edition_order = p.edition_order
    ),
    reaching AS (
        SELECT *, max(valid_to) OVER (
            PARTITION BY source, kind, geoid ORDER BY valid_from, valid_to
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
        FROM rows WHERE valid_to > valid_from
    ),
    stays AS (
        SELECT *, sum(reached IS NULL OR valid_from > reached) OVER (
            PARTITION BY source, kind, geoid ORDER BY valid_from, valid_to
        ) AS stay,
        first_value(member) OVER (PARTITION BY source, kind, geoid ORDER BY valid_from DESC) AS newest_name
        FROM reaching
    ),
    membership AS (
        SELECT source, kind, newest_name AS member, geoid, min(valid_from) AS valid_from,
            nullif(max(valid_to), '9999') AS valid_to
        FROM stays GROUP BY source, kind, geoid, stay
    )
    SELECT s.slug, s.title, m.kind, m.member, m.geoid, m.valid_from, m.valid_to, (
        SELECT json_group_array(DISTINCT c.notice) FROM corrections c
        WHERE c.source_id = s.id AND c.kind = m.kind AND c.member = m.member COLLATE NOCASE
    ) AS disputed_by
    FROM membership m JOIN sources s ON s.id = m.source
    ORDER BY m.valid_from, s.slug, m.kind, m.member"""
"""The view `list_membership` for a few governments: SQLite takes no condition into a view's windows, and computes the
stays of everybody first (1.4 s for 60,000 rows, of which these are 400)."""

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
    """Every stay on a list of any of these, oldest first."""
    return tuple(
        Stay(
            source=row["slug"],
            source_title=row["title"],
            kind=row["kind"],
            member=row["member"],
            geoid=row["geoid"],
            valid_from=read_time(row["valid_from"]),
            valid_to=read_time_or_none(row["valid_to"]),
            disputed_by=tuple(json.loads(row["disputed_by"])),
        )
        for row in connection.execute(_STAYS, (json.dumps(list(geoids)),))
    )


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
