"""The documents that a calendar's own rows link to, each complete for as long as its meeting lies ahead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.types import Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.council.schema import ATTACHMENTS, Role, local_time, one_a_key

LISTED = "listed"
"""First part of the keys of what a calendar lists. A meeting's own pages list more, under other names, and the calendar
says nothing about those."""

_ROLES = (
    (Role.PACKET, re.compile(r"packet|agenda and (?:staff )?reports?", re.IGNORECASE)),
    (Role.STAFF_REPORT, re.compile(r"\b(?:staff|agenda|council|board) (?:report|memo)", re.IGNORECASE)),
    (Role.EXHIBIT, re.compile(r"^(?:exhibit|attachment)\b", re.IGNORECASE)),
    (Role.MINUTES, re.compile(r"minutes|recap|action summary", re.IGNORECASE)),
    (Role.AGENDA, re.compile(r"agenda", re.IGNORECASE)),
    (Role.VIDEO, re.compile(r"video|audio|media|webcast|listen|watch", re.IGNORECASE)),
    (Role.NOTICE, re.compile(r"notice|cancellation", re.IGNORECASE)),
)


def role_of(label: str) -> Role:
    """What a document is, by what its link or its column is called."""
    return next((role for role, pattern in _ROLES if pattern.search(label)), Role.OTHER)


def listed(rows: Iterable[tuple[Record, Sequence[Record]]], look: Look, source: Source) -> tuple[RecordSet, ...]:
    """Of each meeting and its listed documents, whose keys begin with `LISTED`: a set a meeting that lies ahead, and
    one for all others, from which nothing is ever missing."""
    today = local_time(look, source).date().isoformat()
    # A meeting that is listed twice is one, with the documents of both rows: neither row says that the other's went.
    meetings: dict[str, Record] = {}
    documents: dict[str, list[Record]] = {}
    for meeting, its_own in rows:
        meetings.setdefault(meeting.key, meeting)
        documents.setdefault(meeting.key, []).extend(its_own)
    sets: list[RecordSet] = []
    behind: list[Record] = []
    for key, meeting in meetings.items():
        if meeting.about[:10] < today:
            behind += documents[key]
            continue
        inside = Scope(ScopeKind.COMPLETE, parent=key, prefix=f"{key}/{LISTED}/")
        sets.append(RecordSet("attachment", one_a_key(documents[key]), inside, noun=ATTACHMENTS))
    return (*sets, RecordSet("attachment", one_a_key(behind), noun=ATTACHMENTS))
