"""Loads captures from elsewhere as history: each passes through the same steps as a live look, at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from monitor.types import Source
from onnotice.captures import Captured
from onnotice.placing import Places
from onnotice.polling import confirmation_of
from onnotice.room import require_room
from onnotice.runs import Past, end_run, interrupt, past_of

if TYPE_CHECKING:
    from onnotice.config import Settings
    from scrapers.intake import Intake
    from storage import Archive

_ONE_RUN = timedelta(hours=1)
"""Captures of a source that lie closer, and of no page twice, are one run: a commit of a git-scraping repository is."""

_SECOND_LOOK = timedelta(minutes=1)
"""Captures of one page that lie closer are a look and the second one that a poll takes where a page reads otherwise."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    poll: int | None
    captures: int
    changes: int
    already_there: int
    hints: tuple[str, ...] = ()
    """Sentences on captures that became page watches, and seem to be a platform's."""


async def import_captures(
    archive: Archive,
    captures: Sequence[Captured],
    sources: Sequence[Source],
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Load captures in the order given. Those already in the archive (same page, same time) are passed over,
    so that an interrupted import is finished by running it again.

    Raises UsageError, before anything is loaded, where the archive holds a look that is newer than a capture it lacks.
    """
    from scrapers.intake import Intake

    places = Places(archive, sources)
    placed = [(capture, places.place(capture)) for capture in captures]
    there = _already_there(archive, placed)
    if len(there) == len(placed):
        return ImportReport(None, 0, 0, len(there), tuple(places.hints))
    for source in {source.slug: source for _, source in placed}.values():
        if archive.source(source.slug) is None:
            # Known by its history alone: nobody has asked for it to be looked at.
            archive.keep_source(source, captures[0].at)
            archive.drop_source(source.slug, captures[0].at)
    moment = captures[0].at
    looked_again = _looked_again(placed)
    runs = _Runs(archive, Intake(archive, lambda: moment, confirmation_of(settings)), archive.begin_poll(moment))
    try:
        with archive.indexing_later():
            for done, (capture, source) in enumerate(placed, start=1):
                if done not in there:
                    if archive.path is not None:
                        require_room(archive.path.parent, settings.keep.floor)
                    moment = capture.at
                    await runs.take(capture, source, repeatable=done in looked_again)
                if progress is not None:
                    progress(done, len(placed))
    except BaseException:
        runs.abandon()
        raise
    runs.end_all()
    return ImportReport(runs.poll, runs.taken, runs.changes, len(there), tuple(places.hints))


@dataclass(slots=True)
class _Open:
    """A run that is going on: captures of one source that belong together."""

    source: Source
    run: int
    began: datetime
    newest: datetime
    pages: set[str] = field(default_factory=set)
    awaited: set[str] = field(default_factory=set)
    """Pages whose second look is still to come."""

    def takes(self, capture: Captured) -> bool:
        """Whether a capture is of this run."""
        new = capture.url not in self.pages and capture.at - self.began < _ONE_RUN
        return new or capture.url in self.awaited


@dataclass(slots=True)
class _Runs:
    """The runs that captures fall into, one open at a time for each source."""

    archive: Archive
    intake: Intake
    poll: int
    taken: int = 0
    changes: int = 0
    open: dict[str, _Open] = field(default_factory=dict)
    pasts: dict[str, Past] = field(default_factory=dict)
    """Carried along from run to run: read anew for each, a long history would take the square of its length."""

    async def take(self, capture: Captured, source: Source, *, repeatable: bool) -> None:
        """Take one capture, in the source's open run or a new one. `repeatable`: another look at the page follows."""
        going_on = self.open.get(source.slug)
        if going_on is not None and not going_on.takes(capture):
            self._end(going_on)
            going_on = None
        look = capture.look()
        if going_on is None:
            run = self.archive.begin_run(source.slug, self.poll, capture.at)
            going_on = self.open[source.slug] = _Open(source, run, capture.at, capture.at)
        going_on.newest = capture.at
        going_on.pages.add(capture.url)
        going_on.awaited.discard(capture.url)
        if repeatable:
            going_on.awaited.add(capture.url)
        outcome = await self.intake.take(look, source, going_on.run, repeatable=repeatable)
        self.taken += 1
        self.changes += outcome.changes

    def end_all(self) -> None:
        """End every run, each at the time of its newest capture."""
        for going_on in tuple(self.open.values()):
            self._end(going_on)

    def abandon(self) -> None:
        """The import was broken off: its open runs were not complete."""
        for going_on in self.open.values():
            interrupt(self.archive, going_on.source, going_on.run, going_on.newest)

    def _end(self, going_on: _Open) -> None:
        slug, tally = going_on.source.slug, self.intake.tally(going_on.run)
        complete = not tally.unseen and not tally.broken
        past = self._past_with(going_on.run, slug, tally.changes)
        outcome = end_run(
            self.archive,
            self.intake,
            going_on.source,
            going_on.run,
            going_on.newest,
            complete=complete,
            past=past,
        )
        self.pasts[slug] = replace(past, failing_runs=past.failing_runs + 1 if outcome.failed else 0)
        del self.open[slug]

    def _past_with(self, run: int, slug: str, changes: int) -> Past:
        """The source's past with the news of this run."""
        if slug not in self.pasts:
            return past_of(self.archive, slug)
        past = self.pasts[slug]
        stored = self.archive.changes(run=run) if changes else ()
        moments = [one.change.at for one in stored if not one.change.kind.about_our_eyes]
        if not moments:
            return past
        at, last = min(moments), past.rhythm.last_news_at
        blind = self.archive.blind_between(slug, last, at) if last else timedelta()
        return replace(past, rhythm=past.rhythm.then(at, blind))


def _looked_again(placed: Sequence[tuple[Captured, Source]]) -> set[int]:
    """Captures that another of the same page follows at once, by number from 1."""
    newest: dict[tuple[str, str], tuple[int, datetime]] = {}
    found = set()
    for number, (capture, source) in enumerate(placed, start=1):
        before = newest.get((source.slug, capture.url))
        if before is not None and capture.at - before[1] < _SECOND_LOOK and before[0] not in found:
            found.add(before[0])
        newest[source.slug, capture.url] = (number, capture.at)
    return found


def _already_there(archive: Archive, placed: Iterable[tuple[Captured, Source]]) -> set[int]:
    """Captures that the archive has, by number from 1. Raises UsageError for one that would go before a newer look."""
    looks: dict[tuple[str, str], set[datetime]] = {}
    newest: dict[tuple[str, str], datetime] = {}
    there = set()
    for number, (capture, source) in enumerate(placed, start=1):
        place = (source.slug, capture.url)
        if place not in looks:
            looks[place] = {visit.at for visit in archive.visits(capture.url, source.slug)}
            newest[place] = max(looks[place], default=capture.at)
        if capture.at in looks[place]:
            there.add(number)
        elif capture.at < newest[place]:
            raise UsageError(
                f"{capture.where}: {capture.url} was looked at on {newest[place]:%Y-%m-%d %H:%M} UTC already, and"
                " what is older cannot go before that; load the whole history into a new home (`onnotice init DIR`)."
            )
    return there
