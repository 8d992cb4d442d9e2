"""A session's cookies, for the site that set them and for one crawl: eSCRIBE answers nobody without.

Scrapy's own middleware asks the network for the list of public suffixes before it takes a cookie. Here none is needed:
a cookie goes back to the very address that set it, and to no other.
"""

from __future__ import annotations

from collections import defaultdict
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from scrapers.watched import asked_of

_MOST = 50
"""Cookies that are kept of one site, of at most `_LONGEST` characters: no session needs more."""
_LONGEST = 4096

_Site = tuple[str, str, str]
"""Source, scheme, host with its port."""


class SessionCookies:
    """A downloader middleware for spiders whose platform wants a session."""

    def __init__(self) -> None:
        self._kept: dict[_Site, dict[str, str]] = defaultdict(dict)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SessionCookies:
        return cls()

    def process_request(self, request: Request, spider: Any = None) -> None:
        """Send what the site set before, also at each hop of a redirect; nothing of another site."""
        kept = self._kept.get(_site(request))
        request.headers.pop("Cookie", None)
        if kept:
            request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Response:
        """Keep what the answer sets, and forget what it takes back."""
        kept = self._kept[_site(request)]
        for line in response.headers.getlist("Set-Cookie"):
            try:
                set_now = SimpleCookie(line.decode("latin-1")[:_LONGEST])
            except CookieError:
                continue
            for name, cookie in set_now.items():
                if cookie["max-age"] == "0" or not cookie.coded_value:
                    kept.pop(name, None)
                elif name in kept or len(kept) < _MOST:
                    kept[name] = cookie.coded_value
        return response


def _site(request: Request) -> _Site:
    asked = asked_of(request)
    parts = urlsplit(request.url)
    return (asked.watched.source.slug if asked else "", parts.scheme, parts.netloc.lower())
