"""Writes a slim copy of an archive: without bodies and without the people who are told; all else, views and search too.

It is what an archive was at one moment, whatever is written meanwhile, and can be handed on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from storage.bodies import WITHOUT_BODIES
from storage.metadata import PRIVATE
from storage.migrations import APPLICATION_ID, build, indexes_and_triggers
from storage.schema import describe

_FULL_TEXT = ("snapshots_fts", "record_versions_fts")


def write_slim(archive: Path, target: Path, bar: Callable[[str, int, int], None]) -> None:
    """Write it into a file that is not there yet. `bar` hears the table, how many are done, and of how many."""
    new = f"{target.absolute().as_uri()}?mode=rwc"
    with closing(sqlite3.connect(new, uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        build(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {WITHOUT_BODIES}")
        later = indexes_and_triggers(connection)
        for kind, name, _ in later:
            connection.execute(f"DROP {kind} [{name}]")
        connection.execute("ATTACH ? AS archive", (f"{archive.absolute().as_uri()}?mode=ro",))
        connection.execute("BEGIN")
        tables = [name for name in describe() if name not in PRIVATE and name not in _FULL_TEXT]
        for place, table in enumerate(tables):
            bar("tables", place, len(tables) + 1)
            _copy(connection, table)
        bar("tables", len(tables), len(tables) + 1)
        for index in _FULL_TEXT:
            _index(connection, index)
        for _, _, statement in later:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("DETACH archive")
        bar("tables", len(tables) + 1, len(tables) + 1)


def _index(connection: sqlite3.Connection, index: str) -> None:
    """All texts at once, also those that the archive has not come to yet."""
    table = index.removesuffix("_fts")
    connection.execute(f"INSERT INTO main.[{index}]([{index}]) VALUES ('rebuild')")
    newest = f"(SELECT coalesce(max(id), 0) FROM main.[{table}])"
    connection.execute(f"UPDATE main.indexed_texts SET newest = {newest} WHERE name = ?", (table,))


def _copy(connection: sqlite3.Connection, table: str) -> None:
    """The rows of a table as they are; of bodies all but the bytes."""
    columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info([{table}])")]
    taken = ["X''" if (table, column) == ("bodies", "data") else f"[{column}]" for column in columns]
    names = ", ".join(f"[{column}]" for column in columns)
    # What a new archive begins with, a name of its own among it, makes way.
    connection.execute(f"DELETE FROM main.[{table}]")
    connection.execute(
        f"INSERT OR REPLACE INTO main.[{table}]({names}) SELECT {', '.join(taken)} FROM archive.[{table}]"
    )
