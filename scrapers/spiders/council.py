"""What the spiders of council platforms have in common: their days, and agendas that are read one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ExtractionError
from monitor.types import Source
from scrapers.council.agendas import AgendaPage
from scrapers.council.window import Window, listed_window, near_window
from scrapers.spiders.base import Watched, WatchSpider

if TYPE_CHECKING:
    from scrapers.intake import Baseline

Row = Mapping[str, Any]
"""A meeting as a platform's answer has it."""


@dataclass(slots=True)
class _Agendas:
    """How the agendas of one council fared in this run."""

    asked: set[str] = field(default_factory=set)
    """Pages: one that two lists show is asked for once; an agenda that two meetings share is a page of each."""
    seen: int = 0


class CouncilSpider(WatchSpider):
    """Base of the platforms' spiders. A meeting's agenda is read at every run while the meeting is near: see
    `near_back` and `near_ahead` of `scrapers.council.parameters`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._agendas = {watched.source.slug: _Agendas() for watched in self.watched}

    def listed(self, source: Source) -> Window:
        """The days whose meetings are listed."""
        return listed_window(source, self._now())

    def near(self, source: Source) -> Window:
        """The days whose meetings' agendas are read at every run."""
        return near_window(source, self._now())

    def is_near(self, day: date | None, source: Source) -> bool:
        """Whether the agenda of a meeting on that day is read."""
        return day is not None and day in self.near(source)

    async def keep_rows(
        self,
        response: Response,
        watched: Watched,
        rows_of: Callable[[bytes, str], list[Row]],
        *,
        baseline: Baseline = False,
    ) -> list[Row] | None:
        """Take a list of meetings, and give its rows; None of one that is not believed, or cannot be read."""
        taken = await self.keep(response, watched, baseline=baseline)
        if not taken.verdict.believed or taken.broken:
            return None
        try:
            return rows_of(response.body, response.url)
        except ExtractionError:
            return None

    def agenda_request(self, url: str, of: AgendaPage, watched: Watched, **options: Any) -> Request:
        """The request for an agenda, which is known under the address that names its meeting."""
        return self.request_on(of.day, url, watched, self.agenda, page=of.known_as(url), **options)

    def request_on(
        self, day: date | None, url: str, watched: Watched, callback: Callable[..., Any], **options: Any
    ) -> Request:
        """The request for the agenda of a meeting on that day; `callback` takes it by `keep_agenda`."""
        self._agendas[watched.source.slug].asked.add(str(options.get("page", url)))
        # The nearest first: a run that is cut short has read what people wait for.
        distance = abs((day - self.today(watched.source)).days) if day else 0
        return self.request(url, watched, callback, needed=False, priority=-distance, **options)

    def in_turn(self, watched: Watched, listed: str, urls: Iterable[str], most: int) -> list[str]:
        """At most so many of the pages that a list leads to: those asked for longest ago, then in their order.

        What one run leaves out is the next one's, so that nothing is passed over for good. `listed` names the list.
        """
        wanted = list(dict.fromkeys(urls))
        turns = dict(self.checkpoint(watched.source).get("turns", {}))
        last = turns.pop(listed, {})
        chosen = sorted(wanted, key=lambda url: last.get(url, ""))[:most]
        if len(wanted) > most:
            turns[listed] = {url: last.get(url, "") for url in wanted} | dict.fromkeys(chosen, self._now().isoformat())
            self.logger.warning(
                "%s: %d of %d pages are left to the next runs; watch fewer days around today to read all at each",
                watched.source.slug,
                len(wanted) - most,
                len(wanted),
            )
        if last or listed in turns:
            self.remember(watched.source, turns=turns or None)
        return chosen

    async def agenda(self, response: Response, watched: Watched) -> Any:
        """Take one agenda."""
        await self.keep_agenda(response, watched)

    async def keep_agenda(self, response: Response, watched: Watched, *, baseline: bool = False) -> bool:
        """Take one agenda, and say whether it could be read. With `baseline` what it holds is told to nobody."""
        taken = await self.keep(response, watched, baseline=baseline)
        read = taken.verdict.believed and not taken.broken
        self._agendas[watched.source.slug].seen += read
        return read

    def closed(self, reason: str) -> None:
        """One agenda that cannot be read leaves a run complete; when most cannot, the council is not being watched."""
        for slug, agendas in self._agendas.items():
            asked = len(agendas.asked)
            if asked > 1 and agendas.seen * 2 < asked and not self.halt.asked:
                self.tallies[slug].unseen.append(
                    f"{asked - agendas.seen} of {asked} agendas could not be read; look at their visits"
                )
