"""Asks for a page over aiohttp alone: guarded, polite and patient like every request here, without Scrapy's machinery.

Scrapy costs about 0.4 ms a page above its transport, and half a second of start-up: more than judging and keeping an
unchanged page. A watch of a single page needs none of what that buys.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

import aiohttp

from monitor.errors import AddressRefused, FetchError
from monitor.types import Look
from monitor.url import canonical_url, host_of
from scrapers import failures
from scrapers import settings as project
from scrapers.conditional import NOT_MODIFIED, unasked_for
from scrapers.failures import Unanswered
from scrapers.guard import (
    Endpoint,
    SocketFactory,
    is_this_machine,
    public_sockets,
    reaches_named,
    refusal_in,
    sockets_to,
)
from scrapers.halt import Halt
from scrapers.manners import ASKS_FOR_PATIENCE, Manners, back_off
from scrapers.watched import Asked

_REDIRECTS = (301, 302, 303, 307, 308)
_CODINGS = "gzip, deflate, br, zstd"
"""What aiohttp unpacks with the libraries that Scrapy brings along."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    url: str
    truncated: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """How to ask. Times in seconds, sizes in bytes."""

    user_agent: str
    timeout: float
    body_limit: int
    retries: int
    connections: int


class Client:
    """One crawl's way to the web. Close it after use."""

    def __init__(self, options: ClientOptions, manners: Manners, halt: Halt) -> None:
        self._options = options
        self._manners = manners
        self._halt = halt
        self._turns = asyncio.Semaphore(options.connections)
        self._timeout = aiohttp.ClientTimeout(total=options.timeout)
        self._pools: dict[frozenset[Endpoint] | None, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.close()

    async def look(self, url: str, asked: Asked, validators: Mapping[str, str], now: Callable[[], datetime]) -> Look:
        """The look that asking for a URL amounts to; no answer is a look too. Raises Stopped."""
        began = time.perf_counter()
        try:
            answer, conditional = await self._followed(url, asked, validators)
        except FetchError as error:
            if self._halt.asked:
                raise
            return Look(
                url=asked.page,
                at=now(),
                status=None,
                error=str(error),
                truncated=isinstance(error, Unanswered) and error.too_large,
                elapsed=timedelta(seconds=time.perf_counter() - began),
            )
        elapsed = timedelta(seconds=answer.seconds)
        final = asked.page if answer.url == url else canonical_url(answer.url)
        if answer.status == NOT_MODIFIED and not conditional:
            return unasked_for(asked.page, now(), final, elapsed)
        return Look(
            url=asked.page,
            at=now(),
            status=answer.status,
            body=None if answer.status == NOT_MODIFIED else answer.body,
            media_type=answer.headers.get("content-type", "").partition(";")[0].strip().lower(),
            headers=answer.headers,
            final_url=final,
            truncated=answer.truncated,
            elapsed=elapsed,
        )

    async def _followed(
        self, url: str, asked: Asked, validators: Mapping[str, str], *, obeying: bool = True
    ) -> tuple[Answer, bool]:
        """The answer at the end of the redirects, and whether it was asked for conditionally. Raises FetchError.

        Not `obeying` asks for a robots.txt itself: nobody's rules stand above it.
        """
        target = url
        for _ in range(project.REDIRECT_MAX_TIMES + 1):
            if obeying:
                await self._obey(target, asked)
            answer = await self._patiently(target, asked, validators)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer, bool(validators)
            target = _judged(target, location, asked)
            # Validators belong to one URL: where a redirect leads, they prove nothing.
            validators = {}
        raise failures.redirects(url, "max redirections reached")

    async def _obey(self, url: str, asked: Asked) -> None:
        if is_this_machine(host_of(url)) and not asked.robots:
            return

        async def fetch(address: str) -> Answer:
            answer, _ = await self._followed(address, asked, {}, obeying=False)
            if answer.truncated:
                raise failures.cut_short(address)
            return answer

        await self._manners.robots.check(url, self._manners.gate(url).slow_down, fetch)

    async def _patiently(self, url: str, asked: Asked, validators: Mapping[str, str]) -> Answer:
        """The answer, asked for again where that may help. Raises FetchError."""
        for times in range(self._options.retries):
            try:
                answer = await self._once(url, asked, validators)
            except Unanswered as error:
                if not error.passing:
                    raise
            else:
                if answer.status not in project.RETRY_HTTP_CODES and not answer.truncated:
                    return answer
                if answer.status in ASKS_FOR_PATIENCE:
                    self._manners.gate(url).check()
            with self._halt.waiting():
                await self._manners.sleep(back_off(url, times))
        return await self._once(url, asked, validators)

    async def _once(self, url: str, asked: Asked, validators: Mapping[str, str]) -> Answer:
        """One request through the host's gate. Raises FetchError."""
        session = self._session(url, asked)
        gate = self._manners.gate(url)
        started = await gate.enter(asked.delay, self._halt)
        succeeded = False
        try:
            if self._turns.locked():
                with self._halt.waiting():
                    await self._turns.acquire()
            else:
                await self._turns.acquire()
            try:
                with self._halt.transferring():
                    answer = await self._transfer(session, url, validators)
            finally:
                self._turns.release()
            succeeded = answer.status < 400
        finally:
            gate.leave(started, succeeded)
        if patience := answer.headers.get("retry-after"):
            self._manners.heed(url, answer.status, patience)
        return answer

    async def _transfer(self, session: aiohttp.ClientSession, url: str, validators: Mapping[str, str]) -> Answer:
        began = time.perf_counter()
        try:
            async with session.get(url, headers=validators, allow_redirects=False, timeout=self._timeout) as response:
                body, truncated = await self._body(response, url)
                return Answer(response.status, _headers(response), body, url, truncated, time.perf_counter() - began)
        except FetchError:
            raise
        except Exception as error:  # whatever the library raised, there was no answer
            raise _failure(error, url) from error

    async def _body(self, response: aiohttp.ClientResponse, url: str) -> tuple[bytes, bool]:
        """The body, unpacked, and whether it broke off. Raises Unanswered for one over the limit."""
        limit = self._options.body_limit
        if (response.content_length or 0) > limit:
            raise failures.too_large(url)
        parts: list[bytes] = []
        size = 0
        try:
            while part := await response.content.readany():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise failures.too_large(url)
        except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError):
            # Kept as evidence, and marked.
            return b"".join(parts), True
        return b"".join(parts) if len(parts) != 1 else parts[0], False

    def _session(self, url: str, asked: Asked) -> aiohttp.ClientSession:
        """Connections opened with a source's permission are never used for a request without it."""
        named = asked.named if reaches_named(url, asked.named) else None
        if named not in self._pools:
            self._pools[named] = self._opened(public_sockets if named is None else sockets_to(named))
        return self._pools[named]

    def _opened(self, sockets: SocketFactory) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._options.connections, socket_factory=sockets),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                **project.DEFAULT_REQUEST_HEADERS,
                "Accept-Encoding": _CODINGS,
                "User-Agent": self._options.user_agent,
            },
            # A proxy would connect where the guard does not see it.
            trust_env=False,
        )


def _judged(url: str, location: str, asked: Asked) -> str:
    """Where a redirect leads. Raises FetchError for where nothing is fetched."""
    target = urljoin(url, location.strip())
    try:
        reaches_named(target, asked.named)
    except FetchError as error:
        raise type(error)(f"{url} redirects to an address that is not fetched: {error}") from error
    return target


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in response.headers.items():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _failure(error: BaseException, url: str) -> FetchError:
    if refused := refusal_in(error):
        return AddressRefused(refused)
    if isinstance(error, aiohttp.InvalidURL):
        return FetchError(f"{url} is not a usable address; correct it")
    cause = failures.cause_of(error)
    for kind, failure in (
        (TimeoutError, failures.late(url)),
        ((aiohttp.ClientSSLError, ssl.SSLError), failures.untrusted(url, cause)),
        (aiohttp.ClientConnectorDNSError, failures.unresolved(url)),
        (aiohttp.ClientConnectorError, failures.not_connected(url, cause)),
        (aiohttp.ClientError, failures.broken_off(url, cause)),
    ):
        if isinstance(error, kind):
            return failure
    return failures.unreadable(url, error)
