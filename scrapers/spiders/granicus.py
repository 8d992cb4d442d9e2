"""Watches a council through its Granicus views: meetings to come, those held, and near agendas until they are held."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from monitor.types import Record
from scrapers.granicus.addresses import agenda_page, view_in, view_url
from scrapers.granicus.parameters import Parameters
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_AGENDAS_AT_MOST = 60
"""Agendas read in one run."""


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
        requests = []
        for record in sorted(taken.records, key=lambda record: record.about):
            near = record.kind == "meeting" and days.covers(record.about)
            # Of a recorded meeting every attachment gets another address, and the items what was said of them.
            due = near and record.extras.get("agenda_viewer") and not record.extras.get("clip")
            if due and record.key not in already and len(already) < _AGENDAS_AT_MOST:
                already.add(record.key)
                requests.append(self._agenda_request(record, watched))
        return requests

    def _agenda_request(self, meeting: Record, watched: Watched) -> Request:
        viewer = str(meeting.extras["agenda_viewer"])
        return self.request(viewer, watched, self.look, page=agenda_page(viewer, meeting.key), needed=False)
