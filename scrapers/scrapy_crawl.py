"""Crawls by Scrapy, in the process's own event loop: sources with a spider of their own, and pages for a browser."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from twisted.python.failure import Failure

from scrapers import settings as project
from scrapers.halt import Halt
from scrapers.looking import Looking, Progress, Tally, worded
from scrapers.manners import Manners
from scrapers.rendering.renderer import held
from scrapers.watched import Watched, asked_of

if TYPE_CHECKING:
    from scrapers.crawl import CrawlOptions
    from scrapers.intake import Intake

_logger = logging.getLogger(__name__)


class ScrapyCrawls:
    """The crawls of one poll. A context: a browser that was needed has ended when it is left."""

    def __init__(
        self,
        options: CrawlOptions,
        intake: Intake,
        manners: Manners,
        halt: Halt,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._options = options
        self._intake = intake
        self._manners = manners
        self._halt = halt
        self._on_progress = on_progress
        self._runner = AsyncCrawlerRunner(_settings(options))
        self._turns = asyncio.Semaphore(options.crawls_at_once)
        self._crawlers: set[Crawler] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._held = AsyncExitStack()

    async def __aenter__(self) -> Self:
        logging.getLogger("scrapy").setLevel(self._options.log_level)
        await self._held.enter_async_context(held())
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._held.aclose()

    def stop(self) -> None:
        """Tell every engine that the crawls were asked to end."""
        for crawler in tuple(self._crawlers):
            self._stop(crawler)

    async def crawl(self, group: Sequence[Watched]) -> Mapping[str, Tally]:
        """One crawl over sources of the same spider, when its turn comes: a tally for each."""
        async with self._turns:
            if self._halt.asked:
                return {watched.source.slug: Tally() for watched in group}
            crawler, fault = None, ""
            try:
                crawler = self._runner.create_crawler(group[0].source.spider)
            except KeyError:
                known = ", ".join(sorted(self._runner.spider_loader.list()))
                fault = f'There is no spider "{group[0].source.spider}"; write one of: {known}'
            if crawler is not None:
                fault = await self._run(crawler, group)
            tallies = _tallies(crawler)
            for watched in group:
                tally = tallies.setdefault(watched.source.slug, Tally())
                if fault:
                    tally.faults.append(fault)
            return tallies

    async def _run(self, crawler: Crawler, group: Sequence[Watched]) -> str:
        """One Scrapy crawl; what kept it from beginning at all, as a sentence."""
        self._listen(crawler)
        self._crawlers.add(crawler)
        try:
            await self._runner.crawl(
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
            return worded(error)
        finally:
            self._crawlers.discard(crawler)
        return ""

    def _listen(self, crawler: Crawler) -> None:
        """Note what Scrapy would only log."""

        def failed(failure: Failure, response: Any) -> None:
            error = failure.value
            tally = _tally_of(crawler, response)
            if tally is not None and error is not None:
                tally.faults.append(worded(error))

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
    return spider.tallies if isinstance(spider, Looking) else {}


def _tally_of(crawler: Crawler, response: Any) -> Tally | None:
    """The tally that an exception belongs to: of the request that was answered, or that failed."""
    request = getattr(response, "request", None)
    asked = asked_of(request) if isinstance(request, Request) else None
    tallies = _tallies(crawler)
    if asked is not None:
        return tallies.get(asked.watched.source.slug)
    return next(iter(tallies.values())) if len(tallies) == 1 else None
