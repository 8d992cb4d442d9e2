"""A case: one page over time, and what a reader would say of each of its captures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

BEGAN = datetime(2026, 3, 2, 14, 3, 20, tzinfo=UTC)
"""The time of every case's first capture."""


class Label(StrEnum):
    """What a capture is, against the ones before it."""

    NEWS = "news"
    """An editor changed the page: it must be told at this capture."""
    NOISE = "noise"
    """Nothing that a reader would call a change: nothing may be told."""
    BAD = "bad"
    """Not the page, or not all of it: nothing may be told, and the look must not be believed."""
    HELD = "held"
    """What cannot be known yet (a list that vanished a minute ago): nothing may be told."""


@dataclass(frozen=True)
class Capture:
    """One answer of a server."""

    body: bytes
    media: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    final_url: str = ""
    truncated: bool = False


@dataclass(frozen=True)
class Step:
    """A capture with its label. `kind` is the class under which it is counted."""

    label: Label
    kind: str
    capture: Capture
    second: Capture | None = None
    """What the server says seconds later; None for the same answer."""
    after: timedelta = timedelta(days=1)
    """Since the capture before."""
    shows: str = ""
    """Words that what is told must hold."""
    further: tuple[Capture, ...] = ()
    """What it says at the looks right after that; then the last answer again."""


@dataclass(frozen=True)
class Case:
    """A page's history."""

    name: str
    part: str
    """Whose templates: "development", "development 2" or "held-out"."""
    page: str
    """The kind of page, under which its captures are counted as well."""
    first: Capture
    steps: tuple[Step, ...]
    url: str = "https://www.example.gov/page"
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Of the source's stanza."""
