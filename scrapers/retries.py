"""The middleware that asks again: a few times, later each time, and not before the host's own Retry-After."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from scrapers.guard import refusal_in
from scrapers.looks import tls_failure
from scrapers.manners import ASKS_FOR_PATIENCE, back_off, halt_of, manners_of


class RetryMiddleware:
    """Asks again, a little later each time, and not before the host's own Retry-After."""

    _worth_it = (
        CannotResolveHostError,
        DownloadConnectionRefusedError,
        DownloadFailedError,
        DownloadTimeoutError,
        ResponseDataLossError,
    )

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._statuses = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request again, or the answer as it is once that has been tried. Raises FetchError as `Gate.check`."""
        if response.status not in self._statuses and "dataloss" not in response.flags:
            return response
        if response.status in ASKS_FOR_PATIENCE:
            manners_of(self._crawler).gate(request.url).check()
        return await self._again(request, f"status {response.status}") or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again where its failure may pass: a refused address or a bad certificate does not."""
        if not isinstance(exception, self._worth_it) or refusal_in(exception) or tls_failure(exception):
            return None
        return await self._again(request, type(exception).__name__)

    async def _again(self, request: Request, reason: str) -> Request | None:
        spider: Any = self._crawler.spider
        if request.meta.get("dont_retry"):
            return None
        again = get_retry_request(request, spider=spider, reason=reason)
        if again is not None:
            with halt_of(self._crawler).waiting():
                await manners_of(self._crawler).sleep(back_off(request.url, request.meta.get("retry_times", 0)))
        return again
