"""Watches a council on CivicWeb through its meetings service: the calendar in one answer, near agendas item by item."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.civicweb.addresses import documents_url, meetings_page, meetings_url, root_of
from scrapers.civicweb.parameters import Parameters
from scrapers.civicweb.records import day_of, key_of, rows_of
from scrapers.council.agendas import AgendaPage
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_JSON = {"Accept": "application/json"}


class CivicWebSpider(CouncilSpider):
    """A council's portal. See `scrapers.civicweb.parameters` for what a stanza may say."""

    name = "civicweb"
    parameters = Parameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The calendar. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        Parameters.of(source)
        root = root_of(source.url)
        yield self.request(
            meetings_url(root, self.listed(source)),
            watched,
            self.meetings,
            page=meetings_page(root),
            # Validators belong to one address, and this one moves with the days.
            conditional=False,
            headers=_JSON,
            priority=1000,
        )

    async def meetings(self, response: Response, watched: Watched) -> Any:
        """Take the calendar, and read the published agendas of near meetings."""
        source = watched.source
        rows = await self.keep_rows(response, watched, rows_of)
        if rows is None:
            return []
        root = root_of(source.url)
        return [
            self.agenda_request(
                documents_url(root, key_of(row)), AgendaPage(key_of(row), day_of(row)), watched, headers=_JSON
            )
            for row in rows
            if row.get("Published") is True and self.is_near(day_of(row), source)
        ]
