"""The middleware that asks robots.txt before every page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from monitor.errors import FetchError
from monitor.url import host_of
from scrapers.guard import is_this_machine
from scrapers.manners import manners_of
from scrapers.robots import ROBOTS_NAME
from scrapers.watched import asked_of


class RobotsMiddleware:
    """Obeys robots.txt, through the same guard as every request, before a page is asked for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises FetchError when robots.txt forbids a URL, or could not be read and so forbids all for now."""
        if request.callback is NO_CALLBACK:
            return
        asked = asked_of(request)
        host = host_of(request.url)
        if is_this_machine(host) and not (asked and asked.robots):
            return
        manners = manners_of(self._crawler)
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        robots = await manners.robots.of(origin, lambda: self._fetch(origin, request))
        if robots.unreadable:
            raise FetchError(
                f"robots.txt of {host} could not be read ({robots.unreadable}); nothing is fetched there until then"
            )
        if robots.rules is None:
            return
        if not robots.rules.can_fetch(request.url, ROBOTS_NAME):
            raise FetchError(
                f"robots.txt of {host} forbids {parts.path or '/'} to {ROBOTS_NAME};"
                " watch another address, or ask the publisher"
            )
        if delay := robots.rules.crawl_delay(ROBOTS_NAME):
            manners.gate(request.url).slow_down(float(delay))

    async def _fetch(self, origin: str, request: Request) -> Response:
        meta: dict[str, Any] = {key: request.meta[key] for key in ("asked", "download_slot") if key in request.meta}
        # Never conditional: a 304 has no body, and no body reads as "everything is allowed".
        question = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=1000, meta=meta)
        return await self._crawler.engine.download_async(question)
