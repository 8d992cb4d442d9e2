"""What of the archive is nobody's business who may only read it: the addresses of those who are told."""

from __future__ import annotations

import sqlite3
from typing import Final

PRIVATE: Final = frozenset(
    {
        ("subscriptions", "settings"),
        ("subscriptions", "made_by"),
        ("recipients", "address"),
        ("alerts", "recipient"),
        ("alerts", "last_error"),
        ("alert_changes", "recipient"),
        ("deliveries", "detail"),
        ("returned_mail", "recipient"),
        ("returned_mail", "reason"),
    }
)
"""Tables and columns. An address may be that of a chat service, with the password to it; servers repeat addresses."""

_SAMPLES: Final = frozenset({"sqlite_stat4", "sqlite_dbpage"})
"""SQLite's own tables with samples of every column, or with the file itself; not every SQLite has them."""


def hide_private(connection: sqlite3.Connection) -> None:
    """From now on these columns read as null on this connection, in every query and view, and in conditions too."""
    connection.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    if action != sqlite3.SQLITE_READ:
        return sqlite3.SQLITE_OK
    if first in _SAMPLES:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_IGNORE if (first, second) in PRIVATE else sqlite3.SQLITE_OK
