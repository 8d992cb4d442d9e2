"""Brings an archive of any released version up to this one: numbered steps, forward only, each in its transaction.

A step that was released is never edited: a later change is a step of its own. Statements are run one by one, for
`executescript` would commit behind our back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from monitor.errors import ArchiveTooNew

APPLICATION_ID = 0x6F6E6E6F
"""PRAGMA application_id, "onno" in ASCII: `file archive.sqlite` and we know our own."""


def _steps() -> dict[int, tuple[str, str]]:
    """The steps by number, from files such as `0002_places.sql`, whose first line is a comment that names the step."""
    found: dict[int, tuple[str, str]] = {}
    for file in sorted(Path(__file__).with_name("steps").glob("*.sql")):
        title, _, script = file.read_text(encoding="utf-8").partition("\n")
        found[int(file.name.partition("_")[0])] = (title.removeprefix("--").strip(), script)
    return found


MIGRATIONS: Mapping[int, tuple[str, str]] = _steps()
"""By number: a name for people, and statements."""

NEWEST = max(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The number of the newest step that the archive has seen; 0 for an empty file."""
    if not _exists(connection, "migrations"):
        return 0
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0])


def is_foreign(connection: sqlite3.Connection) -> bool:
    """Whether the file is a database, and somebody else's."""
    return not _exists(connection, "migrations") and _exists(connection, None)


def refuse_unknown(connection: sqlite3.Connection, where: str) -> None:
    """Raises ArchiveTooNew when a later version of On Notice wrote here."""
    version = version_of(connection)
    if version > NEWEST:
        raise ArchiveTooNew(
            f"{where} was written by a later version of On Notice (its structure is number {version}, this version"
            f" knows {NEWEST}); upgrade On Notice. The file is untouched."
        )


def migrate(connection: sqlite3.Connection, where: str) -> None:
    """Apply what the archive has not seen, and bring its views up to date. Raises ArchiveTooNew.

    Safe beside another process that does the same: each step looks again inside its own transaction.
    """
    refuse_unknown(connection, where)
    for number in sorted(MIGRATIONS):
        if number > version_of(connection):
            _apply(connection, number)
    _renew_views(connection)


def build(connection: sqlite3.Connection) -> None:
    """The structure of this version, in an empty database."""
    for number in sorted(MIGRATIONS):
        for statement in statements(MIGRATIONS[number][1]):
            connection.execute(statement)
    for _, statement in views().values():
        connection.execute(statement)


def indexes_and_triggers(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """(kind, name, statement) of what a database keeps up while rows are written: dear for each of a million."""
    return [
        tuple(row)
        for row in connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        )
    ]


def views() -> dict[str, tuple[str, str]]:
    """The researchers' views by name: (comment, statement)."""
    found: dict[str, tuple[str, str]] = {}
    script = files("storage").joinpath("views.sql").read_text(encoding="utf-8")
    for block in script.split(";\n"):
        lines = block.strip().splitlines()
        comment = " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))
        statement = "\n".join(line for line in lines if not line.startswith("--")).strip()
        if statement:
            found[statement.split()[2]] = (comment, statement)
    return found


def statements(script: str) -> list[str]:
    """The statements of a script in order; a semicolon inside BEGIN ... END ends none."""
    found: list[str] = []
    pending = ""
    for line in script.strip().splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return [*found, pending.strip()] if pending.strip() else found


def _apply(connection: sqlite3.Connection, number: int) -> None:
    name, script = MIGRATIONS[number]
    connection.execute("BEGIN IMMEDIATE")
    try:
        if number > version_of(connection):
            for statement in statements(script):
                connection.execute(statement)
            connection.execute("INSERT INTO migrations(number, name) VALUES (?, ?)", (number, name))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _renew_views(connection: sqlite3.Connection) -> None:
    wanted = {name: statement for name, (_, statement) in views().items()}
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'view'"
    if dict(tuple(row) for row in connection.execute(query)) == wanted:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for (name,) in connection.execute(query.replace("name, sql", "name")).fetchall():
            connection.execute(f"DROP VIEW [{name}]")
        for statement in wanted.values():
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _exists(connection: sqlite3.Connection, table: str | None) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view')" + (" AND name = ?" if table else "")
    return connection.execute(query, (table,) if table else ()).fetchone() is not None
