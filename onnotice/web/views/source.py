"""The sources: how all of them fare at a glance; and one with what it is, its health over time, its news and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import permalinks
from monitor.health import duration
from onnotice.standing import totals, urgency
from onnotice.web.answers import NotThere, Page
from onnotice.web.asking import Asked, shown
from storage import Archive
from storage.rows import ChangeFilter, HealthStretch

_NEWEST = 15
_PAGES = 100
_WIDTH = 1000
"""Units of the chart's own; it takes the width of the page."""
_NARROWEST = 3.0
"""Of those: an hour among two years is seen all the same."""
_MOST_STRETCHES = 500


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of health in the chart, in units of its width."""

    health: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class HealthChart:
    """Health over time, in a picture and in a sentence."""

    bars: tuple[Bar, ...]
    since: datetime
    until: datetime
    sentence: str


def sources(archive: Archive, asked: Asked) -> Page:
    """`/sources`."""
    known = sorted(archive.sources(), key=urgency)
    active = [status for status in known if status.active]
    return Page(
        "sources.html.jinja",
        {
            "sources": active,
            "dropped": [status for status in known if not status.active],
            "totals": totals(active) if active else "Nothing is watched yet.",
            "path": permalinks.SOURCES,
        },
    )


def source(archive: Archive, asked: Asked) -> Page:
    """`/source/SLUG`."""
    slug = asked.parts["slug"]
    status = archive.source(slug)
    if status is None:
        raise NotThere(f"No source is called “{shown(slug)}”; those there are have a page of their own.")
    history = archive.health_history(slug)[-_MOST_STRETCHES:]
    after = asked.query.number("pages") or 0
    pages = archive.pages_of(slug, after=after, limit=_PAGES + 1)
    return Page(
        "source.html.jinja",
        {
            "status": status,
            "source": status.source,
            "cadence": _each(status.source.cadence),
            "full_look": _each(status.source.full_look_every),
            "news_every": _each(status.source.news_every) if status.source.news_every else "",
            "chart": _chart(history, asked.now) if history else None,
            "history": tuple(reversed(history)),
            "lasted": {stretch.since: duration(_length(stretch, asked.now)) for stretch in history},
            "kinds": archive.kinds_of(slug),
            "changes": archive.timeline(ChangeFilter(source=slug), limit=_NEWEST),
            "pages": pages[:_PAGES],
            "more_pages": asked.query.with_only(pages=pages[_PAGES - 1].id) if len(pages) > _PAGES else "",
            "path": permalinks.source(slug),
        },
    )


def _each(span: timedelta) -> str:
    """ "hour", "15 minutes": what stands behind "every"."""
    return duration(span).removeprefix("1 ")


def _length(stretch: HealthStretch, now: datetime) -> timedelta:
    return (stretch.until or max(now, stretch.since)) - stretch.since


def _chart(history: Sequence[HealthStretch], now: datetime) -> HealthChart:
    since = history[0].since
    until = history[-1].until or max(now, history[-1].since)
    whole = max((until - since).total_seconds(), 1.0)
    bars = []
    for stretch in history:
        x = _WIDTH * (stretch.since - since).total_seconds() / whole
        width = max(_NARROWEST, _WIDTH * _length(stretch, now).total_seconds() / whole)
        bars.append(Bar(stretch.health.value, round(min(x, _WIDTH - _NARROWEST), 1), round(width, 1)))
    # What was not seen is drawn last: a short gap is not hidden by the long stretch behind it.
    blind = {stretch.health.value for stretch in history if stretch.health.blind}
    unseen = sum((_length(stretch, now) for stretch in history if stretch.health.blind), timedelta())
    count = sum(stretch.health.blind for stretch in history)
    said = f"not seen for {duration(unseen)} in all, in {count} stretches" if count else "seen all the time"
    if count == 1:
        said = f"not seen for {duration(unseen)}, once"
    return HealthChart(tuple(sorted(bars, key=lambda bar: bar.health in blind)), since, until, said)
