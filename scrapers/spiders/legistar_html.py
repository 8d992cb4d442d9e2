"""Watches a council through Legistar's web calendar: the fallback where the Web API asks for a token.

The calendar opens with this month. Its form is then sent once for each year of the window that it offers, as a reader
does who picks a year; the form's state goes along, and no session is needed. Of near meetings the details are read with
their items; papers of single matters are the Web API's alone (`legistar_api`), and stand here on each matter's page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from monitor.types import Look, Record, Source
from scrapers.council.agendas import AgendaPage
from scrapers.legistar.insite import (
    NEXT_MONTH,
    calendar_page,
    form_for_next_part,
    form_for_view,
    is_calendar,
    views_offered,
)
from scrapers.legistar.insite_agenda import details_page, shows_details
from scrapers.legistar.insite_parameters import Parameters
from scrapers.looks import look_at
from scrapers.markup import tree_of
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_PARTS_AT_MOST = 20
"""Two thousand meetings a year, and as many items of one meeting."""


class LegistarHtmlSpider(CouncilSpider):
    """A source's `url` is a calendar, `https://COUNCIL.legistar.com/Calendar.aspx`."""

    name = "legistar_html"
    parameters = Parameters

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._first: set[str] = set()
        """Sources of which no agenda was read before: what stands on those that are read in this run is no news."""

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The calendar as it opens. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        Parameters.of(source)
        if not is_calendar(source.url):
            raise ConfigurationError(f"{source.slug}: its URL is no calendar; it should end in /Calendar.aspx.")
        if not self.checkpoint(source).get("agendas"):
            self._first.add(source.slug)
            self.remember(source, agendas=True)
        # Its form is needed at every run: an answer of 304 has none.
        yield self.request(calendar_page(source.url), watched, self.opened, conditional=False)

    async def opened(self, response: Response, watched: Watched) -> Any:
        """Take the view that the calendar opens with, and ask for the others."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        look = self._look_at(response, watched)
        tree = tree_of(look)
        views = [
            self._form_request(response.url, form, view, 1, watched)
            for view in self._views(views_offered(tree), watched.source)
            if (form := form_for_view(tree, view)) is not None
        ]
        return [*views, *self._details_of(taken.records, watched)]

    async def view(self, response: Response, watched: Watched, view: str, part: int) -> Any:
        """Take one part of a view, and turn the page."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        details = self._details_of(taken.records, watched)
        form = form_for_next_part(tree_of(self._look_at(response, watched)))
        if form is None:
            return details
        if part >= _PARTS_AT_MOST:
            self.tallies[watched.source.slug].unseen.append(
                f'"{view}" has more than {_PARTS_AT_MOST} parts; watch fewer days with days_ahead'
            )
            return details
        return [self._form_request(response.url, form, view, part + 1, watched), *details]

    async def details(self, response: Response, watched: Watched, of: AgendaPage, url: str, part: int) -> Any:
        """Take one meeting's details, and turn the page where there are more than a hundred items."""
        first = watched.source.slug in self._first
        if not await self.keep_agenda(response, watched, baseline=first) or part >= _PARTS_AT_MOST:
            return []
        form = form_for_next_part(tree_of(self._look_at(response, watched)))
        if form is None:
            return []
        page = details_page(of.known_as(url), part + 1)
        arguments = {"of": of, "url": url, "part": part + 1}
        return [
            self.request_on(
                of.day,
                response.url,
                watched,
                self.details,
                page=page,
                conditional=False,
                cb_kwargs=arguments,
                **_sent(form),
            )
        ]

    def _details_of(self, records: Iterable[Record], watched: Watched) -> Iterator[Request]:
        """Requests for the details of near meetings that have a page of their own."""
        for record in records:
            day = date.fromisoformat(record.about[:10]) if record.kind == "meeting" and record.about else None
            if self.is_near(day, watched.source) and shows_details(record.url):
                of = AgendaPage(record.key, day)
                arguments = {"of": of, "url": record.url, "part": 1}
                yield self.request_on(
                    day,
                    record.url,
                    watched,
                    self.details,
                    page=of.known_as(record.url),
                    conditional=False,
                    cb_kwargs=arguments,
                )

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
            cb_kwargs={"view": view, "part": part},
            **_sent(form),
        )

    def _look_at(self, response: Response, watched: Watched) -> Look:
        return look_at(response, watched.source.url, self._now())


def _sent(form: bytes) -> dict[str, Any]:
    """What a request needs to send a form."""
    return {"method": "POST", "body": form, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
