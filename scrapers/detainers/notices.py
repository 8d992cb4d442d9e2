"""Tells the notices on the report's page from its other text: corrections, suspensions, promises of a rhythm.

Recognised by mechanisms (a label with a colon, a period that is corrected, a report that is suspended), not by
sentences: the wording was never the same twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from scrapers.detainers.names import places_in, straight
from scrapers.detainers.period import Period, first_period

CORRECTION, SUSPENSION, CADENCE, OTHER = "correction", "suspension", "cadence", "other"

_LABEL = re.compile(
    r"^\W*(?P<label>corrections?|corrected|errat(?:um|a))\b\s*(?:notice)?\s*(?:\([^)]*\)\s*)?[:.–—-]", re.I
)
_NOTE = re.compile(
    r"^\W*(?:(?:please\s+)?note|notice|update[ds]?|editor['’]s\s+note|clarification)\b[^:]{0,40}[:–—]", re.I
)
_WRONG = re.compile(
    r"\b(?:incorrect|erroneous|mistaken|inaccurate|wrong)ly\b|\bin\s+error\b|\b(?:processing|data|clerical)\s+error",
    re.I,
)
_REPORT = re.compile(r"\breports?\b|\bDDOR\b", re.I)
_SUSPENDED = re.compile(r"\bsuspen(?:d|ds|ded|ding|sion)\b|\bdiscontinu(?:e|es|ed|ing)\b|\bpaus(?:e|es|ed|ing)\b", re.I)
_RHYTHM = re.compile(
    r"\b(?P<each>weekly|bi-?weekly|fortnightly|monthly|quarterly|annual(?:ly)?)\b(?P<basis>(?:\s+\w+)?\s+basis)?"
    r"|\b(?:each|every|per)\s+(?P<unit>week|month|quarter|year)(?P<unit_basis>\s+basis)?\b",
    re.I,
)
_PROMISES = re.compile(
    r"\b(?:will|shall|to)\s+(?:be\s+)?(?:\w+\s+)?(?:produc|publish|issu|releas|post|updat)|"
    r"\b(?:is|are)\s+(?:\w+\s+)?(?:produc|publish|issu|releas|post|updat)\w+",
    re.I,
)
_ONGOING = re.compile(
    r"^\W*(?:additionally|in\s+addition|finally|also|further(?:more)?|moreover|likewise|lastly)\b", re.I
)
_POSTED = re.compile(
    r"(?:\b(?:posted|updated|published|issued|dated|as\s+of)(?:\s+on)?:?\s+|^\W*|^\W*\w+\s+\()"
    r"(?P<day>(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+\d{1,2},\s+\d{4})(?=\s*[:.)–—-]|\s*$)",
    re.I,
)
_TARGET = re.compile(r"\s\[(?:/|https?:)[^\]\s]+\]")
"""Where a document link leads, as `monitor.text` prints it behind the label."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])")
_SHORTENED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|St|Mt|Ft|U\.S|No|Mr|Ms)\.$")
_LONGEST_LABEL = 60
_EACH = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "annual"}


@dataclass(frozen=True, slots=True)
class Affected:
    """A jurisdiction that a correction takes a claim from, of which edition, and what had gone wrong."""

    edition: str
    jurisdiction: str
    how: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. `period` is of the edition it corrects, `rhythm` what it promises, `lines` where it stood."""

    kind: str
    text: str
    period: Period | None
    rhythm: str
    posted_on: str
    affects: tuple[Affected, ...]
    lines: tuple[int, ...]


def notices_in(lines: Sequence[str]) -> tuple[Notice, ...]:
    """Every notice in a page's canonical lines. A correction goes on over "Additionally" and over lists of names."""
    return tuple(_notice(kind, lines, places) for kind, places in _passages(lines))


def sentences(text: str) -> tuple[str, ...]:
    """A paragraph's sentences; "Jan. 28" and "St. Louis" do not end one."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if found and _SHORTENED.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(found)


def without_targets(line: str) -> str:
    """A line without the addresses that follow its links."""
    return straight(_TARGET.sub("", line))


def _passages(lines: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    number = 0
    while number < len(lines):
        kind = _kind(lines[number])
        places = [number]
        number += 1
        if not kind:
            continue
        bare = len(lines[places[0]]) <= _LONGEST_LABEL and (
            _LABEL.match(lines[places[0]]) or _NOTE.match(lines[places[0]])
        )
        if bare and not first_period(lines[places[0]]) and number < len(lines):
            # The label is a heading of its own.
            places.append(number)
            number += 1
        while kind == CORRECTION and number < len(lines) and _goes_on(lines[places[-1]], lines[number]):
            places.append(number)
            number += 1
        yield kind, tuple(places)


def _kind(line: str) -> str:
    if _LABEL.match(line):
        return CORRECTION
    about_report = _REPORT.search(line) is not None
    if about_report and _WRONG.search(line) and first_period(line) is not None:
        return CORRECTION
    if about_report and _SUSPENDED.search(line):
        return SUSPENSION
    if about_report and _rhythm(line):
        return CADENCE
    return OTHER if _NOTE.match(line) else ""


def _rhythm(line: str) -> str:
    """How often a report is promised: "weekly". A rhythm's name alone, as in a title, promises nothing."""
    for found in _RHYTHM.finditer(line):
        if found["basis"] or found["unit_basis"] or _PROMISES.search(line):
            return (found["each"] or _EACH[found["unit"].lower()]).lower()
    return ""


def _goes_on(before: str, line: str) -> bool:
    """Whether a line continues the correction above it: by its first word, or as an item of an announced list."""
    if _kind(line):
        return False
    if _ONGOING.match(line):
        return True
    only_a_place = len(line) <= 80 and len(places_in(line)) == 1 and not _TARGET.search(line)
    return only_a_place and (before.rstrip().endswith(":") or (len(before) <= 80 and len(places_in(before)) == 1))


def _notice(kind: str, lines: Sequence[str], places: tuple[int, ...]) -> Notice:
    text = " ".join(without_targets(lines[place]) for place in places)
    period = first_period(text)
    return Notice(
        kind=kind,
        text=text,
        period=period,
        rhythm=_rhythm(text) if kind == CADENCE else "",
        posted_on=_posted_on(text),
        affects=_affected(text, period) if kind == CORRECTION else (),
        lines=places,
    )


def _affected(text: str, period: Period | None) -> tuple[Affected, ...]:
    """Sentence by sentence; one without a period of its own goes on about the one before."""
    affected: list[Affected] = []
    how = ""
    for sentence in sentences(text):
        period = first_period(sentence) or period
        places = places_in(sentence)
        how = _how(sentence) or ("" if places and not sentence.endswith(":") else how)
        edition = period.order if period else ""
        affected += [Affected(edition, place, how or "named in the correction") for place in places]
    return tuple(dict.fromkeys(affected))


def _how(sentence: str) -> str:
    if re.search(r"\battribut|\bcredit(?:s|ed)\b|\bcount(?:s|ed)\b", sentence, re.I):
        return "issued detainers were misattributed"
    if re.search(r"\btransfer", sentence, re.I):
        return "individuals were transferred elsewhere and released there"
    if re.search(
        r"\b(?:incorrect|erroneous|mistaken|wrong)ly\s+(?:\w+\s+)?(?:issued|sent)\b|\b(?:issued|sent)\b.*\bin\s+error\b",
        sentence,
        re.I,
    ):
        return "detainers were issued there by mistake"
    return ""


def _posted_on(text: str) -> str:
    found = _POSTED.search(text)
    if found is None:
        return ""
    try:
        return datetime.strptime(straight(found["day"]), "%B %d, %Y").date().isoformat()  # noqa: DTZ007 - a day
    except ValueError:
        return ""
