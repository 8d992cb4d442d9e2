"""Watches pages by their addresses: any page, of any site, without code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.spiders.base import Watched, WatchSpider

_AFTER_FIRST_LOOKS = -100


class PageSpider(WatchSpider):
    """The source's URL and those in its parameter `urls`; with `follow = true` the documents that they link to."""

    name = "page"

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """One request a page."""
        for url in dict.fromkeys((watched.source.url, *watched.source.parameters.get("urls", ()))):
            yield self.request(url, watched, self.look)

    async def look(self, response: Response, watched: Watched) -> Any:
        """Take the look; a new page is looked at once more, to learn what changes by itself."""
        taken = await self.keep(response, watched)
        requests = []
        if taken.again:
            assert response.request is not None
            first_asked = (response.request.meta.get("redirect_urls") or [response.request.url])[0]
            requests.append(
                self.request(
                    first_asked,
                    watched,
                    self.look_again,
                    conditional=False,
                    needed=False,
                    dont_filter=True,
                    priority=_AFTER_FIRST_LOOKS,
                )
            )
        if watched.source.parameters.get("follow"):
            documents = dict.fromkeys(link.url for link in taken.links if link.role == "document")
            requests += [self.request(url, watched, self.look_at_document, needed=False) for url in documents]
        return requests

    async def look_again(self, response: Response, watched: Watched) -> Any:
        """The second of two looks in a row."""
        await self.keep(response, watched, second=True)

    async def look_at_document(self, response: Response, watched: Watched) -> Any:
        """A document that a page links to; what it links to is not followed."""
        await self.keep(response, watched)
