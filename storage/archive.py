"""The Archive: the only door to the database. It opens, holds transactions together, and hands on to who does the work.

Nothing outside `storage` knows that it is SQLite. An Archive is used from one thread; whoever else wants to read
opens one of their own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from monitor.coverage import FieldCoverage
from monitor.silence import NewsRhythm
from monitor.types import (
    Alert,
    AlertState,
    Change,
    Decision,
    Delivery,
    Extraction,
    Facts,
    Health,
    Known,
    Link,
    Look,
    PageState,
    Record,
    Source,
    StoredChange,
    Subscription,
)
from storage import (
    about_place,
    alerts,
    bodies,
    chaining,
    copying,
    exports,
    figures,
    health,
    history,
    ledger,
    lists,
    looks,
    reading,
    renewing,
    slimming,
    state,
    subscribing,
    tidying,
    timeline,
    told,
    verifying,
    watching,
    writing,
)
from storage import search as full_text
from storage.connection import (
    LockHolder,
    at_most,
    connect,
    holder_of,
    locked,
    problem_of,
    reading_transaction,
    transaction,
)
from storage.exports import Dataset, Selection
from storage.rows import (
    Backlog,
    Chain,
    ChainLink,
    ChangeEvidence,
    ChangeFilter,
    Contents,
    Figures,
    Flaw,
    Found,
    HealthStretch,
    ListDifference,
    ListedChange,
    ListEdition,
    ListRow,
    LookLine,
    MadeSubscription,
    Mention,
    OutboxLine,
    PageRenewal,
    PageSummary,
    PlaceRecord,
    PresentRecord,
    RecordedVisit,
    Renewed,
    ReturnedMail,
    SourceCounts,
    SourceStatus,
    Stay,
    StoredLook,
    StoredLookDetails,
    StoredRecord,
    StoredRun,
    StoredSnapshot,
    StoredVersion,
    StoredVisit,
    Telling,
    TimeStamp,
    VersionLine,
)
from storage.tidying import Erasable

_BEYOND = 2**63 - 1
"""Above every number that the archive gives."""

_INDEX_AFTER = 500
"""Looks; a walk through a source's past takes hours, and is searched meanwhile."""


class Archive:
    """Everything that was ever seen, and what came of it."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self._connection = connection
        self._path = path
        self._newest_poll = 0
        self._indexing_later = 0
        self._unindexed = 0

    @classmethod
    def open(cls, path: Path, *, create: bool = False, read_only: bool = False) -> Self:
        """The archive in a file, brought up to date; `read_only` beside whoever writes.

        Raises ArchiveError when there is none or it cannot be used, ArchiveTooNew, ArchiveBusy.
        """
        archive = cls(connect(path, create=create, read_only=read_only), path)
        if not read_only:
            # What a poll had kept when its process ended is not in the full-text index yet.
            archive._index()
        return archive

    @classmethod
    def in_memory(cls) -> Self:
        """An archive that ends with the program."""
        return cls(connect(None, create=True, read_only=False), None)

    @property
    def path(self) -> Path | None:
        """Its file; None for one in memory."""
        return self._path

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def exclusive(self) -> AbstractContextManager[None]:
        """The lock: two polls of one archive never overlap. Raises ArchiveBusy at once; a crash releases it."""
        return locked(self._path)

    def holder(self) -> LockHolder | None:
        """Who holds the lock, and since when; None where nobody does."""
        return holder_of(self._path)

    def newest_look(self) -> datetime | None:
        """When anything was looked at last; None before the first look."""
        return reading.newest_look(self._connection)

    def one_moment(self) -> AbstractContextManager[None]:
        """Everything that is read inside is of one moment, whatever somebody writes meanwhile."""
        return reading_transaction(self._connection)

    def patient(self, seconds: float) -> AbstractContextManager[None]:
        """What is read inside may take so long in all. Raises TookTooLong."""
        return at_most(self._connection, seconds)

    def integrity_problem(self) -> str:
        """What is wrong with the file, in a few words; empty when it is sound. Reads all of it."""
        return problem_of(self._connection)

    def damaged_bodies(self) -> tuple[str, ...]:
        """Digests of stored bodies that cannot be read back. Decodes every one: slow, for a check-up."""
        return tuple(bodies.damaged(self._connection))

    # -- copies ------------------------------------------------------------------------------------------------

    @staticmethod
    def copy(path: Path, target: Path, progress: Callable[[str, int, int], None] = lambda *_: None) -> Contents:
        """Copy the archive in a file as it is at one moment, beside whoever writes, into a file that is not there yet.

        Of any version that this one knows. Raises ArchiveError, ArchiveTooNew, DiskFull.
        """
        return copying.copy(path, target, progress)

    @staticmethod
    def examine_copy(path: Path, sample: int | None = None) -> Contents:
        """What a copy holds, once it was found sound and so many bodies at random, or all, read back.

        Raises EvidenceDamaged when it is not, ArchiveError when it is no archive, ArchiveTooNew.
        """
        return copying.examine(path, sample)

    @staticmethod
    def exclusive_at(path: Path) -> AbstractContextManager[None]:
        """The lock of `exclusive` for a file that is there or is to be. Raises ArchiveBusy at once."""
        return locked(path)

    # -- tidying -----------------------------------------------------------------------------------------------

    def erasable(self, before: datetime) -> Erasable:
        """Bodies that differed in noise alone, of looks before a moment, and that nothing refers to."""
        return tidying.erasable(self._connection, before)

    def erase(self, found: Erasable, now: datetime) -> Iterator[tuple[int, int]]:
        """Erase them, some at a time, each a transaction, beside a poll; yields how many went and the bytes won."""
        for part in range(found.parts):
            with self._transaction():
                erased = tidying.erase(self._connection, found, part, now)
            yield erased

    def compact(self) -> None:
        """Give room that is free in the file back to the disk. Readers go on meanwhile, writers wait."""
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- proof -------------------------------------------------------------------------------------------------

    def flaws(self, progress: Callable[[str, int, int], None] = lambda *_: None) -> Iterator[Flaw]:
        """All that is not as it was written, as it is found: everything is read, as it was at one moment."""
        return verifying.flaws(self._connection, progress)

    def chain_head(self) -> ChainLink | None:
        """The newest link of the chain of visits; None where nothing was looked at yet."""
        return chaining.head(self._connection)

    def chain_link(self, visit: int) -> ChainLink | None:
        """The link of one visit; None where there is no such visit."""
        return chaining.link_at(self._connection, visit)

    def keep_time_stamp(self, stamp: TimeStamp) -> None:
        """Keep what a time-stamping authority signed."""
        with self._transaction():
            chaining.keep_time_stamp(self._connection, stamp)

    def time_stamps(self, *, newest_first: bool = False) -> Iterator[TimeStamp]:
        """Every time stamp, in the order in which they were got, or the other way round."""
        return chaining.time_stamps(self._connection, newest_first=newest_first)

    def recorded(
        self,
        *,
        source: str | None = None,
        url: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[RecordedVisit]:
        """Visits as they were recorded, page by page; `since` inside and `until` outside."""
        return chaining.recorded(self._connection, source=source, url=url, since=since, until=until)

    def visits_showing(self, source: str, url: str, version: int, before: int) -> tuple[int, ...]:
        """Numbers of the visit that brought a version of a page and of the last before `before` that saw it."""
        return chaining.visits_showing(self._connection, source, url, version, before)

    def chain_entries(self, after: int, upto: int) -> Iterator[Mapping[str, Any]]:
        """What the links of these visits cover, with `link`; `after` outside and `upto` inside."""
        return chaining.entries(self._connection, after, upto)

    def recorded_visits(self, numbers: Sequence[int]) -> tuple[RecordedVisit, ...]:
        """The visits with these numbers as they were recorded, in order."""
        return chaining.recorded_visits(self._connection, numbers)

    # -- sources and runs --------------------------------------------------------------------------------------

    def keep_source(self, source: Source, now: datetime) -> None:
        """Watch a source: insert it, or update the one with its slug."""
        with self._transaction():
            watching.keep_source(self._connection, source, now)

    def drop_source(self, slug: str, now: datetime) -> None:
        """No longer watched; everything seen of it stays. Raises UsageError for an unknown slug."""
        with self._transaction():
            watching.drop_source(self._connection, slug, now)

    def sources(self) -> tuple[SourceStatus, ...]:
        """Every source ever watched, in the order in which they were added."""
        return watching.sources(self._connection)

    def source(self, slug: str) -> SourceStatus | None:
        """One source and how it fares."""
        return watching.source(self._connection, slug)

    def source_counts(self) -> Mapping[str, SourceCounts]:
        """How much is kept of every source, by slug. Takes time in proportion to the archive."""
        return watching.source_counts(self._connection)

    def begin_poll(self, now: datetime) -> int:
        """A number that groups the runs of one command. Nothing is written before a run begins."""
        del now
        self._newest_poll = max(self._newest_poll, watching.newest_poll(self._connection)) + 1
        return self._newest_poll

    def begin_run(self, slug: str, poll: int, now: datetime) -> int:
        """A run over a source begins. Raises UsageError for an unknown slug."""
        with self._transaction():
            return watching.begin_run(self._connection, slug, poll, now)

    def end_run(
        self,
        run: int,
        now: datetime,
        *,
        outcome: str,
        complete: bool,
        message: str,
        health: Health,
        health_change: Change | None,
        next_due_at: datetime | None,
    ) -> None:
        """The run has ended: "ok", "failed" or "interrupted". In one transaction with the source's health.

        The first complete run ends the baseline. `next_due_at` None leaves the source's next look as it was.
        """
        with self._transaction():
            source = watching.end_run(
                self._connection,
                run,
                now,
                outcome=outcome,
                complete=complete,
                message=message,
                health=health,
                next_due_at=next_due_at,
            )
            if health_change is not None:
                writing.write_health_change(self._connection, health_change, run, source)

    def plan_look(self, slug: str, at: datetime) -> None:
        """The source is due then, whatever was planned before."""
        with self._transaction():
            watching.plan_look(self._connection, slug, at)

    def run_counts(self, run: int) -> Mapping[str, int]:
        """Visits by verdict, and `visits`, `changes` and `records` (versions opened)."""
        return watching.run_counts(self._connection, run)

    def abandon_runs(self, now: datetime) -> None:
        """Runs that a crash left open end as "interrupted". Only under the lock: they might be going on elsewhere."""
        with self._transaction():
            watching.abandon_runs(self._connection, now)

    def failing_runs(self, slug: str) -> int:
        """How many of the source's newest runs failed in a row."""
        return watching.failing_runs(self._connection, slug)

    def news_rhythm(self, slug: str) -> NewsRhythm:
        """When the source had news and the longest that it went without. Raises UsageError for an unknown slug."""
        return health.news_rhythm(self._connection, watching.source_id(self._connection, slug))

    def news_times(self, slug: str, since: datetime) -> tuple[datetime, ...]:
        """When news was found at the source since then, oldest first, one moment a run. UsageError as elsewhere."""
        return health.news_times(self._connection, watching.source_id(self._connection, slug), since)

    def health_history(self, slug: str) -> tuple[HealthStretch, ...]:
        """How well the source was seen, stretch by stretch, oldest first. Raises UsageError for an unknown slug."""
        return health.health_history(self._connection, watching.source_id(self._connection, slug))

    def blind_times(self, now: datetime) -> Mapping[str, timedelta]:
        """By slug, how long each source was not seen, all stretches together; without those that always were."""
        return health.blind_times(self._connection, now)

    def blind_between(self, slug: str, since: datetime, until: datetime) -> timedelta:
        """How much of that time the source was not seen."""
        return health.blind_between(self._connection, watching.source_id(self._connection, slug), since, until)

    def field_coverage(self, slug: str) -> tuple[FieldCoverage, ...]:
        """How well the fields of the source's records have been filled."""
        return health.field_coverage(self._connection, watching.source_id(self._connection, slug))

    def seen_pages(self, slug: str, most: int) -> int:
        """How many pages of the source were ever seen, counted up to `most`."""
        return health.seen_pages(self._connection, watching.source_id(self._connection, slug), most)

    def checkpoint(self, slug: str) -> Mapping[str, Any]:
        """A spider's own cursor; empty before it kept one."""
        return watching.checkpoint(self._connection, slug)

    def keep_checkpoint(self, slug: str, checkpoint: Mapping[str, Any]) -> None:
        """Keep a spider's own cursor: JSON values."""
        with self._transaction():
            watching.keep_checkpoint(self._connection, slug, checkpoint)

    # -- one look ----------------------------------------------------------------------------------------------

    def page_state(self, source: Source, url: str) -> PageState:
        """What is known of a page just before a look. Creates nothing; raises UsageError for an unknown source."""
        return state.page_state(self._connection, source, url)

    def known(self, page: PageState, extraction: Extraction) -> Known:
        """The heavier part of it, needed when a body differs."""
        known = state.known(self._connection, page, extraction)
        if not extraction.compare_text:
            return known
        return replace(known, unpromised=reading.unpromised(self._connection, page.page_id))

    def page_links(self, page: PageState) -> tuple[Link, ...]:
        """Links of the page's newest credible look."""
        return state.page_links(self._connection, page)

    def page_records(self, page: PageState) -> tuple[Record, ...]:
        """Present records that were last seen on the page."""
        return state.page_records(self._connection, page)

    def present_records(self, slug: str, kind: str, since: str = "") -> tuple[Record, ...]:
        """Present records of a kind that are about `since` (ISO date) or later."""
        return state.present_records(self._connection, slug, kind, since)

    def record_look(
        self, look: Look, page: PageState, decision: Decision, run: int, fields: Sequence[FieldCoverage] = ()
    ) -> tuple[int, ...]:
        """Write one look with all that it amounts to, or, after a crash, nothing of it. Returns its changes' ids.

        `fields` are those that the look's extraction counted, as they stand now.

        Raises UsageError for a look older than the newest one of its page.
        """
        with self._transaction():
            if fields:
                health.keep_field_coverage(
                    self._connection, watching.source_id(self._connection, page.source.slug), fields
                )
            changes = writing.write_look(self._connection, look, page, decision, run)
        self._unindexed += 1
        if not self._indexing_later or self._unindexed >= _INDEX_AFTER:
            self._index()
        return changes

    @contextmanager
    def indexing_later(self) -> Iterator[None]:
        """Around many looks: their texts are found by a search when it ends, or some hundreds of looks later."""
        self._indexing_later += 1
        try:
            yield
        finally:
            self._indexing_later -= 1
            self._index()

    def _index(self) -> None:
        full_text.index_new_texts(self._connection)
        self._unindexed = 0

    def look_shown(self, page: PageState, number: int = 0) -> Look | None:
        """The look that brought a snapshot of the page, by default the current one. Raises EvidenceDamaged."""
        return looks.look_shown(self._connection, page, number or page.snapshot_number)

    def renew(self, page: PageState, renewal: Decision) -> None:
        """Write a newer reading of the page's current snapshot: its title and text, and its records. Body, number and
        times stay, and no change is written. `renewal` is what `monitor.decide.read_anew` made of it."""
        self._index()
        with self._transaction():
            renewing.renew(self._connection, page, renewal)

    def runs_of(self, slug: str) -> tuple[StoredRun, ...]:
        """Every run over a source that looked at anything, in order. Raises UsageError for an unknown source."""
        return looks.runs_of(self._connection, slug)

    def looks_of(self, run: int) -> Iterator[StoredLook]:
        """Every look of a run in order, as it was taken. Raises EvidenceDamaged."""
        return looks.looks_of(self._connection, run)

    def extractors(self, slug: str) -> tuple[str, ...]:
        """Names and versions of what read the versions of a source's pages."""
        return reading.extractors(self._connection, slug)

    def record_places(self, slug: str) -> Mapping[tuple[str, str], tuple[str, bool]]:
        """By (kind, key) of every record of a source: the page that showed it last, and whether it is present."""
        return renewing.record_places(self._connection, slug)

    def chains(self, slug: str, keys: Sequence[tuple[str, str]]) -> tuple[Chain, ...]:
        """The version chains of the records with these (kind, key), without those that there are not."""
        return renewing.chains(self._connection, slug, keys)

    def renew_page(self, slug: str, renewal: PageRenewal) -> Renewed:
        """Write a newer reading of a page's past, or, after a crash, nothing of it. Again, it writes nothing."""
        self._index()
        with self._transaction():
            renewed = renewing.renew_page(self._connection, slug, renewal)
        self._index()
        return renewed

    def pages_due(self, now: datetime, slug: str | None = None) -> tuple[tuple[str, str], ...]:
        """(slug, url) of held pages that are to be looked at again by now."""
        return reading.pages_due(self._connection, now, slug)

    def look_again_at(self, slug: str, after: datetime) -> datetime | None:
        """When the first of a source's held pages is to be looked at again, of those that are so after a moment."""
        return reading.look_again_at(self._connection, slug, after)

    def known_urls(self, slug: str) -> tuple[str, ...]:
        """Every page ever looked at under a source."""
        return reading.known_urls(self._connection, slug)

    def pages_to_confirm(self, slug: str, *, held: bool = False) -> tuple[str, ...]:
        """Pages of a source that were seen and not withdrawn, as far as is known: held ones first, then the oldest; or
        the held ones alone."""
        return reading.pages_to_confirm(self._connection, slug, held=held)

    # -- reading -----------------------------------------------------------------------------------------------

    def body(self, digest: str) -> bytes:
        """A stored body, verified. Raises EvidenceDamaged when it does not match, ArchiveError when there is none."""
        return bodies.read(self._connection, digest)

    def changes(
        self,
        *,
        poll: int | None = None,
        run: int | None = None,
        source: str | None = None,
        url: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        baseline: bool = False,
        after_id: int | None = None,
        limit: int | None = None,
        newest: bool = False,
    ) -> tuple[StoredChange, ...]:
        """Changes in the order of their ids, `since` inside and `until` outside; with `baseline` also those of first
        looks. `limit` takes the first so many, with `newest` the last."""
        return reading.changes(
            self._connection,
            poll=poll,
            run=run,
            source=source,
            url=url,
            kind=kind,
            since=since,
            until=until,
            baseline=baseline,
            after_id=after_id,
            limit=limit,
            newest=newest,
        )

    def timeline(self, wanted: ChangeFilter, *, before: int | None = None, limit: int = 50) -> tuple[ListedChange, ...]:
        """What changed, newest first, without what first looks saw; `before` a change, those behind it."""
        return timeline.timeline(self._connection, wanted, before=before, limit=limit)

    def printed_names(self, geoids: Sequence[str]) -> tuple[str, ...]:
        """Every name that was printed somewhere and taken for one of these governments."""
        return timeline.printed_names(self._connection, tuple(geoids))

    def burst(self, run: int, cluster: str, *, limit: int) -> tuple[ListedChange, ...]:
        """Changes that one run saw as one burst, in the order in which they were seen."""
        return timeline.burst(self._connection, run, cluster, limit)

    def change_evidence(self, number: int) -> ChangeEvidence | None:
        """What a change rests on: the numbers of its page and versions."""
        return timeline.evidence(self._connection, number)

    def newest_changes(
        self, *, source: str | None = None, before: StoredChange | None = None, limit: int
    ) -> tuple[StoredChange, ...]:
        """Changes without those of first looks, the newest first; those seen before another, where one is given."""
        return reading.newest_changes(self._connection, source, before, limit)

    def last_poll(self) -> int | None:
        """The number of the newest poll that ran over anything."""
        return watching.newest_poll(self._connection) or None

    def change(self, number: int) -> StoredChange | None:
        """One change."""
        found = reading.changes_by_id(self._connection, [number])
        return found[0] if found else None

    def snapshots(self, url: str, source: str | None = None) -> tuple[StoredSnapshot, ...]:
        """Every version of a page, oldest first."""
        return reading.snapshots(self._connection, url, source)

    def visits(self, url: str, source: str | None = None) -> tuple[StoredVisit, ...]:
        """Every look at a page, oldest first."""
        return reading.visits(self._connection, url, source)

    def newest_visits(self, page: PageState, most: int) -> tuple[StoredVisit, ...]:
        """The newest looks at a page, oldest first."""
        return reading.newest_visits(self._connection, page.page_id, most)

    def visit(self, number: int) -> StoredVisit | None:
        """One look, by the number that a change names."""
        return reading.visit(self._connection, number)

    def watchers(self, url: str) -> tuple[str, ...]:
        """Slugs of the sources under which a page was ever looked at."""
        return reading.watchers(self._connection, url)

    def snapshot_at(self, url: str, moment: datetime, source: str | None = None) -> StoredSnapshot | None:
        """What a page said at a moment, as far as anybody had looked by then."""
        return reading.snapshot_at(self._connection, url, moment, source)

    def records_at(self, slug: str, moment: datetime, kind: str | None = None) -> tuple[StoredRecord, ...]:
        """What a source's records said at a moment. Raises UsageError for an unknown source."""
        return reading.records_at(self._connection, slug, moment, kind)

    def present_at_place(self, kind: str, place: str) -> tuple[PresentRecord, ...]:
        """Present records of a kind with this place, whichever source they came from."""
        return reading.present_at_place(self._connection, kind, place)

    def disputes(self, slug: str) -> Mapping[int, tuple[str, ...]]:
        """Titles of the notices in which a publisher calls rows of its own wrong, by those records' numbers."""
        return reading.disputes(self._connection, watching.source_id(self._connection, slug))

    def record_history(self, slug: str, kind: str, key: str) -> tuple[StoredRecord, ...]:
        """Every version of the record that bears a key or once did, oldest first."""
        return reading.record_history(self._connection, slug, kind, key)

    def search(self, query: str, *, limit: int = 20, marks: tuple[str, str] = ("[", "]")) -> tuple[Found, ...]:
        """Versions of pages and records that hold every word; "a quoted phrase" as such. Any query is safe."""
        return full_text.search(self._connection, query, limit, marks)

    # -- a piece at a time -------------------------------------------------------------------------------------

    def page(self, number: int) -> PageSummary | None:
        """One page."""
        return history.page(self._connection, number)

    def pages_of(self, slug: str, *, after: int = 0, limit: int) -> tuple[PageSummary, ...]:
        """Pages of a source in the order in which they were found. Raises UsageError for an unknown source."""
        return history.pages_of(self._connection, watching.source_id(self._connection, slug), after, limit)

    def versions(self, page: int, *, before: int = _BEYOND, limit: int) -> tuple[VersionLine, ...]:
        """Versions of a page whose numbers are below `before`, newest first, without their texts."""
        return history.versions(self._connection, page, before, limit)

    def version(self, snapshot: int) -> StoredVersion | None:
        """A version of a page by its snapshot's number in the archive."""
        return history.version(self._connection, snapshot)

    def version_of(self, page: int, number: int) -> StoredVersion | None:
        """A version of a page by its number within the page."""
        return history.version_of(self._connection, page, number)

    def looks_at(self, page: int, *, before: int = _BEYOND, limit: int) -> tuple[LookLine, ...]:
        """Looks at a page whose numbers are below `before`, newest first."""
        return history.looks_at(self._connection, page, before, limit)

    def looks_not_believed(self, page: int, *, limit: int) -> tuple[LookLine, ...]:
        """The newest looks at a page that failed or were not believed, newest first."""
        return history.looks_not_believed(self._connection, page, limit)

    def look_details(self, visit: int) -> StoredLookDetails | None:
        """One look with all that is known of it."""
        return history.look_details(self._connection, visit)

    def kinds_of(self, slug: str) -> tuple[str, ...]:
        """Kinds of records that a source ever had. Raises UsageError for an unknown source."""
        return lists.kinds_of(self._connection, watching.source_id(self._connection, slug))

    def has_editions(self, slug: str, kind: str) -> bool:
        """Whether a list ever appeared in editions. Raises UsageError for an unknown source."""
        return lists.has_editions(self._connection, watching.source_id(self._connection, slug), kind)

    def editions_at(self, slug: str, kind: str, moment: datetime) -> tuple[ListEdition, ...]:
        """The newest edition of each series of a list that had been seen by then. Raises UsageError likewise."""
        return lists.editions_at(self._connection, watching.source_id(self._connection, slug), kind, moment)

    def rows_at(
        self, slug: str, kind: str, moment: datetime, edition: ListEdition | None, *, after: str = "", limit: int
    ) -> tuple[ListRow, ...]:
        """Rows of a list as they stood at a moment, of an edition where it has them, in the order of their keys, behind
        the key `after`. Raises UsageError for an unknown source."""
        source = watching.source_id(self._connection, slug)
        return lists.rows_at(self._connection, source, kind, moment, edition, after=after, limit=limit)

    def list_differences(
        self, slug: str, kind: str, before: datetime, after: datetime, *, limit: int
    ) -> tuple[ListDifference, ...]:
        """Records of a list without editions that two moments do not have alike. Raises UsageError likewise."""
        source = watching.source_id(self._connection, slug)
        return lists.differences(self._connection, source, kind, before, after, limit=limit)

    # -- exports -----------------------------------------------------------------------------------------------

    def export(self, dataset: Dataset, selection: Selection) -> Iterator[Sequence[object]]:
        """Rows in the order of `dataset.described()`, as they stood when the first was asked for."""
        return exports.rows(self._connection, dataset, selection)

    def export_size(self, dataset: Dataset, selection: Selection) -> int:
        """How many those are."""
        return exports.count(self._connection, dataset, selection)

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """What is read inside is of one moment, whatever is written meanwhile. Nothing can be written inside."""
        with reading_transaction(self._connection):
            yield

    def write_slim(self, target: Path, bar: Callable[[str, int, int], None]) -> None:
        """A copy without bodies and recipients, into a file that is not there yet. See `storage.slimming`."""
        assert self._path is not None, "an archive in memory ends with the program and has no copies"
        slimming.write_slim(self._path, target, bar)

    # -- one government ----------------------------------------------------------------------------------------

    def stays(self, geoids: Sequence[str]) -> tuple[Stay, ...]:
        """Every stay on any list of the governments with these GEOIDs, oldest first."""
        return about_place.stays(self._connection, geoids)

    def own_records(self, geoids: Sequence[str], *, limit: int = 20) -> tuple[PlaceRecord, ...]:
        """Their present records that are no list's members (meetings, agenda items), the newest first."""
        return about_place.own_records(self._connection, geoids, limit)

    def own_counts(self, geoids: Sequence[str]) -> Mapping[tuple[str, str], int]:
        """How many those are, by source and kind."""
        return about_place.own_counts(self._connection, geoids)

    def unclear_names(self, geoids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """(name, reason) of printed names that stayed ambiguous and may mean one of these."""
        return about_place.unclear_names(self._connection, geoids)

    def mentions(self, phrase: str, geoids: Sequence[str], *, limit: int = 20) -> tuple[Mention, ...]:
        """What others say now with this phrase in it, no lists, the newest first. Any phrase is safe."""
        return about_place.mentions(self._connection, phrase, geoids, limit)

    # -- alerts ------------------------------------------------------------------------------------------------

    def keep_subscriptions(self, subscriptions: Sequence[Subscription], now: datetime) -> None:
        """Mirror the settings' subscriptions by name. Raises UsageError for a name that the web pages gave away."""
        with self._transaction():
            alerts.keep_subscriptions(self._connection, subscriptions, now)

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction around many writes: all of them or, after a crash, nothing. A thousand commits cost 0.2 s."""
        with self._transaction():
            yield

    def untold(self, subscription: str) -> tuple[StoredChange, ...]:
        """Changes newer than the subscription's cursor, without those of first looks. UsageError for an unknown one."""
        return alerts.untold(self._connection, subscription)

    def move_cursor(self, subscription: str, upto: int) -> None:
        """The subscription has considered every change up to this id."""
        with self._transaction():
            alerts.move_cursor(self._connection, subscription, upto)

    def pass_over(self) -> None:
        """What is in the archive by now is no subscription's news: it was loaded as history."""
        with self._transaction():
            alerts.pass_over(self._connection)

    def make_alert(
        self,
        subscription: str,
        recipient: str,
        changes: Sequence[int],
        due_at: datetime,
        now: datetime,
        upto: int | None = None,
    ) -> int | None:
        """Promise changes to a recipient, leaving out those told or promised before; None when nothing is left.

        With `upto` the subscription's cursor moves there in the same transaction.
        """
        with self._transaction():
            alert = alerts.make_alert(self._connection, subscription, recipient, changes, due_at, now)
            if upto is not None:
                alerts.move_cursor(self._connection, subscription, upto)
            return alert

    def due_alerts(self, now: datetime) -> tuple[Alert, ...]:
        """Alerts to be sent now, the longest due first."""
        return alerts.due_alerts(self._connection, now)

    def backlog(self, now: datetime) -> Backlog:
        """Mails that were tried and not taken yet."""
        return figures.backlog(self._connection, now)

    def figures(self, now: datetime) -> Figures:
        """Looks of the last day and unsent alerts, in time proportional to a day: for every minute, not every beat."""
        return figures.figures(self._connection, now)

    def claim(self, alert_id: int, now: datetime) -> bool:
        """Take an alert for sending; False when it is not to be had. A claim lapses after fifteen minutes."""
        with self._transaction():
            return alerts.claim(self._connection, alert_id, now)

    def delivered(self, delivery: Delivery, *, state: AlertState, subject: str, retry_at: datetime | None) -> None:
        """Keep an attempt and what it makes of the alert."""
        with self._transaction():
            alerts.delivered(self._connection, delivery, state=state, subject=subject, retry_at=retry_at)

    def next_alert_due(self) -> datetime | None:
        """When the next alert that waits is due; None when none waits."""
        return alerts.next_due(self._connection)

    def postpone(self, alert_id: int, until: datetime) -> None:
        """Leave an alert that waits alone until then."""
        with self._transaction():
            alerts.postpone(self._connection, alert_id, until)

    def postponed(self, subscription: str, recipient: str, now: datetime) -> int | None:
        """The untried alert of a subscription that was postponed beyond now; None for none."""
        return alerts.postponed(self._connection, subscription, recipient, now)

    def fold(self, into: int, others: Sequence[int]) -> None:
        """One alert tells what several were to tell; those that somebody has tried to send stay as they are."""
        with self._transaction():
            alerts.fold(self._connection, into, others)

    def alerts(self, state: AlertState | None = None, recipient: str | None = None) -> tuple[Alert, ...]:
        """Alerts in the order in which they were made."""
        return alerts.alerts(self._connection, state, recipient)

    # -- the ledger of deliveries ------------------------------------------------------------------------------

    def deliveries(self, alert_ids: Sequence[int]) -> Mapping[int, tuple[Delivery, ...]]:
        """Every attempt and every return by its alert, oldest first."""
        return ledger.deliveries(self._connection, alert_ids)

    def sent_since(self, recipient: str, moment: datetime) -> tuple[datetime, ...]:
        """When mails were accepted for a recipient after a moment, in order."""
        return ledger.sent_since(self._connection, recipient, moment)

    def alert_of_message(self, message_id: str) -> Alert | None:
        """The alert that a Message-ID names; None for somebody else's mail."""
        return ledger.alert_of_message(self._connection, message_id)

    def send_again(self, alert_id: int) -> None:
        """Make an alert due now, whatever became of it. Raises UsageError where it cannot be sent."""
        with self._transaction():
            ledger.send_again(self._connection, alert_id)

    def came_back(self, delivery: Delivery, *, for_good: bool) -> bool:
        """Keep that a mail was returned, or delayed; False when that was known."""
        with self._transaction():
            return ledger.came_back(self._connection, delivery, for_good=for_good)

    def count_return(self, recipient: str, at: datetime, reason: str) -> None:
        """A server refuses this recipient for good; at the third time in a row it is no longer written to."""
        with self._transaction():
            ledger.count_return(self._connection, recipient, at, reason)

    def returned_mail(self) -> tuple[ReturnedMail, ...]:
        """Recipients whose mails were refused or came back."""
        return ledger.returned(self._connection)

    def resume(self, recipient: str) -> int:
        """Write to a recipient again; how many alerts have waited for that. Raises UsageError for an unknown one."""
        with self._transaction():
            return ledger.resume(self._connection, recipient)

    def identity(self) -> str:
        """What tells this archive from every other: 32 hexadecimal digits."""
        return ledger.identity(self._connection)

    def tellings(self, change: int) -> tuple[Telling, ...]:
        """Who was told of a change, or is to be."""
        return told.tellings(self._connection, change)

    def outbox(self, state: AlertState | None = None, *, before: int = _BEYOND, limit: int) -> tuple[OutboxLine, ...]:
        """Alerts whose numbers are below `before`, newest first."""
        return told.outbox(self._connection, state, before, limit)

    # -- subscriptions made on the web pages, and what recipients said -------------------------------------------

    def made_subscriptions(self) -> tuple[MadeSubscription, ...]:
        """Every one that was made on the web pages and not removed, by name."""
        return subscribing.made_subscriptions(self._connection)

    def make_subscription(self, name: str, settings: Facts, by: str, known: Collection[str], now: datetime) -> None:
        """A new one; `known` of its recipients need not be asked. Raises UsageError where the name is taken."""
        with self._transaction():
            subscribing.make_subscription(self._connection, name, settings, by, known, now)

    def change_subscription(self, name: str, settings: Facts, known: Collection[str], now: datetime) -> None:
        """Other recipients, filters or rhythm. Raises UsageError for one that was not made on the web pages."""
        with self._transaction():
            subscribing.change_subscription(self._connection, name, settings, known, now)

    def pause_subscription(self, name: str, now: datetime) -> None:
        """Nothing is sent for it until it goes on. Raises UsageError as above."""
        with self._transaction():
            subscribing.pause_subscription(self._connection, name, now)

    def resume_subscription(self, name: str) -> None:
        """It goes on with what comes from here. Raises UsageError as above."""
        with self._transaction():
            subscribing.resume_subscription(self._connection, name)

    def remove_subscription(self, name: str, now: datetime) -> None:
        """No longer there; what waits in the outbox is not sent. Raises UsageError as above."""
        with self._transaction():
            subscribing.remove_subscription(self._connection, name, now)

    def ask_recipient(self, name: str, address: str, now: datetime) -> None:
        """A mail asks a recipient whether this one is wanted. Raises UsageError as above."""
        with self._transaction():
            subscribing.ask_recipient(self._connection, name, address, now)

    def confirm_recipient(self, name: str, address: str, now: datetime) -> bool:
        """The recipient wants it; False where nobody asked, or there is no such subscription any more."""
        with self._transaction():
            return subscribing.confirm_recipient(self._connection, name, address, now)

    def leave(self, name: str, address: str, now: datetime) -> None:
        """The recipient wants a subscription no more, wherever it stands. Raises UsageError for one that never was."""
        with self._transaction():
            subscribing.leave(self._connection, name, address, now)

    def come_back(self, name: str, address: str) -> None:
        """The recipient takes that back. Raises UsageError likewise."""
        with self._transaction():
            subscribing.come_back(self._connection, name, address)

    def has_left(self, name: str, address: str) -> bool:
        """Whether the recipient wants it no more."""
        return subscribing.has_left(self._connection, name, address)

    def those_who_left(self) -> Mapping[str, Mapping[str, datetime]]:
        """By subscription, the mailboxes that want it no more, and since when."""
        return subscribing.those_who_left(self._connection)

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._connection)
