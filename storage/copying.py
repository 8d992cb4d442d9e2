"""Copies an archive as it is at one moment, beside whoever writes, and examines a copy before anybody relies on it.

The copy is made page by page inside one read transaction: a poll that goes on neither waits nor makes it begin again,
as it would if each step read on its own. A copy is one file without side files, which a read-only medium can hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from monitor.errors import ArchiveError, EvidenceDamaged
from storage import bodies
from storage.connection import opened, problem_of, sentence_of
from storage.migrations import is_foreign, refuse_unknown, version_of
from storage.rows import Contents

Progress = Callable[[str, int, int], None]
"""What is done, how much of it, and how much there is."""

_PAGES_AT_ONCE = 2048
"""Eight megabytes: between them a Ctrl-C is heard and the progress bar moves."""
_CHAINED_SINCE = 5
"""The step of the structure that brought links of visits."""


def copy(path: Path, target: Path, progress: Progress) -> Contents:
    """Copy an archive of any version that this one knows into a file that is not there yet.

    Returns what it held at that moment. Raises ArchiveError when it cannot be read, ArchiveTooNew, DiskFull.
    """
    where = str(path)
    with (
        closing(_to_read(path)) as source,
        closing(opened(f"{target.absolute().as_uri()}?mode=rwc", str(target))) as to,
    ):
        try:
            source.execute("BEGIN")
            contents = contents_of(source)
            source.backup(to, pages=_PAGES_AT_ONCE, progress=_in_megabytes(source, progress))
        except sqlite3.DatabaseError as error:
            reads = getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_CORRUPT)
            raise sentence_of(error, where if reads else str(target)) from error
        finally:
            source.rollback()
        to.execute("PRAGMA journal_mode = DELETE")
    return contents


def examine(path: Path, sample: int | None) -> Contents:
    """What a copy holds, once its file and references are found sound and bodies read back: so many at random, or all.

    Raises EvidenceDamaged when something is not as it was written, ArchiveError when it is no archive, ArchiveTooNew.
    """
    with closing(_to_read(path)) as connection:
        problem = problem_of(connection)
        if problem:
            raise EvidenceDamaged(f"{path} is damaged ({problem}); use an older backup.")
        for digest in bodies.damaged(connection, sample):
            raise EvidenceDamaged(f"{path} holds a body that does not match its digest {digest}; use an older backup.")
        return contents_of(connection)


def contents_of(connection: sqlite3.Connection) -> Contents:
    """How much there is, and the newest link of the chain of visits; cheap enough to be compared."""

    def count(table: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    newest = connection.execute("SELECT * FROM visits ORDER BY id DESC LIMIT 1").fetchone()
    link = newest["link"] if newest is not None and version_of(connection) >= _CHAINED_SINCE else None
    return Contents(
        structure=version_of(connection),
        visits=count("visits"),
        bodies=count("bodies"),
        snapshots=count("snapshots"),
        records=count("records"),
        changes=count("changes"),
        newest_visit=newest["at"] if newest is not None else None,
        link=link.hex() if isinstance(link, bytes) else None,
    )


def _to_read(path: Path) -> sqlite3.Connection:
    """Raises ArchiveError for what is no archive, ArchiveTooNew. An older structure is left as it is."""
    if not path.is_file():
        raise ArchiveError(f"There is no archive in {path.parent}; name another folder.")
    connection = opened(f"{path.absolute().as_uri()}?mode=ro", str(path))
    try:
        connection.row_factory = sqlite3.Row
        if is_foreign(connection) or not version_of(connection):
            raise ArchiveError(f"{path} is no archive of On Notice; name another file.")
        refuse_unknown(connection, str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _in_megabytes(source: sqlite3.Connection, progress: Progress) -> Callable[[int, int, int], None]:
    page = int(source.execute("PRAGMA page_size").fetchone()[0])

    def copied(_status: int, remaining: int, total: int) -> None:
        progress("MB copied", (total - remaining) * page // 1_000_000, total * page // 1_000_000)

    return copied
