"""Reads the lists of a PrimeGov portal: meetings ahead or of a past year, each with its documents."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.types import Extraction, Look, Scope, Source
from scrapers.council.documents import listed
from scrapers.council.schema import calendar, local_time, meeting_line, still_to_come
from scrapers.council.withdrawal import cancels_nothing
from scrapers.primegov.addresses import is_list, is_upcoming, root_of
from scrapers.primegov.parameters import Parameters
from scrapers.primegov.records import attachments_of, meeting_of, rows_of

NAME = "primegov"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """The two lists of the public portal."""
    return source.spider == "primegov" and is_list(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`. Raises ExtractionError for anything else than a list of meetings."""
    habits, root = Parameters.of(source).habits, root_of(look.url)
    rows = rows_of(look.body or b"", look.url)
    meetings = [meeting_of(row, source, habits, root) for row in rows]
    documents = [attachments_of(row, meeting, root) for row, meeting in zip(rows, meetings, strict=True)]
    upcoming = is_upcoming(look.url)
    found = calendar(meetings, _scope(look, source) if upcoming else Scope())
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: {'upcoming' if upcoming else 'past'} meetings",
        record_sets=(found, *listed(zip(meetings, documents, strict=True), look, source)),
        text=tuple(map(meeting_line, found.records)),
        compare_text=False,
    )


absence = cancels_nothing


def _scope(look: Look, source: Source) -> Scope:
    """From tomorrow on: the portal runs on the clock of Greenwich, and archives what is to be held tonight at noon."""
    tomorrow = local_time(look, source).date() + timedelta(days=1)
    return still_to_come(tomorrow.isoformat(), date.max.isoformat(), look, source)
