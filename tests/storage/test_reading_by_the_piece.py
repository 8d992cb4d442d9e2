"""Reading a piece at a time: the timeline, a page's past, lists as of a moment, the outbox; and each without a scan."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import TookTooLong, UsageError
from monitor.types import AlertState, ChangeKind, Edition, RecordStep, RecordWrite, Subscription, VerdictKind
from storage import Archive, migrations
from storage.privacy import hide_private
from storage.rows import ChangeFilter, ListDifference


def summaries(archive: Any, wanted: ChangeFilter | None = None, **piece: Any) -> list[str]:
    """What a piece of the timeline says."""
    return [change.summary for change in archive.timeline(wanted or ChangeFilter(), **piece)]


def test_the_timeline_is_newest_first_and_without_first_looks(archive: Any, watcher: Any) -> None:
    """In the order of time, and of numbers where that is the same."""
    watcher.look(["a"], changes=[watcher.change(summary="seen first", baseline=True)])
    watcher.look(["b"], changes=[watcher.change(summary=f"number {number}") for number in (1, 2)])
    watcher.look(["c"], changes=[watcher.change(summary="later")])
    assert summaries(archive) == ["later", "number 2", "number 1"]
    assert summaries(archive, limit=1) == ["later"]
    newest, second, third = archive.timeline(ChangeFilter())
    assert summaries(archive, before=newest.id) == ["number 2", "number 1"]
    assert summaries(archive, before=second.id) == ["number 1"]
    assert summaries(archive, before=third.id) == []
    assert summaries(archive, before=third.id + 99) == []


def test_the_timeline_goes_by_time_where_history_is_written_late(archive: Any, watcher: Any) -> None:
    """What happened earlier stands below, whenever it was written."""
    watcher.look(["a"], changes=[watcher.change(summary="new")])
    earlier = watcher.now - timedelta(days=9)
    watcher.look(["b"], url="https://x.example/old", changes=[watcher.change(summary="old", at=earlier)])
    newest, _ = archive.timeline(ChangeFilter())
    assert summaries(archive) == ["new", "old"]
    assert summaries(archive, before=newest.id) == ["old"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ChangeFilter(source="ice_list"), ["agenda", "gone", "amended"]),
        (ChangeFilter(source="nobody"), []),
        (ChangeFilter(kind="record_removed"), ["gone"]),
        (ChangeFilter(places=("denver, colorado", "Nowhere")), ["agenda"]),
        (ChangeFilter(words="detainers"), ["amended"]),
        (ChangeFilter(words='"no detainer"'), []),
        (ChangeFilter(words="honoring"), ["amended"]),
        (ChangeFilter(words="sanctuary", kind="page_changed"), ["agenda"]),
        (ChangeFilter(words="boulder"), ["gone"]),
        (ChangeFilter(words="hunks"), []),
        (ChangeFilter(words='" * ^'), []),
    ],
)
def test_the_timeline_by_source_kind_place_and_words(
    wanted: ChangeFilter,
    expected: list[str],
    archive: Any,
    watcher: Any,
    row: Any,
    add: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words are looked for in the change, in what went and came, and in what the record said; rare and common ones
    are, in ways of their own."""
    watcher.look(["list"], records=add(row("boulder", policy="none")))
    amended = watcher.change(
        ChangeKind.RECORD_AMENDED, summary="amended", details={"fields": {"policy": ["Detainer honored", "no"]}}
    )
    watcher.look(["list 2"], changes=[amended])
    removal = RecordWrite(RecordStep.REMOVE, row("boulder", policy="none"))
    removed = watcher.change(ChangeKind.RECORD_REMOVED, summary="gone", record_kind="listed", record_key="boulder")
    watcher.look(["list 3"], records=[removal], changes=[removed])
    hunks = {"hunks": [[["An old line"], ["A sanctuary city\nsaid so"]]]}
    watcher.look(["list 4"], changes=[watcher.change(summary="agenda", place="Denver, Colorado", details=hunks)])
    assert summaries(archive, wanted) == expected
    monkeypatch.setattr("storage.timeline._COMMON", 0)
    assert summaries(archive, wanted) == expected


def test_the_timeline_between_two_moments(archive: Any, watcher: Any) -> None:
    """Both inside."""
    times = []
    for number in range(4):
        watcher.look([str(number)], changes=[watcher.change(summary=str(number))])
        times.append(watcher.now)
    assert summaries(archive, ChangeFilter(since=times[1], until=times[2])) == ["2", "1"]


def test_an_older_archive_finds_the_words_of_its_changes(tmp_path: Path, watch: Callable[..., Any]) -> None:
    """The step that brings the index reads in what was there."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        watcher.look(["a"], changes=[watcher.change(summary="seen first: a detainer", baseline=True)])
        watcher.look(["b"], changes=[watcher.change(summary="a detainer declined")])
    script = next(script for _, script in migrations.MIGRATIONS.values() if "changes_fts" in script)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER changes_fts_insert")
        connection.execute("DROP TABLE changes_fts")
        for statement in migrations.statements(script):
            if "changes_fts" in statement:
                connection.execute(statement)
        connection.commit()
    with Archive.open(path) as archive:
        assert summaries(archive, ChangeFilter(words="detainers")) == ["a detainer declined"]


def test_a_change_with_a_number_that_is_none_is_written_and_found(archive: Any, watcher: Any) -> None:
    """Python writes NaN into JSON, which SQLite does not read: the index goes without those details."""
    details = {"fields": {"x": [float("nan"), "detainer"]}}
    watcher.look(["a"], changes=[watcher.change(summary="odd", details=details)])
    assert summaries(archive, ChangeFilter(words="odd")) == ["odd"]
    assert summaries(archive, ChangeFilter(words="detainer")) == []


def test_a_burst_is_what_one_run_saw_together(archive: Any, watcher: Any) -> None:
    """In the order in which it was seen, at most so many."""
    watcher.look(["a"], changes=[watcher.change(summary=str(n), cluster="c") for n in range(3)])
    watcher.end()
    watcher.look(["b"], changes=[watcher.change(summary="another run", cluster="c"), watcher.change(summary="alone")])
    newest, another, first = archive.timeline(ChangeFilter())[:3]
    assert [one.summary for one in archive.burst(first.run, "c", limit=2)] == ["0", "1"]
    assert [one.summary for one in archive.burst(another.run, "c", limit=9)] == ["another run"]
    assert archive.burst(newest.run, "", limit=9) == ()


def test_a_change_names_its_evidence(archive: Any, watcher: Any) -> None:
    """Page and versions by their numbers; a change of health has none."""
    watcher.look(["a"])
    (change,) = watcher.look(["b"], changes=[watcher.change()])
    found = archive.change_evidence(change)
    assert found.timezone == "America/New_York"
    assert archive.version(found.snapshot_before).text == ("a",)
    assert archive.version(found.snapshot_after).text == ("b",)
    assert archive.page(found.page).current == found.snapshot_after
    assert archive.change_evidence(change + 1) is None


def test_a_pages_versions_and_looks_come_in_pieces(archive: Any, watcher: Any, page_url: str) -> None:
    """Newest first, behind a number; texts only where one is asked for."""
    for text in "abc":
        watcher.look([text])
        watcher.look(same=True)
    watcher.look(verdict=VerdictKind.BLOCKED, body=b"wall")
    watcher.look(verdict=VerdictKind.UNREACHABLE, status=None)
    (page,) = archive.pages_of("ice_list", limit=5)
    assert (page.url, page.source, page.publisher) == (page_url, "ice_list", "ICE")
    assert archive.page(page.id) == page
    assert archive.page(page.id + 1) is None
    assert [one.number for one in archive.versions(page.id, limit=2)] == [3, 2]
    assert [one.number for one in archive.versions(page.id, before=2, limit=9)] == [1]
    looks = archive.looks_at(page.id, limit=9)
    assert [look.version for look in looks] == [None, None, 3, 3, 2, 2, 1, 1]
    assert archive.looks_at(page.id, before=looks[5].id, limit=1) == (looks[6],)
    unbelieved = archive.looks_not_believed(page.id, limit=9)
    assert [look.verdict for look in unbelieved] == [VerdictKind.UNREACHABLE, VerdictKind.BLOCKED]
    version = archive.version_of(page.id, 2)
    assert (version.text, version.number, version.page) == (("b",), 2, page)
    assert archive.version(version.id) == version
    assert archive.version_of(page.id, 4) is None
    assert archive.pages_of("ice_list", after=page.id, limit=5) == ()
    with pytest.raises(UsageError):
        archive.pages_of("nobody", limit=1)


def test_a_look_with_all_that_is_known(archive: Any, watcher: Any) -> None:
    """Headers, body and what came of it."""
    watcher.look(["a"], headers={"server": "x"})
    (page,) = archive.pages_of("ice_list", limit=1)
    (line,) = archive.looks_at(page.id, limit=1)
    found = archive.look_details(line.id)
    assert (found.look, found.page) == (line, page)
    assert (found.headers, found.body_size, found.elapsed_ms) == ({"server": "x"}, 1, 120)
    assert archive.body(found.body_digest) == b"a"
    assert archive.look_details(line.id + 1) is None


def test_the_newest_looks_are_those_of_all_looks(archive: Any, watcher: Any, page_url: str) -> None:
    """The same as the end of the whole, without reading it."""
    for text in "abcdef":
        watcher.look([text])
    page = archive.page_state(watcher.source, page_url)
    assert archive.newest_visits(page, 4) == archive.visits(page_url)[-4:]


def keys(rows: Any) -> list[str]:
    """What rows are called."""
    return [row.key for row in rows]


def test_a_list_without_editions_as_of_a_moment(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Rows in the order of their keys, as they said then; what two moments do not have alike."""
    before = watcher.now
    watcher.look(["1"], records=add(row("a", x=1), row("b", x=1), row("c", x=1), row("other", kind="else")))
    first = watcher.now
    writes = [
        RecordWrite(RecordStep.REMOVE, row("a", x=1)),
        RecordWrite(RecordStep.AMEND, row("b", x=2)),
        *add(row("d", x=1)),
    ]
    watcher.look(["2"], records=writes)
    second = watcher.now
    assert keys(archive.rows_at("ice_list", "listed", before, None, limit=9)) == []
    assert keys(archive.rows_at("ice_list", "listed", first, None, limit=9)) == ["a", "b", "c"]
    rows = archive.rows_at("ice_list", "listed", second, None, limit=9)
    assert [(one.key, one.facts) for one in rows] == [("b", {"x": 2}), ("c", {"x": 1}), ("d", {"x": 1})]
    assert keys(archive.rows_at("ice_list", "listed", second, None, after="b", limit=1)) == ["c"]
    assert archive.version(rows[0].snapshot).body_digest == rows[0].body_digest
    differing = archive.list_differences("ice_list", "listed", first, second, limit=9)
    assert [_difference(one) for one in differing] == [("a", None), ("b", "b"), (None, "d")]
    assert len(archive.list_differences("ice_list", "listed", first, second, limit=2)) == 2
    assert archive.list_differences("ice_list", "listed", second, second, limit=9) == ()
    assert archive.kinds_of("ice_list") == ("else", "listed")
    assert not archive.has_editions("ice_list", "listed")
    assert archive.editions_at("ice_list", "listed", second) == ()


def _difference(one: ListDifference) -> tuple[str | None, str | None]:
    return one.before and one.before.key, one.after and one.after.key


def test_a_list_in_editions_as_of_a_moment(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Of each series the newest edition that had been seen by then, whichever was seen first."""
    moments = {}
    for series, order in (("weekly", "2"), ("weekly", "1"), ("weekly", "3"), ("yearly", "2016")):
        edition = Edition(series, f"edition {order}", order)
        rows = [row(f"{order}/{name}", title=name) for name in "xy"]
        watcher.look([series, order], url=f"https://x.example/{series}/{order}", records=add(*rows, edition=edition))
        moments[series, order] = watcher.now

    def at(series: str, order: str) -> list[tuple[str, str]]:
        found = archive.editions_at("ice_list", "listed", moments[series, order])
        return [(one.series, one.order) for one in found]

    assert at("weekly", "2") == [("weekly", "2")]
    assert at("weekly", "1") == [("weekly", "2")]
    assert at("weekly", "3") == [("weekly", "3")]
    assert at("yearly", "2016") == [("weekly", "3"), ("yearly", "2016")]
    weekly, yearly = archive.editions_at("ice_list", "listed", watcher.now)
    assert (weekly.label, weekly.seen) == ("edition 3", moments["weekly", "3"])
    assert keys(archive.rows_at("ice_list", "listed", watcher.now, weekly, limit=9)) == ["3/x", "3/y"]
    assert keys(archive.rows_at("ice_list", "listed", watcher.now, yearly, after="2016/x", limit=9)) == ["2016/y"]
    assert archive.rows_at("ice_list", "listed", moments["weekly", "1"], weekly, limit=9) == ()
    assert archive.has_editions("ice_list", "listed")


def test_stays_are_those_of_the_view(tmp_path: Path, watch: Callable[..., Any], row: Any, add: Any) -> None:
    """What is read of one government is what the view of all says of it, for lists with editions and without."""
    path = tmp_path / "archive.sqlite"
    names = ("Denver, Colorado", "Boulder, Colorado", "Aurora, Colorado")
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        for order, present in (("1", (0, 1)), ("2", (1,)), ("3", (0, 1, 2)), ("4", ())):
            rows = [row(f"{order}/{names[n]}", member=names[n], place=names[n]) for n in present]
            rows.append(row(f"{order}/none", member="nobody"))
            edition = Edition("weekly", order, order)
            watcher.look([order], url=f"https://x.example/{order}", records=add(*rows, edition=edition))
        plain = [row(name, member=name, place=name, kind="plain") for name in names]
        watcher.look(["plain"], records=add(*plain))
        watcher.look(["plain 2"], records=[RecordWrite(RecordStep.REMOVE, plain[0])])
        watcher.look(["plain 3"], records=add(plain[0]))
        geoids = ("0820000", "0807850", "0804000")
        stays = {
            (stay.kind, stay.member, stay.valid_from.isoformat()[:16], stay.valid_to and stay.valid_to.isoformat()[:16])
            for geoid in geoids
            for stay in archive.stays([geoid])
        }
    with closing(sqlite3.connect(path)) as connection:
        view = connection.execute(
            "SELECT kind, member, substr(valid_from, 1, 16), substr(valid_to, 1, 16) FROM list_membership"
            " WHERE geoid IS NOT NULL"
        )
        assert stays == set(view)
    assert len(stays) == 8


def test_who_was_told_and_the_outbox(archive: Any, watcher: Any) -> None:
    """Newest first, a piece at a time, by state."""
    archive.keep_subscriptions([Subscription("all", ("a@example.org", "b@example.org"))], watcher.now)
    (change,) = watcher.look(["a"], changes=[watcher.change()])
    for recipient in ("a@example.org", "b@example.org"):
        archive.make_alert("all", recipient, [change], watcher.now, watcher.now)
    assert [(one.subscription, one.recipient, one.state) for one in archive.tellings(change)] == [
        ("all", "a@example.org", AlertState.PENDING),
        ("all", "b@example.org", AlertState.PENDING),
    ]
    newest, oldest = archive.outbox(limit=9)
    assert (newest.recipient, newest.changes, newest.sent_at) == ("b@example.org", 1, None)
    assert archive.outbox(before=newest.id, limit=9) == (oldest,)
    assert archive.outbox(AlertState.SENT, limit=9) == ()
    assert archive.outbox(AlertState.PENDING, limit=1) == (newest,)
    assert archive.tellings(change + 1) == ()


def test_a_reading_that_has_no_end_is_ended(archive: Any) -> None:
    """In a sentence, and the archive is as good as before."""
    connection = archive._archive._connection if hasattr(archive, "_archive") else archive._connection
    endless = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    from storage.connection import at_most

    with pytest.raises(TookTooLong, match="ask for less"), at_most(connection, 0.05):
        connection.execute(endless).fetchone()
    assert connection.execute("SELECT 1").fetchone()[0] == 1


def test_what_is_read_is_of_one_moment(tmp_path: Path, watch: Callable[..., Any]) -> None:
    """Whatever is written meanwhile is there afterwards."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as writing, Archive.open(path, read_only=True) as reading:
        watcher = watch(writing)
        with reading.one_moment():
            assert summaries(reading) == []
            watcher.look(["a"], changes=[watcher.change(summary="meanwhile")])
            assert summaries(reading) == []
        assert summaries(reading) == ["meanwhile"]


def test_private_columns_read_as_nothing(tmp_path: Path, watch: Callable[..., Any]) -> None:
    """In columns, conditions, orders and views; the rest of a row stays."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        archive.keep_subscriptions([Subscription("all", ("a@example.org",))], watcher.now)
        (change,) = watcher.look(["a"], changes=[watcher.change()])
        archive.make_alert("all", "a@example.org", [change], watcher.now, watcher.now)
    with closing(sqlite3.connect(path)) as connection:
        hide_private(connection)
        assert connection.execute("SELECT name, settings FROM subscriptions").fetchall() == [("all", None)]
        assert connection.execute("SELECT id FROM alerts WHERE recipient LIKE 'a%'").fetchall() == []
        assert connection.execute("SELECT change, recipient FROM alert_changes").fetchall() == [(change, None)]


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[Archive], object]], str]]:
    """How SQLite means to answer everything that a reading asks: its plans, in one text."""
    path = tmp_path / "archive.sqlite"
    Archive.open(path, create=True).close()
    with Archive.open(path, read_only=True) as archive:
        connection = archive._connection
        asked: list[str] = []
        connection.set_trace_callback(asked.append)

        def plans(reading: Callable[[Archive], object]) -> str:
            asked.clear()
            reading(archive)
            statements = [one for one in asked if one.lstrip().startswith(("SELECT", "WITH"))]
            connection.set_trace_callback(None)
            rows = [row["detail"] for one in statements for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
            return "\n".join(rows)

        yield plans


@pytest.mark.parametrize(
    "reading",
    [
        lambda archive: archive.timeline(ChangeFilter(), limit=5),
        lambda archive: archive.timeline(ChangeFilter(source="x"), limit=5),
        lambda archive: archive.timeline(ChangeFilter(kind="page_changed"), limit=5),
        lambda archive: archive.timeline(ChangeFilter(places=("a", "b")), limit=5),
        lambda archive: archive.timeline(ChangeFilter(words="a"), limit=5),
        lambda archive: archive.burst(1, "c", limit=5),
        lambda archive: archive.page(1),
        lambda archive: archive.versions(1, limit=5),
        lambda archive: archive.version_of(1, 1),
        lambda archive: archive.looks_at(1, limit=5),
        lambda archive: archive.looks_not_believed(1, limit=5),
        lambda archive: archive.look_details(1),
        lambda archive: archive.tellings(1),
        lambda archive: archive.outbox(limit=5),
    ],
)
def test_no_table_is_read_from_end_to_end(reading: Callable[[Archive], object], steps: Callable[..., str]) -> None:
    """But for what is asked for in its own order, through an index, a piece at a time."""
    plan = steps(reading)
    assert plan
    for line in plan.splitlines():
        if line.startswith("SCAN "):
            # Full-text search looks into a table of its own settings first.
            in_pieces = ("USING INDEX changes_news", "VIRTUAL TABLE", "_fts_config")
            assert any(words in line for words in in_pieces), plan
