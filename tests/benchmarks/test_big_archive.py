"""The large archive that reading is measured on is one that polls could have written."""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from monitor.types import Decision, Look, NewSnapshot, Source, Verdict, VerdictKind
from storage import Archive

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "big_archive.py"


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    """The script as a module; its dataclasses look themselves up."""
    spec = importlib.util.spec_from_file_location("big_archive", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def _rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_small_one_is_sound(script: ModuleType, tmp_path: Path) -> None:
    """About as large as was asked, in order of time, every reference and body whole, what pages and versions say of
    their newest look true; and the same each time."""
    size = script.Size(visits=3000, snapshots=300, records=600, sources=12)
    path = script.make(tmp_path / "one", size)
    with Archive.open(path, read_only=True) as archive:
        assert archive.integrity_problem() == ""
        assert archive.damaged_bodies() == ()
        assert len(archive.sources()) == 12
        assert archive.search("detainer")
    counts = [_rows(path, f"SELECT count(*) FROM {table}")[0][0] for table in ("visits", "snapshots", "records")]
    assert counts == pytest.approx([3000, 300, 600], rel=0.2)
    for untrue in (
        "SELECT a.id FROM visits a JOIN visits b ON b.id = a.id + 1 WHERE b.at < a.at",
        "SELECT p.id FROM pages p WHERE last_look_at <> (SELECT max(at) FROM visits v WHERE v.page = p.id)",
        "SELECT n.id FROM snapshots n WHERE last_seen <> (SELECT max(at) FROM visits v WHERE v.snapshot = n.id)",
        "SELECT id FROM runs WHERE ended_at IS NULL",
    ):
        assert _rows(path, untrue) == []
    again = script.make(tmp_path / "two", size)
    everything = "SELECT id, at, verdict, body FROM visits"
    assert _rows(again, everything) == _rows(path, everything)


@pytest.mark.parametrize("status", [200, 304, None])
def test_the_door_of_its_own_writes_what_a_poll_writes(status: int | None, script: ModuleType, tmp_path: Path) -> None:
    """A look that brings nothing new, in bulk and through the Archive: the same rows."""
    source, began = Source("town", "Town", "https://town.example/"), datetime(2017, 3, 20, tzinfo=UTC)
    body, later = b"<p>Hello</p>", began + timedelta(hours=1)
    found = []
    for name in ("bulk", "poll"):
        path = tmp_path / f"{name}.sqlite"
        with Archive.open(path, create=True) as archive:
            archive.keep_source(source, began)
            run = archive.begin_run("town", archive.begin_poll(began), began)
            snapshot = NewSnapshot("Hello", ("Hello",), "x", "by_hand/1")
            first = Decision(Verdict(VerdictKind.CREDIBLE, "it was served"), snapshot)
            look = Look(source.url, began, 200, body, "text/html", {"etag": '"1"'})
            archive.record_look(look, archive.page_state(source, source.url), first, run)
            page = script._Page(source.url, "Hello")
            bulk = script._Bulk(archive)
            bulk.note(page, "town")
            if name == "bulk":
                if status is None:
                    bulk.unreachable(page, run, later)
                else:
                    bulk.unchanged(page, run, later, status == 200, 120)
                bulk.flush()
            else:
                _look_again(archive, source, later, status, body, run)
        # An archive gives its links to what was written without them when it is opened.
        Archive.open(path).close()
        found.append([_rows(path, f"SELECT * FROM {table}") for table in ("visits", "pages", "snapshots", "bodies")])
    assert found[0] == found[1]


def _look_again(archive: Archive, source: Source, at: datetime, status: int | None, body: bytes, run: int) -> None:
    state = archive.page_state(source, source.url)
    if status is None:
        error = "the server did not answer within 30 seconds"
        look = Look(source.url, at, None, error=error, elapsed=timedelta(seconds=30))
        decision = Decision(Verdict(VerdictKind.UNREACHABLE, error))
    else:
        whole, took = status == 200, timedelta(milliseconds=120)
        brought = (body, "text/html") if whole else (None, "")
        look = Look(source.url, at, status, *brought, {"etag": '"1"'}, elapsed=took)
        reason = "the same bytes as before" if whole else "not modified"
        decision = Decision(Verdict(VerdictKind.UNCHANGED, reason), same_snapshot=True)
    archive.record_look(look, state, decision, run)
