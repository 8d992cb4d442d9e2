"""Ends a process that does not answer itself any more, so that its lock is free and its supervisor starts another.

Everything that waits for the network has bounds of its own. What is left is code that never returns, in an expression
or a library: it stops the event loop, signal handlers included. A regular expression does not even let another thread
of Python's run, so the timer is faulthandler's, which is a thread of C.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 600.0
"""Seconds. The longest that honest work keeps the loop busy is the diff of two huge pages: seconds."""


@contextmanager
def watched(patience: float = PATIENCE) -> Iterator[None]:
    """While this is entered, in a running event loop: when the loop stands still for `patience` seconds, the process
    ends with exit code 1, and "Timeout" and the place where it stood on standard error. What was committed stays."""
    loop = asyncio.get_running_loop()
    handle: list[asyncio.TimerHandle] = []
    where = sys.__stderr__ or 2

    def breathe() -> None:
        faulthandler.dump_traceback_later(patience, exit=True, file=where)
        handle[:] = [loop.call_later(patience / 10, breathe)]

    breathe()
    try:
        yield
    finally:
        handle[0].cancel()
        faulthandler.cancel_dump_traceback_later()
