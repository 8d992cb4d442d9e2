"""Asks USAspending for the Justice Department's awards to recipients seated in the cities of its table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from scrapy import Request
from scrapy.http import Response

from monitor.errors import ConfigurationError, ExtractionError
from scrapers.spiders.base import Watched, WatchSpider
from scrapers.usaspending.awards import read_answer
from scrapers.usaspending.parameters import Parameters
from scrapers.usaspending.questions import Question, is_search_url, questions

_JSON = {"Accept": "application/json", "Content-Type": "application/json"}


class UsaspendingSpider(WatchSpider):
    """Every question is posted to one address; its answer is kept under the question. See `scrapers.usaspending`."""

    name = "usaspending"
    parameters = Parameters

    async def begin(self, watched: Watched) -> AsyncIterator[Request]:
        """The first page of each question. Raises ConfigurationError for a stanza that cannot be used."""
        source = watched.source
        parameters = Parameters.of(source)
        if not is_search_url(source.url):
            raise ConfigurationError(
                f"{source.slug}: its URL is no search for awards; write one that ends with /search/spending_by_award/."
            )
        for question in questions(parameters):
            yield self._asked(question, watched)

    async def answered(self, response: Response, watched: Watched, question: Question) -> Any:
        """Take one page of an answer, and ask for the next."""
        taken = await self.keep(response, watched)
        if not taken.verdict.believed or taken.broken:
            return []
        try:
            more = read_answer(response.body, response.url).more
        except ExtractionError:
            return []
        if not more:
            return []
        bound = Parameters.of(watched.source).pages_at_most
        if question.page >= bound:
            self.tallies[watched.source.slug].unseen.append(
                f"{watched.source.title}: {question.parent} has more than {bound} pages; raise pages_at_most"
            )
            return []
        return [self._asked(replace(question, page=question.page + 1), watched)]

    def _asked(self, question: Question, watched: Watched) -> Request:
        endpoint = watched.source.url
        return self.request(
            endpoint,
            watched,
            self.answered,
            page=question.known_as(endpoint),
            method="POST",
            body=question.body(Parameters.of(watched.source).agency, self._now().date()),
            conditional=False,
            headers=_JSON,
            cb_kwargs={"question": question},
        )
