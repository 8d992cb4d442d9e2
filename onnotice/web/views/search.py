"""Search over every version of every page and record, with the words marked where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor import permalinks
from monitor.diff import Piece
from onnotice.web.answers import NotUnderstood, Page
from onnotice.web.asking import Asked
from storage import Archive
from storage.rows import Found

_HITS = 25
_MOST_WORDS = 30
_MARKS = ("\x02", "\x03")
"""Around a match: characters that are in no text that was read."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A match with where it leads to. Pieces that match are "added"."""

    found: Found
    path: str
    pieces: tuple[Piece, ...]


def search(archive: Archive, asked: Asked) -> Page:
    """`/search?q=`."""
    words = asked.query.text("q")
    if len(words.split()) > _MOST_WORDS:
        raise NotUnderstood(f"That is {len(words.split())} words; at most {_MOST_WORDS} are looked for at once.")
    found = archive.search(words, limit=_HITS + 1, marks=_MARKS) if words else ()
    return Page(
        "search.html.jinja",
        {
            "words": words,
            "titles": {status.source.slug: status.source.title for status in archive.sources()},
            "hits": [_hit(one) for one in found[:_HITS]],
            "more": len(found) > _HITS,
        },
    )


def _hit(found: Found) -> Hit:
    path = permalinks.snapshot(found.snapshot) if found.snapshot else permalinks.page(found.page)
    return Hit(found, path, _pieces(found.snippet))


def _pieces(snippet: str) -> tuple[Piece, ...]:
    parts = re.split("([\x02\x03])", snippet)
    pieces: list[Piece] = []
    inside = False
    for part in parts:
        if part in _MARKS:
            inside = part == _MARKS[0]
        elif part:
            pieces.append(Piece("added" if inside else "same", part))
    return tuple(pieces)
