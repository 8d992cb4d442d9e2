"""A rehearsal of the outbox: what was seen comes to light again in its order, and what is told of it is forgotten.

The archive is opened to be read. The tables of the outbox, and that of changes, are laid over with empty ones of the
connection's own, which SQLite drops at its end: the statements that run over them are those of every day.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from storage.archive import Archive
from storage.columns import read_time, written_time
from storage.connection import connect

_LAID_OVER = ("changes", "subscriptions", "alerts", "alert_changes", "deliveries", "returned_mail")
_SAME_POLL = timedelta(hours=1)
"""Changes of one poll that lie no further apart are collected together, as they were."""

_PAGE = 1_000
_FORGET_AFTER = 5_000
"""Changes after which what has been told is dropped: the size of a rehearsal is that of what still waits."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Changes that came to light together: their numbers, and when the last of them was seen."""

    at: datetime
    changes: tuple[int, ...]


class Rehearsal(Archive):
    """An archive where nobody was told anything yet, and nothing has changed until it is revealed."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Over the archive in a file, which stays as it is; beside whoever writes to it. Raises ArchiveError."""
        connection = connect(path, create=False, read_only=True)
        _lay_over(connection)
        return cls(connection, path)

    def news(self, since: datetime | None) -> int:
        """How many changes there are to be revealed."""
        row = self._connection.execute(
            "SELECT count(*) FROM main.changes WHERE baseline = 0 AND at >= ?", (_begin(since),)
        ).fetchone()
        return int(row[0])

    def scenes(self, since: datetime | None) -> Iterator[Scene]:
        """What is no first look, in the order in which it was seen."""
        together: list[int] = []
        poll, first, last = 0, "", ""
        for row in self._seen(since):
            if together and (row["poll"] != poll or read_time(row["at"]) - read_time(first) > _SAME_POLL):
                yield Scene(read_time(last), tuple(together))
                together = []
            if not together:
                poll, first = row["poll"], row["at"]
            together.append(row["id"])
            last = row["at"]
        if together:
            yield Scene(read_time(last), tuple(together))

    def reveal(self, scene: Scene) -> None:
        """The changes of a scene are there from now on, under numbers in the order of their being revealed."""
        columns = [row[1] for row in self._connection.execute("PRAGMA main.table_info(changes)") if row[1] != "id"]
        names = ", ".join(f'"{column}"' for column in columns)
        with self._transaction():
            self._connection.execute(
                f"INSERT INTO temp.changes({names}) SELECT {names} FROM main.changes"
                " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY at, id",
                (json.dumps(list(scene.changes)),),
            )
            revealed = self._connection.execute("SELECT max(id) FROM temp.changes").fetchone()[0]
            if revealed // _FORGET_AFTER > (revealed - len(scene.changes)) // _FORGET_AFTER:
                self._forget()

    def _seen(self, since: datetime | None) -> Iterator[sqlite3.Row]:
        at, number = _begin(since), 0
        while True:
            rows = self._connection.execute(
                "SELECT c.id, c.at, r.poll FROM main.changes c JOIN runs r ON r.id = c.run"
                " WHERE c.baseline = 0 AND (c.at, c.id) > (?, ?) ORDER BY c.at, c.id LIMIT ?",
                (at, number, _PAGE),
            ).fetchall()
            yield from rows
            if len(rows) < _PAGE:
                return
            at, number = rows[-1]["at"], rows[-1]["id"]

    def _forget(self) -> None:
        """Drop what was told, but for the mails of the newest hours, which a bound on mails an hour counts; and changes
        that every subscription has considered and nobody waits for."""
        newest = self._connection.execute("SELECT max(at) FROM temp.deliveries").fetchone()[0]
        if newest is not None:
            kept = written_time(read_time(newest) - timedelta(days=1))
            self._connection.execute("DELETE FROM temp.deliveries WHERE at < ?", (kept,))
        told = "SELECT id FROM temp.alerts WHERE state = 'sent' EXCEPT SELECT alert FROM temp.deliveries"
        self._connection.execute(f"DELETE FROM temp.alert_changes WHERE alert IN ({told})")
        self._connection.execute(f"DELETE FROM temp.alerts WHERE id IN ({told})")
        self._connection.execute(
            "DELETE FROM temp.changes WHERE id NOT IN (SELECT change FROM temp.alert_changes)"
            " AND id <= (SELECT min(cursor) FROM temp.subscriptions)"
        )


def _begin(since: datetime | None) -> str:
    return written_time(since) if since else ""


def _lay_over(connection: sqlite3.Connection) -> None:
    # What the tables refer to is in the file, and no reference reaches from one to the other.
    connection.execute("PRAGMA foreign_keys = OFF")
    rows = connection.execute(
        "SELECT type, sql FROM main.sqlite_master WHERE tbl_name IN (SELECT value FROM json_each(?))"
        " AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type = 'index'",
        (json.dumps(_LAID_OVER),),
    ).fetchall()
    for kind, statement in rows:
        if kind == "table":
            connection.execute(statement.replace("CREATE TABLE ", "CREATE TABLE temp.", 1))
        else:
            opening = "CREATE UNIQUE INDEX " if statement.startswith("CREATE UNIQUE") else "CREATE INDEX "
            connection.execute(statement.replace(opening, f"{opening}temp.", 1))
