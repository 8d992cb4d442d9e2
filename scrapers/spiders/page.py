"""Watches pages by their addresses: any page, of any site, without code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.extraction import choice_of
from scrapers.parameters import PageParameters
from scrapers.spiders.base import Watched, WatchSpider


class PageSpider(WatchSpider):
    """The source's URL and those in its parameter `urls`; with `follow = true` the documents that they link to."""

    name = "page"
    parameters = PageParameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """One request a page. Raises ConfigurationError for a parameter that is none."""
        chosen = choice_of(watched.source)
        parameters = getattr(chosen, "PARAMETERS", PageParameters).of(watched.source)
        for url in dict.fromkeys((watched.source.url, *parameters.urls)):
            yield self.request(url, watched, self.look)

    async def look(self, response: Response, watched: Watched) -> Any:
        """Take the look; a page that reads otherwise is looked at once more, to learn what moves by itself."""
        taken = await self.keep(response, watched, repeatable=True)
        requests = self.once_more(response, watched, taken)
        if watched.source.parameters.get("follow"):
            documents = dict.fromkeys(link.url for link in taken.links if link.role == "document")
            requests += [self.request(url, watched, self.look_at_document, needed=False) for url in documents]
        return requests

    async def look_at_document(self, response: Response, watched: Watched) -> Any:
        """A document that a page links to; what it links to is not followed."""
        await self.keep(response, watched)
