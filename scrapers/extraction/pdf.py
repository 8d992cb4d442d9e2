"""The text of a page that is a PDF, for pages that no more particular extractor claims."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source

NAME = "pdf"
VERSION = 2
READS = "pdf"
BOUNDED = True

_FILE_NAME = re.compile(r"^(?:microsoft \w+ - )?\S+\.(?:docx?|pdf|xlsx?|indd|rtf|odt)$|^untitled", re.IGNORECASE)


def claims(source: Source, url: str) -> bool:
    """Every address whose path ends like a PDF's."""
    del source
    return urlsplit(url).path.lower().endswith(".pdf")


def extract(look: Look, source: Source) -> Extraction:
    """Lines in the file's own order, which keeps columns and cells together; page numbers are left out.

    The title is the metadata's, unless that is a file's name; then the first line. Raises ExtractionError for what
    cannot be opened, and for a scan, which holds pictures only.
    """
    # Only the child process pays for the library.
    from scrapers import pdf_pages  # noqa: PLC0415

    del source
    document = pdf_pages.read_with_pdfium(look.body or b"")
    lines = tuple(line for page in document.pages for line in page.lines if not pdf_pages.is_page_number(line))
    if not lines:
        raise ExtractionError("The PDF holds pictures and no text; watch another form of it, if there is one.")
    title = document.title if document.title and not _FILE_NAME.match(document.title) else lines[0][:200]
    return Extraction(extractor=f"{NAME}/{VERSION}", title=title, text=lines)
