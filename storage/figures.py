"""What the archive says of the service's own work: looks of the last day, and what waits to be told."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from storage.columns import read_time_or_none, written_time
from storage.rows import Backlog, Figures

_DAY = timedelta(days=1)


def figures(connection: sqlite3.Connection, now: datetime) -> Figures:
    """Looks and changes of the last day, and alerts by state: work in proportion to a day, however old the archive."""
    row = connection.execute(
        "SELECT id FROM runs WHERE began_at < ? ORDER BY id DESC LIMIT 1", (written_time(now - _DAY),)
    ).fetchone()
    before = 0 if row is None else int(row[0])
    looks = connection.execute("SELECT verdict, count(*) FROM visits WHERE run > ? GROUP BY verdict", (before,))
    changes = connection.execute(
        "SELECT count(*) FROM changes WHERE at >= ? AND baseline = 0", (written_time(now - _DAY),)
    ).fetchone()
    unsent = connection.execute("SELECT state, count(*) FROM alerts WHERE state <> 'sent' GROUP BY state")
    return Figures(
        looks={str(verdict): int(count) for verdict, count in looks},
        changes=int(changes[0]),
        unsent={str(state): int(count) for state, count in unsent},
    )


def backlog(connection: sqlite3.Connection, now: datetime) -> Backlog:
    """Alerts that are due, were tried, and were not taken yet."""
    count, since, error = connection.execute(
        "SELECT count(*), min(due_at), last_error FROM alerts"
        " WHERE state IN ('pending', 'claimed') AND attempts > 0 AND due_at <= ?",
        (written_time(now),),
    ).fetchone()
    return Backlog(int(count), read_time_or_none(since), error or "")
