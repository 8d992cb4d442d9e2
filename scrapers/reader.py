"""Reads one look with its extractor, whatever that does: a fault costs a page, and never the run."""

from __future__ import annotations

import logging
from dataclasses import replace

from monitor.encoding import without_lone_surrogates
from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.beside import beside
from scrapers.documents import bounded
from scrapers.extraction import Extractor
from scrapers.selection import as_the_stanza_says

_logger = logging.getLogger(__name__)


async def extracted(extractor: Extractor, look: Look, source: Source) -> tuple[Extraction | None, str]:
    """What is read out of the look's body, or None and one sentence that says why nothing is."""
    if extractor.READS == "json" and look.body is not None:
        look = replace(look, body=without_lone_surrogates(look.body))
    try:
        if getattr(extractor, "BOUNDED", False):
            extraction = await bounded(extractor.NAME, look, source)
        else:
            extraction = await beside(len(look.body or b""), extractor.extract, look, source)
        return as_the_stanza_says(extraction, extractor, source, look.url), ""
    except ExtractionError as error:
        return None, str(error)
    except Exception as error:
        # A parser's fault costs its page, never the run; the operator is told that the source is broken.
        _logger.exception("%s failed on %s", extractor.NAME, look.url)
        return None, f"{extractor.NAME} could not read {look.url} ({type(error).__name__}); please report it"
