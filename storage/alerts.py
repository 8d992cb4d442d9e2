"""The outbox: who is to be told, what each was told or promised, and every attempt to do so."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.addresses import name_of
from monitor.errors import UsageError
from monitor.types import Alert, AlertState, Delivery, StoredChange, Subscription
from storage.columns import read_time, read_time_or_none, written_json, written_time, written_time_or_none
from storage.reading import changes_by_id, news_after

LEASE = timedelta(minutes=15)
"""A claim older than this belongs to a process that has died in mid-send: the alert is due again."""


def keep_subscriptions(connection: sqlite3.Connection, subscriptions: Sequence[Subscription], now: datetime) -> None:
    """Mirror the settings by name. One that comes back goes on where it stopped.

    Raises UsageError for a name that was given to a subscription on the web pages.
    """
    names = written_json([subscription.name for subscription in subscriptions])
    _refuse_names_of_others(connection, names)
    at, newest = written_time(now), starting_cursor(connection)
    for subscription in subscriptions:
        connection.execute(
            "INSERT INTO subscriptions(name, settings, added_at, cursor) VALUES (?, ?, ?, ?) ON CONFLICT(name)"
            " DO UPDATE SET settings = excluded.settings, active = 1, dropped_at = NULL, made_by = NULL,"
            " cursor = CASE WHEN made_by IS NULL THEN cursor ELSE max(cursor, excluded.cursor) END"
            " WHERE settings <> excluded.settings OR active = 0",
            (subscription.name, _settings(subscription), at, newest),
        )
    connection.execute(
        "UPDATE subscriptions SET active = 0, dropped_at = ? WHERE active = 1 AND made_by IS NULL"
        " AND name NOT IN (SELECT value FROM json_each(?))",
        (at, names),
    )


def _refuse_names_of_others(connection: sqlite3.Connection, names: str) -> None:
    taken = connection.execute(
        "SELECT name FROM subscriptions WHERE active = 1 AND made_by IS NOT NULL"
        " AND name IN (SELECT value FROM json_each(?))",
        (names,),
    ).fetchone()
    if taken is not None:
        raise UsageError(
            f"A subscription called {taken['name']!r} was made on the web pages; rename the one in onnotice.toml, or"
            " remove the other on its page."
        )


def starting_cursor(connection: sqlite3.Connection) -> int:
    """Where a new subscription begins: at the newest change, so that nobody is flooded with the past; before the very
    first as long as no run has ended."""
    first = connection.execute("SELECT 1 FROM runs WHERE ended_at IS NOT NULL LIMIT 1").fetchone() is None
    return 0 if first else int(connection.execute("SELECT coalesce(max(id), 0) FROM changes").fetchone()[0])


def _settings(subscription: Subscription) -> str:
    return written_json(
        {
            "recipients": [name_of(recipient) for recipient in subscription.recipients],
            "sources": subscription.sources,
            "kinds": subscription.kinds,
            "jurisdictions": subscription.jurisdictions,
            "words": subscription.words,
            "minimum_significance": subscription.minimum_significance,
            "rhythm": subscription.rhythm.value,
            "hour": subscription.hour,
            "weekday": subscription.weekday,
            "timezone": subscription.timezone,
            **_quiet(subscription),
            **({"most_per_hour": subscription.most_per_hour} if subscription.most_per_hour else {}),
        }
    )


def _quiet(subscription: Subscription) -> dict[str, str]:
    hours = {"quiet_from": subscription.quiet_from, "quiet_until": subscription.quiet_until}
    return {name: f"{hour:%H:%M}" for name, hour in hours.items() if hour is not None}


def untold(connection: sqlite3.Connection, name: str) -> tuple[StoredChange, ...]:
    """Changes newer than the subscription's cursor, without those of first looks."""
    return news_after(connection, _subscription(connection, name)["cursor"])


def pass_over(connection: sqlite3.Connection) -> None:
    """Every subscription has considered everything that is in the archive by now."""
    connection.execute("UPDATE subscriptions SET cursor = max(cursor, (SELECT coalesce(max(id), 0) FROM changes))")


def move_cursor(connection: sqlite3.Connection, name: str, upto: int) -> None:
    """What is numbered up to here has been considered for this subscription. Never moves back."""
    connection.execute(
        "UPDATE subscriptions SET cursor = max(cursor, ?) WHERE id = ?", (upto, _subscription(connection, name)["id"])
    )


def _subscription(connection: sqlite3.Connection, name: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = connection.execute(
        "SELECT id, cursor FROM subscriptions WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        raise UsageError(f"No subscription is called {name!r}; onnotice.toml names them.")
    return row


def make_alert(
    connection: sqlite3.Connection,
    name: str,
    recipient: str,
    changes: Sequence[int],
    due_at: datetime,
    now: datetime,
) -> int | None:
    """Promise changes to a recipient; those told or promised before are left out. None when nothing is left.

    An alert of the same subscription that waits for the same future time takes them in: a digest is one mail.
    """
    wanted = list(dict.fromkeys(changes))
    promised = {
        row[0]
        for row in connection.execute(
            "SELECT change FROM alert_changes WHERE recipient = ? AND change IN (SELECT value FROM json_each(?))",
            (recipient, json.dumps(wanted)),
        )
    }
    fresh = [change for change in wanted if change not in promised]
    if not fresh:
        return None
    subscription = int(_subscription(connection, name)["id"])
    alert = _open_alert(connection, subscription, recipient, due_at, now)
    if alert is None:
        cursor = connection.execute(
            "INSERT INTO alerts(subscription, recipient, created_at, due_at, message_id) VALUES (?, ?, ?, ?, ?)",
            (subscription, recipient, written_time(now), written_time(due_at), _message_id(recipient, fresh)),
        )
        assert cursor.lastrowid is not None
        alert = cursor.lastrowid
    connection.executemany(
        "INSERT INTO alert_changes(alert, recipient, change) VALUES (?, ?, ?)",
        [(alert, recipient, change) for change in fresh],
    )
    return alert


def _open_alert(
    connection: sqlite3.Connection, subscription: int, recipient: str, due_at: datetime, now: datetime
) -> int | None:
    """A digest that nobody has tried to send yet: after an attempt its content must stay what its Message-ID names."""
    if due_at <= now:
        return None
    row = connection.execute(
        "SELECT id FROM alerts WHERE state = 'pending' AND attempts = 0 AND subscription = ? AND recipient = ?"
        " AND due_at = ?",
        (subscription, recipient, written_time(due_at)),
    ).fetchone()
    return None if row is None else int(row[0])


def _message_id(recipient: str, changes: Sequence[int]) -> str:
    """From what is told to whom, and from nothing about the attempt: a repeat is recognisable. No two alerts share a
    recipient and a change, so no two share an id."""
    told = f"{recipient}\n{','.join(map(str, changes))}"
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:32]}@onnotice.invalid>"


_DUE = (
    "(state IN ('pending', 'failed') AND (state = 'pending' OR retry_at IS NOT NULL)"
    " AND coalesce(retry_at, due_at) <= :now OR state = 'claimed' AND claimed_at <= :lease)"
    " AND recipient NOT IN (SELECT recipient FROM returned_mail WHERE stopped_at IS NOT NULL)"
)


def due_alerts(connection: sqlite3.Connection, now: datetime) -> tuple[Alert, ...]:
    """Alerts to be sent now, the longest due first; also those whose sender has died. Those to an address that is
    not written to any more wait until it is again, those of a paused subscription until that goes on."""
    query = f"{_ALERTS} WHERE {_DUE} AND u.paused_at IS NULL ORDER BY due_at, a.id"
    rows = connection.execute(query, _moments(now)).fetchall()
    return _alerts(connection, rows)


def claim(connection: sqlite3.Connection, alert: int, now: datetime) -> bool:
    """Take an alert for sending; False when somebody else has it, or it is not due."""
    cursor = connection.execute(
        f"UPDATE alerts SET state = 'claimed', claimed_at = :now WHERE id = :alert AND {_DUE}",
        {**_moments(now), "alert": alert},
    )
    return cursor.rowcount == 1


def _moments(now: datetime) -> dict[str, str]:
    return {"now": written_time(now), "lease": written_time(now - LEASE)}


def delivered(
    connection: sqlite3.Connection,
    delivery: Delivery,
    *,
    state: AlertState,
    subject: str,
    retry_at: datetime | None,
) -> None:
    """Keep an attempt, and what it makes of the alert. When to try again is the caller's to say."""
    connection.execute(
        "INSERT INTO deliveries(alert, at, transport, outcome, detail) VALUES (?, ?, ?, ?, ?)",
        (delivery.alert, written_time(delivery.at), delivery.transport, delivery.outcome, delivery.detail),
    )
    connection.execute(
        "UPDATE alerts SET state = ?, attempts = attempts + 1, subject = CASE WHEN ? <> '' THEN ? ELSE subject END,"
        " last_error = ?, retry_at = ?, claimed_at = NULL WHERE id = ?",
        (
            state.value,
            subject,
            subject,
            "" if state is AlertState.SENT else delivery.detail,
            written_time_or_none(retry_at),
            delivery.alert,
        ),
    )


def next_due(connection: sqlite3.Connection) -> datetime | None:
    """When the next alert that waits is due; None when none waits."""
    row = connection.execute(
        "SELECT min(coalesce(retry_at, due_at)) FROM alerts WHERE state = 'pending'"
        " AND recipient NOT IN (SELECT recipient FROM returned_mail WHERE stopped_at IS NOT NULL)"
        " AND subscription NOT IN (SELECT id FROM subscriptions WHERE paused_at IS NOT NULL)"
    ).fetchone()
    return read_time_or_none(row[0])


def postpone(connection: sqlite3.Connection, alert: int, until: datetime) -> None:
    """Leave an alert that waits alone until then. It counts as no attempt."""
    connection.execute(
        "UPDATE alerts SET retry_at = ? WHERE id = ? AND state = 'pending'", (written_time(until), alert)
    )


def postponed(connection: sqlite3.Connection, name: str, recipient: str, now: datetime) -> int | None:
    """The alert of a subscription that was postponed beyond now and that nobody has tried to send; None for none."""
    row = connection.execute(
        "SELECT id FROM alerts WHERE subscription = ? AND recipient = ? AND state = 'pending' AND attempts = 0"
        " AND retry_at > ? ORDER BY id LIMIT 1",
        (_subscription(connection, name)["id"], recipient, written_time(now)),
    ).fetchone()
    return None if row is None else int(row[0])


def fold(connection: sqlite3.Connection, into: int, others: Sequence[int]) -> None:
    """One alert tells what several were to tell. Only alerts that nobody has tried to send: a mail that a server may
    have is never another one under the same Message-ID."""
    untried = "state = 'pending' AND attempts = 0"
    if connection.execute(f"SELECT 1 FROM alerts WHERE id = ? AND {untried}", (into,)).fetchone() is None:
        return
    folded = [
        row[0]
        for row in connection.execute(
            f"SELECT id FROM alerts WHERE id IN (SELECT value FROM json_each(?)) AND id <> ? AND {untried}",
            (json.dumps(list(others)), into),
        )
    ]
    chosen = json.dumps(folded)
    connection.execute(
        "UPDATE alert_changes SET alert = ? WHERE alert IN (SELECT value FROM json_each(?))", (into, chosen)
    )
    connection.execute("DELETE FROM alerts WHERE id IN (SELECT value FROM json_each(?))", (chosen,))


def alerts(connection: sqlite3.Connection, state: AlertState | None, recipient: str | None) -> tuple[Alert, ...]:
    """Every alert, or those in one state or for one recipient, in the order in which they were made."""
    return alerts_where(
        connection,
        "(:state IS NULL OR state = :state) AND (:recipient IS NULL OR recipient = :recipient)",
        {"state": state and state.value, "recipient": recipient},
    )


def alerts_where(connection: sqlite3.Connection, condition: str, values: Mapping[str, Any]) -> tuple[Alert, ...]:
    """Alerts that meet a condition of our own making, in the order in which they were made."""
    rows = connection.execute(f"{_ALERTS} WHERE {condition} ORDER BY a.id", values).fetchall()
    return _alerts(connection, rows)


_ALERTS = "SELECT a.*, u.name FROM alerts a JOIN subscriptions u ON u.id = a.subscription"


def _alerts(connection: sqlite3.Connection, rows: Sequence[Mapping[str, Any]]) -> tuple[Alert, ...]:
    """With their changes: one query for all alerts, since a burst of changes goes to many recipients."""
    promised: dict[int, list[int]] = {row["id"]: [] for row in rows}
    pairs = connection.execute(
        "SELECT alert, change FROM alert_changes WHERE alert IN (SELECT value FROM json_each(?)) ORDER BY change",
        (json.dumps(list(promised)),),
    )
    for alert, change in pairs:
        promised[alert].append(change)
    wanted = {change for changes in promised.values() for change in changes}
    stored = {change.id: change for change in changes_by_id(connection, sorted(wanted))}
    return tuple(
        Alert(
            id=row["id"],
            subscription=row["name"],
            recipient=row["recipient"],
            created_at=read_time(row["created_at"]),
            due_at=read_time(row["due_at"]),
            state=AlertState(row["state"]),
            message_id=row["message_id"],
            changes=tuple(stored[change] for change in promised[row["id"]]),
            attempts=row["attempts"],
            subject=row["subject"],
            last_error=row["last_error"],
        )
        for row in rows
    )
