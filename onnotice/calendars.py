"""Meetings for other programs: iCalendar, Open Civic Data events, and the City Scrapers meeting schema. Pure.

Sources of the forms: RFC 5545; Open Civic Data Proposal 2, "event", as openstates-core and pupa write it; the Meeting
item of city-scrapers-core 0.11.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from monitor.types import Record, Source

if TYPE_CHECKING:
    from storage.rows import StoredRecord

_STATUS_OF_OCD = {"cancelled": "cancelled", "postponed": "cancelled", "unknown": "tentative"}
"""Of a meeting still to come; OCD knows tentative, confirmed, cancelled and passed."""

_CLASSIFICATIONS = (
    ("Advisory Committee", re.compile(r"advisory", re.IGNORECASE)),
    ("Committee", re.compile(r"committee", re.IGNORECASE)),
    ("City Council", re.compile(r"council", re.IGNORECASE)),
    ("Commission", re.compile(r"commission", re.IGNORECASE)),
    ("Board", re.compile(r"board", re.IGNORECASE)),
)
"""City Scrapers' closed list, as far as a body's name says; the first that matches."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with what belongs to it, as it stands in the archive."""

    source: Source
    record: Record
    version: int
    """Counts from 1 within the record."""
    seen_at: datetime
    """When this version of it was first seen."""
    items: tuple[Record, ...]
    attachments: tuple[Record, ...]

    @property
    def day(self) -> date | None:
        """Its local day; None where no date is set."""
        about = self.record.about[:10]
        return date.fromisoformat(about) if about else None

    @property
    def start(self) -> datetime | None:
        """Its beginning in the council's zone; None where only a day, or nothing, is known."""
        about = self.record.about
        if "T" not in about:
            return None
        return datetime.fromisoformat(about).replace(tzinfo=ZoneInfo(self.source.timezone))

    def fact(self, name: str) -> str:
        """A fact of the meeting as text; empty where it has none."""
        return str(self.record.facts.get(name) or "")

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(address, name) of its own papers, and of those attached to it."""
        own = ((self.fact("agenda_file"), "Agenda"), (self.fact("minutes_file"), "Minutes"))
        attached = ((str(paper.facts.get("url") or paper.url), paper.title) for paper in self.attachments)
        return tuple(dict.fromkeys((url, name) for url, name in (*own, *attached) if url))


def meetings_of(source: Source, stored: Sequence[StoredRecord]) -> tuple[Meeting, ...]:
    """The meetings among a source's records, each with its items in their order, by date."""
    below: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for one in stored:
        if one.record.kind in ("agenda_item", "attachment"):
            below[one.record.kind, one.record.parent].append(one.record)
    meetings = (
        Meeting(
            source=source,
            record=one.record,
            version=one.version,
            seen_at=one.valid_from,
            items=tuple(sorted(below["agenda_item", one.record.key], key=lambda item: item.position or 0)),
            attachments=tuple(below["attachment", one.record.key]),
        )
        for one in stored
        if one.record.kind == "meeting"
    )
    return tuple(sorted(meetings, key=lambda meeting: (meeting.record.about, meeting.record.key)))


def icalendar(meetings: Iterable[Meeting], now: datetime) -> bytes:
    """One calendar. A cancelled meeting stays in it as cancelled, so that subscribers see it struck through."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//On Notice//onnotice//EN")
    calendar.add("version", "2.0")
    for meeting in meetings:
        when = meeting.start or meeting.day
        if when is None:
            continue
        event = Event()
        event.add("uid", f"{meeting.record.key}@{meeting.source.slug}.onnotice")
        event.add("dtstamp", now)
        event.add("last-modified", meeting.seen_at)
        event.add("sequence", meeting.version - 1)
        event.add("dtstart", when)
        event.add("summary", meeting.fact("body") or meeting.record.title)
        event.add("status", {"cancelled": "CANCELLED", "unknown": "TENTATIVE"}.get(meeting.fact("status"), "CONFIRMED"))
        for name, value in (("location", meeting.fact("location")), ("url", meeting.record.url)):
            if value:
                event.add(name, value)
        agenda = [f"{place}. {item.title}" for place, item in enumerate(meeting.items, start=1)]
        described = "\n".join(filter(None, (meeting.fact("comment"), *agenda)))
        if described:
            event.add("description", described)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def open_civic_data(meeting: Meeting, now: datetime) -> Mapping[str, Any]:
    """One OCD event. Its id is made of the source's address and the meeting's key, and stays."""
    start = meeting.start
    return {
        "_type": "event",
        "id": f"ocd-event/{uuid5(NAMESPACE_URL, f'{meeting.source.url}#{meeting.record.key}')}",
        "name": meeting.fact("body") or meeting.record.title,
        "description": meeting.fact("comment"),
        "classification": "committee-meeting" if _classification(meeting) == "Committee" else "event",
        "start_date": start.isoformat() if start else meeting.record.about,
        "end_date": "",
        "all_day": start is None and meeting.day is not None,
        "timezone": meeting.source.timezone,
        "status": _status(meeting, now),
        "location": {"name": meeting.fact("location"), "url": "", "coordinates": None},
        "documents": [
            {"note": name, "date": "", "links": [{"url": url, "media_type": "", "text": name}]}
            for url, name in meeting.links
        ],
        "media": [],
        "links": [{"url": meeting.record.url, "note": ""}] if meeting.record.url else [],
        "participants": [{"name": meeting.fact("body"), "entity_type": "organization", "note": "host"}],
        "agenda": [
            {
                "description": item.title,
                "order": str(place),
                "subjects": [],
                "notes": [note] if (note := str(item.facts.get("note") or "")) else [],
                "classification": ["consent-item"] if item.facts.get("consent") else [],
                "related_entities": [],
                "media": [],
            }
            for place, item in enumerate(meeting.items)
        ],
        "updated_at": meeting.seen_at.astimezone(UTC).isoformat(),
        "sources": [{"url": meeting.source.url, "note": meeting.source.title}],
        "extras": {"onnotice_source": meeting.source.slug, "native_id": meeting.record.key},
    }


def city_scrapers(meeting: Meeting, now: datetime) -> Mapping[str, Any]:
    """One meeting as city-scrapers-core has it: naive local times, an id made of source, start and title."""
    start = meeting.start
    local = start.replace(tzinfo=None) if start else None
    moment = local or (datetime.combine(meeting.day, datetime.min.time()) if meeting.day else None)
    title = meeting.fact("body") or meeting.record.title
    slug = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    return {
        "id": f"{meeting.source.slug}/{moment:%Y%m%d%H%M}/x/{slug}" if moment else f"{meeting.source.slug}/x/{slug}",
        "title": title,
        "description": meeting.fact("comment"),
        "classification": _classification(meeting),
        "status": _status(meeting, now).upper(),
        "start": moment.isoformat(sep=" ") if moment else None,
        "end": None,
        "all_day": start is None and meeting.day is not None,
        "time_notes": "" if start else meeting.fact("time"),
        "location": {"name": meeting.fact("location"), "address": ""},
        "links": [{"href": url, "title": name} for url, name in meeting.links],
        "source": meeting.record.url or meeting.source.url,
    }


def _status(meeting: Meeting, now: datetime) -> str:
    printed = _STATUS_OF_OCD.get(meeting.fact("status"))
    if printed is not None:
        return printed
    zone = ZoneInfo(meeting.source.timezone)
    ended = (
        meeting.start < now if meeting.start else meeting.day is not None and meeting.day < now.astimezone(zone).date()
    )
    return "passed" if ended else "confirmed"


def _classification(meeting: Meeting) -> str:
    body = meeting.fact("body")
    return next((name for name, word in _CLASSIFICATIONS if word.search(body)), "Not classified")
