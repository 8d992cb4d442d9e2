"""Reads any page: what a reader reads, line by line, and the documents that it links to."""

from __future__ import annotations

from email.message import Message

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Look, Source, digest_of

NAME = "page"
VERSION = 1
READS = "any"

_PROSE = ("text/", "application/json", "application/xml", "application/xhtml", "application/rss", "application/atom")


def claims(source: Source, url: str) -> bool:
    """Every page: this one is asked last."""
    return True


def extract(look: Look, source: Source) -> Extraction:
    """Title, canonical lines and links. Of a file that is no text: type, size and digest: a new file is a change."""
    body = look.body or b""
    if not body:
        raise ExtractionError(f"{look.url} answered without a body; open it in a browser and check the source's url")
    if _is_file(look.media_type, body):
        name = look.url.rpartition("/")[2].partition("?")[0] or look.url
        line = f"{look.media_type or 'file'}, {len(body)} bytes, SHA-256 {digest_of(body)}"
        return Extraction(extractor=f"{NAME}/{VERSION}", title=name, text=(line,))
    page = read(body, look.media_type, look.url, _charset(look))
    if not page.lines and not page.title:
        raise ExtractionError(f"{look.url} holds no text to read; if a script fills it, watch the address of its data")
    return Extraction(
        extractor=f"{NAME}/{VERSION}", title=page.title, links=page.links, text=page.lines, fillers=page.fillers
    )


def _is_file(media_type: str, body: bytes) -> bool:
    if body.startswith(b"%PDF-") or (media_type.startswith(("image/", "audio/", "video/", "font/"))):
        return "svg" not in media_type
    return bool(media_type) and not media_type.startswith(_PROSE) and "+" not in media_type and b"\0" in body[:1024]


def _charset(look: Look) -> str:
    header = Message()
    header["content-type"] = look.headers.get("content-type", "")
    return header.get_content_charset("")
