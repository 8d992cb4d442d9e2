"""Reads looks back as they were taken, bodies included, so that they can be judged and read again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from monitor.types import Look, PageState
from storage import bodies
from storage.columns import read_time, read_time_or_none
from storage.rows import StoredLook, StoredRun
from storage.watching import source_id

_NOT_MODIFIED = 304

_LOOKS = """
    SELECT v.id, v.run, p.url, v.at, v.status, v.media_type, v.headers, v.final_url, v.truncated, v.error, v.elapsed_ms,
        v.snapshot, b.digest, b.erased_at
    FROM visits v
    JOIN pages p ON p.id = v.page
    LEFT JOIN bodies b ON b.id = v.body"""


def look_shown(connection: sqlite3.Connection, page: PageState, number: int) -> Look | None:
    """The look that brought a snapshot of a page; None where there is none, or it brought no page."""
    row = connection.execute(
        f"{_LOOKS} JOIN snapshots n ON n.page = p.id AND n.number = ?"
        " WHERE p.id = ? AND v.page = p.id AND v.snapshot = n.id AND v.body = n.body AND v.status BETWEEN 200 AND 299"
        " ORDER BY v.id LIMIT 1",
        (number, page.page_id),
    ).fetchone()
    return None if row is None else _look(connection, row)


def runs_of(connection: sqlite3.Connection, slug: str) -> tuple[StoredRun, ...]:
    """Every run over a source that looked at anything, in order. Raises UsageError for an unknown source."""
    source = source_id(connection, slug)
    pages: dict[int, list[str]] = {}
    for run, url in connection.execute(
        "SELECT v.run, p.url FROM runs r JOIN visits v ON v.run = r.id JOIN pages p ON p.id = v.page"
        " WHERE r.source = ? ORDER BY v.id",
        (source,),
    ):
        pages.setdefault(run, []).append(url)
    rows = connection.execute(
        "SELECT id, began_at, ended_at, outcome, complete FROM runs WHERE source = ? ORDER BY id", (source,)
    )
    return tuple(
        StoredRun(
            id=row["id"],
            began_at=read_time(row["began_at"]),
            ended_at=read_time_or_none(row["ended_at"]),
            outcome=row["outcome"] or "interrupted",
            complete=bool(row["complete"]),
            pages=tuple(pages[row["id"]]),
        )
        for row in rows
        if row["id"] in pages
    )


def looks_of(connection: sqlite3.Connection, run: int) -> Iterator[StoredLook]:
    """Every look of a run in the order in which they were taken. Bodies are read one at a time."""
    numbers = connection.execute("SELECT id FROM visits WHERE run = ? ORDER BY id", (run,)).fetchall()
    for (number,) in numbers:
        row = connection.execute(f"{_LOOKS} WHERE v.id = ?", (number,)).fetchone()
        yield StoredLook(number, _look(connection, row), row["snapshot"] is not None)


def _look(connection: sqlite3.Connection, row: Mapping[str, Any]) -> Look:
    """What was erased had said nothing new: it reads as an answer that nothing has changed."""
    elapsed = row["elapsed_ms"]
    erased = row["erased_at"] is not None
    return Look(
        url=row["url"],
        at=read_time(row["at"]),
        status=_NOT_MODIFIED if erased else row["status"],
        body=None if row["digest"] is None or erased else bodies.read(connection, row["digest"]),
        media_type=row["media_type"],
        headers=json.loads(row["headers"]) if row["headers"] else {},
        final_url=row["final_url"] or "",
        truncated=bool(row["truncated"]),
        error=row["error"],
        elapsed=None if elapsed is None else timedelta(milliseconds=elapsed),
    )
