"""Watches a council's IQM2 calendar, a page a year, until the vendor ends the platform on 30 September 2027."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError
from scrapers.council.parameters import CouncilParameters
from scrapers.iqm2.addresses import YEAR, lists_meetings, year_url
from scrapers.spiders.base import Watched
from scrapers.spiders.council import CouncilSpider


class Iqm2Spider(CouncilSpider):
    """A source's `url` is a calendar, `https://CITY.iqm2.com/Citizens/Calendar.aspx`."""

    name = "iqm2"
    parameters = CouncilParameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """This year's page. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        CouncilParameters.of(source)
        if not lists_meetings(source.url):
            raise ConfigurationError(
                f"{source.slug}: its URL is no calendar; it should end in /Citizens/Calendar.aspx."
            )
        year = self.today(source).year
        yield self.request(year_url(source.url, year), watched, self.this_year, cb_kwargs={"year": year})

    async def this_year(self, response: Response, watched: Watched, year: int) -> Any:
        """Take this year's page, and ask for the other years of the window that it offers: others do not exist yet."""
        taken = await self.keep(response, watched)
        offered = {link.label for link in taken.links if link.role == YEAR}
        years = [window.since.year for window in self.listed(watched.source).years()]
        others = [one for one in years if str(one) in offered and one != year]
        return [self.request(year_url(watched.source.url, one), watched, self.look) for one in others]
