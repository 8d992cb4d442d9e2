"""What was asked: the parts of an address and its query, taken as whatever a stranger may type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode
from zoneinfo import ZoneInfo

from alerts.wording import cut, harmless
from onnotice.web.answers import NotThere, NotUnderstood

_LARGEST_NUMBER = 2**63 - 1
"""What SQLite has as an integer."""

_MOST_FIELDS = 40
_LONGEST_TEXT = 500
"""Characters of one value: the longest search that anybody types, and more."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Query:
    """The part of an address behind the question mark. Of a name that is given twice the last value counts."""

    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises NotUnderstood for more fields, or longer ones, than any form of ours has."""
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
        except ValueError:
            raise NotUnderstood("The address has more fields than any page here asks for.") from None
        return cls({name: value.replace("\x00", " ").strip() for name, value in pairs})

    def text(self, name: str, most: int = _LONGEST_TEXT) -> str:
        """A value, empty where none is given. Raises NotUnderstood when it is longer than `most`."""
        value = self.values.get(name, "")
        if len(value) > most:
            raise NotUnderstood(f"“{name}” has {len(value):,} characters; at most {most} can be looked for.")
        return value

    def one_of(self, name: str, allowed: Mapping[str, str]) -> str:
        """A value that must be one of these, or empty."""
        value = self.text(name)
        if value and value not in allowed:
            raise NotUnderstood(f"“{shown(value)}” is no {name} that is known here.")
        return value

    def number(self, name: str) -> int | None:
        """A whole number from 1; None where none is given."""
        value = self.text(name)
        return whole_number(value, name) if value else None

    def moment(self, name: str, zone: str = "UTC", *, end_of_day: bool = False) -> datetime | None:
        """A day, or a time with its zone; None where none is given. A day is its first moment in `zone`, with
        `end_of_day` its last. Raises NotUnderstood."""
        value = self.text(name)
        if not value:
            return None
        try:
            if _DAY.fullmatch(value):
                day = date.fromisoformat(value)
                first = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
                parsed = first + timedelta(days=1, microseconds=-1) if end_of_day else first
            else:
                parsed = datetime.fromisoformat(value.replace(" ", "+"))
            return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise NotUnderstood(
                f"“{shown(value)}” is no date; write 2017-03-20, or 2017-03-20T14:00Z for a time."
            ) from None

    def with_only(self, **changed: str | int | None) -> str:
        """A query of the values that there are with some set, or with None left out; with its question mark."""
        kept = {**self.values, **changed}
        pairs = {name: value for name, value in kept.items() if value not in (None, "")}
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as far as a view needs it."""

    path: str
    parts: Mapping[str, str]
    """What the route's pattern named in the path, decoded."""
    query: Query
    now: datetime
    address: str
    """Where the pages are served, without a slash at its end: what permanent addresses begin with."""
    actor: Mapping[str, Any] | None = None
    """Who is signed in; None for anybody."""

    def number(self, name: str = "number") -> int:
        """A number in the path. Raises NotThere: an address that is no number leads nowhere."""
        try:
            return whole_number(self.parts[name], name)
        except NotUnderstood as unknown:
            raise NotThere(str(unknown)) from None


def whole_number(text: str, name: str) -> int:
    """A number from 1 that the archive could hold. Raises NotUnderstood."""
    if not re.fullmatch(r"[0-9]{1,19}", text, re.ASCII) or not 0 < int(text) <= _LARGEST_NUMBER:
        raise NotUnderstood(f"“{shown(text)}” is no {name}; it is a whole number, such as 12.")
    return int(text)


def decoded(part: str) -> str:
    """A part of a path as it was meant. Bytes that are no UTF-8 become replacement characters."""
    return unquote(part, errors="replace").replace("\x00", " ")


def shown(text: str) -> str:
    """What somebody typed, short and harmless, to be quoted back."""
    return cut(harmless(text), 60)
