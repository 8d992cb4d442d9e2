"""What the label of a meeting's document says: the day, the hour, the body, and what the document is.

Strict: dates in the few forms that clerks print, each with its year; what is not certain is left open and not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from scrapers.council.schema import Role

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_NAME = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DATES = (
    re.compile(rf"\b{_DAY_NAME}(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d\d)\b", re.I),
    re.compile(rf"\b{_DAY_NAME}(?P<d>\d{{1,2}})\s+(?P<m>{_MONTH})\.?,?\s+(?P<y>(?:19|20)\d\d)\b", re.I),
    re.compile(r"(?<![\d/.-])(?P<m>\d{1,2})(?P<s>[/.-])(?P<d>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d|\d\d)(?![\d/]|[.-]\d)"),
    re.compile(r"(?<![\d/.-])(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])"),
)
"""American order. Two digits of a year are of this century."""
_CLOCK = r"(?<![\d:])\d{1,2}(?::\d\d){0,2}\s*[ap]\.?\s?m\b\.?"
_TIME = re.compile(rf"(?:\b(?:at|from)\s+)?(?P<t>{_CLOCK})(?:\s*(?:-|–|to)\s*{_CLOCK})?", re.IGNORECASE)
_SECONDS = re.compile(r"(?<=:\d\d):\d\d")
_STAMP = re.compile(rf"\s*(?:at\s+)?{_CLOCK}", re.IGNORECASE)
"""The hour behind a day that is of something else."""
_NOT_A_MEETING_S_DAY = re.compile(
    r"\b(?:updated?|posted|revised|modified|published|effective|adopted|approved|amended|as of|through|thru|until"
    r"|between|deadline|due|expires?|last|copyright)(?:\s+(?:on|by))?[\s:–—-]*$",
    re.IGNORECASE,
)
"""Right before a date they make it the day of something else."""
_ROLES = (
    (Role.NOTICE, r"cancell?(?:ed|ation)|notice|postponed"),
    (Role.MINUTES, r"minutes|action summary|summary of actions"),
    (Role.PACKET, r"packet|back ?up|full agenda|agenda package|supporting (?:documents|materials)"),
    (Role.AGENDA, r"agenda"),
    (Role.VIDEO, r"video|recording|watch"),
    (Role.STAFF_REPORT, r"staff report|council memo(?:randum)?"),
    (Role.EXHIBIT, r"exhibits?|attachments?|presentations?"),
)
_ROLE_RULES = tuple((role, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for role, words in _ROLES)
_REVISION = re.compile(
    r"\b(?:re-?revised|revised|revision|amended|corrected|updated?|final|draft|new|supplemental|rev\.?)\b",
    re.IGNORECASE,
)
_FORMATS = re.compile(
    r"\(?\b(?:pdf|docx?|html?|word|documents?|download|view|icon|opens? in (?:a )?new (?:window|tab))\b\)?",
    re.IGNORECASE,
)
_SIZES = re.compile(r"\(?\b\d+(?:\.\d+)?\s*[km]b\b\)?", re.IGNORECASE)
_GATHERING = re.compile(
    r"\b(?:council|commission|board|committee|authority|district|session|meeting|workshop|hearing|retreat|caucus)\b",
    re.I,
)
_DANGLING = re.compile(r"\b(?:of|for|on|at|the|and|from)$|^(?:(?:for|of|the)\s+)+", re.IGNORECASE)
_SMALL_WORDS = frozenset({"of", "and", "the", "for", "on", "with", "in", "a", "regular", "special", "study", "work"})
_A_PLACE = re.compile(r"\b(?:rooms?|hall|chambers?|floor|building|center|street|avenue|via|zoom)\b", re.IGNORECASE)
_OF_A_DISTRICT = re.compile(r"\b(?:district|ward|area|region|no\.?|number)\s+\d{1,3}\b", re.IGNORECASE)
_EDGES = " \t-–—:;,.|/()[]_*&"


@dataclass(frozen=True, slots=True)
class Label:
    """What one label, or one heading, says. `rest` is what is left when all of that is taken out."""

    day: date | None = None
    time: str = ""
    role: Role = Role.OTHER
    body: str = ""
    rest: str = ""


def label_of(text: str) -> Label:
    """Read a label. A label of two different days has none; one that says when it was posted neither."""
    days, plain = _days_in(text)
    timed = _TIME.search(plain)
    plain = _TIME.sub(" ", plain)
    role = next((role for role, rule in _ROLE_RULES if rule.search(plain)), Role.OTHER)
    rest = plain
    for rule in (_FORMATS, _SIZES):
        rest = rule.sub(" ", rest)
    rest = _tidy(rest)
    return Label(
        day=next(iter(days)) if len(days) == 1 else None,
        time=_SECONDS.sub("", timed["t"]) if timed else "",
        role=role,
        body=_body(rest),
        rest=rest,
    )


def label_of_row(text: str) -> Label:
    """Read a table row: the day and the hour wherever they stand, the body from a cell that says nothing else."""
    whole = label_of(text.replace("|", " "))
    cells = [label_of(cell) for cell in text.split("|")]
    body = next((cell.body for cell in cells if cell.body and _is_all(cell.body, cell.rest)), "")
    return Label(whole.day, next((cell.time for cell in cells if cell.time), ""), whole.role, body, whole.rest)


def _is_all(body: str, rest: str) -> bool:
    return len(rest) <= len(body) + 24


def is_heading_of_a_meeting(text: str) -> bool:
    """Whether a line is a day, with or without an hour and the body that meets, and nothing else."""
    label = label_of(text)
    said = _tidy(_DANGLING.sub("", label.rest))
    return (
        label.day is not None and len(text) <= 160 and (not said or said == label.body or _is_called_off(said, label))
    )


def _is_called_off(said: str, label: Label) -> bool:
    """A heading may say besides that the meeting does not take place."""
    return label.role is Role.NOTICE and len(said) <= len(label.body) + 20


def without_revision(text: str) -> str:
    """The words that stay when a document is replaced: "REVISED Agenda" is the agenda."""
    return _tidy(_REVISION.sub(" ", text))


def _days_in(text: str) -> tuple[set[date], str]:
    """The days that a text names, and the text without them."""
    days: set[date] = set()
    for rule in _DATES:
        left: list[str] = []
        place = 0
        for match in rule.finditer(text):
            before, place = text[place : match.start()], match.end()
            left.append(_NOT_A_MEETING_S_DAY.sub("", before))
            if left[-1] == before:
                days |= {day} if (day := _date(match)) else set()
            elif stamp := _STAMP.match(text, place):
                place = stamp.end()
        text = " ".join([*left, text[place:]])
    return days, text


def _date(match: re.Match[str]) -> date | None:
    month = _MONTHS.get(match["m"].lower()) or int(match["m"] if match["m"].isdigit() else 0)
    year = int(match["y"])
    try:
        return date(year if year > 99 else 2000 + year, month, int(match["d"]))
    except ValueError:
        return None


def _body(rest: str) -> str:
    """Who meets, or how the meeting is called; empty where nothing names either."""
    words = without_revision(rest)
    for _, rule in _ROLE_RULES:
        words = rule.sub(" ", words)
    words = _tidy(_DANGLING.sub("", _tidy(words)))
    return words if _GATHERING.search(words) and len(words) <= 100 and _is_name(words) else ""


def _is_name(words: str) -> bool:
    """Whether it is written as a name is: "Council adopted the budget" is a sentence, an address has a number, and a
    committee room is a room."""
    if _A_PLACE.search(words) or re.search(r"\d", _OF_A_DISTRICT.sub("", words)):
        return False
    return all(
        word in _SMALL_WORDS or not word[:1].islower() or _GATHERING.fullmatch(word)
        for word in re.findall(r"\w+", words)
    )


def _tidy(text: str) -> str:
    return re.sub(r"\(\s*\)|\s+", " ", text).strip(_EDGES)
