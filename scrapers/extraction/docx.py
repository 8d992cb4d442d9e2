"""The text of a page that is a Word document, for pages that no more particular extractor claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from monitor.encoding import clean
from monitor.types import Extraction, Look, Source
from scrapers import office

NAME = "docx"
VERSION = 1
READS = "office"
BOUNDED = True

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " "}
_UNSEEN = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"})
"""What tracked changes took away is not what the document says."""
_TITLE_LENGTH = 200


def claims(source: Source, url: str) -> bool:
    """Every address whose path ends like a Word document's. One that only its bytes tell is found by those."""
    del source
    return urlsplit(url).path.lower().endswith((".docx", ".docm", ".doc"))


def extract(look: Look, source: Source) -> Extraction:
    """Paragraphs as lines, table rows as lines with " | " between cells; tracked insertions in, deletions out.

    Raises ExtractionError, one sentence, for what is no such document, is encrypted, damaged, huge or empty.
    """
    # Only the child process pays for the library.
    from docx import Document  # noqa: PLC0415

    del source
    document = office.opened(look.body or b"", NAME, Document)
    text = office.lines(_blocks(document.element.body))
    title = clean(document.core_properties.title or "")
    return Extraction(extractor=f"{NAME}/{VERSION}", title=title or text[0][:_TITLE_LENGTH], text=text)


def _blocks(body: Any) -> Iterator[str]:
    """The body's paragraphs and table rows in their order. Content controls and tables in cells are opened."""
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}p":
            yield from _words(element).split("\n")
        elif element.tag == f"{_W}tr":
            cells = (" ".join(_words(part) for part in cell.iter(f"{_W}p")) for cell in element.iter(f"{_W}tc"))
            yield " | ".join(" ".join(cell.split()) for cell in cells).strip(" |")
        elif element.tag not in _UNSEEN:
            waiting.extend(child for child in reversed(element) if isinstance(child.tag, str))


def _words(paragraph: Any) -> str:
    """A paragraph's text: of runs, links, fields and insertions, wherever they are nested."""
    parts: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _BREAKS:
            parts.append(_BREAKS[element.tag])
        elif element.tag not in _UNSEEN:
            waiting.extend(child for child in reversed(element) if isinstance(child.tag, str))
    return "".join(parts)
