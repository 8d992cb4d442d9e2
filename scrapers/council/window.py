"""The days that a calendar is asked for, counted from a council's own day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.types import Source
from scrapers.council.parameters import CouncilParameters


@dataclass(frozen=True, slots=True)
class Window:
    """Local dates: `since` inside, `until` outside."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until

    def covers(self, about: str) -> bool:
        """Whether an ISO date or time lies inside, as a record has it; not where there is none."""
        return self.since.isoformat() <= about[:10] < self.until.isoformat()

    def years(self) -> tuple[Window, ...]:
        """Its part of each calendar year, in order: what a platform is asked for year by year."""
        firsts = [date(year, 1, 1) for year in range(self.since.year + 1, self.until.year + 1)]
        begins = (self.since, *firsts)
        return tuple(
            Window(since, until) for since, until in zip(begins, (*firsts, self.until), strict=True) if since < until
        )


def local_day(source: Source, now: datetime) -> date:
    """The day that it is where the council sits."""
    return now.astimezone(ZoneInfo(source.timezone)).date()


def listed_window(source: Source, now: datetime) -> Window:
    """The days whose meetings are listed, by the stanza's `days_back` and `days_ahead`."""
    parameters = CouncilParameters.model_validate(_common(source))
    return _around(local_day(source, now), parameters.days_back, parameters.days_ahead)


def near_window(source: Source, now: datetime) -> Window:
    """The days whose agendas are read at every run, by `near_back` and `near_ahead`."""
    parameters = CouncilParameters.model_validate(_common(source))
    return _around(local_day(source, now), parameters.near_back, parameters.near_ahead)


def _around(today: date, back: int, ahead: int) -> Window:
    return Window(today - timedelta(days=back), today + timedelta(days=ahead + 1))


def _common(source: Source) -> dict[str, object]:
    return {name: value for name, value in source.parameters.items() if name in CouncilParameters.model_fields}
