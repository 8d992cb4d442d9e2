"""Legistar's rows as records: a meeting, what is on its agenda, the papers attached to it.

Facts are what a reader of the council's page would see differ; stamps, sequence and version numbers are kept beside
them and never compared, because inserting one item renumbers and restamps every later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monitor.types import Record, Source
from scrapers.council import schema
from scrapers.council.schema import one_a_key
from scrapers.council.words import folded, plain, words
from scrapers.json_answers import mappings, whole_number
from scrapers.meetings import LocalHabits, status_of

_NEVER = "0001-01-01"


def meeting_of(row: Mapping[str, Any], source: Source, habits: LocalHabits) -> Record:
    """A meeting, the same from a calendar's row as from its own answer."""
    body, time, room = _words(row, "EventBodyName"), _words(row, "EventTime"), _words(row, "EventLocation")
    comment, agenda_status = plain(row.get("EventComment")), _words(row, "EventAgendaStatusName")
    return schema.meeting(
        source,
        key=str(whole_number(row["EventId"])),
        body=body,
        day=_day(row.get("EventDate")),
        printed_time=time,
        location=room,
        status=status_of(label=agenda_status, name=body, remarks=(comment, room, time), habits=habits),
        agenda_status=agenda_status,
        comment=folded(comment),
        agenda_file=_words(row, "EventAgendaFile"),
        agenda_published_at=_moment(row.get("EventAgendaLastPublishedUTC")),
        minutes_status=_words(row, "EventMinutesStatusName"),
        minutes_file=_words(row, "EventMinutesFile"),
        minutes_published_at=_moment(row.get("EventMinutesLastPublishedUTC")),
        url=_words(row, "EventInSiteURL"),
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
    )


def agenda_of(rows: Any, meeting: Record) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Items on the agenda in its order, and what is attached to them.

    Minutes repeat every matter under a new number without a place on the agenda; those rows add what was done.
    """
    numbered = [row for row in mappings(rows) if whole_number(row.get("EventItemId"))]
    on_agenda = sorted(
        (row for row in numbered if whole_number(row.get("EventItemAgendaSequence"))),
        key=lambda row: (whole_number(row["EventItemAgendaSequence"]), whole_number(row["EventItemId"])),
    )
    done: dict[int, list[Mapping[str, Any]]] = {}
    for row in numbered:
        matter = whole_number(row.get("EventItemMatterId"))
        if matter and not whole_number(row.get("EventItemAgendaSequence")):
            done.setdefault(matter, []).append(row)
    items, attachments = [], []
    for row in on_agenda:
        item = _item(row, done.pop(whole_number(row.get("EventItemMatterId")), []), meeting)
        items.append(item)
        attachments += [
            _attachment(attached, item, meeting)
            for attached in mappings(row.get("EventItemMatterAttachments"))
            if whole_number(attached.get("MatterAttachmentId"))
            and attached.get("MatterAttachmentShowOnInternetPage") is not False
        ]
    return one_a_key(items), one_a_key(attachments)


def _item(row: Mapping[str, Any], in_minutes: Sequence[Mapping[str, Any]], meeting: Record) -> Record:
    wording = _words(row, "EventItemTitle")
    name, file, note = (_words(row, f"EventItem{field}") for field in ("MatterName", "MatterFile", "AgendaNote"))
    steps = [row, *sorted(in_minutes, key=lambda step: whole_number(step.get("EventItemMinutesSequence")))]
    actions = [_words(step, "EventItemActionName") for step in steps]
    results = [_words(step, "EventItemPassedFlagName") for step in steps]
    return schema.agenda_item(
        meeting,
        key=str(whole_number(row["EventItemId"])),
        title=wording,
        position=whole_number(row["EventItemAgendaSequence"]),
        note=note,
        matter_file=file,
        matter_name=name,
        matter_type=_words(row, "EventItemMatterType"),
        consent=bool(row.get("EventItemConsent")),
        action="; ".join(dict.fromkeys(filter(None, actions))),
        result=next((result for result in reversed(results) if result), ""),
        minutes_note=_words(row, "EventItemMinutesNote"),
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
    )


def _attachment(row: Mapping[str, Any], item: Record, meeting: Record) -> Record:
    return schema.attachment(
        meeting,
        key=str(whole_number(row["MatterAttachmentId"])),
        name=_words(row, "MatterAttachmentName"),
        url=_words(row, "MatterAttachmentHyperlink"),
        item=item,
        extras=_extras(
            row,
            file_name="MatterAttachmentFileName",
            version="MatterAttachmentMatterVersion",
            row_version="MatterAttachmentRowVersion",
            last_modified="MatterAttachmentLastModifiedUtc",
        ),
    )


def _extras(row: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {ours: row[theirs] for ours, theirs in names.items() if row.get(theirs) not in (None, "")}


def _words(row: Mapping[str, Any], name: str) -> str:
    return words(row.get(name))


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
