"""Reads the calendar of a CivicWeb meetings service."""

from __future__ import annotations

from monitor.types import Extraction, Look, Source
from scrapers.civicweb.addresses import is_calendar, root_of
from scrapers.civicweb.parameters import Parameters
from scrapers.civicweb.records import meeting_of, rows_of
from scrapers.council.schema import calendar, meeting_line, still_to_come
from scrapers.council.window import listed_window
from scrapers.council.withdrawal import cancels_nothing

NAME = "civicweb"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """The calendar."""
    return source.spider == "civicweb" and is_calendar(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kind `meeting`. Raises ExtractionError for anything else than meetings."""
    habits, root, window = Parameters.of(source).habits, root_of(look.url), listed_window(source, look.at)
    meetings = [meeting_of(row, source, habits, root) for row in rows_of(look.body or b"", look.url)]
    scope = still_to_come(window.since.isoformat(), window.until.isoformat(), look, source)
    found = calendar(meetings, scope)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: calendar",
        record_sets=(found,),
        text=tuple(map(meeting_line, found.records)),
        compare_text=False,
    )


absence = cancels_nothing
