"""Writes newer readings of bodies that are kept: what was read out of the evidence, and never the evidence itself.

A version of a record that the newer reading does not have stays where it was read, valid at no time: it ends at the
moment at which it began. So what was told on its ground keeps its ground.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from monitor.types import Decision, NewSnapshot, PageState
from storage.columns import written_json, written_learning, written_links
from storage.record_writing import Evidence, write_records
from storage.rows import Chain, ChainVersion, PageRenewal, Renewed
from storage.watching import source_id

SAID = (
    "key", "key_before", "title", "facts", "text", "parent", "position", "member", "place", "about", "url", "extras",
)  # fmt: skip
"""Columns of a version that an extractor fills."""
PLACED = ("parent", "member", "about", "edition_series", "edition_order", "edition_label")
"""Columns of a record that say where it is looked for."""
_VALID = "(v.valid_to IS NULL OR v.valid_to > v.valid_from)"


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


def record_places(connection: sqlite3.Connection, slug: str) -> Mapping[tuple[str, str], tuple[str, bool]]:
    """By (kind, key): the page that showed a record last, and whether it is present."""
    rows = connection.execute(
        "SELECT r.kind, r.key, p.url, r.present FROM records r JOIN pages p ON p.id = r.page WHERE r.source = ?"
        " ORDER BY r.id",
        (source_id(connection, slug),),
    )
    return {(kind, key): (url, bool(present)) for kind, key, url, present in rows}


def chains(connection: sqlite3.Connection, slug: str, keys: Sequence[tuple[str, str]]) -> tuple[Chain, ...]:
    """Chains in the order asked for."""
    rows = connection.execute(
        f"SELECT r.id, r.kind, r.key, p.url, r.present, {_columns('r', PLACED)} FROM json_each(?) AS wanted"
        " CROSS JOIN records r ON r.source = ? AND r.kind = json_extract(wanted.value, '$[0]')"
        " AND r.key = json_extract(wanted.value, '$[1]')"
        " JOIN pages p ON p.id = r.page",
        (json.dumps([list(key) for key in keys]), source_id(connection, slug)),
    ).fetchall()
    return tuple(
        Chain(kind, key, url, bool(present), tuple(placed), tuple(_versions(connection, record).values()))
        for record, kind, key, url, present, *placed in map(tuple, rows)
    )


def renew_page(connection: sqlite3.Connection, slug: str, renewal: PageRenewal) -> Renewed:
    """Snapshots, records and, where a snapshot reads otherwise, the page's row. Counts what reads otherwise."""
    source = source_id(connection, slug)
    page = connection.execute("SELECT id FROM pages WHERE url = ? AND source = ?", (renewal.url, source)).fetchone()[0]
    numbers = dict(connection.execute("SELECT number, id FROM snapshots WHERE page = ?", (page,)).fetchall())
    snapshots = sum(renew_snapshot(connection, numbers[number], new) for number, new in renewal.snapshots.items())
    if snapshots and renewal.state is not None:
        connection.execute(
            "UPDATE pages SET title = ?, links = ?, learning = ? WHERE id = ?",
            (renewal.state.title, written_links(renewal.links), written_learning(renewal.state.learning), page),
        )
    records = sum(_renew_chain(connection, source, page, chain) for chain in renewal.chains)
    records += sum(_end_chain(connection, source, kind, key) for kind, key in renewal.gone)
    return Renewed(snapshots, records)


def _renew_chain(connection: sqlite3.Connection, source: int, page: int, chain: Chain) -> bool:
    """Versions that both readings have stay; those of the older alone are valid no more, those of the newer follow."""
    row = connection.execute(
        "SELECT id, versions, version, present FROM records WHERE source = ? AND kind = ? AND key = ?",
        (source, chain.kind, chain.key),
    ).fetchone()
    if row is None:
        cursor = connection.execute(
            "INSERT INTO records(source, kind, key, present, versions, page, parent, member, about)"
            " VALUES (?, ?, ?, 0, 0, ?, '', '', '')",
            (source, chain.kind, chain.key, page),
        )
        assert cursor.lastrowid is not None
        record, count, newest, present = cursor.lastrowid, 0, None, False
    else:
        record, count, newest, present = row["id"], row["versions"], row["version"], bool(row["present"])
    standing = _versions(connection, record)
    same = 0
    for (number, version), wanted in zip(standing.items(), chain.versions, strict=False):
        if _without_extractor(version) != _without_extractor(wanted):
            break
        if version.extractor != wanted.extractor:
            connection.execute("UPDATE record_versions SET extractor = ? WHERE id = ?", (wanted.extractor, number))
        newest, same = number, same + 1
    _supersede(connection, list(standing)[same:])
    for version in chain.versions[same:]:
        count += 1
        newest = _append(connection, record, count, version)
    renewed = same < max(len(standing), len(chain.versions)) or present is not chain.present
    placed = ", ".join(f"{name} = ?" for name in PLACED)
    connection.execute(
        f"UPDATE records SET present = ?, version = ?, versions = ?, page = ?, {placed} WHERE id = ?",
        (int(chain.present), newest, count, page, *chain.placed, record),
    )
    return renewed


def _end_chain(connection: sqlite3.Connection, source: int, kind: str, key: str) -> bool:
    """A record that the newer reading never had: kept as it was read, valid at no time."""
    row = connection.execute(
        "SELECT id, present FROM records WHERE source = ? AND kind = ? AND key = ?", (source, kind, key)
    ).fetchone()
    standing = list(_versions(connection, row["id"]))
    _supersede(connection, standing)
    connection.execute("UPDATE records SET present = 0 WHERE id = ?", (row["id"],))
    return bool(standing or row["present"])


def _versions(connection: sqlite3.Connection, record: int) -> dict[int, ChainVersion]:
    """By number of the row: the versions that were valid at some time, oldest first."""
    rows = connection.execute(
        f"SELECT v.id, v.valid_from, v.valid_to, v.visit, v.closed_by, v.extractor, {_columns('v', SAID)}"
        f" FROM record_versions v WHERE v.record = ? AND {_VALID} ORDER BY v.valid_from, v.number",
        (record,),
    )
    return {
        number: ChainVersion(since, until, visit, closed_by, extractor, tuple(said))
        for number, since, until, visit, closed_by, extractor, *said in map(tuple, rows)
    }


def _append(connection: sqlite3.Connection, record: int, number: int, version: ChainVersion) -> int:
    cursor = connection.execute(
        f"INSERT INTO record_versions(record, number, valid_from, valid_to, visit, closed_by, snapshot, extractor,"
        f" {', '.join(SAID)})"
        f" VALUES (?, ?, ?, ?, ?, ?, (SELECT snapshot FROM visits WHERE id = ?), ?{', ?' * len(SAID)})",
        (
            record,
            number,
            version.valid_from,
            version.valid_to,
            version.visit,
            version.closed_by,
            version.visit,
            version.extractor,
            *version.said,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _supersede(connection: sqlite3.Connection, versions: Sequence[int]) -> None:
    connection.execute(
        "UPDATE record_versions SET valid_to = valid_from, closed_by = visit"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (written_json(versions),),
    )


def _without_extractor(version: ChainVersion) -> tuple[object, ...]:
    return version.valid_from, version.valid_to, version.visit, version.closed_by, version.said


def _columns(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)
