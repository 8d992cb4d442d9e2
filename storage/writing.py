"""Writes one look with all that it amounts to. The caller's transaction holds it together."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from monitor.chain import entry_of, link_of
from monitor.errors import UsageError
from monitor.types import (
    Change,
    ChangeKind,
    Decision,
    Look,
    NewSnapshot,
    PageState,
    VerdictKind,
)
from storage import bodies, chaining
from storage.columns import (
    written_hold,
    written_json,
    written_learning,
    written_links,
    written_time,
    written_time_or_none,
)
from storage.record_writing import Evidence, RecordRow, write_records
from storage.watching import note_news, source_id

OF_VERSION = '"version"'
"""Stands in `changes.before` or `after` for the facts of the version that the row names: they are kept once."""

_OK = 200


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's row as the look finds it."""

    id: int
    last_look_at: str
    last_body: int | None
    newest_body: int | None
    snapshot: int | None
    snapshot_number: int


def write_look(
    connection: sqlite3.Connection,
    look: Look,
    page: PageState,
    decision: Decision,
    run: int,
) -> tuple[int, ...]:
    """Body, visit, snapshot, records, changes, page. Returns the ids of the changes.

    Raises UsageError for a look older than the page's
    newest, and for a source that was never kept.
    """
    source = source_id(connection, page.source.slug)
    before = _page_before(connection, source, look, page)
    at = written_time(look.at)
    kept = _keep_body(connection, look, decision, before)
    body = None if kept is None else kept.id
    snapshot = before.snapshot
    if decision.snapshot is not None:
        snapshot = _new_snapshot(connection, before, decision.snapshot, look, body)
    elif decision.same_snapshot and snapshot is not None:
        connection.execute("UPDATE snapshots SET last_seen = ? WHERE id = ?", (at, snapshot))
    shown = snapshot if decision.snapshot is not None or decision.same_snapshot else None
    visit = _new_visit(connection, run, (before.id, page.url), look, decision, kept, shown)
    extractor = decision.snapshot.extractor if decision.snapshot is not None else page.extractor
    evidence = Evidence(source, before.id, visit, snapshot, extractor, at)
    records = write_records(connection, decision.records, evidence) if decision.records else {}
    _update_page(connection, before.id, look, page, decision, body, snapshot)
    _reweigh(connection, decision)
    place = _Place(run, visit, source, before.id, before.snapshot, shown)
    return tuple(
        write_change(connection, change, place, records.get((change.record_kind, change.record_key)))
        for change in decision.changes
    )


def _reweigh(connection: sqlite3.Connection, decision: Decision) -> None:
    """Earlier changes weigh otherwise now; what was promised to anybody meanwhile stays as it was."""
    for number, change in decision.reweighed.items():
        connection.execute(
            "UPDATE changes SET significance = ?, reasons = ?, details = ? WHERE id = ?"
            " AND NOT EXISTS (SELECT 1 FROM alert_changes WHERE change = changes.id)",
            (change.significance, written_json(change.reasons), written_json(change.details), number),
        )


def write_health_change(connection: sqlite3.Connection, change: Change, run: int, source: int) -> int:
    """A change about our own eyes: of a run, and of no look."""
    return write_change(connection, change, _Place(run, None, source, None, None, None), None)


@dataclass(frozen=True, slots=True)
class _Place:
    """What a change is evidenced by."""

    run: int
    visit: int | None
    source: int
    page: int | None
    snapshot_before: int | None
    snapshot_after: int | None


def write_change(
    connection: sqlite3.Connection,
    change: Change,
    place: _Place,
    record: RecordRow | None,
) -> int:
    """One change. `record` is what the look's writes made of the record that it names."""
    version = record.version if record is not None else None
    before, after = _written_facts(connection, change, version)
    cursor = connection.execute(
        """
        INSERT INTO changes(run, visit, source, page, record, version, snapshot_before, snapshot_after, kind, at,
            baseline, significance, url, title, place, about, record_kind, record_key, cluster, summary, reasons,
            before, after, details)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            place.run,
            place.visit,
            place.source,
            place.page,
            record.id if record is not None else None,
            version,
            place.snapshot_before,
            place.snapshot_after,
            change.kind.value,
            written_time(change.at),
            int(change.baseline),
            change.significance,
            change.url,
            change.title,
            change.place,
            change.about,
            change.record_kind,
            change.record_key,
            change.cluster,
            change.summary,
            written_json(change.reasons),
            before,
            after,
            written_json(change.details),
        ),
    )
    note_news(connection, place.source, change)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _written_facts(
    connection: sqlite3.Connection, change: Change, version: int | None
) -> tuple[str | None, str | None]:
    """`before` and `after`. Those of an addition or a removal are the version's own facts, and not kept twice:
    the first look at a source may bring a quarter of a million."""
    before = None if change.before is None else written_json(change.before)
    after = None if change.after is None else written_json(change.after)
    if version is None or change.kind not in (ChangeKind.RECORD_ADDED, ChangeKind.RECORD_REMOVED):
        return before, after
    row = connection.execute("SELECT facts FROM record_versions WHERE id = ?", (version,)).fetchone()
    return (OF_VERSION if before == row[0] else before), (OF_VERSION if after == row[0] else after)


def _page_before(connection: sqlite3.Connection, source: int, look: Look, page: PageState) -> _Page:
    at = written_time(look.at)
    row = connection.execute(
        "SELECT p.id, p.last_look_at, p.last_body, p.newest_body, p.snapshot, coalesce(n.number, 0)"
        " FROM pages p LEFT JOIN snapshots n ON n.id = p.snapshot WHERE p.url = ? AND p.source = ?",
        (page.url, source),
    ).fetchone()
    if row is None:
        cursor = connection.execute(
            "INSERT INTO pages(source, url, first_seen, last_look_at, last_verdict) VALUES (?, ?, ?, ?, '')",
            (source, page.url, at, at),
        )
        assert cursor.lastrowid is not None
        return _Page(cursor.lastrowid, at, None, None, None, 0)
    before = _Page(*row)
    if at < before.last_look_at:
        raise UsageError(
            f"{page.url} has a look of {before.last_look_at[:16]} UTC in the archive, and one of {at[:16]} UTC cannot"
            " go before it; load a page's captures oldest first, into an archive that does not hold newer ones."
        )
    return before


def _keep_body(connection: sqlite3.Connection, look: Look, decision: Decision, before: _Page) -> bodies.Kept | None:
    """Every body is kept, believed or not. A block page is stored against the block page before, not between two
    versions of the page, where it would break the chain."""
    if look.body is None:
        return None
    believed = decision.verdict.believed and before.last_body is not None
    return bodies.keep(connection, look.body, before.last_body if believed else before.newest_body)


def _new_snapshot(
    connection: sqlite3.Connection, before: _Page, snapshot: NewSnapshot, look: Look, body: int | None
) -> int:
    at = written_time(look.at)
    text = "\n".join(snapshot.text)
    cursor = connection.execute(
        "INSERT INTO snapshots(page, number, first_seen, last_seen, body, media_type, extractor, content_digest,"
        " text_size, title, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            before.id,
            before.snapshot_number + 1,
            at,
            at,
            body,
            look.media_type,
            snapshot.extractor,
            snapshot.content_digest,
            len(text),
            snapshot.title,
            text,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _new_visit(
    connection: sqlite3.Connection,
    run: int,
    page: tuple[int, str],
    look: Look,
    decision: Decision,
    body: bodies.Kept | None,
    snapshot: int | None,
) -> int:
    """The visit, chained to the one before. `page` is its id and its address.

    Headers of an unchanged look are left out: those of the look that brought the body stand, and most looks are
    unchanged (10,000 pages an hour would otherwise add a quarter of a gigabyte a day).
    """
    unchanged = decision.verdict.kind is VerdictKind.UNCHANGED
    number, previous = chaining.before_next(connection)
    told = {
        "number": number,
        "run": run,
        "at": written_time(look.at),
        "status": look.status,
        "verdict": decision.verdict.kind.value,
        "reason": decision.verdict.reason,
        "mechanism": decision.verdict.mechanism,
        "media_type": look.media_type,
        "final_url": None if look.final_url == look.url else look.final_url,
        "truncated": int(look.truncated),
        "error": look.error,
        "elapsed_ms": None if look.elapsed is None else round(look.elapsed / timedelta(milliseconds=1)),
        "headers": None if unchanged or not look.headers else written_json(look.headers),
    }
    brought = {
        "url": page[1],
        "body": None if body is None else body.digest,
        "body_size": None if body is None else body.size,
    }
    connection.execute(
        "INSERT INTO visits(id, run, page, at, status, verdict, reason, mechanism, body, snapshot, media_type,"
        " final_url, truncated, error, elapsed_ms, headers, link)"
        " VALUES (:number, :run, :page, :at, :status, :verdict, :reason, :mechanism, :body, :snapshot, :media_type,"
        " :final_url, :truncated, :error, :elapsed_ms, :headers, :link)",
        {
            **told,
            "page": page[0],
            "body": None if body is None else body.id,
            "snapshot": snapshot,
            "link": link_of(previous, entry_of({**told, **brought})),
        },
    )
    return number


_UPDATE_PAGE = """
    UPDATE pages SET
        last_look_at = :at,
        last_verdict = CASE WHEN last_verdict = '' OR :tells_where THEN :verdict ELSE last_verdict END,
        last_full_look = coalesce(:full_look, last_full_look),
        etag = coalesce(:etag, etag),
        last_modified = coalesce(:last_modified, last_modified),
        last_body = coalesce(:last_body, last_body),
        newest_body = coalesce(:body, newest_body),
        snapshot = :snapshot,
        title = coalesce(:title, title),
        withdrawn = :withdrawn,
        look_again_at = :look_again_at,
        hold = :hold,
        learning = CASE WHEN :learned THEN :learning ELSE learning END,
        links = CASE WHEN :linked THEN :links ELSE links END
    WHERE id = :id"""


def _update_page(
    connection: sqlite3.Connection,
    page_id: int,
    look: Look,
    page: PageState,
    decision: Decision,
    body: int | None,
    snapshot: int | None,
) -> None:
    at = written_time(look.at)
    # A look from which nothing was concluded yet moves nothing: the next one is compared with the same body as it was.
    concluded = decision.snapshot is not None or decision.same_snapshot
    full = decision.verdict.believed and concluded and body is not None
    # The validators of a body that was not believed would let the server say that nothing has changed since.
    validated = full and look.status == _OK
    learned = page.page_id is None or decision.learning != page.learning
    believed_now = concluded and decision.verdict.kind in (VerdictKind.CREDIBLE, VerdictKind.MOVED)
    connection.execute(
        _UPDATE_PAGE,
        {
            "id": page_id,
            "at": at,
            "verdict": decision.verdict.kind.value,
            # A look that saw nothing, or nothing new, does not unsay that a page has moved: that is told once.
            "tells_where": believed_now or decision.verdict.kind is VerdictKind.GONE,
            "full_look": at if full else None,
            "etag": look.headers.get("etag", "") if validated else None,
            "last_modified": look.headers.get("last-modified", "") if validated else None,
            "last_body": body if full else None,
            "body": body,
            "snapshot": snapshot,
            "title": decision.snapshot.title if decision.snapshot is not None else None,
            "withdrawn": int(decision.withdrawn),
            "look_again_at": written_time_or_none(decision.look_again_at),
            "hold": written_hold(decision.hold),
            "learned": learned,
            "learning": written_learning(decision.learning) if learned else None,
            "linked": believed_now,
            "links": written_links(decision.links) if believed_now else None,
        },
    )
