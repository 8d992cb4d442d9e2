"""The text of a page that is a PowerPoint file, for pages that no more particular extractor claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from monitor.encoding import clean
from monitor.types import Extraction, Look, Source
from scrapers import office

NAME = "pptx"
VERSION = 1
READS = "office"
BOUNDED = True

_TITLE_LENGTH = 200
_FILE_NAME_OF_THE_PROGRAM = "PowerPoint Presentation"
"""What the program writes as the title of a presentation that nobody named."""


def claims(source: Source, url: str) -> bool:
    """Every address whose path ends like a presentation's. One that only its bytes tell is found by those."""
    del source
    return urlsplit(url).path.lower().endswith((".pptx", ".pptm", ".ppsx", ".ppt", ".pps"))


def extract(look: Look, source: Source) -> Extraction:
    """The slides' lines in their order: texts, then table rows with " | " between cells. Notes are for the speaker.

    Raises ExtractionError, one sentence, for what is no such file, is encrypted, damaged, huge or empty.
    """
    # Only the child process pays for the library.
    from pptx import Presentation  # noqa: PLC0415

    del source
    presentation = office.opened(look.body or b"", NAME, Presentation)
    text = office.lines(_lines(presentation))
    title = clean(presentation.core_properties.title or "")
    named = title and title != _FILE_NAME_OF_THE_PROGRAM
    return Extraction(extractor=f"{NAME}/{VERSION}", title=title if named else text[0][:_TITLE_LENGTH], text=text)


def _lines(presentation: Any) -> Iterator[str]:
    for slide in presentation.slides:
        waiting = list(reversed(list(slide.shapes)))
        while waiting:
            shape = waiting.pop()
            if hasattr(shape, "shapes"):
                waiting.extend(reversed(list(shape.shapes)))
            elif getattr(shape, "has_table", False):
                for row in shape.table.rows:
                    yield " | ".join(" ".join(cell.text.split()) for cell in row.cells).strip(" |")
            elif getattr(shape, "has_text_frame", False):
                yield from shape.text_frame.text.replace("\v", "\n").split("\n")
