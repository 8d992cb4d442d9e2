"""Reads a council's Legistar Web API: meetings, what is on their agendas, and the documents attached.

A calendar (`/events`) gives meetings, one event (`/events/{id}?EventItems=1&...`) gives that meeting with its items,
a bare `/events/{id}/eventitems` the items alone. A meeting reads the same wherever it is met.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.legistar.addresses import ROWS_AT_MOST, Window, asks_for, event_in, is_events_url, part_of
from scrapers.legistar.parameters import Parameters
from scrapers.legistar.records import agenda_of, meeting_of, minute, one_a_key
from scrapers.meetings import LocalHabits, Status

NAME = "legistar_api"
VERSION = 1
READS = "json"

_MEETINGS = ("meeting", "meetings")
_ITEMS = ("agenda item", "agenda items")
_ATTACHMENTS = ("attachment", "attachments")


def claims(source: Source, url: str) -> bool:
    """Calendars and events of the API, on its own host or wherever a source says that it lies."""
    legistar = source.spider in ("legistar_api", "denver_council") or urlsplit(url).hostname == "webapi.legistar.com"
    return legistar and is_events_url(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `meeting`, `agenda_item`, `attachment`. Raises ExtractionError for anything else than events."""
    answer = _answer(look)
    if isinstance(answer, Mapping):
        return _one_event(answer, look, source)
    if answer and all("EventItemId" in row for row in answer):
        return _items_alone(answer, look, source)
    return _calendar(answer, look, source)


def _answer(look: Look) -> dict[str, Any] | list[dict[str, Any]]:
    body = look.body or b""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise ExtractionError(f"{look.url} answered XML or HTML; it must be asked with Accept: application/json.")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise ExtractionError(f"{look.url} answered something that is not JSON ({error}); look at the body.") from None
    if isinstance(answer, dict) and "EventId" in answer:
        return answer
    if isinstance(answer, list):
        named = [row for row in answer if isinstance(row, dict) and ("EventId" in row or "EventItemId" in row)]
        if len(named) == len(answer):
            return named
        if named:
            raise ExtractionError(f"{len(answer) - len(named)} rows of {look.url} have no EventId; look at the body.")
    raise ExtractionError(f"{look.url} answered JSON that holds no Legistar event; check the client's name in it.")


# -- the three answers ---------------------------------------------------------------------------------------


def _calendar(rows: Sequence[Mapping[str, Any]], look: Look, source: Source) -> Extraction:
    habits = _habits(source)
    meetings = one_a_key(meeting_of(row, source, habits) for row in rows)
    found = RecordSet("meeting", meetings, _calendar_scope(rows, look, source), noun=_MEETINGS)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: calendar",
        record_sets=(found,),
        text=tuple(_meeting_line(meeting) for meeting in meetings),
        compare_text=False,
    )


def _one_event(row: Mapping[str, Any], look: Look, source: Source) -> Extraction:
    meeting = meeting_of(row, source, _habits(source))
    sets = [RecordSet("meeting", (meeting,), noun=_MEETINGS)]
    rows = row.get("EventItems") or []
    items: tuple[Record, ...] = ()
    attachments: tuple[Record, ...] = ()
    if rows or asks_for(look.final_url, "EventItems") or asks_for(look.url, "EventItems"):
        items, attachments = agenda_of(rows, meeting)
        complete = not meeting.about or meeting.about[:10] >= _local(look, source).date().isoformat()
        sets.append(RecordSet("agenda_item", items, _items_scope(meeting, complete), noun=_ITEMS))
        attached = complete and any(asks_for(url, "EventItemAttachments") for url in (look.final_url, look.url))
        sets.append(RecordSet("attachment", attachments, _items_scope(meeting, attached), noun=_ATTACHMENTS))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=meeting.title,
        record_sets=tuple(sets),
        text=(_meeting_line(meeting), *_agenda_lines(items, attachments)),
        compare_text=False,
    )


def _items_alone(rows: Sequence[Mapping[str, Any]], look: Look, source: Source) -> Extraction:
    """Nothing says when the meeting is: what is missing here may be missing because it is over."""
    event = str(rows[0].get("EventItemEventId") or event_in(look.url))
    items, attachments = agenda_of(rows, Record("meeting", event, "", place=source.jurisdiction))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: agenda of meeting {event}",
        record_sets=(
            RecordSet("agenda_item", items, noun=_ITEMS),
            RecordSet("attachment", attachments, noun=_ATTACHMENTS),
        ),
        text=_agenda_lines(items, attachments),
        compare_text=False,
    )


# -- how far an answer is complete ---------------------------------------------------------------------------


def _calendar_scope(rows: Sequence[Mapping[str, Any]], look: Look, source: Source) -> Scope:
    """The window asked for, from this hour on: a meeting that has begun is never cancelled by absence.

    At the silent cap the answer ends somewhere in its last day, and the part after it begins with that same day; if
    they came in the order of days. Else nobody knows.
    """
    now, parameters = _local(look, source), Parameters.of(source)
    usual = Window.around(now.date(), parameters.days_back, parameters.days_ahead)
    window = Window.of(look.final_url, usual)
    days = [str(row.get("EventDate"))[:10] for row in rows]
    cut_off, continued = len(rows) >= ROWS_AT_MOST, part_of(look.url) > 1
    if window is None or ((cut_off or continued) and (not days or days != sorted(days))):
        return Scope()
    since, until = window.since.isoformat(), window.until.isoformat()
    if continued:
        since = max(since, days[0])
    if cut_off:
        until = min(until, days[-1])
    since = max(since, minute(now))
    return Scope(ScopeKind.WINDOW, since=since, until=until) if since < until else Scope()


def _habits(source: Source) -> LocalHabits:
    parameters = Parameters.of(source)
    return LocalHabits(parameters.cancelled, parameters.postponed)


def _local(look: Look, source: Source) -> datetime:
    return look.at.astimezone(ZoneInfo(source.timezone)).replace(tzinfo=None)


def _items_scope(meeting: Record, complete: bool) -> Scope:
    """One meeting's agenda, until the day is over; afterwards clerks tidy up, and nothing was withdrawn."""
    return Scope(ScopeKind.COMPLETE, parent=meeting.key, prefix=f"{meeting.key}/") if complete else Scope()


# -- lines for the search ------------------------------------------------------------------------------------


def _meeting_line(meeting: Record) -> str:
    facts = meeting.facts
    status = "" if facts["status"] == Status.SCHEDULED else f"({facts['status']})"
    return " · ".join(
        filter(None, (f"{meeting.title} {status}".strip(), facts["time"], facts["location"], facts["comment"]))
    )


def _agenda_lines(items: Sequence[Record], attachments: Sequence[Record]) -> tuple[str, ...]:
    lines: list[str] = []
    for item in items:
        facts = item.facts
        lines.append(
            " · ".join(filter(None, (facts["matter_file"], facts["title"] or item.title, facts["matter_name"])))
        )
        lines += [line for line in (facts["note"], facts["action"]) if line]
        lines += [paper.title for paper in attachments if paper.extras["item"] == item.key]
    return tuple(lines)
