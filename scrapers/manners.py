"""Manners towards the hosts that are watched: one gate per vendor across all crawls, patience where it is asked for.

Scrapy's own throttling, robots.txt and retries know one crawl only. Here every crawl of the process passes the same
gate, so that forty Legistar clients are one host, and a host that says "429, come back in ten minutes" is left alone
by all of them.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.url import host_of, vendor_host
from scrapers.guard import is_this_machine
from scrapers.halt import Halt
from scrapers.robots import RobotsCache

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

USUAL_DELAY = 1.0
VENDOR_DELAYS = {"civicplus.com": 7.0, "civicclerk.com": 2.0, "municodemeetings.com": 15.0, "municode.com": 15.0}
"""Seconds between starts: what CivicPlus's terms amount to in other collectors' practice, and what is left of them for
CivicClerk's API, of which no more may be asked than a person would; Municode's Crawl-delay."""
IN_FLIGHT = 2
IN_FLIGHT_HERE = 16
LONGEST_PACE = 60.0
"""Seconds: neither a slow answer nor a Crawl-delay spaces requests further apart than this."""
LONGEST_WAIT = 300.0
"""Seconds of Retry-After that are waited for; a longer one fails the request, for a poll holds the archive meanwhile
and the host is left alone until then in any case."""
_LONGEST_REFUSAL = 24 * 3600.0

ASKS_FOR_PATIENCE = (429, 503)
"""Statuses whose Retry-After is heeded."""

_BACK_OFF = 2.0
_BACK_OFF_HERE = 0.2

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Gate:
    """The way to one host: how many requests at once, how far apart, and until when not at all. Times in seconds."""

    def __init__(self, host: str, pace: float, at_most: int, clock: Clock, sleep: Sleep) -> None:
        self.host = host
        self._pace = pace
        self.at_most = at_most
        """Requests in flight."""
        self._clock = clock
        self._sleep = sleep
        self._latency = 0.0
        self._next_start = 0.0
        self._left_alone_until = 0.0
        self._in_flight = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    def slow_down(self, delay: float) -> None:
        """Keep at least this distance from now on: a Crawl-delay."""
        if self.at_most < IN_FLIGHT_HERE or self._pace:
            self._pace = max(self._pace, min(delay, LONGEST_PACE))

    def hold(self, seconds: float, longest: float) -> None:
        """Nobody starts for so long; when that is longer than anybody waits, requests fail instead."""
        now = self._clock()
        if seconds > longest:
            self._left_alone_until = max(self._left_alone_until, now + min(seconds, _LONGEST_REFUSAL))
        else:
            self._next_start = max(self._next_start, now + seconds)

    def check(self) -> None:
        """Raises FetchError while the host asks to be left alone for longer than anybody waits."""
        left = self._left_alone_until - self._clock()
        if left > 0:
            wait = timedelta(minutes=max(1, round(left / 60)))
            raise FetchError(f"{self.host} asks to be left alone for {_readable(wait)}; it is asked again after that")

    async def enter(self, delay: float, halt: Halt) -> float:
        """Wait for one's turn; returns the time of the start. Raises FetchError, or Stopped when the crawl ends."""
        self.check()
        if self._in_flight >= self.at_most or self._next_start > self._clock():
            with halt.waiting():
                await self._turn()
        else:
            self._in_flight += 1
        started = self._clock()
        if distance := max(self._pace, delay, self._latency):
            self._next_start = max(self._next_start, started + distance)
        return started

    def leave(self, started: float, succeeded: bool) -> None:
        """The request that started then has ended. A slow answer spaces the next ones; a failure never hastens them."""
        self._in_flight -= 1
        if self._pace:
            latency = min(self._clock() - started, LONGEST_PACE)
            self._latency = latency if succeeded else max(latency, self._latency)
            self._next_start = max(self._next_start, started + max(self._pace, self._latency))
        while self._queue:
            first = self._queue.popleft()
            if not first.done():
                first.set_result(None)
                break

    async def _turn(self) -> None:
        while self._in_flight >= self.at_most:
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.append(place)
            await place
        self._in_flight += 1
        try:
            while (wait := self._next_start - self._clock()) > 0:
                await self._sleep(wait)
            self.check()
        except BaseException:
            self.leave(self._clock(), succeeded=False)
            raise


class Manners:
    """The gates and robots.txt files of all hosts. One for the process: `shared()`; tests make their own."""

    def __init__(
        self,
        *,
        usual_delay: float = USUAL_DELAY,
        longest_wait: float = LONGEST_WAIT,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.longest_wait = longest_wait
        self._usual_delay = usual_delay
        self.clock = clock
        self.sleep = sleep
        self._now = now
        self._gates: dict[str, Gate] = {}
        self.robots = RobotsCache(clock)

    def gate(self, url: str) -> Gate:
        """The gate of the machines behind a URL; of each port on this machine one that keeps no distance."""
        host = host_of(url)
        here = is_this_machine(host)
        name = urlsplit(url).netloc.lower() if here else vendor_host(url)
        gate = self._gates.get(name)
        if gate is None:
            pace = 0.0 if here else max(self._usual_delay, VENDOR_DELAYS.get(name, 0.0))
            gate = Gate(name, pace, IN_FLIGHT_HERE if here else IN_FLIGHT, self.clock, self.sleep)
            self._gates[name] = gate
        return gate

    def heed(self, url: str, status: int, retry_after: str) -> None:
        """Take note of an answer that asks for patience: HTTP's Retry-After, in seconds or as a date."""
        if status not in ASKS_FOR_PATIENCE or not retry_after:
            return
        seconds = seconds_of(retry_after, self._now())
        if seconds > 0:
            self.gate(url).hold(seconds, self.longest_wait)


_shared: list[Manners] = []


def shared() -> Manners:
    """The manners of this process, remembered between crawls."""
    if not _shared:
        _shared.append(Manners())
    return _shared[0]


def manners_of(crawler: Crawler) -> Manners:
    """The manners that a crawl was given, else the process's own."""
    given = getattr(crawler.spider, "manners", None)
    return given if isinstance(given, Manners) else shared()


def halt_of(crawler: Crawler) -> Halt:
    """The halt that a crawl was given; one that nobody asks for where it was given none."""
    given = getattr(crawler.spider, "halt", None)
    return given if isinstance(given, Halt) else Halt()


def back_off(url: str, times: int) -> float:
    """Seconds to wait before a request is made again that was made so many times again already."""
    first = _BACK_OFF_HERE if is_this_machine(host_of(url)) else _BACK_OFF
    return float(first * 2.0**times)


def seconds_of(retry_after: str, now: datetime) -> float:
    """Seconds that a Retry-After asks for, from seconds or an HTTP date (RFC 9110, 10.2.3); 0 for anything else."""
    text = retry_after.strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _readable(wait: timedelta) -> str:
    minutes = int(wait.total_seconds()) // 60
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
