"""The chain of visits: what a link covers, in which order, and that nothing which happens to a writer breaks it."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Decision, Look, Source, Verdict, VerdictKind, digest_of
from storage import Archive, chaining


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.sqlite"


def links(path: Path) -> list[bytes]:
    with closing(sqlite3.connect(path)) as connection:
        return [link for (link,) in connection.execute("SELECT link FROM visits ORDER BY id")]


def test_a_link_is_what_the_explanation_says(path: Path, watch: Callable[..., Any]) -> None:
    """Built by hand from docs/explanation/proof.md, with nothing of ours but the values."""
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        watcher.look(["Liste", "Añasco"], body="Añasco".encode(), headers={"etag": '"ä1"', "date": "\x01"})
        watcher.look(status=None, verdict=VerdictKind.UNREACHABLE)
    previous = bytes(32)
    for number, link in enumerate(links(path), start=1):
        entry = {
            "format": "onnotice visit 1", "number": number, "run": 1, "url": "https://www.ice.example.gov/list",
            "at": f"2017-03-20T{14 + number}:00:00.000000Z", "status": 200, "verdict": "credible",
            "reason": "it is credible", "mechanism": "by hand", "body": digest_of("Añasco".encode()), "body_size": 7,
            "media_type": "text/html", "final_url": None, "truncated": 0, "error": "", "elapsed_ms": 120,
            "headers": '{"date":"\\u0001","etag":"\\"ä1\\""}',
        }  # fmt: skip
        if number == 2:
            nothing = {"status": None, "body": None, "body_size": None, "headers": None}
            entry |= {**nothing, "verdict": "unreachable", "reason": "it is unreachable"}
        written = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        previous = hashlib.sha256(previous + hashlib.sha256(written).digest()).digest()
        assert link == previous


def test_the_head_is_the_newest_link(path: Path, watch: Callable[..., Any]) -> None:
    """None before the first look; each visit's own can be asked for."""
    with Archive.open(path, create=True) as archive:
        assert archive.chain_head() is None
        watcher = watch(archive)
        watcher.look(["one"])
        watcher.look(["two"])
        head, first = archive.chain_head(), archive.chain_link(1)
        assert head is not None
        assert first is not None
        assert (head.visit, head.at, head.link) == (2, watcher.now, links(path)[1])
        assert first.link == links(path)[0]
        assert archive.chain_link(3) is None


def test_a_look_that_is_rolled_back_leaves_no_link(path: Path, watch: Callable[..., Any]) -> None:
    """The next one is chained to what is there."""
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        watcher.look(["one"])
        with suppress(ZeroDivisionError), archive.together():
            watcher.look(["two"])
            raise ZeroDivisionError
        watcher.look(["three"])
        assert list(archive.flaws()) == []
    assert len(links(path)) == 2


def _look_many_times(path: Path, slug: str) -> None:
    source, start = Source(slug, slug, f"https://{slug}.example/"), datetime(2017, 3, 20, tzinfo=UTC)
    with Archive.open(path) as archive:
        archive.keep_source(source, start)
        run = archive.begin_run(slug, 1, start)
        for number in range(40):
            look = Look(source.url, start + timedelta(minutes=number), None, error="nobody")
            decision = Decision(Verdict(VerdictKind.UNREACHABLE, "nobody"))
            archive.record_look(look, archive.page_state(source, source.url), decision, run)


def test_several_writers_make_one_chain(path: Path) -> None:
    """Whoever writes is chained to what another process wrote a moment ago."""
    Archive.open(path, create=True).close()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_look_many_times, args=(path, f"town{number}")) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert len(set(links(path))) == 120
    with Archive.open(path, read_only=True) as archive:
        assert list(archive.flaws()) == []


def without_links(path: Path, after: int = 0) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE visits SET link = NULL WHERE id > ?", (after,))
        connection.commit()


@pytest.mark.parametrize("done", [0, 3, 7])
def test_an_archive_of_before_gets_its_chain(
    path: Path, watch: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    """The links are those that it would have had; where that was broken off, it goes on."""
    monkeypatch.setattr(chaining, "_AT_ONCE", 2)
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        for number in range(8):
            watcher.look([str(number)])
    before = links(path)
    without_links(path, done)
    with Archive.open(path, read_only=True) as archive:
        assert archive.chain_head() is None
    with Archive.open(path) as archive:
        assert list(archive.flaws()) == []
    assert links(path) == before


def test_an_older_program_that_goes_on_writing_breaks_nothing(path: Path, watch: Callable[..., Any]) -> None:
    """What it wrote without links, beside us, is chained before our next look."""
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        for number in range(4):
            watcher.look([str(number)])
        before = links(path)
        without_links(path, 2)
        watcher.look(["later"])
        assert list(archive.flaws()) == []
    assert links(path)[:4] == before


def test_a_long_wait_is_said(path: Path, watch: Callable[..., Any], caplog: Any, monkeypatch: Any) -> None:
    """An archive of many visits says what it is doing, once."""
    monkeypatch.setattr(chaining, "_MANY", 2)
    with Archive.open(path, create=True) as archive:
        watcher = watch(archive)
        for number in range(3):
            watcher.look([str(number)])
    without_links(path)
    Archive.open(path).close()
    Archive.open(path).close()
    assert [record.getMessage() for record in caplog.records] == [
        "chaining 3 visits of an earlier version, once; breaking it off is safe"
    ]
