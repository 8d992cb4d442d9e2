"""Watches a council on CivicClerk through the API of its portal: the calendar to its end, near agendas item by item."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from monitor.types import Source
from scrapers.civicclerk.addresses import agenda_url, api_of, events_page, events_url, portal_of
from scrapers.civicclerk.answers import Row, day_of, next_link, rows_of
from scrapers.civicclerk.parameters import Parameters
from scrapers.civicclerk.records import has_agenda, is_listed, key_of
from scrapers.council.agendas import AgendaPage
from scrapers.json_answers import whole_number
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

MOST_PARTS = 200
"""Answers that a calendar may come in; a server that links on for ever is not followed for ever."""


class CivicClerkSpider(CouncilSpider):
    """A council's portal. See `scrapers.civicclerk.parameters` for what a stanza may say."""

    name = "civicclerk"
    parameters = Parameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The calendar. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        parameters = Parameters.of(source)
        yield self._events_request(events_url(api_of(source), self.listed(source), parameters.categories), 1, watched)

    async def events(self, response: Response, watched: Watched, part: int) -> Any:
        """Take a part of the calendar, go on to the next, and read the agendas of near meetings."""
        rows = await self.keep_rows(response, watched, rows_of)
        if rows is None:
            return []
        return [*self._next(response, part, watched), *self._agendas_of(rows, watched)]

    def _next(self, response: Response, part: int, watched: Watched) -> Iterator[Request]:
        source = watched.source
        link = next_link(response.body)
        if not link:
            return
        try:
            url = urljoin(response.url, link)
            elsewhere = urlsplit(url).netloc.lower() != urlsplit(api_of(source)).netloc.lower()
        except ValueError:
            url, elsewhere = link, True
        if elsewhere:
            problem = f"the calendar goes on at {url}, which is not the API's own address; name that in parameters.api"
        elif part >= MOST_PARTS:
            problem = f"the calendar goes on after {part} parts; list fewer days, or some of its categories"
        else:
            yield self._events_request(url, part + 1, watched)
            return
        self.tallies[source.slug].unseen.append(problem)

    def _agendas_of(self, rows: list[Row], watched: Watched) -> Iterator[Request]:
        source = watched.source
        for row in rows:
            day = day_of(row)
            if is_listed(row) and has_agenda(row) and self.is_near(day, source):
                url = agenda_url(api_of(source), whole_number(row["agendaId"]))
                yield self.agenda_request(url, AgendaPage(key_of(row), day), watched, headers=_as_portal(source))

    def _events_request(self, url: str, part: int, watched: Watched) -> Request:
        return self.request(
            url,
            watched,
            self.events,
            page=events_page(api_of(watched.source), part),
            # Validators belong to one address, and this one moves with the days.
            conditional=False,
            headers=_as_portal(watched.source),
            cb_kwargs={"part": part},
            priority=1000,
        )


def _as_portal(source: Source) -> Mapping[str, str]:
    """Some stacks answer nobody who does not say which portal the question belongs to."""
    portal = portal_of(source)
    return {"Accept": "application/json", "Origin": portal, "Referer": f"{portal}/"}
