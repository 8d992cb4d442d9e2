"""A source's health as a state with a history: stretches without a gap, in the run's own transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.coverage import FieldCoverage
from monitor.types import Change, ChangeKind, Decision, Health, Look, Source, Verdict, VerdictKind
from storage import Archive, migrations

NOON = datetime(2017, 3, 20, 12, 0, tzinfo=UTC)
COUNCIL = Source("council", "Town Council", "https://www.example.gov/council")


def run(archive: Archive, health: Health, hours: float, message: str = "", change: Change | None = None) -> None:
    """A run that ended so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    number = archive.begin_run("council", archive.begin_poll(at), at)
    archive.end_run(
        number, at, outcome="failed" if health.blind else "ok", complete=not health.blind, message=message,
        health=health, health_change=change, next_due_at=None,
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_the_views_tell_how_long_a_source_was_not_seen(path: Path) -> None:
    """Stretch by stretch, and in all up to the newest run; a silence is no blindness."""
    with Archive.open(path, create=True) as archive:
        archive.keep_source(COUNCIL, NOON)
        for health, hours in (
            (Health.SEEN, 0), (Health.SEEN, 1), (Health.BLOCKED, 2), (Health.BLOCKED, 5), (Health.SEEN, 7),
            (Health.SILENT, 8), (Health.UNREACHABLE, 10), (Health.MOVED, 11), (Health.MOVED, 14),
        ):  # fmt: skip
            run(archive, health, hours, "a wall" if health is Health.BLOCKED else "")
    assert rows(path, "SELECT health, blind, hours, message FROM health_history ORDER BY since") == [
        ("seen", 0, 2.0, ""),
        ("blocked", 1, 5.0, "a wall"),
        ("seen", 0, 1.0, ""),
        ("silent", 0, 2.0, ""),
        ("unreachable", 1, 1.0, ""),
        ("moved", 1, None, ""),
    ]
    assert rows(path, "SELECT source, stretches, hours, longest_hours, blind_since FROM source_blindness") == [
        ("council", 3, 9.0, 5.0, "2017-03-20T23:00:00.000000Z")
    ]


def test_an_archive_of_before_begins_with_what_it_knows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sources' present states are the first stretches, with their sentences."""
    with monkeypatch.context() as earlier, closing(sqlite3.connect(path, isolation_level=None)) as connection:
        earlier.setattr(migrations, "MIGRATIONS", {number: migrations.MIGRATIONS[number] for number in (1, 2)})
        migrations.migrate(connection, str(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO sources(slug, title, url, spider, publisher, jurisdiction, timezone, cadence_seconds,"
            " full_look_seconds, validators_lie, parameters, added_at, health, health_since, message)"
            " VALUES ('council', 'Town Council', 'https://www.example.gov/council', 'page', '', '', 'UTC', 3600, 86400,"
            " 0, '{}', '2017-03-01T00:00:00.000000Z', 'blocked', '2017-03-20T12:00:00.000000Z', 'a wall')"
        )
        connection.commit()
    with Archive.open(path) as archive:
        (stretch,) = archive.health_history("council")
        assert (stretch.health, stretch.since, stretch.until, stretch.message) == (Health.BLOCKED, NOON, None, "a wall")
        status = archive.source("council")
        assert status is not None
        assert (status.source, status.blind_since) == (COUNCIL, NOON)
        run(archive, Health.SEEN, 6)
        assert archive.blind_times(NOON + timedelta(days=9)) == {"council": timedelta(hours=6)}


def test_a_run_of_the_past_changes_no_stretch() -> None:
    """An import ends its runs at the time of its captures."""
    with Archive.in_memory() as archive:
        archive.keep_source(COUNCIL, NOON)
        run(archive, Health.SEEN, 0)
        run(archive, Health.BLOCKED, -48)
        assert [one.health for one in archive.health_history("council")] == [Health.SEEN]


def test_a_run_that_cannot_be_ended_leaves_the_stretch_as_it_was() -> None:
    """State, history and the change about it are one transaction."""
    with Archive.in_memory() as archive:
        archive.keep_source(COUNCIL, NOON)
        run(archive, Health.SEEN, 0)
        broken = Change(ChangeKind.SOURCE_BLOCKED, NOON, "council", COUNCIL.url, "sentence", details={"not": object()})
        with pytest.raises(TypeError):
            run(archive, Health.BLOCKED, 1, change=broken)
        assert [one.health for one in archive.health_history("council")] == [Health.SEEN]


def test_fields_are_kept_as_the_newest_reading_left_them(archive: Any, watcher: Any) -> None:
    """With the look that read them; another reading replaces what it counted, and nothing else."""
    slug = watcher.source.slug
    status, date = (FieldCoverage("policy", name, "list/1", 40, 1.0) for name in ("status", "date"))
    lost = FieldCoverage("policy", "status", "list/1", 40, 1.0, lost_since=NOON)
    for fields in ((status, date), (lost,)):
        watcher.now += timedelta(hours=1)
        look = Look(watcher.source.url, watcher.now, 200, b"a", "text/html")
        page = archive.page_state(watcher.source, look.url)
        decision = Decision(Verdict(VerdictKind.CREDIBLE, "the page was served"))
        archive.record_look(look, page, decision, watcher.run, fields)
    assert archive.field_coverage(slug) == (date, lost)


def test_what_is_expected_of_a_source_is_kept(archive: Any) -> None:
    """A stanza's `news_every` comes back as it was, and so does its absence."""
    weekly = Source("weekly", "Weekly", "https://www.example.gov/weekly", news_every=timedelta(weeks=1))
    for source in (COUNCIL, weekly):
        archive.keep_source(source, NOON)
        status = archive.source(source.slug)
        assert status is not None
        assert status.source == source
