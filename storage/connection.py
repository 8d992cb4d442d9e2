"""One connection to the database: opening, transactions, the lock against a second poll, and errors as sentences."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from monitor.errors import ArchiveBusy, ArchiveError, DiskFull, TookTooLong
from storage.chaining import complete
from storage.migrations import NEWEST, is_foreign, migrate, refuse_unknown, version_of
from storage.place_names import synchronise

_PATIENCE_SECONDS = 10.0
"""How long a write waits for another process's transaction; ours take milliseconds."""

_STEPS_BETWEEN_GLANCES = 20_000
"""Of SQLite's virtual machine, between two looks at the clock: well under a millisecond."""

_IN_MEMORY = "file::memory:"

_CANNOT_WRITE = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
)
"""What a quota, a limit on the size of files or a failing disk look like: what is in the file stays whole."""


def connect(path: Path | None, *, create: bool, read_only: bool) -> sqlite3.Connection:
    """A connection to an archive that this version understands; None for one in memory.

    Raises ArchiveError when there is no archive, or it cannot be read, ArchiveTooNew, ArchiveBusy.
    """
    if path is None:
        return _prepared(opened(_IN_MEMORY, "The archive in memory"), read_only=False)
    if not path.is_file() and (read_only or not create):
        raise ArchiveError(f"There is no archive in {path.parent}; run `onnotice init {path.parent}`.")
    mode = "ro" if read_only else "rwc"
    connection = opened(f"{path.absolute().as_uri()}?mode={mode}", str(path))
    try:
        return _prepared(connection, read_only=read_only)
    except BaseException:
        connection.close()
        raise


def opened(address: str, where: str) -> Connection:
    """A bare connection to the database with this URI, called `where` in sentences. Raises ArchiveError."""
    try:
        connection = sqlite3.connect(
            address, uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None, factory=Connection
        )
    except sqlite3.DatabaseError as error:
        raise sentence_of(error, where) from error
    connection.where = where
    return connection


def _prepared(connection: Connection, *, read_only: bool) -> sqlite3.Connection:
    where = connection.where
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    if is_foreign(connection):
        raise ArchiveError(f"{where} is a database, but no archive of On Notice; name another file.")
    if read_only:
        refuse_unknown(connection, where)
        if version_of(connection) < NEWEST:
            raise ArchiveError(
                f"{where} was written by an earlier version of On Notice; run `onnotice poll` once, which brings it"
                " up to date."
            )
        return connection
    # A reader never blocks the writer in WAL; NORMAL may lose the last moments in a power cut, never the file.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32000")
    # Sixteen megabytes: pages that each look touches are written back to the file once for many looks.
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    migrate(connection, where)
    complete(connection)
    synchronise(connection)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. Joins the transaction that is open, if one is.

    Begun IMMEDIATE: a deferred one that reads and then writes fails at once when another process wrote in between.
    """
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        known_sources(connection).clear()
        raise


@contextmanager
def reading_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Reads of one moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


@contextmanager
def at_most(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """What is read inside may take so long in all. Raises TookTooLong."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_GLANCES)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise TookTooLong(f"That takes longer than {seconds:g} seconds to find; ask for less.") from None
    finally:
        connection.set_progress_handler(None, 0)


class Connection(sqlite3.Connection):
    """Says the database's errors as ours, each with what to do."""

    where = "The archive"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.known_sources: dict[str, int] = {}

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Like its parent's. Raises ArchiveBusy and ArchiveError; what is a fault of ours stays what it is."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            raise sentence_of(error, self.where) from error
        except UnicodeDecodeError as error:
            # What SQLite says of a damaged schema quotes it.
            raise ArchiveError(f"{self.where} is damaged ({error}); restore it from a backup.") from error


def known_sources(connection: sqlite3.Connection) -> dict[str, int]:
    """Numbers of sources by slug, as far as this connection has asked for them: they never change, and each look asks
    seven times. Forgotten with a transaction that is undone, for it may have given one out."""
    return connection.known_sources if isinstance(connection, Connection) else {}


def sentence_of(error: sqlite3.DatabaseError, where: str) -> Exception:
    """The database's error as one of ours that says what to do; a fault of ours stays what it is."""
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveBusy(f"{where} is being written to by another program; wait until that has ended and run again.")
    if code == sqlite3.SQLITE_FULL or extended in _CANNOT_WRITE:
        why = (
            "the disk is full"
            if code == sqlite3.SQLITE_FULL
            else f"its disk is full, over a quota, or failing: {error}"
        )
        return DiskFull(f"{where} cannot grow because {why}; make room and run again, nothing is lost.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return ArchiveError(
            f"{where} cannot be opened or written ({error}); give this user the right to its folder, or mount its disk"
            " for writing."
        )
    if code == sqlite3.SQLITE_NOTADB:
        return ArchiveError(f"{where} is no archive ({error}); name another file, or restore it from a backup.")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR):
        return ArchiveError(f"{where} is damaged ({error}); restore it from a backup.")
    return error


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The process that holds an archive's lock."""

    process: int
    since: datetime


@contextmanager
def locked(path: Path | None) -> Iterator[None]:
    """Hold the lock beside an archive; the system releases it when the process ends, however it ends.

    Raises ArchiveBusy at once when somebody holds it. An archive in memory has one user and no lock.
    """
    if path is None:
        yield
        return
    with _beside(path).open("a+", encoding="ascii") as lock:
        if not _taken(lock):
            holder = _named_in(lock)
            by = f"process {holder.process} since {holder.since:%Y-%m-%d %H:%M} UTC" if holder else "another process"
            raise ArchiveBusy(f"{path} is being polled by {by}; wait until that has ended and run again.")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def holder_of(path: Path | None) -> LockHolder | None:
    """Who holds the lock beside an archive; None where nobody does, or where that cannot be told."""
    if path is None:
        return None
    try:
        with _beside(path).open("r", encoding="ascii") as lock:
            return None if _taken(lock, shared=True) else _named_in(lock)
    except OSError:
        return None


def _beside(path: Path) -> Path:
    return path.with_suffix(".lock")


def _taken(lock: TextIO, *, shared: bool = False) -> bool:
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _named_in(lock: TextIO) -> LockHolder | None:
    lock.seek(0)
    process = lock.read().strip()
    written = os.fstat(lock.fileno()).st_mtime
    return LockHolder(int(process), datetime.fromtimestamp(written, UTC)) if process.isdecimal() else None


def problem_of(connection: sqlite3.Connection) -> str:
    """The first thing that is wrong with the file or its references; empty when it is sound."""
    return next(_problems(connection, "PRAGMA quick_check(1)"), "")


def file_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the file, its indexes and its references, in SQLite's words; up to a hundred of each."""
    return _problems(connection, "PRAGMA integrity_check(100)")


def _problems(connection: sqlite3.Connection, check: str) -> Iterator[str]:
    try:
        for (found,) in connection.execute(check):
            if found != "ok":
                yield str(found)
        for dangling in connection.execute("PRAGMA foreign_key_check").fetchmany(100):
            yield f"a row of {dangling[0]} refers to one of {dangling[2]} that is missing"
    except sqlite3.DatabaseError as error:
        yield str(error)
