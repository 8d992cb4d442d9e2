"""An iCalendar feed's events as meetings: `extract = "ical"` in a page watch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, Source
from scrapers.council.parameters import Phrase
from scrapers.council.schema import calendar, meeting, meeting_line, still_to_come
from scrapers.council.words import words
from scrapers.meetings import LocalHabits, Status, status_of
from scrapers.parameters import PageParameters

NAME = "ical"
VERSION = 1
READS = "any"
BOUNDED = True

_MOST_EVENTS = 20_000
_LONGEST_COMMENT = 4_000


class PARAMETERS(PageParameters):
    """What a stanza may say of an iCalendar feed."""

    body: str = ""
    """The body that meets, where events do not name it; without it an event's own name stands for it."""
    cancelled: tuple[Phrase, ...] = ()
    postponed: tuple[Phrase, ...] = ()
    """Phrases by which this office says that a meeting is off; see `scrapers.meetings`."""


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """A meeting for each event, in the source's own time zone; a series under its first date.

    An event still to come that vanishes before the last one listed is news; what lies further ahead may be cut off.
    Raises ExtractionError for what is no calendar.
    """
    # Only the child process pays for the library.
    from icalendar import Calendar  # noqa: PLC0415

    parameters = PARAMETERS.of(source)
    body = look.body or b""
    if b"BEGIN:VCALENDAR" not in body[:4096].upper():
        raise ExtractionError(f"{look.url} answered no iCalendar feed; open it, and find where the feed is now.")
    if b"END:VCALENDAR" not in body[-4096:].upper():
        raise ExtractionError("The calendar is cut off before its end; look at it again later.")
    try:
        calendars = Calendar.from_ical(body, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
        # A zone's name is looked up as a file's: one that is too long is an OSError.
        raise ExtractionError(f"The calendar is damaged ({type(error).__name__}); open it to see what it is.") from None
    events = [event for found in calendars for event in found.walk("VEVENT")]
    if len(events) > _MOST_EVENTS:
        raise ExtractionError(f"The calendar has more than {_MOST_EVENTS:,} events; watch a smaller one.")
    meetings = tuple(_meetings(events, source, parameters))
    last = max((found.about for found in meetings), default="")
    listed = calendar(meetings, still_to_come("", last, look, source))
    name = next((words(found.get("X-WR-CALNAME")) for found in calendars if found.get("X-WR-CALNAME")), "")
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=name or source.title,
        record_sets=(listed,),
        text=tuple(map(meeting_line, listed.records)),
        compare_text=False,
    )


def _meetings(events: list[Any], source: Source, parameters: PARAMETERS) -> Iterator[Record]:
    zone = ZoneInfo(source.timezone)
    for event in events:
        summary, comment = words(event.get("SUMMARY")), words(event.get("DESCRIPTION"))[:_LONGEST_COMMENT]
        begins, uid = _moment(event, "DTSTART"), words(event.get("UID"))
        again = _moment(event, "RECURRENCE-ID")
        key = uid or f"{summary} / {begins.isoformat() if begins else ''}"
        # An instance of a series that was moved or called off keeps the series' own number.
        key = f"{key}/{_local(again, zone).isoformat()}" if again is not None else key
        local = _local(begins, zone) if begins is not None else None
        yield meeting(
            source,
            key=key,
            body=parameters.body or summary,
            day=local.date() if isinstance(local, datetime) else local,
            start=local.time().replace(second=0, microsecond=0) if isinstance(local, datetime) else None,
            location=words(event.get("LOCATION")),
            status=_status(event, summary, comment, parameters),
            comment=_comment(event, summary if parameters.body else "", comment),
            url=words(event.get("URL")),
            title=f"{summary}, {local:%A}, {local:%B} {local.day}, {local.year}" if summary and local else summary,
            extras={
                "uid": uid,
                "sequence": words(event.get("SEQUENCE")),
                "last_modified": _written(event.get("LAST-MODIFIED")),
            },
        )


def _comment(event: Any, summary: str, description: str) -> str:
    """What is said beside the fields of a meeting: its name, where the body has another, and how it repeats."""
    rule = event.get("RRULE")
    repeats = f"repeats: {_written(rule)}" if rule is not None else ""
    return " · ".join(filter(None, (summary, description, repeats)))


def _status(event: Any, summary: str, comment: str, parameters: PARAMETERS) -> Status:
    label = words(event.get("STATUS"))
    habits = LocalHabits(parameters.cancelled, parameters.postponed)
    # RFC 5545 spells it CANCELLED; whoever writes CANCELED means the same.
    return status_of(label=label.lower(), name=summary, remarks=[comment], habits=habits)


def _moment(event: Any, name: str) -> date | datetime | None:
    """A date or a time, aware where the calendar says so; None where there is none that can be read."""
    found = event.get(name)
    try:
        value = getattr(found[0] if isinstance(found, list) and found else found, "dt", None)
    except ValueError:
        # The library keeps what it cannot parse, and refuses to say what it would have been.
        return None
    return value if isinstance(value, date) else None


def _local(moment: date | datetime, zone: ZoneInfo) -> date | datetime:
    """On the source's own clock, without a zone; a day stays a day, and a time without a zone is local already."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(zone).replace(tzinfo=None)
    return moment


def _written(value: Any) -> str:
    """A value in the calendar's own spelling."""
    written = value.to_ical() if hasattr(value, "to_ical") else b""
    return words(written.decode("utf-8", "replace") if isinstance(written, bytes) else written)
