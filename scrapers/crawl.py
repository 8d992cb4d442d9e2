"""Crawls in one asyncio process: plain pages all together, every other source by itself, none at another's expense."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapers import settings as project
from scrapers.halt import Halt
from scrapers.looking import Progress, Tally
from scrapers.manners import Manners, shared
from scrapers.watched import Watched

if TYPE_CHECKING:
    from scrapers.intake import Intake
    from scrapers.scrapy_crawl import ScrapyCrawls

__all__ = ["Crawl", "CrawlOptions", "CrawlReport", "Progress", "Watched", "crawl"]

_PAGES = "page"
"""The spider whose sources share one crawl."""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How to crawl. Times in seconds."""

    contact: str = project.CONTACT
    """A web address that goes into the User-Agent, for webmasters who wonder."""
    crawls_at_once: int = 4
    requests_at_once: int = project.CONCURRENT_REQUESTS
    """In one crawl; the gates let fewer through to any one host."""
    timeout: float = project.DOWNLOAD_TIMEOUT
    body_limit: int = project.DOWNLOAD_MAXSIZE
    retries: int = project.RETRY_TIMES
    grace: float = 10.0
    """That requests in flight are given once the crawl is asked to end."""
    manners: Manners | None = None
    """Gates and robots.txt; the process's own when None."""
    backfill: bool = False
    """Walk through the sources' whole past instead of looking for news."""
    reactor: bool = False
    """Run on Twisted's asyncio reactor, which the caller has installed, instead of plain asyncio."""
    pages_by_scrapy: bool = False
    """Fetch plain pages too by their spider, as `scrapy crawl page` does, and as the reactor needs it."""
    log_level: int = logging.WARNING
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Scrapy settings over all others."""


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How one source's crawl went."""

    source: str
    outcome: str
    """"ok"; "failed": an exception of ours, or no answer at all; "interrupted": asked to end before it was through."""
    complete: bool
    """Everything that had to be seen was seen, be it to learn that a page is gone."""
    message: str
    """What went wrong first, one sentence; empty when nothing did."""
    looks: int


async def crawl(
    watched: Sequence[Watched],
    intake: Intake,
    options: CrawlOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[CrawlReport, ...]:
    """Look at sources; one report each, in their order. Never raises for a source that fails, and DiskFull for all.

    Cancelling it ends the crawls as `Crawl.stop` does, and waits for that, before the cancellation goes on.
    """
    return await Crawl(watched, intake, options, on_progress).run()


class Crawl:
    """One look at a number of sources, which can be asked to end."""

    def __init__(
        self,
        watched: Sequence[Watched],
        intake: Intake,
        options: CrawlOptions | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._watched = tuple(watched)
        self._intake = intake
        self._options = options or CrawlOptions()
        self._on_progress = on_progress
        self._manners = self._options.manners or shared()
        self._halt = Halt()
        self._stopped = asyncio.Event()
        self._by_scrapy: ScrapyCrawls | None = None

    def stop(self) -> None:
        """Ask all crawls to end: nothing new is asked for, requests in flight get the grace of the options."""
        if self._halt.asked:
            return
        self._halt.ask()
        self._stopped.set()
        if self._by_scrapy is not None:
            self._by_scrapy.stop()

    async def run(self) -> tuple[CrawlReport, ...]:
        """Run to the end, or until `stop`; one report a source. A browser that was needed has ended by then.

        Raises DiskFull, once what is in flight has been let go, when a look could not be kept for lack of room.
        """
        plain, others = _parted(self._watched, self._options)
        tasks = [asyncio.create_task(self._look_plainly(plain))] if plain else []
        async with self._scrapy(others) as crawls:
            tasks += [asyncio.create_task(crawls.crawl(group)) for group in _groups(others)] if crawls else []
            try:
                await self._finished(tasks)
            except asyncio.CancelledError:
                self.stop()
                await asyncio.shield(asyncio.create_task(self._finished(tasks)))
                raise
        if self._halt.fault is not None:
            raise self._halt.fault
        tallies = {slug: tally for task in tasks for slug, tally in task.result().items()}
        return tuple(_report(watched, tallies[watched.source.slug], self._halt.asked) for watched in self._watched)

    def _scrapy(self, others: Sequence[Watched]) -> AbstractAsyncContextManager[ScrapyCrawls | None]:
        """Scrapy, where a source needs it: half a second of start-up that page watches do without."""
        if not others:
            return nullcontext()
        from scrapers.scrapy_crawl import ScrapyCrawls  # noqa: PLC0415

        self._by_scrapy = ScrapyCrawls(self._options, self._intake, self._manners, self._halt, self._on_progress)
        return self._by_scrapy

    async def _look_plainly(self, plain: Sequence[Watched]) -> Mapping[str, Tally]:
        from scrapers.client import Client, ClientOptions  # noqa: PLC0415 - aiohttp, of no use to who only reads
        from scrapers.plain_crawl import PlainCrawl  # noqa: PLC0415

        options = self._options
        client = Client(
            ClientOptions(
                user_agent=project.user_agent(options.contact),
                timeout=options.timeout,
                body_limit=options.body_limit,
                retries=options.retries,
                connections=options.requests_at_once,
            ),
            self._manners,
            self._halt,
        )
        crawl = PlainCrawl(plain, self._intake, client, self._manners, self._halt, self._on_progress)
        try:
            if not self._halt.asked:
                await crawl.run()
        finally:
            await client.close()
        return crawl.tallies

    async def _finished(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        if not tasks:
            return
        everything = asyncio.ensure_future(asyncio.wait(tasks))
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait([everything, stopped], return_when=asyncio.FIRST_COMPLETED)
            if not everything.done():
                await asyncio.wait([everything], timeout=self._options.grace)
            if not everything.done():
                self._halt.cut()
            await asyncio.wait([everything])
        finally:
            everything.cancel()
            stopped.cancel()


def _parted(watched: Sequence[Watched], options: CrawlOptions) -> tuple[list[Watched], list[Watched]]:
    """The sources that are plain pages, and those that need Scrapy: a spider of their own, or a browser."""
    plain: list[Watched] = []
    others: list[Watched] = []
    for one in watched:
        is_plain = one.source.spider == _PAGES and not one.source.parameters.get("render")
        chosen = plain if is_plain and not (options.pages_by_scrapy or options.reactor) else others
        chosen.append(one)
    return plain, others


def _groups(watched: Sequence[Watched]) -> list[list[Watched]]:
    pages = [one for one in watched if one.source.spider == _PAGES]
    others = [[one] for one in watched if one.source.spider != _PAGES]
    return ([pages] if pages else []) + others


def _report(watched: Watched, tally: Tally, stopped: bool) -> CrawlReport:
    through = tally.begun and tally.ended >= tally.asked
    interrupted = stopped and not through
    speechless = tally.looks > 0 and tally.answers == 0
    if tally.faults:
        outcome = "failed"
    elif interrupted:
        outcome = "interrupted"
    else:
        outcome = "failed" if speechless else "ok"
    problems = [*tally.faults, *(["The crawl was asked to end"] if interrupted else []), *tally.unseen]
    return CrawlReport(
        source=watched.source.slug,
        outcome=outcome,
        complete=through and not tally.faults and not tally.unseen,
        message=problems[0] if problems else "",
        looks=tally.looks,
    )
