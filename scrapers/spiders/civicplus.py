"""Watches a council's CivicPlus AgendaCenter: its calendar by date, and the files replaced of meetings near today.

Requests are never conditional: the ETag of these sites is the constant " ", or missing, and there is no Last-Modified,
so that a conditional request could be answered with "unchanged" for ever.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.civicplus.addresses import search_page, search_url
from scrapers.civicplus.parameters import Parameters
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_VERSIONS_AT_MOST = 40
"""Meetings whose replaced files are read in one run: five minutes at the vendor's pace."""


class CivicPlusSpider(CouncilSpider):
    """A source's `url` is its AgendaCenter, wherever the city has mounted it."""

    name = "civicplus"
    parameters = Parameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The search over the whole window. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        Parameters.of(source)
        url = search_url(source.url, self.listed(source))
        yield self.request(url, watched, self.calendar, page=search_page(source.url), conditional=False)

    async def calendar(self, response: Response, watched: Watched) -> Any:
        """Take the calendar, and ask which files were replaced where it says that some were."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        days = self.near(watched.source)
        near = [
            str(record.extras["previous_versions"])
            for record in sorted(taken.records, key=lambda record: record.about, reverse=True)
            if record.kind == "meeting" and record.extras.get("previous_versions") and days.covers(record.about)
        ]
        return [
            self.request(url, watched, self.look, conditional=False, needed=False)
            for url in self.in_turn(watched, "versions", near, _VERSIONS_AT_MOST)
        ]
