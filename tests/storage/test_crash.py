"""kill -9 at any instant: the archive opens, and every look is there whole or not at all."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage import Archive

_ROOT = Path(__file__).resolve().parents[2]

_WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.types import (Change, ChangeKind, Decision, Look, NewSnapshot, Record, RecordStep, RecordWrite, Source,
    Subscription, Verdict, VerdictKind, lines_digest)
from storage import Archive

START = datetime(2017, 3, 20, tzinfo=UTC)
source = Source("list", "A list", "https://list.example/")
archive = Archive.open(Path(sys.argv[1]), create=True)
with archive.exclusive():
    archive.keep_source(source, START)
    archive.keep_subscriptions([Subscription("desk", ("a@example.org",))], START)
    archive.abandon_runs(START)
    run = archive.begin_run("list", archive.begin_poll(START), START)
    done = sum(len(archive.visits(url)) for url in archive.known_urls("list"))
    while True:
        done += 1
        url = f"https://list.example/{done % 5}"
        text = ("title", *(f"line {n} of look {done if n == 7 else 0}" for n in range(60)))
        record = Record("row", f"key {done % 11}", f"Row {done % 11}", {"seen in": done})
        at = START + timedelta(seconds=done)
        change = Change(ChangeKind.PAGE_CHANGED, at, "list", url, f"look {done}", 0.5)
        ids = archive.record_look(
            Look(url, at, 200, "\\n".join(text).encode()),
            archive.page_state(source, url),
            Decision(
                Verdict(VerdictKind.CREDIBLE, "new"),
                snapshot=NewSnapshot("title", text, lines_digest(text), "x/1"),
                records=(RecordWrite(RecordStep.AMEND, record),),
                changes=(change,),
            ),
            run,
        )
        if done % 3 == 0:
            with archive.together():
                told = [stored.id for stored in archive.untold("desk")]
                archive.make_alert("desk", "a@example.org", told, at, at, told[-1])
        print(done, flush=True)
"""

_WHOLE = {
    "a look brings body, version and change together": """
        SELECT count(*) FROM visits v WHERE v.body IS NULL OR v.snapshot IS NULL
            OR NOT EXISTS (SELECT 1 FROM changes c WHERE c.visit = v.id)
            OR NOT EXISTS (SELECT 1 FROM record_versions r WHERE r.visit = v.id)""",
    "no version of a page without its look": """
        SELECT count(*) FROM snapshots n WHERE NOT EXISTS (SELECT 1 FROM visits v WHERE v.snapshot = n.id)""",
    "a page shows its newest version": """
        SELECT count(*) FROM pages p JOIN snapshots n ON n.id = p.snapshot
            WHERE n.number <> (SELECT count(*) FROM snapshots s WHERE s.page = p.id)""",
    "versions of a record follow each other": """
        SELECT count(*) FROM record_versions a JOIN record_versions b ON b.record = a.record
            AND b.number = a.number + 1 WHERE a.valid_to IS NOT b.valid_from""",
    "a present record has one version that holds": """
        SELECT count(*) FROM records r WHERE 1 <> (
            SELECT count(*) FROM record_versions v WHERE v.record = r.id AND v.valid_to IS NULL)""",
    "what a cursor has passed was promised": """
        SELECT count(*) FROM changes c, subscriptions u WHERE c.id <= u.cursor
            AND NOT EXISTS (SELECT 1 FROM alert_changes a WHERE a.change = c.id)""",
    "what was promised a cursor has passed": """
        SELECT count(*) FROM alert_changes a, subscriptions u WHERE a.change > u.cursor""",
}


def _written_until_killed(path: Path, looks: int, moment: float) -> None:
    """A process writes so many looks, and is killed `moment` seconds later, in the middle of one of the next."""
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        for _ in range(looks):
            assert writer.stdout.readline(), writer.stderr.read().decode()
        time.sleep(moment)
        os.kill(writer.pid, signal.SIGKILL)


@pytest.mark.parametrize("seed", range(2))
def test_a_killed_writer_leaves_whole_looks(tmp_path: Path, seed: int) -> None:
    """Five kills at random moments, each going on from the one before: nothing is half there, nothing is damaged."""
    path = tmp_path / "archive.sqlite"
    moments = random.Random(seed)
    looks = 0
    for _ in range(5):
        written = moments.randrange(1, 30)
        _written_until_killed(path, written, moments.uniform(0, 0.004))
        with Archive.open(path) as archive, archive.exclusive():
            assert archive.integrity_problem() == ""
            assert list(archive.flaws()) == []
            for url in archive.known_urls("list"):
                for snapshot in archive.snapshots(url):
                    assert archive.body(snapshot.body_digest) == "\n".join(snapshot.text).encode()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for promise, query in _WHOLE.items():
                assert connection.execute(query).fetchone() == (0,), promise
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for index in ("snapshots_fts", "record_versions_fts"):
                connection.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
            before, looks = looks, connection.execute("SELECT count(*) FROM visits").fetchone()[0]
            assert looks >= before + written


def test_the_full_text_index_agrees_with_what_it_indexes(
    tmp_path: Path, watch: Callable[..., Any], row: Any, add: Any
) -> None:
    """The check that the crash test relies on does find an index that disagrees."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        watch(archive).look(["a", "text"], records=add(row("boulder", policy="none")))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in ("snapshots", "record_versions"):
            check = f"INSERT INTO {table}_fts({table}_fts, rank) VALUES ('integrity-check', 1)"
            connection.execute(check)
            connection.execute(f"UPDATE {table} SET text = 'other words'")
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(check)
