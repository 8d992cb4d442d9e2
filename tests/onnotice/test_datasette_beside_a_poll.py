"""Datasette serves the archive while a poll writes to it, and neither disturbs the other."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from onnotice.home import Home
from storage import Archive

PAGES = 12
POLLS = 8
QUESTIONS = {
    "/change_log": {"_sort_desc": "change"},
    "/newest_changes": {},
    "/page_versions": {"_search": "paragraph"},
    "/looks": {"_size": "1000"},
}
"""What readers ask meanwhile, each without a pause."""


def ask(address: str, what: str, **parameters: str) -> list[dict[str, Any]]:
    """The rows of a table, view, question or query. Raises on any answer but 200."""
    asked = urlencode({"_shape": "array", **parameters})
    with urllib.request.urlopen(f"{address}{what}.json?{asked}", timeout=30) as answer:
        rows: list[dict[str, Any]] = json.load(answer)
        return rows


@pytest.fixture
def town(make_home: Callable[..., Home], site: Any) -> Home:
    """A home that watches the pages of a town."""
    stanzas = [f'[[source]]\nslug = "page{n}"\ntitle = "Page {n}"\nurl = "{site.url}/{n}"\n' for n in range(PAGES)]
    return make_home('contact = "https://example.org/onnotice-tests"\n\n' + "\n".join(stanzas))


@pytest.fixture
def served(town: Home, onnotice: Callable[..., Any]) -> Iterator[str]:
    """Where Datasette shows that home's archive, as a researcher starts it; a process of its own."""
    described = town.folder / "metadata.json"
    assert onnotice("metadata", "--out", described).code == 0
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", str(town.archive), "-m", str(described), "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            next(line for line in process.stdout if "Uvicorn running" in line)
            # Nobody reads its log from here on; a full pipe must not stop it.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield f"http://127.0.0.1:{port}/archive"
        finally:
            process.terminate()
            process.wait(30)


def _write_the_town(site: Any, turn: int) -> None:
    for number in range(PAGES):
        lines = [f"Paragraph {line} of page {number}, as it reads in week {turn}" for line in range(60)]
        site.says(f"/{number}", *lines)


def test_neither_disturbs_the_other(town: Home, served: str, site: Any, onnotice: Callable[..., Any]) -> None:
    """Polls succeed, every answer is one, the newest look is there at once, and no reader holds the journal."""
    done = threading.Event()
    answered: dict[str, int] = {}
    failed: list[Exception] = []

    def read(what: str) -> None:
        while not done.is_set():
            try:
                ask(served, what, **QUESTIONS[what])
            except OSError as error:
                failed.append(error)
                return
            answered[what] = answered.get(what, 0) + 1

    readers = [threading.Thread(target=read, args=(what,)) for what in QUESTIONS]
    for reader in readers:
        reader.start()
    try:
        for turn in range(POLLS):
            _write_the_town(site, turn)
            polled = onnotice("--home", town.folder, "poll")
            assert polled.code == 0, polled.err
            with Archive.open(town.archive, read_only=True) as archive:
                (*_, newest) = archive.visits(f"{site.url}/{PAGES - 1}")
            shown = ask(served, "/looks", url=f"{site.url}/{PAGES - 1}", _sort_desc="visit", _size="1")
            assert shown[0]["body"] == newest.body_digest
            assert shown[0]["version"] == turn + 1
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert failed == []
    assert answered.keys() == QUESTIONS.keys()
    with closing(sqlite3.connect(town.archive)) as connection:
        # Not busy: no reader holds the journal back, and it can be emptied while Datasette goes on.
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert _size(Path(f"{town.archive}-wal")) == 0
    with Archive.open(town.archive, read_only=True) as archive:
        assert archive.integrity_problem() == ""
    assert ask(served, "/looks", _size="1")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
