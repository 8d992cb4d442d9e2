"""Datasette explains the archive and answers the questions that people ask, and nobody else's business."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from monitor.types import AlertState, ChangeKind, Delivery, Edition, Health, RecordStep, RecordWrite, Subscription
from storage import Archive
from storage.metadata import PRIVATE, SETTINGS, metadata
from storage.questions import QUESTIONS
from storage.schema import describe, describe_view_columns, describe_views

Ask = Callable[..., Any]


def _write_history(
    archive: Archive, watch: Callable[..., Any], row: Callable[..., Any], add: Callable[..., Any]
) -> None:
    """From 20 March 2017, 14:00 UTC, an hour a look: a list in two editions, a release in two versions, an agenda item
    that goes, a page that goes and comes back, a change that is told, and a day of not seeing."""
    archive.keep_subscriptions([Subscription("desk", ("a@example.org",))], watch(archive).now)
    watcher = watch(archive)
    first, second = (Edition("ice_list", f"week {n}", f"2017-0{n}") for n in (1, 2))
    place = {"place": "Denver, Colorado"}
    boulder = row("1/boulder", title="Boulder County, Colorado", place="Boulder County, Colorado")
    watcher.look(["list"], records=add(row("1/denver", title="Denver, Colorado", **place), boulder, edition=first))
    watcher.look(["more"], records=add(row("2/denver", title="Denver, Colorado", **place), edition=second))
    release = {"kind": "press_release", "member": "", "title": "Remarks on sanctuary", "number": "17-283"}
    watcher.look(["r"], url="https://r.example/1", records=add(row("r1", body="First text", **release)))
    amended = row("r1", body="Second text", **release)
    watcher.look(["r2"], url="https://r.example/1", records=[RecordWrite(RecordStep.AMEND, amended)])
    item = row(
        "m/1", kind="agenda_item", parent="m", member="", title="A detainer policy", about="2017-04-03T17:30", **place
    )
    meeting = row("m", kind="meeting", member="", title="City Council", about="2017-04-03T17:30", **place)
    added = watcher.change(ChangeKind.RECORD_ADDED, record_kind="agenda_item", record_key="m/1", **place,
                           after=dict(item.facts), title=item.title, summary="added an item")  # fmt: skip
    (told,) = watcher.look(["a"], url="https://a.example/", records=add(meeting, item), changes=[added])
    removed = watcher.change(ChangeKind.RECORD_REMOVED, record_kind="agenda_item", record_key="m/1",
                             before=dict(item.facts), title=item.title, summary="took an item away")  # fmt: skip
    watcher.look(["a2"], url="https://a.example/", records=[RecordWrite(RecordStep.REMOVE, item)], changes=[removed])
    notice = row("n", kind="notice", member="", title="Correction",
                 affects=[{"edition": "2017-01", "jurisdiction": "Boulder County, Colorado"}])  # fmt: skip
    watcher.look(["n"], url="https://n.example/", records=add(notice))
    alert = archive.make_alert("desk", "a@example.org", [told], watcher.now, watcher.now)
    assert alert is not None
    archive.claim(alert, watcher.now)
    sent = Delivery(alert, watcher.now, "smtp", "sent", "250")
    archive.delivered(sent, state=AlertState.SENT, subject="News from Denver", retry_at=None)
    watcher.end()
    watcher.now += timedelta(hours=1)
    watcher.end("failed", health=Health.BLOCKED, message="a bot wall answered")
    watcher.now += timedelta(hours=24)
    watcher.end()


@pytest.fixture
def path(tmp_path: Path, watch: Any, row: Any, add: Any) -> Path:
    """An archive with that history."""
    with Archive.open(tmp_path / "archive.sqlite", create=True) as archive:
        _write_history(archive, watch, row, add)
    return tmp_path / "archive.sqlite"


@asynccontextmanager
async def _served(path: Path, **options: Any) -> AsyncIterator[Ask]:
    """Datasette over the archive: `await ask("/archive/on_the_list", source="ice_list")` gives status and answer."""
    server = Datasette([str(path)], metadata=metadata(**options), settings=dict(SETTINGS))
    await server.invoke_startup()

    async def ask(address: str, actor: Mapping[str, Any] | None = None, **parameters: str) -> tuple[int, Any]:
        cookies = {"ds_actor": server.sign({"a": dict(actor)}, "actor")} if actor else {}
        shape = {"_shape": "array"} if "." not in address else {}
        asked = f"{address}{'' if '.' in address else '.json'}?{urlencode({**shape, **parameters})}"
        answer = await server.client.get(asked, cookies=cookies)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else answer.text

    try:
        yield ask
    finally:
        for database in server.databases.values():
            database.close()
        if server.executor is not None:
            server.executor.shutdown()


ANSWERS: Mapping[str, tuple[Mapping[str, str], list[dict[str, Any]]]] = {
    "on_the_list": (
        {"source": "ice_list", "date": "2017-03-20T15:30Z"},
        [
            {"member": "Boulder County, Colorado", "geoid": "08013", "edition": "week 1", "disputed_by": "Correction"},
            {"member": "Denver, Colorado", "geoid": "0820000", "disputed_by": None, "rows": 1},
        ],
    ),
    "versions_of_a_release": (
        {"words": "sanctuary"},
        [
            {"version": 1, "valid_from": "2017-03-20T17:00:00.000000Z", "valid_to": "2017-03-20T18:00:00.000000Z"},
            {"version": 2, "facts": '{"body":"Second text","number":"17-283"}', "valid_to": None},
        ],
    ),
    "agenda_mentions": (
        {"words": "detainers"},
        [{"title": "A detainer policy", "meeting": "City Council", "standing": 0, "url": "https://a.example/"}],
    ),
    "what_was_withdrawn": (
        {"since": "2017-03-20", "until": "2017-03-20"},
        [
            {"what": "listed", "title": "Boulder County, Colorado", "how": "Correction", "about": "week 1"},
            {"what": "agenda_item", "title": "A detainer policy", "how": "taken away", "back_at": None},
        ],
    ),
    "how_long_unseen": ({}, [{"source": "ice_list", "stretches": 1, "hours": 24.0, "blind_since": None}]),
    "when_unseen": ({"source": "ice_list"}, [{"why": "blocked", "message": "a bot wall answered", "hours": 24.0}]),
    "who_was_told": (
        {"since": "2017-03-20"},
        [{"recipient": "a@example.org", "subject": "News from Denver", "summary": "added an item"}],
    ),
    "what_changed": (
        {"jurisdiction": "Denver, Colorado", "since": "2017-03-20", "until": "2017-03-21"},
        [{"summary": "added an item", "after": "{}", "before": None}],
    ),
    "newest_changes": ({}, [{"summary": "took an item away"}, {"summary": "added an item"}]),
}
"""By question: what is asked, and of each row of the answer what matters."""


def test_every_question_is_asked() -> None:
    """A new one needs an answer here."""
    assert ANSWERS.keys() == QUESTIONS.keys()


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_question_is_answered(name: str, path: Path) -> None:
    """Row by row, and by the page that people see too."""
    parameters, expected = ANSWERS[name]
    async with _served(path) as ask:
        status, rows = await ask(f"/archive/{name}", **parameters)
        assert status == 200, rows
        found = [{key: row.get(key) for key in wanted} for row, wanted in zip(rows, expected, strict=True)]
        assert found == expected


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("typed", ["", "'; DROP TABLE records; --", '"', "NEAR(a b) OR *", "2017-13-45"])
async def test_whatever_is_typed_is_harmless(name: str, typed: str, path: Path) -> None:
    """Nothing at all, operators and quotes: an answer with rows or without, and never an error."""
    async with _served(path) as ask:
        status, rows = await ask(f"/archive/{name}", **dict.fromkeys(QUESTIONS[name].parameters, typed))
        assert status == 200, rows
        if typed:
            assert rows == [] or not QUESTIONS[name].parameters


async def test_a_date_is_the_end_of_its_day_and_a_time_itself(path: Path) -> None:
    """As in `onnotice as-of`; the day is one of UTC."""
    async with _served(path) as ask:
        for date, members in {
            "2017-03-19": [],
            "2017-03-20": ["Denver, Colorado"],
            "2017-03-20T15:30Z": ["Boulder County, Colorado", "Denver, Colorado"],
            "2017-03-20T10:30-05:00": ["Boulder County, Colorado", "Denver, Colorado"],
            "": ["Denver, Colorado"],
        }.items():
            _, rows = await ask("/archive/on_the_list", source="ice_list", date=date)
            assert [row["member"] for row in rows] == members, date


async def test_every_table_and_view_is_shown_and_explained(path: Path) -> None:
    """With its sentence, that of each column, in its order, with its facets; what is internal is not listed."""
    async with _served(path) as ask:
        _, front = await ask("/archive.html")
        for name in (*describe(), *describe_views()):
            columns = describe()[name].columns if name in describe() else describe_view_columns()[name]
            if name.endswith("_fts"):
                continue
            status, shown = await ask(f"/archive/{name}.html")
            assert status == 200, shown[-2000:]
            for sentence in columns.values():
                assert sentence.replace("'", "&#39;").replace('"', "&#34;").replace("&", "&") in shown, (name, sentence)
        assert ">change_log</a>" in front
        assert ">migrations</a>" not in front


@pytest.mark.parametrize("where", ["snapshots", "page_versions", "record_versions", "record_timeline", "agenda_items"])
async def test_search_is_set_up(where: str, path: Path) -> None:
    """The search box of a table, and of the views that show its rows."""
    async with _served(path) as ask:
        _, every = await ask(f"/archive/{where}")
        _, found = await ask(
            f"/archive/{where}", _search="a2" if where in ("snapshots", "page_versions") else "detainer"
        )
        assert 0 < len(found) < len(every)


async def test_a_public_server_keeps_recipients_to_itself(path: Path) -> None:
    """Who is told, in tables, views, questions or one's own SQL, is for those who are signed in; all else for all."""
    private = [*sorted(PRIVATE), *(name for name, question in QUESTIONS.items() if question.private)]
    async with _served(path, public=True) as ask:
        for name in private:
            status, answer = await ask(f"/archive/{name}")
            assert status == 403, name
            assert "a@example.org" not in str(answer)
            assert (await ask(f"/archive/{name}", {"id": "reader"}))[0] == 200
        sneaking = "select recipient from alerts"
        for address, more in {
            "/archive": {"sql": sneaking},
            "/archive/sources": {"_where": f"1 in ({sneaking})"},
        }.items():
            status, answer = await ask(address, **more)
            assert status in (400, 403)
            assert "a@example.org" not in str(answer)
        assert (await ask("/archive", {"id": "reader"}, sql=sneaking))[0] == 200
        assert (await ask("/archive/current_records"))[0] == 200
        assert (await ask("/archive/newest_changes"))[0] == 200
        _, front = await ask("/archive.html")
        assert ">alerts</a>" not in front


def test_one_line_says_what_held_on_a_day(path: Path) -> None:
    """The as-of line of the docs, in plain sqlite3."""
    with closing(sqlite3.connect(path)) as connection:
        query = (
            "SELECT member FROM list_members WHERE :at >= valid_from AND :at < coalesce(valid_to, '9999') ORDER BY 1"
        )
        asked = {
            at: [row[0] for row in connection.execute(query, {"at": at})] for at in ("2017-03-20T15:30", "2017-03-21")
        }
    assert asked == {
        "2017-03-20T15:30": ["Boulder County, Colorado", "Denver, Colorado"],
        "2017-03-21": ["Denver, Colorado"],
    }


def test_a_new_table_is_for_readers_or_is_not() -> None:
    """Whoever adds one decides: this list, or `PRIVATE`, which keeps it from public servers and slim copies."""
    for_readers = {
        "sources", "source_health", "field_coverage", "runs", "pages", "visits", "bodies", "snapshots", "records",
        "record_versions", "changes", "jurisdictions", "same_areas", "place_names", "jurisdiction_tables", "migrations",
        "indexed_texts", "snapshots_fts", "record_versions_fts", "time_stamps", "identity", "changes_fts",
    }  # fmt: skip
    assert describe().keys() - PRIVATE == for_readers
    assert describe().keys() | describe_views().keys() >= PRIVATE


def test_metadata_is_json() -> None:
    """And names the file that it is made for."""
    assert json.loads(json.dumps(metadata(database="slim")))["databases"].keys() == {"slim"}
