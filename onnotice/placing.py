"""Which source a capture belongs to: the one that it names, else the one whose pages its address is among."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from monitor.types import Source
from monitor.url import canonical_url, host_of, slug_of
from onnotice.captures import Captured

if TYPE_CHECKING:
    from storage import Archive

_GENERIC = ("page", "pdf")
"""Extractors that read any page, and so tell nothing about whose it is."""


class Places:
    """The sources that are watched, on record, or shipped, and the pages that are theirs."""

    def __init__(self, archive: Archive, watched: Sequence[Source], *, shipped_too: bool = True) -> None:
        from scrapers.sources import shipped

        known = {source.slug: source for source in shipped().values()} if shipped_too else {}
        known |= {status.source.slug: status.source for status in archive.sources()}
        known |= {source.slug: source for source in watched}
        self._known = known
        self._watched = [source.slug for source in watched]
        self._by_url = {canonical_url(url): source for source in known.values() for url in _own_pages(source)}
        self._asked: dict[str, Source | None] = {}

    def named(self, slug: str) -> Source | None:
        """The source of that name, if it is known."""
        return self._known.get(slug)

    def of(self, url: str) -> Source | None:
        """The source that a canonical address belongs to.

        The one that names it, else the one whose own address it goes on from, else the only one of its host whose
        extractor says that it reads it; those that are watched are asked first.
        """
        if url not in self._asked:
            self._asked[url] = self._by_url.get(url) or self._api_of(url) or self._claimant_of(url)
        return self._asked[url]

    def place(self, capture: Captured) -> Source:
        """The source of a capture; where none is known a page watch of its own."""
        if capture.source:
            source = self.named(capture.source) or page_watch(capture, capture.source)
        else:
            source = self.of(capture.url) or page_watch(capture)
        self._known.setdefault(source.slug, source)
        if self._by_url.setdefault(capture.url, source) is source:
            self._asked[capture.url] = source
        return source

    def _api_of(self, url: str) -> Source | None:
        """The source whose own address the URL goes on from, with a query or a path, and whose extractor reads it."""
        for source in self._known.values():
            own = canonical_url(source.url)
            if url.startswith((own + "?", own + "/")) and _reads(source, url):
                return source
        return None

    def _claimant_of(self, url: str) -> Source | None:
        near = [source for source in self._known.values() if source.spider != "page" and _is_near(source, url)]
        claiming = [source for source in near if _reads(source, url)]
        watched = [source for source in claiming if source.slug in self._watched]
        found = watched or claiming
        return found[0] if len(found) == 1 else None


def page_watch(capture: Captured, slug: str = "") -> Source:
    """A watch of one page. The slug is made of the address, with a digest so that no two addresses share one.

    Raises ConfigurationError when a slug that was given may be none.
    """
    from scrapers.sources import source_from_stanza

    slug = slug or slug_of(capture.url)
    return source_from_stanza({"slug": slug, "title": capture.url, "url": capture.url}, capture.where)


def _own_pages(source: Source) -> Iterable[str]:
    return (source.url, *source.parameters.get("urls", ()))


def _is_near(source: Source, url: str) -> bool:
    """Whether an address is on the source's own host, and of its own client there, where several share one."""
    client = source.parameters.get("client")
    return host_of(source.url) == host_of(url) and (not client or f"/{client}/" in url)


def _reads(source: Source, url: str) -> bool:
    from scrapers.extraction import find

    return find(source, url).NAME not in _GENERIC
