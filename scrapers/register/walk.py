"""A walk through the days of publication of one question. Pure: answers come in, the next request comes out.

Days that hold more documents than pages reach are halved until they do not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from scrapers.register.addresses import READABLE, Days, Question
from scrapers.register.answers import Answer

PAST = ""
"""The window of a walk through the past: its days do not move, and each page is known by its own address."""

_PAGES_AT_MOST = READABLE // 20
"""Twenty documents a page are the API's default: more pages than this has no answer, whatever it says."""


@dataclass(slots=True)
class Walk:
    """Where one walk is. `waiting` are the days that are still to be asked about, the first of them now."""

    question: Question
    window: str
    waiting: deque[Days]
    page: int = 1
    part: int = 1
    """Counts the requests of the walk."""
    unreadable: list[tuple[date, int]] = field(default_factory=list)
    """Single days that hold more than pages reach, and how many documents."""

    @classmethod
    def over(cls, question: Question, window: str, days: Iterable[Days]) -> Walk:
        """A walk that begins with the first of these days."""
        return cls(question, window, deque(days))

    @property
    def reached(self) -> date | None:
        """The first day that is not read to its end yet; None when all are."""
        return self.waiting[0].first if self.waiting else None

    def url(self, endpoint: str) -> str:
        """The next request."""
        return self.question.asked_of(endpoint, self.waiting[0], self.page)

    def known_as(self, endpoint: str) -> str:
        """The page under which its answer is kept."""
        return self.question.known_as(endpoint, self.window, self.part) if self.window else self.url(endpoint)

    def take(self, answer: Answer) -> None:
        """Go on by one page that has been kept."""
        self.part += 1
        days = self.waiting[0]
        if self.page == 1 and answer.count > READABLE:
            if days.count > 1:
                self.waiting.popleft()
                self.waiting.extendleft(reversed(days.halves()))
                return
            self.unreadable.append((days.first, answer.count))
        if answer.more and answer.rows and self.page < _PAGES_AT_MOST:
            self.page += 1
            return
        self.waiting.popleft()
        self.page = 1
