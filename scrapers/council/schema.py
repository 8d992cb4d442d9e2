"""The one schema of a council's records, which every platform's adapter builds: meeting, agenda item, attachment.

Facts are what a reader of the council's page would see differ; stamps, sequence and version numbers go into extras and
are never compared, because inserting one item renumbers and restamps every later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from monitor.types import Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.council.words import cut
from scrapers.meetings import Status, start_time, uniform_time

MEETINGS = ("meeting", "meetings")
ITEMS = ("agenda item", "agenda items")
ATTACHMENTS = ("attachment", "attachments")
_NOT_COMPLETE = Scope()


class Role(StrEnum):
    """What a document is to its meeting."""

    AGENDA = "agenda"
    PACKET = "packet"
    MINUTES = "minutes"
    NOTICE = "notice"
    COVER = "cover"
    STAFF_REPORT = "staff report"
    EXHIBIT = "exhibit"
    VIDEO = "video"
    OTHER = "other"


def meeting(
    source: Source,
    *,
    key: str,
    body: str,
    day: date | None,
    printed_time: str = "",
    start: time | None = None,
    location: str = "",
    status: Status = Status.SCHEDULED,
    agenda_status: str = "",
    comment: str = "",
    agenda_file: str = "",
    agenda_published_at: str = "",
    minutes_status: str = "",
    minutes_file: str = "",
    minutes_published_at: str = "",
    url: str = "",
    title: str = "",
    extras: Mapping[str, Any] | None = None,
) -> Record:
    """A meeting's record; the same whatever page of the platform it was read on.

    `key` is the platform's own number. `day` is the local date, None where none is set; `printed_time` as typed
    ("1:30 PM", "12 noon", "after the study session"), or `start` where the platform has a clock. Stamps are
    "2026-09-03T19:22:59Z". Files that are attachments of the platform with records of their own
    stay out of `agenda_file` and `minutes_file`, so that one change is told once.
    """
    printed = printed_time or (f"{start:%H:%M}" if start else "")
    hour = start or start_time(printed)
    about = "" if day is None else minute(datetime.combine(day, hour)) if hour else day.isoformat()
    when = f"{day:%A}, {day:%B} {day.day}, {day.year}" if day else "date not set"
    return Record(
        kind="meeting",
        key=key,
        title=title or f"{body or source.title}, {when}",
        facts={
            "body": body,
            "date": day.isoformat() if day else "",
            "time": uniform_time(printed),
            "location": location,
            "status": str(status if day else Status.UNKNOWN),
            "agenda_status": agenda_status,
            "comment": comment,
            "agenda_file": agenda_file,
            "agenda_published_at": agenda_published_at,
            "minutes_status": minutes_status,
            "minutes_file": minutes_file,
            "minutes_published_at": minutes_published_at,
        },
        extras=dict(extras or {}),
        place=source.jurisdiction,
        about=about,
        url=url,
    )


def agenda_item(
    of: Record,
    *,
    key: str,
    title: str,
    position: int,
    note: str = "",
    matter_file: str = "",
    matter_name: str = "",
    matter_type: str = "",
    consent: bool = False,
    action: str = "",
    result: str = "",
    minutes_note: str = "",
    url: str = "",
    extras: Mapping[str, Any] | None = None,
) -> Record:
    """An item on the agenda of the meeting `of`. `key` is unique in that meeting and outlives renumbering."""
    called = title or matter_name or note or "(untitled)"
    return Record(
        kind="agenda_item",
        key=f"{of.key}/{key}",
        title=cut(f"{matter_file}: {called}" if matter_file else called),
        facts={
            "title": title,
            "note": note,
            "matter_file": matter_file,
            "matter_name": matter_name,
            "matter_type": matter_type,
            "consent": consent,
            "action": action,
            "result": result,
            "minutes_note": minutes_note,
        },
        extras=dict(extras or {}),
        parent=of.key,
        position=position,
        place=of.place,
        about=of.about,
        url=url or of.url,
    )


def attachment(
    of: Record,
    *,
    key: str,
    name: str,
    url: str,
    role: Role = Role.OTHER,
    published_at: str = "",
    item: Record | None = None,
    extras: Mapping[str, Any] | None = None,
) -> Record:
    """A document of the meeting `of`, or of one of its items.

    Its key is the meeting's and its own number, so that it stays itself when a clerk puts its item in anew.
    """
    facts = {"name": name, "url": url}
    if role is not Role.OTHER:
        facts["role"] = str(role)
    if published_at:
        facts["published_at"] = published_at
    belongs = {"item": item.key, "item_title": item.title} if item is not None else {}
    return Record(
        kind="attachment",
        key=f"{of.key}/{key}",
        title=cut(name or url),
        facts=facts,
        extras={**belongs, **(extras or {})},
        parent=of.key,
        place=of.place,
        about=of.about,
        url=url,
    )


def one_a_key(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record a key, the first one printed: a matter may stand twice on one agenda with the same papers."""
    unique: dict[str, Record] = {}
    for record in records:
        unique.setdefault(record.key, record)
    return tuple(unique.values())


# -- how far an answer is complete ---------------------------------------------------------------------------


def local_time(look: Look, source: Source) -> datetime:
    """The time of a look on the source's own clock, without a zone: comparable with `Record.about`."""
    return look.at.astimezone(ZoneInfo(source.timezone)).replace(tzinfo=None)


def minute(moment: datetime) -> str:
    """A local time as `Record.about` has it, "2017-05-29T17:30"."""
    return moment.isoformat(timespec="minutes")


def calendar(meetings: Iterable[Record], scope: Scope = _NOT_COMPLETE) -> RecordSet:
    """Meetings of a calendar, complete within `scope`; see `still_to_come`."""
    return RecordSet("meeting", one_a_key(meetings), scope, noun=MEETINGS)


def still_to_come(since: str, until: str, look: Look, source: Source) -> Scope:
    """The stretch of a calendar in which absence is news: from this hour on, since what is over is not cancelled.

    `since` (inside) and `until` (outside) are ISO local dates of what was asked for. No scope where that lies behind.
    """
    begins = max(since, minute(local_time(look, source)))
    return Scope(ScopeKind.WINDOW, since=begins, until=until) if begins < until else Scope()


def agenda(
    of: Record,
    items: Iterable[Record],
    attachments: Iterable[Record],
    look: Look,
    source: Source,
    *,
    items_complete: bool = True,
    attachments_complete: bool = True,
) -> tuple[RecordSet, RecordSet]:
    """One meeting's items and attachments: complete until its day is over; afterwards clerks tidy up, which
    withdraws nothing. A part that was not asked for is not complete."""
    ahead = not of.about or of.about[:10] >= local_time(look, source).date().isoformat()
    inside = Scope(ScopeKind.COMPLETE, parent=of.key, prefix=f"{of.key}/")
    return (
        RecordSet("agenda_item", one_a_key(items), inside if ahead and items_complete else Scope(), noun=ITEMS),
        RecordSet(
            "attachment",
            one_a_key(attachments),
            inside if ahead and attachments_complete else Scope(),
            noun=ATTACHMENTS,
        ),
    )


# -- lines for the search ------------------------------------------------------------------------------------


def meeting_line(of: Record) -> str:
    """A meeting on one line."""
    facts = of.facts
    status = "" if facts["status"] == Status.SCHEDULED else f"({facts['status']})"
    printed = (f"{of.title} {status}".strip(), facts["time"], facts["location"], facts["comment"])
    return " · ".join(filter(None, printed))


def agenda_lines(items: Sequence[Record], attachments: Sequence[Record]) -> tuple[str, ...]:
    """An agenda's lines: each item with its note and papers, then the papers of the meeting itself."""
    papers: dict[str, list[str]] = {}
    for paper in attachments:
        papers.setdefault(paper.extras.get("item", ""), []).append(paper.title)
    lines: list[str] = []
    for item in items:
        facts = item.facts
        lines.append(
            " · ".join(filter(None, (facts["matter_file"], facts["title"] or item.title, facts["matter_name"])))
        )
        lines += [line for line in (facts["note"], facts["action"]) if line]
        lines += papers.pop(item.key, [])
    return (*lines, *(title for rest in papers.values() for title in rest))
