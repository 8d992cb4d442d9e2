"""Writes a large archive to measure on: two years of polls of sixty sources, always the same for the same numbers.

    python benchmarks/big_archive.py HOME [--visits 1000000] [--snapshots 100000] [--records 200000] [--sources 60]

What a look brings (bodies, versions, records, changes, health, alerts) is written through `storage.Archive`, as a poll
writes it. Looks that bring nothing new are nine of ten, and are inserted in bulk by `_Bulk`, the one place here that
goes past the Archive: nothing else may. Names of governments are real, everything said of them is made up by dice.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.types import (
    AlertState,
    Change,
    ChangeKind,
    Decision,
    Delivery,
    Edition,
    Facts,
    Health,
    Look,
    NewSnapshot,
    Record,
    RecordStep,
    RecordWrite,
    Source,
    Subscription,
    Verdict,
    VerdictKind,
    lines_digest,
)
from onnotice.printing import progress
from storage import Archive, census
from storage.columns import written_json, written_time

BEGIN, END = datetime(2024, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
LOOKS_A_RUN = 6
"""At most twice as many, and a little less in the middle, for no page is looked at twice."""
NEW_PAGES = 0.2
"""Of the looks that bring a version, those at a page that was not there before."""
EDITIONS = 0.25
"""Of all records, those that are rows of weekly lists."""
WEEK = timedelta(days=7)

_COMMON = (
    "the council county city of agenda public hearing meeting sheriff policy report board resolution minutes "
    "contract budget ordinance staff item approval motion jail services community department safety plan "
    "agreement"
)
_RARE = (
    "detainer sanctuary immigration custody warrant notification federal enforcement civil request release "
    "cooperation detention transport settlement audit inspection easement rezoning stormwater library "
    "firefighter"
)
_POLICIES = ("Municipal Code Change", "Sheriff's Office Policy", "County Board Resolution", "Local Ordinance", "Order")
_CRIMES = ("Domestic Violence", "Drug Possession", "Driving Under Influence Liquor", "Assault", "Burglary", "Larceny")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is to be written."""

    visits: int
    snapshots: int
    records: int
    sources: int


@dataclass(slots=True)
class _Page:
    url: str
    title: str
    lines: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    withdrawn: bool = False
    row: int = 0
    snapshot: int | None = None
    body: int | None = None


@dataclass(slots=True)
class _Watched:
    """A source as it is while the years go by."""

    source: Source
    what: str
    """council, pressroom, editions, list or pages."""
    places: list[str]
    pages: list[_Page] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    """Of a list: who is on it."""
    edition_at: datetime = BEGIN
    edition_label: str = ""
    failing: int = 0
    """Runs that are still to fail."""
    failed: int = 0
    """Runs that failed in a row."""
    wall: Health = Health.BLOCKED
    health: Health = Health.NEW
    keys: int = 0

    def key(self) -> str:
        self.keys += 1
        return f"{self.keys:06d}"


class _Bulk:
    """The benchmark's own door: looks that bring nothing new, as `storage.writing` would have written each."""

    def __init__(self, archive: Archive) -> None:
        self._connection = archive._connection
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA cache_size = -400000")
        self._rows: list[tuple[object, ...]] = []
        self._seen: list[tuple[str, int | None]] = []
        self._pages: list[tuple[str, str | None, int]] = []

    def note(self, page: _Page, source: str) -> None:
        """Numbers of a page's rows after a look through the Archive."""
        row = self._connection.execute(
            "SELECT p.id, p.snapshot, p.last_body FROM pages p JOIN sources s ON s.id = p.source"
            " WHERE p.url = ? AND s.slug = ?",
            (page.url, source),
        ).fetchone()
        page.row, page.snapshot, page.body = row

    def unchanged(self, page: _Page, run: int, at: datetime, whole: bool, elapsed: int) -> None:
        """The same bytes again, or a 304."""
        when = written_time(at)
        status, body, reason = (200, page.body, "the same bytes as before") if whole else (304, None, "not modified")
        media_type = "text/html" if whole else ""
        self._rows.append(
            (run, page.row, when, status, "unchanged", reason, "", body, page.snapshot, media_type, "", elapsed)
        )
        self._seen.append((when, page.snapshot))
        self._pages.append((when, when if whole else None, page.row))

    def unreachable(self, page: _Page, run: int, at: datetime) -> None:
        """Nobody answered."""
        error = "the server did not answer within 30 seconds"
        row = (run, page.row, written_time(at), None, "unreachable", error, "", None, None, "", error, 30_000)
        self._rows.append(row)
        self._pages.append((written_time(at), None, page.row))

    def flush(self) -> None:
        """Write what has gathered; before anything of the same run goes through the Archive."""
        self._connection.executemany(
            "INSERT INTO visits(run, page, at, status, verdict, reason, mechanism, body, snapshot, media_type, error,"
            " elapsed_ms, truncated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            self._rows,
        )
        self._connection.executemany("UPDATE snapshots SET last_seen = ? WHERE id = ?", self._seen)
        self._connection.executemany(
            "UPDATE pages SET last_look_at = ?, last_full_look = coalesce(?, last_full_look) WHERE id = ?", self._pages
        )
        self._rows.clear()
        self._seen.clear()
        self._pages.clear()

    def finish(self) -> None:
        """One file."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Maker:
    """Writes the archive, poll by poll."""

    def __init__(self, archive: Archive, size: Size) -> None:
        self.archive, self.size, self.bulk = archive, size, _Bulk(archive)
        self.dice = random.Random(2017)
        self.visits = self.snapshots = self.records = 0
        self.clock = BEGIN
        self.runs = max(2 * size.sources, (size.visits - size.snapshots // 10) * 11 // (10 * LOOKS_A_RUN))
        self.polls = max(2, self.runs // size.sources)
        weeks = (END - BEGIN) / WEEK
        self.rows_an_edition = max(3, round(EDITIONS * size.records / weeks / max(1, size.sources // 12)))
        self.initial = max(1, size.snapshots // 10 // size.sources)
        common, rare = _COMMON.split(), _RARE.split()
        words, weight = common + rare, [3] * len(common) + [1] * len(rare)
        self.sentences = [
            " ".join(self.dice.choices(words, weight, k=self.dice.randrange(6, 14))).capitalize() + "."
            for _ in range(20_000)
        ]
        self.watched = tuple(self._sources())

    def _sources(self) -> Iterator[_Watched]:
        table = census.table()
        states = {one.state: one.name for one in table.jurisdictions if one.kind == "state"}
        names = [
            f"{one.short_names[0] if one.kind == 'place' and one.short_names else one.name}, {states[one.state]}"
            for one in table.jurisdictions
            if one.kind in ("county", "place") and not one.former and one.state in states
        ]
        self.dice.shuffle(names)
        what = [
            "editions",
            "list",
            "council",
            "council",
            "council",
            "council",
            "council",
            "pressroom",
            "pages",
            "pages",
        ]
        what += ["council", "pressroom"]
        cadence = max(timedelta(minutes=15), (END - BEGIN) / self.polls)
        for number in range(self.size.sources):
            kind = what[number % len(what)]
            place = names[number] if kind in ("council", "pages") else ""
            source = Source(
                slug=f"{kind}_{number:02d}",
                title=f"{place.partition(',')[0] or 'Agency'} {kind} {number}",
                url=f"https://{kind}{number}.example.gov/",
                publisher=place or "A federal agency",
                jurisdiction=place,
                timezone="America/New_York",
                cadence=cadence,
            )
            watched = _Watched(source, kind, [place] if place else self.dice.sample(names, 400))
            watched.pages.append(_Page(source.url, source.title))
            yield watched

    def write(self) -> None:
        """All of it; a poll is one transaction, since nobody reads meanwhile."""
        archive = self.archive
        for watched in self.watched:
            archive.keep_source(watched.source, BEGIN)
        archive.keep_subscriptions(SUBSCRIPTIONS, BEGIN)
        with archive.indexing_later(), progress("writing") as bar:
            poll = 0
            while self.visits < self.size.visits:
                self.clock = max(self.clock, BEGIN + (END - BEGIN) * (self.visits / self.size.visits))
                with archive.together():
                    number = archive.begin_poll(self.clock)
                    told = [change for watched in self.watched for change in self._run(watched, number, poll)]
                    self._tell(told)
                poll += 1
                bar("visits", self.visits, self.size.visits)
        self.bulk.finish()

    def _run(self, watched: _Watched, poll: int, nth: int) -> list[tuple[int, Change]]:
        dice, run = self.dice, self.archive.begin_run(watched.source.slug, poll, self.clock)
        told: list[tuple[int, Change]] = []
        if nth and not watched.failing and dice.random() < 0.004:
            watched.failing = dice.choice((1, 2, 3, 5, 12, 30))
            watched.wall = dice.choice((Health.BLOCKED, Health.UNREACHABLE))
        failed = watched.failing > 0
        for page in self._looked_at(watched, nth):
            if self.visits >= self.size.visits:
                break
            self.clock += timedelta(seconds=1)
            if failed:
                self._fails(watched, page, run)
            else:
                told += self._look(watched, page, run, baseline=not nth)
            self.visits += 1
        self.bulk.flush()
        self._end(watched, run, failed)
        return told

    def _looked_at(self, watched: _Watched, nth: int) -> Sequence[_Page]:
        """The front page, and others without any twice; the first run looks at all that there is."""
        pages, dice = watched.pages, self.dice
        if not nth:
            pages += [self._new_page(watched) for _ in range(self.initial - 1)]
            return list(pages)
        most = min(len(pages), dice.randrange(1, 2 * LOOKS_A_RUN))
        recent = range(max(0, len(pages) - 60), len(pages))
        chosen = {0} | {dice.choice(recent) if dice.random() < 0.6 else dice.randrange(len(pages)) for _ in range(most)}
        found = [pages[number] for number in sorted(chosen)]
        left, looks = self.size.snapshots - self.snapshots, max(1, self.size.visits - self.visits)
        due = watched.what == "editions" and self.clock >= watched.edition_at
        if watched.failing == 0 and (due or dice.random() < NEW_PAGES * len(found) * left / looks):
            pages.append(self._new_page(watched))
            found.append(pages[-1])
        return found

    def _new_page(self, watched: _Watched) -> _Page:
        title = self.dice.choice(self.sentences)[:70].rstrip(".")
        return _Page(f"{watched.source.url}{watched.what}/{len(watched.pages)}-{watched.key()}", title)

    def _fails(self, watched: _Watched, page: _Page, run: int) -> None:
        if not page.row:
            return
        if watched.wall is Health.UNREACHABLE:
            self.bulk.unreachable(page, run, self.clock)
            return
        self.bulk.flush()
        wall = b"<html><title>Access Denied</title><p>Reference #18.</p></html>"
        verdict = Verdict(VerdictKind.BLOCKED, "a bot wall answered", "akamai")
        look = Look(page.url, self.clock, 403, wall, "text/html", {"server": "AkamaiGHost"})
        state = self.archive.page_state(watched.source, page.url)
        self.archive.record_look(look, state, Decision(verdict, withdrawn=page.withdrawn), run)

    def _look(self, watched: _Watched, page: _Page, run: int, *, baseline: bool) -> list[tuple[int, Change]]:
        dice = self.dice
        left, looks = self.size.snapshots - self.snapshots, max(1, self.size.visits - self.visits)
        news = not page.row or (left > 0 and dice.random() < (1 - NEW_PAGES) * left / looks)
        if page.withdrawn or (not news and not baseline and page is not watched.pages[0] and dice.random() < 0.001):
            return self._withdraw_or_return(watched, page, run)
        if news:
            return self._version(watched, page, run, baseline=baseline)
        self.bulk.unchanged(page, run, self.clock, dice.random() < 0.3, dice.randrange(40, 900))
        return []

    def _withdraw_or_return(self, watched: _Watched, page: _Page, run: int) -> list[tuple[int, Change]]:
        self.bulk.flush()
        back = page.withdrawn
        page.withdrawn = not back
        kind = ChangeKind.PAGE_RETURNED if back else ChangeKind.PAGE_WITHDRAWN
        change = self._change(watched, page, kind, f"{page.title} {'is back' if back else 'was withdrawn'}", 0.7)
        if back:
            verdict = Verdict(VerdictKind.CREDIBLE, "the page was served")
            look = Look(page.url, self.clock, 200, _html(page), "text/html", _HEADERS)
        else:
            verdict = Verdict(VerdictKind.GONE, "the server says that there is no such page", "status 404")
            look = Look(page.url, self.clock, 404, b"<html><title>404</title></html>", "text/html", _HEADERS)
        decision = Decision(verdict, same_snapshot=back, withdrawn=not back, changes=(change,))
        state = self.archive.page_state(watched.source, page.url)
        (number,) = self.archive.record_look(look, state, decision, run)
        self.bulk.note(page, watched.source.slug)
        return [(number, change)]

    def _version(self, watched: _Watched, page: _Page, run: int, *, baseline: bool) -> list[tuple[int, Change]]:
        """A new version of the page, with the records that it brings."""
        self.bulk.flush()
        dice = self.dice
        before = list(page.lines)
        if before:
            for _ in range(dice.randrange(1, 4)):
                page.lines[dice.randrange(1, len(page.lines))] = self._line()
        else:
            page.lines = [page.title, *(self._line() for _ in range(dice.randrange(8, 40)))]
        writes = self._records(watched, page)
        snapshot = NewSnapshot(page.title, tuple(page.lines), lines_digest(page.lines), f"{watched.what}/1")
        changes = self._changes(watched, page, writes, before, baseline=baseline)
        verdict = Verdict(VerdictKind.CREDIBLE, "the page was served")
        took = timedelta(milliseconds=dice.randrange(80, 1500))
        look = Look(page.url, self.clock, 200, _html(page), "text/html", _HEADERS, elapsed=took)
        decision = Decision(verdict, snapshot=snapshot, records=tuple(writes), changes=tuple(changes))
        state = self.archive.page_state(watched.source, page.url)
        numbers = self.archive.record_look(look, state, decision, run)
        self.bulk.note(page, watched.source.slug)
        self.snapshots += 1
        return list(zip(numbers, changes, strict=True))

    def _line(self) -> str:
        return f"{self.dice.choice(self.sentences)[:-1]} {self.dice.randrange(10_000)}."

    # -- records -----------------------------------------------------------------------------------------------

    def _records(self, watched: _Watched, page: _Page) -> list[RecordWrite]:
        """What the version adds, amends and removes; new ones so many that their number comes out in the end."""
        dice = self.dice
        owed = round(self.size.records * (self.snapshots + 1) / self.size.snapshots) - self.records
        front = page is watched.pages[0]
        writes: list[RecordWrite] = []
        if watched.what == "editions":
            if not front and not page.records and self.clock >= watched.edition_at:
                writes = self._edition(watched)
        elif watched.what != "pages" and owed > 0:
            count = min(owed, 400 if watched.what == "list" and not page.records else dice.randrange(1, 13))
            writes = [RecordWrite(RecordStep.ADD, record) for record in self._new_records(watched, page, count)]
        added = [write.record for write in writes]
        self.records += len(added)
        if page.records and watched.what != "editions":
            if dice.random() < 0.5:
                place = dice.randrange(len(page.records))
                old = page.records[place]
                facts = {**old.facts, "title": self._line(), "note": self._line()}
                page.records[place] = replace(old, facts=facts)
                writes.append(RecordWrite(RecordStep.AMEND, page.records[place]))
            if dice.random() < 0.15:
                gone = page.records.pop(dice.randrange(len(page.records)))
                if gone.key not in {write.record.key for write in writes}:
                    writes.append(RecordWrite(RecordStep.REMOVE, gone))
                else:
                    page.records.append(gone)
        page.records += added
        return writes

    def _edition(self, watched: _Watched) -> list[RecordWrite]:
        """A weekly issue of a list: most of the last one's members, and some others."""
        dice, rows = self.dice, self.rows_an_edition
        since = watched.edition_at.date()
        until = (watched.edition_at + WEEK - timedelta(days=1)).date()
        watched.edition_at = max(watched.edition_at + WEEK, self.clock - WEEK)
        watched.edition_label = f"{since:%B} {since.day} – {until:%B} {until.day}, {until.year}"
        edition = Edition(watched.source.slug, watched.edition_label, f"{since}/{until}")
        stayed = [name for name in watched.members if dice.random() < 0.95][:rows]
        others = [name for name in watched.places if name not in set(stayed)]
        watched.members = stayed + dice.sample(others, min(len(others), rows - len(stayed)))
        return [
            RecordWrite(
                RecordStep.ADD,
                Record(
                    "detainer_policy",
                    f"{edition.order}/policy/{name.lower().replace(',', '')}",
                    name,
                    {
                        "jurisdiction": name,
                        "policy": dice.choice(_POLICIES),
                        "criteria": [dice.choice(self.sentences)],
                        "enacted": f"20{dice.randrange(10, 26)}-{dice.randrange(1, 13):02d}",
                    },
                    position=place,
                    member=name,
                    place=name,
                ),
                edition=edition,
            )
            for place, name in enumerate(watched.members)
        ]

    def _new_records(self, watched: _Watched, page: _Page, count: int) -> Iterator[Record]:
        dice, day = self.dice, self.clock.date() + timedelta(days=self.dice.randrange(3, 40))
        if watched.what == "list":
            known = {record.member for record in page.records}
            for name in [name for name in watched.places if name not in known][:count]:
                facts = {"jurisdiction": name, "policy": dice.choice(_POLICIES), "crime": dice.choice(_CRIMES)}
                yield Record("listed", f"{watched.key()}/{name.lower()}", name, facts, member=name, place=name)
            return
        if watched.what == "pressroom":
            for _ in range(count):
                key, title = watched.key(), dice.choice(self.sentences)[:90]
                facts = {
                    "title": title,
                    "number": f"26-{key}",
                    "date": str(self.clock.date()),
                    "body": self._line() * 6,
                }
                url = f"{watched.source.url}pr/{key}"
                yield Record("press_release", key, title, facts, about=str(self.clock.date()), url=url)
            return
        place, meeting = watched.places[0], next((one for one in page.records if one.kind == "meeting"), None)
        if meeting is None:
            key, title = watched.key(), f"City Council, {day:%A, %B} {day.day}, {day.year}"
            facts = {"body": "City Council", "date": str(day), "status": "scheduled", "location": "Council Chambers"}
            meeting = Record("meeting", key, title, facts, {"row_version": key}, place=place, about=f"{day}T17:30")
            count -= 1
            yield meeting
        for position in range(count):
            kind = "attachment" if dice.random() < 0.15 else "agenda_item"
            key, title = f"{meeting.key}/{watched.key()}", dice.choice(self.sentences)
            facts = {"title": title, "matter_type": "Bill", "matter_file": f"26-{key[-6:]}", "note": ""}
            yield Record(kind, key, title, facts, {}, meeting.key, position, "", place, meeting.about, page.url)

    def _changes(
        self, watched: _Watched, page: _Page, writes: list[RecordWrite], before: list[str], *, baseline: bool
    ) -> list[Change]:
        if watched.what == "editions" and writes:
            names = [write.record.member for write in writes]
            told = {"count": len(names), "noun": ["jurisdiction", "jurisdictions"], "members": names, "new": [],
                    "gone": [], "amended": []}  # fmt: skip
            details = {"edition": watched.edition_label, "previous_edition": "", "headline": "detainer_policy"}
            summary = f"{watched.source.title} lists {len(names)} jurisdictions ({watched.edition_label})"
            listed = self._change(watched, page, ChangeKind.LIST_PUBLISHED, summary, 1.0, baseline=baseline)
            return [
                replace(listed, details={**details, "sets": {"detainer_policy": told}}, record_kind="detainer_policy")
            ]
        changes = []
        for write in writes:
            record, kind = write.record, _KINDS[write.step]
            summary = f"{watched.source.title}: {kind.value.partition('_')[2]} {record.title}"
            weight = round(self.dice.choice((0.2, 0.3, 0.4, 0.5, 0.6, 0.7)), 2)
            change = self._change(watched, page, kind, summary, weight, baseline=baseline)
            old, new = _before_and_after(write)
            changes.append(
                replace(
                    change,
                    before=old,
                    after=new,
                    record_kind=record.kind,
                    record_key=record.key,
                    title=record.title,
                    place=record.place,
                    about=record.about,
                    cluster=f"{kind}:{record.kind}:",
                )
            )
        if not changes and before:
            pairs = [(old, new) for old, new in zip(before, page.lines, strict=True) if old != new]
            summary = f"{page.title}: “{pairs[0][0]}” now reads “{pairs[0][1]}”" if pairs else f"{page.title} changed"
            change = self._change(watched, page, ChangeKind.PAGE_CHANGED, summary, self.dice.choice((0.2, 0.4)))
            went, came = "\n".join(old for old, _ in pairs), "\n".join(new for _, new in pairs)
            hunks = [[[old], [new]] for old, new in pairs]
            changes.append(replace(change, before={"text": went}, after={"text": came}, details={"hunks": hunks}))
        elif not changes:
            changes.append(
                self._change(watched, page, ChangeKind.DOCUMENT_PUBLISHED, page.title, 0.4, baseline=baseline)
            )
        return changes

    def _change(
        self, watched: _Watched, page: _Page, kind: ChangeKind, summary: str, weight: float, *, baseline: bool = False
    ) -> Change:
        return Change(
            kind=kind,
            at=self.clock,
            source=watched.source.slug,
            url=page.url,
            summary=summary,
            significance=weight,
            reasons=(f"{kind.value.replace('_', ' ')}: {weight}",),
            title=page.title,
            place=watched.source.jurisdiction,
            baseline=baseline,
        )

    # -- health and alerts -------------------------------------------------------------------------------------

    def _end(self, watched: _Watched, run: int, failed: bool) -> None:
        self.clock += timedelta(seconds=1)
        watched.failed = watched.failed + 1 if failed else 0
        watched.failing = max(0, watched.failing - 1)
        blind = failed and (watched.wall is Health.BLOCKED or watched.failed >= 3)
        now = watched.wall if blind else watched.health if failed else Health.SEEN
        change = None
        if now is not watched.health and (blind or watched.health.blind):
            kind = ChangeKind.SOURCE_BLOCKED if blind else ChangeKind.SOURCE_RECOVERED
            summary = f"{watched.source.title} {'is not seen' if blind else 'is seen again'}"
            change = self._change(watched, watched.pages[0], kind, summary, 0.8)
        watched.health = now
        self.archive.end_run(
            run,
            self.clock,
            outcome="failed" if failed else "ok",
            complete=not failed,
            message="a bot wall answered" if failed else "",
            health=now,
            health_change=change,
            next_due_at=self.clock + watched.source.cadence,
        )

    def _tell(self, told: list[tuple[int, Change]]) -> None:
        """Mails of a poll; one of fifty is deferred once, one of five hundred refused."""
        self.clock += timedelta(seconds=1)
        fresh = [(number, change) for number, change in told if not change.baseline]
        for subscription in SUBSCRIPTIONS:
            wanted = [
                number
                for number, change in fresh
                if change.significance >= subscription.minimum_significance
                and (not subscription.sources or change.source in subscription.sources)
            ]
            for recipient in subscription.recipients if wanted else ():
                self._send(subscription, recipient, wanted)

    def _send(self, subscription: Subscription, recipient: str, wanted: list[int]) -> None:
        alert = self.archive.make_alert(subscription.name, recipient, wanted, self.clock, self.clock, max(wanted))
        if alert is None or not self.archive.claim(alert, self.clock):
            return
        subject = f"{len(wanted)} changes"
        chance = self.dice.random()
        if chance < 0.02:
            later = self.clock + timedelta(seconds=60)
            deferred = Delivery(alert, self.clock, "smtp", "deferred", "451 try again later")
            self.archive.delivered(deferred, state=AlertState.FAILED, subject=subject, retry_at=later)
            self.clock = later
            self.archive.claim(alert, self.clock)
        if chance > 0.998:
            refused = Delivery(alert, self.clock, "smtp", "refused", "550 no such mailbox")
            self.archive.delivered(refused, state=AlertState.FAILED, subject=subject, retry_at=None)
            return
        sent = Delivery(alert, self.clock, "smtp", "sent", "250 queued")
        self.archive.delivered(sent, state=AlertState.SENT, subject=subject, retry_at=None)


SUBSCRIPTIONS = (
    Subscription("desk", ("desk@example.org", "editor@example.org"), minimum_significance=0.6),
    Subscription("one council", ("clerk@example.org",), ("council_02",)),
    Subscription("lists", ("lists@example.org",), ("editions_00", "list_01"), minimum_significance=0.9),
)
_KINDS = {
    RecordStep.ADD: ChangeKind.RECORD_ADDED,
    RecordStep.AMEND: ChangeKind.RECORD_AMENDED,
    RecordStep.REMOVE: ChangeKind.RECORD_REMOVED,
}
_HEADERS = {"content-type": "text/html; charset=utf-8", "server": "nginx", "cache-control": "max-age=60"}


def _html(page: _Page) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in page.lines)
    return f"<!DOCTYPE html><html><head><title>{page.title}</title></head><body>{paragraphs}</body></html>".encode()


def _before_and_after(write: RecordWrite) -> tuple[Facts | None, Facts | None]:
    facts = write.record.facts
    match write.step:
        case RecordStep.ADD:
            return None, facts
        case RecordStep.REMOVE:
            return facts, None
        case _:
            return {"title": write.record.title, "note": ""}, {"title": facts["title"], "note": facts["note"]}


def make(home: Path, size: Size) -> Path:
    """An archive with settings beside it, so that every command works on it. Refuses a folder that has one."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "archive.sqlite"
    if path.exists():
        sys.exit(f"{path} is there already; name another folder.")
    with Archive.open(path, create=True) as archive:
        maker = _Maker(archive, size)
        maker.write()
        stanzas = [
            f"[[source]]\nslug = {written_json(one.source.slug)}\ntitle = {written_json(one.source.title)}\n"
            f"url = {written_json(one.source.url)}\njurisdiction = {written_json(one.source.jurisdiction)}\n"
            for one in maker.watched
        ]
    told = [
        f"[[subscription]]\nname = {written_json(one.name)}\nrecipients = {written_json(one.recipients)}\n"
        f"sources = {written_json(one.sources)}\nminimum_significance = {one.minimum_significance}\n"
        for one in SUBSCRIPTIONS
    ]
    (home / "onnotice.toml").write_text("watch = []\n\n" + "\n".join([*told, *stanzas]), encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--snapshots", type=int, default=100_000)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--sources", type=int, default=60)
    options = parser.parse_args()
    began = time.monotonic()
    size = Size(options.visits, options.snapshots, options.records, options.sources)
    path = make(options.home, size)
    print(f"{path}: {path.stat().st_size / 1e6:,.0f} MB in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
