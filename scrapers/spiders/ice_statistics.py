"""Follows ICE's detention statistics: the page, then every workbook that it links to."""

from __future__ import annotations

from datetime import date
from typing import Any

from scrapy.http import Response

from scrapers.detention.names import hinted_day
from scrapers.spiders.base import Watched, WatchSpider


class IceStatisticsSpider(WatchSpider):
    """One page and its workbooks. All of them are asked for every time, with validators: a file may be replaced in
    place.

    No single workbook is needed for a run to be complete.
    """

    name = "ice_statistics"

    async def look(self, response: Response, watched: Watched) -> Any:
        """The page: take the look, then follow the workbooks it links to, or linked to when it was last read.

        Those that seem older by their names are asked for first: an edition is compared with the one before it.
        """
        taken = await self.keep(response, watched, repeatable=True)
        requests = self.once_more(response, watched, taken)
        workbooks = list(dict.fromkeys(link.url for link in taken.links if link.role == "workbook"))
        oldest_first = sorted(workbooks, key=lambda url: hinted_day(url) or date.min)
        requests += [self.request(url, watched, self.look_at_workbook, needed=False) for url in oldest_first]
        return requests

    async def look_at_workbook(self, response: Response, watched: Watched) -> Any:
        """One workbook. A file that cannot be read costs that page; the next one is looked at all the same."""
        await self.keep(response, watched)
