"""Chains visits: each has a link over itself and the one before, in the order in which they were recorded.

The link before is read inside the transaction that writes the next one, and never remembered: so a roll-back, and
another process that wrote in between, break nothing. That read is one step in an index, for about 5 µs.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.chain import BEGINNING, MEMBERS, entry_of, link_of
from storage.columns import read_time, written_json, written_time
from storage.rows import ChainLink, RecordedVisit, TimeStamp

_AT_ONCE = 10_000
"""Visits a transaction when an archive gets its links: what a crash leaves is gone on with."""
_MANY = 50_000
"""Visits from which a person is told what takes so long."""

_logger = logging.getLogger(__name__)

_ENTRY = """v.id AS number, v.run, p.url, v.at, v.status, v.verdict, v.reason, v.mechanism, b.digest AS body,
    b.size AS body_size, v.media_type, v.final_url, v.truncated, v.error, v.elapsed_ms, v.headers, v.link"""
"""Columns under the names of `monitor.chain.MEMBERS`, and the link."""
_FROM = "FROM visits v LEFT JOIN pages p ON p.id = v.page LEFT JOIN bodies b ON b.id = v.body"
"""What a visit refers to may be missing: then that is found."""

_LAST = 2**63 - 1


def before_next(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """The number that the next visit gets, and the link before it. Inside the caller's transaction.

    Where an older version of On Notice wrote last, its visits get their links first.
    """
    row = connection.execute("SELECT id, link FROM visits ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        return 1, BEGINNING
    if row[1] is None:
        _link(connection, _last_linked(connection), _LAST)
        return before_next(connection)
    return row[0] + 1, row[1]


def head(connection: sqlite3.Connection) -> ChainLink | None:
    """The newest visit and its link; None where nothing was looked at yet."""
    return _link_in(connection.execute("SELECT id, at, link FROM visits ORDER BY id DESC LIMIT 1").fetchone())


def link_at(connection: sqlite3.Connection, visit: int) -> ChainLink | None:
    """A visit's link; None where there is no such visit."""
    return _link_in(connection.execute("SELECT id, at, link FROM visits WHERE id = ?", (visit,)).fetchone())


def _link_in(row: Mapping[str, Any] | None) -> ChainLink | None:
    return None if row is None or row["link"] is None else ChainLink(row["id"], read_time(row["at"]), row["link"])


def entries(connection: sqlite3.Connection, after: int = 0, upto: int = _LAST) -> Iterator[Mapping[str, Any]]:
    """What links cover, with the link that is kept, in order; `after` outside and `upto` inside."""
    yield from connection.execute(f"SELECT {_ENTRY} {_FROM} WHERE v.id > ? AND v.id <= ? ORDER BY v.id", (after, upto))


def recorded(
    connection: sqlite3.Connection,
    *,
    source: str | None,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Iterator[RecordedVisit]:
    """Visits page by page, each page's in the order of recording; `since` inside and `until` outside."""
    pages = connection.execute(
        "SELECT p.id, s.slug FROM pages p JOIN sources s ON s.id = p.source"
        " WHERE (:source IS NULL OR s.slug = :source) AND (:url IS NULL OR p.url = :url) ORDER BY p.id",
        {"source": source, "url": url},
    )
    for page, slug in pages:
        rows = connection.execute(
            f"SELECT {_ENTRY}, n.number AS version {_FROM} LEFT JOIN snapshots n ON n.id = v.snapshot"
            " WHERE v.page = ? AND v.at >= ? AND v.at < ? ORDER BY v.id",
            (page, written_time(since) if since else "", written_time(until) if until else "9999"),
        )
        yield from (_recorded(row, slug) for row in rows)


def recorded_visits(connection: sqlite3.Connection, numbers: Sequence[int]) -> tuple[RecordedVisit, ...]:
    """The visits with these numbers, in order."""
    rows = connection.execute(
        f"SELECT {_ENTRY}, s.slug, n.number AS version {_FROM} LEFT JOIN snapshots n ON n.id = v.snapshot"
        " JOIN sources s ON s.id = p.source"
        " WHERE v.id IN (SELECT value FROM json_each(?)) ORDER BY v.id",
        (written_json(numbers),),
    )
    return tuple(_recorded(row, row["slug"]) for row in rows)


def visits_showing(connection: sqlite3.Connection, source: str, url: str, version: int, before: int) -> tuple[int, ...]:
    """Numbers of the visit that brought a version of a page and of the last one, before that visit, that saw it."""
    row = connection.execute(
        "SELECT min(v.id), max(v.id) FROM pages p JOIN sources s ON s.id = p.source"
        " JOIN snapshots n ON n.page = p.id AND n.number = ?"
        " JOIN visits v ON v.page = p.id AND v.snapshot = n.id AND v.id < ? WHERE p.url = ? AND s.slug = ?",
        (version, before, url, source),
    ).fetchone()
    return () if row[0] is None else tuple(sorted({row[0], row[1]}))


def _recorded(row: Mapping[str, Any], slug: str) -> RecordedVisit:
    entry = {name: row[name] for name in MEMBERS}
    return RecordedVisit(slug, row["url"], read_time(row["at"]), entry, row["link"], row["version"])


def keep_time_stamp(connection: sqlite3.Connection, stamp: TimeStamp) -> None:
    """Keep what an authority signed."""
    at = written_time(stamp.at)
    connection.execute(
        "INSERT INTO time_stamps(visit, link, at, authority, response, digest) VALUES (?, ?, ?, ?, ?, ?)",
        (
            stamp.visit,
            stamp.link,
            at,
            stamp.authority,
            stamp.response,
            stamp_digest(stamp.visit, stamp.link, at, stamp.authority, stamp.response),
        ),
    )


def stamp_digest(*columns: object) -> bytes:
    """What damage to a kept time stamp shows by. Text that is no UTF-8 goes in as the bytes that it was read from."""
    return hashlib.sha256("\n".join(map(repr, columns)).encode("utf-8", "surrogateescape")).digest()


def time_stamps(connection: sqlite3.Connection, *, newest_first: bool = False) -> Iterator[TimeStamp]:
    """Every time stamp, in the order in which they were got, or the other way round."""
    order = "DESC" if newest_first else "ASC"
    for visit, link, at, authority, response in connection.execute(
        f"SELECT visit, link, at, authority, response FROM time_stamps ORDER BY id {order}"
    ):
        yield TimeStamp(visit, link, read_time(at), authority, response)


def complete(connection: sqlite3.Connection) -> None:
    """Give links to visits that have none, which an older version wrote: some at a time, each a transaction.

    Safe beside another process that does the same: both come to the same links.
    """
    newest = connection.execute("SELECT id, link IS NULL FROM visits ORDER BY id DESC LIMIT 1").fetchone()
    if newest is None or not newest[1]:
        return
    last, linked = newest[0], _last_linked(connection)
    if last - linked > _MANY:
        _logger.warning("chaining %s visits of an earlier version, once; breaking it off is safe", f"{last - linked:,}")
    while linked < last:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _link(connection, linked, linked + _AT_ONCE)
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        linked += _AT_ONCE


def _link(connection: sqlite3.Connection, after: int, upto: int) -> None:
    """Link the visits with these numbers, `after` outside and linked already, `upto` inside."""
    # Numbers of visits that were deleted before there was a chain are passed over.
    row = connection.execute("SELECT link FROM visits WHERE id <= ? ORDER BY id DESC LIMIT 1", (after,)).fetchone()
    previous = BEGINNING if row is None else row[0]
    links: list[tuple[bytes, int]] = []
    for visit in entries(connection, after, upto):
        previous = link_of(previous, entry_of(visit))
        links.append((previous, visit["number"]))
    connection.executemany("UPDATE visits SET link = ? WHERE id = ?", links)


def _last_linked(connection: sqlite3.Connection) -> int:
    """The newest visit with a link, 0 for none: links are missing at the end only."""
    row = connection.execute("SELECT id FROM visits WHERE link IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    return 0 if row is None else int(row[0])
