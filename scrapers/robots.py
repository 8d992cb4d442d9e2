"""robots.txt of every host (RFC 9309): read once a day for all crawls of the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from monitor.errors import AddressRefused
from scrapers.guard import refusal_in
from scrapers.halt import Stopped
from scrapers.looks import sentence

ROBOTS_NAME = "OnNotice"
"""The name under which robots.txt may address us."""

ROBOTS_MAXIMUM_AGE = 24 * 3600.0
"""Seconds; RFC 9309, 2.4: not to be used for longer than a day."""
ROBOTS_UNREADABLE_AGE = 300.0
"""Seconds before an unreadable robots.txt is asked for again."""
ROBOTS_READ = 500 * 1024
"""Bytes that are parsed; RFC 9309, 2.5 asks for this many at least."""


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

    async def of(self, origin: str, fetch: Callable[[], Awaitable[Response]]) -> Robots:
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

    async def _read(self, fetch: Callable[[], Awaitable[Response]]) -> Robots:
        unreadable = ""
        rules = None
        try:
            response = await fetch()
        except (Stopped, AddressRefused):
            raise
        except IgnoreRequest:
            # RFC 9309, 2.3.1.2: after five redirects the file may be taken as not there.
            pass
        except Exception as error:  # whatever the transport raised, the file could not be read
            if refused := refusal_in(error):
                raise AddressRefused(refused) from error
            unreadable = sentence(error, "").rstrip(".")
        else:
            # RFC 9309, 2.3.1.3 and 2.3.1.4: 4xx leaves all open, 5xx closes all; 429 is no answer to the question.
            if response.status == 429 or response.status >= 500:
                unreadable = f"status {response.status}"
            elif response.status == 200:
                rules = Protego.parse(response.body[:ROBOTS_READ].decode("utf-8-sig", errors="ignore"))
        return Robots(rules, unreadable, self._clock() + (ROBOTS_UNREADABLE_AGE if unreadable else ROBOTS_MAXIMUM_AGE))
