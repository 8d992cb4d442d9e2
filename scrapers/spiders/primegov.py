"""Watches a council on PrimeGov: what lies ahead, this year's archive, near agendas item by item.

An agenda that is a file only is told from the one before by where its address redirects to: the name of the file bears
the time of its making. It is fetched when that name is a new one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from monitor.types import Record, Source
from monitor.url import absolute_url, canonical_url
from scrapers.council.agendas import AgendaPage
from scrapers.council.schema import Role
from scrapers.primegov.addresses import agenda_url, archived_url, document_url, root_of, upcoming_url
from scrapers.primegov.parameters import Parameters
from scrapers.primegov.records import Document, day_of, documents_in, key_of, rows_of
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_JSON = {"Accept": "application/json"}
_WHERE_ELSE = (301, 302, 303, 307, 308)


class PrimeGovSpider(CouncilSpider):
    """A council's portal. See `scrapers.primegov.parameters` for what a stanza may say."""

    name = "primegov"
    parameters = Parameters

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._stamps: dict[str, dict[str, str]] = {}
        """By source and page of a document: the name of the file that was read last."""
        self._current: dict[str, set[str]] = {}
        self._known: dict[str, frozenset[str]] = {}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The lists. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        Parameters.of(source)
        root = root_of(source.url)
        if self.intake is not None:
            self._stamps[source.slug] = dict(self.intake.checkpoint(source).get("stamps", {}))
            self._known[source.slug] = frozenset(self.intake.known_urls(source))
        yield self._list_request(upcoming_url(root), watched)
        for year in self._years(source):
            yield self._list_request(archived_url(root, year), watched)

    async def meetings(self, response: Response, watched: Watched) -> Any:
        """Take a list, and read the agendas of near meetings."""
        source = watched.source
        page = canonical_url(response.url)
        first = page != canonical_url(upcoming_url(root_of(source.url))) and page not in self._known.get(
            source.slug, ()
        )
        rows = await self.keep_rows(response, watched, rows_of, baseline=self._is_past(source) if first else False)
        if rows is None:
            return []
        return list(self._agendas_of(rows, watched))

    async def whereabouts(self, response: Response, watched: Watched, asked: str) -> Any:
        """See which file a document's address leads to, and fetch it where that is a new one."""
        location = response.headers.get("Location")
        if response.status not in _WHERE_ELSE or location is None:
            await self.keep(response, watched)
            return []
        # What stands behind the question mark is a key to the store, and another one every time.
        stamp = urlsplit(absolute_url(response.url, location.decode("latin-1"))).path
        self.tallies[watched.source.slug].ended += 1
        if self._stamps.get(watched.source.slug, {}).get(asked) == stamp:
            return []
        return [
            self.request(
                asked,
                watched,
                self.document,
                conditional=False,
                needed=False,
                dont_filter=True,
                cb_kwargs={"asked": asked, "stamp": stamp},
            )
        ]

    async def document(self, response: Response, watched: Watched, asked: str, stamp: str) -> Any:
        """Take a document, and remember which file it was. That there is one is told by the list."""
        source = watched.source
        stamps = self._stamps.setdefault(source.slug, {})
        taken = await self.keep(response, watched, baseline=asked not in stamps)
        if taken.verdict.believed and not taken.broken and self.intake is not None:
            stamps[asked] = stamp
            current = self._current[source.slug]
            kept = {page: name for page, name in stamps.items() if page in current}
            self.intake.keep_checkpoint(source, {"stamps": kept})

    def _agendas_of(self, rows: list[Mapping[str, Any]], watched: Watched) -> Iterator[Request]:
        source = watched.source
        root = root_of(source.url)
        for row in rows:
            day = day_of(row)
            if not self.is_near(day, source):
                continue
            documents = [one for one in documents_in(row) if not one.is_translation]
            agendas = [one for one in documents if one.role in (Role.AGENDA, Role.NOTICE)]
            pages = [one for one in agendas if one.has_page and one.role is Role.AGENDA]
            for document in pages:
                of = AgendaPage(key_of(row), day, len(pages))
                yield self.agenda_request(agenda_url(root, document.template), of, watched)
            for document in agendas:
                if not document.has_page and not document.link and document.output is not None:
                    yield self._whereabouts_request(document, document.output, watched)

    def _whereabouts_request(self, document: Document, output: int, watched: Watched) -> Request:
        url = canonical_url(document_url(root_of(watched.source.url), document.template, output))
        self._current.setdefault(watched.source.slug, set()).add(url)
        return self.request(
            url,
            watched,
            self.whereabouts,
            conditional=False,
            needed=False,
            meta={"dont_redirect": True},
            cb_kwargs={"asked": url},
        )

    def _list_request(self, url: str, watched: Watched) -> Request:
        return self.request(url, watched, self.meetings, conditional=False, headers=_JSON, priority=1000)

    def _years(self, source: Source) -> range:
        """Years of which some of the listed days have passed."""
        window = self.listed(source)
        return range(window.since.year, self.today(source).year + 1)

    def _is_past(self, source: Source) -> Any:
        """Whether a record of a year that was never looked at before lies before the days that are listed."""
        since = self.listed(source).since.isoformat()

        def is_past(record: Record) -> bool:
            return record.about[:10] < since

        return is_past
