"""Watches pages by their addresses: any page, of any site, without code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.page_watch import PageWatch
from scrapers.parameters import PageParameters
from scrapers.spiders.base import Watched, WatchSpider


class PageSpider(WatchSpider):
    """The source's URL and those in its parameter `urls`; with `follow = true` the documents that they link to.

    In a poll it fetches what a browser has to show; other pages are asked for by `scrapers.plain_crawl`.
    """

    name = "page"
    parameters = PageParameters

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watches: dict[str, PageWatch] = {}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """One request a page. Raises ConfigurationError for a parameter that is none."""
        watch = self._watches[watched.source.slug] = PageWatch(watched)
        for url in watch.pages:
            yield self.request(url, watched, self.look)

    async def look(self, response: Response, watched: Watched) -> Any:
        """Take the look; a page that reads otherwise is looked at once more, to learn what moves by itself."""
        taken = await self.keep(response, watched, repeatable=True)
        wanted = self._watches[watched.source.slug].after(taken, self.no_longer_linked)
        return [
            *self.once_more(response, watched, taken),
            *(
                self.request(
                    one.url, watched, self.look_at_document if one.document else self.look, needed=not one.document
                )
                for one in wanted
            ),
        ]

    async def look_at_document(self, response: Response, watched: Watched) -> Any:
        """A document that a page links to, or did; what it links to is not followed."""
        await self.keep(response, watched)
