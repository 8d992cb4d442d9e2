"""A page's HTML as a tree at a bounded cost: what the reader of a known layout begins with."""

from __future__ import annotations

from email.message import Message

from selectolax.lexbor import LexborHTMLParser

from monitor.encoding import decode
from monitor.errors import ExtractionError
from monitor.hypertext import MAXIMUM_CHARACTERS, is_hostile
from monitor.types import Look


def tree_of(look: Look) -> LexborHTMLParser:
    """The page as a tree. Raises ExtractionError for markup that costs more than any real page would."""
    header = Message()
    header["content-type"] = look.headers.get("content-type", "")
    text = decode(look.body or b"", header.get_content_charset(""))[:MAXIMUM_CHARACTERS]
    if is_hostile(text):
        raise ExtractionError(f"{look.url} nests deeper than any real page; look at it in a browser.")
    return LexborHTMLParser(text)


def innermost(selector: str) -> str:
    """The selector for rows that hold no row. Of rows within rows each would be read with all that is in it, which
    takes for ever where a page leaves them open."""
    return ", ".join(f"{row}:not(:has({row}))" for row in selector.split(", "))
