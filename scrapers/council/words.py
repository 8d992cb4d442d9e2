"""Fields of a council's calendar as a reader sees them: no markup, no invisible characters, composed and folded."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.hypertext import is_hostile, read_html

TITLE_LENGTH = 160
"""Characters of an item's wording that serve as its name; the whole wording is a fact."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/li)[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z0-9]+;")


def plain(value: Any) -> str:
    """A field's text with its line breaks kept; empty for None. Fragments of HTML are read, entities resolved."""
    text = "" if value is None else str(value)
    if _MARKUP.search(text):
        # A field that nests without end is read as a stream of tags, which costs no more than its length.
        hostile = is_hostile(text)
        text = "\n".join(read_html(text, "").lines) if hostile else LexborHTMLParser(_LINE_ENDS.sub("\n", text)).text()
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()


def folded(text: str) -> str:
    """The text on one line, runs of white space as one space."""
    return " ".join(text.split())


def words(value: Any) -> str:
    """A field as one line of words."""
    return folded(plain(value))


def cut(text: str) -> str:
    """At most `TITLE_LENGTH` characters, cut at a word."""
    if len(text) <= TITLE_LENGTH:
        return text
    return text[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
