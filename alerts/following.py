"""What a feed is about, as people ask for it, and the newest changes of an archive that belong in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from alerts.feed import MOST_ENTRIES, Chosen
from alerts.matching import matches
from monitor.errors import UsageError
from monitor.types import StoredChange
from storage import Archive
from storage.census import resolve, table

_PAGE: Final = 200
_MOST_LOOKED_AT: Final = 5_000
"""Changes that are searched for what a feed is about: a word that nobody says must not walk a whole archive."""


def chosen(archive: Archive, *, source: str = "", jurisdiction: str = "", words: Sequence[str] = ()) -> Chosen:
    """What a feed is about: one of these, or everything. `jurisdiction` is a name with its state, or a GEOID; of words
    each may be several with commas between. Raises UsageError for what there is not, and for more than one."""
    if sum(map(bool, (source, jurisdiction, words))) > 1:
        raise UsageError("A feed is of one source, one jurisdiction or some words; name one of them.")
    if source:
        status = archive.source(source)
        if status is None:
            raise UsageError(f"No source is called {source!r}; `onnotice sources --all` lists those on record.")
        return Chosen(source=source, title=status.source.title)
    if jurisdiction:
        found = table().given(jurisdiction) if jurisdiction.isdigit() else resolve(jurisdiction)
        if found is None or not found.geoid:
            raise UsageError(f"{jurisdiction!r} names no one government; `onnotice jurisdiction` lists what it may be.")
        return Chosen(geoid=found.geoid, title=f"{found.name}, {found.state}")
    return Chosen(words=tuple(word.strip() for each in words for word in each.split(",") if word.strip()))


def newest(archive: Archive, about: Chosen, most: int = MOST_ENTRIES) -> tuple[StoredChange, ...]:
    """The changes that a feed has, the newest first: at most so many, out of the newest five thousand."""
    asked = about.filter
    found: list[StoredChange] = []
    for stored in _backwards(archive, about.source):
        if matches(asked, stored):
            found.append(stored)
            if len(found) == most:
                break
    return tuple(found)


def _backwards(archive: Archive, source: str) -> Iterator[StoredChange]:
    before: StoredChange | None = None
    for _ in range(_MOST_LOOKED_AT // _PAGE):
        page = archive.newest_changes(source=source or None, before=before, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        before = page[-1]
