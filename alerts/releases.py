"""The release that explains why a government was taken off a list, where the archive holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from monitor.types import Change, ChangeKind, Record
from storage import Archive

_LISTED: Final = "listed_jurisdiction"
_RELEASE: Final = "press_release"
_WITHIN: Final = timedelta(days=7)
"""Both removals of 2025 were announced on the day of the list's edit (DOJ, 2025-09-26 and 2025-10-31)."""
_REMOVAL: Final = re.compile(
    r"\b(?:remov(?:e|es|ed|al|ing)|taken off|takes? off|delist\w*|no longer\s+(?:\w+\s+){0,4}list(?:ed)?)\b",
    re.IGNORECASE,
)
_LIST: Final = re.compile(r"\b(?:list|sanctuary)\b", re.IGNORECASE)
_KINDS: Final = re.compile(
    r"^(?:(?:city and county|city|county|town|state) of )|(?: (?:city|county|co\.))$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A release that speaks of the removal: who put it out, and its title with date and address in one line."""

    publisher: str
    sentence: str


def explanation_of(change: Change, archive: Archive) -> Explanation | None:
    """The release nearest to the removal that names the government and says that it was taken off a list.

    None for any other change, and where no such release of the week before or after is in the archive.
    """
    if change.kind is not ChangeKind.RECORD_REMOVED or change.record_kind != _LISTED:
        return None
    name = _bare(change.title)
    if not name:
        return None
    naming = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    day = change.at.date()
    found = [
        (abs(day - released), publisher, record)
        for publisher, record, released in _releases(archive, day)
        if _speaks_of(record, naming)
    ]
    if not found:
        return None
    _, publisher, record = min(found, key=lambda one: (one[0], one[2].key))
    address = f" {record.url}" if record.url else ""
    return Explanation(publisher, f"{record.title} ({record.about[:10]}){address}")


def _releases(archive: Archive, day: date) -> Iterator[tuple[str, Record, date]]:
    """Releases of every publisher within a week of the day."""
    first, last = (day - _WITHIN).isoformat(), (day + _WITHIN).isoformat()
    for status in archive.sources():
        for record in archive.present_records(status.source.slug, _RELEASE, first):
            if record.about[:10] <= last:
                released = date.fromisoformat(record.about[:10])
                yield status.source.publisher or status.source.title, record, released


def _speaks_of(record: Record, naming: re.Pattern[str]) -> bool:
    """Whether one passage of the release names the government and a removal, and the release a list."""
    passages = [record.title, *str(record.facts.get("body") or "").splitlines()]
    return any(naming.search(passage) and _REMOVAL.search(passage) for passage in passages) and any(
        map(_LIST.search, passages)
    )


def _bare(title: str) -> str:
    """ "Baltimore County, MD" and "City of Nevada" as running text has them: without state and kind."""
    return _KINDS.sub("", title.partition(",")[0].strip()).strip()
