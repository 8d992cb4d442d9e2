"""A home that watches a folder of pages, for what fails around it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from monitor.types import AlertState
from onnotice.clock import SteadyClock
from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.polling import PollReport, keep_sources, poll
from onnotice.telling import tell
from storage import Archive

_ROOT = Path(__file__).resolve().parents[2]


class Desk:
    """A home that watches pages out of a folder, served on this machine; `on_request` is called before each answer."""

    PAGES = ("council", "sheriff", "budget")
    _SETTINGS = """\
[mail]
{mail}

[[subscription]]
name = "everything"
recipients = ["analyst@example.org"]
"""
    _SOURCE = """
[[source]]
slug = "{name}"
title = "{name}"
url = "http://127.0.0.1:{port}/{name}.html"
"""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self._site = folder / "site"
        self.on_request: Callable[[], None] = lambda: None
        for made in (self.home.folder, self._site):
            made.mkdir()
        desk = self

        class Pages(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                desk.on_request()
                # Two editions within a second would be one to a client that asks by date.
                del self.headers["If-Modified-Since"]
                super().do_GET()

            def log_message(self, format: str, *arguments: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=str(self._site)))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.says(0)
        self.mails_by('transport = "folder"')
        Archive.open(self.home.archive, create=True).close()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def mails_by(self, mail: str) -> None:
        """Write the settings, with such a table for mail."""
        sources = "".join(self._SOURCE.format(name=name, port=self._server.server_port) for name in self.PAGES)
        self.home.settings.write_text(self._SETTINGS.format(mail=mail) + sources, encoding="utf-8")

    def says(self, edition: int) -> None:
        """Publish an edition of every page: with one paragraph more than the one before."""
        signed = "".join(f"<p>Agreement {number} with the agency was signed.</p>" for number in range(edition + 1))
        for name in self.PAGES:
            text = f"<!DOCTYPE html><title>{name}</title><h1>{name}</h1>{signed}"
            (self._site / f"{name}.html").write_text(text, encoding="utf-8")

    def command(self, *arguments: str, before: Sequence[str] = (), **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `onnotice` on the home, in a process of its own; `before` is put before the command."""
        line = [*before, sys.executable, "-m", "onnotice", "--home", str(self.home.folder), *arguments]
        ended = subprocess.run(line, check=False, capture_output=True, text=True, timeout=120, cwd=_ROOT, **options)
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def look(self, system: Callable[[], datetime]) -> PollReport:
        """What `onnotice poll` does, where the machine's clock is another."""
        settings = read_settings(self.home)
        sources = settings.sources("x")
        with Archive.open(self.home.archive) as archive, archive.exclusive():
            clock = SteadyClock(archive.newest_look(), system=system)
            archive.abandon_runs(clock())
            keep_sources(archive, sources, clock())
            archive.keep_subscriptions(settings.subscriptions(), clock())
            report = asyncio.run(poll(archive, sources, settings, clock))
            asyncio.run(tell(archive, settings, self.home, clock()))
        return report

    def check(self, editions: int) -> None:
        """What is kept is sound, and each page's editions after the first are one change and in one mail each."""
        with Archive.open(self.home.archive) as archive:
            assert archive.integrity_problem() == ""
            assert [flaw.sentence for flaw in archive.flaws()] == []
            news = [one for one in archive.changes() if not one.change.kind.about_our_eyes]
            assert Counter(one.change.source for one in news) == dict.fromkeys(self.PAGES, editions)
            alerts = archive.alerts()
            assert {alert.state for alert in alerts} == {AlertState.SENT}
            told = Counter(one.id for alert in alerts for one in alert.changes)
            assert told == Counter(one.id for one in archive.changes())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A home that watches three pages."""
    made = Desk(tmp_path)
    yield made
    made.close()
