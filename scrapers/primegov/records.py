"""PrimeGov's rows as records: meetings, and the documents that are listed with them.

A document is known by its template, which outlives every compilation: the same agenda compiled anew has a new number
and a new stamp, and both may be listed for a while. Its page (output 3) and its file (1 or 2) are one document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from monitor.errors import ExtractionError
from monitor.types import Record, Source
from scrapers.council import schema
from scrapers.council.documents import LISTED, role_of
from scrapers.council.schema import Role
from scrapers.council.words import words
from scrapers.json_answers import json_of
from scrapers.meetings import LocalHabits, Status, status_of
from scrapers.primegov.addresses import agenda_url, document_url

HTML = 3
"""The output that is a page; every other one is a file."""

_MONTH_FIRST = re.compile(r"(?P<month>[A-Z][a-z]{2})[a-z]* (?P<day>\d{1,2}), (?P<year>\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CALLED_OFF = re.compile(r"\b(?:cancell?(?:ed|ation)|postponed|rescheduled)\b", re.IGNORECASE)
_RECESS = re.compile(r"\brecess\b", re.IGNORECASE)
"""By which Los Angeles says that a meeting of its calendar does not take place."""
_JOURNAL = re.compile(r"\bjournal\b", re.IGNORECASE)
"""What Los Angeles calls its minutes."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document in all its forms."""

    template: str
    language: str
    name: str
    role: Role
    published_at: str
    """UTC to the second, of the newest form; empty on tenants that print no stamp."""
    output: int | None
    """The output of its file; None where it is a page only."""
    has_page: bool
    link: str
    numbers: tuple[int, ...]
    """Of every form that is listed: they change with each compilation."""

    @property
    def is_translation(self) -> bool:
        """Whether it says in another language what an English one says."""
        return bool(self.language) and not self.language.lower().startswith("en")


def rows_of(body: bytes, url: str) -> list[Mapping[str, Any]]:
    """The meetings of a list, each once. Raises ExtractionError for an answer that is none."""
    answer = json_of(body, url)
    if not isinstance(answer, list):
        raise ExtractionError(f"{url} answered JSON that is no list of meetings; check the tenant's name in it.")
    rows = [row for row in answer if isinstance(row, Mapping) and _number(row.get("id")) is not None]
    if len(rows) < len(answer):
        raise ExtractionError(f"{len(answer) - len(rows)} rows of {url} have no meeting's id; look at the body.")
    return list({key_of(row): row for row in reversed(rows)}.values())[::-1]


def day_of(row: Mapping[str, Any]) -> date | None:
    """The local day: of `dateTime` on newer tenants, else of `date`, "Oct 21, 2021"."""
    moment = _moment(row.get("dateTime"))
    if moment is not None:
        return moment.date()
    match = _MONTH_FIRST.fullmatch(words(row.get("date")))
    if match is None or match["month"] not in _MONTHS:
        return None
    try:
        return date(int(match["year"]), _MONTHS.index(match["month"]) + 1, int(match["day"]))
    except ValueError:
        return None


def meeting_of(row: Mapping[str, Any], source: Source, habits: LocalHabits, root: str) -> Record:
    """A meeting, the same from the list of those ahead as from the archive."""
    name = words(row.get("title"))
    documents = documents_in(row)
    moment = _moment(row.get("dateTime"))
    page = next((one for one in documents if one.has_page and one.role is Role.AGENDA), None)
    return schema.meeting(
        source,
        key=key_of(row),
        body=name,
        day=day_of(row),
        printed_time=words(row.get("time")),
        start=moment.time() if moment and moment.time() != time(0) else None,
        status=_status(name, documents, habits),
        url=agenda_url(root, page.template) if page else f"{root}/public/portal",
        extras={
            ours: row[theirs]
            for ours, theirs in (
                ("state", "meetingState"),
                ("type_id", "meetingTypeId"),
                ("committee_id", "committeeId"),
                ("video", "videoUrl"),
            )
            if row.get(theirs) not in (None, "")
        },
    )


def attachments_of(row: Mapping[str, Any], meeting: Record, root: str) -> tuple[Record, ...]:
    """The documents that are listed with a meeting."""
    return tuple(_attachment(one, meeting, root) for one in documents_in(row))


def key_of(row: Mapping[str, Any]) -> str:
    """A meeting's key."""
    return str(_number(row.get("id")))


def documents_in(row: Mapping[str, Any]) -> tuple[Document, ...]:
    """Each document once, in the order printed, however often it was compiled and in however many forms."""
    listed = row.get("documentList")
    forms: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for form in listed if isinstance(listed, list) else []:
        if isinstance(form, Mapping) and _number(form.get("id")) is not None:
            template = _number(form.get("templateId"))
            # A file that was uploaded by hand has no template: its own number has to do.
            name = str(template) if template else f"file-{form['id']}"
            forms.setdefault((name, words(form.get("language"))), []).append(form)
    return tuple(_document(template, language, found) for (template, language), found in forms.items())


def _document(template: str, language: str, forms: list[Mapping[str, Any]]) -> Document:
    newest_first = sorted(forms, key=lambda form: (_stamp(form), _number(form.get("id")) or 0), reverse=True)
    pages = [form for form in newest_first if form.get("compileOutputType") == HTML]
    files = [form for form in newest_first if form.get("compileOutputType") != HTML]
    name = words((files or pages)[0].get("templateName")).removeprefix("HTML ")
    link = words((files or pages)[0].get("link"))
    return Document(
        template=template,
        language=language,
        name=name,
        role=Role.MINUTES if _JOURNAL.search(name) else Role.NOTICE if _CALLED_OFF.search(name) else role_of(name),
        published_at=_stamp(newest_first[0]),
        output=(_number(files[0].get("compileOutputType")) or 1) if files else None,
        has_page=bool(pages),
        link=link if link.startswith(("https://", "http://")) else "",
        numbers=tuple(sorted(_number(form.get("id")) or 0 for form in forms)),
    )


def _attachment(document: Document, meeting: Record, root: str) -> Record:
    if document.link:
        url = document.link
    elif document.output is None:
        url = agenda_url(root, document.template)
    else:
        url = document_url(root, document.template, document.output)
    return schema.attachment(
        meeting,
        key=f"{LISTED}/{document.template}{'-' + document.language if document.is_translation else ''}",
        name=document.name,
        url=url,
        role=document.role,
        published_at=document.published_at,
        extras={"numbers": list(document.numbers)},
    )


def _status(name: str, documents: tuple[Document, ...], habits: LocalHabits) -> Status:
    """By the meeting's name and by what its documents are called; the platform has no field for it."""
    notices = [one.name for one in documents if _CALLED_OFF.search(one.name)]
    status = status_of(label="; ".join(notices), name=name, remarks=(), habits=habits)
    return Status.CANCELLED if status is Status.SCHEDULED and _RECESS.search(name) else status


def _stamp(form: Mapping[str, Any]) -> str:
    """When a form was published. Naive UTC: Clayton County's agendas for 18:00 bear 19:57 and 22:19 of the same day."""
    moment = _moment(form.get("publishDate"))
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment and moment.year > 1900 else ""


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if moment and moment.year > 1900 else None


def _number(value: Any) -> int | None:
    """A whole number, also where it comes as text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) < 19):
        return None
    return int(value)
