"""Redirects: only to http(s), never with a user name, and without the validators of the page that was asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

from monitor.errors import FetchError
from scrapers.conditional import without_validators
from scrapers.guard import endpoint_of, reaches_named
from scrapers.watched import asked_of

_REDIRECTS = (301, 302, 303, 307, 308)


class GuardedRedirects(RedirectMiddleware):
    """Scrapy's redirects, judged before they are followed; the address is judged again when it is connected to."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Follows a redirect. Raises FetchError for one that leads where nothing is fetched."""
        if response.status not in _REDIRECTS:
            return response
        location = response.headers.get("Location")
        if location is None:
            return response
        target = urljoin(request.url, location.decode("latin-1").strip())
        try:
            endpoint_of(target)
            asked = asked_of(request)
            reaches_named(target, asked.named if asked else ())
        except FetchError as error:
            raise type(error)(f"{request.url} redirects to an address that is not fetched: {error}") from error
        followed = super().process_response(request, response)
        if not isinstance(followed, Request):
            return followed
        # The page was asked for under its own address: that its goal is another page of the source loses no look.
        followed.dont_filter = True
        return without_validators(followed)

    def handle_referer(self, request: Request, response: Response) -> None:
        """No referrer is ever sent."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Scrapy looks for its own referrer middleware here, and warns at each crawl that it is off."""
