"""The middleware that has a page shown: what was fetched goes into the browser, and what a reader sees comes out.

It stands above decompression, redirects and retries, so that the browser only ever gets the answer that a plain look
would have kept. An answer with another status, a file, and a bot wall go on as they are: no challenge is ever run.
"""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from monitor.types import PageState, VerdictKind
from monitor.verdict import believe
from scrapers.looks import UNFINISHED, look_at
from scrapers.manners import halt_of
from scrapers.rendering.browser import Order, Rendered
from scrapers.rendering.renderer import Renderer, give_back, take
from scrapers.watched import Asked, asked_of

_OF_THE_BYTES = ("Content-Length", "Content-Encoding", "Transfer-Encoding", "ETag", "Last-Modified")
"""Headers that speak of the bytes that came, not of what a reader sees; a script may fill the same bytes otherwise."""
_RENDERED_BY = "OnNotice-Rendered-By"
_NOT_SHOWN = (VerdictKind.BLOCKED, VerdictKind.TRUNCATED)


class RenderMiddleware:
    """Has pages shown whose source says `render = true`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._renderer: Renderer | None = None
        crawler.signals.connect(self._ended, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RenderMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises FetchError before anything is fetched, where there is no browser to show it."""
        if not _to_be_shown(request):
            return
        if self._renderer is None:
            self._renderer = take()
        await self._renderer.ready()

    async def process_response(self, request: Request, response: Response) -> Response:
        """The answer as a reader sees it. Raises FetchError where it could not be shown, Stopped at the crawl's end."""
        asked = asked_of(request)
        if asked is None or self._renderer is None or not _to_be_shown(request):
            return response
        if not _is_page(request, response, asked):
            return response
        settings = self._crawler.settings
        order = Order(
            url=response.url,
            headers=_headers_of(response),
            body=response.body,
            user_agent=(request.headers.get("User-Agent") or b"").decode("latin-1"),
            named=asked.named,
            wait_for=asked.render_wait,
            seconds=settings.getfloat("DOWNLOAD_TIMEOUT"),
            most=settings.getint("DOWNLOAD_MAXSIZE"),
        )
        return _answer(request, response, await self._renderer.render(order, halt_of(self._crawler)))

    async def _ended(self) -> None:
        if self._renderer is not None:
            self._renderer = None
            await give_back()


def _to_be_shown(request: Request) -> bool:
    """Whether a browser shows the answer; robots.txt, asked for on a page's behalf, is read as it is."""
    asked = asked_of(request)
    return asked is not None and asked.render and request.callback is not NO_CALLBACK


def _is_page(request: Request, response: Response, asked: Asked) -> bool:
    """Whether an answer is a web page that a browser may be given."""
    if response.status != 200 or not isinstance(response, HtmlResponse):
        return False
    look = look_at(response.replace(request=request), asked.page, datetime.now(UTC))
    return believe(look, PageState(source=asked.watched.source, url=asked.page), "any").kind not in _NOT_SHOWN


def _headers_of(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1"): "\n".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
        if name.decode("latin-1").title() not in ("Content-Length", "Content-Encoding", "Transfer-Encoding")
    }


def _answer(request: Request, response: Response, shown: Rendered) -> Response:
    headers = response.headers.copy()
    for name in _OF_THE_BYTES:
        headers.pop(name, None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    headers[_RENDERED_BY] = shown.browser
    answer = HtmlResponse(response.url, 200, headers, shown.body, flags=list(response.flags), request=request)
    if shown.unfinished and not _walled(request, answer):
        answer.flags.append("dataloss")
        request.meta[UNFINISHED] = shown.unfinished
    return answer


def _walled(request: Request, answer: Response) -> bool:
    """Whether a page that never came to rest is a bot wall, which waits for ever: that is what it is told as."""
    asked = asked_of(request)
    assert asked is not None
    look = look_at(answer, asked.page, datetime.now(UTC))
    verdict = believe(look, PageState(source=asked.watched.source, url=asked.page), "html")
    return verdict.kind is VerdictKind.BLOCKED
