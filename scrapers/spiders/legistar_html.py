"""Watches a council through Legistar's web calendar: the fallback where the Web API asks for a token.

The calendar opens with this month. Its form is then sent once for each year of the window that it offers, as a reader
does who picks a year; the form's state goes along, and no session is needed. Agendas are listed and not read: where the
Web API is open, `legistar_api` reads their items.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from monitor.types import Look, Source
from scrapers.legistar.insite import (
    NEXT_MONTH,
    calendar_page,
    form_for_next_part,
    form_for_view,
    is_calendar,
    views_offered,
)
from scrapers.legistar.insite_parameters import Parameters
from scrapers.looks import look_at
from scrapers.markup import tree_of
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_PARTS_AT_MOST = 20
"""Two thousand meetings a year."""


class LegistarHtmlSpider(CouncilSpider):
    """A source's `url` is a calendar, `https://COUNCIL.legistar.com/Calendar.aspx`."""

    name = "legistar_html"
    parameters = Parameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The calendar as it opens. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        Parameters.of(source)
        if not is_calendar(source.url):
            raise ConfigurationError(f"{source.slug}: its URL is no calendar; it should end in /Calendar.aspx.")
        # Its form is needed at every run: an answer of 304 has none.
        yield self.request(calendar_page(source.url), watched, self.opened, conditional=False)

    async def opened(self, response: Response, watched: Watched) -> Any:
        """Take the view that the calendar opens with, and ask for the others."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        look = self._look_at(response, watched)
        tree = tree_of(look)
        return [
            self._form_request(response.url, form, view, 1, watched)
            for view in self._views(views_offered(tree), watched.source)
            if (form := form_for_view(tree, view)) is not None
        ]

    async def view(self, response: Response, watched: Watched, view: str, part: int) -> Any:
        """Take one part of a view, and turn the page."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        form = form_for_next_part(tree_of(self._look_at(response, watched)))
        if form is None:
            return []
        if part >= _PARTS_AT_MOST:
            self.tallies[watched.source.slug].unseen.append(
                f'"{view}" has more than {_PARTS_AT_MOST} parts; watch fewer days with days_ahead'
            )
            return []
        return [self._form_request(response.url, form, view, part + 1, watched)]

    def _views(self, offered: tuple[str, ...], source: Source) -> list[str]:
        """Those to ask for, of those offered: the years that the window touches, or the next month."""
        if not Parameters.of(source).whole_years:
            return [NEXT_MONTH] if NEXT_MONTH in offered else []
        years = [str(window.since.year) for window in self.listed(source).years()]
        return [year for year in years if year in offered]

    def _form_request(self, url: str, form: bytes, view: str, part: int, watched: Watched) -> Request:
        return self.request(
            url,
            watched,
            self.view,
            page=calendar_page(watched.source.url, view, part),
            conditional=False,
            dont_filter=True,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            cb_kwargs={"view": view, "part": part},
            method="POST",
            body=form,
        )

    def _look_at(self, response: Response, watched: Watched) -> Look:
        return look_at(response, watched.source.url, self._now())
