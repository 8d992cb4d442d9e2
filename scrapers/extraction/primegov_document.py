"""The text of an agenda that a PrimeGov portal publishes as a file only."""

from __future__ import annotations

from dataclasses import replace

from monitor.types import Extraction, Look, Source
from scrapers.extraction import pdf
from scrapers.primegov.addresses import is_document

NAME = "primegov_document"
VERSION = 1
READS = "pdf"
BOUNDED = True


def claims(source: Source, url: str) -> bool:
    """Compiled documents, whose address does not end like a PDF's."""
    return source.spider == "primegov" and is_document(url)


def extract(look: Look, source: Source) -> Extraction:
    """Lines of the text, as of any PDF; the compiler's own title says nothing. Raises ExtractionError as `pdf`."""
    read = pdf.extract(look, source)
    return replace(read, extractor=f"{NAME}/{VERSION}", title=f"{source.title}: {read.text[0][:160]}")
