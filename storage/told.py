"""Reads who was told of what: the tellings of a change, and the outbox a piece at a time."""

from __future__ import annotations

import sqlite3

from monitor.types import AlertState
from storage.columns import read_time, read_time_or_none
from storage.rows import OutboxLine, Telling

_TELLINGS = """
    SELECT a.id, u.name, a.recipient, a.state, a.due_at, a.created_at, a.attempts, a.subject, a.last_error,
        (SELECT min(d.at) FROM deliveries d WHERE d.alert = a.id AND d.outcome = 'sent') AS sent_at,
        (SELECT count(*) FROM alert_changes told WHERE told.alert = a.id) AS changes
    FROM alerts a JOIN subscriptions u ON u.id = a.subscription"""


def tellings(connection: sqlite3.Connection, change: int) -> tuple[Telling, ...]:
    """Who was told of a change, or is to be, in the order in which that was decided."""
    rows = connection.execute(
        f"{_TELLINGS} WHERE a.id IN (SELECT alert FROM alert_changes WHERE change = ?) ORDER BY a.id", (change,)
    )
    return tuple(
        Telling(
            alert=row["id"],
            subscription=row["name"],
            recipient=row["recipient"],
            state=AlertState(row["state"]),
            due_at=read_time(row["due_at"]),
            sent_at=read_time_or_none(row["sent_at"]),
        )
        for row in rows
    )


def outbox(connection: sqlite3.Connection, state: AlertState | None, before: int, limit: int) -> tuple[OutboxLine, ...]:
    """Alerts whose numbers are below `before`, newest first."""
    condition, values = ("a.state = ? AND ", [state.value]) if state else ("", [])
    rows = connection.execute(
        f"{_TELLINGS} WHERE {condition}a.id < ? ORDER BY a.id DESC LIMIT ?", (*values, before, limit)
    )
    return tuple(
        OutboxLine(
            id=row["id"],
            subscription=row["name"],
            recipient=row["recipient"],
            state=AlertState(row["state"]),
            created_at=read_time(row["created_at"]),
            due_at=read_time(row["due_at"]),
            sent_at=read_time_or_none(row["sent_at"]),
            changes=row["changes"],
            attempts=row["attempts"],
            subject=row["subject"],
            last_error=row["last_error"],
        )
        for row in rows
    )
