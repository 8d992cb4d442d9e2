"""Verification: nothing is found where nothing is wrong; whatever is changed, exchanged, put in or taken is."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import OnNoticeError
from monitor.types import ChangeKind, Decision, Edition, Look, RecordStep, RecordWrite, Verdict, VerdictKind
from storage import Archive
from storage.bodies import KEY_EVERY
from storage.rows import Flaw

OTHER = "https://www.ice.example.gov/other"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: Any, watch: Callable[..., Any], row: Any, add: Any) -> Path:
    """An archive with looks of every sort, records that came, changed and went, and changes."""
    path: Path = tmp_path_factory.mktemp("whole") / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        for number in range(KEY_EVERY + 4):
            text = ["List", "Boulder County declined detainers.", f"{number} of them in this week"]
            records = add(row("boulder", policy="none", week=f"week {number}"))
            if number:
                records = [RecordWrite(RecordStep.AMEND, write.record) for write in records]
            change = watcher.change(before={"text": ["x"]}, after={"text": ["y"]}, details={"hunks": [[["x"], ["y"]]]})
            body = ("\n".join(text) + "<p>Aurora and Denver</p>" * 40).encode()
            watcher.look(text, body=body, headers={"etag": f'"{number}"'}, records=records, changes=[change])
        watcher.look(same=True, verdict=VerdictKind.UNCHANGED, status=304)
        watcher.look(status=403, body=b"Access denied", verdict=VerdictKind.BLOCKED)
        cut = Look(watcher.source.url, watcher.now, 200, b"half", "text/html", {}, OTHER, True, "It broke off")
        page = archive.page_state(watcher.source, watcher.source.url)
        archive.record_look(cut, page, Decision(Verdict(VerdictKind.TRUNCATED, "cut off")), watcher.run)
        watcher.end()
        edition = Edition("week", "January 2017", "2017-01")
        watcher.look(["Other"], url=OTHER, records=add(row("adams"), row("denver"), edition=edition))
        watcher.look(["Othor"], url=OTHER, records=[RecordWrite(RecordStep.REMOVE, row("adams"))])
        watcher.look(same=True, verdict=VerdictKind.UNCHANGED, status=304)
        assert list(archive.flaws()) == []
    return path


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Iterator[Callable[[], tuple[Path, sqlite3.Connection]]]:
    """Makes a copy, and a connection that may do anything to it."""
    opened: list[sqlite3.Connection] = []
    numbers = count()

    def copy() -> tuple[Path, sqlite3.Connection]:
        path = tmp_path / f"copy{next(numbers)}.sqlite"
        with closing(sqlite3.connect(whole)) as original:
            connection = sqlite3.connect(path, isolation_level=None)
            original.backup(connection)
        opened.append(connection)
        return path, connection

    yield copy
    for connection in opened:
        connection.close()


def flaws(path: Path) -> list[Flaw]:
    with Archive.open(path, read_only=True) as archive:
        return list(archive.flaws())


COVERED = {
    "visits": (
        "id", "page", "at", "status", "verdict", "reason", "mechanism", "body", "snapshot", "media_type", "final_url",
        "truncated", "error", "elapsed_ms", "headers", "link", "run",
    ),
    "bodies": ("id", "digest", "size", "prefix", "depth", "data"),
    "pages": ("id", "source", "url", "first_seen", "last_look_at", "snapshot"),
    "snapshots": ("id", "page", "number", "first_seen", "last_seen", "body", "media_type", "text_size"),
    "record_versions": ("record", "number", "valid_from", "valid_to", "visit", "closed_by", "snapshot", "text"),
    "changes": ("visit", "source", "page", "at", "run", "snapshot_after"),
}  # fmt: skip
"""Columns in which any other value is found."""


@st.composite
def _anywhere(draw: Any) -> tuple[str, str, int, int, int]:
    table = draw(st.sampled_from(sorted(COVERED)))
    column = draw(st.sampled_from(COVERED[table]))
    return table, column, draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6)), draw(st.integers(1, 255))


def flipped(value: Any, place: int, bits: int) -> Any:
    """The value with one byte changed; of a number one bit or more."""
    if isinstance(value, int):
        return value ^ (bits & 0x7F or 1)
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    raw[place % len(raw)] ^= bits
    return bytes(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=_anywhere())
def test_a_changed_byte_is_found(
    copied: Callable[[], tuple[Path, sqlite3.Connection]], where: tuple[str, str, int, int, int]
) -> None:
    """In any row and column that holds evidence, or ties what was read to it, at any place."""
    table, column, number, place, bits = where
    path, connection = copied()
    rows = connection.execute(
        f"SELECT rowid, {column}, typeof({column}) FROM {table} WHERE {column} IS NOT NULL AND {column} <> ''"
    ).fetchall()
    row, value, kind = rows[number % len(rows)]
    changed = flipped(value, place, bits)
    written = "CAST(? AS TEXT)" if kind == "text" else "?"
    try:
        connection.execute(f"UPDATE {table} SET {column} = {written} WHERE rowid = ?", (changed, row))
    except sqlite3.IntegrityError:
        return
    assert flaws(path), f"{table}.{column} of row {row}: {value!r:.80} became {changed!r:.80}"


def test_every_column_that_is_covered_has_values(whole: Path) -> None:
    """Else the test above would prove nothing."""
    with closing(sqlite3.connect(whole)) as connection:
        for table, columns in COVERED.items():
            for column in set(columns):
                assert connection.execute(f"SELECT count(nullif({column}, '')) FROM {table}").fetchone()[0], (
                    f"{table}.{column}"
                )


@pytest.mark.parametrize(
    ("damage", "part", "words"),
    [
        ("DELETE FROM visits WHERE id = 5", "chain", "follows visit 4, and those between were deleted"),
        ("DELETE FROM visits WHERE id <= 2", "chain", "Visit 3 of 2017-03-20T17:00:00.000000Z to https://www.ice"),
        ("INSERT INTO visits SELECT 99, run, page, at, status, verdict, reason, mechanism, body, NULL, media_type,"
         " final_url, truncated, error, elapsed_ms, headers, NULL FROM visits WHERE id = 3", "chain", "has no link"),
        ("INSERT INTO visits SELECT 27, run, page, at, status, verdict, reason, mechanism, body, NULL, media_type,"
         " final_url, truncated, error, elapsed_ms, headers, link FROM visits WHERE id = 26", "chain", "Visit 27"),
        ("UPDATE visits SET id = CASE id WHEN 3 THEN -4 ELSE -3 END WHERE id IN (3, 4);"
         "UPDATE visits SET id = -id WHERE id < 0", "chain", "Visit 3"),
        ("UPDATE visits SET link = zeroblob(32) WHERE id = 7", "chain", "is as it was recorded, and its link"),
        ("UPDATE visits SET status = 404 WHERE id = 7", "chain", "Visit 7 of 2017-03-20T21:00:00.000000Z"),
        ("UPDATE visits SET link = zeroblob(32) WHERE id = 26", "chain", "Visit 26"),
        ("UPDATE bodies SET data = zeroblob(30) WHERE id = 3", "body", "Visit 3 of 2017-03-20T17:00:00.000000Z"),
        ("DELETE FROM snapshots WHERE id = 5", "version", "saw a version that its page does not have"),
        ("UPDATE changes SET run = (SELECT r.id FROM runs r WHERE r.source = changes.source AND r.id <> changes.run)"
         " WHERE visit IS NOT NULL AND EXISTS (SELECT 1 FROM runs r WHERE r.source = changes.source"
         " AND r.id <> changes.run)", "change", "is of another source or page than what it names"),
        ("UPDATE snapshots SET body = 2 WHERE id = 5", "version", "Visit 5 of"),
        ("UPDATE snapshots SET text = 'quite another text' WHERE id = 5", "index", "not those that its search index"),
        ("UPDATE record_versions SET facts = '{}' WHERE id = 5", "record", "Version 5 of the record boulder at https:"),
        ("UPDATE record_versions SET title = 'Denver' WHERE id = 5", "index", "record_versions"),
        ("UPDATE record_versions SET visit = 4 WHERE id = 5", "record", "does not begin at the visit that it names"),
        ("UPDATE changes SET visit = 4 WHERE id = 5", "change", "Change 5 of 2017-03-20T19:00:00.000000Z"),
        ("UPDATE changes SET after = '{' WHERE id = 5", "change", "is not as it was written"),
        ("DROP TABLE snapshots_fts", "index", "snapshots_fts is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(
    copied: Callable[[], tuple[Path, sqlite3.Connection]], damage: str, part: str, words: str
) -> None:
    """The sentence names the visit, its time and its page, and what to do; the rest is sound, and not accused."""
    path, connection = copied()
    for statement in damage.split(";"):
        connection.execute(statement)
    found = flaws(path)
    assert any(flaw.part == part and words in flaw.sentence for flaw in found), found
    assert all("restore the archive from a backup" in flaw.sentence for flaw in found)
    assert sum(flaw.part == "chain" for flaw in found) <= 3


def test_a_changed_visit_is_one_flaw(copied: Callable[[], tuple[Path, sqlite3.Connection]]) -> None:
    """What follows it is chained to what its link was, and is not accused."""
    path, connection = copied()
    connection.execute("UPDATE visits SET reason = 'another' WHERE id IN (4, 9)")
    assert [(flaw.part, flaw.visit) for flaw in flaws(path)] == [("chain", 4), ("chain", 9)]


@pytest.mark.parametrize("seed", range(3))
def test_damage_to_the_file_is_found_or_changes_nothing(whole: Path, tmp_path: Path, seed: int) -> None:
    """Bytes of the file itself, anywhere: what is not found is in no row of what was seen."""
    with closing(sqlite3.connect(whole)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        evidence = _evidence(connection)
    sound = whole.read_bytes()
    chance = random.Random(seed)
    path = tmp_path / "damaged.sqlite"
    for _ in range(60):
        raw = bytearray(sound)
        raw[chance.randrange(len(raw))] ^= chance.randrange(1, 256)
        path.write_bytes(bytes(raw))
        try:
            if flaws(path):
                continue
        except OnNoticeError:
            continue
        with closing(sqlite3.connect(path)) as connection:
            assert _evidence(connection) == evidence


def _evidence(connection: sqlite3.Connection) -> list[Any]:
    return [
        connection.execute(query).fetchall()
        for query in (
            "SELECT v.*, p.url FROM visits v JOIN pages p ON p.id = v.page ORDER BY v.id",
            "SELECT id, digest, size FROM bodies ORDER BY id",
            "SELECT id, page, number, first_seen, last_seen, body FROM snapshots ORDER BY id",
        )
    ]


def test_verification_stands_beside_a_writer(whole: Path, tmp_path: Path, watch: Callable[..., Any]) -> None:
    """It reads one moment: what is written meanwhile is neither hindered nor half seen, and nothing is left behind."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive, Archive.open(path, read_only=True) as reader:
        watcher = watch(archive)
        watcher.look(["one"], changes=[watcher.change()])

        def write(*_: Any) -> None:
            watcher.look([str(watcher.now)], changes=[watcher.change(kind=ChangeKind.PAGE_CHANGED)])

        checking = reader.flaws(write)
        assert list(checking) == []
        assert len(archive.visits(watcher.source.url)) > 5
        assert list(reader.flaws()) == []


def test_what_is_not_indexed_yet_is_no_flaw(tmp_path: Path, watch: Callable[..., Any]) -> None:
    """While a poll goes on, its texts wait for the index."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        watcher.look(["one"])
        with archive.indexing_later():
            watcher.look(["two"])
            assert flaws(path) == []
