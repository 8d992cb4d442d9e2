"""How long a source may be quiet before that is worth a word: by its own past, and at first by its stanza.

Peers wait for a number of days that somebody typed in, the same in August as in March, or wait for ever. Here the past
decides, and it is not taken at its word: one freak gap does not buy years of patience, and a first year has not yet
shown its holidays and its summer recess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

FEWEST_GAPS: Final = 5
"""With fewer gaps of history no silence is unusual: a list that changes twice a year is never silent."""
SHORTEST_PAST: Final = timedelta(weeks=4)
"""From the first news to the newest. A busy first week says nothing about an ordinary month."""
WHOLE_YEAR: Final = timedelta(days=365)
"""A past of this length has shown the holidays and recesses that a year holds."""
SHORTEST_SILENCE: Final = timedelta(days=3)
"""A long weekend. Fewer days without news are nothing, however busy a source usually is."""
BEYOND: Final = 2
"""Times the longest gap: "far longer than ever"."""
FREAK: Final = 3
"""The longest gap counts as at most so many times the next one: a shutdown happens once."""
RECESS: Final = timedelta(weeks=4)
"""More patience in the first year: a council's summer recess is five weeks or so between two meetings of a weekly
one. Never more than `RECESS_TIMES` the longest gap: a daily source has holidays and no recess."""
RECESS_TIMES: Final = 4
HOLIDAYS: Final = timedelta(days=10)
"""The least of it: offices close from December 23 to January 3 at the worst."""


@dataclass(frozen=True, slots=True)
class NewsRhythm:
    """How often a source has had news. News of one run is one piece of news; time that we were blind is no gap."""

    last_news_at: datetime | None = None
    first_news_at: datetime | None = None
    gaps: int = 0
    longest_gap: timedelta | None = None
    """Between two runs with news that followed each other; None where there were fewer than two."""
    second_gap: timedelta | None = None
    """The next longest."""

    def then(self, at: datetime, blind: timedelta = timedelta()) -> NewsRhythm:
        """With one more piece of news, before which we were blind for so long."""
        if self.last_news_at is None:
            return replace(self, last_news_at=at, first_news_at=at)
        gap = max(at - self.last_news_at - blind, timedelta())
        longest = sorted(
            (known for known in (gap, self.longest_gap, self.second_gap) if known is not None), reverse=True
        )
        return NewsRhythm(
            last_news_at=at,
            first_news_at=self.first_news_at,
            gaps=self.gaps + 1,
            longest_gap=longest[0],
            second_gap=longest[1] if len(longest) > 1 else None,
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a silence may last, and why just so long, as the rest of a sentence after "no news for 9 days; "."""

    limit: timedelta
    gap: timedelta
    promised: bool = False
    """The gap is what the stanza says, for want of a past."""


def patience(rhythm: NewsRhythm, news_every: timedelta | None = None) -> Patience | None:
    """How long the source may be quiet; None where nothing can be said.

    With at least five gaps over four weeks the source's own longest gap counts; through the first year never less than
    the stanza's `news_every`, which counts alone before that.
    """
    learned = _longest(rhythm)
    past = _past(rhythm)
    if learned is not None and past >= WHOLE_YEAR:
        return Patience(max(BEYOND * learned, SHORTEST_SILENCE), learned)
    gap = max((known for known in (learned, news_every) if known is not None), default=None)
    if gap is None:
        return None
    limit = BEYOND * gap + min(RECESS, max(RECESS_TIMES * gap, HOLIDAYS))
    return Patience(max(limit, SHORTEST_SILENCE), gap, promised=gap != learned)


def _longest(rhythm: NewsRhythm) -> timedelta | None:
    """The longest gap that is no freak; None with too little of a past."""
    if rhythm.gaps < FEWEST_GAPS or _past(rhythm) < SHORTEST_PAST:
        return None
    if rhythm.longest_gap is None or rhythm.second_gap is None:
        return None
    return min(rhythm.longest_gap, FREAK * rhythm.second_gap)


def _past(rhythm: NewsRhythm) -> timedelta:
    if rhythm.last_news_at is None or rhythm.first_news_at is None:
        return timedelta()
    return rhythm.last_news_at - rhythm.first_news_at
