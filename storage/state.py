"""What is known of a page just before a look: the light part at every look, the heavy part when its body differs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.errors import UsageError
from monitor.types import (
    Edition,
    Extraction,
    Known,
    Link,
    PageState,
    Record,
    RecordSet,
    Scope,
    ScopeKind,
    Source,
    VerdictKind,
)
from storage.columns import read_hold, read_learning, read_links, read_text, read_time, read_time_or_none, written_json
from storage.watching import source_id

RECORD_COLUMNS = (
    "r.kind AS kind, v.key AS key, v.title AS title, v.facts AS facts, v.extras AS extras, v.parent AS parent,"
    " v.position AS position, v.member AS member, v.place AS place, v.about AS about, v.url AS url"
)
"""Of `records r` and `record_versions v`: what `record_of` reads."""

_AFTER_ALL = "\U0010ffff"
"""Sorts behind every character that a key may hold."""


def record_of(row: Mapping[str, Any]) -> Record:
    """A record from a row with `RECORD_COLUMNS`."""
    return Record(
        kind=row["kind"],
        key=row["key"],
        title=row["title"],
        facts=json.loads(row["facts"]),
        extras=json.loads(row["extras"]),
        parent=row["parent"],
        position=row["position"],
        member=row["member"],
        place=row["place"],
        about=row["about"],
        url=row["url"],
    )


_PAGE_STATE = """
    SELECT s.baseline_at, p.id, p.first_seen, p.last_verdict, p.title, p.etag, p.last_modified, p.last_full_look,
        p.withdrawn, p.hold, p.learning, n.number, n.content_digest, n.extractor, n.text_size,
        last.digest AS last_body, shown.digest AS snapshot_body
    FROM sources s
    LEFT JOIN pages p ON p.url = ? AND p.source = s.id
    LEFT JOIN snapshots n ON n.id = p.snapshot
    LEFT JOIN bodies last ON last.id = p.last_body
    LEFT JOIN bodies shown ON shown.id = n.body
    WHERE s.slug = ?"""


def page_state(connection: sqlite3.Connection, source: Source, url: str) -> PageState:
    """The light part. Creates nothing; raises UsageError for a source that was never kept."""
    row = connection.execute(_PAGE_STATE, (url, source.slug)).fetchone()
    if row is None:
        raise UsageError(
            f"The archive knows no source called {source.slug!r}; `onnotice sources --all` lists those it knows."
        )
    baseline = row["baseline_at"] is None
    if row["id"] is None:
        return PageState(source=source, url=url, baseline=baseline)
    return PageState(
        source=source,
        url=url,
        page_id=row["id"],
        first_seen=read_time(row["first_seen"]),
        last_body=row["last_body"],
        last_verdict=VerdictKind(row["last_verdict"]),
        content_digest=row["content_digest"] or "",
        snapshot_number=row["number"] or 0,
        snapshot_body=row["snapshot_body"],
        title=row["title"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        last_full_look=read_time_or_none(row["last_full_look"]),
        extractor=row["extractor"] or "",
        text_size=row["text_size"] or 0,
        withdrawn=bool(row["withdrawn"]),
        hold=read_hold(row["hold"]),
        learning=read_learning(row["learning"]),
        baseline=baseline,
    )


def page_links(connection: sqlite3.Connection, page: PageState) -> tuple[Link, ...]:
    """Links of the page's newest credible look."""
    row = connection.execute("SELECT links FROM pages WHERE id = ?", (page.page_id,)).fetchone()
    return read_links(row[0]) if row is not None else ()


def page_records(connection: sqlite3.Connection, page: PageState) -> tuple[Record, ...]:
    """Present records that were last seen on the page, in its order."""
    rows = connection.execute(
        f"SELECT {RECORD_COLUMNS} FROM records r JOIN record_versions v ON v.id = r.version"
        " WHERE r.page = ? AND r.present = 1 ORDER BY r.kind, v.parent, v.position, r.id",
        (page.page_id,),
    )
    return tuple(record_of(row) for row in rows)


def present_records(connection: sqlite3.Connection, slug: str, kind: str, since: str) -> tuple[Record, ...]:
    """Present records of a kind that are about `since` (ISO) or later, in the order of what they are about."""
    rows = connection.execute(
        f"SELECT {RECORD_COLUMNS} FROM records r JOIN record_versions v ON v.id = r.version"
        " WHERE r.source = ? AND r.kind = ? AND r.present = 1 AND r.about >= ? ORDER BY r.about, r.id",
        (source_id(connection, slug), kind, since),
    )
    return tuple(record_of(row) for row in rows)


def known(connection: sqlite3.Connection, page: PageState, extraction: Extraction) -> Known:
    """The heavier part, in proportion to what the extraction can touch, however much the archive holds."""
    source = source_id(connection, page.source.slug)
    present: dict[tuple[str, str], Record] = {}
    withdrawn: dict[tuple[str, str], Record] = {}
    read_before: set[tuple[str, str]] = set()
    editions: dict[str, tuple[Record, ...]] = {}
    labels: dict[str, str] = {}
    for found in extraction.record_sets:
        for record in _covered(connection, source, found):
            present[record.kind, record.key] = record
        for is_present, extractor, record in _of_equal_keys(connection, source, found):
            (present if is_present else withdrawn)[record.kind, record.key] = record
            if is_present and _is_another_version(extractor, extraction.extractor):
                read_before.add((record.kind, record.key))
        if found.edition is not None:
            label, records = _previous_edition(connection, source, found.kind, found.edition)
            if records:
                labels[found.kind], editions[found.kind] = label, records
    return Known(
        text=_current_text(connection, page),
        records=tuple(present.values()),
        withdrawn=tuple(withdrawn.values()),
        read_before=frozenset(read_before),
        previous_editions=editions,
        previous_labels=labels,
    )


def _current_text(connection: sqlite3.Connection, page: PageState) -> tuple[str, ...]:
    row = connection.execute(
        "SELECT n.text FROM pages p JOIN snapshots n ON n.id = p.snapshot WHERE p.id = ?", (page.page_id,)
    ).fetchone()
    return read_text(row[0]) if row is not None else ()


def _covered(connection: sqlite3.Connection, source: int, found: RecordSet) -> Iterable[Record]:
    scope = found.scope
    if scope.kind is ScopeKind.NONE:
        return ()
    conditions, values = _scope_conditions(scope)
    rows = connection.execute(
        f"SELECT {RECORD_COLUMNS} FROM records r JOIN record_versions v ON v.id = r.version"
        f" WHERE r.source = ? AND r.kind = ? AND r.present = 1{conditions} ORDER BY r.id",
        (source, found.kind, *values),
    )
    return (record for record in map(record_of, rows) if scope.covers(record))


def _scope_conditions(scope: Scope) -> tuple[str, list[str]]:
    """The scope as far as an index can follow it; `Scope.covers` has the last word."""
    conditions: list[str] = []
    values: list[str] = []
    if scope.parent is not None:
        conditions.append("r.parent = ?")
        values.append(scope.parent)
    if scope.prefix:
        conditions.append("r.key >= ? AND r.key < ?")
        values += [scope.prefix, scope.prefix + _AFTER_ALL]
    if scope.kind is ScopeKind.WINDOW:
        conditions.append("r.about >= ? AND r.about < ?")
        values += [scope.since, scope.until]
    return "".join(f" AND {condition}" for condition in conditions), values


def _of_equal_keys(connection: sqlite3.Connection, source: int, found: RecordSet) -> Iterable[tuple[bool, str, Record]]:
    """Whether each is present, what read its version, and the record."""
    keys = written_json([record.key for record in found.records])
    rows = connection.execute(
        f"SELECT r.present, v.extractor, {RECORD_COLUMNS} FROM json_each(?) AS wanted"
        " CROSS JOIN records r ON r.source = ? AND r.kind = ? AND r.key = wanted.value"
        " JOIN record_versions v ON v.id = r.version",
        (keys, source, found.kind),
    )
    return ((bool(row["present"]), row["extractor"], record_of(row)) for row in rows)


def _is_another_version(extractor: str, newer: str) -> bool:
    """Whether two extractors are one of the same name, in two versions."""
    return extractor != newer and extractor.partition("/")[0] == newer.partition("/")[0]


def _previous_edition(
    connection: sqlite3.Connection, source: int, kind: str, edition: Edition
) -> tuple[str, tuple[Record, ...]]:
    """Label and present records of the newest edition that sorts before this one, in their printed order."""
    series = "r.source = ? AND r.kind = ? AND r.edition_series = ? AND r.edition_order <> '' AND r.present = 1"
    rows = connection.execute(
        f"SELECT r.edition_label, {RECORD_COLUMNS} FROM records r JOIN record_versions v ON v.id = r.version"
        f" WHERE {series} AND r.edition_order = ("
        f"SELECT max(r.edition_order) FROM records r WHERE {series} AND r.edition_order < ?)"
        " ORDER BY v.position, r.id",
        (source, kind, edition.series, source, kind, edition.series, edition.order),
    ).fetchall()
    return (rows[0]["edition_label"] if rows else ""), tuple(record_of(row) for row in rows)
