"""The download handler: Scrapy's on aiohttp, behind the guard of addresses and the gates of manners.

Public addresses and the private endpoints that a source names have a pool of connections each, so that a connection
opened with a source's permission is never used for a request without it.
"""

from __future__ import annotations

import ssl
import time
from typing import Any

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.ssl import _make_ssl_context

from monitor.errors import AddressRefused
from scrapers.guard import Endpoint, SocketFactory, public_sockets, reaches_named, refusal_in, sockets_to
from scrapers.manners import halt_of, manners_of
from scrapers.watched import asked_of

_TLS_SETTINGS = (
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "DOWNLOAD_TLS_MIN_VERSION",
    "DOWNLOAD_TLS_MAX_VERSION",
    "DOWNLOADER_CLIENT_TLS_CIPHERS",
)
_contexts: dict[tuple[object, ...], ssl.SSLContext] = {}


class _Question(aiohttp.ClientRequest):
    """A GET without a body says nothing about a body: "Content-Length: 0" on one is what firewalls know robots by."""

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        super().update_body_from_data(body or None, _stacklevel)


class _Pool(AiohttpDownloadHandler):
    """Scrapy's handler with sockets that ask the guard first.

    It sets the session that Scrapy's own constructor sets, which has no setting for a socket factory: the attribute
    names are Scrapy 2.19's, the version is pinned, and the tests of this module would fail without the guard.
    """

    experimental = False

    def __init__(self, crawler: Crawler, sockets: SocketFactory) -> None:
        super(AiohttpDownloadHandler, self).__init__(crawler)
        self._ssl_context = _tls_context(crawler.settings)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size_total, limit_per_host=self._pool_size_per_host, socket_factory=sockets
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=_Question,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            trust_env=False,
        )


class GuardedHandler(BaseDownloadHandler):
    """Every request of every spider, robots.txt and each hop of a redirect passes here."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._manners = manners_of(crawler)
        self._halt = halt_of(crawler)
        self._public = _Pool(crawler, public_sockets)
        self._private: dict[frozenset[Endpoint], _Pool] = {}

    async def download_request(self, request: Request) -> Response:
        """Raises AddressRefused, FetchError, Stopped, or Scrapy's download exceptions."""
        pool = self._pool(request)
        asked = asked_of(request)
        gate = self._manners.gate(request.url)
        # A proxy would connect where the guard does not see it.
        request.meta.pop("proxy", None)
        request.meta.setdefault("download_timeout", self._timeout)
        started = await gate.enter(asked.delay if asked else 0.0, self._halt)
        succeeded = False
        began = time.perf_counter()
        try:
            with self._halt.transferring():
                response = await pool.download_request(request)
            succeeded = response.status < 400
        except Exception as error:
            if refused := refusal_in(error):
                raise AddressRefused(refused) from error
            raise
        finally:
            request.meta["elapsed"] = time.perf_counter() - began
            gate.leave(started, succeeded)
        retry_after = response.headers.get("Retry-After")
        if retry_after:
            self._manners.heed(request.url, response.status, retry_after.decode("latin-1"))
        return response

    async def close(self) -> None:
        """Close both pools."""
        for pool in (self._public, *self._private.values()):
            await pool.close()

    def _pool(self, request: Request) -> _Pool:
        asked = asked_of(request)
        named = asked.named if asked else frozenset()
        if not reaches_named(request.url, named):
            return self._public
        if named not in self._private:
            self._private[named] = _Pool(self.crawler, sockets_to(named))
        return self._private[named]


def _tls_context(settings: BaseSettings) -> ssl.SSLContext:
    """One context for the process: loading the system's certificates takes longer than a whole crawl of one page."""
    key = tuple(settings.get(name) for name in _TLS_SETTINGS)
    if key not in _contexts:
        _contexts[key] = _make_ssl_context(settings)
    return _contexts[key]
