"""How well a source is seen after a run, and whether that is worth telling: "no news" is never "cannot see".

Each state is told once, when it begins, and its end is told once. A state that was never told ends untold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.silence import Patience
from monitor.types import Change, ChangeKind, Health, Source, VerdictKind

TOLD_AT_FAILING_RUN: Final = 3
"""A server may be down for a run or two. A refusal is told at once: it does not pass by itself."""
SIGNIFICANCE: Final = 0.5

_SEEING = (VerdictKind.CREDIBLE, VerdictKind.UNCHANGED, VerdictKind.MOVED)
_TOLD_AS = {
    Health.BLOCKED: ChangeKind.SOURCE_BLOCKED,
    Health.BROKEN: ChangeKind.SOURCE_BROKEN,
    Health.UNREACHABLE: ChangeKind.SOURCE_BROKEN,
    Health.MOVED: ChangeKind.SOURCE_MOVED,
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """A source's health after a run, the change to tell, if any, and a sentence where all is not well."""

    health: Health
    change: Change | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """How much of what a source needs was not where it is asked for, in one run: its lists, not single documents."""

    needed: int = 0
    """Looks at pages without which the source is not seen."""
    gone: int = 0
    """Of those, found gone, and that is sure by now."""
    elsewhere: int = 0
    """Of those, led to another site, where nothing of the source could be read."""

    @property
    def total(self) -> bool:
        """Whether nothing that is needed is left."""
        return self.needed > 0 and self.gone + self.elsewhere == self.needed


def assess(
    *,
    before: Health,
    since: datetime | None,
    tally: Mapping[VerdictKind, int],
    broken: tuple[str, ...],
    last_news_at: datetime | None,
    patience: Patience | None,
    failing_runs: int,
    now: datetime,
    source: Source,
    reasons: tuple[str, ...] = (),
    entry: VerdictKind | None = None,
    absence: Absence = Absence(),
) -> Assessment:
    """Assess one run that has ended at `now`.

    `before` is the health until now and `since` when that began; of a source that is not seen, when it was not seen
    first. `tally` counts the run's looks by verdict, `broken` are sentences of what could not be read, `reasons` of its
    looks that were not believed. `patience` is how long a silence since `last_news_at` may last, None where nobody can
    say. `failing_runs` counts runs in a row, just before this one, that failed. `entry` is what the look at the
    source's own address came to: documents that can be had do not make up for it. `absence` leaves out a source that
    is a single page: its withdrawal is news, and told as such.
    """
    run = _Run(before, since, failing_runs, now, source)
    looks, seen = sum(tally.values()), sum(tally.get(kind, 0) for kind in _SEEING)
    if absence.total:
        reason = _first(reasons, "its pages are gone")
        return run.leads_away(reason) if absence.elsewhere else run.begins(Health.MOVED, run.moved(reason))
    if entry is VerdictKind.BLOCKED or (tally.get(VerdictKind.BLOCKED) and not seen):
        return run.begins(Health.BLOCKED, f"{source.title} cannot be seen: {_first(reasons, 'the site refuses us')}")
    if broken:
        return run.begins(Health.BROKEN, f"{source.title} cannot be read: {_first(broken, '')}")
    down = entry is VerdictKind.UNREACHABLE
    if seen and not down:
        return run.sees(last_news_at, patience, _partly(looks, tally, reasons))
    never_was_there = before is Health.NEW or (before is Health.UNREACHABLE and last_news_at is None)
    if not down and (tally.get(VerdictKind.SHRUNKEN) or (tally.get(VerdictKind.GONE) and not never_was_there)):
        # Not believed yet, or believed to be gone: the page's news, and no news of our eyes either way.
        return Assessment(before if before is not Health.NEW else Health.SEEN, message=_first(reasons, ""))
    return run.fails(_first(reasons, "no page could be looked at" if not looks else "there was no usable answer"))


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run is compared with."""

    before: Health
    since: datetime | None
    failing_runs: int
    now: datetime
    source: Source

    def begins(self, health: Health, sentence: str) -> Assessment:
        """Blocked, broken or moved: told at the first run that finds it so."""
        told = self._change(_TOLD_AS[health], health, sentence) if self.before is not health else None
        return Assessment(health, told, sentence)

    def leads_away(self, reason: str) -> Assessment:
        """Another site answers: believed at the third run in a row that saw nothing, like every collapse."""
        if self.before is not Health.MOVED and self.failing_runs + 1 < TOLD_AT_FAILING_RUN:
            return self._waits(f"{self.source.title} may have moved: {reason}; looked at again before it is believed")
        return self.begins(Health.MOVED, self.moved(reason))

    def moved(self, reason: str) -> str:
        """The sentence about a source that is no longer where it is looked for."""
        return f"{self.source.title} is not where it was: {reason}; find out where it went and correct its settings"

    def fails(self, reason: str) -> Assessment:
        """No usable answer: told at the third failing run in a row, and until then no reason to end a told state."""
        failing = self.failing_runs + 1
        if failing < TOLD_AT_FAILING_RUN:
            return self._waits(f"{self.source.title} could not be reached: {reason}")
        sentence = f"{self.source.title} could not be reached {failing} times in a row: {reason}"
        first = self.before is not Health.UNREACHABLE or failing == TOLD_AT_FAILING_RUN
        change = self._change(_TOLD_AS[Health.UNREACHABLE], Health.UNREACHABLE, sentence) if first else None
        return Assessment(Health.UNREACHABLE, change, sentence)

    def sees(self, last_news_at: datetime | None, patience: Patience | None, message: str) -> Assessment:
        """Something was seen: the end of a blindness, else a silence that begins or ends, else nothing to tell."""
        title = self.source.title
        if self.before.blind:
            told = self.before is not Health.UNREACHABLE or self.failing_runs >= TOLD_AT_FAILING_RUN
            sentence = f"{title} is seen again{self._after()}"
            return Assessment(Health.SEEN, self._recovered(sentence) if told else None, message)
        silence = self.now - last_news_at if last_news_at else timedelta()
        if patience is not None and silence > patience.limit:
            sentence = f"{title} has had no news for {duration(silence)}; {_why(patience)}"
            begins = self.before is not Health.SILENT
            change = self._change(ChangeKind.SOURCE_SILENT, Health.SILENT, sentence) if begins else None
            return Assessment(Health.SILENT, change, sentence)
        if self.before is Health.SILENT:
            return Assessment(Health.SEEN, self._recovered(f"{title} has news again{self._after()}"), message)
        return Assessment(Health.SEEN, message=message)

    def _waits(self, message: str) -> Assessment:
        """Not sure yet: a state that was told goes on, else its end would go untold or it would be told twice."""
        held = self.before in (Health.BLOCKED, Health.BROKEN, Health.MOVED, Health.SILENT)
        return Assessment(self.before if held else Health.UNREACHABLE, message=message)

    def _after(self) -> str:
        return f" after {duration(self.now - self.since)}" if self.since and self.since < self.now else ""

    def _recovered(self, sentence: str) -> Change:
        return self._change(ChangeKind.SOURCE_RECOVERED, Health.SEEN, sentence)

    def _change(self, kind: ChangeKind, health: Health, sentence: str) -> Change:
        return Change(
            kind=kind,
            at=self.now,
            source=self.source.slug,
            url=self.source.url,
            summary=sentence,
            significance=SIGNIFICANCE,
            before={"health": self.before.value},
            after={"health": health.value},
            title=self.source.title,
            place=self.source.jurisdiction,
        )


def _why(patience: Patience) -> str:
    """What the silence is longer than."""
    if patience.promised:
        return f"some is expected every {duration(patience.gap)}"
    return f"its longest gap so far was {duration(patience.gap)}"


def duration(span: timedelta) -> str:
    """A span as people say it, in one unit: "20 minutes", "3 hours", "36 hours", "12 days"."""
    minutes = max(1, round(span.total_seconds() / 60))
    size, unit = next(one for one in ((2880, "day"), (60, "hour"), (1, "minute")) if minutes >= one[0])
    count = round(minutes / min(size, 1440))
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _partly(looks: int, tally: Mapping[VerdictKind, int], reasons: tuple[str, ...]) -> str:
    """What to say of a run that saw something, but not everything."""
    unseen = sum(tally.get(kind, 0) for kind in (VerdictKind.BLOCKED, VerdictKind.UNREACHABLE, VerdictKind.TRUNCATED))
    unseen += tally.get(VerdictKind.EMPTY, 0)
    return f"{unseen} of {looks} looks saw nothing: {_first(reasons, 'no reason was given')}" if unseen else ""


def _first(sentences: tuple[str, ...], otherwise: str) -> str:
    """The first of them, without its full stop, and how many more there are."""
    told = [sentence.strip().rstrip(".") for sentence in sentences if sentence.strip()]
    if not told:
        return otherwise
    return told[0] if len(told) == 1 else f"{told[0]} (and {len(told) - 1} more)"
