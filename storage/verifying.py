"""Checks an archive against itself: its file, search indexes, chain of visits, readings and bodies.

Everything is read as it was at one moment, beside whoever writes, in bounded memory: rows stream, and only what one
page has is held at a time. What is damaged may be anything, so text that is no UTF-8 is read too, and no value is
taken for what its column should hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from monitor.chain import BEGINNING, entry_of, link_of
from monitor.errors import ArchiveError
from storage import bodies, provenance
from storage.chaining import entries, stamp_digest
from storage.connection import file_problems
from storage.provenance import EVERY, RESTORE, Progress, at_visit, count_of
from storage.rows import Flaw

_NO_DAMAGE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CANTOPEN)
_INDEXES = ("snapshots", "record_versions")


def flaws(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    """All that is not as it was written, as it is found. Takes minutes where a million visits are kept.

    Raises ArchiveError where something else than damage keeps it from reading, such as a full disk.
    """
    read = (provenance.versions, provenance.records, provenance.changes)
    with _one_moment(connection):
        for check in (_file, _search, _chain, *read, _stamps, _bodies):
            try:
                yield from check(connection, progress)
            except (sqlite3.DatabaseError, ArchiveError, UnicodeDecodeError) as error:
                _refuse_other_trouble(error)
                yield Flaw("file", f"The archive cannot be read to its end ({error}); {RESTORE}.")


def _refuse_other_trouble(error: sqlite3.DatabaseError | ArchiveError | UnicodeDecodeError) -> None:
    """A disk that is full, or a file that another program holds, is no damage: raises the error anew."""
    cause = error.__cause__ if isinstance(error, ArchiveError) else error
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in _NO_DAMAGE:
        raise error


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """One read transaction, in which text that is no UTF-8 comes out as something that no digest fits."""
    usual = connection.text_factory
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()
        connection.text_factory = usual


def _file(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    progress("the file", 0, 1)
    for problem in file_problems(connection):
        yield Flaw("file", f"The database file is damaged ({problem}); {RESTORE}.")
    progress("the file", 1, 1)


def _search(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    """FTS5 checks an index only for who may write, and locks writers out meanwhile: so copies of its tables are
    checked, in a temporary database of this connection's own."""
    for done, table in enumerate(_INDEXES):
        progress("search indexes", done, len(_INDEXES))
        index = f"{table}_fts"
        made = connection.execute("SELECT sql FROM main.sqlite_master WHERE name = ?", (index,)).fetchone()
        if made is None:
            yield Flaw("index", f"The search index {index} is missing; {RESTORE}.")
            continue
        # What a poll that goes on has kept and not indexed yet is no flaw.
        connection.execute(
            f"CREATE TEMP VIEW {table} AS SELECT id, title, text FROM main.{table}"
            f" WHERE id <= (SELECT newest FROM main.indexed_texts WHERE name = '{table}')"
        )
        connection.execute(made[0].replace(index, f"temp.{index}", 1))
        try:
            for part in ("data", "idx", "docsize", "config"):
                connection.execute(f"DELETE FROM temp.{index}_{part}")
                connection.execute(f"INSERT INTO temp.{index}_{part} SELECT * FROM main.{index}_{part}")
            connection.execute(f"INSERT INTO temp.{index}({index}, rank) VALUES ('integrity-check', 1)")
        except (sqlite3.DatabaseError, ArchiveError) as error:
            _refuse_other_trouble(error)
            yield Flaw("index", f"The texts in {table} are not those that its search index has read; {RESTORE}.")
        finally:
            connection.execute(f"DROP TABLE temp.{index}")
            connection.execute(f"DROP VIEW temp.{table}")
    progress("search indexes", len(_INDEXES), len(_INDEXES))


def _chain(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    """Every visit against its link. Where they differ it is the visit or the link: the next link says which."""
    total, number, kept, computed = count_of(connection, "visits"), 0, BEGINNING, BEGINNING
    suspect: Mapping[str, Any] | None = None
    for done, visit in enumerate(entries(connection), start=1):
        entry = _entry(visit)
        fits = link_of(kept, entry) == visit["link"]
        if suspect is not None:
            fits_other = link_of(computed, entry) == visit["link"]
            yield _changed(suspect, only_link=fits_other and not fits)
            fits, suspect = fits or fits_other, None
        if visit["link"] is None:
            yield at_visit("chain", visit, "has no link in the chain, so it was put in or its link was taken away")
        elif not fits and visit["number"] != number + 1:
            yield at_visit("chain", visit, f"follows visit {number}, and those between were deleted")
        elif not fits:
            suspect = visit
        number, computed = visit["number"], link_of(kept, entry)
        kept = visit["link"] if isinstance(visit["link"], bytes) else computed
        if done % EVERY == 0:
            progress("visits", done, total)
    if suspect is not None:
        yield _changed(suspect, only_link=False)
    progress("visits", total, total)


def _entry(visit: Mapping[str, Any]) -> bytes:
    try:
        return entry_of(visit)
    except (TypeError, ValueError):
        return b""


def _changed(visit: Mapping[str, Any], *, only_link: bool) -> Flaw:
    if only_link:
        return at_visit("chain", visit, "is as it was recorded, and its link in the chain is not")
    return at_visit("chain", visit, "is not as it was recorded, or its link or the visit before was exchanged")


def _stamps(connection: sqlite3.Connection, _progress: Progress) -> Iterator[Flaw]:
    """Time stamps hold a link that the chain must still have. Whether they are genuine needs more than the archive."""
    for stamp in connection.execute(
        "SELECT t.*, v.link IS NOT t.link AS lost FROM time_stamps t LEFT JOIN visits v ON v.id = t.visit ORDER BY t.id"
    ):
        said = f"The time stamp of {stamp['at']} by {stamp['authority']} for visit {stamp['visit']}"
        kept = (stamp[name] for name in ("visit", "link", "at", "authority", "response"))
        if stamp["digest"] != stamp_digest(*kept):
            what = "is not as it was kept"
        elif stamp["lost"]:
            what = "names a link that is not in the chain any more, so visits up to it were exchanged or deleted"
        else:
            continue
        yield Flaw("stamp", f"{said} {what}; {RESTORE}.", visit=stamp["visit"], at=str(stamp["at"]))


def _bodies(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    total = count_of(connection, "bodies")
    for done, (number, digest, damage) in enumerate(bodies.examined(connection), start=1):
        if damage:
            visit = connection.execute(
                "SELECT v.id AS number, v.at, p.url FROM visits v LEFT JOIN pages p ON p.id = v.page"
                " WHERE v.body = ? ORDER BY v.id LIMIT 1",
                (number,),
            ).fetchone()
            if visit is None:
                what = f"The body {digest}, which no visit brought, does not read back ({damage})"
                yield Flaw("body", f"{what}; {RESTORE}.")
            else:
                yield at_visit("body", visit, f"brought the body {digest}, which does not read back ({damage})")
        if done % EVERY == 0:
            progress("bodies", done, total)
    for (digest,) in connection.execute(
        "SELECT digest FROM bodies WHERE erased_at IS NOT NULL AND id IN (SELECT body FROM snapshots)"
    ):
        yield Flaw("body", f"The body {digest}, which a version was read from, was erased; {RESTORE}.")
    progress("bodies", total, total)
