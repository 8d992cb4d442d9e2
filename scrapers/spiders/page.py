"""Watches pages by their addresses: any page, of any site, without code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.extraction import choice_of
from scrapers.parameters import PageParameters
from scrapers.spiders.base import Watched, WatchSpider

_MOST_FURTHER_PAGES = 100
"""Pages of one list that come one after the other."""


class PageSpider(WatchSpider):
    """The source's URL and those in its parameter `urls`; with `follow = true` the documents that they link to."""

    name = "page"
    parameters = PageParameters

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._follows: set[str] = set()
        self._linked: dict[str, set[str]] = {watched.source.slug: set() for watched in self.watched}
        self._unread: dict[str, int] = {}
        """By source: own pages whose links are not known yet in this run."""
        self._further: dict[str, int] = {watched.source.slug: 0 for watched in self.watched}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """One request a page. Raises ConfigurationError for a parameter that is none."""
        chosen = choice_of(watched.source)
        parameters = getattr(chosen, "PARAMETERS", PageParameters).of(watched.source)
        pages = tuple(dict.fromkeys((watched.source.url, *parameters.urls)))
        self._unread[watched.source.slug] = len(pages)
        if parameters.follow:
            self._follows.add(watched.source.slug)
        for url in pages:
            yield self.request(url, watched, self.look)

    async def look(self, response: Response, watched: Watched) -> Any:
        """Take the look; a page that reads otherwise is looked at once more, to learn what moves by itself."""
        taken = await self.keep(response, watched, repeatable=True)
        requests = self.once_more(response, watched, taken)
        slug = watched.source.slug
        following = [link.url for link in taken.links if link.role == "next"]
        if following and self._further[slug] < _MOST_FURTHER_PAGES:
            self._further[slug] += 1
            self._unread[slug] += 1
            requests.append(self.request(following[0], watched, self.look))
        if taken.verdict.believed:
            self._unread[slug] -= 1
        if slug in self._follows:
            documents = dict.fromkeys(link.url for link in taken.links if link.role == "document")
            self._linked[slug].update(documents)
            requests += [self.request(url, watched, self.look_at_document, needed=False) for url in documents]
            if self._unread[slug] == 0:
                gone = self.no_longer_linked(watched, self._linked[slug])
                requests += [self.request(url, watched, self.look_at_document, needed=False) for url in gone]
        return requests

    async def look_at_document(self, response: Response, watched: Watched) -> Any:
        """A document that a page links to, or did; what it links to is not followed."""
        await self.keep(response, watched)
