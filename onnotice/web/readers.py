"""Threads that read: a bounded number of read-only archives, each used by the thread that opened it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from monitor.errors import ArchiveError
from storage import Archive

T = TypeVar("T")

_READERS = 4
"""Pages that are read at once. More would only share the same two cores."""

_SECONDS = 5.0
"""How long one page may read. Ours take milliseconds; what takes longer was made to, and is refused in a sentence."""


class Readers:
    """Runs readings one after another in each of a few threads. Closing waits for those that are under way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="onnotice-page")
        self._own = threading.local()

    async def read(self, reading: Callable[[Archive], T]) -> T:
        """What a reading returns. Raises what it raises, ArchiveError, and TookTooLong after five seconds."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, reading)

    def _read(self, reading: Callable[[Archive], T]) -> T:
        archive = self._archive()
        try:
            with archive.patient(_SECONDS), archive.one_moment():
                return reading(archive)
        except ArchiveError:
            # Whatever was wrong with the connection, the next reading begins with a new one.
            self._forget(archive)
            raise

    def _archive(self) -> Archive:
        archive: Archive | None = getattr(self._own, "archive", None)
        if archive is None:
            archive = self._own.archive = Archive.open(self._path, read_only=True)
        return archive

    def _forget(self, archive: Archive) -> None:
        self._own.archive = None
        archive.close()

    def close(self) -> None:
        """No reading begins any more; those that are under way end, and each thread closes its archive."""
        together = threading.Barrier(_READERS)
        for _ in range(_READERS):
            self._threads.submit(self._end, together)
        self._threads.shutdown(wait=True)

    def _end(self, together: threading.Barrier) -> None:
        # All threads meet first, so that each of them takes one of these, and no thread two.
        together.wait()
        archive: Archive | None = getattr(self._own, "archive", None)
        if archive is not None:
            self._forget(archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()
