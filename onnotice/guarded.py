"""A session for the few requests that are no fetch: a time stamp, a sign of life. The guard stands before them too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from monitor.types import Source

if TYPE_CHECKING:
    from aiohttp import ClientSession


@asynccontextmanager
async def guarded_session(url: str, seconds: float) -> AsyncIterator[ClientSession]:
    """A session that reaches the URL's host alone where that is a private address which the settings name as such, else
    public addresses alone; without cookies and proxies, and with so long for a whole request.

    Raises FetchError and AddressRefused for a URL that may not be asked for.
    """
    import aiohttp

    from scrapers.guard import named_endpoints, public_sockets, reaches_named, sockets_to

    named = named_endpoints(Source(slug="settings", title="settings", url=url))
    sockets = sockets_to(named) if reaches_named(url, named) else public_sockets
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=sockets),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        trust_env=False,
    ) as session:
        yield session
