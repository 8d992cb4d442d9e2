"""Opening an archive: what is refused and in which words, the lock, readers beside a writer, migrations, schema."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from monitor.errors import ArchiveBusy, ArchiveError, ArchiveTooNew
from monitor.types import ChangeKind, Edition, RecordStep, RecordWrite
from storage import Archive, migrations
from storage.health import NEWS
from storage.schema import describe, describe_views


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an archive is, or is to be."""
    return tmp_path / "archive.sqlite"


def test_no_archive_is_said_with_what_to_do(path: Path) -> None:
    """Nothing is created by looking for it."""
    for options in ({}, {"read_only": True}, {"read_only": True, "create": True}):
        with pytest.raises(ArchiveError, match=re.escape(f"run `onnotice init {path.parent}`")):
            Archive.open(path, **options)
    assert not path.exists()


def test_an_empty_file_becomes_an_archive(path: Path) -> None:
    """What a crash in the middle of `init` may leave is an archive after the next one."""
    path.touch()
    with Archive.open(path) as archive:
        assert archive.sources() == ()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT number FROM migrations").fetchall() == [
            (number,) for number in migrations.MIGRATIONS
        ]
        assert connection.execute("PRAGMA application_id").fetchone()[0] == migrations.APPLICATION_ID
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_migration_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is one transaction with its record; the steps before it stand, and it is tried again next time."""
    with Archive.open(path, create=True):
        pass
    last = migrations.NEWEST
    broken = {**migrations.MIGRATIONS, last + 1: ("more", "CREATE TABLE more (id);\nCREATE TABLE more (id);")}
    monkeypatch.setattr(migrations, "MIGRATIONS", broken)
    monkeypatch.setattr(migrations, "NEWEST", last + 1)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        Archive.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT max(number) FROM migrations").fetchone() == (last,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone() == (0,)
    monkeypatch.setitem(broken, last + 1, ("more", "CREATE TABLE more (id);\nCREATE INDEX more_by_id ON more(id);"))
    with Archive.open(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT number, name FROM migrations").fetchall()[last:] == [(last + 1, "more")]
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'more%'").fetchone() == (2,)


def test_an_older_archive_is_not_migrated_by_a_reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader says what to do instead of failing on a column that is not there."""
    with Archive.open(path, create=True):
        pass
    monkeypatch.setattr("storage.connection.NEWEST", migrations.NEWEST + 1)
    with pytest.raises(ArchiveError, match="earlier version"):
        Archive.open(path, read_only=True)


def test_views_are_renewed_when_they_have_changed(path: Path) -> None:
    """A view is part of the program: an archive of yesterday has today's views."""
    with Archive.open(path, create=True):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP VIEW looks")
        connection.execute("CREATE VIEW looks AS SELECT 1 AS one")
        connection.execute("CREATE VIEW yesterday AS SELECT 1 AS one")
        connection.commit()
    with Archive.open(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        assert "verdict" in [row[1] for row in connection.execute("PRAGMA table_info(looks)")]
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'yesterday'").fetchone() is None


@pytest.mark.parametrize("read_only", [True, False])
def test_an_archive_of_a_later_version_is_refused_untouched(path: Path, read_only: bool) -> None:
    """Not a byte is written, and the sentence says to upgrade."""
    with Archive.open(path, create=True):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO migrations(number, name) VALUES (99, 'from the future')")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(ArchiveTooNew, match="upgrade On Notice"):
        Archive.open(path, read_only=read_only)
    assert path.read_bytes() == before


def test_other_files_are_refused_in_a_sentence(path: Path) -> None:
    """A text file, somebody else's database, a folder."""
    path.write_text("Nothing of the kind. " * 100, encoding="utf-8")
    with pytest.raises(ArchiveError, match="is no archive"):
        Archive.open(path)
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    with pytest.raises(ArchiveError, match="no archive of On Notice"):
        Archive.open(path)
    with pytest.raises(ArchiveError, match="cannot be opened"):
        Archive.open(path.parent / "none" / "archive.sqlite", create=True)


def test_two_polls_of_one_archive_never_overlap(path: Path) -> None:
    """The second is told at once who has the lock, and gets it when the first has ended; readers need none."""
    with Archive.open(path, create=True) as first, Archive.open(path) as second:
        with first.exclusive():
            with pytest.raises(ArchiveBusy, match=r"being polled by process \d+; wait"), second.exclusive():
                pass
            with Archive.open(path, read_only=True) as reader:
                assert reader.sources() == ()
        with second.exclusive():
            pass


def test_a_dead_process_holds_no_lock(path: Path) -> None:
    """The system releases it, whatever the process left behind."""
    with Archive.open(path, create=True):
        pass
    program = (
        "import os, sys; from pathlib import Path; from storage import Archive\n"
        f"archive = Archive.open(Path({str(path)!r})); archive.exclusive().__enter__(); os._exit(9)"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 9
    with Archive.open(path) as archive, archive.exclusive():
        pass


def test_an_archive_in_memory_has_one_user() -> None:
    """Its lock is nobody's business, and two of them share nothing."""
    with Archive.in_memory() as archive, archive.exclusive(), archive.exclusive():
        assert archive.sources() == ()


def test_a_write_that_must_wait_too_long_is_a_sentence(
    path: Path, watch: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program that holds the file is named as the reason; nothing of ours was written."""
    monkeypatch.setattr("storage.connection._PATIENCE_SECONDS", 0.01)
    with Archive.open(path, create=True) as archive, closing(sqlite3.connect(path, isolation_level=None)) as other:
        watcher = watch(archive)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveBusy, match="another program"):
            watcher.look(["List"])
        other.execute("ROLLBACK")
        assert archive.visits(watcher.source.url) == ()
        watcher.look(["List"])
        assert len(archive.visits(watcher.source.url)) == 1


def test_a_transaction_has_the_archive_from_its_first_read(path: Path) -> None:
    """One that began by reading only would fail, however patient, when another had written in between."""
    with Archive.open(path, create=True) as archive, closing(sqlite3.connect(path, timeout=0)) as other:
        with archive.together(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def test_a_reader_sees_what_is_written_beside_it_and_writes_nothing(path: Path, watch: Callable[..., Any]) -> None:
    """Each look is there as soon as it is written; a reader that tries to write is refused."""
    with Archive.open(path, create=True) as archive, Archive.open(path, read_only=True) as reader:
        watcher = watch(archive)
        for number in range(3):
            watcher.look([str(number)])
            assert len(reader.snapshots(watcher.source.url)) == number + 1
        with pytest.raises(ArchiveError, match="readonly"):
            reader.keep_source(watcher.source, watcher.now)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info([{table}])")}


def test_every_table_and_column_is_described_and_nothing_else(path: Path) -> None:
    """The descriptions and the database agree both ways, each in a sentence."""
    with Archive.open(path, create=True):
        pass
    with closing(sqlite3.connect(path)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        indexes = {name for name in names if name.endswith("_fts")}
        own = {
            name
            for name in names
            if not name.startswith("sqlite_") and not any(name.startswith(f"{i}_") for i in indexes)
        }
        described = describe()
        assert own == described.keys() | describe_views().keys()
        for table, description in described.items():
            assert _columns(connection, table) == description.columns.keys(), table
            for sentence in (description.sentence, *description.columns.values()):
                assert sentence.endswith("."), sentence
    assert all(sentence.strip().endswith(".") for sentence in describe_views().values())


def test_sqlite_utils_reads_an_archive(path: Path, watch: Callable[..., Any], row: Any, add: Any) -> None:
    """A researcher's tool finds tables, foreign keys, the full-text index and the views."""
    with Archive.open(path, create=True) as archive:
        watch(archive).look(["List", "Boulder"], records=add(row("boulder", policy="detainers")))
    database = sqlite_utils.Database(path)
    try:
        assert database["snapshots"].detect_fts() == "snapshots_fts"
        assert [found["title"] for found in database["snapshots"].search("boulder")] == ["List"]
        keys = {(key.column, key.other_table) for key in database["visits"].foreign_keys}
        assert {("run", "runs"), ("page", "pages"), ("body", "bodies")} <= keys
        assert [one["title"] for one in database["current_records"].rows] == ["Boulder"]
    finally:
        database.close()


def test_the_views_answer_what_they_promise(path: Path, watch: Callable[..., Any], row: Any, add: Any) -> None:
    """Looks, versions, timelines and membership of one small history."""
    one = row("boulder", policy="none", member="Boulder County, Colorado")
    two = row("boulder", policy="some", member="Boulder County, Colorado")
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        watcher.look(["a"], records=add(one, row("denver")))
        watcher.look(["b"], records=[RecordWrite(RecordStep.AMEND, two)])
        watcher.look(["c"], records=[RecordWrite(RecordStep.REMOVE, two)])
        gone = watcher.now
        watcher.look(["d"], records=add(two))
        back = watcher.now
    with closing(sqlite3.connect(path)) as connection:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query).fetchall()

        assert rows("SELECT kind, key, version FROM current_records ORDER BY key") == [
            ("listed", "boulder", 3),
            ("listed", "denver", 1),
        ]
        assert [version for (version,) in rows("SELECT version FROM record_timeline WHERE key = 'boulder'")] == [
            1,
            2,
            3,
        ]
        assert [text for (text,) in rows("SELECT text FROM page_versions WHERE current = 0")] == ["a", "b", "c"]
        assert rows("SELECT count(*), min(source), max(body_size) FROM looks") == [(4, "ice_list", 1)]
        stays = rows(
            "SELECT valid_from, valid_to FROM list_membership"
            " WHERE member = 'Boulder County, Colorado' ORDER BY valid_from"
        )
        assert [(start[:16], end and end[:16]) for start, end in stays] == [
            ("2017-03-20T15:00", f"{gone:%Y-%m-%dT%H:%M}"),
            (f"{back:%Y-%m-%dT%H:%M}", None),
        ], "amending is staying; leaving and coming back is two stays"


def test_membership_of_a_list_in_editions_ends_with_the_next_edition(
    path: Path, watch: Callable[..., Any], row: Any, add: Any
) -> None:
    """Who is in two editions in a row stayed; who is not in the next one left when that was seen."""
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        times = []
        for order, members in (("1", "ab"), ("2", "bb"), ("3", "abc")):
            edition = Edition("weekly", order, order)
            rows = [row(f"{order}/{n}", member=member) for n, member in enumerate(members)]
            watcher.look([order], url=f"https://x.example/{order}", records=add(*rows, edition=edition))
            times.append(f"{watcher.now:%Y-%m-%dT%H:%M}")
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT member, valid_from, valid_to FROM list_membership ORDER BY member, valid_from"
        found = [(member, start[:16], end and end[:16]) for member, start, end in connection.execute(query)]
    assert found == [
        ("a", times[0], times[1]),
        ("a", times[2], None),
        ("b", times[0], None),
        ("c", times[2], None),
    ]


def test_the_stays_of_one_government_are_those_of_the_view(
    path: Path, watch: Callable[..., Any], row: Any, add: Any
) -> None:
    """Asked for by itself, a government has the stays that the view of everybody's has: in editions, renamed, gone."""
    names = ("Denver County, Colorado", "Boulder County, Colorado", "Travis County, Texas")
    denver, boulder, travis = (row(name, member=name, place=name) for name in names)
    city = row(denver.key, member="County of Denver, Colorado", place="Denver County, Colorado")
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        watcher.look(["a"], records=add(denver, boulder))
        watcher.look(["b"], records=[RecordWrite(RecordStep.AMEND, city)])
        watcher.look(["c"], records=[RecordWrite(RecordStep.REMOVE, boulder)])
        watcher.look(["d"], records=add(boulder))
        for order, members in (("1", (denver, travis)), ("2", (travis,)), ("3", (denver,))):
            of = [replace(one, key=f"{order}/{one.key}", kind="issued") for one in members]
            edition = Edition("weekly", order, order)
            watcher.look([order], url=f"https://x.example/{order}", records=add(*of, edition=edition))
        with closing(sqlite3.connect(path)) as connection:
            for geoid, stays in (("08031", 3), ("08013", 2), ("48453", 1)):
                everybody = connection.execute(
                    "SELECT kind, member, substr(valid_from, 1, 16), substr(valid_to, 1, 16) FROM list_membership"
                    " WHERE geoid = ? ORDER BY kind, valid_from",
                    (geoid,),
                ).fetchall()
                alone = [
                    (one.kind, one.member, f"{one.valid_from:%Y-%m-%dT%H:%M}",
                     one.valid_to and f"{one.valid_to:%Y-%m-%dT%H:%M}")
                    for one in archive.stays((geoid,))
                ]  # fmt: skip
                assert (sorted(alone), len(alone)) == (everybody, stays)


def test_source_gaps_are_failures_and_long_pauses(path: Path, watch: Callable[..., Any]) -> None:
    """From the run that saw the source last to the next one that did; still open where there is none."""
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)

        def run(hours: float, outcome: str) -> None:
            watcher.now += hours * (watcher.source.cadence * 4)
            archive.abandon_runs(watcher.now)
            watcher.run = archive.begin_run("ice_list", watcher.poll, watcher.now)
            watcher.end(outcome)

        for hours, outcome in ((0, "ok"), (0.25, "ok"), (0.25, "failed"), (0.25, "ok"), (5, "ok"), (0.25, "failed")):
            run(hours, outcome)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT failed_runs, hours FROM source_gaps ORDER BY unseen_from").fetchall()
    assert found == [(1, 0.5), (0, 5.0), (1, None)]


def test_importing_storage_is_quick() -> None:
    """Libraries that only some commands need are not imported with it."""
    program = (
        "import sys, storage; print(*sorted({'sqlite_utils', 'scrapy', 'pydantic', 'twisted'} & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


def test_kinds_of_change_that_are_news_are_told_apart_in_sql() -> None:
    """The query that leaves our own health out agrees with the vocabulary."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE changes (kind, baseline)")
        connection.executemany("INSERT INTO changes VALUES (?, 0)", [(kind.value,) for kind in ChangeKind])
        news = {row[0] for row in connection.execute(f"SELECT kind FROM changes WHERE {NEWS}")}
    assert news == {kind.value for kind in ChangeKind if not kind.about_our_eyes}
