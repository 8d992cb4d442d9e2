"""Which source a capture belongs to: the one that it names, else the one whose pages its address is among, else the one
whose platform it is of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.types import Source
from monitor.url import canonical_url, host_of, slug_of
from onnotice.captures import Captured

if TYPE_CHECKING:
    from storage import Archive


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
        self.hints: dict[str, None] = {}
        """Sentences on captures that may be a platform's, and became page watches: how to name their source."""

    def named(self, slug: str) -> Source | None:
        """The source of that name, if it is known."""
        return self._known.get(slug)

    def of(self, url: str) -> Source | None:
        """The source that a canonical address belongs to.

        The one that names it, be it as its feed; else the one whose own address it goes on from; else the one whose
        platform `onnotice add` would recognise in it; else the only one of its host whose extractor says that it reads
        it. Those that are watched are asked first.
        """
        if url not in self._asked:
            self._asked[url] = (
                self._by_url.get(url) or self._api_of(url) or self._recognised(url) or self._only(self._claimants(url))
            )
        return self._asked[url]

    def place(self, capture: Captured) -> Source:
        """The source of a capture; where none is known a page watch of its own."""
        if capture.source:
            source = self.named(capture.source) or page_watch(capture, capture.source)
        else:
            source = self.of(capture.url) or self._page_of_its_own(capture)
        self._known.setdefault(source.slug, source)
        if self._by_url.setdefault(capture.url, source) is source:
            self._asked[capture.url] = source
        return source

    def _page_of_its_own(self, capture: Captured) -> Source:
        """A page watch, with a hint where it seems to be more than a page."""
        from scrapers.platforms import from_address

        claimants = self._claimants(capture.url)
        proposals = from_address(capture.url)
        if claimants:
            slugs = ", ".join(sorted(source.slug for source in claimants))
            self.hints[f"{capture.url} may be of any of {slugs}; name its source, or it is imported as a page."] = None
        elif proposals:
            known = f"`onnotice add {proposals[0].url}` writes its stanza"
            self.hints[f"{proposals[0].url} is {proposals[0].label}; {known}, without which a page is imported."] = None
        return page_watch(capture)

    def _api_of(self, url: str) -> Source | None:
        """The source whose own address the URL goes on from, with a query or a path, and whose extractor reads it."""
        for source in self._known.values():
            own = canonical_url(source.url)
            if url.startswith((own + "?", own + "/", own.removesuffix(".json") + "/")) and _reads(source, url):
                return source
        return None

    def _recognised(self, url: str) -> Source | None:
        """The source whose address `onnotice add` would make of this one, if its extractor reads it."""
        from scrapers.platforms import from_address

        found = (self._by_url.get(canonical_url(proposal.url)) for proposal in from_address(url))
        return next((source for source in found if source is not None and _reads(source, url)), None)

    def _claimants(self, url: str) -> list[Source]:
        near = [source for source in self._known.values() if source.spider != "page" and _is_near(source, url)]
        claiming = [source for source in near if _reads(source, url) and not _reads_alike_elsewhere(source, url)]
        watched = [source for source in claiming if source.slug in self._watched]
        return watched or claiming

    def _only(self, sources: Sequence[Source]) -> Source | None:
        return sources[0] if len(sources) == 1 else None


def page_watch(capture: Captured, slug: str = "") -> Source:
    """A watch of one page. The slug is made of the address, with a digest so that no two addresses share one.

    Raises ConfigurationError when a slug that was given may be none.
    """
    from scrapers.sources import source_from_stanza

    slug = slug or slug_of(capture.url)
    return source_from_stanza({"slug": slug, "title": capture.url, "url": capture.url}, capture.where)


def _own_pages(source: Source) -> Iterable[str]:
    feed = source.parameters.get("feed")
    return (source.url, *source.parameters.get("urls", ()), *((feed,) if isinstance(feed, str) and feed else ()))


def _is_near(source: Source, url: str) -> bool:
    """Whether an address is on the source's own host, and of its own client there, where several share one."""
    client = source.parameters.get("client")
    return host_of(source.url) == host_of(url) and (not client or f"/{client}/" in url)


def _reads(source: Source, url: str) -> bool:
    """Whether an extractor reads it that does not read any page or document there is."""
    from scrapers.extraction import DOCUMENT_READERS, find

    return find(source, url).NAME not in {*DOCUMENT_READERS, "page"}


def _reads_alike_elsewhere(source: Source, url: str) -> bool:
    """Whether the same extractor would claim any other address there is: then its claim to this one says nothing."""
    from scrapers.extraction import find

    parts = urlsplit(url)
    return find(source, f"{parts.scheme}://{parts.netloc}/-/-").NAME == find(source, url).NAME
