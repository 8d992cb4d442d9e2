"""The ledger of deliveries: what became of each alert, which mails came back, and who is no longer written to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.errors import UsageError
from monitor.mailboxes import mailbox
from monitor.types import Alert, AlertState, Delivery
from storage.alerts import alerts_where
from storage.columns import read_time, read_time_or_none, written_time
from storage.rows import ReturnedMail

RETURNS_THAT_STOP = 3
"""Mails that must come back for good before an address is left alone: one may be a mistake of a server's."""

_FORGOTTEN_AFTER = timedelta(days=30)
"""A return that old says nothing about today."""


def deliveries(connection: sqlite3.Connection, alerts: Sequence[int]) -> Mapping[int, tuple[Delivery, ...]]:
    """Every attempt and every return by its alert, oldest first."""
    found: dict[int, tuple[Delivery, ...]] = {}
    rows = connection.execute(
        "SELECT alert, at, transport, outcome, detail FROM deliveries"
        " WHERE alert IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(alerts)),),
    )
    for row in rows:
        delivery = Delivery(row["alert"], read_time(row["at"]), row["transport"], row["outcome"], row["detail"])
        found[delivery.alert] = (*found.get(delivery.alert, ()), delivery)
    return found


def sent_since(connection: sqlite3.Connection, recipient: str, moment: datetime) -> tuple[datetime, ...]:
    """When mails were accepted for a recipient after a moment, in order."""
    rows = connection.execute(
        "SELECT d.at FROM deliveries d JOIN alerts a ON a.id = d.alert"
        " WHERE d.at > ? AND d.outcome = 'sent' AND a.recipient = ? ORDER BY d.at",
        (written_time(moment), recipient),
    )
    return tuple(read_time(row[0]) for row in rows)


def alert_of_message(connection: sqlite3.Connection, message_id: str) -> Alert | None:
    """The alert that a Message-ID names; None for somebody else's mail."""
    found = alerts_where(connection, "a.message_id = :message", {"message": message_id})
    return found[0] if found else None


def send_again(connection: sqlite3.Connection, alert: int) -> None:
    """Make an alert due now, whatever became of it, as if it had been tried once. Its mail stays what it was.

    Raises UsageError where there is no such alert, where it is being sent, or where its recipient is not written to or
    has left the subscription.
    """
    row = connection.execute("SELECT state, recipient, subscription FROM alerts WHERE id = ?", (alert,)).fetchone()
    if row is None:
        raise UsageError(f"There is no alert {alert}; `onnotice alerts` lists them.")
    if row["state"] == AlertState.CLAIMED:
        raise UsageError(f"Alert {alert} is being sent just now; look at `onnotice alerts` in a quarter of an hour.")
    if any(one.recipient == row["recipient"] and one.stopped_at for one in returned(connection)):
        raise UsageError(
            f"{row['recipient']} is not written to, since its mails came back; when it is mended, run"
            f" `onnotice bounces --resume {row['recipient']}`."
        )
    left = connection.execute(
        "SELECT 1 FROM recipients WHERE subscription = ? AND address = ? AND left_at IS NOT NULL",
        (row["subscription"], mailbox(row["recipient"])),
    ).fetchone()
    if left is not None:
        raise UsageError(f"The recipient of alert {alert} has unsubscribed; only they can take that back.")
    connection.execute(
        "UPDATE alerts SET state = 'pending', retry_at = NULL, attempts = min(attempts, 1), last_error = ''"
        " WHERE id = ?",
        (alert,),
    )


def came_back(connection: sqlite3.Connection, delivery: Delivery, *, for_good: bool) -> bool:
    """Keep that a mail was returned, or delayed. False when that was known: reading a report again adds nothing."""
    values = (delivery.alert, written_time(delivery.at), delivery.transport, delivery.outcome, delivery.detail)
    known = connection.execute(
        "SELECT 1 FROM deliveries WHERE alert = ? AND at = ? AND transport = ? AND outcome = ? AND detail = ?", values
    ).fetchone()
    if known is not None:
        return False
    connection.execute("INSERT INTO deliveries(alert, at, transport, outcome, detail) VALUES (?, ?, ?, ?, ?)", values)
    if for_good:
        connection.execute(
            "UPDATE alerts SET state = 'failed', retry_at = NULL, last_error = ? WHERE id = ?",
            (delivery.detail, delivery.alert),
        )
        row = connection.execute("SELECT recipient FROM alerts WHERE id = ?", (delivery.alert,)).fetchone()
        count_return(connection, row["recipient"], delivery.at, delivery.detail)
    return True


def count_return(connection: sqlite3.Connection, recipient: str, at: datetime, reason: str) -> None:
    """One more mail to this recipient was refused or returned for good; the third within a month is the last sent."""
    row = connection.execute("SELECT times, last_at FROM returned_mail WHERE recipient = ?", (recipient,)).fetchone()
    recent = row is not None and at - read_time(row["last_at"]) <= _FORGOTTEN_AFTER
    times = (row["times"] if recent else 0) + 1
    connection.execute(
        "INSERT INTO returned_mail(recipient, times, last_at, reason, stopped_at) VALUES (:recipient, :times, :at,"
        " :reason, :stopped) ON CONFLICT(recipient) DO UPDATE SET times = :times, last_at = max(last_at, :at),"
        " reason = :reason, stopped_at = coalesce(stopped_at, :stopped)",
        {
            "recipient": recipient,
            "times": times,
            "at": written_time(at),
            "reason": reason,
            "stopped": written_time(at) if times >= RETURNS_THAT_STOP else None,
        },
    )


def returned(connection: sqlite3.Connection) -> tuple[ReturnedMail, ...]:
    """Recipients whose mails were refused or came back, in the order of their names."""
    rows = connection.execute(
        "SELECT r.*, (SELECT count(*) FROM alerts a WHERE a.recipient = r.recipient AND a.state = 'pending') AS waiting"
        " FROM returned_mail r ORDER BY r.recipient"
    )
    return tuple(
        ReturnedMail(
            recipient=row["recipient"],
            times=row["times"],
            last_at=read_time(row["last_at"]),
            reason=row["reason"],
            stopped_at=read_time_or_none(row["stopped_at"]),
            waiting=row["waiting"],
        )
        for row in rows
    )


def resume(connection: sqlite3.Connection, recipient: str) -> int:
    """Write to a recipient again. Returns how many alerts have waited for that. UsageError where nothing came back."""
    row = next((one for one in returned(connection) if one.recipient == recipient), None)
    if row is None:
        raise UsageError(f"No mail to {recipient!r} came back; `onnotice bounces` lists those whose mails did.")
    connection.execute("DELETE FROM returned_mail WHERE recipient = ?", (recipient,))
    return row.waiting


def identity(connection: sqlite3.Connection) -> str:
    """What tells this archive from every other: 32 hexadecimal digits, given at its making."""
    return str(connection.execute("SELECT id FROM identity").fetchone()[0])
