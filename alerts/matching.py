"""Decides whether a change is what a subscription asked for, and says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from monitor.types import Change, StoredChange, Subscription
from storage.census import resolve

_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")
_AREA: Final = re.compile(r"\s*\([^()]*\)\s*$")
"""ICE prints its area of responsibility behind a name, "Ithaca, New York (Buffalo)": an office, not the place."""

_VOWEL: Final = re.compile(r"[aeiouy]")
_SHORTEST_STEM: Final = 3
"""Letters that must be left when an ending is taken off: "sing" is not a form of "s"."""

_MOST_TEXT: Final = 200_000
"""Characters of one value that are searched: a whole code of ordinances in one field must not stall the outbox."""


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
    """GEOIDs of what a name means, then of the same ground; none where it does not resolve."""
    found = resolve(name)
    return (found.geoid, *found.same_area) if found.geoid else ()


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
    passages = [_Passage.of(text) for text in _texts(change)]
    for word in unwanted:
        if _is_said(word, passages):
            return Match(False, f"It says {word.strip()}, which the subscription excludes.")
    found = next((word for word in wanted if _is_said(word, passages)), "")
    if wanted and not found:
        return Match(False, f"It says none of {_listed(wanted)}.")
    return Match(True, f"the word {found}" if found else "")


def _is_unwanted(word: str) -> bool:
    return word.strip().casefold().startswith("not ")


@dataclass(frozen=True, slots=True)
class _Passage:
    """One text, as its words and as their stems, each framed by spaces so that a phrase is found whole."""

    exact: str
    stems: str

    @classmethod
    def of(cls, text: str) -> _Passage:
        words = _tokens(text)
        return cls(_framed(words), _framed([stem(word) for word in words]))


def _is_said(word: str, passages: Iterable[_Passage]) -> bool:
    phrase = word.strip()
    quoted = len(phrase) > 2 and phrase[0] == phrase[-1] == '"'
    tokens = _tokens(phrase)
    if not tokens:
        return False
    if quoted:
        framed = _framed(tokens)
        return any(framed in passage.exact for passage in passages)
    framed = _framed([stem(token) for token in tokens])
    return any(framed in passage.stems for passage in passages)


def _tokens(text: str) -> list[str]:
    return [
        token.removesuffix("'s")
        for token in _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    ]


def _framed(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def stem(word: str) -> str:
    """A word in lower case without the endings of a plural, "-ing" or "-ed": "policies" and "policy" are one,
    so are "decline", "declines", "declined" and "declining". Numbers and short words stay as they are."""
    if not word.isalpha() or len(word) <= _SHORTEST_STEM:
        return word
    single = _singular(word)
    for ending in ("ing", "ed"):
        base = single.removesuffix(ending)
        if base != single and len(base) >= _SHORTEST_STEM and _VOWEL.search(base) and not single.endswith("eed"):
            return _bare(base)
    return _bare(single) if len(single) > _SHORTEST_STEM else single


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _bare(base: str) -> str:
    """One form for "plan" of "planned", "decline" of "declining" and "carry" of "carried"."""
    if base.endswith("i"):
        return base[:-1] + "y"
    if base.endswith("e") and len(base) > _SHORTEST_STEM:
        return base[:-1]
    if len(base) > _SHORTEST_STEM and base[-1] == base[-2]:
        return base[:-1]
    return base


def _texts(change: Change) -> Iterator[str]:
    yield from (change.title, change.summary)
    for facts in (change.before, change.after, change.details):
        yield from _strings(facts)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:_MOST_TEXT]
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
