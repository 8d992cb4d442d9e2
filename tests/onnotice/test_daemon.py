"""The daemon, as a process of its own: polls what is due, mails, takes up edited settings, ends when it is asked to."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onnotice import session
from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.polling import keep_sources, poll
from storage import Archive

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


def until(condition: Callable[[], Any], what: str) -> Any:
    """The condition's value as soon as it is true; fails when patience has run out."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"in vain: {what}")


class Daemon:
    """`onnotice run` in a process; what it says goes into a file."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._said = home.folder / "daemon.txt"
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "onnotice", "--home", str(home.folder), "run", "--heartbeat", "1"],
                cwd=ROOT, stdout=said, stderr=said, env={**os.environ, "PYTHONUNBUFFERED": ""},
            )  # fmt: skip

    def said(self, words: str) -> bool:
        return self.said_times(words) > 0

    def said_times(self, words: str) -> int:
        return self._said.read_text().count(words)

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Ask it to end; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        return time.monotonic() - began


@pytest.fixture
def start(home: Home) -> Iterator[Callable[[], Daemon]]:
    """Starts the daemon; whatever still runs when the test ends is killed."""
    started: list[Daemon] = []

    def begin() -> Daemon:
        started.append(Daemon(home))
        return started[-1]

    yield begin
    for daemon in started:
        if daemon.process.poll() is None:
            daemon.process.kill()
            daemon.process.wait()


def looked_before(home: Home) -> None:
    """A first poll that lies a day back."""
    settings = read_settings(home)
    sources = settings.sources("x")
    yesterday = session.now().replace(year=session.now().year - 1)
    with Archive.open(home.archive) as archive:
        keep_sources(archive, sources, yesterday)
        archive.keep_subscriptions(settings.subscriptions(), yesterday)
        asyncio.run(poll(archive, sources, settings, lambda: yesterday))


def mails(home: Home) -> list[Path]:
    return list((home.folder / "mails").glob("*.eml"))


def test_a_day_in_its_life(start: Callable[[], Daemon], home: Home, site: Any, onnotice: Callable[..., Any]) -> None:
    """Polls what is due and mails; refuses a second daemon, and leaves `poll --due` nothing to do; reads edits, also on
    SIGHUP, keeps to the old settings when one is broken; ends on SIGTERM within seconds with exit code 0."""
    looked_before(home)
    site.says("/council", "Special meeting of March 27, 2017")
    daemon = start()
    (mail,) = until(lambda: mails(home), "the mail")
    assert "Special meeting" in mail.read_text()

    second = onnotice("--home", home.folder, "run")
    assert second.code == 1
    assert f"is being polled by process {daemon.process.pid} since" in second.err

    good = home.settings.read_text()
    home.settings.write_text(good + "colour = \n")
    until(lambda: daemon.said("Until then the settings from before are used."), "the report of a broken edit")
    assert daemon.said("is not valid TOML")
    site.says("/library", "Open on Sundays")
    home.settings.write_text(good + f'[[source]]\nslug = "library"\ntitle = "Library"\nurl = "{site.url}/library"\n')
    until(lambda: "/library" in site.asked, "a look at the new source")
    assert daemon.said("again: 3 sources")
    daemon.process.send_signal(signal.SIGHUP)
    until(lambda: daemon.said_times("again: 3 sources") == 2, "the settings read again on SIGHUP")
    assert daemon.process.poll() is None
    beside = onnotice("--home", home.folder, "poll", "--due")
    assert (beside.code, "is being polled by process" in beside.err) == (0, True)
    assert onnotice("--home", home.folder, "poll").code == 1

    assert daemon.stop() < 10
    assert daemon.process.returncode == 0
    assert daemon.said("stopped")
    assert not daemon.said("Traceback")
    assert len(mails(home)) == 1
    assert "3 of 3 sources are seen." in onnotice("--home", home.folder, "sources").out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_what_is_under_way(
    start: Callable[[], Daemon], home: Home, site: Any, number: int, onnotice: Callable[..., Any]
) -> None:
    """A page that has been asked for when the signal comes is taken; no run is left open."""
    site.held = {"/council"}
    daemon = start()
    assert site.arrived.wait(PATIENCE)
    daemon.process.send_signal(number)
    until(lambda: daemon.said("stopping: finishing what is under way"), "the farewell")
    site.release.set()
    daemon.process.wait(PATIENCE)
    assert daemon.process.returncode == 0
    assert not daemon.said("Traceback")
    assert len(onnotice("--home", home.folder, "history", f"{site.url}/council", "--json", "--looks").objects) == 1


def test_a_host_that_never_answers_does_not_keep_it(start: Callable[[], Daemon], home: Home, site: Any) -> None:
    """What is still in flight ten seconds after the signal is let go; the source stays due."""
    site.held = {"/council"}
    daemon = start()
    assert site.arrived.wait(PATIENCE)
    assert daemon.stop() < 15
    assert daemon.process.returncode == 0
    assert not daemon.said("Traceback")
    with Archive.open(home.archive, read_only=True) as archive:
        status = archive.source("council")
        assert status is not None
        assert status.next_due_at is None
        assert status.message == "stopped before it was complete"


def test_killed_it_leaves_a_home_that_goes_on(start: Callable[[], Daemon], home: Home, site: Any) -> None:
    """SIGKILL in the middle of a poll: the next daemon begins at once, and sees everything."""
    site.held = {"/council"}
    first = start()
    assert site.arrived.wait(PATIENCE)
    first.stop(signal.SIGKILL)
    site.held = set()
    site.release.set()
    start()

    def seen() -> bool:
        with Archive.open(home.archive, read_only=True) as archive:
            return [status.health.value for status in archive.sources()] == ["seen", "seen"]

    until(seen, "both sources seen")
