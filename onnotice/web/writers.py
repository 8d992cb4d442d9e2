"""Threads that write, or take long: a few at a time, each with an archive of its own for as long as it works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from storage import Archive

T = TypeVar("T")

_WRITERS = 3
"""Forms that are worked on at once. Checking a password takes 64 MiB and a sixth of a second of one core."""


class Writers:
    """Runs writings in a few threads. Closing waits for those that are under way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = ThreadPoolExecutor(_WRITERS, thread_name_prefix="onnotice-form")

    async def write(self, writing: Callable[[Archive], T]) -> T:
        """What a writing returns. Raises what it raises, and ArchiveError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._write, writing)

    def _write(self, writing: Callable[[Archive], T]) -> T:
        with Archive.open(self._path) as archive:
            return writing(archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._threads.shutdown(wait=True)
