"""A council's HTML as a tree: decoded, bounded, and its cells as lines of words."""

from __future__ import annotations

from datetime import date
from email.message import Message

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import decode
from monitor.errors import ExtractionError
from monitor.hypertext import MAXIMUM_CHARACTERS, is_hostile
from monitor.types import Look
from scrapers.council.words import words

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def tree_of(look: Look) -> LexborHTMLParser:
    """The page as a tree. Raises ExtractionError for markup that costs more than any real page would."""
    header = Message()
    header["content-type"] = look.headers.get("content-type", "")
    text = decode(look.body or b"", header.get_content_charset(""))[:MAXIMUM_CHARACTERS]
    if is_hostile(text):
        raise ExtractionError(f"{look.url} nests deeper than any real page; look at it in a browser.")
    return LexborHTMLParser(text)


def text_of(node: LexborNode | None) -> str:
    """What a reader reads of an element, on one line; empty for None. Line breaks and cells part words."""
    return "" if node is None else words((node.html or "").replace("</td>", "</td> "))


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value, empty where there is none."""
    return (node.attributes.get(name) or "").strip()


def day_of(month: str, day: str, year: str) -> date | None:
    """A day whose month is a figure or an English name, at least its first three letters; None where there is none."""
    name = month.strip().casefold()[:3]
    number = int(month) if month.isdecimal() else _MONTHS.index(name) + 1 if name in _MONTHS else 0
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
