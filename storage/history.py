"""Reads a page's past a piece at a time: its versions, its looks, and single ones of both with all that is known."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from monitor.types import VerdictKind
from storage.columns import read_text, read_time, read_time_or_none
from storage.rows import LookLine, PageSummary, StoredLookDetails, StoredVersion, VersionLine

_PAGE = """p.id AS page_id, p.url AS page_url, p.title AS page_title, p.first_seen AS page_first_seen, p.last_look_at,
    p.last_full_look, p.withdrawn, p.snapshot AS current, s.slug, s.title AS source_title, s.publisher, s.timezone"""

_NOT_BELIEVED = "v.verdict NOT IN ('credible', 'unchanged', 'moved')"
"""As the index `visits_not_believed` has it; see `Verdict.believed`."""


def page(connection: sqlite3.Connection, number: int) -> PageSummary | None:
    """One page."""
    row = connection.execute(
        f"SELECT {_PAGE} FROM pages p JOIN sources s ON s.id = p.source WHERE p.id = ?", (number,)
    ).fetchone()
    return None if row is None else _page(row)


def pages_of(connection: sqlite3.Connection, source: int, after: int, limit: int) -> tuple[PageSummary, ...]:
    """Pages of a source in the order in which they were found."""
    rows = connection.execute(
        f"SELECT {_PAGE} FROM pages p JOIN sources s ON s.id = p.source WHERE p.source = ? AND p.id > ?"
        " ORDER BY p.id LIMIT ?",
        (source, after, limit),
    )
    return tuple(_page(row) for row in rows)


def _page(row: Mapping[str, Any]) -> PageSummary:
    return PageSummary(
        id=row["page_id"],
        source=row["slug"],
        source_title=row["source_title"],
        publisher=row["publisher"],
        timezone=row["timezone"],
        url=row["page_url"],
        title=row["page_title"],
        first_seen=read_time(row["page_first_seen"]),
        last_look_at=read_time(row["last_look_at"]),
        last_full_look=read_time_or_none(row["last_full_look"]),
        withdrawn=bool(row["withdrawn"]),
        current=row["current"],
    )


def versions(connection: sqlite3.Connection, page: int, before: int, limit: int) -> tuple[VersionLine, ...]:
    """Versions of a page whose numbers are below `before`, newest first, without their texts."""
    rows = connection.execute(
        "SELECT n.id, n.number, n.first_seen, n.last_seen, n.title, n.text_size, b.digest FROM snapshots n"
        " LEFT JOIN bodies b ON b.id = n.body WHERE n.page = ? AND n.number < ? ORDER BY n.number DESC LIMIT ?",
        (page, before, limit),
    )
    return tuple(
        VersionLine(
            id=row["id"],
            number=row["number"],
            first_seen=read_time(row["first_seen"]),
            last_seen=read_time(row["last_seen"]),
            title=row["title"],
            text_size=row["text_size"],
            body_digest=row["digest"] or "",
        )
        for row in rows
    )


_VERSION = f"""
    SELECT n.id, n.number, n.first_seen, n.last_seen, n.title, n.text, n.extractor, n.media_type, n.content_digest,
        b.digest, b.size, {_PAGE}
    FROM snapshots n
    JOIN pages p ON p.id = n.page
    JOIN sources s ON s.id = p.source
    LEFT JOIN bodies b ON b.id = n.body"""


def version(connection: sqlite3.Connection, snapshot: int) -> StoredVersion | None:
    """A version by its snapshot's number in the archive."""
    row = connection.execute(f"{_VERSION} WHERE n.id = ?", (snapshot,)).fetchone()
    return None if row is None else _version(row)


def version_of(connection: sqlite3.Connection, page: int, number: int) -> StoredVersion | None:
    """A version by its number within the page."""
    row = connection.execute(f"{_VERSION} WHERE n.page = ? AND n.number = ?", (page, number)).fetchone()
    return None if row is None else _version(row)


def _version(row: Mapping[str, Any]) -> StoredVersion:
    return StoredVersion(
        id=row["id"],
        page=_page(row),
        number=row["number"],
        first_seen=read_time(row["first_seen"]),
        last_seen=read_time(row["last_seen"]),
        title=row["title"],
        text=read_text(row["text"]),
        extractor=row["extractor"],
        media_type=row["media_type"],
        content_digest=row["content_digest"],
        body_digest=row["digest"] or "",
        body_size=row["size"],
    )


_LOOKS = """
    SELECT v.id, v.at, v.status, v.verdict, v.reason, v.snapshot, n.number
    FROM visits v LEFT JOIN snapshots n ON n.id = v.snapshot"""


def looks_at(connection: sqlite3.Connection, page: int, before: int, limit: int) -> tuple[LookLine, ...]:
    """Looks at a page whose numbers are below `before`, newest first."""
    rows = connection.execute(
        f"{_LOOKS} WHERE v.page = ? AND v.id < ? ORDER BY v.id DESC LIMIT ?", (page, before, limit)
    )
    return tuple(_look(row) for row in rows)


def looks_not_believed(connection: sqlite3.Connection, page: int, limit: int) -> tuple[LookLine, ...]:
    """The newest looks at a page that failed or were not believed, newest first."""
    rows = connection.execute(
        f"{_LOOKS} WHERE v.page = ? AND {_NOT_BELIEVED} ORDER BY v.id DESC LIMIT ?", (page, limit)
    )
    return tuple(_look(row) for row in rows)


def _look(row: Mapping[str, Any]) -> LookLine:
    return LookLine(
        id=row["id"],
        at=read_time(row["at"]),
        status=row["status"],
        verdict=VerdictKind(row["verdict"]),
        reason=row["reason"],
        snapshot=row["snapshot"],
        version=row["number"],
    )


def look_details(connection: sqlite3.Connection, number: int) -> StoredLookDetails | None:
    """One look with all that is known of it."""
    row = connection.execute(
        f"""SELECT v.id, v.at, v.status, v.verdict, v.reason, v.mechanism, v.snapshot, v.media_type, v.truncated,
            v.error, v.elapsed_ms, v.headers, v.run, coalesce(v.final_url, p.url) AS final_url, n.number,
            b.digest, b.size, {_PAGE}
        FROM visits v
        JOIN pages p ON p.id = v.page
        JOIN sources s ON s.id = p.source
        LEFT JOIN snapshots n ON n.id = v.snapshot
        LEFT JOIN bodies b ON b.id = v.body
        WHERE v.id = ?""",
        (number,),
    ).fetchone()
    if row is None:
        return None
    return StoredLookDetails(
        look=_look(row),
        page=_page(row),
        run=row["run"],
        mechanism=row["mechanism"],
        media_type=row["media_type"],
        final_url=row["final_url"],
        truncated=bool(row["truncated"]),
        error=row["error"],
        elapsed_ms=row["elapsed_ms"],
        headers=json.loads(row["headers"]) if row["headers"] else {},
        body_digest=row["digest"] or "",
        body_size=row["size"],
    )
