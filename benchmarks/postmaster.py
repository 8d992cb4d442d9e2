"""A mail server in a process of its own, which takes everything and says when it did."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail, and when it was accepted, in seconds since 1970."""

    at: float
    subject: str


class Postmaster:
    """The running server, from outside."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self._accepted: queue.Queue[Accepted] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def next(self, patience: float) -> Accepted:
        """The next mail. Raises queue.Empty when none comes within so many seconds."""
        return self._accepted.get(timeout=patience)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._accepted.put(Accepted(**json.loads(line)))


def _serve() -> None:
    from email import message_from_bytes
    from email.policy import default

    from aiosmtpd.controller import UnthreadedController

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            subject = message_from_bytes(envelope.content, policy=default)["Subject"]
            print(json.dumps({"at": time.time(), "subject": str(subject)}), flush=True)
            return "250 OK"

    controller = UnthreadedController(Handler(), hostname="127.0.0.1", port=0)
    controller.begin()
    print(controller.server.sockets[0].getsockname()[1], flush=True)
    controller.loop.run_forever()


if __name__ == "__main__":
    _serve()
