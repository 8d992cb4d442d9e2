"""Reads the calendar of a CivicClerk API: events as meetings, each with its published files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.types import Extraction, Look, Scope, Source
from scrapers.civicclerk.addresses import api_of, is_events, part_of, portal_of
from scrapers.civicclerk.answers import next_link, rows_of, start_of
from scrapers.civicclerk.parameters import Parameters
from scrapers.civicclerk.records import attachments_of, is_listed, meeting_of
from scrapers.council.documents import listed
from scrapers.council.schema import calendar, meeting_line, minute, still_to_come
from scrapers.council.window import listed_window
from scrapers.council.withdrawal import cancels_nothing

NAME = "civicclerk"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """The calendar, in all its parts."""
    return source.spider == "civicclerk" and is_events(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting` and `attachment`. Raises ExtractionError for anything else than events."""
    parameters, api, portal = Parameters.of(source), api_of(source), portal_of(source)
    rows = rows_of(look.body or b"", look.url)
    shown = [row for row in rows if is_listed(row)]
    meetings = [meeting_of(row, source, parameters.habits, portal) for row in shown]
    documents = [attachments_of(row, meeting, source, api) for row, meeting in zip(shown, meetings, strict=True)]
    starts = [minute(start) if (start := start_of(row)) else "" for row in rows]
    scope = Scope() if parameters.publishes_late else _scope(starts, look, source)
    found = calendar(meetings, scope)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: calendar",
        record_sets=(found, *listed(zip(meetings, documents, strict=True), look, source)),
        text=tuple(map(meeting_line, found.records)),
        compare_text=False,
    )


absence = cancels_nothing


def _scope(starts: Sequence[str], look: Look, source: Source) -> Scope:
    """The days asked for, from this hour on; of one part of several the stretch between its first and last event.

    An event that was shown and is shown no more has been withdrawn: a reader must hear of it, as clerks here delete as
    well as rename what they call off. That later ones are not shown yet takes nothing away. `publishes_late` is for
    clerks who hide meetings while they work on them.
    """
    window = listed_window(source, look.at)
    since, until = window.since.isoformat(), window.until.isoformat()
    continued, goes_on = part_of(look.url) > 1, bool(next_link(look.body or b""))
    if continued or goes_on:
        if not all(starts) or list(starts) != sorted(starts) or not starts:
            return Scope()
        # The part before may end with events of the same minute.
        since = max(since, _minute_after(starts[0])) if continued else since
        until = min(until, starts[-1]) if goes_on else until
    return still_to_come(since, until, look, source)


def _minute_after(start: str) -> str:
    return minute(datetime.fromisoformat(start) + timedelta(minutes=1))
