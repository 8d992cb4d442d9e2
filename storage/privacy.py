"""What of the archive is nobody's business who may only read it: the addresses of those who are told."""

from __future__ import annotations

import sqlite3
from typing import Final

PRIVATE: Final = frozenset(
    {
        ("subscriptions", "settings"),
        ("alerts", "recipient"),
        ("alerts", "last_error"),
        ("alert_changes", "recipient"),
        ("deliveries", "detail"),
        ("returned_mail", "recipient"),
        ("returned_mail", "reason"),
    }
)
"""Tables and columns. An address may be that of a chat service, with the password to it; servers repeat addresses."""


def hide_private(connection: sqlite3.Connection) -> None:
    """From now on these columns read as null on this connection, in every query and view, and in conditions too."""
    connection.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    hidden = action == sqlite3.SQLITE_READ and (first, second) in PRIVATE
    return sqlite3.SQLITE_IGNORE if hidden else sqlite3.SQLITE_OK
