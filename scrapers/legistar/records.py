"""Legistar's rows as records: a meeting, what is on its agenda, the papers attached to it.

Facts are what a reader of the council's page would see differ; stamps, sequence and version numbers are kept beside
them and never compared, because inserting one item renumbers and restamps every later one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.types import Record, Source
from scrapers.meetings import LocalHabits, Status, start_time, status_of, uniform_time

_TITLE_LENGTH = 160
"""Characters of an item's wording that serve as its name; the whole wording is a fact."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/li)[^>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z0-9]+;")
_NEVER = "0001-01-01"


def meeting_of(row: Mapping[str, Any], source: Source, habits: LocalHabits) -> Record:
    """A meeting, the same from a calendar's row as from its own answer."""
    day = _day(row.get("EventDate"))
    body, time, room = _words(row, "EventBodyName"), _words(row, "EventTime"), _words(row, "EventLocation")
    comment, agenda_status = _plain(row.get("EventComment")), _words(row, "EventAgendaStatusName")
    hour = start_time(time)
    about = "" if day is None else minute(datetime.combine(day, hour)) if hour else day.isoformat()
    when = f"{day:%A}, {day:%B} {day.day}, {day.year}" if day else "date not set"
    facts = {
        "body": body,
        "date": day.isoformat() if day else "",
        "time": uniform_time(time),
        "location": room,
        "status": str(
            status_of(label=agenda_status, name=body, remarks=(comment, room, time), habits=habits)
            if day
            else Status.UNKNOWN
        ),
        "agenda_status": agenda_status,
        "comment": _folded(comment),
        "agenda_file": _words(row, "EventAgendaFile"),
        "agenda_published_at": _moment(row.get("EventAgendaLastPublishedUTC")),
        "minutes_status": _words(row, "EventMinutesStatusName"),
        "minutes_file": _words(row, "EventMinutesFile"),
        "minutes_published_at": _moment(row.get("EventMinutesLastPublishedUTC")),
    }
    return Record(
        kind="meeting",
        key=str(row["EventId"]),
        title=f"{body or source.title}, {when}",
        facts=facts,
        extras=_extras(
            row,
            row_version="EventRowVersion",
            last_modified="EventLastModifiedUtc",
            guid="EventGuid",
            body_id="EventBodyId",
            time_as_typed="EventTime",
            video_status="EventVideoStatus",
            video="EventVideoPath",
            media="EventMedia",
        ),
        place=source.jurisdiction,
        about=about,
        url=_words(row, "EventInSiteURL"),
    )


def agenda_of(rows: Sequence[Mapping[str, Any]], meeting: Record) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Items on the agenda in its order, and what is attached to them.

    Minutes repeat every matter under a new number without a place on the agenda; those rows add what was done.
    """
    on_agenda = sorted(
        (row for row in rows if row.get("EventItemAgendaSequence")),
        key=lambda row: (row["EventItemAgendaSequence"], row["EventItemId"]),
    )
    done: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("EventItemMatterId") and not row.get("EventItemAgendaSequence"):
            done.setdefault(row["EventItemMatterId"], []).append(row)
    items, attachments = [], []
    for row in on_agenda:
        item = _item(row, done.pop(row.get("EventItemMatterId"), []), meeting)
        items.append(item)
        attachments += [
            _attachment(attached, item, meeting)
            for attached in row.get("EventItemMatterAttachments") or []
            if attached.get("MatterAttachmentShowOnInternetPage") is not False
        ]
    return one_a_key(items), one_a_key(attachments)


def _item(row: Mapping[str, Any], in_minutes: Sequence[Mapping[str, Any]], meeting: Record) -> Record:
    wording = _words(row, "EventItemTitle")
    name, file, note = (_words(row, f"EventItem{field}") for field in ("MatterName", "MatterFile", "AgendaNote"))
    steps = [row, *sorted(in_minutes, key=lambda step: step.get("EventItemMinutesSequence") or 0)]
    actions = [_words(step, "EventItemActionName") for step in steps]
    results = [_words(step, "EventItemPassedFlagName") for step in steps]
    called = wording or name or note or "(untitled)"
    return Record(
        kind="agenda_item",
        key=f"{meeting.key}/{row['EventItemId']}",
        title=_cut(f"{file}: {called}" if file else called),
        facts={
            "title": wording,
            "note": note,
            "matter_file": file,
            "matter_name": name,
            "matter_type": _words(row, "EventItemMatterType"),
            "consent": bool(row.get("EventItemConsent")),
            "action": "; ".join(dict.fromkeys(filter(None, actions))),
            "result": next((result for result in reversed(results) if result), ""),
            "minutes_note": _words(row, "EventItemMinutesNote"),
        },
        extras=_extras(
            row,
            number="EventItemAgendaNumber",
            sequence="EventItemAgendaSequence",
            version="EventItemVersion",
            row_version="EventItemRowVersion",
            last_modified="EventItemLastModifiedUtc",
            guid="EventItemGuid",
            matter_id="EventItemMatterId",
            matter_status="EventItemMatterStatus",
            action_text="EventItemActionText",
            mover="EventItemMover",
            seconder="EventItemSeconder",
            tally="EventItemTally",
        ),
        parent=meeting.key,
        position=int(row["EventItemAgendaSequence"]),
        place=meeting.place,
        about=meeting.about,
        url=meeting.url,
    )


def _attachment(row: Mapping[str, Any], item: Record, meeting: Record) -> Record:
    """Under the meeting and its own number: it stays itself when a clerk puts its item in anew."""
    name = _words(row, "MatterAttachmentName")
    url = _words(row, "MatterAttachmentHyperlink")
    return Record(
        kind="attachment",
        key=f"{meeting.key}/{row['MatterAttachmentId']}",
        title=_cut(name or url),
        facts={"name": name, "url": url},
        extras={
            "item": item.key,
            "item_title": item.title,
            **_extras(
                row,
                file_name="MatterAttachmentFileName",
                version="MatterAttachmentMatterVersion",
                row_version="MatterAttachmentRowVersion",
                last_modified="MatterAttachmentLastModifiedUtc",
            ),
        },
        parent=meeting.key,
        place=meeting.place,
        about=meeting.about,
        url=url,
    )


def one_a_key(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record a key, the first one printed: a matter may stand twice on one agenda with the same papers."""
    unique: dict[str, Record] = {}
    for record in records:
        unique.setdefault(record.key, record)
    return tuple(unique.values())


def _extras(row: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {ours: row[theirs] for ours, theirs in names.items() if row.get(theirs) not in (None, "")}


def _plain(value: Any) -> str:
    """A field as a reader sees it, its line breaks kept: no markup, no invisible characters, composed."""
    text = "" if value is None else str(value)
    if _MARKUP.search(text):
        text = LexborHTMLParser(_LINE_ENDS.sub("\n", text)).text()
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).strip()


def _folded(text: str) -> str:
    return " ".join(text.split())


def _words(row: Mapping[str, Any], name: str) -> str:
    return _folded(_plain(row.get(name)))


def _cut(text: str) -> str:
    if len(text) <= _TITLE_LENGTH:
        return text
    return text[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _moment(value: Any) -> str:
    """The API's naive UTC stamp to the second, "2026-09-03T19:22:59Z"; empty where nothing was published."""
    stamp = "" if value is None else str(value).strip()
    if not stamp or stamp.startswith(_NEVER):
        return ""
    return f"{stamp.removesuffix('Z').partition('.')[0]}Z"


def minute(moment: datetime) -> str:
    """A local time as `Record.about` has it, "2017-05-29T17:30"."""
    return moment.isoformat(timespec="minutes")
