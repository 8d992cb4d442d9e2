"""robots.txt of every host (RFC 9309): read once a day for all crawls of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from monitor.errors import AddressRefused, FetchError
from monitor.url import host_of
from scrapers.failures import RedirectsLeadNowhere
from scrapers.guard import refusal_in
from scrapers.halt import Stopped

if TYPE_CHECKING:
    from protego import Protego

ROBOTS_NAME = "OnNotice"
"""The name under which robots.txt may address us."""

ROBOTS_MAXIMUM_AGE = 24 * 3600.0
"""Seconds; RFC 9309, 2.4: not to be used for longer than a day."""
ROBOTS_UNREADABLE_AGE = 300.0
"""Seconds before an unreadable robots.txt is asked for again."""
ROBOTS_READ = 500 * 1024
"""Bytes that are parsed; RFC 9309, 2.5 asks for this many at least."""


class Answer(Protocol):
    """What is asked of an answer, whichever library brought it."""

    @property
    def status(self) -> int: ...

    @property
    def body(self) -> bytes: ...


Fetch = Callable[[], Awaitable[Answer]]
"""Asks for a robots.txt. Raises RedirectsLeadNowhere, or another FetchError."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt says. `unreadable` is why it could not be read."""

    rules: Protego | None
    unreadable: str
    until: float


class RobotsCache:
    """What the robots.txt files said. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, Robots] = {}
        self._reading: dict[str, asyncio.Future[None]] = {}

    async def check(
        self, url: str, slow_down: Callable[[float], None], fetch: Callable[[str], Awaitable[Answer]]
    ) -> None:
        """Raises FetchError when robots.txt forbids a URL, or could not be read and so forbids all for now.

        `fetch` is given the robots.txt's address, `slow_down` its Crawl-delay in seconds.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        robots = await self.of(origin, lambda: fetch(f"{origin}/robots.txt"))
        if robots.unreadable:
            raise FetchError(
                f"robots.txt of {host_of(url)} could not be read ({robots.unreadable}); nothing is fetched there"
                " until then"
            )
        if robots.rules is None:
            return
        if not robots.rules.can_fetch(url, ROBOTS_NAME):
            raise FetchError(
                f"robots.txt of {host_of(url)} forbids {parts.path or '/'} to {ROBOTS_NAME};"
                " watch another address, or ask the publisher"
            )
        if delay := robots.rules.crawl_delay(ROBOTS_NAME):
            slow_down(float(delay))

    async def of(self, origin: str, fetch: Fetch) -> Robots:
        """What robots.txt of an origin says: kept for a day, read once however many crawls ask at the same time."""
        while True:
            kept = self._kept.get(origin)
            if kept is not None and kept.until > self._clock():
                return kept
            if origin not in self._reading:
                break
            await asyncio.wait([self._reading[origin]])
        reading = self._reading[origin] = asyncio.get_running_loop().create_future()
        try:
            kept = self._kept[origin] = await self._read(fetch)
            return kept
        finally:
            del self._reading[origin]
            reading.set_result(None)

    async def _read(self, fetch: Fetch) -> Robots:
        unreadable = ""
        rules = None
        try:
            response = await fetch()
        except (Stopped, AddressRefused):
            raise
        except RedirectsLeadNowhere:
            # RFC 9309, 2.3.1.2: after five redirects the file may be taken as not there.
            pass
        except FetchError as error:
            if refused := refusal_in(error):
                raise AddressRefused(refused) from error
            unreadable = str(error).rstrip(".")
        else:
            # RFC 9309, 2.3.1.3 and 2.3.1.4: 4xx leaves all open, 5xx closes all; 429 is no answer to the question.
            if response.status == 429 or response.status >= 500:
                unreadable = f"status {response.status}"
            elif response.status == 200:
                from protego import Protego  # noqa: PLC0415 - of no use on this machine's own addresses

                rules = Protego.parse(response.body[:ROBOTS_READ].decode("utf-8-sig", errors="ignore"))
        return Robots(rules, unreadable, self._clock() + (ROBOTS_UNREADABLE_AGE if unreadable else ROBOTS_MAXIMUM_AGE))
