"""Decides whether a change is what a subscription asked for, and says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from alerts.words import Said, says
from monitor.types import Change, StoredChange, Subscription
from storage.census import resolve, table

_AREA: Final = re.compile(r"\s*\([^()]*\)\s*$")
"""ICE prints its area of responsibility behind a name, "Ithaca, New York (Buffalo)": an office, not the place."""

_MOST_TEXT: Final = 500_000
"""Characters of one change that are searched: a whole code of ordinances must not stall the outbox."""


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a subscription wants a change, with the one sentence that explains it to its owner."""

    wanted: bool
    why: str

    def __bool__(self) -> bool:
        return self.wanted


def matches(subscription: Subscription, stored: StoredChange) -> bool:
    """Whether this change goes to this subscription's recipients."""
    return explain(subscription, stored).wanted


def explain(subscription: Subscription, stored: StoredChange) -> Match:
    """The same answer with its reason: the first filter that holds the change back, or all that let it through."""
    reasons = []
    for rule in (_news, _from_source, _of_kind, _weighty, _about_place, _words_said):
        answer = rule(subscription, stored.change)
        if not answer:
            return answer
        reasons.append(answer.why)
    return Match(True, f"It has {_listed([reason for reason in reasons if reason])}.")


def _news(_: Subscription, change: Change) -> Match:
    if change.baseline:
        return Match(False, "It was there at the first look at the source, which tells nobody anything.")
    return Match(True, "")


def _from_source(subscription: Subscription, change: Change) -> Match:
    if subscription.sources and not any(fnmatchcase(change.source, pattern) for pattern in subscription.sources):
        return Match(False, f"Source {change.source} is not among {_listed(subscription.sources)}.")
    return Match(True, f"source {change.source}")


def _of_kind(subscription: Subscription, change: Change) -> Match:
    group = "health" if change.kind.about_our_eyes else "news"
    wanted = {kind.strip().casefold() for kind in subscription.kinds} or {"news"}
    if group not in wanted and change.kind.value not in wanted:
        return Match(False, f"Kind {change.kind.value} is not among {_listed(sorted(wanted))}.")
    return Match(True, f"kind {change.kind.value}")


def _weighty(subscription: Subscription, change: Change) -> Match:
    weight, minimum = change.significance, subscription.minimum_significance
    if weight < minimum:
        return Match(False, f"Significance {weight:.2f} is below {minimum:.2f}.")
    return Match(True, f"significance {weight:.2f}")


def _about_place(subscription: Subscription, change: Change) -> Match:
    if not subscription.jurisdictions:
        return Match(True, "")
    names = [change.place, *_member_names(change.details)]
    folded = {_folded(name) for name in names}
    asked = [place for place in subscription.jurisdictions if _folded(place)]
    place = next((place for place in asked if _folded(place) in folded), "") or _same_government(asked, names)
    if not place:
        return Match(False, f"None of {_listed(subscription.jurisdictions)} is named in it.")
    return Match(True, f"jurisdiction {place}")


def _same_government(asked: Sequence[str], names: Iterable[str]) -> str:
    """The first place asked for that is a government named under another name, or the same ground as another kind:
    "Denver, Colorado" for "City and County of Denver, CO". Where either side does not resolve, text alone counts."""
    wanted = {place: found for place in asked if (found := _governments(place))}
    if not wanted:
        return ""
    named = {geoid for name in names for geoid in _governments(name)[:1]}
    return next((place for place, governments in wanted.items() if named.intersection(governments)), "")


def _governments(name: str) -> tuple[str, ...]:
    """GEOIDs of what a name, or a GEOID, means, then of the same ground; none where it does not resolve."""
    found = table().given(name) if name.isdigit() else resolve(name)
    return (found.geoid, *found.same_area) if found and found.geoid else ()


def _member_names(details: Mapping[str, Any]) -> Iterator[str]:
    """Names in a list's sets: who is on it, who is new, who is gone, whose row changed."""
    sets = details.get("sets")
    for one in sets.values() if isinstance(sets, Mapping) else ():
        if not isinstance(one, Mapping):
            continue
        for part in ("members", "new", "gone", "amended"):
            for member in one.get(part) or ():
                name = member.get("name") if isinstance(member, Mapping) else member
                if isinstance(name, str):
                    yield name


def _folded(name: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return _AREA.sub("", folded)


def _words_said(subscription: Subscription, change: Change) -> Match:
    """Any wanted word, and none of the unwanted: `Match.why` names the word that was found."""
    words = subscription.words
    wanted = [word for word in words if not _is_unwanted(word)]
    unwanted = [word.strip()[4:] for word in words if _is_unwanted(word)]
    if not words:
        return Match(True, "")
    passages = [Said(text) for text in _texts(change)]
    for word in unwanted:
        if says(passages, word):
            return Match(False, f"It says {word.strip()}, which the subscription excludes.")
    found = next((word for word in wanted if says(passages, word)), "")
    if wanted and not found:
        return Match(False, f"It says none of {_listed(wanted)}.")
    return Match(True, f"the word {found}" if found else "")


def _is_unwanted(word: str) -> bool:
    return word.strip().casefold().startswith("not ")


def _texts(change: Change) -> Iterator[str]:
    """All that a reader could meet in it, what is said first before what is only detail, up to `_MOST_TEXT`."""
    left = _MOST_TEXT
    for facts in (change.title, change.summary, change.after, change.before, change.details):
        for text in _strings(facts):
            yield text[:left]
            left -= len(text)
            if left <= 0:
                return


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
