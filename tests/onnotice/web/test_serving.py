"""`onnotice serve`: a process of its own that reads while a poll writes, and says in a sentence why it cannot begin."""

from __future__ import annotations

import asyncio
import builtins
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from onnotice.home import Home
from storage import Archive

ITEMS = (
    "a bridge over Boulder Creek",
    "the budget of the police",
    "detainers declined in March",
    "a bicycle path to Lafayette",
    "opening hours of the library",
    "an ordinance on short rentals",
)


PATHS = ("/", "/sources", "/source/council", "/page/1", "/search?q=meeting", "/archive/changes.json", "/archive/visits")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """`onnotice serve` in a process of its own; the address that it says. A signal ends it without a word."""
    command = [sys.executable, "-m", "onnotice", "--home", str(home), "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address is not None, said
            yield address[0]
            process.send_signal(signal.SIGTERM)
            assert process.stdout.read() == ""
            assert process.wait(20) in (0, -signal.SIGTERM)
        finally:
            process.kill()


@dataclass
class Reading:
    """What readers of a site have met so far."""

    answers: int = 0
    trouble: list[str] = field(default_factory=list)


@contextmanager
def reading(address: str) -> Iterator[Reading]:
    """Three readers who ask for one page after another, until they are told to stop."""
    met, stopping = Reading(), threading.Event()

    def read(first: int) -> None:
        with httpx.Client(base_url=address, timeout=20) as client:
            for number in itertools.count(first):
                if stopping.is_set():
                    return
                answer = client.get(PATHS[number % len(PATHS)])
                if answer.status_code != 200 or not answer.text.rstrip().endswith(("</html>", "}")):
                    met.trouble.append(f"{answer.url}: {answer.status_code}")
                met.answers += 1

    threads = [threading.Thread(target=read, args=(first,)) for first in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield met
    finally:
        stopping.set()
        for thread in threads:
            thread.join(30)


def test_a_poll_writes_while_pages_are_read(home: Home, at_home: Callable[..., Any], site: Any) -> None:
    """Every answer is whole, every change arrives and is on the page at once, and the file is sound afterwards."""
    at_home("poll")
    lines = ["Regular meeting of March 28, 2017"]
    with served(home.folder) as address, reading(address) as met:
        for item in ITEMS:
            lines.append(f"New on the agenda: {item}")
            site.says("/council", *lines)
            assert at_home("poll", "council").code == 0
            assert item in httpx.get(f"{address}/changes?source=council", timeout=20).text
    assert met.trouble == []
    # One reader each at the least, however slow the machine.
    assert met.answers > 3
    with Archive.open(home.archive, read_only=True) as archive:
        assert archive.integrity_problem() == ""
        assert len(archive.changes(source="council")) == len(ITEMS)


def test_readers_are_few_and_share(demo: Home) -> None:
    """Forty readings at once take no more archives than there are readers, and each sees one moment."""
    from onnotice.web.readers import Readers

    threads: set[int] = set()

    def reading(archive: Archive) -> int:
        threads.add(threading.get_ident())
        return len(archive.sources())

    async def ask() -> list[int]:
        with Readers(demo.archive) as readers:
            return await asyncio.gather(*(readers.read(reading) for _ in range(40)))

    assert asyncio.run(ask()) == [5] * 40
    assert len(threads) <= 4


def test_a_reader_that_failed_begins_anew(demo: Home) -> None:
    """What was wrong with one reading is not wrong with the next."""
    from monitor.errors import ArchiveError
    from onnotice.web.readers import Readers

    def failing(archive: Archive) -> None:
        raise ArchiveError("the disk is gone")

    async def ask() -> int:
        with Readers(demo.archive) as readers:
            for _ in range(8):
                with pytest.raises(ArchiveError):
                    await readers.read(failing)
            return await readers.read(lambda archive: len(archive.sources()))

    assert asyncio.run(ask()) == 5


def test_a_port_that_is_taken_is_said(at_home: Callable[..., Any]) -> None:
    """With what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = at_home("serve", "--port", taken.getsockname()[1])
    assert answer.code == 2
    assert "name others with --host and --port" in answer.err


def test_without_the_extra_it_is_said(at_home: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence that says how to have it."""
    ordinary = builtins.__import__

    def missing(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] in ("datasette", "uvicorn"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return ordinary(name, *arguments, **named)

    for name in [name for name in sys.modules if name.startswith("onnotice.web")]:
        monkeypatch.delitem(sys.modules, name)
    # What is imported meanwhile would stay the package's own, without the modules that it had.
    monkeypatch.delattr(sys.modules["onnotice"], "web", raising=False)
    monkeypatch.setattr(builtins, "__import__", missing)
    answer = at_home("serve")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert 'pip install "onnotice[web]"' in answer.err


def test_without_an_archive_it_is_said(onnotice: Callable[..., Any], tmp_path: Path) -> None:
    """As every command says it."""
    (tmp_path / "onnotice.toml").write_text("", encoding="utf-8")
    answer = onnotice("--home", tmp_path, "serve", "--port", 0)
    assert answer.code == 2
    assert "There is no archive" in answer.err


@pytest.mark.parametrize(
    ("host", "address", "asked", "answered"),
    [
        ("127.0.0.1", "", "localhost:80", True),
        ("127.0.0.1", "", "watch.example.org", False),
        ("127.0.0.1", "https://watch.example.org", "watch.example.org", True),
        ("127.0.0.1", "https://watch.example.org", "other.example.org", False),
        ("0.0.0.0", "", "watch.example.org", True),
        ("0.0.0.0", "https://watch.example.org", "other.example.org", False),
        ("::1", "", "[::1]:8017", True),
    ],
)
def test_names_that_are_answered(host: str, address: str, asked: str, answered: bool, empty_home: Home) -> None:
    """Its own, this machine's, and those of `[web] address`; any only where it listens to others and has no name."""
    from datetime import UTC, datetime

    from onnotice.config import settings_from
    from onnotice.web.serving import application, site_of

    settings = settings_from({"web": {"address": address}} if address else {}, "test")

    async def ask(served: Any) -> int:
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get("/", headers={"host": asked})).status_code

    with site_of(empty_home, settings, lambda: datetime.now(UTC), host=host) as site:
        assert asyncio.run(ask(application(site))) == (200 if answered else 400)
