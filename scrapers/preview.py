"""What a spider does without an archive: judge, read, and show, so that `scrapy crawl NAME` tries a source out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.types import Extraction, Look, PageState, Source, VerdictKind
from monitor.verdict import believe
from scrapers.extraction import find
from scrapers.intake import Taken
from scrapers.reader import extracted


async def preview(look: Look, source: Source) -> tuple[Taken, Extraction | None]:
    """What the intake would make of a first look at a page, with nothing known and nothing stored."""
    extractor = find(source, look.url, look.body or b"")
    verdict = believe(look, PageState(source=source, url=look.url), extractor.READS)
    if not verdict.believed or verdict.kind is VerdictKind.UNCHANGED:
        return Taken(verdict=verdict), None
    extraction, broken = await extracted(extractor, look, source)
    if extraction is None:
        return Taken(verdict=verdict, broken=broken), None
    records = tuple(record for found in extraction.record_sets for record in found.records)
    return Taken(verdict=verdict, links=extraction.links, records=records), extraction


def items(look: Look, extraction: Extraction | None) -> Iterator[dict[str, Any]]:
    """One item a record; of a page without records one with its title and text."""
    if extraction is None:
        return
    if not extraction.record_sets:
        yield {"page": look.url, "title": extraction.title, "text": "\n".join(extraction.text)}
    for found in extraction.record_sets:
        for record in found.records:
            yield {
                "page": look.url,
                "kind": record.kind,
                "key": record.key,
                "title": record.title,
                **({"parent": record.parent} if record.parent else {}),
                **record.facts,
            }
