"""What a stanza has to do with how a page is read: the parts and lines that are compared, and its reader's parameters.

Another stanza is another reading of the same bytes: its mark goes behind the extractor's name and version, and what
differs between two readings is nobody's news.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.selection import unlike
from monitor.types import Extraction, Source
from scrapers.extraction import DOCUMENT_READERS, Extractor, own_pages
from scrapers.parameters import PageParameters


@dataclass(frozen=True, slots=True)
class Selection:
    """The parameters `include`, `exclude` and `ignore_lines` of a page watch. They are about text: records are told
    whole."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_lines: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What an extractor that heeds it adds to its name and version; nothing where nothing is selected."""
        chosen = (self.include, self.exclude, self.ignore_lines)
        return _mark(chosen) if any(chosen) else ""

    @property
    def of_lines(self) -> Selection:
        """The part of it that means something where there is no markup."""
        return replace(self, include=(), exclude=())

    def compared(self, lines: Sequence[str]) -> Sequence[int]:
        """The indexes of all lines but those that are ignored."""
        return unlike(lines, self.ignore_lines) if self.ignore_lines else range(len(lines))


_EVERYTHING = Selection()
_NAMES = ("include", "exclude", "ignore_lines")


def selection_of(source: Source, url: str) -> Selection:
    """What a source's stanza selects of a page. Selectors speak of the source's own pages; what is followed from there
    is laid out otherwise, and only its lines can be ignored."""
    parameters = source.parameters
    if not any(parameters.get(name) for name in _NAMES):
        return _EVERYTHING
    selection = Selection(*(tuple(parameters.get(name, ())) for name in _NAMES))
    return selection if url in own_pages(source) else selection.of_lines


def as_the_stanza_says(extraction: Extraction, extractor: Extractor, source: Source, url: str) -> Extraction:
    """What an extractor read, without the lines of a document that are ignored, and with the mark of the stanza.

    The reader of pages has heeded its own selection by then.
    """
    if extractor.NAME in DOCUMENT_READERS:
        selection = selection_of(source, url).of_lines
        if selection.mark:
            text = tuple(extraction.text[index] for index in selection.compared(extraction.text))
            extraction = replace(extraction, text=text)
        return _marked(extraction, selection.mark)
    model = getattr(extractor, "PARAMETERS", None)
    own = model.model_fields.keys() - PageParameters.model_fields.keys() if model is not None else ()
    said = {name: source.parameters[name] for name in sorted(own) if name in source.parameters}
    return _marked(extraction, _mark(said) if said else "")


def _marked(extraction: Extraction, mark: str) -> Extraction:
    return replace(extraction, extractor=extraction.extractor + mark) if mark else extraction


def _mark(chosen: object) -> str:
    return f"+{hashlib.sha256(json.dumps(chosen, sort_keys=True, default=str).encode()).hexdigest()[:8]}"
