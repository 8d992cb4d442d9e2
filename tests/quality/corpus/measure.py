"""Runs cases through the real intake and archive, and counts what is told: in import mode and in live mode.

Import mode takes one look at each capture, as `onnotice import` does. In live mode a page that reads otherwise is
looked at again seconds later, as the page spider does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib import import_module
from unittest.mock import patch

from corpus.case import BEGAN, Capture, Case, Label

from monitor.noise_rules import key_of
from monitor.significance import told
from monitor.types import Change, Extraction, Health, Look, Source, VerdictKind
from scrapers import reader
from scrapers.intake import Intake
from storage import Archive

MODES = ("import", "live")
_SECONDS = timedelta(seconds=4)


@dataclass(frozen=True)
class Outcome:
    """What became of one step."""

    case: Case
    step: int
    mode: str
    verdict: VerdictKind
    believed: bool
    changes: tuple[Change, ...]
    """Those that an alert at default settings carries."""

    @property
    def label(self) -> Label:
        """What the capture is."""
        return self.case.steps[self.step].label

    @property
    def kind(self) -> str:
        """The class under which it is counted."""
        return self.case.steps[self.step].kind

    @property
    def shown(self) -> bool:
        """Whether the words that make the news are in what is told."""
        wanted = " ".join(key_of(self.case.steps[self.step].shows).split())
        return bool(self.changes) and (not wanted or wanted in _words_of(self.changes))

    @property
    def right(self) -> bool:
        """Whether a reader got what the label says."""
        if self.label is Label.NEWS:
            return self.shown
        return not self.changes and not (self.label is Label.BAD and self.believed)

    def __str__(self) -> str:
        said = "; ".join(change.summary for change in self.changes) or f"nothing told ({self.verdict.value})"
        return f"{self.mode}: {self.case.name} step {self.step + 1} ({self.label.value}, {self.kind}): {said}"


def _words_of(changes: Iterable[Change]) -> str:
    parts: list[str] = []
    for change in changes:
        parts += [change.title, change.summary, *(str(value) for value in (change.after or {}).values())]
    return " ".join(" ".join(map(key_of, " ".join(parts).splitlines())).split())


def outcomes(cases: Iterable[Case], mode: str) -> tuple[Outcome, ...]:
    """Every step's outcome. PDFs are read by their extractor in this process: these are our own and need no bounds."""
    with patch.object(reader, "bounded", _unbounded):
        return asyncio.run(_run(tuple(cases), mode))


async def _unbounded(extractor: str, look: Look, source: Source) -> Extraction:
    module = import_module(f"scrapers.extraction.{extractor}")
    extraction: Extraction = module.extract(look, source)
    return extraction


async def _run(cases: Sequence[Case], mode: str) -> tuple[Outcome, ...]:
    found: list[Outcome] = []
    with Archive.in_memory() as archive:
        for number, case in enumerate(cases):
            source = Source(slug=f"case_{number}", title=case.name, url=case.url, parameters=case.parameters)
            archive.keep_source(source, BEGAN)
            watch = _Watch(archive, source, mode)
            await watch.look((case.first,), BEGAN)
            at = BEGAN
            for step, one in enumerate(case.steps):
                at += one.after
                in_a_row = (one.capture, one.second or one.capture, *one.further)
                changes, verdict, believed = await watch.look(in_a_row, at)
                found.append(Outcome(case, step, mode, verdict, believed, changes))
            if mode == "import":
                # An import is read when it has ended; a mail has been sent by then.
                ended = len(found) - len(case.steps)
                found[ended:] = [
                    replace(one, changes=watch.told(run))
                    for one, run in zip(found[ended:], watch.runs[1:], strict=True)
                ]
    return tuple(found)


@dataclass
class _Watch:
    """One source under watch: each look, or pair of looks, is a run of its own."""

    archive: Archive
    source: Source
    mode: str
    now: datetime = BEGAN
    runs: list[int] = field(default_factory=list)

    def told(self, run: int) -> tuple[Change, ...]:
        """The changes of a run that an alert at default settings carries."""
        return tuple(stored.change for stored in self.archive.changes(run=run) if told(stored.change))

    async def look(self, captures: Sequence[Capture], at: datetime) -> tuple[tuple[Change, ...], VerdictKind, bool]:
        """Take a capture, and those seconds after it where the mode has them asked for; what was told."""
        intake = Intake(self.archive, lambda: self.now)
        run = self.archive.begin_run(self.source.slug, self.archive.begin_poll(at), at)
        self.runs.append(run)
        self.now = at
        taken = await intake.take(self._as_look(captures[0]), self.source, run, repeatable=self.mode == "live")
        turn = 0
        while taken.again:
            turn += 1
            self.now = at + turn * _SECONDS
            following = captures[min(turn, len(captures) - 1)]
            taken = await intake.take(self._as_look(following), self.source, run, repeatable=True)
        believed = taken.verdict.believed
        self.archive.end_run(run, self.now, outcome="ok", complete=True, message="", health=Health.SEEN,
                             health_change=None, next_due_at=None)  # fmt: skip
        return self.told(run), taken.verdict.kind, believed

    def _as_look(self, capture: Capture) -> Look:
        return Look(
            url=self.source.url, at=self.now, status=capture.status, body=capture.body,
            media_type=capture.media.partition(";")[0], headers={"content-type": capture.media, **capture.headers},
            final_url=capture.final_url, truncated=capture.truncated,
        )  # fmt: skip


@dataclass(frozen=True)
class Count:
    """How often the labels were met. `news` are steps that must be told, `quiet` those that must not."""

    news: int = 0
    told: int = 0
    quiet: int = 0
    false: int = 0
    bad: int = 0
    believed: int = 0

    @property
    def recall(self) -> float | None:
        """Of the true changes, how many were told with the words that make them; None where there were none."""
        return self.told / self.news if self.news else None

    @property
    def precision(self) -> float | None:
        """Of what was told, how much was true; None where nothing was told."""
        return self.told / (self.told + self.false) if self.told + self.false else None

    @property
    def silence(self) -> float | None:
        """Of the captures that are no news, how many told nothing."""
        return 1 - self.false / self.quiet if self.quiet else None

    @property
    def refused(self) -> float | None:
        """Of the bad captures, how many were not believed."""
        return 1 - self.believed / self.bad if self.bad else None

    def with_outcome(self, one: Outcome) -> Count:
        """One step more."""
        if one.label is Label.NEWS:
            return replace(self, news=self.news + 1, told=self.told + one.shown)
        bad = one.label is Label.BAD
        return replace(
            self, quiet=self.quiet + 1, false=self.false + bool(one.changes),
            bad=self.bad + bad, believed=self.believed + (bad and one.believed),
        )  # fmt: skip


def counted(found: Iterable[Outcome]) -> Count:
    """All of them together."""
    count = Count()
    for one in found:
        count = count.with_outcome(one)
    return count


def by(found: Sequence[Outcome], name: str) -> Iterator[tuple[str, Count]]:
    """Counts by "page" (kind of page) or "kind" (class of change, noise or bad capture), by name."""
    groups: dict[str, list[Outcome]] = {}
    for one in found:
        groups.setdefault(one.case.page if name == "page" else one.kind, []).append(one)
    for group in sorted(groups):
        yield group, counted(groups[group])


def figures(count: Count) -> Mapping[str, float]:
    """The shares that a count gives, for the floors."""
    precision = count.precision if count.news else None
    shares = {"precision": precision, "recall": count.recall, "silence": count.silence, "refused": count.refused}
    return {name: round(share, 4) for name, share in shares.items() if share is not None}
