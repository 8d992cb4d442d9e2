"""Patterns with "*" in them, matched in linear time: a user's regular expression could take for ever."""

from __future__ import annotations


def fits(text: str, pattern: str) -> bool:
    """Whether the whole text is what the pattern says, "*" standing for anything; capitals do not matter."""
    text, pieces = text.casefold(), pattern.casefold().split("*")
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    place, end = len(first), len(text) - len(last)
    for piece in middle:
        place = text.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True
