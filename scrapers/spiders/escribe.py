"""Watches a council on eSCRIBE: its front opens a session, its calendar is asked for year by year."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.council.agendas import AgendaPage
from scrapers.council.window import Window
from scrapers.escribe.addresses import calendar_page, calendar_url, root_of
from scrapers.escribe.parameters import Parameters
from scrapers.escribe.records import Row, day_of, is_rehearsal, key_of, page_with_items, rows_of
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_OK = 200
_QUESTION = {
    "Accept": "application/json",
    "Content-Type": "application/json; charset=utf-8",
    "X-Requested-With": "XMLHttpRequest",
}


class EscribeSpider(CouncilSpider):
    """A council's public site. See `scrapers.escribe.parameters` for what a stanza may say."""

    name = "escribe"
    parameters = Parameters
    custom_settings = {  # noqa: RUF012 - Scrapy's own declaration
        "DOWNLOADER_MIDDLEWARES": {"scrapers.escribe.session.SessionCookies": 700}
    }

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The front. Raises ConfigurationError for a stanza that cannot be used."""
        Parameters.of(watched.source)
        # Unconditional: a 304 opens no session.
        yield self.request(root_of(watched.source.url), watched, self.front, conditional=False, priority=1000)

    async def front(self, response: Response, watched: Watched) -> Any:
        """Ask for the calendar in the session that the front has opened.

        The front itself is no page: a script fills it in, and that it stands would hide a calendar that does not. What
        is no front is kept, and the calendar is asked for all the same, so that it is judged by its own answer.
        """
        if response.status == _OK:
            self.tallies[watched.source.slug].ended += 1
        else:
            await self.keep(response, watched)
        return [self._calendar_request(window, watched) for window in self.listed(watched.source).years()]

    async def calendar(self, response: Response, watched: Watched) -> Any:
        """Take a year of the calendar, and read the agendas of near meetings."""
        rows = await self.keep_rows(response, watched, rows_of)
        if rows is None:
            return []
        return list(self._agendas_of(rows, watched))

    def _agendas_of(self, rows: list[Row], watched: Watched) -> Iterator[Request]:
        source = watched.source
        parameters, root = Parameters.of(source), root_of(source.url)
        for row in rows:
            day, page = day_of(row), page_with_items(row, root)
            if page and self.is_near(day, source) and not is_rehearsal(row, parameters):
                yield self.agenda_request(page, AgendaPage(key_of(row), day), watched)

    def _calendar_request(self, window: Window, watched: Watched) -> Request:
        root = root_of(watched.source.url)
        # The names are exact: any other one is answered by 500.
        question = {"calendarStartDate": window.since.isoformat(), "calendarEndDate": window.until.isoformat()}
        return self.request(
            calendar_url(root),
            watched,
            self.calendar,
            page=calendar_page(root, window.since.year),
            conditional=False,
            headers=_QUESTION,
            method="POST",
            body=json.dumps(question),
            priority=500,
        )
