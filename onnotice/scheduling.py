"""Which sources are due, and when each is next: the rule of `monitor.schedule` over what the archive remembers.

The daemon and `onnotice poll --due` ask the same questions here, so that a restart or a move to cron changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.schedule import PAST, News, NextLook, adapts, is_due, next_look
from monitor.types import Source

if TYPE_CHECKING:
    from storage import Archive
    from storage.rows import SourceStatus


def due(archive: Archive, sources: Sequence[Source], now: datetime) -> tuple[Source, ...]:
    """Sources whose time has come, and those with a page that was held and is to be looked at again; the longest due
    first.

    A held page that the source's last run was due to look at, and did not (nothing links to it any more), waits for
    the schedule like any other: it would make its source due for ever.
    """
    statuses = {status.source.slug: status for status in archive.sources()}
    held = archive.pages_due(now)

    def confirming(source: Source, status: SourceStatus | None) -> bool:
        pages = {url for slug, url in held if slug == source.slug}
        if pages and status is not None and status.last_run_at is not None:
            pages -= {url for _, url in archive.pages_due(status.last_run_at, source.slug)}
        return bool(pages)

    found: list[tuple[datetime, Source]] = []
    for source in sources:
        status = statuses.get(source.slug)
        planned = status.next_due_at if status is not None else None
        if is_due(source, planned, now):
            found.append((planned or now, source))
        elif held and is_due(source, None, now) and confirming(source, status):
            found.append((now, source))
    return tuple(source for _, source in sorted(found, key=lambda pair: pair[0]))


def planned_look(archive: Archive, status: SourceStatus, now: datetime) -> NextLook:
    """When a source is looked at next, for people: as it stands in the archive, with the reasons that led to it."""
    source = status.source
    ruled = _ruled(archive, source, status, now)
    if status.last_run_at is None:
        return ruled
    again = archive.look_again_at(source.slug, status.last_run_at)
    if again is not None and again < (status.next_due_at or again):
        at = next_look(source, None, News(), max(again, now)).at
        return NextLook(at, ("something is missing there, and it is not sure yet that it is gone",))
    if status.next_due_at is None:
        return NextLook(next_look(source, None, News(), now).at, ("no poll of it has come to its end yet",))
    if ruled.at > status.next_due_at <= now:
        return NextLook(ruled.at, ruled.reasons)
    if ruled.at != status.next_due_at:
        return NextLook(
            status.next_due_at, ("its last poll did not end as it should, and it is left alone for a while",)
        )
    return ruled


def next_look_after(archive: Archive, source: Source, ended: datetime) -> datetime:
    """When a source is due after a run that ends at `ended`."""
    status = archive.source(source.slug)
    return next_look(source, ended, _news(archive, source, status, ended), ended).at


def plan_anew(archive: Archive, source: Source, status: SourceStatus, now: datetime) -> None:
    """A stanza says otherwise than before: the next look that had been planned by the old one is planned by the new."""
    if status.next_due_at is not None and status.last_run_at is not None:
        archive.plan_look(source.slug, _ruled(archive, source, status, now).at)


def _ruled(archive: Archive, source: Source, status: SourceStatus, now: datetime) -> NextLook:
    return next_look(source, status.last_run_at, _news(archive, source, status, status.last_run_at), now)


def _news(archive: Archive, source: Source, status: SourceStatus | None, last: datetime | None) -> News:
    """The past that the rule asks for; read only where the source's stanza lets its past decide."""
    if status is None or last is None or not adapts(source):
        return News()
    return News(status.baseline_at, archive.news_times(source.slug, last - PAST))
