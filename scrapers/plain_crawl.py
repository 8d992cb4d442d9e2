"""Looks at page watches without Scrapy: a lane for each host, so that a slow one holds up nobody else."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import FetchError
from scrapers.client import Client
from scrapers.halt import Halt
from scrapers.looking import Looking, Progress, worded
from scrapers.manners import Manners
from scrapers.page_watch import PageWatch
from scrapers.parameters import PageParameters
from scrapers.watched import Asked, Watched

if TYPE_CHECKING:
    from scrapers.intake import Intake

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    """One page to ask for: a source's own, a document that it links to, or either once more."""

    url: str
    asked: Asked
    document: bool = False
    again: bool = False


class PlainCrawl(Looking):
    """One look at every page of the given page watches."""

    parameters = PageParameters

    def __init__(
        self,
        watched: Sequence[Watched],
        intake: Intake,
        client: Client,
        manners: Manners,
        halt: Halt,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        super().__init__(watched, intake, halt, on_progress)
        self._client = client
        self._manners = manners
        self._watches: dict[str, PageWatch] = {}
        self._met: set[tuple[str, str]] = set()
        self._first: dict[str, deque[_Question]] = {}
        """By host, in the order in which they are asked."""
        self._second: dict[str, deque[_Question]] = {}
        """Further looks at a page, which come after all first ones of their host."""
        self._workers: dict[str, set[asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Ask for everything, to the end or until the halt."""
        for watched in self.watched:
            self._begin(watched)
        while working := [worker for workers in self._workers.values() for worker in workers]:
            await asyncio.wait(working)

    def _begin(self, watched: Watched) -> None:
        tally = self.tallies[watched.source.slug]
        try:
            watch = self._watches[watched.source.slug] = PageWatch(watched)
            for url in watch.pages:
                self._want(url, watched)
        except Exception as error:
            _logger.exception("The source %s could not be begun", watched.source.slug)
            tally.faults.append(worded(error))
        else:
            tally.begun = True

    def _want(self, url: str, watched: Watched, *, document: bool = False, again: bool = False) -> None:
        """Put a page on its host's lane; once in a crawl, but for second looks."""
        place = (watched.source.slug, url)
        if place in self._met and not again:
            return
        self._met.add(place)
        question = _Question(url, self.purpose(url, watched, needed=not (document or again)), document, again)
        self.tallies[watched.source.slug].asked += 1
        gate = self._manners.gate(url)
        lanes = self._second if again else self._first
        lanes.setdefault(gate.host, deque()).append(question)
        workers = self._workers.setdefault(gate.host, set())
        if len(workers) < gate.at_most:
            worker = asyncio.create_task(self._work(gate.host))
            workers.add(worker)
            worker.add_done_callback(workers.discard)

    async def _work(self, host: str) -> None:
        while not self.halt.asked:
            lane = self._first.get(host) or self._second.get(host)
            if not lane:
                return
            question = lane.popleft()
            try:
                await self._answer(question)
            except FetchError:
                # The halt: what was given up is no look at anything.
                return
            except Exception as error:
                slug = question.asked.watched.source.slug
                _logger.exception("The look at a page of %s failed", slug)
                self.tallies[slug].faults.append(worded(error))

    async def _answer(self, question: _Question) -> None:
        asked, watched = question.asked, question.asked.watched
        validators = {} if question.again else self.validators(asked)
        look = await self._client.look(question.url, asked, validators, self._now)
        self.tallies[watched.source.slug].ended += 1
        answered = look.status is not None
        own = not (question.document or question.again)
        taken = await self.take(look, asked, repeatable=answered and not question.document)
        if taken.again:
            self._want(question.url, watched, again=True)
        if own:
            watch, linked = self._watches[watched.source.slug], self.no_longer_linked
            for wanted in watch.after(taken, linked) if answered else watch.without_answer(linked):
                self._want(wanted.url, watched, document=wanted.document)
