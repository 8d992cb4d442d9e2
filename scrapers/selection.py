"""What a stanza selects of a page: the parts that are compared, and the lines that are not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.selection import without
from monitor.types import Source
from scrapers.extraction import own_pages


@dataclass(frozen=True, slots=True)
class Selection:
    """The parameters `include`, `exclude` and `ignore` of a page watch. It is about text: records are told whole."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What an extractor adds to its name and version: another selection is another reading of the same bytes,
        and what differs between two readings is nobody's news."""
        if self == _EVERYTHING:
            return ""
        chosen = json.dumps([self.include, self.exclude, self.ignore])
        return f"+{hashlib.sha256(chosen.encode()).hexdigest()[:8]}"

    @property
    def of_lines(self) -> Selection:
        """The part of it that means something where there is no markup."""
        return replace(self, include=(), exclude=())

    def compared(self, lines: Sequence[str]) -> tuple[str, ...]:
        """The lines without those that are ignored."""
        return without(lines, self.ignore) if self.ignore else tuple(lines)


_EVERYTHING = Selection()


def selection_of(source: Source, url: str) -> Selection:
    """What a source's stanza selects of a page. Selectors speak of the source's own pages; what is followed from there
    is laid out otherwise, and only its lines can be ignored."""
    parameters = source.parameters
    if not any(parameters.get(name) for name in ("include", "exclude", "ignore")):
        return _EVERYTHING
    selection = Selection(*(tuple(parameters.get(name, ())) for name in ("include", "exclude", "ignore")))
    return selection if url in own_pages(source) else selection.of_lines
