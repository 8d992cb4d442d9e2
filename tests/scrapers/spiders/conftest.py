"""One run of a spider, through the real intake into a real archive: what every spider's tests poll by."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from monitor.types import Health, Source
from scrapers.crawl import Crawl, CrawlOptions, CrawlReport, Watched
from scrapers.intake import Intake
from scrapers.manners import Manners
from storage import Archive

OneRun = Callable[..., Awaitable[CrawlReport]]


@pytest.fixture
def one_run(manners: Manners) -> OneRun:
    """`await one_run(archive, source, now)`: one run at that moment, kept and ended as a run that saw its source.

    `started` is given the crawl before it begins, `on_progress` each look; further keywords are CrawlOptions.
    """

    async def run(
        archive: Archive,
        source: Source,
        now: datetime,
        *,
        started: Callable[[Crawl], None] = lambda crawl: None,
        on_progress: Callable[..., None] | None = None,
        **options: Any,
    ) -> CrawlReport:
        archive.keep_source(source, now)
        number = archive.begin_run(source.slug, archive.begin_poll(now), now)
        usual = {"manners": manners, "timeout": 5.0, "retries": 0, "grace": 0.2, "log_level": logging.CRITICAL}
        crawl = Crawl(
            [Watched(source, number)], Intake(archive, lambda: now), CrawlOptions(**{**usual, **options}), on_progress
        )
        started(crawl)
        (report,) = await crawl.run()
        archive.end_run(
            number,
            now,
            outcome=report.outcome,
            complete=report.complete,
            message=report.message,
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )
        return report

    return run
