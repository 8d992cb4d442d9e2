"""When a source is looked at next, and why then: by its stanza, and as far as the stanza lets it by its own past.

The rule knows no clock and keeps nothing: the same past gives the same moment, in the daemon and from cron alike.
Spans are spans of real time, in UTC; only the hours of a day are a zone's, so that no change of its clocks moves
anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from monitor.crontab import read_crontab
from monitor.hours import Hours, first_open, open_at, read_hours
from monitor.types import Source

PAST: Final = timedelta(weeks=8)
"""Of news that hours and gaps are learned from: a publisher who changes his habits is followed within two months."""
FEWEST_NEWS: Final = 5
"""With fewer pieces nothing is learned."""
HABIT: Final = 0.2
"""An hour is one of publication when this share of the news was found in it, on that kind of day: at most five are."""
FEWEST_IN_HOUR: Final = 3
USUAL_GAP: Final = timedelta(weeks=1)
"""Between two pieces of news of a source that has shown no gap of its own yet."""
SHORTEST_GAP: Final = timedelta(days=1)
"""A source with news every hour is not quiet after two."""


@dataclass(frozen=True, slots=True)
class News:
    """What a source's past says of its rhythm."""

    since: datetime | None = None
    """The end of its first complete look."""
    found: tuple[datetime, ...] = ()
    """When news was found in the last eight weeks, oldest first: one moment a run."""


@dataclass(frozen=True, slots=True)
class NextLook:
    """When a source is due, and the reasons, each the rest of a sentence after "because"."""

    at: datetime
    reasons: tuple[str, ...]


def next_look(source: Source, last: datetime | None, news: News, now: datetime) -> NextLook:
    """When the source is due after the look that ended at `last`; in the past where that look was missed.

    Never sooner than its shortest cadence after `last`, and never later than its longest one with its jitter, its hours
    aside: outside of them it waits for the next that lie after `now`. A look that was missed is made up once.
    """
    windows = hours_of(source)
    if last is None:
        planned = NextLook(now, ("it was never looked at",))
    elif source.cron:
        planned = NextLook(
            read_crontab(source.cron).after(last, ZoneInfo(source.timezone)),
            (f'its stanza says "{source.cron}", by the clocks of {source.timezone}',),
        )
    else:
        planned = _by_cadence(source, last, news)
    if last is not None and source.jitter:
        spread = source.jitter * _chance(source.slug, last)
        planned = NextLook(planned.at + spread, (*planned.reasons, f"put off by chance, up to {_span(source.jitter)}"))
    opening = first_open(windows, planned.at)
    if opening < now:
        opening = first_open(windows, now) if not open_at(windows, now) else opening
    if opening != planned.at:
        return NextLook(opening, (*planned.reasons, f"it waits for its hours, {'; '.join(source.hours)}"))
    return planned


def is_due(source: Source, planned: datetime | None, now: datetime) -> bool:
    """Whether a source that is planned for then, or for as soon as possible, is looked at now: in its hours only."""
    return (planned is None or planned <= now) and open_at(hours_of(source), now)


def hours_of(source: Source) -> tuple[Hours, ...]:
    """The hours in which it may be looked at; none where it always may."""
    return tuple(read_hours(text, source.timezone) for text in source.hours)


def adapts(source: Source) -> bool:
    """Whether the stanza lets the source's past decide: only then is the past worth reading."""
    return not source.cron and not source.cadence_shortest == source.cadence_longest is None


def _by_cadence(source: Source, last: datetime, news: News) -> NextLook:
    if not adapts(source):
        return NextLook(last + source.cadence, (f"it is looked at {_every(source.cadence)}",))
    soonest = last + (source.cadence_shortest or source.cadence)
    patience, why_patient = _patience(source, last, news)
    zone = ZoneInfo(source.timezone)
    habits = publication_hours(news.found, zone)
    for moment in _hours_between(soonest, last + patience, zone):
        if _kind_of_hour(moment, zone) in habits:
            return NextLook(moment, (_habit_in_words(source, moment, zone),))
    return NextLook(last + patience, (why_patient,))


def _patience(source: Source, last: datetime, news: News) -> tuple[timedelta, str]:
    """How long the next look may wait outside hours of publication: longer the longer nothing has come."""
    longest = source.cadence_longest or source.cadence
    newest = news.found[-1] if news.found else news.since
    if newest is None or longest <= source.cadence:
        return source.cadence, f"it is looked at {_every(source.cadence)}"
    gap = USUAL_GAP
    if len(news.found) >= FEWEST_NEWS:
        gap = max((news.found[-1] - news.found[0]) / (len(news.found) - 1), SHORTEST_GAP)
    quiet = max(last - newest, timedelta())
    times = int(quiet / gap)
    if times < 2:
        return source.cadence, f"it is looked at {_every(source.cadence)}"
    patience = min(source.cadence * times, longest)
    return patience, (
        f"nothing new has come for {_span(quiet)}, {times} times what is usual: it is looked at {_every(patience)}"
    )


def publication_hours(found: Sequence[datetime], zone: ZoneInfo) -> frozenset[tuple[bool, int]]:
    """Hours, on working days (False) or weekends (True), in which a source's news usually comes.

    What a look finds was published before it: the hour before one of news counts as well.
    """
    if len(found) < FEWEST_NEWS:
        return frozenset()
    counts = Counter(_kind_of_hour(moment, zone) for moment in found)
    least = max(FEWEST_IN_HOUR, HABIT * len(found))
    habits = {kind for kind, count in counts.items() if count >= least}
    return frozenset(habits | {(weekend, hour - 1) for weekend, hour in habits if hour})


def _kind_of_hour(moment: datetime, zone: ZoneInfo) -> tuple[bool, int]:
    local = moment.astimezone(zone)
    return local.weekday() >= 5, local.hour


def _hours_between(first: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The first moment, and each at which an hour of the zone begins, before the end."""
    moment = first
    while moment < end:
        yield moment
        local = moment.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        moment = (local.astimezone(UTC) - into) + timedelta(hours=1)


def _habit_in_words(source: Source, moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    days = "at weekends" if local.weekday() >= 5 else "on working days"
    return (
        f"its news usually comes at about {local:%H}:00 {days}, by the clocks of {source.timezone}: it is looked at"
        f" {_every(source.cadence_shortest or source.cadence)} then"
    )


def _chance(slug: str, last: datetime) -> float:
    """Between 0 and 1, the same for the same look: a restart draws no second lot."""
    drawn = sha256(f"{slug} {last.isoformat()}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") / 2**32


def _every(span: timedelta) -> str:
    """ "every hour", "every 15 minutes"."""
    return f"every {_span(span).removeprefix('1 ')}"


def _span(span: timedelta) -> str:
    """ "15 minutes", "90 seconds", "4 hours", "3 days": the largest unit that says it whole, or nearly."""
    seconds = round(span.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size or seconds == size:
            count = round(seconds / size)
            return f"{count:,} {unit}" + ("" if count == 1 else "s")
    return f"{seconds} second" + ("" if seconds == 1 else "s")
