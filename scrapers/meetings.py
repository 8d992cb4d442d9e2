"""What hand-typed calendar fields say of a meeting: when it begins, and whether it stands.

Clerks have no field for "cancelled": some use a status, some the comment, the room or the body's name. The rules
read clauses, so that "Committee canceled. Consent agenda included." cancels and "Item 4 is canceled" does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum


class Status(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    HELD = "held"
    UNKNOWN = "unknown"


_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?:(?P<half>[ap])\.?\s?m\b\.?)?", re.IGNORECASE)
_NOON = re.compile(r"(?:12(?::00)?\s*)?noon\b", re.IGNORECASE)

_CLAUSE = re.compile(r"[.;:!?*|()\[\]\n]+|\s[-–—]+\s")
_GATHERING = r"(?:meeting|committee|subcommittee|council|commission|board|session|workshop|retreat)s?"
_SUBJECT = rf"(?:(?:.*\b)?{_GATHERING}\s+|(?:the\s+|this\s+)?hearing\s+|it\s+)?"
_AUXILIARY = r"(?:(?:has|have|had|is|was|are|were|will|be|been|being|hereby)\s+)*"
_CALLED_OFF = (
    re.compile(rf"{_SUBJECT}{_AUXILIARY}cancell?ed\b", re.IGNORECASE),
    re.compile(
        rf"(?:notice\s+of\s+)?(?:{_GATHERING}\s+)?cancell?ation(?:\s+notice|\s+of\s+.*{_GATHERING})?$", re.IGNORECASE
    ),
    re.compile(r".*\b(?:not\s+meeting|(?:will|does|do)\s+not\s+(?:meet|be\s+meeting|be\s+held))\b", re.IGNORECASE),
    re.compile(
        r"(?:there\s+(?:is|will\s+be)\s+)?no\s+meeting(?!\s+(?:materials|minutes|packet|link|documents))\b",
        re.IGNORECASE,
    ),
)
_PUT_OFF = (
    # "Rescheduled from 3 May" stands on the new meeting, which takes place.
    re.compile(rf"{_SUBJECT}{_AUXILIARY}(?:postponed|deferred|rescheduled)\b(?!\s+from)", re.IGNORECASE),
)
_ANOTHER_MEETING = re.compile(r"\b(?:next|previous|last)\b", re.IGNORECASE)
_LABELS = (
    (Status.CANCELLED, re.compile(r"\bcancell?(?:ed|ation)\b", re.IGNORECASE)),
    (Status.POSTPONED, re.compile(r"\b(?:postponed|deferred|rescheduled(?!\s+from))\b", re.IGNORECASE)),
)
_OVER = re.compile(r"\b(?:held|adjourned|concluded|completed)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LocalHabits:
    """Phrases by which one clerk's office says that a meeting is off; their case does not matter."""

    cancelled: tuple[str, ...] = ()
    postponed: tuple[str, ...] = ()


def status_of(*, label: str, name: str, remarks: Sequence[str], habits: LocalHabits = LocalHabits()) -> Status:
    """Whether a meeting stands: `label` is the platform's own status, `name` the body's, `remarks` free text.

    Only what is printed counts, never the clock: a meeting does not change because its hour has passed.
    """
    printed = " \n ".join((label, name, *remarks)).casefold()
    if any(phrase.casefold() in printed for phrase in habits.cancelled):
        return Status.CANCELLED
    if any(phrase.casefold() in printed for phrase in habits.postponed):
        return Status.POSTPONED
    clauses = [clause.strip() for remark in remarks for clause in _CLAUSE.split(remark) if clause.strip()]
    of_this_one = [clause for clause in clauses if not _ANOTHER_MEETING.search(clause)]
    for status, word in _LABELS:
        rules = _CALLED_OFF if status is Status.CANCELLED else _PUT_OFF
        if word.search(label) or word.search(name):
            return status
        if any(rule.match(clause) for rule in rules for clause in of_this_one):
            return status
    return Status.HELD if _OVER.search(label) else Status.SCHEDULED


def start_time(printed: str) -> time | None:
    """The hour that a typed time begins with: "1:30 PM", "13:00", "12 noon"; None where it names none."""
    printed = printed.strip()
    if _NOON.match(printed):
        return time(12)
    match = _CLOCK.match(printed)
    if match is None or not (match["half"] or match["minute"]):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"] and not 1 <= hour <= 12:
        return None
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def uniform_time(printed: str) -> str:
    """One spelling for one hour, so that "13:00" and "1:00 p.m." do not differ; other wording stays as typed."""
    hour = start_time(printed)
    bare = _CLOCK.fullmatch(printed.strip()) or _NOON.fullmatch(printed.strip())
    if hour is None or bare is None:
        return printed.strip()
    return f"{hour.hour % 12 or 12}:{hour.minute:02} {'PM' if hour.hour >= 12 else 'AM'}"
