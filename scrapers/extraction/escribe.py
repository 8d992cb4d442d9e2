"""Reads a year of an eSCRIBE calendar: meetings, each with its documents."""

from __future__ import annotations

from monitor.types import Extraction, Look, Scope, Source
from scrapers.council.documents import listed
from scrapers.council.schema import calendar, meeting_line, still_to_come
from scrapers.council.window import listed_window
from scrapers.council.withdrawal import cancels_nothing
from scrapers.escribe.addresses import is_calendar, named_in, root_of
from scrapers.escribe.parameters import Parameters
from scrapers.escribe.records import attachments_of, is_rehearsal, meeting_of, rows_of

NAME = "escribe"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """The calendar."""
    return source.spider == "escribe" and is_calendar(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`. Raises ExtractionError for anything else than meetings.

    Rehearsals are no records; their names are kept in the text, so that a search finds them and nobody is told.
    """
    parameters, root = Parameters.of(source), root_of(look.url)
    rows = rows_of(look.body or b"", look.url)
    real = [row for row in rows if not is_rehearsal(row, parameters)]
    meetings = [meeting_of(row, source, parameters.habits, root) for row in real]
    documents = [attachments_of(row, meeting, root) for row, meeting in zip(real, meetings, strict=True)]
    rehearsals = [
        meeting_of(row, source, parameters.habits, root).title for row in rows if is_rehearsal(row, parameters)
    ]
    found = calendar(meetings, _scope(look, source))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: calendar of {named_in(look.url, 'year') or 'meetings'}",
        record_sets=(found, *listed(zip(meetings, documents, strict=True), look, source)),
        text=(*map(meeting_line, found.records), *(f"Not a meeting: {title}" for title in rehearsals)),
        compare_text=False,
    )


absence = cancels_nothing


def _scope(look: Look, source: Source) -> Scope:
    """The days of the page's year that were asked for, from this hour on; none where the page names no year."""
    year = named_in(look.url, "year")
    for window in listed_window(source, look.at).years():
        if str(window.since.year) == year:
            return still_to_come(window.since.isoformat(), window.until.isoformat(), look, source)
    return Scope()
