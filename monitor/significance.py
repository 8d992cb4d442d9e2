"""Weighs a change: named, deterministic rules give a number from 0 to 1 and its reasons. Ranks, never erases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from monitor.types import Change, ChangeKind

TOLD_AT: Final = 0.3
"""A change below this is kept and shown, and no alert at default settings carries it."""

_BY_KIND: Final[Mapping[ChangeKind, float]] = {
    ChangeKind.LIST_PUBLISHED: 0.9,
    ChangeKind.PAGE_WITHDRAWN: 0.8,
    ChangeKind.PAGE_RETURNED: 0.6,
    ChangeKind.DOCUMENT_PUBLISHED: 0.6,
    ChangeKind.RECORD_REMOVED: 0.6,
    ChangeKind.RECORD_ADDED: 0.5,
    ChangeKind.RECORD_AMENDED: 0.5,
    ChangeKind.RECORD_RENAMED: 0.4,
    ChangeKind.PAGE_CHANGED: 0.4,
    ChangeKind.PAGE_MOVED: 0.4,
    ChangeKind.SOURCE_BLOCKED: 0.5,
    ChangeKind.SOURCE_BROKEN: 0.5,
    ChangeKind.SOURCE_MOVED: 0.5,
    ChangeKind.SOURCE_SILENT: 0.4,
    ChangeKind.SOURCE_RECOVERED: 0.3,
}

_BY_RECORD_KIND: Final[Mapping[str, float]] = {
    "notice": 0.4,
    "press_release": 0.1,
    "feed_item": 0.1,
    "listed_jurisdiction": 0.2,
}
"""Added to the kind's weight, unless it went: an agency's notice about its own list corrects what people quoted."""

_ENRICHMENT: Final = frozenset({"grant_award"})
"""Kept for the figures that other news carries: awards come and move by the hundred, and nobody asked to be told so."""

_CLERICAL_FIELDS: Final = frozenset({"position"})
"""A renumbered agenda is the same agenda: told to nobody by itself."""

_SHELVING_FIELDS: Final = frozenset({"archived"})
"""A site's mark on what it no longer calls current: the text stands as it was, and ICE marks hundreds at once."""

AFTERMATH_FIELDS: Final = frozenset(
    {"action", "result", "minutes_file", "minutes_published_at", "minutes_status", "minutes_note", "video"}
)
"""What a clerk writes once a meeting is over: told, ranked last."""

_MISSION: Final = re.compile(
    r"\b(?:sanctuary|detainers?|immigra\w+|deport\w+|287\(g\)|8 u\.?s\.?c\.? ?(?:§ ?)?1373|non-?compliant|"
    r"noncooperati\w+|homeland security|customs enforcement|undocumented)\b",
    re.IGNORECASE,
)
"""The subject this product was made for (design, introduction). It lifts; its absence never lowers."""


_MOVED_BY_ITSELF: Final = 0.1
"""Of a part that turned out later to change at every look: kept, and explained."""

_FILLED: Final = 0.2
"""Of what changed in a block that a machine fills (`monitor.fillers`): kept and shown, below what is told."""

_URGENT: Final = re.compile(
    r"\b(?:emergency|cancell?ed|cancell?ation|postponed|rescheduled|evacuat(?:e|ion (?:order|warning|notice)s?)|"
    r"shelter in place|boil water|"
    r"(?:hearing|meeting|session) (?:has |was |is )?(?:been )?(?:moved|closed))\b",
    re.IGNORECASE,
)
"""What even a rotating banner says only when it matters. The mission's words are no such sign: on an immigration
agency's site every related story has them."""


def weigh(change: Change) -> Change:
    """The change with its significance and the reasons for it, in the order in which they were applied."""
    if change.record_kind in _ENRICHMENT:
        return replace(change, significance=0.1, reasons=("kept for its figures, which other news carries: 0.1",))
    weight = _BY_KIND[change.kind]
    reasons = [f"{change.kind.value.replace('_', ' ')}: {weight:.1f}"]
    extra = _BY_RECORD_KIND.get(change.record_kind, 0.0)
    if extra and change.kind is not ChangeKind.RECORD_REMOVED:
        weight += extra
        reasons.append(f"a {change.record_kind.replace('_', ' ')}: +{extra:.1f}")
    decided = _decided(change)
    if decided is not None:
        return replace(change, significance=decided[0], reasons=(*reasons, decided[1]))
    if change.details.get("filled"):
        reasons.append("a machine fills the block that changed, and it speaks of something urgent")
    fields = set(change.details.get("fields", ()))
    if fields and fields <= AFTERMATH_FIELDS:
        weight -= 0.15
        reasons.append("only what is written after a meeting changed: -0.15")
    if not change.kind.about_our_eyes and _MISSION.search(_words_of(change)):
        weight += 0.2
        reasons.append("speaks of immigration enforcement: +0.2")
    return replace(change, significance=round(min(1.0, max(0.0, weight)), 2), reasons=tuple(reasons))


def _decided(change: Change) -> tuple[float, str] | None:
    """The weight of what is little by its nature, whatever its kind, and why; None where the kind decides."""
    fields = set(change.details.get("fields", ()))
    if fields and fields <= _CLERICAL_FIELDS:
        return 0.1, "only its place in the order changed: 0.1"
    if fields and fields <= _SHELVING_FIELDS:
        return 0.35, "only its mark as archived changed: 0.35"
    if why := change.details.get("moved_by_itself"):
        return (
            _MOVED_BY_ITSELF,
            f"its part of the page moves by itself, as was learned later ({why}): {_MOVED_BY_ITSELF}",
        )
    before, after = (str((facts or {}).get("text", "")) for facts in (change.before, change.after))
    if change.details.get("filled") and _URGENT.search(after) is None:
        return _FILLED, f"a machine fills the block that changed: {_FILLED}"
    if change.details.get("above_heading") and not any(
        words.search(text) for words in (_URGENT, _MISSION) for text in (before, after)
    ):
        return _FILLED, f"other words in the place of a few above the page's heading, as slides change: {_FILLED}"
    return None


def told(change: Change, minimum: float = TOLD_AT) -> bool:
    """Whether an alert at these settings goes out: news of the watched, not of the first look, weighty enough."""
    return not change.baseline and not change.kind.about_our_eyes and change.significance >= minimum


def _words_of(change: Change) -> str:
    parts = [change.title, change.summary]
    for facts in (change.before, change.after):
        parts += [value for value in (facts or {}).values() if isinstance(value, str)]
    return "\n".join(part[:20_000] for part in parts)
