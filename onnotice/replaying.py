"""Reads a source's whole past anew with the extractors as they are now: what would have been told, and what is renewed.

The looks that are kept are taken once more, in order and at their own times, into an archive that ends with the replay.
What that says is compared with what was kept; then the readings in the real archive are renewed, a page at a time.
Evidence stays: bodies, looks, numbers and times of versions, and every change. No change is added.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.wording import counted, plural_of
from monitor.decide import Confirmation, read_anew
from monitor.significance import told
from monitor.types import Change, ChangeKind, Health, Known, NewSnapshot, Record, Source
from storage.rows import PageRenewal

if TYPE_CHECKING:
    from scrapers.intake import Baseline
    from storage import Archive
    from storage.rows import Chain, StoredRun, StoredSnapshot

Progress = Callable[[str, int, int], None]
_Key = tuple[str, str]

_ADDITIONS = (ChangeKind.RECORD_ADDED, ChangeKind.LIST_PUBLISHED, ChangeKind.DOCUMENT_PUBLISHED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""A time that nobody reads: every look has its own."""
_A_LIST = 5
"""Records from which losing most of them is more likely the parser's fault than a better reading."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A change that the newer reading would have told otherwise."""

    then: Change | None
    """As it was kept; None where nothing was told."""
    now: Change | None
    """As it would be told; None where nothing would."""

    @property
    def change(self) -> Change:
        """The one there is, the newer where there are both."""
        found = self.now or self.then
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay found, and what it wrote."""

    source: str
    looks: int
    pages: int
    extractors: tuple[str, ...]
    differences: tuple[Difference, ...]
    losses: tuple[str, ...]
    """Sentences about what the newer reading has no more: reasons to write nothing."""
    written: bool = False
    snapshots: int = 0
    records: int = 0

    @property
    def refused(self) -> bool:
        """Nothing was written, and that is why."""
        return bool(self.losses) and not self.written


async def replay(
    archive: Archive,
    source: Source,
    confirmation: Confirmation,
    *,
    write: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> ReplayReport:
    """Read the source's past anew and, with `write`, renew what was read; with `force` although something is lost.

    Safe to break off and to run again: every page is renewed whole or not at all, and what is renewed stays so.
    Raises UsageError for an unknown source, EvidenceDamaged where a body cannot be read back: then nothing is written.
    """
    from storage import Archive

    with (
        tempfile.TemporaryDirectory(prefix="onnotice-replay-") as folder,
        Archive.open(Path(folder) / "archive.sqlite", create=True) as shadow,
    ):
        again = _Again(archive, shadow, source, confirmation, progress or (lambda *_: None))
        await again.take_every_look()
        report = again.report()
        if not write or (report.losses and not force):
            return report
        snapshots = records = done = 0
        async for renewal in again.renewals():
            renewed = archive.renew_page(source.slug, renewal)
            snapshots, records, done = snapshots + renewed.snapshots, records + renewed.records, done + 1
            again.progress("pages", done, report.pages)
        return replace(report, written=True, snapshots=snapshots, records=records)


@dataclass(slots=True)
class _Again:
    """A source's past, taken once more into `shadow`."""

    archive: Archive
    shadow: Archive
    source: Source
    confirmation: Confirmation
    progress: Progress
    visits: list[int] = field(default_factory=list)
    """Numbers of the kept visits, in order: that of the shadow's visit n is the n-th."""
    unreadable: list[str] = field(default_factory=list)
    """Why looks cannot be read now that were read once."""
    then: Mapping[_Key, tuple[str, bool]] = field(default_factory=dict)
    now: Mapping[_Key, tuple[str, bool]] = field(default_factory=dict)
    """By (kind, key) of every record: the page that showed it last, and whether it is present."""

    async def take_every_look(self) -> None:
        """Take every look that is kept, at its own time, in runs that end as they ended."""
        from scrapers.intake import Intake

        slug = self.source.slug
        runs = self.archive.runs_of(slug)
        self.shadow.keep_source(self.source, _EPOCH)
        intake = Intake(self.shadow, lambda: _EPOCH, self.confirmation)
        total = sum(len(run.pages) for run in runs)
        for run in runs:
            number = self.shadow.begin_run(slug, self.shadow.begin_poll(run.began_at), run.began_at)
            additions = self._additions(run)
            for place, kept in enumerate(self.archive.looks_of(run.id), start=1):
                # Who looked twice at a page in one run asked what moves by itself.
                repeatable = kept.look.url in run.pages[place:]
                baseline = _baseline(additions.get(kept.visit, ()))
                taken = await intake.take(kept.look, self.source, number, repeatable=repeatable, baseline=baseline)
                if kept.believed and taken.broken:
                    self.unreadable.append(taken.broken)
                self.visits.append(kept.visit)
                self.progress("looks", len(self.visits), total)
            intake.forget(number)
            self._end(run, number)
        self.then, self.now = self.archive.record_places(slug), self.shadow.record_places(slug)

    def report(self) -> ReplayReport:
        """What would have been told otherwise, and what the newer reading has no more."""
        slug = self.source.slug
        return ReplayReport(
            source=slug,
            looks=len(self.visits),
            pages=len(self.archive.known_urls(slug)),
            extractors=self.shadow.extractors(slug),
            differences=tuple(_differences(_told(self.archive, slug), _told(self.shadow, slug))),
            losses=(*self._lost_pages(), *self._lost_records()),
        )

    async def renewals(self) -> AsyncIterator[PageRenewal]:
        """All that is to be renewed, a page at a time, in the numbers of the real archive."""
        seen: dict[str, list[_Key]] = defaultdict(list)
        gone: dict[str, list[_Key]] = defaultdict(list)
        for key, (url, _) in self.now.items():
            seen[url].append(key)
        for key, (url, _) in self.then.items():
            if key not in self.now:
                gone[url].append(key)
        for url in self.archive.known_urls(self.source.slug):
            state = self.shadow.page_state(self.source, url)
            yield PageRenewal(
                url=url,
                snapshots=await self._snapshots_of(url),
                chains=tuple(map(self._translated, self.shadow.chains(self.source.slug, seen[url]))),
                gone=tuple(gone[url]),
                state=state if state.snapshot_number else None,
                links=self.shadow.page_links(state),
            )

    async def _snapshots_of(self, url: str) -> Mapping[int, NewSnapshot]:
        """Kept versions as they read now; those that cannot be read now stay as they were read once."""
        anew = {(one.first_seen, one.body_digest): one for one in self.shadow.snapshots(url, self.source.slug)}
        readings: dict[int, NewSnapshot] = {}
        for kept in self.archive.snapshots(url, self.source.slug):
            again = anew.get((kept.first_seen, kept.body_digest))
            # Where the newer reading saw nothing new in it, it is read by itself.
            reading = await self._read(url, kept.number) if again is None else _reading_of(again)
            if reading is not None:
                readings[kept.number] = reading
        return readings

    async def _read(self, url: str, number: int) -> NewSnapshot | None:
        from scrapers.extraction import find
        from scrapers.reader import extracted

        page = self.archive.page_state(self.source, url)
        look = self.archive.look_shown(page, number)
        if look is None:
            return None
        extraction, _ = await extracted(find(self.source, url, look.body or b""), look, self.source)
        if extraction is None:
            return None
        decision = read_anew(look, page, Known(), extraction)
        return None if decision is None else decision.snapshot

    def _translated(self, chain: Chain) -> Chain:
        """The chain with the visits of the real archive."""
        versions = (
            replace(
                version,
                visit=self.visits[version.visit - 1],
                closed_by=None if version.closed_by is None else self.visits[version.closed_by - 1],
            )
            for version in chain.versions
        )
        return replace(chain, versions=tuple(versions))

    def _additions(self, run: StoredRun) -> Mapping[int, list[Change]]:
        """By visit: the changes that told, or would have told, of something new."""
        additions: dict[int, list[Change]] = defaultdict(list)
        for stored in self.archive.changes(run=run.id, baseline=True):
            if stored.visit is not None and stored.change.kind in _ADDITIONS:
                additions[stored.visit].append(stored.change)
        return additions

    def _end(self, run: StoredRun, number: int) -> None:
        self.shadow.end_run(
            number,
            run.ended_at or run.began_at,
            outcome=run.outcome,
            complete=run.complete,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )

    def _lost_pages(self) -> Iterator[str]:
        """Looks that were read once and cannot be read now, and pages of which no version is believed any more."""
        if self.unreadable:
            looks = counted(len(self.unreadable), "look that was read cannot", "looks that were read cannot")
            yield f"{looks} be read now: {self.unreadable[0]}"
            return
        lost = [
            url
            for url in self.archive.known_urls(self.source.slug)
            if self.archive.page_state(self.source, url).snapshot_number
            and not self.shadow.page_state(self.source, url).snapshot_number
        ]
        if lost:
            yield f"no version of {counted(len(lost), 'page', 'pages')} is believed any more, such as {lost[0]}"

    def _lost_records(self) -> Iterator[str]:
        """Kinds of which nothing is found where there was something, or less than half of a list."""
        then = Counter(kind for (kind, _), (_, present) in self.then.items() if present)
        kept = Counter(
            kind
            for (kind, key), (_, present) in self.then.items()
            if present and self.now.get((kind, key), ("", False))[1]
        )
        found = Counter(kind for (kind, _), (_, present) in self.now.items() if present)
        for kind, number in then.items():
            named = kind.replace("_", " ")
            had = counted(number, named, plural_of(named))
            if not found[kind]:
                yield f"nothing is found where there were {had}"
            elif number >= _A_LIST and kept[kind] * 2 < number:
                yield f"of {had} {kept[kind]:,} are found again under their keys"


def _baseline(additions: Sequence[Change]) -> Baseline:
    """Whether a look was one into the source's past, or which of its records were: only what was kept says so."""
    past = {(change.record_kind, change.record_key) for change in additions if change.baseline}
    if not past:
        return False
    if all(change.baseline for change in additions):
        return True

    def of_the_past(record: Record) -> bool:
        return (record.kind, record.key) in past

    return of_the_past


def _reading_of(snapshot: StoredSnapshot) -> NewSnapshot:
    return NewSnapshot(snapshot.title, snapshot.text, snapshot.content_digest, snapshot.extractor)


def _told(archive: Archive, slug: str) -> tuple[Change, ...]:
    """Changes at the source that mails are made of, at usual settings."""
    changes = (stored.change for stored in archive.changes(source=slug))
    return tuple(change for change in changes if told(change) and not change.kind.about_our_eyes)


def _differences(then: Sequence[Change], now: Sequence[Change]) -> Iterator[Difference]:
    """In the order of time. Two changes are the same one where they are of one kind, thing and look."""
    waiting: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in then:
        waiting[_identity(change)].append(change)
    found: list[Difference] = []
    for change in now:
        same = waiting[_identity(change)]
        before = same.pop(0) if same else None
        if before is None or _words(before) != _words(change):
            found.append(Difference(before, change))
    found += [Difference(change, None) for left in waiting.values() for change in left]
    yield from sorted(found, key=lambda difference: difference.change.at)


def _identity(change: Change) -> tuple[object, ...]:
    return change.at, change.url, change.kind, change.record_kind, change.record_key


def _words(change: Change) -> str:
    """What a reader would be told; through JSON, for one of the two may have been kept and the other not."""
    return json.dumps([change.summary, change.before, change.after], sort_keys=True, default=str)
