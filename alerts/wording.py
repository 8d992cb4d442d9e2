"""The small words of a mail: harmless text, numbers, field names, values and times as a reader reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.types import ChangeKind

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE: Final = re.compile(
    r"[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Bidirectional overrides and characters without a shape: a title could read one way and be another."""

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")

_LONGEST_ADDRESS: Final = 2_000
"""Characters: what every browser and server takes. A longer one would be most of a mail."""

KIND_NAMES: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.LIST_PUBLISHED: "List published",
    ChangeKind.DOCUMENT_PUBLISHED: "New document",
    ChangeKind.RECORD_ADDED: "New",
    ChangeKind.RECORD_REMOVED: "Removed",
    ChangeKind.RECORD_AMENDED: "Amended",
    ChangeKind.RECORD_RENAMED: "Renamed",
    ChangeKind.PAGE_CHANGED: "Page changed",
    ChangeKind.PAGE_WITHDRAWN: "Page withdrawn",
    ChangeKind.PAGE_RETURNED: "Page is back",
    ChangeKind.PAGE_MOVED: "Page moved",
    ChangeKind.SOURCE_BLOCKED: "Cannot see: blocked",
    ChangeKind.SOURCE_BROKEN: "Cannot be read",
    ChangeKind.SOURCE_MOVED: "No longer there",
    ChangeKind.SOURCE_SILENT: "Unusually silent",
    ChangeKind.SOURCE_RECOVERED: "Seen again",
}


def harmless(text: str) -> str:
    """The text on one line without control, bidirectional and shapeless characters; spaces folded."""
    visible = _INVISIBLE.sub("", _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text)))
    return " ".join(visible.split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where there is one in the second half, marked by an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 1, 1)]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:–—-(“") + "…"


def counted(number: int, singular: str, plural: str) -> str:
    """ "1 jurisdiction", "1,206 jurisdictions"."""
    return f"{number:,} {singular if number == 1 else plural}"


def plural_of(noun: str) -> str:
    """ "press release" → "press releases", "policy" → "policies"; for record kinds, whose plural nobody gave."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def label(name: str) -> str:
    """A field's name as a label: "date_enacted" → "Date enacted"."""
    words = {"url": "address"}.get(name, harmless(name.replace("_", " ")))
    return words[:1].upper() + words[1:]


def value(fact: Any) -> str:
    """A JSON value as a reader reads it; nothing is the empty string. Dates and times are written out."""
    if fact is None:
        return ""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, Mapping):
        return "; ".join(f"{label(str(name))}: {value(part)}" for name, part in fact.items())
    if isinstance(fact, list | tuple):
        return "; ".join(filter(None, (value(part) for part in fact)))
    return written_out(harmless(str(fact)))


def holds_things(fact: Any) -> bool:
    """Whether a value is a list of things that have fields of their own."""
    return isinstance(fact, list | tuple) and any(isinstance(one, Mapping) for one in fact)


_NAMING: Final = ("name", "title", "jurisdiction")
"""Fields that say which thing it is: told first and without their own name."""


def thing(fact: Any, without: frozenset[str] = frozenset()) -> str:
    """One of several things on one line: "Franklin County, Iowa: issued detainers were misattributed"."""
    if not isinstance(fact, Mapping):
        return value(fact)
    told = {str(name): value(part) for name, part in fact.items() if name not in without and value(part)}
    leading = next((name for name in _NAMING if name in told), "")
    rest = [
        part if len(told) == 2 else f"{label(name).lower()} {part}" for name, part in told.items() if name != leading
    ]
    return ": ".join(filter(None, (told.get(leading, ""), "; ".join(rest)))) or value(fact)


def written_out(text: str) -> str:
    """An ISO date or time as Americans write it, "Monday, March 27, 2017, 5:30 PM"; any other text as it is."""
    try:
        if _ISO_DATE.fullmatch(text):
            return _day(date.fromisoformat(text))
        if _ISO_TIME.fullmatch(text):
            moment = datetime.fromisoformat(text)
            zone = f" {moment:%Z}" if moment.tzinfo else ""
            return f"{_day(moment)}, {_clock(moment)}{zone}"
    except ValueError:
        pass
    return text


def moment_in(at: datetime, zone: str) -> str:
    """ "Monday, March 27, 2017, 1:02 PM MDT (19:02 UTC)": the reader's clock, and the one that has no seasons."""
    utc = at.astimezone(UTC)
    try:
        local = at.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        local = utc
    if local.utcoffset() == utc.utcoffset():
        return f"{_day(utc)}, {utc:%H:%M} UTC"
    day = "" if local.date() == utc.date() else f"{utc:%B} {utc.day}, "
    return f"{_day(local)}, {_clock(local)} {local:%Z} ({day}{utc:%H:%M} UTC)"


def web_address(url: str) -> str:
    """The URL when a link to it is safe (http or https with a host, of a length that is one), else the empty string."""
    if len(url) > _LONGEST_ADDRESS:
        return ""
    plain = _CONTROL.sub("", _INVISIBLE.sub("", _SURROGATE.sub("", url))).strip()
    if plain != url or any(character.isspace() for character in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host and not parts.username else ""


def _day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}, {day.year}"


def _clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"
