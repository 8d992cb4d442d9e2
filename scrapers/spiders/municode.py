"""Watches a council's Municode Meetings list, page by page, back to the first day of its window.

The vendor's robots.txt asks for fifteen seconds between requests, which is obeyed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.council.parameters import CouncilParameters
from scrapers.municode.addresses import page_url
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider

_PAGES_AT_MOST = 20


class MunicodeSpider(CouncilSpider):
    """A source's `url` is the list, `https://CITY-ST.municodemeetings.com/`."""

    name = "municode"
    parameters = CouncilParameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The page with the newest meetings. Raises ConfigurationError for a stanza that cannot be used."""
        CouncilParameters.of(watched.source)
        yield self._page_request(0, watched)

    async def page(self, response: Response, watched: Watched, number: int) -> Any:
        """Take one page, and go on where it offers another and has not come to the end of the window."""
        taken = await self.keep(response, watched)
        days = [record.about[:10] for record in taken.records if record.kind == "meeting"]
        first = self.listed(watched.source).since.isoformat()
        offered = any(link.role == "part" and link.label == str(number + 1) for link in taken.links)
        if not taken.verdict.believed or not offered or not days or min(days) < first:
            return []
        if number + 1 >= _PAGES_AT_MOST:
            self.tallies[watched.source.slug].unseen.append(
                f"the list goes on after {_PAGES_AT_MOST} pages; watch fewer days with days_back"
            )
            return []
        return [self._page_request(number + 1, watched)]

    def _page_request(self, number: int, watched: Watched) -> Request:
        return self.request(page_url(watched.source.url, number), watched, self.page, cb_kwargs={"number": number})
