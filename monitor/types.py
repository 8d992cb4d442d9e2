"""The words of On Notice: frozen types that every other package speaks in.

Times are aware and in UTC; a naive datetime is refused where it enters. Text is str, bodies are bytes as the
server's decoded answer had them. Nothing here does I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

Facts = Mapping[str, Any]
"""JSON values by field name: str, int, float, bool, None, and lists or mappings of them."""


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive time: nobody knows which instant it is."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give an aware time")
    return moment.astimezone(UTC)


def digest_of(body: bytes) -> str:
    """SHA-256 of a body, 64 hexadecimal digits: a body's name everywhere."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """Something watched. `spider` names who fetches it, `parameters` are that spider's own settings."""

    slug: str
    title: str
    url: str
    spider: str = "page"
    publisher: str = ""
    jurisdiction: str = ""
    """The government it is about, with its state: "Denver, Colorado". Empty for federal sources."""
    timezone: str = "UTC"
    """IANA name; the zone of local times that the source prints."""
    cadence: timedelta = timedelta(hours=1)
    cadence_shortest: timedelta | None = None
    """How often it may be looked at in the hours in which its news usually comes; None leaves that at `cadence`."""
    cadence_longest: timedelta | None = None
    """How seldom it may be looked at while nothing new comes; None leaves that at `cadence`."""
    cron: str = ""
    """A cron expression by the clocks of `timezone`, in place of the cadence; see `monitor.crontab`."""
    hours: tuple[str, ...] = ()
    """In which it is looked at, see `monitor.hours`; none: at any time."""
    jitter: timedelta = timedelta()
    """Each look is put off by a chance share of this."""
    full_look_every: timedelta = timedelta(days=1)
    """Validators are not sent when the last full look is older than this: a 304 proves a fetch, not health."""
    validators_lie: bool = False
    news_every: timedelta | None = None
    """How often its publisher usually has news, holidays and recesses aside: what a silence is measured against until
    the source's own history says it. None where nobody knows, or where news comes as it comes."""
    parameters: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """What one fetch brought, before anybody judges it. `body` is None for a 304 and where nothing came."""

    url: str
    at: datetime
    status: int | None
    body: bytes | None = None
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    final_url: str = ""
    """Where redirects ended; equal to `url` when there were none."""
    truncated: bool = False
    error: str = ""
    """One sentence, when there was no answer at all, or why one that is truncated is not whole."""
    elapsed: timedelta | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))
        if not self.final_url:
            object.__setattr__(self, "final_url", self.url)


class VerdictKind(StrEnum):
    CREDIBLE = "credible"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    SHRUNKEN = "shrunken"
    GONE = "gone"
    MOVED = "moved"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is a look to be believed? `reason` is a sentence for people, `mechanism` what was matched, for explanation."""

    kind: VerdictKind
    reason: str
    mechanism: str = ""

    @property
    def believed(self) -> bool:
        """Whether the body may be compared with what the page said before."""
        return self.kind in (VerdictKind.CREDIBLE, VerdictKind.UNCHANGED, VerdictKind.MOVED)


@dataclass(frozen=True, slots=True)
class Record:
    """One extracted fact under a natural key. Unique within its source by (kind, key)."""

    kind: str
    key: str
    title: str
    """What a reader calls it."""
    facts: Facts = field(default_factory=dict)
    """Compared field by field: a difference here is a change."""
    extras: Facts = field(default_factory=dict)
    """Kept as evidence, never compared: stamps, row versions, sequence numbers."""
    parent: str = ""
    """Key of the record it belongs to, e.g. an item's meeting."""
    position: int | None = None
    """Order among its siblings; renumbering is not a change, overtaking a sibling is a move."""
    member: str = ""
    """What a list's reader counts, e.g. the jurisdiction of a policy row; the same across editions."""
    place: str = ""
    """The jurisdiction as printed, with its state, for subscriptions."""
    about: str = ""
    """ISO date or time that the record is about: a meeting's start, a release's date."""
    url: str = ""
    """Where a reader finds it, when that is not the page."""


class ScopeKind(StrEnum):
    NONE = "none"
    COMPLETE = "complete"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Scope:
    """The predicate under which a record set is complete. Absence counts as removal only inside it."""

    kind: ScopeKind = ScopeKind.NONE
    parent: str | None = None
    """When given, only records with this parent are inside."""
    prefix: str = ""
    """When given, only records whose key begins with it are inside."""
    since: str = ""
    until: str = ""
    """For a window: ISO bounds on `Record.about`; `since` inside, `until` outside."""

    def covers(self, record: Record) -> bool:
        """Whether the set would have held this record, had it still been there."""
        if self.kind is ScopeKind.NONE:
            return False
        if self.parent is not None and record.parent != self.parent:
            return False
        if not record.key.startswith(self.prefix):
            return False
        if self.kind is ScopeKind.WINDOW:
            return bool(record.about) and self.since <= record.about < self.until
        return True


@dataclass(frozen=True, slots=True)
class Edition:
    """One issue of a list that appears in issues: a weekly report. Compared with the issue before it."""

    series: str
    label: str
    """The period as people write it: "January 28 - February 3, 2017"."""
    order: str
    """Sorts as the issues do: "2017-01-28/2017-02-03". Keys of the edition's records begin with it and "/"."""


@dataclass(frozen=True, slots=True)
class RecordSet:
    """What an extraction returned of one kind. `noun` is (singular, plural) of what a reader counts in it."""

    kind: str
    records: tuple[Record, ...]
    scope: Scope = Scope()
    edition: Edition | None = None
    noun: tuple[str, str] = ("record", "records")


@dataclass(frozen=True, slots=True)
class Link:
    """A document that a page names and its spider follows."""

    url: str
    label: str = ""
    role: str = "document"


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that a pure extractor read out of one body."""

    extractor: str
    """Name and version, "legistar_events/1": an upgrade re-reads history and is never a change at the source."""
    title: str = ""
    record_sets: tuple[RecordSet, ...] = ()
    links: tuple[Link, ...] = ()
    text: tuple[str, ...] = ()
    """Canonical lines of what a reader reads; see `monitor.text`."""
    compare_text: bool = True
    """False where the records say it all (an API answer): the text is kept for search and never told."""
    fillers: tuple[int, ...] = ()
    """Indexes in `text` of lines that stand in blocks which a machine fills: what changes there is ranked lower."""
    heading: int = 0
    """Lines of `text` above the page's first heading; 0 where it has none."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A collapse that is not believed yet: looked at again before anybody is told."""

    reason: str
    verdict: VerdictKind
    since: datetime
    last_look: datetime
    looks: int = 1
    """Looks that saw the collapse, no two of them closer than the confirmation distance."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A part of a page learned as volatile: compared no more, always explained."""

    where: str
    """The part's place; see `monitor.noise` for the form."""
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Learning:
    """What a page has taught about its own noise. `history` belongs to `monitor.noise` alone."""

    masks: tuple[Mask, ...] = ()
    history: Facts = field(default_factory=dict)


class ChangeKind(StrEnum):
    LIST_PUBLISHED = "list_published"
    DOCUMENT_PUBLISHED = "document_published"
    RECORD_ADDED = "record_added"
    RECORD_REMOVED = "record_removed"
    RECORD_AMENDED = "record_amended"
    RECORD_RENAMED = "record_renamed"
    PAGE_CHANGED = "page_changed"
    PAGE_WITHDRAWN = "page_withdrawn"
    PAGE_RETURNED = "page_returned"
    PAGE_MOVED = "page_moved"
    SOURCE_BLOCKED = "source_blocked"
    SOURCE_BROKEN = "source_broken"
    SOURCE_MOVED = "source_moved"
    SOURCE_SILENT = "source_silent"
    SOURCE_RECOVERED = "source_recovered"

    @property
    def about_our_eyes(self) -> bool:
        """Whether it tells of the watching, not of the watched: the operator's news, not the analyst's."""
        return self.value.startswith("source_")


@dataclass(frozen=True, slots=True)
class Change:
    """Before and after of a page or a record, forward in time."""

    kind: ChangeKind
    at: datetime
    source: str
    url: str
    summary: str
    """One sentence in the reader's terms."""
    significance: float = 0.0
    """0 to 1, see `monitor.significance`."""
    reasons: tuple[str, ...] = ()
    before: Facts | None = None
    """Of an amended record the changed fields, of a removed one all; of a page {"text": the lines that went}."""
    after: Facts | None = None
    record_kind: str = ""
    record_key: str = ""
    title: str = ""
    """What the changed thing is called."""
    place: str = ""
    about: str = ""
    cluster: str = ""
    """Changes of one burst share it and are told once."""
    baseline: bool = False
    """Seen at the first look at a source: kept, never told."""
    details: Facts = field(default_factory=dict)
    """Kind's own structure: of a list {"edition", "previous_edition", "headline": kind, "sets": {kind: {"count",
    "noun", "members", "new", "gone", "amended"}}}, without the editions where it does not appear in issues,
    of an amended record {"fields": {name: [before, after]}}, of a page {"hunks": [[before lines, after lines]],
    "filled": true where a machine fills all of them}."""


@dataclass(frozen=True, slots=True)
class PageState:
    """What the archive knows of a page just before a look. An unknown page has no `page_id`."""

    source: Source
    url: str
    page_id: int | None = None
    first_seen: datetime | None = None
    last_body: str | None = None
    """Digest of the newest body that was believed."""
    last_verdict: VerdictKind | None = None
    """Of the newest look that said where the page is: unchanged and unbelieved looks leave it as it was."""
    content_digest: str = ""
    """Of the current snapshot; empty when there is none."""
    snapshot_number: int = 0
    snapshot_body: str | None = None
    title: str = ""
    etag: str = ""
    last_modified: str = ""
    last_full_look: datetime | None = None
    extractor: str = ""
    """That read the current snapshot."""
    text_size: int = 0
    """Characters of the current snapshot's text."""
    withdrawn: bool = False
    hold: Hold | None = None
    learning: Learning = Learning()
    baseline: bool = True
    """The source's first complete run has not ended."""


@dataclass(frozen=True, slots=True)
class Known:
    """The heavier part of what the archive knows, loaded only when a body differs."""

    text: tuple[str, ...] = ()
    """Lines of the current snapshot."""
    records: tuple[Record, ...] = ()
    """Present records of this source of the kinds extracted: all that a scope covers, all that share a key."""
    withdrawn: tuple[Record, ...] = ()
    """Records with an extracted key that had been removed before."""
    read_before: frozenset[tuple[str, str]] = frozenset()
    """(kind, key) of present records that were last read by another version of the extractor."""
    previous_editions: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    """By kind: the records of the newest earlier edition of each extracted edition's series."""
    previous_labels: Mapping[str, str] = field(default_factory=dict)
    """By kind: the label of that edition."""
    unpromised: Mapping[int, Change] = field(default_factory=dict)
    """By id: the newest changes of the page's text that weigh enough to be told and were promised to nobody yet."""


class RecordStep(StrEnum):
    ADD = "add"
    AMEND = "amend"
    KEEP = "keep"
    """Facts are equal, extras may have moved: the current version's extras are replaced, no new version."""
    REMOVE = "remove"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """What to do with one record. `key_before` is given for a rename: the version chain goes on under the new key."""

    step: RecordStep
    record: Record
    key_before: str = ""
    edition: Edition | None = None


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """A state of a page worth a number."""

    title: str
    text: tuple[str, ...]
    content_digest: str
    extractor: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that one look amounts to; the archive writes it in one transaction with the visit."""

    verdict: Verdict
    snapshot: NewSnapshot | None = None
    same_snapshot: bool = False
    """The current snapshot was seen again: its last_seen moves."""
    records: tuple[RecordWrite, ...] = ()
    changes: tuple[Change, ...] = ()
    hold: Hold | None = None
    learning: Learning = Learning()
    withdrawn: bool = False
    look_again_at: datetime | None = None
    links: tuple[Link, ...] = ()
    reweighed: Mapping[int, Change] = field(default_factory=dict)
    """By id: earlier changes that this look shows to have been noise. Those promised to anybody stay as they are."""


class Health(StrEnum):
    NEW = "new"
    SEEN = "seen"
    BLOCKED = "blocked"
    BROKEN = "broken"
    MOVED = "moved"
    """What it needs is gone from every address, or leads to another site: a platform that was left or switched off."""
    UNREACHABLE = "unreachable"
    SILENT = "silent"

    @property
    def blind(self) -> bool:
        """Whether we do not know what the source says now. One that is silent is seen well."""
        return self in (Health.BLOCKED, Health.BROKEN, Health.MOVED, Health.UNREACHABLE)


class Rhythm(StrEnum):
    AT_ONCE = "at once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants to know what, and how often. An empty filter lets everything through."""

    name: str
    recipients: tuple[str, ...]
    """Mail addresses, or Apprise URLs."""
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Change kinds; "news" (the default) is every kind that is not about our own eyes, "health" those that are."""
    jurisdictions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Any of these words or phrases; one that begins with "not " excludes."""
    minimum_significance: float = 0.3
    rhythm: Rhythm = Rhythm.AT_ONCE
    hour: int = 7
    weekday: str = "mon"
    timezone: str = "UTC"
    quiet_from: time | None = None
    """Nothing is sent from here until `quiet_until`, by the clocks of the zone; over midnight where it is later."""
    quiet_until: time | None = None
    most_per_hour: int = 0
    """Mails to one recipient within an hour; what is more becomes one digest. 0 is no bound."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change with what the archive gave it."""

    id: int
    run: int
    visit: int | None
    change: Change
    source_title: str = ""
    snapshot_before: int | None = None
    snapshot_after: int | None = None
    body_digest: str = ""
    page: int | None = None
    """The page's number in the archive; None for changes of a source's health."""


class AlertState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Alert:
    """Changes bundled for one recipient. The Message-ID is derived from the alert, never from the attempt."""

    id: int
    subscription: str
    recipient: str
    created_at: datetime
    due_at: datetime
    state: AlertState
    message_id: str
    changes: tuple[StoredChange, ...] = ()
    attempts: int = 0
    subject: str = ""
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to send an alert."""

    alert: int
    at: datetime
    transport: str
    outcome: str
    """"sent", "refused" (will not be tried again), "deferred", "returned" (it bounced), "delayed" (it may yet come)."""
    detail: str = ""


def lines_digest(lines: Sequence[str]) -> str:
    """SHA-256 over canonical lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
