"""Follows ICE's Declined Detainer Outcome Report: its page, then every report that the page links to."""

from __future__ import annotations

from typing import Any

from scrapy.http import Response

from scrapers.spiders.base import Watched, WatchSpider


class IceDetainersSpider(WatchSpider):
    """One page and its PDFs. All of them are asked for every time, with validators: a file may be replaced in place.

    No single report is needed for a run to be complete: one that can never be read must not keep the others untold.
    """

    name = "ice_detainers"

    async def look(self, response: Response, watched: Watched) -> Any:
        """The report's page: take the look, then follow the reports it links to, or linked to when it was last read."""
        taken = await self.keep(response, watched, repeatable=True)
        requests = self.once_more(response, watched, taken)
        reports = dict.fromkeys(link.url for link in taken.links if link.role == "report")
        requests += [self.request(url, watched, self.look_at_report, needed=False) for url in reports]
        return requests

    async def look_at_report(self, response: Response, watched: Watched) -> Any:
        """One report. A file that cannot be read costs that page; the next one is looked at all the same."""
        await self.keep(response, watched)
