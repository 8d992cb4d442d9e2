"""Crawls in one asyncio process: all page watches together, every other source by itself, none at another's expense."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from twisted.python.failure import Failure

from monitor.errors import OnNoticeError
from scrapers import settings as project
from scrapers.halt import Halt
from scrapers.manners import Manners, shared
from scrapers.rendering.renderer import held
from scrapers.spiders.base import Progress, Tally, WatchSpider
from scrapers.watched import Watched, asked_of

if TYPE_CHECKING:
    from scrapers.intake import Intake

__all__ = ["Crawl", "CrawlOptions", "CrawlReport", "Progress", "Watched", "crawl"]

_TOGETHER = "page"
"""The spider whose sources share one crawl: a crawl costs 13-19 ms before its first request."""

_logger = logging.getLogger(__name__)


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
    """Look at sources; one report each, in their order. Never raises for a source that fails.

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
        self._crawlers: set[Crawler] = set()
        self._stopping: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Ask all crawls to end: nothing new is asked for, requests in flight get the grace of the options."""
        if self._halt.asked:
            return
        self._halt.ask()
        self._stopped.set()
        for crawler in tuple(self._crawlers):
            self._stop(crawler)

    async def run(self) -> tuple[CrawlReport, ...]:
        """Run to the end, or until `stop`; one report a source. A browser that was needed has ended by then."""
        async with held():
            return await self._run_all()

    async def _run_all(self) -> tuple[CrawlReport, ...]:
        logging.getLogger("scrapy").setLevel(self._options.log_level)
        runner = AsyncCrawlerRunner(_settings(self._options))
        turns = asyncio.Semaphore(self._options.crawls_at_once)
        tasks = [asyncio.create_task(self._crawl(group, runner, turns)) for group in _groups(self._watched)]
        try:
            await self._finished(tasks)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.shield(asyncio.create_task(self._finished(tasks)))
            raise
        reports = {report.source: report for task in tasks for report in task.result()}
        return tuple(reports[watched.source.slug] for watched in self._watched)

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

    async def _crawl(
        self, group: Sequence[Watched], runner: AsyncCrawlerRunner, turns: asyncio.Semaphore
    ) -> tuple[CrawlReport, ...]:
        async with turns:
            if self._halt.asked:
                return tuple(_report(watched, Tally(), stopped=True) for watched in group)
            crawler, fault = None, ""
            try:
                crawler = runner.create_crawler(group[0].source.spider)
            except KeyError:
                known = ", ".join(sorted(runner.spider_loader.list()))
                fault = f'There is no spider "{group[0].source.spider}"; write one of: {known}'
            if crawler is not None:
                fault = await self._run(crawler, group, runner)
            tallies = _tallies(crawler)
            for watched in group:
                tally = tallies.setdefault(watched.source.slug, Tally())
                if fault:
                    tally.faults.append(fault)
            return tuple(_report(watched, tallies[watched.source.slug], self._halt.asked) for watched in group)

    async def _run(self, crawler: Crawler, group: Sequence[Watched], runner: AsyncCrawlerRunner) -> str:
        """One Scrapy crawl; what kept it from beginning at all, as a sentence."""
        self._listen(crawler)
        self._crawlers.add(crawler)
        try:
            await runner.crawl(
                crawler,
                sources=tuple(group),
                intake=self._intake,
                manners=self._manners,
                halt=self._halt,
                on_progress=self._on_progress,
                backfill=self._options.backfill,
            )
        except Exception as error:
            _logger.exception("The crawl of %s failed", ", ".join(watched.source.slug for watched in group))
            return _worded(error)
        finally:
            self._crawlers.discard(crawler)
        return ""

    def _listen(self, crawler: Crawler) -> None:
        """Note what Scrapy would only log."""

        def failed(failure: Failure, response: Any) -> None:
            error = failure.value
            tally = _tally_of(crawler, response)
            if tally is not None and error is not None:
                tally.faults.append(_worded(error))

        def dropped(request: Request) -> None:
            asked = asked_of(request)
            if asked is not None and not self._halt.asked:
                _tallies(crawler)[asked.watched.source.slug].ended += 1

        def started() -> None:
            # A stop that came while the crawl was being set up found nothing to stop.
            if self._halt.asked:
                self._stop(crawler)

        for receiver, signal in (
            (failed, signals.spider_error),
            (dropped, signals.request_dropped),
            (started, signals.engine_started),
        ):
            crawler.signals.connect(receiver, signal, weak=False)

    def _stop(self, crawler: Crawler) -> None:
        task = asyncio.create_task(_end(crawler))
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)


async def _end(crawler: Crawler) -> None:
    try:
        await crawler.engine.stop_async()
    except RuntimeError:
        # Not started yet: `engine_started` will come. Or ended already.
        return


def _groups(watched: Sequence[Watched]) -> list[list[Watched]]:
    pages = [one for one in watched if one.source.spider == _TOGETHER]
    others = [[one] for one in watched if one.source.spider != _TOGETHER]
    return ([pages] if pages else []) + others


def _settings(options: CrawlOptions) -> Settings:
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.update(
        {
            "USER_AGENT": project.user_agent(options.contact),
            "CONCURRENT_REQUESTS": options.requests_at_once,
            "DOWNLOAD_TIMEOUT": options.timeout,
            "DOWNLOAD_MAXSIZE": options.body_limit,
            "RETRY_TIMES": options.retries,
            "TWISTED_REACTOR_ENABLED": options.reactor,
            **options.settings,
        },
        priority="cmdline",
    )
    return settings


def _tallies(crawler: Crawler | None) -> dict[str, Tally]:
    spider = crawler.spider if crawler is not None else None
    return spider.tallies if isinstance(spider, WatchSpider) else {}


def _tally_of(crawler: Crawler, response: Any) -> Tally | None:
    """The tally that an exception belongs to: of the request that was answered, or that failed."""
    request = getattr(response, "request", None)
    asked = asked_of(request) if isinstance(request, Request) else None
    tallies = _tallies(crawler)
    if asked is not None:
        return tallies.get(asked.watched.source.slug)
    return next(iter(tallies.values())) if len(tallies) == 1 else None


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


def _worded(error: BaseException) -> str:
    if isinstance(error, OnNoticeError):
        return str(error)
    return f"The spider failed ({type(error).__name__}: {error}); please report it"
