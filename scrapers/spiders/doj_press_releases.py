"""Names the shipped source, so that `scrapy crawl doj_press_releases` looks at it."""

from __future__ import annotations

from scrapers.spiders.doj_api import DojApiSpider


class DojPressReleasesSpider(DojApiSpider):
    """The News API spider on the source `doj_press_releases` of the catalog."""

    name = "doj_press_releases"
