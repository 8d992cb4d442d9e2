"""Watches a council through its Granicus views: meetings to come, those held, and near agendas until they are held."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from scrapers.granicus.addresses import agenda_page, view_in, view_url
from scrapers.granicus.parameters import Parameters
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_AGENDAS_AT_MOST = 60
"""Agendas of one view that are read in one run."""


class GranicusSpider(CouncilSpider):
    """A source's `url` is a view with its number, `https://CITY.granicus.com/ViewPublisher.php?view_id=N`."""

    name = "granicus"
    parameters = Parameters

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._requested: dict[str, set[str]] = {watched.source.slug: set() for watched in self.watched}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """One request a view. Raises ConfigurationError for a stanza that cannot be used."""
        source, parameters = watched.source, Parameters.of(watched.source)
        if view_in(source.url) is None:
            raise ConfigurationError(
                f"{source.slug}: its URL names no view; add the number that the city's page links to, ?view_id=1."
            )
        for url in dict.fromkeys((source.url, *(view_url(source.url, view) for view in parameters.archives))):
            yield self.request(url, watched, self.calendar, priority=1)

    async def calendar(self, response: Response, watched: Watched) -> Any:
        """Take a view, and read the agendas of its near meetings."""
        taken = await self.keep(response, watched)
        parameters = Parameters.of(watched.source)
        if not taken.verdict.believed or taken.broken or not parameters.agendas:
            return []
        days, already = self.near(watched.source), self._requested[watched.source.slug]
        due = {
            agenda_page(str(record.extras["agenda_viewer"]), record.key): record
            for record in sorted(taken.records, key=lambda record: record.about)
            # Of a recorded meeting every attachment gets another address, and the items what was said of them.
            if record.kind == "meeting" and days.covers(record.about) and record.key not in already
            if record.extras.get("agenda_viewer") and not record.extras.get("clip")
        }
        already.update(record.key for record in due.values())
        return [
            self.request(str(due[page].extras["agenda_viewer"]), watched, self.look, page=page, needed=False)
            for page in self.in_turn(watched, f"view {view_in(response.url)}", due, _AGENDAS_AT_MOST)
        ]
