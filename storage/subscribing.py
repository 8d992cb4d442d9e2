"""Subscriptions made on the web pages, and what recipients said themselves: that they want one, or want it no more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime

from monitor.errors import UsageError
from monitor.mailboxes import mailbox
from monitor.types import Facts
from storage.alerts import starting_cursor
from storage.columns import read_time, read_time_or_none, written_json, written_time, written_time_or_none
from storage.rows import MadeSubscription, Standing

LEFT = "The recipient has unsubscribed."
"""What the outbox says of alerts that nobody is to get any more."""

_REMOVED = "The subscription was removed."


def made_subscriptions(connection: sqlite3.Connection) -> tuple[MadeSubscription, ...]:
    """Every one that was made on the web pages and not removed, by name."""
    rows = connection.execute(
        "SELECT id, name, settings, made_by, added_at, paused_at FROM subscriptions"
        " WHERE made_by IS NOT NULL AND active = 1 ORDER BY name"
    ).fetchall()
    return tuple(
        MadeSubscription(
            name=row["name"],
            settings=json.loads(row["settings"]),
            made_by=row["made_by"],
            made_at=read_time(row["added_at"]),
            paused_at=read_time_or_none(row["paused_at"]),
            standings=_standings(connection, row["id"]),
        )
        for row in rows
    )


def _standings(connection: sqlite3.Connection, subscription: int) -> Mapping[str, Standing]:
    rows = connection.execute(
        "SELECT address, asked_at, confirmed_at, left_at FROM recipients WHERE subscription = ?", (subscription,)
    )
    return {row["address"]: Standing(*map(read_time_or_none, tuple(row)[1:])) for row in rows}


def make_subscription(
    connection: sqlite3.Connection, name: str, settings: Facts, by: str, known: Collection[str], now: datetime
) -> None:
    """A new one, which begins at the newest change. Raises UsageError where the name is taken.

    `known` are those of its recipients who need not be asked. Who left one of this name before has still left it.
    """
    cursor = connection.execute(
        "INSERT INTO subscriptions(name, settings, added_at, cursor, made_by) VALUES (?, ?, ?, ?, ?) ON CONFLICT(name)"
        " DO UPDATE SET settings = excluded.settings, added_at = excluded.added_at, active = 1, dropped_at = NULL,"
        " paused_at = NULL, cursor = max(cursor, excluded.cursor), made_by = excluded.made_by WHERE active = 0",
        (name, written_json(settings), written_time(now), starting_cursor(connection), by),
    )
    if not cursor.rowcount:
        raise UsageError(f"There is a subscription called {name!r} already; choose another name.")
    _keep_recipients(connection, _made(connection, name), settings["recipients"], known, now)


def change_subscription(
    connection: sqlite3.Connection, name: str, settings: Facts, known: Collection[str], now: datetime
) -> None:
    """Other recipients, filters or rhythm. Raises UsageError for one that was not made on the web pages."""
    subscription = _made(connection, name)
    connection.execute("UPDATE subscriptions SET settings = ? WHERE id = ?", (written_json(settings), subscription))
    _keep_recipients(connection, subscription, settings["recipients"], known, now)


def _keep_recipients(
    connection: sqlite3.Connection,
    subscription: int,
    recipients: Collection[str],
    known: Collection[str],
    now: datetime,
) -> None:
    """One that is no longer named must confirm anew if it ever comes back."""
    addresses = {mailbox(recipient) for recipient in recipients}
    for address in addresses:
        confirmed = written_time_or_none(now if address in {mailbox(one) for one in known} else None)
        connection.execute(
            "INSERT INTO recipients(subscription, address, confirmed_at) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET confirmed_at = coalesce(confirmed_at, excluded.confirmed_at)",
            (subscription, address, confirmed),
        )
    connection.execute(
        "UPDATE recipients SET confirmed_at = NULL, asked_at = NULL WHERE subscription = ?"
        " AND address NOT IN (SELECT value FROM json_each(?))",
        (subscription, written_json(sorted(addresses))),
    )
    _forget_strangers(connection, subscription)


def _forget_strangers(connection: sqlite3.Connection, subscription: int) -> None:
    connection.execute(
        "DELETE FROM recipients WHERE subscription = ? AND confirmed_at IS NULL AND asked_at IS NULL"
        " AND left_at IS NULL",
        (subscription,),
    )


def pause_subscription(connection: sqlite3.Connection, name: str, now: datetime) -> None:
    """Nothing is sent for it until it goes on. Raises UsageError as `change_subscription` does."""
    connection.execute(
        "UPDATE subscriptions SET paused_at = coalesce(paused_at, ?) WHERE id = ?",
        (written_time(now), _made(connection, name)),
    )


def resume_subscription(connection: sqlite3.Connection, name: str) -> None:
    """It goes on with what comes from here: what happened meanwhile is not told. Raises UsageError likewise."""
    connection.execute(
        "UPDATE subscriptions SET paused_at = NULL, cursor = max(cursor, ?) WHERE id = ? AND paused_at IS NOT NULL",
        (starting_cursor(connection), _made(connection, name)),
    )


def remove_subscription(connection: sqlite3.Connection, name: str, now: datetime) -> None:
    """No longer there, nor sent what waits in the outbox. Who left it has left it. Raises UsageError likewise."""
    subscription = _made(connection, name)
    connection.execute(
        "UPDATE subscriptions SET active = 0, paused_at = NULL, dropped_at = ? WHERE id = ?",
        (written_time(now), subscription),
    )
    connection.execute(
        "UPDATE recipients SET confirmed_at = NULL, asked_at = NULL WHERE subscription = ?", (subscription,)
    )
    _forget_strangers(connection, subscription)
    _withhold(connection, subscription, None, _REMOVED)


def ask_recipient(connection: sqlite3.Connection, name: str, address: str, now: datetime) -> None:
    """A mail asks whether this one is wanted. Raises UsageError likewise."""
    connection.execute(
        "INSERT INTO recipients(subscription, address, asked_at) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET asked_at = excluded.asked_at",
        (_made(connection, name), mailbox(address), written_time(now)),
    )


def confirm_recipient(connection: sqlite3.Connection, name: str, address: str, now: datetime) -> bool:
    """The recipient wants it, whatever was said before; False where nobody asked, or it is no longer theirs to want."""
    cursor = connection.execute(
        "UPDATE recipients SET confirmed_at = coalesce(confirmed_at, ?), left_at = NULL WHERE address = ?"
        " AND asked_at IS NOT NULL AND subscription = (SELECT id FROM subscriptions WHERE name = ? AND active = 1)",
        (written_time(now), mailbox(address), name),
    )
    return bool(cursor.rowcount)


def leave(connection: sqlite3.Connection, name: str, address: str, now: datetime) -> None:
    """The recipient wants it no more, wherever it stands. What waits for them in the outbox is not sent.

    Raises UsageError where there never was such a subscription.
    """
    subscription = _known(connection, name)
    connection.execute(
        "INSERT INTO recipients(subscription, address, left_at) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET left_at = coalesce(left_at, excluded.left_at)",
        (subscription, mailbox(address), written_time(now)),
    )
    _withhold(connection, subscription, mailbox(address), LEFT)


def come_back(connection: sqlite3.Connection, name: str, address: str) -> None:
    """The recipient takes that back: hears again of what comes from here. Raises UsageError likewise."""
    subscription = _known(connection, name)
    connection.execute(
        "UPDATE recipients SET left_at = NULL WHERE subscription = ? AND address = ?", (subscription, mailbox(address))
    )
    _forget_strangers(connection, subscription)


def has_left(connection: sqlite3.Connection, name: str, address: str) -> bool:
    """Whether the recipient wants it no more."""
    row = connection.execute(
        "SELECT 1 FROM recipients r JOIN subscriptions u ON u.id = r.subscription"
        " WHERE u.name = ? AND r.address = ? AND r.left_at IS NOT NULL",
        (name, mailbox(address)),
    ).fetchone()
    return row is not None


def those_who_left(connection: sqlite3.Connection) -> Mapping[str, Mapping[str, datetime]]:
    """By subscription, the mailboxes that want it no more, and since when."""
    found: dict[str, dict[str, datetime]] = {}
    for name, address, left_at in connection.execute(
        "SELECT u.name, r.address, r.left_at FROM recipients r JOIN subscriptions u ON u.id = r.subscription"
        " WHERE r.left_at IS NOT NULL ORDER BY r.left_at"
    ):
        found.setdefault(name, {})[address] = read_time(left_at)
    return found


def _withhold(connection: sqlite3.Connection, subscription: int, address: str | None, why: str) -> None:
    """What waits in the outbox, for one recipient or for all, fails for good with the reason."""
    waiting = connection.execute(
        "SELECT id, recipient FROM alerts WHERE subscription = ?"
        " AND (state = 'pending' OR state = 'failed' AND retry_at IS NOT NULL)",
        (subscription,),
    ).fetchall()
    connection.executemany(
        "UPDATE alerts SET state = 'failed', retry_at = NULL, last_error = ? WHERE id = ?",
        [(why, row["id"]) for row in waiting if address is None or mailbox(row["recipient"]) == address],
    )


def _made(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute(
        "SELECT id FROM subscriptions WHERE name = ? AND active = 1 AND made_by IS NOT NULL", (name,)
    ).fetchone()
    if row is None:
        raise UsageError(f"No subscription called {name!r} was made on the web pages; the list there names them.")
    return int(row["id"])


def _known(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT id FROM subscriptions WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise UsageError(f"No subscription is called {name!r}, so there is nothing to unsubscribe from.")
    return int(row["id"])
