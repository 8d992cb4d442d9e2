"""What an import loads, wherever it comes from: captures, each a look at a page at its own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Protocol

from monitor.types import Look

LARGEST = 64 * 1024 * 1024
"""Bytes of a body."""

_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".csv": "text/csv",
    ".txt": "text/plain",
}


class Captured(Protocol):
    """One capture, checked; its body is read when its turn comes. `url` is canonical."""

    @property
    def where(self) -> str:
        """Where a person finds it: "Line 3", "crawl.warc.gz at byte 812", "commit 1f3a9c2e"."""

    @property
    def url(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def source(self) -> str:
        """Slug of the source that it belongs to; empty where its address has to tell."""

    def look(self) -> Look:
        """The capture as a look. Raises UsageError when its body cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an archive of captures holds, in time order."""

    captures: Sequence[Captured]
    problems: tuple[str, ...] = ()
    """One sentence for each record that cannot be used."""
    passed_over: int = 0
    """Captures of pages that nobody asked for."""


def media_type_of(name: str) -> str:
    """By a file's ending; empty where that says nothing."""
    return _MEDIA_TYPES.get(PurePath(name).suffix.lower(), "")
