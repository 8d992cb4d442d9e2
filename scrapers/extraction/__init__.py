"""Pure readers of stored bodies. A module here with `claims` and `extract` is an extractor; none is registered."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from monitor.errors import ConfigurationError
from monitor.types import Extraction, Look, Source
from monitor.url import canonical_url
from scrapers import spiders as _spiders
from scrapers.document_forms import document_form

_LAST = "page"
"""Reads any page, so it is asked when nobody else claims one."""
DOCUMENT_READERS = frozenset({"pdf", "docx", "pptx", "workbook"})
"""Extractors that read a document of one form as text."""
_OF_TEXT = DOCUMENT_READERS | {"agenda_pdf", _LAST}
"""Extractors of no particular layout. Which of them reads a body its own bytes say: attachments lie under addresses
without a suffix, and a Word document under one that ends in ".pdf"."""


class Extractor(Protocol):
    """What a module in this package offers. `extract` is pure over the look's body, media type, URL and time.

    It raises ExtractionError when a believed body holds nothing that it can read. A module that feeds a body to
    native code may say `BOUNDED = True`: it is then run in a child process with limits.

    One with `PARAMETERS`, a class derived from `scrapers.parameters.PageParameters`, can be chosen by a page watch:
    `extract = "table"` under `[source.parameters]`, its own parameters beside it. It then reads the source's own
    pages, whatever the others claim, and validates its part by `PARAMETERS.of(source)`.
    """

    @property
    def NAME(self) -> str: ...

    @property
    def VERSION(self) -> int:
        """Raised whenever the same body would read differently."""

    @property
    def READS(self) -> str:
        """The media family it expects: "html", "json", "pdf", "office" (xlsx, docx and their like) or "any"."""

    def claims(self, source: Source, url: str) -> bool: ...

    def extract(self, look: Look, source: Source) -> Extraction: ...


def find(source: Source, url: str, body: bytes = b"") -> Extractor:
    """The extractor for a page of a source: the one that its stanza chooses for its own pages, else the first, by name,
    that claims it, and the generic one where none does. Where only a reader of text does, the body, if it is given and
    is a document, is read by the one of its form.

    Raises ConfigurationError where the stanza chooses one that there is not.
    """
    if source.parameters.get("extract") and url in own_pages(source):
        chosen = choice_of(source)
        assert chosen is not None
        return chosen
    claimed = next(extractor for extractor in readers_for(source.spider) if extractor.claims(source, url))
    form = document_form(body) if claimed.NAME in _OF_TEXT else ""
    return claimed if form in ("", claimed.NAME, claimed.READS) else _of_name(form)


def choice_of(source: Source) -> Extractor | None:
    """The extractor that a source's stanza chooses, None where it chooses none. Raises ConfigurationError."""
    name = source.parameters.get("extract")
    if not name:
        return None
    for extractor in extractors():
        if name == extractor.NAME and hasattr(extractor, "PARAMETERS"):
            return extractor
    known = ", ".join(sorted(extractor.NAME for extractor in extractors() if hasattr(extractor, "PARAMETERS")))
    raise ConfigurationError(f'{source.slug}: no extractor is called "{name}"; choose one of: {known}.')


def _of_name(name: str) -> Extractor:
    return next(extractor for extractor in extractors() if name == extractor.NAME)


def own_pages(source: Source) -> frozenset[str]:
    """Canonical addresses that the source's stanza names: its own and those in `urls`."""
    return frozenset(canonical_url(url) for url in (source.url, *source.parameters.get("urls", ())))


@cache
def extractors() -> tuple[Extractor, ...]:
    """Every module of this package that extracts, by name, the generic one last."""
    return tuple(extractor for name in _names() if (extractor := _module(name)) is not None)


@cache
def readers_for(spider: str) -> tuple[Extractor, ...]:
    """The extractors that may claim a page of a spider's sources, by name, the generic one last.

    A module that is called after a spider, as "civicclerk_agenda" is, reads its family's sources and no others. So a
    poll of plain pages imports half of them: the rest take as long as fetching five hundred pages.
    """
    family = _family(spider)
    if family not in map(_family, _names()):
        return extractors()
    spiders = {_family(module.name) for module in pkgutil.iter_modules(_spiders.__path__)} - {_LAST, family}
    names = (name for name in _names() if _family(name) not in spiders)
    return tuple(extractor for name in names if (extractor := _module(name)) is not None)


@cache
def _names() -> tuple[str, ...]:
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(names, key=lambda name: (name == _LAST, name)))


@cache
def _module(name: str) -> Extractor | None:
    module = import_module(f"{__name__}.{name}")
    return cast("Extractor", module) if hasattr(module, "extract") else None


def _family(name: str) -> str:
    return name.partition("_")[0]
