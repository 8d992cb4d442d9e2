"""Sources and the runs over them: what is watched, when it was looked at, and how it fares."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.errors import UsageError
from monitor.types import Change, Health, Source
from storage.columns import (
    read_source,
    read_time_or_none,
    written_json,
    written_source,
    written_time,
    written_time_or_none,
)
from storage.connection import known_sources
from storage.health import BLIND_SINCE, end_health, keep_health
from storage.rows import SourceCounts, SourceStatus


def source_id(connection: sqlite3.Connection, slug: str) -> int:
    """The source's number. Raises UsageError for one that the archive has never been told of."""
    known = known_sources(connection)
    if slug in known:
        return known[slug]
    row = connection.execute("SELECT id FROM sources WHERE slug = ?", (slug,)).fetchone()
    if row is None:
        raise UsageError(f"The archive knows no source called {slug!r}; `onnotice sources --all` lists those it knows.")
    known[slug] = int(row[0])
    return known[slug]


def keep_source(connection: sqlite3.Connection, source: Source, now: datetime) -> None:
    """Insert or update by slug. A source that had been dropped is watched again, with all its past."""
    values = written_source(source)
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    renewed = ", ".join(f"{name} = excluded.{name}" for name in values if name != "slug")
    connection.execute(
        f"INSERT INTO sources({names}, added_at) VALUES ({marks}, :now)"
        f" ON CONFLICT(slug) DO UPDATE SET {renewed}, active = 1, dropped_at = NULL",
        {**values, "now": written_time(now)},
    )


def drop_source(connection: sqlite3.Connection, slug: str, now: datetime) -> None:
    """No longer watched; everything seen of it stays, and nobody is blind to what nobody watches."""
    source, moment = source_id(connection, slug), written_time(now)
    connection.execute("UPDATE sources SET active = 0, dropped_at = ? WHERE id = ? AND active = 1", (moment, source))
    end_health(connection, source, now)


def sources(connection: sqlite3.Connection) -> tuple[SourceStatus, ...]:
    """Every source ever watched, in the order in which they were added."""
    return tuple(
        _status(row) for row in connection.execute(f"SELECT *, {BLIND_SINCE} AS blind_since FROM sources ORDER BY id")
    )


def source(connection: sqlite3.Connection, slug: str) -> SourceStatus | None:
    """One of them."""
    query = f"SELECT *, {BLIND_SINCE} AS blind_since FROM sources WHERE slug = ?"
    row = connection.execute(query, (slug,)).fetchone()
    return None if row is None else _status(row)


def source_counts(connection: sqlite3.Connection) -> Mapping[str, SourceCounts]:
    """By slug, of every source ever watched."""
    rows = connection.execute(
        """
        SELECT s.slug,
            (SELECT count(*) FROM pages p WHERE p.source = s.id),
            (SELECT count(*) FROM records r WHERE r.source = s.id AND r.present = 1),
            (SELECT count(*) FROM changes c WHERE c.source = s.id)
        FROM sources s
        """
    )
    return {slug: SourceCounts(*counts) for slug, *counts in rows}


def _status(row: Mapping[str, Any]) -> SourceStatus:
    return SourceStatus(
        source=read_source(row),
        active=bool(row["active"]),
        health=Health(row["health"]),
        health_since=read_time_or_none(row["health_since"]),
        baseline_at=read_time_or_none(row["baseline_at"]),
        last_run_at=read_time_or_none(row["last_run_at"]),
        last_success_at=read_time_or_none(row["last_success_at"]),
        last_news_at=read_time_or_none(row["last_news_at"]),
        next_due_at=read_time_or_none(row["next_due_at"]),
        message=row["message"],
        blind_since=read_time_or_none(row["blind_since"]),
    )


def newest_poll(connection: sqlite3.Connection) -> int:
    """The number of the newest poll that ran over anything; 0 before the first."""
    return int(connection.execute("SELECT coalesce(max(poll), 0) FROM runs").fetchone()[0])


def begin_run(connection: sqlite3.Connection, slug: str, poll: int, now: datetime) -> int:
    """A run over a source begins."""
    cursor = connection.execute(
        "INSERT INTO runs(source, poll, began_at) VALUES (?, ?, ?)",
        (source_id(connection, slug), poll, written_time(now)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end_run(
    connection: sqlite3.Connection,
    run: int,
    now: datetime,
    *,
    outcome: str,
    complete: bool,
    message: str,
    health: Health,
    next_due_at: datetime | None,
) -> int:
    """The run has ended; its source's health with its history, times and baseline follow. Returns the source's number.

    An import runs at the time of its captures, so times only move forward.
    """
    row = connection.execute("SELECT source FROM runs WHERE id = ?", (run,)).fetchone()
    if row is None:
        raise UsageError(f"There is no run {run} to end; begin one first.")
    moment = written_time(now)
    connection.execute(
        "UPDATE runs SET ended_at = ?, outcome = ?, complete = ?, message = ? WHERE id = ?",
        (moment, outcome, int(complete), message, run),
    )
    connection.execute(
        """
        UPDATE sources SET
            health_since = CASE WHEN health = :health AND health_since IS NOT NULL THEN health_since ELSE :now END,
            health = :health,
            message = :message,
            last_run_at = max(coalesce(last_run_at, ''), :now),
            last_success_at = CASE WHEN :ok THEN max(coalesce(last_success_at, ''), :now) ELSE last_success_at END,
            baseline_at = CASE WHEN :complete THEN coalesce(baseline_at, :now) ELSE baseline_at END,
            next_due_at = coalesce(:due, next_due_at)
        WHERE id = :source
        """,
        {
            "health": health.value,
            "now": moment,
            "message": message,
            "ok": outcome == "ok",
            "complete": complete,
            "due": written_time_or_none(next_due_at),
            "source": row[0],
        },
    )
    keep_health(connection, int(row[0]), health, message, now)
    return int(row[0])


def note_news(connection: sqlite3.Connection, source: int, change: Change) -> None:
    """A change at the source moves the time of its last news."""
    if change.baseline or change.kind.about_our_eyes:
        return
    connection.execute(
        "UPDATE sources SET last_news_at = max(coalesce(last_news_at, ''), ?) WHERE id = ?",
        (written_time(change.at), source),
    )


def run_counts(connection: sqlite3.Connection, run: int) -> Mapping[str, int]:
    """Visits by verdict, and `visits`, `changes`, and `records`: versions that the run opened."""
    counts = {
        str(verdict): int(count)
        for verdict, count in connection.execute(
            "SELECT verdict, count(*) FROM visits WHERE run = ? GROUP BY verdict", (run,)
        )
    }
    opened = "SELECT count(*) FROM record_versions WHERE visit IN (SELECT id FROM visits WHERE run = ?)"
    return {
        **counts,
        "visits": sum(counts.values()),
        "changes": int(connection.execute("SELECT count(*) FROM changes WHERE run = ?", (run,)).fetchone()[0]),
        "records": int(connection.execute(opened, (run,)).fetchone()[0]),
    }


def abandon_runs(connection: sqlite3.Connection, now: datetime) -> None:
    """Runs that never ended, because their process did, end now."""
    connection.execute(
        "UPDATE runs SET ended_at = ?, outcome = 'interrupted', message = 'the process ended before the run did'"
        " WHERE ended_at IS NULL",
        (written_time(now),),
    )


def failing_runs(connection: sqlite3.Connection, slug: str) -> int:
    """How many of the source's newest runs failed in a row. One that was interrupted says nothing either way."""
    row = connection.execute(
        """
        SELECT count(*) FROM runs WHERE source = :source AND outcome = 'failed' AND id > coalesce(
            (SELECT max(id) FROM runs WHERE source = :source AND outcome = 'ok'), 0)
        """,
        {"source": source_id(connection, slug)},
    ).fetchone()
    return int(row[0])


def checkpoint(connection: sqlite3.Connection, slug: str) -> Mapping[str, Any]:
    """A spider's own cursor, empty before it kept one."""
    row = connection.execute("SELECT checkpoint FROM sources WHERE slug = ?", (slug,)).fetchone()
    kept: Mapping[str, Any] = json.loads(row[0]) if row is not None and row[0] else {}
    return kept


def keep_checkpoint(connection: sqlite3.Connection, slug: str, values: Mapping[str, Any]) -> None:
    """Keep a spider's own cursor."""
    connection.execute(
        "UPDATE sources SET checkpoint = ? WHERE id = ?", (written_json(values), source_id(connection, slug))
    )
