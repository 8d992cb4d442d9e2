"""What a reader reads of a body: canonical lines and links, whatever the format.

The comparison of two pages begins here, so the law is strict: the same reading matter gives the same lines, byte for
byte, and a single changed digit gives another line. Reading lines again as plain text gives the same lines.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.encoding import clean, decode
from monitor.feeds import read_xml
from monitor.hypertext import MAXIMUM_LINES, read_html
from monitor.types import Link

_MAXIMUM_CHARACTERS = 32_000_000
_MAXIMUM_JSON_DEPTH = 64
_FRAGMENT = re.compile(r"</?(?:p|div|br|li|ul|ol|a|strong|em|b|i|span|time|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_LOOKS_LIKE_XML = re.compile(r"\s*<(?:\?xml|rss|feed|rdf:RDF)\b")
_BINARY = re.compile(
    r"(?:image/(?!svg)|audio/|video/|font/)|application/(?:pdf|zip|gzip|x-gzip|msword|vnd\.(?!.*\b(?:json|xml)$))"
)
_MARKS_OF_FILES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as read: its title, one block a line, and where its links lead.

    A link's role is "document" where it leads to a file, else "page".
    """

    title: str
    lines: tuple[str, ...]
    links: tuple[Link, ...]
    fillers: frozenset[int] = frozenset()
    """Indexes of lines that stand in blocks which a machine fills: see `monitor.fillers`."""
    heading: int = 0
    """Lines above the page's first heading; 0 where it has none."""
    is_markup: bool = False
    """Whether it was read as HTML, the only form of which parts can be selected."""


def read(
    body: bytes,
    media_type: str,
    url: str,
    charset: str = "",
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> PageText:
    """Read a body. `media_type` is the header's, with or without parameters; `charset` its label, if any.

    Of HTML only what `include` selects is read, and what `exclude` selects is left out: see `monitor.selection`.

    Files whose text needs more than this (PDF, Office, pictures) give an empty text. Raises
    ValueError for a selector that is none, and nothing else; time is linear in
    the body's size, and what exceeds the bounds named here and in `monitor.hypertext` is not read.
    """
    kind, _, parameters = media_type.lower().partition(";")
    kind = kind.strip()
    if body.startswith(_MARKS_OF_FILES) or _BINARY.match(kind):
        return PageText("", (), ())
    if not charset and "charset=" in parameters:
        charset = parameters.split("charset=", 1)[1].split(";", 1)[0]
    text = decode(body[:_MAXIMUM_CHARACTERS], charset)
    if "html" in kind or _LOOKS_LIKE_HTML.match(text):
        page = read_html(text, url, include, exclude)
        return PageText(page.title, page.lines, page.links, page.fillers, page.heading, is_markup=True)
    if "json" in kind or (not _is_text(kind) and text.lstrip()[:1] in ("{", "[")):
        lines = _json_lines(text)
        if lines is not None:
            return PageText("", lines, ())
    if _LOOKS_LIKE_XML.match(text) or kind.endswith(("/xml", "+xml")):
        feed = read_xml(text, url)
        if feed is not None:
            return PageText(*feed)
    if kind in ("text/csv", "application/csv", "text/tab-separated-values") or url.lower().endswith((".csv", ".tsv")):
        rows = _csv_lines(text)
        if rows is not None:
            return PageText("", rows, ())
    if kind == "text/calendar":
        # RFC 5545, 3.1: a long line goes on after a line break and one white space.
        text = re.sub(r"\r?\n[ \t]", "", text)
    return PageText("", _plain_lines(text), ())


def _is_text(kind: str) -> bool:
    return kind.startswith("text/")


def _plain_lines(text: str) -> tuple[str, ...]:
    return tuple(islice(filter(None, map(clean, text.splitlines())), MAXIMUM_LINES))


def _json_lines(text: str) -> tuple[str, ...] | None:
    """One line a scalar: "path.to[].key: value". Keys sorted, arrays in order, numbers spelled as published."""
    try:
        document = json.loads(text.lstrip("\ufeff"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return tuple(islice(_leaves(document), MAXIMUM_LINES))


def _leaves(document: object) -> Iterator[str]:
    waiting: list[tuple[str, object, int]] = [("", document, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if isinstance(value, dict | list) and depth >= _MAXIMUM_JSON_DEPTH:
            continue
        if isinstance(value, dict):
            for key in sorted(value, reverse=True):
                waiting.append((f"{path}.{key}" if path else key, value[key], depth + 1))
        elif isinstance(value, list):
            waiting.extend((f"{path}[]", item, depth + 1) for item in reversed(value))
        elif line := clean(f"{path}: {_scalar(value)}" if path else _scalar(value)):
            yield line


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = str(value)
    if "<" in text and _FRAGMENT.search(text):
        return " ".join(read_html(text, "").lines)
    return text


def _csv_lines(text: str) -> tuple[str, ...] | None:
    head = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        rows = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
        cleaned = (" | ".join(map(clean, row)).strip(" |") for row in rows)
        return tuple(islice(filter(None, map(clean, cleaned)), MAXIMUM_LINES))
    except csv.Error:
        return None
