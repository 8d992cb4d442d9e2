"""A walk through a sorted list, page after page, and when it is over. Pure: answers come in, the next page comes out.

Pages shift while one walks: a release that comes in pushes others onto the next page, where they are met again. Only
one that goes away could hide another, which is why every walk but the one through the past reaches back a day further
than it has to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from scrapers.doj.addresses import ALL_FIELDS, CENSUS_FIELDS, PAGE_SIZE, list_url
from scrapers.doj.answers import Answer, moment, uuid_of, written

OVERLAP = timedelta(days=1)
_EMPTY_AT_MOST = 5
"""Empty pages in a row before the count is disbelieved; single ones are met in the middle of lists."""


class Purpose(StrEnum):
    NEWS = "news"
    """What changed since the last poll, new releases included."""
    ARREARS = "arrears"
    """What changed earlier and was too much for one poll."""
    CROSS_CHECK = "cross-check"
    """What was created since the last check: nothing that the first walk did not find, it is hoped."""
    CENSUS = "census"
    """Which releases of the last weeks are still there."""
    PAST = "past"
    """Everything, the oldest first, so that what is published meanwhile lands behind the walker."""


class End(StrEnum):
    """Why a walk is over."""

    ALL_SEEN = "all seen"
    """The list's end, or releases older than the floor."""
    BOUND = "bound"
    """As many pages as one poll may take."""
    EMPTY = "empty"
    """Page after page without a release, although the count promises some."""


@dataclass(slots=True)
class Walk:
    """Where one walk is. Stamps are ISO texts, which sort by time."""

    purpose: Purpose
    now: str
    """A stamp after this is the slip of a clock: taken for the newest, it would hide everything before it for years."""
    page: int = 0
    """The next one to ask for, from 0."""
    floor: str = ""
    """Releases stamped earlier are known; empty when nothing is."""
    bound: int | None = None
    """Pages that may be asked for in this poll."""
    baseline: bool = False
    end: End | None = None
    newest: str = ""
    newest_created: str = ""
    oldest: str = ""
    total: int | None = None
    seen: set[str] = field(default_factory=set)
    _taken: int = 0
    _empty: int = 0

    @property
    def order(self) -> str:
        """What the list is sorted by, and the stamp that the floor is compared with."""
        return "changed" if self.purpose in (Purpose.NEWS, Purpose.ARREARS) else "created"

    def url(self, endpoint: str) -> str:
        """The next page's address."""
        fields = CENSUS_FIELDS if self.purpose is Purpose.CENSUS else ALL_FIELDS
        direction = "ASC" if self.purpose is Purpose.PAST else "DESC"
        return list_url(endpoint, self.order, direction, self.page, fields)

    def take(self, answer: Answer) -> None:
        """Go on by one page that has been kept."""
        stamps = [stamp for row in answer.rows if (stamp := moment(row.get(self.order)).iso)]
        created = (moment(row.get("created")).iso for row in answer.rows)
        self.newest = max([self.newest, *(stamp for stamp in stamps if stamp <= self.now)])
        self.newest_created = max([self.newest_created, *(stamp for stamp in created if stamp <= self.now)])
        self.oldest = min([self.oldest, *stamps] if self.oldest else stamps, default="")
        self.seen |= {uuid_of(row) for row in answer.rows}
        self.total = answer.count if answer.count is not None else self.total
        self._taken += 1
        self._empty = 0 if answer.rows else self._empty + 1
        last = self._is_last(answer)
        known = self.purpose is not Purpose.PAST and bool(self.floor and stamps) and max(stamps) < self.floor
        if last or known:
            self.end = End.ALL_SEEN
        elif self._empty >= _EMPTY_AT_MOST:
            self.end = End.EMPTY
        elif self.bound is not None and self._taken >= self.bound:
            self.end = End.BOUND
        # The list's last page fills up: a walk that comes back begins with it.
        self.page += not last

    def _is_last(self, answer: Answer) -> bool:
        if answer.count is None:
            return not answer.rows
        size = min(answer.page_size or PAGE_SIZE, PAGE_SIZE)
        return (self.page + 1) * size >= answer.count


def floor_below(stamp: str) -> str:
    """A day before a stamp as `Moment` writes it; empty below nothing."""
    if not stamp:
        return ""
    read = datetime.fromisoformat(stamp)
    return written((read if read.tzinfo else read.replace(tzinfo=UTC)) - OVERLAP)


def was_there(created: str, day: str, since: str) -> bool:
    """Whether a release was out before the first poll, whose newest was created at `since`, although nobody met it.

    Saved again it comes up like a new one. Both stamps have to be old: drafts lie for days before they are published
    under the day of publication.
    """
    return created <= since and day[:10] < since[:10]
