"""Watches pages by their addresses: any page, of any site, without code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers.page_watch import PageWatch, Wanted
from scrapers.parameters import PageParameters
from scrapers.spiders.base import Watched, WatchSpider
from scrapers.watched import asked_of


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
        return [*self.once_more(response, watched, taken), *self._requests(wanted, watched)]

    async def failed(self, failure: Failure) -> Any:
        """No answer: what is on hold is asked for all the same."""
        await super().failed(failure)
        asked = asked_of(failure.request)  # type: ignore[attr-defined]
        if asked is None or not asked.needed or self.halt.asked:
            return []
        watch = self._watches[asked.watched.source.slug]
        return self._requests(watch.without_answer(self.no_longer_linked), asked.watched)

    def _requests(self, wanted: Iterable[Wanted], watched: Watched) -> list[Request]:
        return [
            self.request(
                one.url, watched, self.look_at_document if one.document else self.look, needed=not one.document
            )
            for one in wanted
        ]

    async def look_at_document(self, response: Response, watched: Watched) -> Any:
        """A document that a page links to, or did; what it links to is not followed."""
        await self.keep(response, watched)
