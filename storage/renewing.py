"""Writes newer readings of bodies that are kept: what was read out of the evidence, and never the evidence itself.

A version of a record that the newer reading does not have stays where it was read, valid at no time: it ends at the
moment at which it began. So what was told on its ground keeps its ground.
"""

from __future__ import annotations

import sqlite3

from monitor.types import Decision, NewSnapshot, PageState
from storage.columns import written_links
from storage.record_writing import Evidence, write_records


def renew(connection: sqlite3.Connection, page: PageState, renewal: Decision) -> None:
    """A newer reading of the page's current snapshot, with the records that it holds. No visit, and no change."""
    row = connection.execute(
        "SELECT p.source, p.snapshot, n.first_seen, min(v.id) AS visit FROM pages p"
        " JOIN snapshots n ON n.id = p.snapshot"
        " JOIN visits v ON v.page = p.id AND v.snapshot = n.id AND v.body = n.body WHERE p.id = ? GROUP BY p.id",
        (page.page_id,),
    ).fetchone()
    assert row is not None
    assert renewal.snapshot is not None
    renew_snapshot(connection, row["snapshot"], renewal.snapshot)
    connection.execute(
        "UPDATE pages SET title = ?, links = ? WHERE id = ?",
        (renewal.snapshot.title, written_links(renewal.links), page.page_id),
    )
    evidence = Evidence(
        row["source"], page.page_id or 0, row["visit"], row["snapshot"], renewal.snapshot.extractor, row["first_seen"]
    )
    write_records(connection, renewal.records, evidence)


def renew_snapshot(connection: sqlite3.Connection, snapshot: int, reading: NewSnapshot) -> bool:
    """Title and text as a newer extractor reads them; body, number and times stay. False where nothing differs."""
    text = "\n".join(reading.text)
    row = connection.execute(
        "SELECT title, text, extractor, content_digest FROM snapshots WHERE id = ?", (snapshot,)
    ).fetchone()
    renewed = (reading.title, text, reading.extractor, reading.content_digest)
    if tuple(row) == renewed:
        return False
    if (row["title"], row["text"]) != (reading.title, text):
        # An index over another table's content is told what it forgets, and what it learns.
        connection.execute(
            "INSERT INTO snapshots_fts(snapshots_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
            (snapshot, row["title"], row["text"]),
        )
        connection.execute(
            "INSERT INTO snapshots_fts(rowid, title, text) VALUES (?, ?, ?)", (snapshot, reading.title, text)
        )
    connection.execute(
        "UPDATE snapshots SET title = ?, text = ?, extractor = ?, content_digest = ?, text_size = ? WHERE id = ?",
        (*renewed, len(text), snapshot),
    )
    return True
