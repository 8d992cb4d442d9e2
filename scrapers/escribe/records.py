"""eSCRIBE's rows as records: meetings, and the documents that are listed with them.

A document has a new address after every upload; what it is to its meeting stays. Its page and its file are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.errors import ExtractionError
from monitor.types import Record, Source
from scrapers.council import schema
from scrapers.council.documents import LISTED, role_of
from scrapers.council.schema import Role
from scrapers.council.words import words
from scrapers.escribe.addresses import link_of, meeting_url
from scrapers.escribe.parameters import Parameters
from scrapers.json_answers import json_of
from scrapers.meetings import LocalHabits, status_of

Row = Mapping[str, Any]

_ROLES = {
    "agenda": Role.AGENDA,
    "merged": Role.AGENDA,
    "agendacover": Role.COVER,
    "agendapackage": Role.PACKET,
    "postagenda": Role.AGENDA,
    "minutes": Role.MINUTES,
    "postminutes": Role.MINUTES,
    "video": Role.VIDEO,
}
"""By what the platform calls them. A "post agenda" is the agenda with what came of it; of others the title tells."""

_FORM = re.compile(r"\s*\((?:PDF|HTML|Word|DOCX?)\)$", re.IGNORECASE)
_WITH_ITEMS = ("merged", "agenda")
"""Documents whose page lists items, the better first: a merged agenda is the agenda with its addenda."""


def rows_of(body: bytes, url: str) -> list[Row]:
    """The meetings of an answer, each once. Raises ExtractionError for an answer that is none."""
    answer = json_of(body, url)
    listed = answer.get("d") if isinstance(answer, Mapping) else None
    listed = json_of(listed, url) if isinstance(listed, str) else listed
    if not isinstance(listed, list):
        raise ExtractionError(f"{url} answered JSON without a list of meetings; check the tenant's name in it.")
    rows = [row for row in listed if isinstance(row, Mapping) and words(row.get("ID"))]
    if len(rows) < len(listed):
        raise ExtractionError(f"{len(listed) - len(rows)} rows of {url} have no meeting's ID; look at the body.")
    return list({key_of(row): row for row in reversed(rows)}.values())[::-1]


def key_of(row: Row) -> str:
    """A meeting's key."""
    return words(row.get("ID")).lower()


def is_rehearsal(row: Row, parameters: Parameters) -> bool:
    """Whether clerks only try something out: "TEST MEETING ONLY"."""
    name = words(row.get("MeetingName")).casefold()
    return any(phrase.casefold() in name for phrase in parameters.rehearsals)


def day_of(row: Row) -> date | None:
    """The local day."""
    start = _start(row)
    return start.date() if start else None


def meeting_of(row: Row, source: Source, habits: LocalHabits, root: str) -> Record:
    """A meeting."""
    name, place = words(row.get("MeetingName")), words(row.get("Location"))
    comment, start = words(row.get("Description")), _start(row)
    if place and comment.startswith(place):
        # The address, behind the name of the room.
        place, comment = comment, ""
    return schema.meeting(
        source,
        key=key_of(row),
        body=name,
        day=start.date() if start else None,
        printed_time=words(row.get("TimeOverride")),
        start=start.time() if start else None,
        location=place,
        status=status_of(label="", name=name, remarks=(comment, place), habits=habits),
        comment=comment,
        url=page_with_items(row, root) or meeting_url(root, key_of(row)),
        extras={
            ours: row[theirs]
            for ours, theirs in (("ends", "EndDate"), ("type", "MeetingType"), ("portal", "PortalId"))
            if row.get(theirs) not in (None, "")
        },
    )


def attachments_of(row: Row, meeting: Record, root: str) -> tuple[Record, ...]:
    """The documents that are listed with a meeting."""
    forms: dict[str, list[Row]] = {}
    for document in _documents(row):
        if link_of(root, words(document.get("Url"))):
            forms.setdefault(_name_of(document), []).append(document)
    return tuple(_attachment(name, found, meeting, root) for name, found in forms.items())


def page_with_items(row: Row, root: str) -> str:
    """The page that lists a meeting's items, on the site itself; empty where none is published."""
    for kind in _WITH_ITEMS:
        for document in _documents(row):
            url = link_of(root, words(document.get("Url")))
            if _kind(document) == kind and not _is_file(document) and url.startswith(root):
                return url
    return ""


def _attachment(name: str, forms: Sequence[Row], meeting: Record, root: str) -> Record:
    chosen = next((form for form in forms if _is_file(form)), forms[0])
    title = _FORM.sub("", words(chosen.get("Title")))
    return schema.attachment(
        meeting,
        key=f"{LISTED}/{name}",
        name=title or words(chosen.get("Type")),
        url=link_of(root, words(chosen.get("Url"))),
        role=_ROLES.get(_kind(chosen)) or role_of(title),
        extras={"type": words(chosen.get("Type"))},
    )


def _name_of(document: Row) -> str:
    """What a document is known by: its type, of which a meeting has one a language; of additional ones their title."""
    kind, title = _kind(document), _FORM.sub("", words(document.get("Title"))).casefold()
    if kind not in _ROLES:
        return f"{kind or 'document'}/{title}"
    language = document.get("LanguageId")
    return kind if language in (None, "", 0, _ENGLISH) else f"{kind}/{language}"


_ENGLISH = 9
"""Windows' number of the language; 0 is none in particular."""


def _documents(row: Row) -> list[Row]:
    listed = row.get("MeetingDocumentLink")
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _kind(document: Row) -> str:
    return words(document.get("Type")).lower()


def _is_file(document: Row) -> bool:
    return words(document.get("Format")).lower() != "html"


def _start(row: Row) -> datetime | None:
    """The local start, "2025/12/17 17:15:00"."""
    try:
        start = datetime.strptime(words(row.get("StartDate")), "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - a local time
    except ValueError:
        return None
    return start if start.year > 1900 else None
