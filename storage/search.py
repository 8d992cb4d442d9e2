"""Full-text search over every version of every page and record, safe for whatever a person types; and its index."""

from __future__ import annotations

import re
import sqlite3

from storage.columns import read_time
from storage.connection import transaction
from storage.rows import Found

_PHRASES = re.compile(r'"([^"]*)"?|(\S+)')

_MOST_RANKED = 20_000
"""Newest matches among pages, and among records, that are weighed against each other. A word that is in everything has
more, and to weigh a hundred thousand takes as long as to read a page ten times."""

_PAGES = """
    SELECT 'page' AS what, s.slug, p.url, n.title, n.first_seen AS at, n.number, p.snapshot = n.id AS current,
        p.id AS page, n.id AS snapshot, '' AS kind, hits.rank, hits.snippet
    FROM (
        SELECT rowid, rank, snippet(snapshots_fts, -1, :opens, :closes, ' … ', 24) AS snippet FROM snapshots_fts
        WHERE snapshots_fts MATCH :query AND rowid > coalesce((
            SELECT rowid FROM snapshots_fts WHERE snapshots_fts MATCH :query ORDER BY rowid DESC LIMIT 1 OFFSET :ranked
        ), 0) ORDER BY rank LIMIT :most
    ) hits
    JOIN snapshots n ON n.id = hits.rowid
    JOIN pages p ON p.id = n.page
    JOIN sources s ON s.id = p.source"""

_RECORDS = """
    SELECT 'record' AS what, s.slug, CASE WHEN v.url <> '' THEN v.url ELSE p.url END AS url, v.title,
        v.valid_from AS at, v.number, r.version = v.id AND r.present = 1 AS current, p.id AS page, v.snapshot, r.kind,
        hits.rank, hits.snippet
    FROM (
        SELECT rowid, rank, snippet(record_versions_fts, -1, :opens, :closes, ' … ', 24) AS snippet
        FROM record_versions_fts WHERE record_versions_fts MATCH :query AND rowid > coalesce((
            SELECT rowid FROM record_versions_fts WHERE record_versions_fts MATCH :query
            ORDER BY rowid DESC LIMIT 1 OFFSET :ranked
        ), 0) ORDER BY rank LIMIT :most
    ) hits
    JOIN record_versions v ON v.id = hits.rowid AND (v.valid_to IS NULL OR v.valid_to > v.valid_from)
    JOIN records r ON r.id = v.record
    JOIN pages p ON p.id = r.page
    JOIN sources s ON s.id = r.source"""


_INDEXED = ("snapshots", "record_versions")
_AT_ONCE = 2_000
"""Texts that one transaction adds to the index."""


def index_new_texts(connection: sqlite3.Connection) -> None:
    """Take up what was kept since the index was last brought up to date, in small transactions.

    Many texts at once cost half of what each costs in the transaction of its look. A crash between leaves the index
    short, never wrong, and whoever writes next goes on from there.
    """
    for table in _INDEXED:
        while _index_some(connection, table):
            pass


def _index_some(connection: sqlite3.Connection, table: str) -> bool:
    newest = f"SELECT newest, (SELECT coalesce(max(id), 0) FROM {table}) FROM indexed_texts WHERE name = ?"
    indexed, last = connection.execute(newest, (table,)).fetchone()
    if indexed >= last:
        return False
    with transaction(connection):
        indexed, last = connection.execute(newest, (table,)).fetchone()
        upto = min(last, indexed + _AT_ONCE)
        connection.execute(
            f"INSERT INTO {table}_fts(rowid, title, text) SELECT id, title, text FROM {table} WHERE id > ? AND id <= ?",
            (indexed, upto),
        )
        connection.execute("UPDATE indexed_texts SET newest = ? WHERE name = ?", (upto, table))
    return bool(upto < last)


def search(
    connection: sqlite3.Connection, query: str, limit: int, marks: tuple[str, str] = ("[", "]")
) -> tuple[Found, ...]:
    """The best matches, newest first among equally good ones. Every word must occur, a quoted phrase as such."""
    wanted = safe_query(query)
    if not wanted:
        return ()
    rows = connection.execute(
        f"SELECT * FROM ({_PAGES} UNION ALL {_RECORDS}) ORDER BY round(rank), at DESC LIMIT :limit",
        {
            "query": wanted,
            "most": max(limit, 0) * 4,
            "ranked": _MOST_RANKED,
            "limit": max(limit, 0),
            "opens": marks[0],
            "closes": marks[1],
        },
    )
    return tuple(
        Found(
            what=row["what"],
            source=row["slug"],
            url=row["url"],
            title=row["title"],
            snippet=" ".join(row["snippet"].split()),
            at=read_time(row["at"]),
            version=row["number"],
            current=bool(row["current"]),
            kind=row["kind"],
            page=row["page"],
            snapshot=row["snapshot"],
        )
        for row in rows
    )


def safe_query(query: str) -> str:
    """The words and "quoted phrases" of a query as an FTS5 expression; operators are words like any other
    (but for AND, which every two words have between them).

    Empty when there is nothing to look for.
    """
    # A shell hands over bytes that are no UTF-8 as lone surrogates, which no database takes.
    plain = query.replace("\x00", " ").encode(errors="replace").decode()
    parts = (phrase or word for phrase, word in _PHRASES.findall(plain) if word != "AND")
    return " ".join(f'"{part.replace(chr(34), " ")}"' for part in parts if part)
