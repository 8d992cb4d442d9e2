"""Reads the timeline: what changed, newest first, a piece at a time, by source, kind, place, words and dates."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from monitor.types import ChangeKind
from storage.columns import read_time, written_time
from storage.rows import ChangeEvidence, ChangeFilter, ListedChange
from storage.search import safe_query

_COMMON = 5_000
"""Changes with the words from which on it is quicker to go back in time and ask each whether it has them."""

_WITH_WORDS = "SELECT rowid FROM changes_fts WHERE changes_fts MATCH ?"

_COLUMNS = """
    SELECT c.id, c.run, c.at, c.kind, c.baseline, c.significance, c.url, c.title, c.place, c.cluster, c.summary,
        s.slug, s.title AS source_title, s.timezone
    FROM changes c JOIN sources s ON s.id = c.source"""


def timeline(
    connection: sqlite3.Connection, wanted: ChangeFilter, *, before: int | None, limit: int
) -> tuple[ListedChange, ...]:
    """The newest that meet every condition, or with `before` those behind that change in the same order."""
    conditions = [*_conditions(wanted), *_with_words(connection, wanted)]
    if before is not None:
        row = connection.execute("SELECT at FROM changes WHERE id = ?", (before,)).fetchone()
        if row is None:
            return ()
        # The first half is what the index is entered by; the second is exact.
        conditions += [("c.at <= ?", row[0]), ("(c.at < ? OR c.id < ?)", (row[0], before))]
    where = " AND ".join(condition for condition, _ in conditions)
    values = [value for _, found in conditions for value in (found if isinstance(found, tuple) else (found,))]
    query = f"{_COLUMNS} WHERE {where} ORDER BY c.at DESC, c.id DESC LIMIT ?"
    return tuple(_listed(row) for row in connection.execute(query, (*values, limit)))


def _conditions(wanted: ChangeFilter) -> Iterator[tuple[str, Any]]:
    """Conditions with their values. The first looks' changes are never news, and the indexes are without them."""
    yield "c.baseline = 0", ()
    if wanted.source:
        yield "c.source = (SELECT id FROM sources WHERE slug = ?)", wanted.source
    if wanted.kind:
        yield "c.kind = ?", wanted.kind
    if wanted.places:
        yield (
            "c.place <> '' AND c.place COLLATE NOCASE IN (SELECT value FROM json_each(?))",
            json.dumps(wanted.places),
        )
    if wanted.since:
        yield "c.at >= ?", written_time(wanted.since)
    if wanted.until:
        yield "c.at <= ?", written_time(wanted.until)


def _with_words(connection: sqlite3.Connection, wanted: ChangeFilter) -> Iterator[tuple[str, str]]:
    """The condition on words. A plus sign keeps SQLite from beginning with it."""
    words = safe_query(wanted.words)
    if words:
        beyond = connection.execute(f"{_WITH_WORDS} LIMIT 1 OFFSET {_COMMON}", (words,)).fetchone()
        yield f"{'+' if beyond else ''}c.id IN ({_WITH_WORDS})", words


def _listed(row: sqlite3.Row) -> ListedChange:
    return ListedChange(
        id=row["id"],
        run=row["run"],
        at=read_time(row["at"]),
        kind=ChangeKind(row["kind"]),
        significance=row["significance"],
        url=row["url"],
        title=row["title"],
        place=row["place"],
        cluster=row["cluster"],
        summary=row["summary"],
        source=row["slug"],
        source_title=row["source_title"],
        timezone=row["timezone"],
    )


def printed_names(connection: sqlite3.Connection, geoids: tuple[str, ...]) -> tuple[str, ...]:
    """Every name that was printed and taken for one of these governments."""
    rows = connection.execute(
        "SELECT DISTINCT name FROM place_names WHERE geoid IN (SELECT value FROM json_each(?)) ORDER BY name",
        (json.dumps(geoids),),
    )
    return tuple(row[0] for row in rows)


def burst(connection: sqlite3.Connection, run: int, cluster: str, limit: int) -> tuple[ListedChange, ...]:
    """Changes that one run saw as one burst, in the order in which they were seen."""
    rows = connection.execute(
        f"{_COLUMNS} WHERE c.run = ? AND c.cluster = ? AND c.cluster <> '' ORDER BY c.id LIMIT ?", (run, cluster, limit)
    )
    return tuple(_listed(row) for row in rows)


def evidence(connection: sqlite3.Connection, change: int) -> ChangeEvidence | None:
    """What a change rests on."""
    row = connection.execute(
        "SELECT c.page, c.snapshot_before, c.snapshot_after, s.timezone"
        " FROM changes c JOIN sources s ON s.id = c.source WHERE c.id = ?",
        (change,),
    ).fetchone()
    return None if row is None else ChangeEvidence(*row)
