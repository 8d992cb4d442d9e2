"""Names the shipped source, so that `scrapy crawl ice_declined_detainers` looks at it."""

from __future__ import annotations

from scrapers.spiders.ice_detainers import IceDetainersSpider


class IceDeclinedDetainersSpider(IceDetainersSpider):
    """The detainer spider on the source `ice_declined_detainers` of the catalog."""

    name = "ice_declined_detainers"
