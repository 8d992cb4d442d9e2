"""Reads any page: what a reader reads, line by line, and the documents that it links to."""

from __future__ import annotations

from email.message import Message

from monitor.errors import ExtractionError
from monitor.text import PageText, read
from monitor.types import Extraction, Look, Source, digest_of
from scrapers.selection import Selection, selection_of

NAME = "page"
VERSION = 1
READS = "any"

_PROSE = ("text/", "application/json", "application/xml", "application/xhtml", "application/rss", "application/atom")


def claims(source: Source, url: str) -> bool:
    """Every page: this one is asked last."""
    return True


def extract(look: Look, source: Source) -> Extraction:
    """Title, canonical lines and links, of the parts that the source's stanza selects.

    Of a file that is no text: type, size and digest: a new file is a change.
    """
    body = look.body or b""
    selection = selection_of(source, look.url)
    if not body:
        raise ExtractionError(f"{look.url} answered without a body; open it in a browser and check the source's url")
    if _is_file(look.media_type, body):
        name = look.url.rpartition("/")[2].partition("?")[0] or look.url
        line = f"{look.media_type or 'file'}, {len(body)} bytes, SHA-256 {digest_of(body)}"
        return Extraction(extractor=f"{NAME}/{VERSION}", title=name, text=(line,))
    page = read(body, look.media_type, look.url, _charset(look), include=selection.include, exclude=selection.exclude)
    _refuse_unselected(page, look, selection)
    if not page.lines and not page.title:
        raise ExtractionError(f"{look.url} holds no text to read; if a script fills it, watch the address of its data")
    compared = selection.compared(page.lines)
    return Extraction(
        extractor=f"{NAME}/{VERSION}{selection.mark}",
        title=page.title,
        links=page.links,
        text=tuple(page.lines[index] for index in compared),
        fillers=tuple(at for at, index in enumerate(compared) if index in page.fillers),
        heading=sum(index < page.heading for index in compared),
    )


def _refuse_unselected(page: PageText, look: Look, selection: Selection) -> None:
    """A selection that leaves nothing would be silent for ever."""
    if not (selection.include or selection.exclude) or (page.lines and page.is_markup):
        return
    if not page.is_markup:
        raise ExtractionError(
            f"{look.url} is no web page, so no part of it can be selected; use ignore_lines in place of"
            " include and exclude"
        )
    raise ExtractionError(
        f"{look.url} holds nothing that its stanza's include and exclude leave to be compared; correct the selectors"
    )


def _is_file(media_type: str, body: bytes) -> bool:
    if body.startswith(b"%PDF-") or (media_type.startswith(("image/", "audio/", "video/", "font/"))):
        return "svg" not in media_type
    return bool(media_type) and not media_type.startswith(_PROSE) and "+" not in media_type and b"\0" in body[:1024]


def _charset(look: Look) -> str:
    header = Message()
    header["content-type"] = look.headers.get("content-type", "")
    return header.get_content_charset("")
