"""What the spiders of council platforms have in common: the days that they list, and agendas read one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.types import Source
from scrapers.council.agendas import AgendaPage
from scrapers.council.window import Window, listed_window, local_day, near_window
from scrapers.spiders.base import Watched, WatchSpider


@dataclass(slots=True)
class _Agendas:
    """How the agendas of one council fared in this run."""

    asked: int = 0
    seen: int = 0


class CouncilSpider(WatchSpider):
    """Base of the platforms' spiders. A meeting's agenda is read at every run while the meeting is near: see
    `near_back` and `near_ahead` of `scrapers.council.parameters`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._agendas = {watched.source.slug: _Agendas() for watched in self.watched}

    def today(self, source: Source) -> date:
        """The day that it is where the council sits."""
        return local_day(source, self._now())

    def listed(self, source: Source) -> Window:
        """The days whose meetings are listed."""
        return listed_window(source, self._now())

    def is_near(self, day: date | None, source: Source) -> bool:
        """Whether the agenda of a meeting on that day is read."""
        return day is not None and day in near_window(source, self._now())

    def agenda_request(
        self, url: str, of: AgendaPage, watched: Watched, *, headers: Mapping[str, str] | None = None
    ) -> Request:
        """The request for an agenda, which is known under the address that names its meeting."""
        self._agendas[watched.source.slug].asked += 1
        return self.request(
            url,
            watched,
            self.agenda,
            page=of.known_as(url),
            needed=False,
            headers=headers,
            # The nearest first: a run that is cut short has read what people wait for.
            priority=-self.distance(of.day, watched.source),
        )

    async def agenda(self, response: Response, watched: Watched) -> Any:
        """Take one agenda."""
        taken = await self.keep(response, watched)
        if taken.verdict.believed and not taken.broken:
            self._agendas[watched.source.slug].seen += 1

    def closed(self, reason: str) -> None:
        """One agenda that cannot be read leaves a run complete; when most cannot, the council is not being watched."""
        for slug, agendas in self._agendas.items():
            if agendas.asked > 1 and agendas.seen * 2 < agendas.asked and not self.halt.asked:
                self.tallies[slug].unseen.append(
                    f"{agendas.asked - agendas.seen} of {agendas.asked} agendas could not be read; look at their visits"
                )

    def distance(self, day: date | None, source: Source) -> int:
        """Days between a meeting and today."""
        return abs((day - self.today(source)).days) if day else 0
