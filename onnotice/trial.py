"""Tries a source out: a first poll in an archive that ends with the trial, cut short once it has shown enough."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.types import Look, Record, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapers.crawl import Progress
    from storage import Archive

_MOST_LOOKS = 12
_MOST_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What a first look at a source brought."""

    source: Source
    entry: Look | None
    """The source's own address as it answered, its body included; None where an API is asked under another address."""
    seen: bool
    """Whether something was read: records, or a text."""
    problem: str
    """One sentence, when nothing was."""
    title: str
    lines: tuple[str, ...]
    """Text of the source's own page."""
    records: tuple[Record, ...]

    def counts(self) -> Counter[str]:
        """Records by kind."""
        return Counter(record.kind for record in self.records)


async def try_out(source: Source, contact: str, clock: Callable[[], datetime]) -> Trial:
    """Poll the source once with everything that a poll does; nothing is kept. At most a dozen looks and 40 seconds."""
    from scrapers.crawl import Crawl, CrawlOptions, Watched
    from scrapers.intake import Intake
    from storage import Archive

    with Archive.in_memory() as archive:
        archive.keep_source(source, clock())
        run = archive.begin_run(source.slug, archive.begin_poll(clock()), clock())
        intake = Intake(archive, clock)
        looks = 0

        def enough(_: Progress) -> None:
            nonlocal looks
            looks += 1
            if looks >= _MOST_LOOKS:
                crawl.stop()

        options = CrawlOptions(timeout=15.0, retries=1, grace=2.0)
        crawl = Crawl([Watched(source, run)], intake, replace(options, contact=contact) if contact else options, enough)
        timer = asyncio.get_running_loop().call_later(_MOST_SECONDS, crawl.stop)
        try:
            (report,) = await crawl.run()
        finally:
            timer.cancel()
        tally = intake.tally(run)
        problem = next(iter((*tally.broken, *tally.unseen)), report.message)
        return _result(archive, source, problem, clock())


def _result(archive: Archive, source: Source, problem: str, now: datetime) -> Trial:
    records = tuple(stored.record for stored in archive.records_at(source.slug, now))
    snapshots = archive.snapshots(source.url, source.slug)
    newest = snapshots[-1] if snapshots else None
    entry = None
    if newest is not None:
        visit = archive.visits(source.url, source.slug)[-1]
        entry = Look(
            url=source.url,
            at=visit.at,
            status=visit.status,
            body=archive.body(newest.body_digest),
            media_type=newest.media_type,
            final_url=visit.final_url or source.url,
        )
    seen = bool(records or (newest is not None and newest.text))
    return Trial(
        source=source,
        entry=entry,
        seen=seen,
        problem="" if seen else problem or "nothing that could be read came back",
        title=newest.title if newest is not None else "",
        lines=newest.text if newest is not None else (),
        records=records,
    )
