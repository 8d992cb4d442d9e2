"""CivicClerk's events as records: meetings, and the files that are published with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.types import Record, Source
from scrapers.civicclerk.addresses import event_page, file_url
from scrapers.civicclerk.answers import Row, stamp, start_of
from scrapers.council import schema
from scrapers.council.documents import LISTED, role_of
from scrapers.council.schema import Role
from scrapers.council.words import folded, plain, words
from scrapers.json_answers import mappings, whole_number
from scrapers.meetings import LocalHabits, status_of

_ONE_OF = {Role.AGENDA, Role.PACKET, Role.MINUTES}
"""Of these a meeting has one: a file put in its place, under a new number, is the same document amended."""


def is_listed(row: Row) -> bool:
    """Whether a reader of the portal sees the event."""
    return not row.get("isDeleted") and str(row.get("isPublished") or "Published") == "Published"


def meeting_of(row: Row, source: Source, habits: LocalHabits, portal: str) -> Record:
    """A meeting. Its name is what clerks write "Rescheduled to August 3" into, beside a new event for the new day."""
    name = words(row.get("eventName")) or words(row.get("categoryName"))
    start = start_of(row)
    comment = " ".join(filter(None, (plain(row.get("eventDescription")), plain(row.get("eventNotice")))))
    return schema.meeting(
        source,
        key=key_of(row),
        body=name,
        day=start.date() if start else None,
        start=start.time() if start else None,
        location=_location(row.get("eventLocation")),
        status=status_of(label="", name=name, remarks=(comment,), habits=habits),
        comment=folded(comment),
        url=event_page(portal, key_of(row)),
        extras={
            ours: row[theirs]
            for ours, theirs in (
                ("category", "categoryName"),
                ("category_id", "categoryId"),
                ("agenda_id", "agendaId"),
                ("posted", "publishedAgendaTimeStamp"),
                ("created", "createdOn"),
                ("shown_since", "publishStart"),
            )
            if row.get(theirs) not in (None, "", 0)
        },
    )


def key_of(row: Row) -> str:
    """An event's key."""
    return str(whole_number(row.get("id")))


def attachments_of(row: Row, meeting: Record, source: Source, api: str) -> tuple[Record, ...]:
    """The files that are published with an event."""
    return tuple(
        schema.attachment(
            meeting,
            key=f"{LISTED}/{name}",
            name=words(file.get("name")) or words(file.get("type")),
            url=file_url(api, whole_number(file.get("fileId"))),
            role=role_of(words(file.get("type")) or words(file.get("name"))),
            published_at=stamp(file.get("publishOn"), source.timezone),
            extras=_extras(file),
        )
        for name, file in _named(row)
    )


def has_agenda(row: Row) -> bool:
    """Whether an agenda is published: its number alone is there long before."""
    roles = {role_of(words(file.get("type"))) for file in mappings(row.get("publishedFiles"))}
    return bool(whole_number(row.get("agendaId"))) and (bool(row.get("hasAgenda")) or Role.AGENDA in roles)


def _named(row: Row) -> Iterator[tuple[str, Row]]:
    """Files with a name that outlives a new upload: by what they are, the oldest of several first; others by number."""
    files = [file for file in mappings(row.get("publishedFiles")) if whole_number(file.get("fileId"))]
    seen: dict[Role, int] = {}
    for file in sorted(files, key=lambda file: whole_number(file["fileId"])):
        role = role_of(words(file.get("type")))
        if role not in _ONE_OF:
            yield str(whole_number(file["fileId"])), file
            continue
        seen[role] = seen.get(role, 0) + 1
        yield f"{role}{f'-{seen[role]}' if seen[role] > 1 else ''}", file


def _extras(file: Row) -> dict[str, Any]:
    kept = {"file": whole_number(file.get("fileId")), "type": words(file.get("type")), "stored": words(file.get("url"))}
    return {name: value for name, value in kept.items() if value}


def _location(value: Any) -> str:
    place = value if hasattr(value, "get") else {}
    parts = (words(place.get(name)) for name in ("address1", "address2", "city", "state"))
    # Clerks type the street into both lines.
    return ", ".join(dict.fromkeys(filter(None, parts)))
