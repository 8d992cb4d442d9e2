"""Reads what was written: changes, versions of pages and records, looks, and what held at a moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.significance import TOLD_AT
from monitor.types import Change, ChangeKind, Facts, StoredChange, VerdictKind
from storage.columns import read_text, read_time, read_time_or_none, written_time
from storage.rows import PresentRecord, StoredRecord, StoredSnapshot, StoredVisit
from storage.state import RECORD_COLUMNS, record_of
from storage.watching import source_id
from storage.writing import OF_VERSION

_CHANGES = """
    SELECT c.*, s.slug, s.title AS source_title, was.number AS number_before, became.number AS number_after,
        b.digest, CASE WHEN c.before = '"version"' OR c.after = '"version"' THEN v.facts END AS version_facts
    FROM changes c
    JOIN sources s ON s.id = c.source
    LEFT JOIN visits seen ON seen.id = c.visit
    LEFT JOIN bodies b ON b.id = seen.body
    LEFT JOIN snapshots was ON was.id = c.snapshot_before
    LEFT JOIN snapshots became ON became.id = c.snapshot_after
    LEFT JOIN record_versions v ON v.id = c.version"""


def changes(
    connection: sqlite3.Connection,
    *,
    poll: int | None,
    run: int | None,
    source: str | None,
    url: str | None,
    kind: str | None,
    since: datetime | None,
    until: datetime | None,
    baseline: bool,
    after_id: int | None,
    limit: int | None,
    newest: bool,
) -> tuple[StoredChange, ...]:
    """Changes in the order of their ids that meet every condition; `since` inside, `until` outside. `limit` takes the
    first so many, or the `newest`."""
    asked: tuple[tuple[str, object], ...] = (
        ("c.run IN (SELECT id FROM runs WHERE poll = ?)", poll),
        ("c.run = ?", run),
        ("c.source = (SELECT id FROM sources WHERE slug = ?)", source),
        ("c.page IN (SELECT id FROM pages WHERE url = ?)", url),
        ("c.kind = ?", kind),
        ("c.at >= ?", None if since is None else written_time(since)),
        ("c.at < ?", None if until is None else written_time(until)),
        ("c.id > ?", after_id),
    )
    conditions = [condition for condition, value in asked if value is not None]
    values = [value for _, value in asked if value is not None]
    if not baseline:
        conditions.append("c.baseline = 0")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"{_CHANGES}{where} ORDER BY c.id {'DESC' if newest else ''} LIMIT ?"
    found = connection.execute(query, (*values, -1 if limit is None else limit)).fetchall()
    return tuple(_change(row) for row in (reversed(found) if newest else found))


def changes_by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[StoredChange, ...]:
    """The changes with these numbers, in the order of their ids."""
    query = f"{_CHANGES} WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id"
    return tuple(_change(row) for row in connection.execute(query, (json.dumps(list(ids)),)))


def news_after(connection: sqlite3.Connection, cursor: int) -> tuple[StoredChange, ...]:
    """Changes after a cursor, without those of first looks. The index is named: the planner would rather walk the
    rows of a whole baseline."""
    query = f"""{_CHANGES} WHERE c.id IN (
        SELECT id FROM changes INDEXED BY changes_with_news WHERE baseline = 0 AND id > ?) ORDER BY c.id"""
    return tuple(_change(row) for row in connection.execute(query, (cursor,)))


def newest_changes(
    connection: sqlite3.Connection, source: str | None, before: StoredChange | None, limit: int
) -> tuple[StoredChange, ...]:
    """Changes without those of first looks, the newest first; those seen before another, where one is given."""
    conditions = ["c.baseline = 0"]
    values: list[object] = []
    if source is not None:
        conditions.append("c.source = (SELECT id FROM sources WHERE slug = ?)")
        values.append(source)
    if before is not None:
        conditions.append("(c.at, c.id) < (?, ?)")
        values += [written_time(before.change.at), before.id]
    query = f"{_CHANGES} WHERE {' AND '.join(conditions)} ORDER BY c.at DESC, c.id DESC LIMIT ?"
    return tuple(_change(row) for row in connection.execute(query, (*values, limit)))


_UNPROMISED_AT_MOST = 20
"""Changes. A part that moves by itself has shown it by then."""


def unpromised(connection: sqlite3.Connection, page: int | None) -> dict[int, Change]:
    """By id: the newest changes of a page's text that weigh enough to be told and were promised to nobody yet."""
    query = f"""{_CHANGES} WHERE c.page = ? AND c.kind = ? AND c.baseline = 0 AND c.significance >= ?
        AND NOT EXISTS (SELECT 1 FROM alert_changes a WHERE a.change = c.id) ORDER BY c.id DESC LIMIT ?"""
    rows = connection.execute(query, (page, ChangeKind.PAGE_CHANGED.value, TOLD_AT, _UNPROMISED_AT_MOST))
    return {row["id"]: _change(row).change for row in rows}


def _change(row: Mapping[str, Any]) -> StoredChange:
    change = Change(
        kind=ChangeKind(row["kind"]),
        at=read_time(row["at"]),
        source=row["slug"],
        url=row["url"],
        summary=row["summary"],
        significance=row["significance"],
        reasons=tuple(json.loads(row["reasons"])),
        before=_facts(row["before"], row["version_facts"]),
        after=_facts(row["after"], row["version_facts"]),
        record_kind=row["record_kind"],
        record_key=row["record_key"],
        title=row["title"],
        place=row["place"],
        about=row["about"],
        cluster=row["cluster"],
        baseline=bool(row["baseline"]),
        details=json.loads(row["details"]),
    )
    return StoredChange(
        id=row["id"],
        run=row["run"],
        visit=row["visit"],
        change=change,
        source_title=row["source_title"],
        snapshot_before=row["number_before"],
        snapshot_after=row["number_after"],
        body_digest=row["digest"] or "",
        page=row["page"],
    )


def _facts(text: str | None, of_version: str | None) -> Facts | None:
    if text == OF_VERSION:
        text = of_version
    if text is None:
        return None
    facts: Facts = json.loads(text)
    return facts


_SNAPSHOTS = """
    SELECT n.id, s.slug, p.url, n.number, n.first_seen, n.last_seen, n.title, n.text, b.digest, n.extractor,
        n.media_type, n.content_digest
    FROM pages p
    JOIN sources s ON s.id = p.source
    JOIN snapshots n ON n.page = p.id
    LEFT JOIN bodies b ON b.id = n.body
    WHERE p.url = ? AND (? IS NULL OR s.slug = ?)"""


def snapshots(connection: sqlite3.Connection, url: str, source: str | None) -> tuple[StoredSnapshot, ...]:
    """Every version of a page, oldest first; of all sources that watch it unless one is named."""
    rows = connection.execute(f"{_SNAPSHOTS} ORDER BY p.source, n.number", (url, source, source))
    return tuple(_snapshot(row) for row in rows)


def snapshot_at(
    connection: sqlite3.Connection, url: str, moment: datetime, source: str | None
) -> StoredSnapshot | None:
    """The version that was the newest at a moment. None before the first."""
    row = connection.execute(
        f"{_SNAPSHOTS} AND n.first_seen <= ? ORDER BY n.first_seen DESC, n.id DESC LIMIT 1",
        (url, source, source, written_time(moment)),
    ).fetchone()
    return None if row is None else _snapshot(row)


def _snapshot(row: Mapping[str, Any]) -> StoredSnapshot:
    return StoredSnapshot(
        id=row["id"],
        source=row["slug"],
        url=row["url"],
        number=row["number"],
        first_seen=read_time(row["first_seen"]),
        last_seen=read_time(row["last_seen"]),
        title=row["title"],
        text=read_text(row["text"]),
        body_digest=row["digest"] or "",
        extractor=row["extractor"],
        media_type=row["media_type"],
        content_digest=row["content_digest"],
    )


_VISITS = """
    SELECT v.at, v.status, v.verdict, v.reason, v.mechanism, b.digest, n.number,
        coalesce(v.final_url, p.url) AS final_url, v.elapsed_ms
    FROM pages p
    JOIN sources s ON s.id = p.source
    JOIN visits v ON v.page = p.id
    LEFT JOIN bodies b ON b.id = v.body
    LEFT JOIN snapshots n ON n.id = v.snapshot"""


def visits(connection: sqlite3.Connection, url: str, source: str | None) -> tuple[StoredVisit, ...]:
    """Every look at a page, oldest first."""
    rows = connection.execute(
        f"{_VISITS} WHERE p.url = ? AND (? IS NULL OR s.slug = ?) ORDER BY v.at, v.id", (url, source, source)
    )
    return tuple(_visit(row) for row in rows)


def newest_visits(connection: sqlite3.Connection, page: int | None, most: int) -> tuple[StoredVisit, ...]:
    """The newest looks at a page, oldest first. No page's looks are written out of their order."""
    rows = connection.execute(f"{_VISITS} WHERE v.page = ? ORDER BY v.id DESC LIMIT ?", (page, most)).fetchall()
    return tuple(_visit(row) for row in reversed(rows))


def visit(connection: sqlite3.Connection, number: int) -> StoredVisit | None:
    """One look."""
    row = connection.execute(f"{_VISITS} WHERE v.id = ?", (number,)).fetchone()
    return None if row is None else _visit(row)


def _visit(row: Mapping[str, Any]) -> StoredVisit:
    return StoredVisit(
        at=read_time(row["at"]),
        status=row["status"],
        verdict=VerdictKind(row["verdict"]),
        reason=row["reason"],
        mechanism=row["mechanism"],
        body_digest=row["digest"] or "",
        snapshot_number=row["number"],
        final_url=row["final_url"],
        elapsed_ms=row["elapsed_ms"],
    )


def watchers(connection: sqlite3.Connection, url: str) -> tuple[str, ...]:
    """Slugs of the sources under which a page was looked at."""
    rows = connection.execute(
        "SELECT s.slug FROM pages p JOIN sources s ON s.id = p.source WHERE p.url = ? ORDER BY s.id", (url,)
    )
    return tuple(row[0] for row in rows)


def pages_due(connection: sqlite3.Connection, now: datetime, slug: str | None) -> tuple[tuple[str, str], ...]:
    """(slug, url) of pages of watched sources that are to be looked at again by now."""
    rows = connection.execute(
        "SELECT s.slug, p.url FROM pages p JOIN sources s ON s.id = p.source WHERE p.look_again_at IS NOT NULL"
        " AND p.look_again_at <= ? AND s.active = 1 AND (? IS NULL OR s.slug = ?) ORDER BY p.look_again_at, p.id",
        (written_time(now), slug, slug),
    )
    return tuple((row[0], row[1]) for row in rows)


def newest_look(connection: sqlite3.Connection) -> datetime | None:
    """When a page was looked at last. Walks all pages: 5 ms for 30,000, once a process."""
    return read_time_or_none(connection.execute("SELECT max(last_look_at) FROM pages").fetchone()[0])


def look_again_at(connection: sqlite3.Connection, slug: str, after: datetime) -> datetime | None:
    """When the first of a source's held pages is to be looked at again, later than `after`; None without one."""
    row = connection.execute(
        "SELECT min(look_again_at) FROM pages WHERE look_again_at > ? AND source = ?",
        (written_time(after), source_id(connection, slug)),
    ).fetchone()
    return read_time_or_none(row[0])


def known_urls(connection: sqlite3.Connection, slug: str) -> tuple[str, ...]:
    """Every page ever looked at under a source, in the order in which they were found."""
    rows = connection.execute(
        "SELECT p.url FROM pages p JOIN sources s ON s.id = p.source WHERE s.slug = ? ORDER BY p.id", (slug,)
    )
    return tuple(row[0] for row in rows)


def pages_to_confirm(connection: sqlite3.Connection, slug: str, *, held: bool) -> tuple[str, ...]:
    """Pages of a source that were seen and are not known to be withdrawn: those on hold, then, unless the `held` ones
    alone are asked for, the oldest looks."""
    rows = connection.execute(
        "SELECT p.url FROM pages p JOIN sources s ON s.id = p.source"
        " WHERE s.slug = ? AND p.withdrawn = 0 AND p.snapshot IS NOT NULL AND (p.hold IS NOT NULL OR NOT ?)"
        " ORDER BY p.hold IS NULL, p.last_look_at, p.id",
        (slug, held),
    )
    return tuple(row[0] for row in rows)


def extractors(connection: sqlite3.Connection, slug: str) -> tuple[str, ...]:
    """Names and versions of what read the versions of a source's pages, in the order of names."""
    rows = connection.execute(
        "SELECT DISTINCT n.extractor FROM pages p JOIN snapshots n ON n.page = p.id WHERE p.source = ? ORDER BY 1",
        (source_id(connection, slug),),
    )
    return tuple(row[0] for row in rows)


_RECORDS = f"""
    SELECT r.id AS record_id, {RECORD_COLUMNS}, s.slug, v.valid_from, v.valid_to, v.number, n.number AS page_version
    FROM records r
    JOIN sources s ON s.id = r.source
    JOIN record_versions v ON v.record = r.id
    LEFT JOIN snapshots n ON n.id = v.snapshot"""


def records_at(
    connection: sqlite3.Connection, slug: str, moment: datetime, kind: str | None
) -> tuple[StoredRecord, ...]:
    """What held at a moment, by kind and in the order of the page. Disputes are those known today."""
    source = source_id(connection, slug)
    at = written_time(moment)
    rows = connection.execute(
        f"{_RECORDS} WHERE r.source = ? AND (? IS NULL OR r.kind = ?) AND v.valid_from <= ?"
        " AND (v.valid_to IS NULL OR v.valid_to > ?) ORDER BY r.kind, v.parent, v.position, r.id",
        (source, kind, kind, at, at),
    )
    return tuple(_stored(rows, disputes(connection, source)))


def present_at_place(connection: sqlite3.Connection, kind: str, place: str) -> tuple[PresentRecord, ...]:
    """Present records of a kind with this place, of every source, in the order in which they were first seen."""
    rows = connection.execute(
        f"""SELECT {RECORD_COLUMNS}, s.slug, coalesce(p.last_full_look, v.valid_from) AS looked_at
        FROM records r
        JOIN sources s ON s.id = r.source
        JOIN record_versions v ON v.id = r.version
        LEFT JOIN pages p ON p.id = r.page
        WHERE r.source IN (SELECT id FROM sources) AND r.kind = ? AND r.present = 1 AND v.place = ?
        ORDER BY r.id""",
        (kind, place),
    )
    return tuple(PresentRecord(record_of(row), row["slug"], read_time(row["looked_at"])) for row in rows)


def record_history(connection: sqlite3.Connection, slug: str, kind: str, key: str) -> tuple[StoredRecord, ...]:
    """Every version of the record that bears this key or once did, oldest first."""
    source = source_id(connection, slug)
    rows = connection.execute(
        f"""{_RECORDS} WHERE r.id IN (
            SELECT id FROM records WHERE source = :source AND kind = :kind AND key = :key
            UNION SELECT renamed.record FROM record_versions renamed CROSS JOIN records r ON r.id = renamed.record
                WHERE renamed.key_before = :key AND renamed.key_before <> '' AND r.source = :source AND r.kind = :kind)
        ORDER BY v.valid_from, v.id""",
        {"source": source, "kind": kind, "key": key},
    )
    return tuple(_stored(rows, disputes(connection, source)))


def _stored(rows: sqlite3.Cursor, disputes: Mapping[int, tuple[str, ...]]) -> Iterator[StoredRecord]:
    for row in rows:
        yield StoredRecord(
            record=record_of(row),
            source=row["slug"],
            valid_from=read_time(row["valid_from"]),
            valid_to=read_time_or_none(row["valid_to"]),
            version=row["number"],
            snapshot=row["page_version"],
            disputed_by=disputes.get(row["record_id"], ()),
        )


def disputes(connection: sqlite3.Connection, source: int) -> Mapping[int, tuple[str, ...]]:
    """Titles of notices by the record that they name as wrong."""
    found: dict[int, tuple[str, ...]] = {}
    rows = connection.execute(
        "SELECT DISTINCT record, notice FROM corrections WHERE source_id = ? ORDER BY notice_id", (source,)
    )
    for record, notice in rows:
        found[record] = (*found.get(record, ()), notice)
    return found
