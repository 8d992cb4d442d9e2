"""How a crawl is asked to end: what waits is let go at once, what transfers is given time, then it is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.errors import FetchError


class Stopped(FetchError):
    """Raised for a request that was given up because its crawl was asked to end. It is no look at anything."""


class Halt:
    """Shared by one crawl's spider, middlewares and handler."""

    def __init__(self) -> None:
        self.asked = False
        self.fault: Exception | None = None
        """Why the crawl cannot go on; None where it was merely asked to end."""
        self._waiting: set[asyncio.Task[object]] = set()
        self._transferring: set[asyncio.Task[object]] = set()

    def ask(self) -> None:
        """Let go of everything that waits for its turn; what transfers goes on."""
        self.asked = True
        for task in self._waiting:
            task.cancel()

    def break_off(self, fault: Exception) -> None:
        """End the crawl because it cannot go on: no other look could be kept either."""
        self.fault = self.fault or fault
        self.ask()

    def cut(self) -> None:
        """Break off what still transfers."""
        self.asked = True
        for task in (*self._waiting, *self._transferring):
            task.cancel()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around a wait that `ask` ends with Stopped."""
        if self.asked:
            raise Stopped("The crawl was asked to end; look again")
        with self._held(self._waiting):
            yield

    @contextmanager
    def transferring(self) -> Iterator[None]:
        """Around a transfer that only `cut` ends, with Stopped."""
        with self._held(self._transferring):
            yield

    @contextmanager
    def _held(self, tasks: set[asyncio.Task[object]]) -> Iterator[None]:
        task = asyncio.current_task()
        if task is None:
            yield
            return
        tasks.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self.asked:
                raise
            task.uncancel()
            raise Stopped("The crawl was asked to end; look again") from None
        finally:
            tasks.discard(task)
