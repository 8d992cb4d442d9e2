"""A council's cells as lines of words, and the days that are printed in them."""

from __future__ import annotations

from datetime import date

from selectolax.lexbor import LexborNode

from scrapers.council.words import words

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def text_of(node: LexborNode | None) -> str:
    """What a reader reads of an element, on one line; empty for None. Line breaks and cells part words."""
    return "" if node is None else words((node.html or "").replace("</td>", "</td> "))


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value, empty where there is none."""
    return (node.attributes.get(name) or "").strip()


def day_of(month: str, day: str, year: str) -> date | None:
    """A day whose month is a figure or an English name, at least its first three letters; None where there is none."""
    name = month.strip().casefold()[:3]
    try:
        number = int(month) if month.isdecimal() else _MONTHS.index(name) + 1 if name in _MONTHS else 0
        return date(int(year), number, int(day))
    except (ValueError, OverflowError):
        return None
