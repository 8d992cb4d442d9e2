"""Ends a run: with the health that it found, or as one that was cut short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.health import Absence, Assessment, assess
from monitor.significance import weigh
from monitor.silence import NewsRhythm, patience
from monitor.types import Health, Source, VerdictKind

if TYPE_CHECKING:
    from scrapers.intake import Intake, RunTally
    from storage import Archive
    from storage.rows import SourceStatus

_BELIEVED = (VerdictKind.CREDIBLE, VerdictKind.UNCHANGED, VerdictKind.MOVED)


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """How one source fared in a poll."""

    slug: str
    title: str
    health: Health
    looks: int
    changes: int
    failed: bool
    message: str


@dataclass(frozen=True, slots=True)
class Past:
    """What a source's health is measured against: the news and the failures before a run has ended."""

    rhythm: NewsRhythm
    """Of all news so far, the run's own too."""
    failing_runs: int
    """In a row, just before this one."""


def past_of(archive: Archive, slug: str) -> Past:
    """From what the archive remembers: work in proportion to the source's history."""
    return Past(archive.news_rhythm(slug), archive.failing_runs(slug))


def is_single_page(archive: Archive, source: Source) -> bool:
    """Whether the source is a page, and no more: that it is withdrawn is its publisher's news, and told as such."""
    return source.spider == "page" and archive.seen_pages(source.slug, 2) < 2


def lost_fields(archive: Archive, slug: str, now: datetime) -> tuple[str, ...]:
    """A sentence for each field that could be read and cannot be any more."""
    return tuple(one.sentence for one in archive.field_coverage(slug) if one.is_lost(now))


def assess_run(
    status: SourceStatus,
    tally: RunTally,
    past: Past,
    now: datetime,
    *,
    fault: str = "",
    entry: VerdictKind | None = None,
    lost: tuple[str, ...] = (),
    single_page: bool = False,
) -> Assessment:
    """The source's health after a run, from what the run saw and what is remembered.

    `fault` is why nothing could be looked at, where nothing was; `lost` are sentences of fields that cannot be read.
    """
    return assess(
        before=status.health,
        since=status.blind_since or status.health_since,
        tally=tally.verdicts,
        broken=tuple(dict.fromkeys((*tally.broken, *lost))),
        reasons=tuple(dict.fromkeys(tally.unseen)) or ((fault,) if fault else ()),
        last_news_at=past.rhythm.last_news_at or status.baseline_at,
        patience=patience(past.rhythm, status.source.news_every),
        failing_runs=past.failing_runs,
        now=now,
        source=status.source,
        entry=entry,
        absence=Absence() if single_page else Absence(tally.needed, tally.gone, tally.elsewhere),
    )


def end_run(
    archive: Archive,
    intake: Intake,
    source: Source,
    run: int,
    now: datetime,
    *,
    fetched: bool = True,
    complete: bool = True,
    message: str = "",
    next_due_at: datetime | None = None,
    entry: VerdictKind | None = None,
    past: Past | None = None,
) -> SourceOutcome:
    """End a run with the health that it found, and what that makes of the source.

    `fetched` and `complete` are what the crawl says of itself, `entry` what the source's own address came to, and
    `message` what went wrong in it: it is kept where the source's health has nothing worse to say.
    """
    tally = intake.tally(run)
    status = archive.source(source.slug)
    assert status is not None
    past = past or past_of(archive, source.slug)
    looked = tally.verdicts.total() > 0
    fault = "" if looked else message
    assessment = assess_run(
        status,
        tally,
        past,
        now,
        fault=fault,
        entry=entry,
        lost=lost_fields(archive, source.slug, now),
        single_page=is_single_page(archive, source),
    )
    unreached = entry is VerdictKind.UNREACHABLE
    failed = not (fetched and looked) or assessment.health.blind or unreached or bool(tally.broken)
    if not message or unreached or assessment.health.blind:
        message = assessment.message
    archive.end_run(
        run,
        now,
        outcome="failed" if failed else "ok",
        complete=complete and looked and _believed(tally.verdicts),
        message=message,
        health=assessment.health,
        health_change=weigh(assessment.change) if assessment.change else None,
        next_due_at=next_due_at,
    )
    intake.forget(run)
    return SourceOutcome(
        slug=source.slug,
        title=source.title,
        health=assessment.health,
        looks=tally.verdicts.total(),
        changes=tally.changes,
        failed=failed,
        message=message,
    )


def interrupt(archive: Archive, source: Source, run: int, now: datetime, next_due_at: datetime | None = None) -> None:
    """The run was cut short: it says nothing about the source, which stays due."""
    archive.end_run(
        run,
        now,
        outcome="interrupted",
        complete=False,
        message="stopped before it was complete",
        health=health_of(archive, source.slug),
        health_change=None,
        next_due_at=next_due_at,
    )


def _believed(verdicts: Mapping[VerdictKind, int]) -> bool:
    return any(verdicts.get(kind) for kind in _BELIEVED)


def health_of(archive: Archive, slug: str) -> Health:
    """The health of a source as it stands."""
    status = archive.source(slug)
    return status.health if status else Health.NEW
