"""Reads a council's Legistar Web API: meetings, what is on their agendas, and the documents attached.

A calendar (`/events`) gives meetings, one event (`/events/{id}?EventItems=1&...`) gives that meeting with its items,
a bare `/events/{id}/eventitems` the items alone. A meeting reads the same wherever it is met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, RecordSet, Scope, Source
from scrapers.council.schema import agenda, agenda_lines, calendar, meeting_line, still_to_come
from scrapers.council.window import listed_window
from scrapers.council.withdrawal import cancels_nothing
from scrapers.json_answers import json_of, mappings, whole_number
from scrapers.legistar.addresses import ROWS_AT_MOST, asks_for, event_in, is_events_url, part_of, window_in
from scrapers.legistar.parameters import Parameters
from scrapers.legistar.records import agenda_of, meeting_of

NAME = "legistar_api"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """Calendars and events of the API, wherever a source of its spider says that it lies."""
    return source.spider in ("legistar_api", "denver_council") and is_events_url(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting`, `agenda_item`, `attachment`. Raises ExtractionError for anything else than events."""
    answer = _answer(look)
    if isinstance(answer, Mapping):
        return _one_event(answer, look, source)
    if answer and all(whole_number(row.get("EventItemId")) for row in answer):
        return _items_alone(answer, look, source)
    return _calendar(answer, look, source)


absence = cancels_nothing


def _answer(look: Look) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
    body = look.body or b""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise ExtractionError(f"{look.url} answered XML or HTML; it must be asked with Accept: application/json.")
    answer = json_of(body, look.url)
    if isinstance(answer, dict) and whole_number(answer.get("EventId")):
        return answer
    if isinstance(answer, list):
        named: list[Mapping[str, Any]] = []
        for number in ("EventItemId", "EventId"):
            named = [row for row in mappings(answer) if whole_number(row.get(number))]
            if len(named) == len(answer):
                return named
        if named:
            raise ExtractionError(f"{len(answer) - len(named)} rows of {look.url} have no EventId; look at the body.")
    raise ExtractionError(f"{look.url} answered JSON that holds no Legistar event; check the client's name in it.")


# -- the three answers ---------------------------------------------------------------------------------------


def _calendar(rows: Sequence[Mapping[str, Any]], look: Look, source: Source) -> Extraction:
    habits = Parameters.of(source).habits
    listed = calendar((meeting_of(row, source, habits) for row in rows), _calendar_scope(rows, look, source))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: calendar",
        record_sets=(listed,),
        text=tuple(map(meeting_line, listed.records)),
        compare_text=False,
    )


def _one_event(row: Mapping[str, Any], look: Look, source: Source) -> Extraction:
    meeting = meeting_of(row, source, Parameters.of(source).habits)
    sets: tuple[RecordSet, ...] = (calendar((meeting,)),)
    rows = row.get("EventItems") or []
    items: tuple[Record, ...] = ()
    attachments: tuple[Record, ...] = ()
    if rows or asks_for(look.final_url, "EventItems") or asks_for(look.url, "EventItems"):
        items, attachments = agenda_of(rows, meeting)
        attached = any(asks_for(url, "EventItemAttachments") for url in (look.final_url, look.url))
        sets += agenda(meeting, items, attachments, look, source, attachments_complete=attached)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=meeting.title,
        record_sets=sets,
        text=(meeting_line(meeting), *agenda_lines(items, attachments)),
        compare_text=False,
    )


def _items_alone(rows: Sequence[Mapping[str, Any]], look: Look, source: Source) -> Extraction:
    """Nothing says when the meeting is: what is missing here may be missing because it is over."""
    event = str(whole_number(rows[0].get("EventItemEventId")) or event_in(look.url))
    unknown = Record("meeting", event, "", place=source.jurisdiction)
    items, attachments = agenda_of(rows, unknown)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: agenda of meeting {event}",
        record_sets=agenda(unknown, items, attachments, look, source, items_complete=False, attachments_complete=False),
        text=agenda_lines(items, attachments),
        compare_text=False,
    )


# -- how far a calendar is complete --------------------------------------------------------------------------


def _calendar_scope(rows: Sequence[Mapping[str, Any]], look: Look, source: Source) -> Scope:
    """The window asked for, from this hour on: a meeting that has begun is never cancelled by absence.

    At the silent cap the answer ends somewhere in its last day, and the part after it begins with that same day; if
    they came in the order of days. Else nobody knows.
    """
    window = window_in(look.final_url, listed_window(source, look.at))
    days = [str(row.get("EventDate"))[:10] for row in rows]
    cut_off, continued = len(rows) >= ROWS_AT_MOST, part_of(look.url) > 1
    if window is None or ((cut_off or continued) and (not days or days != sorted(days))):
        return Scope()
    since, until = window.since.isoformat(), window.until.isoformat()
    if continued:
        since = max(since, days[0])
    if cut_off:
        until = min(until, days[-1])
    return still_to_come(since, until, look, source)
