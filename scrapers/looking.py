"""What every way of fetching shares: whom a look is for, what becomes of it, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.errors import DiskFull, OnNoticeError
from monitor.types import Look, VerdictKind
from monitor.url import canonical_url
from scrapers.conditional import usable
from scrapers.extraction import own_pages
from scrapers.guard import Endpoint, named_endpoints
from scrapers.halt import Halt, Stopped
from scrapers.parameters import Parameters
from scrapers.watched import Asked, Watched

if TYPE_CHECKING:
    from scrapers.intake import Baseline, Intake, Taken

_SEEN = (VerdictKind.CREDIBLE, VerdictKind.UNCHANGED, VerdictKind.MOVED, VerdictKind.GONE)
"""Verdicts that tell how a page stands; "it is not there" is one of them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One look that has been taken."""

    source: str
    url: str
    verdict: VerdictKind
    changes: int
    done: int = 0
    total: int = 0
    """How far a walk through a source's past has come, in the source's own units; 0 of 0 of any other look."""


@dataclass(slots=True)
class Tally:
    """What became of one source's requests in this crawl."""

    asked: int = 0
    ended: int = 0
    looks: int = 0
    answers: int = 0
    begun: bool = False
    """Whether its first requests were all made."""
    faults: list[str] = field(default_factory=list)
    """Exceptions of the spider, as sentences: faults of ours, not of the site."""
    unseen: list[str] = field(default_factory=list)
    """Why needed pages could not be seen."""


class Looking:
    """One crawl's looks at its sources. Without an intake nothing is stored."""

    parameters: type[Parameters] = Parameters
    """What a stanza may say under `[source.parameters]`; settings.md is generated from it."""

    def __init__(
        self,
        watched: Sequence[Watched],
        intake: Intake | None,
        halt: Halt | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.watched: tuple[Watched, ...] = tuple(watched)
        self.intake = intake
        self.halt = halt or Halt()
        self.on_progress = on_progress
        self.tallies: dict[str, Tally] = {one.source.slug: Tally() for one in self.watched}
        self._named: dict[str, frozenset[Endpoint]] = {}
        self._walked: dict[str, tuple[int, int]] = {}

    def purpose(
        self, url: str, watched: Watched, *, needed: bool = True, rendered: bool | None = None, page: str = ""
    ) -> Asked:
        """What a request for a URL is made for. A source's needed pages are rendered unless `rendered` says otherwise.

        `page` is the URL under which the page is known, where that is not the one asked for.
        """
        source = watched.source
        if source.slug not in self._named:
            self._named[source.slug] = named_endpoints(source)
        return Asked(
            watched=watched,
            page=canonical_url(page or url),
            named=self._named[source.slug],
            delay=float(source.parameters.get("delay", self.parameters.model_fields["delay"].default)),
            robots=bool(source.parameters.get("robots", False)),
            needed=needed,
            render=bool(source.parameters.get("render", False)) and (needed if rendered is None else rendered),
            render_wait=str(source.parameters.get("render_wait", "")),
        )

    def validators(self, asked: Asked) -> dict[str, str]:
        """The headers that ask for a 304, where one would say anything."""
        # Unchanged bytes say nothing about what a script fills in.
        if asked.render or self.intake is None:
            return {}
        return usable(self.intake.validators(asked.watched.source, asked.page))

    async def take(self, look: Look, asked: Asked, *, repeatable: bool = False, baseline: Baseline = False) -> Taken:
        """Hand a look to whoever judges it, and count what came of it."""
        source = asked.watched.source
        tally = self.tallies[source.slug]
        tally.looks += 1
        tally.answers += look.status is not None
        taken = await self.judge(look, asked, repeatable=repeatable, baseline=baseline)
        if asked.needed and taken.verdict.kind not in _SEEN:
            tally.unseen.append(taken.verdict.reason)
        if self.on_progress is not None:
            done, total = self._walked.get(source.slug, (0, 0))
            self.on_progress(Progress(source.slug, look.url, taken.verdict.kind, taken.changes, done, total))
        return taken

    async def judge(self, look: Look, asked: Asked, *, repeatable: bool, baseline: Baseline) -> Taken:
        """The intake's judgement. On a full disk the crawl is broken off; raises Stopped."""
        assert self.intake is not None
        watched = asked.watched
        try:
            return await self.intake.take(
                look, watched.source, watched.run, repeatable=repeatable, baseline=baseline, needed=asked.needed
            )
        except DiskFull as full:
            self.halt.break_off(full)
            raise Stopped("Nothing more can be kept; make room and look again") from full

    def no_longer_linked(
        self, watched: Watched, linked: Collection[str], *, sure: bool = True, most: int = 20
    ) -> list[str]:
        """Documents of the source that none of its pages links to, and that are not known to be withdrawn.

        Only asking for them tells whether they were taken down with their links, and a hold ends by further looks. At
        most so many: those on hold, then those that were looked at longest ago. Where it is not `sure` that none links
        to them, because a page could not be read, those on hold alone.
        """
        if self.intake is None:
            return []
        kept = own_pages(watched.source) | {canonical_url(url) for url in linked}
        urls = self.intake.pages_to_confirm(watched.source, held=not sure)
        return [url for url in urls if url not in kept][:most]

    def _now(self) -> datetime:
        """The intake's clock: the only one that is read."""
        return self.intake.clock() if self.intake is not None else datetime.now(UTC)


def worded(error: BaseException) -> str:
    """A fault of ours as one sentence."""
    if isinstance(error, OnNoticeError):
        return str(error)
    return f"The spider failed ({type(error).__name__}: {error}); please report it"
