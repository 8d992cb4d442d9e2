"""What a view answers with: a page, a file, or another address; and the two ways to say that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """A template of `templates/` with the values that it shows."""

    template: str
    values: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


_ENDINGS = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "text/csv": ".csv",
    "text/html": ".html.txt",
    "application/xhtml+xml": ".html.txt",
    "text/plain": ".txt",
}
"""A page is named as text: opened from a reader's disk it would run there."""


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to keep and not to show: always an attachment, of a type that no browser runs."""

    body: bytes
    name: str
    """Letters, digits, dots and hyphens of ours: nothing that a server sent."""
    media_type: str = "application/octet-stream"


def captured(body: bytes, digest: str, media_type: str) -> File:
    """What a server sent, named by its digest and with an ending that says what it is."""
    return File(body, digest + _ENDINGS.get(media_type.partition(";")[0].strip().lower(), ".bin"))


@dataclass(frozen=True, slots=True)
class Feed:
    """News for a program that comes again: it is told when nothing is new since it was here."""

    body: bytes
    media_type: str
    tag: str
    """Of these very bytes, in quotes."""
    modified: datetime
    known: bool
    """The program has them already."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another address of ours that has the answer."""

    path: str
    status: int = 303
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Page | File | Feed | Elsewhere


class NotThere(Exception):
    """Raised by a view where nothing has that address; its message is a sentence for the reader. Status 404."""


class NotUnderstood(Exception):
    """Raised where what was asked makes no sense; its message is a sentence that says what would. Status 400."""
