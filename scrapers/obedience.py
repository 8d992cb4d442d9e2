"""The middleware that asks robots.txt before every page."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from monitor.errors import FetchError
from monitor.url import host_of
from scrapers import failures
from scrapers.guard import is_this_machine
from scrapers.looks import sentence
from scrapers.manners import manners_of
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
        if is_this_machine(host_of(request.url)) and not (asked and asked.robots):
            return
        manners = manners_of(self._crawler)
        await manners.robots.check(
            request.url, manners.gate(request.url).slow_down, lambda address: self._fetch(address, request)
        )

    async def _fetch(self, address: str, request: Request) -> Response:
        meta: dict[str, Any] = {key: request.meta[key] for key in ("asked", "download_slot") if key in request.meta}
        # Never conditional: a 304 has no body, and no body reads as "everything is allowed".
        question = Request(address, callback=NO_CALLBACK, priority=1000, meta=meta)
        try:
            answer = await self._crawler.engine.download_async(question)
        except FetchError:
            raise
        except IgnoreRequest as error:
            raise failures.redirects(address, str(error)) from error
        except Exception as error:  # whatever the transport raised, the file could not be read
            raise FetchError(sentence(error, "")) from error
        if "dataloss" in answer.flags:
            raise failures.cut_short(address)
        return answer
