"""What a selection would have hidden: the changes that were kept of a page, compared once more by what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor import noise
from monitor.errors import UsageError
from monitor.types import ChangeKind, Extraction, Learning, Source, StoredChange
from scrapers.extraction import find
from scrapers.reader import extracted
from scrapers.selection import selection_of

if TYPE_CHECKING:
    from storage import Archive


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What a selection means for what is known of a source."""

    considered: int
    """Changes of texts that were kept: those of records are hidden by nothing."""
    hidden: tuple[StoredChange, ...]
    """Those among them of which nothing would have been left."""
    takes: int
    """Lines that it takes from the page as it was last seen."""


async def look_back(archive: Archive, source: Source, chosen: Source, url: str) -> Hindsight:
    """Compare the past of a source as `chosen`, the same source with the selection in question, would have.

    Raises UsageError where the selection leaves nothing of the page, or is not heeded by what reads it.
    """
    reading = _Readings(archive, source, chosen)
    takes = await _taken(archive, reading, url)
    changes = archive.changes(source=source.slug, kind=ChangeKind.PAGE_CHANGED.value)
    considered = [stored for stored in changes if stored.snapshot_before and stored.snapshot_after]
    hidden = [stored for stored in considered if await reading.hides(stored)]
    return Hindsight(len(considered), tuple(hidden), takes)


async def _taken(archive: Archive, reading: _Readings, url: str) -> int:
    page = archive.page_state(reading.source, url)
    if not page.snapshot_number:
        return 0
    now = await reading.read(reading.chosen, url, page.snapshot_number)
    if isinstance(now, str):
        raise UsageError(f"{now.rstrip('.')}. Nothing was written.")
    if not now.extractor.endswith(selection_of(reading.chosen, url).mark):
        raise UsageError(
            f"{url} is read as records ({now.extractor}), which are told whole; choose by subscription who is told of"
            " them. Nothing was written."
        )
    before = await reading.read(reading.source, url, page.snapshot_number)
    return 0 if isinstance(before, str) else len(before.text) - len(now.text)


@dataclass(slots=True)
class _Readings:
    """Versions as they read with one selection and the other; each is read once."""

    archive: Archive
    source: Source
    chosen: Source
    _newest: dict[tuple[bool, str], tuple[int, Extraction | str]] = field(default_factory=dict)

    async def hides(self, stored: StoredChange) -> bool:
        """Whether nothing would have been left of a change, that would be there without the selection."""
        return await self._differs(self.source, stored) and not await self._differs(self.chosen, stored)

    async def read(self, source: Source, url: str, number: int) -> Extraction | str:
        """A version of a page as a source's stanza has it read; a sentence where it cannot be read so."""
        place = (source is self.chosen, url)
        if place in self._newest and self._newest[place][0] == number:
            return self._newest[place][1]
        look = self.archive.look_shown(self.archive.page_state(self.source, url), number)
        if look is None:
            found: Extraction | str = "no body is kept"
        else:
            extraction, broken = await extracted(find(source, url, look.body or b""), look, source)
            found = extraction or broken
        self._newest[place] = (number, found)
        return found

    async def _differs(self, source: Source, stored: StoredChange) -> bool:
        url, at = stored.change.url, stored.change.at
        before = await self.read(source, url, stored.snapshot_before or 0)
        after = await self.read(source, url, stored.snapshot_after or 0)
        return bool(noise.compare(_text(before), _text(after), Learning(), at).hunks)


def _text(reading: Extraction | str) -> Sequence[str]:
    """Where nothing was left, nothing would have been compared."""
    return () if isinstance(reading, str) else reading.text
