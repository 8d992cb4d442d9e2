"""Watches a council's CivicPlus AgendaCenter: its calendar by date, and the files replaced of meetings near today.

Requests are never conditional: the ETag of these sites is the constant " ", or missing, and there is no Last-Modified,
so that a conditional request could be answered with "unchanged" for ever.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request
from scrapy.http import Response

from scrapers.civicplus.addresses import search_page, search_url
from scrapers.civicplus.parameters import Parameters
from scrapers.spiders.base import Watched, WatchSpider

_VERSIONS_AT_MOST = 40
"""Meetings whose replaced files are read in one run: five minutes at the vendor's pace."""


class CivicPlusSpider(WatchSpider):
    """A source's `url` is its AgendaCenter, wherever the city has mounted it."""

    name = "civicplus"
    parameters = Parameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The search over the whole window. Raises ConfigurationError for a stanza that cannot be used."""
        source, parameters = watched.source, Parameters.of(watched.source)
        today = self._now().astimezone(ZoneInfo(source.timezone)).date()
        first, last = today - timedelta(days=parameters.days_back), today + timedelta(days=parameters.days_ahead)
        yield self.request(
            search_url(source.url, first, last),
            watched,
            self.calendar,
            page=search_page(source.url),
            conditional=False,
            cb_kwargs={"today": today},
        )

    async def calendar(self, response: Response, watched: Watched, today: date) -> Any:
        """Take the calendar, and ask which files were replaced where it says that some were."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        parameters = Parameters.of(watched.source)
        first = (today - timedelta(days=parameters.near_back)).isoformat()
        last = (today + timedelta(days=parameters.near_ahead)).isoformat()
        near = [
            str(record.extras["previous_versions"])
            for record in sorted(taken.records, key=lambda record: record.about, reverse=True)
            if record.kind == "meeting"
            and record.extras.get("previous_versions")
            and first <= record.about[:10] <= last
        ]
        return [
            self.request(url, watched, self.look, conditional=False, needed=False) for url in near[:_VERSIONS_AT_MOST]
        ]
