"""The daemon with its clock passed in: beats when it is told to, at the time that it is told, until it is killed.

Started with a home's folder; reads one JSON object a line, {"at" (ISO 8601)}, and answers one when nothing is under way
any more: {"polled": whether anything was due}. All else is the daemon's own: the archive's lock, due sources, fetches,
decisions, mails. Only how long it waits for a server that says nothing, and before it asks again, is shortened.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from scrapers import manners
from scrapers import settings as project

project.DOWNLOAD_TIMEOUT = 1
project.RETRY_TIMES = 1
manners._BACK_OFF_HERE = 0.02

from onnotice import session  # noqa: E402 - after the settings that they read when they are imported
from onnotice.daemon import Service  # noqa: E402
from onnotice.home import Home  # noqa: E402
from scrapers import crawl  # noqa: E402, F401 - a beat that is killed is killed at work, and not while it imports


class Beater:
    """Strikes the beats that are ordered on standard input."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._at = datetime.fromisoformat(json.loads(sys.stdin.readline())["at"])
        session.now = lambda: self._at

    def run(self) -> None:
        with session.working(self._home) as opened:
            asyncio.run(self._beats(opened))

    async def _beats(self, opened: session.Session) -> None:
        loop = asyncio.get_running_loop()
        service = Service(opened, asyncio.Event(), gather=0.0)
        self._say({"ready": True})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            self._at = datetime.fromisoformat(json.loads(line)["at"])
            before = opened.archive.last_poll()
            await service.beat()
            await service.idle()
            self._say({"polled": opened.archive.last_poll() != before})

    def _say(self, answer: dict[str, object]) -> None:
        sys.__stdout__.write(json.dumps(answer) + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    # The daemon's own account would stand between the answers.
    sys.stdout = sys.stderr
    Beater(Home(Path(sys.argv[1]))).run()
