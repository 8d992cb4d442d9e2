"""What the archive hands out that is no word of `monitor.types`: stored things with what the archive gave them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.types import (
    AlertState,
    ChangeKind,
    Facts,
    Health,
    Link,
    Look,
    NewSnapshot,
    PageState,
    Record,
    Source,
    VerdictKind,
)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source and how it fares."""

    source: Source
    active: bool
    health: Health
    health_since: datetime | None
    baseline_at: datetime | None
    """When the first complete run ended; None while nothing is told yet."""
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_news_at: datetime | None
    next_due_at: datetime | None
    message: str
    blind_since: datetime | None = None
    """Of a source that is not seen: since when, whatever has been the reason since."""


@dataclass(frozen=True, slots=True)
class HealthStretch:
    """One health of a source from one moment to another."""

    health: Health
    since: datetime
    until: datetime | None
    """None while it lasts."""
    message: str
    """The first thing there was to say about it."""


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """How much is kept of a source. Counting takes time in proportion to it: for people, not for every beat."""

    pages: int = 0
    """Ever looked at."""
    records: int = 0
    """Present now."""
    changes: int = 0
    """Of every weight, those of the first look too."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The service's own work."""

    looks: Mapping[str, int]
    """Of the last day, by verdict."""
    changes: int
    """Of the last day, without those of first looks."""
    unsent: Mapping[str, int]
    """Alerts by state."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Mails that were tried and not taken yet."""

    alerts: int
    since: datetime | None
    """When the oldest was due; None where there is none."""
    last_error: str
    """What the server said to it."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run over a source, with the page of each of its looks, in order."""

    id: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    complete: bool
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredLook:
    """A look as it was taken, with the number of its visit, and whether it was believed and read."""

    visit: int
    look: Look
    believed: bool


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A numbered version of a page. `number` counts from 1 within the page."""

    id: int
    source: str
    url: str
    number: int
    first_seen: datetime
    last_seen: datetime
    title: str
    text: tuple[str, ...]
    body_digest: str
    extractor: str
    media_type: str
    content_digest: str = ""


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """One look and what came of it. `status` is None where nobody answered, `body_digest` empty without a body."""

    at: datetime
    status: int | None
    verdict: VerdictKind
    reason: str
    mechanism: str
    """What was matched, for explanation."""
    body_digest: str
    snapshot_number: int | None
    """Version of the page that this look saw; None where it was not believed."""
    final_url: str
    elapsed_ms: int | None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A visit's place in the chain of visits."""

    visit: int
    at: datetime
    """When the visit was made, by our clock."""
    link: bytes
    """SHA-256 over the visit and the link before, as `monitor.chain` says."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a time-stamping authority signed: that a link of the chain was there at its time."""

    visit: int
    link: bytes
    at: datetime
    """By the authority's clock."""
    authority: str
    response: bytes
    """Its whole answer, a TimeStampResp in DER (RFC 3161)."""


@dataclass(frozen=True, slots=True)
class RecordedVisit:
    """A visit as it was recorded, to be handed on with its proof."""

    source: str
    url: str
    at: datetime
    entry: Mapping[str, Any]
    """What its link covers, by `monitor.chain.MEMBERS`."""
    link: bytes
    version: int | None
    """Number of the page's version that it saw; None where it was not believed."""

    @property
    def number(self) -> int:
        """Number of the visit."""
        return int(self.entry["number"])

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the answer, names in lower case; empty where none are kept."""
        headers: Mapping[str, str] = json.loads(self.entry["headers"] or "{}")
        return headers


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive held at one moment: equal contents are the same archive as far as counting can tell."""

    structure: int
    """The number of the newest step that it has seen."""
    visits: int
    bodies: int
    snapshots: int
    records: int
    changes: int
    newest_visit: str | None
    """Its time as the archive has it; None where nothing was looked at yet."""
    link: str | None
    """Of that visit, in hexadecimal; None where there is none, or an older structure has no chain."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in an archive that is not as it was written."""

    part: str
    """ "file", "index", "chain", "visit", "version", "record", "change", "body" or "stamp"."""
    sentence: str
    """What is wrong, where, and what to do."""
    url: str = ""
    visit: int | None = None
    at: str = ""
    """As the archive has it: a damaged time may be none."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One version of a record: what it said from `valid_from` until, and without, `valid_to`."""

    record: Record
    source: str
    valid_from: datetime
    valid_to: datetime | None
    """None while it still holds."""
    version: int
    """Counts from 1 within the record."""
    snapshot: int | None
    """Version number of the page that it was read from."""
    disputed_by: tuple[str, ...] = ()
    """Titles of notices that name it as wrong."""


@dataclass(frozen=True, slots=True)
class ChainVersion:
    """One version in a record's chain, its columns as they are written: times, JSON, and the numbers of visits."""

    valid_from: str
    valid_to: str | None
    visit: int
    closed_by: int | None
    extractor: str
    said: tuple[object, ...]
    """In the order of `storage.renewing.SAID`."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A record with the versions of it that were valid at some time, oldest first."""

    kind: str
    key: str
    page: str
    """Address of the page that showed it last."""
    present: bool
    placed: tuple[object, ...]
    """Where it is looked for, in the order of `storage.renewing.PLACED`."""
    versions: tuple[ChainVersion, ...]


@dataclass(frozen=True, slots=True)
class PageRenewal:
    """A newer reading of all that was ever kept of a page. `snapshots` are by number; the page's row follows the newest
    look where `state` is given."""

    url: str
    snapshots: Mapping[int, NewSnapshot]
    chains: tuple[Chain, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    """(kind, key) of records that the newer reading has nowhere."""
    state: PageState | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal wrote: versions of pages and records that read otherwise than before."""

    snapshots: int = 0
    records: int = 0


@dataclass(frozen=True, slots=True)
class PresentRecord:
    """A record as it holds now, and how old that knowledge is."""

    record: Record
    source: str
    looked_at: datetime
    """When the page that showed it last was last brought whole and believed."""


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of a search. `snippet` has the matches between the marks that were asked for, [ and ] by default."""

    what: str
    """ "page" or "record"."""
    source: str
    url: str
    title: str
    snippet: str
    at: datetime
    """When this version was first seen."""
    version: int
    current: bool
    kind: str
    """Of a record."""
    page: int
    """That showed it."""
    snapshot: int | None
    """The version of that page, by its number in the archive."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One government on one list from `valid_from` until, and without, `valid_to`."""

    source: str
    source_title: str
    kind: str
    member: str
    """As the list printed it last."""
    geoid: str
    valid_from: datetime
    valid_to: datetime | None
    """None while it is still on it."""
    disputed_by: tuple[str, ...] = ()
    """Titles of notices in which the list's publisher calls rows of this name wrong."""


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A government's own record, such as an item of its council's agenda, as it stands now."""

    source: str
    kind: str
    title: str
    url: str
    about: str
    """ISO date or time."""
    place: str
    """As printed."""
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """A text of somebody else that has the name. `snippet` has it between [ and ]."""

    source: str
    kind: str
    """Of the record; "page" for a page without records."""
    title: str
    url: str
    about: str
    at: datetime
    """When this version was first seen."""
    snippet: str


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are wanted; an empty field wants all."""

    source: str = ""
    kind: str = ""
    places: tuple[str, ...] = ()
    """Names as printed, each of them the one government that is meant."""
    words: str = ""
    """All of them, in the change or in what it is about; "a quoted phrase" as such."""
    since: datetime | None = None
    until: datetime | None = None
    """Both inside."""


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A change in a line of the timeline."""

    id: int
    run: int
    at: datetime
    kind: ChangeKind
    significance: float
    url: str
    title: str
    place: str
    cluster: str
    summary: str
    source: str
    source_title: str
    timezone: str
    """Of the source: the zone in which its readers live."""


@dataclass(frozen=True, slots=True)
class ChangeEvidence:
    """The numbers of what a change rests on; None for what there is not."""

    page: int | None
    snapshot_before: int | None
    snapshot_after: int | None
    timezone: str
    """Of the source."""


@dataclass(frozen=True, slots=True)
class Telling:
    """That somebody was told of a change, or is to be."""

    alert: int
    subscription: str
    recipient: str
    state: AlertState
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """An alert in a line of the outbox."""

    id: int
    subscription: str
    recipient: str
    state: AlertState
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    changes: int
    """How many it tells."""
    attempts: int
    subject: str
    last_error: str


@dataclass(frozen=True, slots=True)
class PageSummary:
    """A page with its source."""

    id: int
    source: str
    source_title: str
    publisher: str
    timezone: str
    url: str
    title: str
    first_seen: datetime
    last_look_at: datetime
    last_full_look: datetime | None
    withdrawn: bool
    current: int | None
    """Its newest snapshot; None before the first."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a page without its text."""

    id: int
    number: int
    first_seen: datetime
    last_seen: datetime
    title: str
    text_size: int
    """Characters."""
    body_digest: str


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a page with its text and its page."""

    id: int
    page: PageSummary
    number: int
    first_seen: datetime
    last_seen: datetime
    title: str
    text: tuple[str, ...]
    extractor: str
    media_type: str
    content_digest: str
    body_digest: str
    body_size: int | None
    """Bytes."""


@dataclass(frozen=True, slots=True)
class LookLine:
    """A look at a page in a line."""

    id: int
    at: datetime
    status: int | None
    """None where nobody answered."""
    verdict: VerdictKind
    reason: str
    snapshot: int | None
    """The version that it saw, by the snapshot's number in the archive; None where it was not believed."""
    version: int | None
    """The same by its number within the page."""


@dataclass(frozen=True, slots=True)
class StoredLookDetails:
    """A look with all that is known of it."""

    look: LookLine
    page: PageSummary
    run: int
    mechanism: str
    media_type: str
    final_url: str
    truncated: bool
    error: str
    elapsed_ms: int | None
    headers: Mapping[str, str]
    """Empty where those of an earlier look stand."""
    body_digest: str
    body_size: int | None


@dataclass(frozen=True, slots=True)
class ListRow:
    """A record as a list had it at a moment."""

    record: int
    key: str
    edition: str
    """The order of its edition, with which its key begins; empty for a list without any."""
    title: str
    member: str
    place: str
    about: str
    url: str
    facts: Facts
    valid_from: datetime
    valid_to: datetime | None
    snapshot: int | None
    """The version of a page that it was read from."""
    body_digest: str
    """Of the body of that version."""


@dataclass(frozen=True, slots=True)
class ListEdition:
    """The edition that a list had at a moment."""

    series: str
    order: str
    label: str
    seen: datetime
    """When it was first seen."""


@dataclass(frozen=True, slots=True)
class ListDifference:
    """A record that two moments of a list do not share, or do not have alike. One of the two is given, or both."""

    before: ListRow | None
    after: ListRow | None


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """A recipient whose mails were refused for good, or came back."""

    recipient: str
    times: int
    """In a row, each within a month of the one before."""
    last_at: datetime
    reason: str
    """Of the newest, in the words of the server that refused it."""
    stopped_at: datetime | None
    """Since when nothing is sent there; None while it is."""
    waiting: int
    """Alerts for it that wait."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a recipient said to one subscription."""

    asked_at: datetime | None = None
    """When a mail last asked; None where nobody had to ask."""
    confirmed_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MadeSubscription:
    """One that was made on the web pages."""

    name: str
    settings: Facts
    """Recipients, filters and rhythm, under the names that the settings' stanza has."""
    made_by: str
    made_at: datetime
    paused_at: datetime | None
    standings: Mapping[str, Standing]
    """By mailbox; see `monitor.mailboxes`."""
