"""How values are written into columns and read back: times, facts, and what a page has taught about itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.types import Hold, Learning, Link, Mask, Source, VerdictKind, in_utc


def written_time(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: fixed width, so that text sorts as time does. ValueError for a naive time."""
    return in_utc(moment).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def written_time_or_none(moment: datetime | None) -> str | None:
    """The same, where there may be no time."""
    return None if moment is None else written_time(moment)


def read_time(text: str) -> datetime:
    """The aware UTC time of a column."""
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


def read_time_or_none(text: str | None) -> datetime | None:
    """The same, where the column may be null."""
    return None if text is None else read_time(text)


def written_json(value: Any) -> str:
    """JSON with sorted keys, so that equal facts are equal text. Dates become ISO text, tuples become lists."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON value; facts hold text, numbers, lists and mappings")


def texts_of(value: object) -> Iterator[str]:
    """All text among facts, however deep, without the names of fields: what a search reads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield from texts_of(value[name])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def written_hold(hold: Hold | None) -> str | None:
    """A hold as JSON, null when there is none."""
    if hold is None:
        return None
    since, last_look = written_time(hold.since), written_time(hold.last_look)
    return written_json(
        {
            "reason": hold.reason,
            "verdict": hold.verdict.value,
            "since": since,
            "last_look": last_look,
            "looks": hold.looks,
        }
    )


def read_hold(text: str | None) -> Hold | None:
    """The hold of a page, as it was written."""
    if text is None:
        return None
    held = json.loads(text)
    return Hold(
        reason=held["reason"],
        verdict=VerdictKind(held["verdict"]),
        since=read_time(held["since"]),
        last_look=read_time(held["last_look"]),
        looks=held["looks"],
    )


def written_learning(learning: Learning) -> str | None:
    """What was learned as JSON, null when that is nothing."""
    if not learning.masks and not learning.history:
        return None
    masks = [[mask.where, written_time(mask.since), mask.reason] for mask in learning.masks]
    return written_json({"masks": masks, "history": learning.history})


def read_learning(text: str | None) -> Learning:
    """What a page has taught, as it was written."""
    if text is None:
        return Learning()
    learned = json.loads(text)
    masks = tuple(Mask(where, read_time(since), reason) for where, since, reason in learned["masks"])
    return Learning(masks=masks, history=learned["history"])


def written_links(links: Sequence[Link]) -> str | None:
    """Links as JSON lists of address, label and role; null when there are none."""
    return written_json([[link.url, link.label, link.role] for link in links]) if links else None


def read_links(text: str | None) -> tuple[Link, ...]:
    """The links of a page in the order of the page."""
    return tuple(Link(url, label, role) for url, label, role in json.loads(text)) if text else ()


def written_source(source: Source) -> dict[str, Any]:
    """A source by column."""
    return {
        "slug": source.slug,
        "title": source.title,
        "url": source.url,
        "spider": source.spider,
        "publisher": source.publisher,
        "jurisdiction": source.jurisdiction,
        "timezone": source.timezone,
        "cadence_seconds": source.cadence.total_seconds(),
        "cadence_shortest_seconds": source.cadence_shortest.total_seconds() if source.cadence_shortest else None,
        "cadence_longest_seconds": source.cadence_longest.total_seconds() if source.cadence_longest else None,
        "cron": source.cron,
        "hours": written_json(source.hours),
        "jitter_seconds": source.jitter.total_seconds(),
        "full_look_seconds": source.full_look_every.total_seconds(),
        "validators_lie": int(source.validators_lie),
        "news_every_seconds": source.news_every.total_seconds() if source.news_every else None,
        "parameters": written_json(source.parameters),
    }


def read_source(row: Mapping[str, Any]) -> Source:
    """A source from its row."""
    return Source(
        slug=row["slug"],
        title=row["title"],
        url=row["url"],
        spider=row["spider"],
        publisher=row["publisher"],
        jurisdiction=row["jurisdiction"],
        timezone=row["timezone"],
        cadence=timedelta(seconds=row["cadence_seconds"]),
        cadence_shortest=_span_or_none(row["cadence_shortest_seconds"]),
        cadence_longest=_span_or_none(row["cadence_longest_seconds"]),
        cron=row["cron"],
        hours=tuple(json.loads(row["hours"])),
        jitter=timedelta(seconds=row["jitter_seconds"]),
        full_look_every=timedelta(seconds=row["full_look_seconds"]),
        validators_lie=bool(row["validators_lie"]),
        news_every=_span_or_none(row["news_every_seconds"]),
        parameters=json.loads(row["parameters"]),
    )


def _span_or_none(seconds: float | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds else None


def read_text(text: str) -> tuple[str, ...]:
    """The lines of a snapshot; no text is no line."""
    return tuple(text.split("\n")) if text else ()
