"""Polls and tells, and kills itself doing so: a process that is started once and forks polls that are to die.

Reads one JSON object a line: {"home", "at" (ISO 8601), "kill"}, where `kill` is null, or {"seconds": s} after the poll
began, or {"commits": n} right before the statement that follows the n-th commit. Answers one object a line: {"killed",
"failed"}, and of a poll that nobody killed {"seconds", "commits"}.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.polling import keep_sources, poll
from onnotice.telling import tell
from storage import Archive


class Commits:
    """Counts commits as the database sees them, and dies right after the one that it was told of."""

    def __init__(self, fatal: int) -> None:
        self.count, self._fatal = 0, fatal

    def __call__(self, statement: str) -> None:
        if self._fatal and self.count >= self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += statement.lstrip().upper().startswith("COMMIT")


def look_and_tell(order: dict[str, Any], commits: Commits) -> None:
    """What `onnotice poll` does, on a clock that stands still."""
    home, now = Home(Path(order["home"])), datetime.fromisoformat(order["at"])
    settings = read_settings(home)
    sources = settings.sources(str(home.settings))
    with Archive.open(home.archive, create=True) as archive, archive.exclusive():
        archive._connection.set_trace_callback(commits)
        archive.abandon_runs(now)
        keep_sources(archive, sources, now)
        archive.keep_subscriptions(settings.subscriptions(), now)
        asyncio.run(poll(archive, sources, settings, lambda: now))
        asyncio.run(tell(archive, settings, home, now))


def whole(order: dict[str, Any]) -> dict[str, Any]:
    """A poll that nobody kills, in this process: what it leaves loaded, no child has to load."""
    commits = Commits(0)
    began = time.monotonic()
    try:
        look_and_tell(order, commits)
    except Exception:  # noqa: BLE001 - whatever it is, the test has to hear of it
        traceback.print_exc()
        return {"killed": False, "failed": True}
    return {"killed": False, "failed": False, "seconds": time.monotonic() - began, "commits": commits.count}


def cut_short(order: dict[str, Any]) -> dict[str, Any]:
    """A poll in a child that is killed, unless it ends before its time."""
    assert threading.active_count() == 1, "only a process with one thread may be forked"
    reading, report = os.pipe()
    process = os.fork()
    if process == 0:
        os.write(report, b"b")
        try:
            look_and_tell(order, Commits(order["kill"].get("commits", 0)))
        except BaseException:  # noqa: BLE001 - nothing may leave the child and go on as its parent
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    os.close(report)
    os.read(reading, 1)
    os.close(reading)
    if "seconds" in order["kill"]:
        time.sleep(order["kill"]["seconds"])
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "failed": not killed and status != 0}


for line in sys.stdin:
    given = json.loads(line)
    sys.stdout.write(json.dumps(cut_short(given) if given["kill"] else whole(given)) + "\n")
    sys.stdout.flush()
