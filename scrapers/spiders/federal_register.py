"""Watches searches of the Federal Register: the last weeks at every poll, a year once a day, and the past on demand."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError, ExtractionError
from monitor.types import Record, Source, VerdictKind
from scrapers.register.addresses import Days, Question, is_search_url, questions
from scrapers.register.answers import Answer, read_answer
from scrapers.register.parameters import Parameters
from scrapers.register.walk import PAST, Walk
from scrapers.spiders.base import Watched, WatchSpider

_JSON = {"Accept": "application/json"}
_RECENT, _WIDE = "recent", "wide"
_WIDE_EVERY = timedelta(hours=20)


class FederalRegisterSpider(WatchSpider):
    """One request at a time. See `scrapers.register.parameters` for what a stanza may say.

    The checkpoint: `since`, by question the day on which it was first answered, before which everything is old;
    `wide_at`; `backfill`, by question the first day that is not read yet.
    """

    name = "federal_register"
    parameters = Parameters
    walks_past = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._walks: dict[str, deque[Walk]] = {}
        self._days_left: dict[str, tuple[int, int]] = {}

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The first request of the first walk. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        parameters = Parameters.of(source)
        if not is_search_url(source.url):
            raise ConfigurationError(
                f"{source.slug}: its URL is not the Register's search; write one that ends with /documents.json."
            )
        if not parameters.agencies and not parameters.terms:
            raise ConfigurationError(
                f"{source.slug}: it asks for the whole Register; name agencies or terms under [source.parameters]."
            )
        asked = questions(parameters)
        self._walks[source.slug] = deque(
            self._past(source, asked, parameters.begins) if self.backfill else self._news(source, asked, parameters)
        )
        for request in self._next(watched):
            yield request

    async def listed(self, response: Response, watched: Watched, walk: Walk) -> Any:
        """Take one page of an answer and go on. One that is not believed ends the run: it would be asked in vain."""
        source = watched.source
        answer = _answer(response)
        taken = await self.keep(response, watched, baseline=self._is_old(source, walk.question))
        if taken.verdict.kind is VerdictKind.GONE:
            self.tallies[source.slug].unseen.append(taken.verdict.reason)
        if not taken.verdict.believed or taken.broken or answer is None:
            return []
        walk.take(answer)
        if walk.window == PAST:
            self._came_to(watched, walk)
        if walk.reached is None:
            self._walks[source.slug].popleft()
            self._ended(walk, source)
        return self._next(watched)

    # -- what is to be done ------------------------------------------------------------------------------------

    def _news(self, source: Source, asked: tuple[Question, ...], parameters: Parameters) -> list[Walk]:
        checkpoint, today = self.checkpoint(source), self.today(source)
        wide_at, since = checkpoint.get("wide_at"), checkpoint.get("since", {})
        due = wide_at is None or self._now() - datetime.fromisoformat(wide_at) > _WIDE_EVERY
        wide = due or any(question.name not in since for question in asked)
        back = max(parameters.wide_days, parameters.days) if wide else parameters.days
        # A day ahead: nobody should miss an issue for the sake of a time zone.
        days = Days(today - timedelta(days=back), today + timedelta(days=1))
        return [Walk.over(question, _WIDE if wide else _RECENT, [days]) for question in asked]

    def _past(self, source: Source, asked: tuple[Question, ...], begins: date) -> list[Walk]:
        """Year by year from where the last backfill came to; one that came to the end reads the last year again."""
        today = self.today(source)
        reached = self.checkpoint(source).get("backfill", {})
        walks = []
        for question in asked:
            first = date.fromisoformat(reached.get(question.name, begins.isoformat()))
            days = Days(max(begins, min(first, date(today.year, 1, 1))), today)
            if days.count > 0:
                walks.append(Walk.over(question, PAST, days.years()))
        total = sum((today - walk.waiting[0].first).days + 1 for walk in walks)
        self._days_left[source.slug] = (total, total)
        return walks

    def _next(self, watched: Watched) -> list[Request]:
        walks = self._walks[watched.source.slug]
        if not walks:
            return []
        walk, endpoint = walks[0], watched.source.url
        return [
            self.request(
                walk.url(endpoint),
                watched,
                self.listed,
                page=walk.known_as(endpoint),
                # Without a body nobody knows how far to go on, and the address moves with the days.
                conditional=False,
                dont_filter=True,
                headers=_JSON,
                cb_kwargs={"walk": walk},
            )
        ]

    # -- what a walk has shown ---------------------------------------------------------------------------------

    def _is_old(self, source: Source, question: Question) -> Callable[[Record], bool]:
        """Whether a document came out before anybody asked this question, although it is met for the first time."""
        since = str(self.checkpoint(source).get("since", {}).get(question.name, self.today(source).isoformat()))
        return lambda record: record.about < since

    def _came_to(self, watched: Watched, walk: Walk) -> None:
        """Remember how far the past is read, and say so."""
        source = watched.source
        reached = walk.reached or self.today(source) + timedelta(days=1)
        before = {**self.checkpoint(source).get("backfill", {})}
        self.remember(source, backfill={**before, walk.question.name: reached.isoformat()})
        total, _ = self._days_left[source.slug]
        left = sum(days.count for one in self._walks[source.slug] for days in one.waiting)
        self._days_left[source.slug] = (total, left)
        self.progress(watched, total - left, total)

    def _ended(self, walk: Walk, source: Source) -> None:
        for day, count in walk.unreadable:
            message = (
                f"{source.title}: {count:,} documents of {day} are more than the API shows; narrow the search"
                " by agencies, terms or types"
            )
            self.logger.warning(message)
            self.tallies[source.slug].unseen.append(message)
        if walk.window == PAST:
            return
        since = self.checkpoint(source).get("since", {})
        self.remember(source, since={walk.question.name: self.today(source).isoformat(), **since})
        if walk.window == _WIDE and not self._walks[source.slug]:
            self.remember(source, wide_at=self._now().isoformat())

    # -- the archive -------------------------------------------------------------------------------------------


def _answer(response: Response) -> Answer | None:
    """What the walk goes by; None of anything that the intake will not believe or cannot read either."""
    try:
        return read_answer(response.body, response.url) if response.status == 200 else None
    except ExtractionError:
        return None
