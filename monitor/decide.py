"""Decides what one look amounts to: snapshot, record writes, changes, or a hold until it has been looked at again.

Pure: what the archive knows comes in as `PageState` and `Known`, what is to be written goes out as a `Decision`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor import noise, wording
from monitor.diff import Hunk
from monitor.fragments import fragment
from monitor.records import Amendment, EditionComparison, RecordComparison, compare, compare_editions
from monitor.significance import weigh
from monitor.types import (
    Change,
    ChangeKind,
    Decision,
    Extraction,
    Hold,
    Known,
    Learning,
    Look,
    NewSnapshot,
    PageState,
    Record,
    RecordSet,
    RecordStep,
    RecordWrite,
    ScopeKind,
    Verdict,
    VerdictKind,
    lines_digest,
)
from monitor.verdict import collapsed


@dataclass(frozen=True, slots=True)
class Confirmation:
    """When a collapse is believed: seen at `looks` looks, each at least `apart` after the one before (design §3.2)."""

    looks: int = 3
    apart: timedelta = timedelta(minutes=10)


USUAL_CONFIRMATION = Confirmation()

_OPENING = 2_000
"""Characters of a new document that its change quotes; the whole text is in its snapshot."""


def decide(
    look: Look,
    verdict: Verdict,
    page: PageState,
    known: Known,
    extraction: Extraction | None,
    *,
    baseline: bool | Callable[[Record], bool] = False,
    confirmation: Confirmation = USUAL_CONFIRMATION,
    unread: Mapping[str, frozenset[str]] | None = None,
) -> Decision:
    """What the look amounts to.

    `extraction` is what was read out of a believed body that differs from the one before, else None. `baseline`
    keeps additions untold although the source is known: a backfill of its past. `unread` names, by kind of record,
    fields that our reading lost or has found again: what differs in them is kept, and told to nobody.
    """
    if verdict.kind is VerdictKind.GONE:
        return _gone(look, verdict, page, known, confirmation)
    if verdict.kind is VerdictKind.UNCHANGED:
        learning = noise.looked_again(page.learning)
        return Decision(verdict=verdict, same_snapshot=page.snapshot_number > 0, learning=learning)
    if extraction is None:
        return _not_believed(look, verdict, page, confirmation)
    everything = baseline is True or page.baseline
    past = baseline if callable(baseline) else None
    comparison = _Comparison(look, verdict, page, known, extraction, everything, confirmation, past, unread or {})
    return comparison.decision()


MOST_LOOKS = 5
"""In a row. Of nine slides two looks show the same one at one poll in nine, five at one in 6,500."""


def put_off(decision: Decision, page: PageState, looks: int = 1, *, moving: bool = False) -> Decision | None:
    """Nothing but the visit, where a page reads otherwise and can be looked at again at once; None where it does not.

    Looks seconds apart show what moves by itself. That is asked when a page differs, and not when it is new: then
    a page that never changes is never fetched twice, and one that begins to rotate a banner later is learned too. At
    the second of `looks` in a row most is known; where parts were found `moving`, or a few words stand in the place of
    others, as a slide does, it is asked up to `MOST_LOOKS` times.
    """
    changed = [change for change in decision.changes if change.kind is ChangeKind.PAGE_CHANGED]
    if not changed or looks >= MOST_LOOKS or (looks > 1 and not (moving or any(map(_is_doubtful, changed)))):
        return None
    reason = "it reads otherwise; looked at once more, to see what moves by itself"
    verdict = replace(decision.verdict, reason=reason)
    return Decision(verdict=verdict, hold=page.hold, learning=page.learning, withdrawn=page.withdrawn)


def _is_doubtful(change: Change) -> bool:
    return any(map(noise.doubtful, _hunks_of(change)))


def _hunks_of(change: Change) -> tuple[Hunk, ...]:
    return tuple(Hunk(tuple(was), tuple(now), 0, 0) for was, now in change.details["hunks"])


def _with_hindsight(unpromised: Mapping[int, Change], learning: Learning) -> dict[int, Change]:
    """The changes that were a part's which is known by now to move by itself, weighed as such.

    Live and imported alike: nothing is taken back that was promised to anybody. An import has promised nothing, so that
    all of a page's past is judged by all that it taught; a daily mail leaves out what was noise by its evening.
    """
    found = {}
    for number, change in unpromised.items() if learning.masks else ():
        if reason := noise.moved_by_itself(_hunks_of(change), learning):
            found[number] = weigh(replace(change, details={**change.details, "moved_by_itself": reason}))
    return found


def read_anew(look: Look, page: PageState, known: Known, extraction: Extraction) -> Decision | None:
    """What a newer reading of the current snapshot amounts to; `look` brought it, `extraction` is that reading.

    The snapshot as the newer extractor has it, and the records that it sees otherwise: no change, for nothing happened
    at the source. None where the newer reading is so poor that it is not believed: then nothing is renewed.
    """
    verdict = Verdict(VerdictKind.CREDIBLE, "the body was read anew")
    # Known under the newer name already: what is compared afterwards is what the page said.
    renewed = replace(page, extractor=extraction.extractor, hold=None)
    return _Comparison(look, verdict, renewed, known, extraction, True, USUAL_CONFIRMATION).renewal()


def after_looks(page: PageState, looks: Sequence[Extraction], at: datetime) -> PageState:
    """The page with what differs between the last of some looks seconds apart and those before learned as volatile."""
    learning, last, texts = page.learning, looks[-1], [look.text for look in looks]
    for one in looks[:-1]:
        further = texts if len(looks) > 2 else ()
        fillers = (frozenset(one.fillers), frozenset(last.fillers))
        learning = noise.second_look(one.text, last.text, learning, at, *fillers, further)
    return replace(page, learning=learning)


def _not_believed(look: Look, verdict: Verdict, page: PageState, confirmation: Confirmation) -> Decision:
    """Blocked, unreachable, empty, cut off: kept as evidence, nothing concluded, a hold goes on as it was."""
    return Decision(
        verdict=verdict,
        hold=page.hold,
        learning=page.learning,
        withdrawn=page.withdrawn,
        look_again_at=look.at + confirmation.apart if page.hold else None,
    )


def _gone(look: Look, verdict: Verdict, page: PageState, known: Known, confirmation: Confirmation) -> Decision:
    if page.withdrawn or page.snapshot_number == 0:
        return Decision(verdict=verdict, learning=page.learning, withdrawn=page.withdrawn)
    hold = _held(look, verdict.kind, verdict.reason, page.hold, confirmation)
    if hold.looks < confirmation.looks:
        return _wait(look, verdict, page, hold, confirmation)
    title = page.title or page.url
    change = Change(
        kind=ChangeKind.PAGE_WITHDRAWN,
        at=look.at,
        source=page.source.slug,
        url=page.url,
        title=title,
        place=page.source.jurisdiction,
        summary=wording.page_withdrawn(title, verdict.reason),
        before={"text": "\n".join(known.text)},
        details={"gone_since": hold.since.isoformat(), "looks": hold.looks},
    )
    return Decision(
        verdict=verdict,
        learning=page.learning,
        withdrawn=True,
        records=tuple(RecordWrite(RecordStep.REMOVE, record) for record in known.records),
        changes=(weigh(change),),
    )


def _held(look: Look, kind: VerdictKind, reason: str, before: Hold | None, confirmation: Confirmation) -> Hold:
    if before is None:
        return Hold(reason=reason, verdict=kind, since=look.at, last_look=look.at)
    if look.at - before.last_look < confirmation.apart:
        return before
    return replace(before, reason=reason, verdict=kind, last_look=look.at, looks=before.looks + 1)


def _wait(look: Look, verdict: Verdict, page: PageState, hold: Hold, confirmation: Confirmation) -> Decision:
    return Decision(
        verdict=verdict,
        hold=hold,
        learning=page.learning,
        withdrawn=page.withdrawn,
        look_again_at=look.at + confirmation.apart,
    )


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One believed body against what was known."""

    look: Look
    verdict: Verdict
    page: PageState
    known: Known
    extraction: Extraction
    baseline: bool
    confirmation: Confirmation
    past: Callable[[Record], bool] | None = None
    unread: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def decision(self) -> Decision:
        compared = tuple((found, compare(self.known.records, found)) for found in self.extraction.record_sets)
        collapse = self._collapse(compared)
        confirmed = False
        if collapse:
            hold = _held(self.look, VerdictKind.SHRUNKEN, collapse, self.page.hold, self.confirmation)
            if hold.looks < self.confirmation.looks:
                verdict = Verdict(VerdictKind.SHRUNKEN, f"{collapse}; looked at again before it is believed")
                return _wait(self.look, verdict, self.page, hold, self.confirmation)
            confirmed = True
        text_changes, learning, text_differs = self._text(force=confirmed)
        writes, changes = self._records(compared)
        renews = text_differs or any(write.step is not RecordStep.KEEP for write in writes)
        if self.page.snapshot_number == 0 or self.page.withdrawn:
            renews = True
        whole = (*self._page_changes(), *changes, *text_changes)
        return Decision(
            verdict=self.verdict,
            snapshot=self._snapshot() if renews else None,
            same_snapshot=not renews,
            records=writes,
            changes=tuple(weigh(change) for change in whole),
            learning=learning,
            links=self.extraction.links,
            reweighed=_with_hindsight(self.known.unpromised, learning),
        )

    def renewal(self) -> Decision | None:
        """Snapshot and records alone; see `read_anew`. Of a text less may be wanted than before, of a list never."""
        compared = tuple((found, compare(self.known.records, found)) for found in self.extraction.record_sets)
        if any(comparison.is_collapse or comparison.found_nothing for _, comparison in compared):
            return None
        writes, _ = self._records(compared)
        return Decision(self.verdict, self._snapshot(), records=writes, links=self.extraction.links)

    def _collapse(self, compared: Sequence[tuple[RecordSet, RecordComparison]]) -> str:
        """Why this look is too poor to be believed at once; empty when it is not."""
        for found, comparison in compared:
            # One record that was asked for under its own address, which may never have been asked before.
            if comparison.found_nothing and found.scope.prefix and comparison.removed[0].key == found.scope.prefix:
                return f"“{comparison.removed[0].title}” is not there"
        if self.page.snapshot_number == 0 or self.page.withdrawn:
            return ""
        for _, comparison in compared:
            if comparison.found_nothing and comparison.covered > 1:
                return f"nothing was found where {comparison.covered} records had been"
            if comparison.is_collapse:
                return f"{len(comparison.removed)} of {comparison.covered} records vanished at once"
        if not self.extraction.record_sets:
            size = sum(map(len, self.extraction.text)) + len(self.extraction.text)
            return collapsed(self.page.text_size, size) or self._fragment()
        return ""

    def _fragment(self) -> str:
        if self.page.extractor != self.extraction.extractor:
            return ""
        title = self.extraction.title
        return fragment(self.known.text, self.extraction.text, self.page.title, title, self.look.body or b"")

    def _text(self, *, force: bool) -> tuple[tuple[Change, ...], Learning, bool]:
        """Changes of the text, what was learned, and whether a reader would see a difference."""
        if self.page.snapshot_number == 0 or not (self.extraction.compare_text or force):
            return (), self._first_look(), False
        learning, fillers = self.page.learning, frozenset(self.extraction.fillers)
        judged = noise.compare(self.known.text, self.extraction.text, learning, self.look.at, fillers)
        if not judged.hunks and not judged.fillers:
            return (), judged.learning, False
        another_reader = self.page.extractor != self.extraction.extractor
        if another_reader or (self.page.withdrawn and not judged.hunks):
            return (), judged.learning, True
        if own := tuple(hunk for hunk in judged.hunks if not self._is_slide_above(hunk)):
            # Also of a page that comes back: what was posted while it was away is news like any other.
            return (self._page_changed(own),), judged.learning, True
        if judged.hunks:
            return (self._page_changed(judged.hunks, above_heading=True),), judged.learning, True
        return (self._page_changed(judged.fillers, filled=True),), judged.learning, True

    def _is_slide_above(self, hunk: Hunk) -> bool:
        """Above a page's heading stand menus, notices and banners: a notice comes and goes, a slide makes way."""
        return hunk.at_after + len(hunk.after) <= self.extraction.heading and noise.exchanged(hunk)

    def _first_look(self) -> Learning:
        if self.page.snapshot_number or not self.extraction.compare_text:
            return self.page.learning
        return noise.first_look(
            self.page.learning, self.extraction.text, frozenset(self.extraction.fillers), self.look.at
        )

    def _page_changed(self, hunks: Sequence[Hunk], **marks: bool) -> Change:
        """`marks` say whose words they are: `filled` by a machine, or exchanged `above_heading`."""
        title = self._title()
        return self._change(
            ChangeKind.PAGE_CHANGED,
            title=title,
            summary=wording.page_changed(title, hunks),
            before={"text": "\n".join(line for hunk in hunks for line in hunk.before)},
            after={"text": "\n".join(line for hunk in hunks for line in hunk.after)},
            details={
                "hunks": [[list(hunk.before), list(hunk.after)] for hunk in hunks],
                **marks,
            },
        )

    def _page_changes(self) -> tuple[Change, ...]:
        title = self._title()
        if self.page.withdrawn:
            return (self._change(ChangeKind.PAGE_RETURNED, title=title, summary=wording.page_returned(title)),)
        if self.verdict.kind is VerdictKind.MOVED and self.page.last_verdict not in (VerdictKind.MOVED, None):
            target = self.look.final_url
            return (
                self._change(
                    ChangeKind.PAGE_MOVED,
                    title=title,
                    summary=wording.page_moved(title, target),
                    before={"url": self.page.url},
                    after={"url": target},
                ),
            )
        if self.page.snapshot_number == 0 and not self.extraction.record_sets:
            published = wording.document_published(title, self.page.source)
            return (
                self._change(
                    ChangeKind.DOCUMENT_PUBLISHED,
                    title=title,
                    summary=published,
                    after={"text": "\n".join(self.extraction.text)[:_OPENING]},
                    baseline=self.baseline,
                ),
            )
        return ()

    def _records(
        self, compared: Sequence[tuple[RecordSet, RecordComparison]]
    ) -> tuple[tuple[RecordWrite, ...], tuple[Change, ...]]:
        writes: list[RecordWrite] = []
        changes: list[Change] = []
        first_of_edition = [found for found, comparison in compared if found.edition and not comparison.covered]
        whole = [found for found, comparison in compared if self._appears_whole(found, comparison)]
        returned = {(record.kind, record.key) for record in self.known.withdrawn}
        for found, comparison in compared:
            writes += [RecordWrite(RecordStep.ADD, record, edition=found.edition) for record in comparison.added]
            writes += [RecordWrite(RecordStep.AMEND, pair.after) for pair in comparison.amended]
            writes += [RecordWrite(RecordStep.RENAME, pair.after, pair.before.key) for pair in comparison.renamed]
            writes += [RecordWrite(RecordStep.KEEP, record) for record in comparison.kept]
            writes += [RecordWrite(RecordStep.REMOVE, record) for record in comparison.believed_removals]
            if found not in first_of_edition and found not in whole:
                changes += self._record_changes(comparison, returned)
        if not self.page.withdrawn:
            changes[:0] = [self._list_appeared(found) for found in whole]
            if first_of_edition:
                changes.insert(0, self._list_published(first_of_edition))
        return tuple(writes), tuple(changes)

    def _record_changes(self, comparison: RecordComparison, returned: set[tuple[str, str]]) -> list[Change]:
        source = self.page.source
        another_reader = bool(self.page.extractor) and self.page.extractor != self.extraction.extractor
        changes = []
        for record in comparison.added:
            back = (record.kind, record.key) in returned
            if back and self.page.withdrawn:
                # The page is back, which is told once; its old records need not be told one by one.
                continue
            summary = wording.withdrawn_again(record, source) if back else wording.added(record, source)
            changes.append(self._of_record(ChangeKind.RECORD_ADDED, record, summary, after=dict(record.facts)))
        for record in comparison.believed_removals:
            summary = wording.removed(record, source)
            changes.append(self._of_record(ChangeKind.RECORD_REMOVED, record, summary, before=dict(record.facts)))
        for pair in comparison.amended:
            changes.append(self._amended(pair))
        for pair in comparison.renamed:
            if pair.fields or pair.before.title != pair.after.title:
                changes.append(self._of_pair(ChangeKind.RECORD_RENAMED, pair, wording.renamed(pair, source)))
        for pair in comparison.moved:
            changes.append(self._of_pair(ChangeKind.RECORD_AMENDED, pair, wording.moved(pair, source)))
        # An improved parser re-reads history: kept, and never told as a change at the source (design §3.5).
        return [replace(change, baseline=True) for change in changes] if another_reader else changes

    def _amended(self, pair: Amendment) -> Change:
        """An amendment, in terms of the fields that could be read before and after; of none of them it is not told."""
        unread = self.unread.get(pair.after.kind, frozenset()) | self._not_read_before(pair)
        legible = tuple(name for name in pair.fields if name not in unread)
        told = replace(pair, fields=legible or pair.fields)
        change = self._of_pair(ChangeKind.RECORD_AMENDED, told, wording.amended(told, self.page.source))
        return change if legible or not pair.fields else replace(change, baseline=True)

    def _not_read_before(self, pair: Amendment) -> frozenset[str]:
        """Fields that the version which read the record last did not know: those that all of its kind have by now.

        The page may have been renewed since, and yet a record of it comes from a body that was replaced long before.
        """
        if (pair.before.kind, pair.before.key) not in self.known.read_before:
            return frozenset()
        alike = (record for found in self.extraction.record_sets for record in found.records)
        everywhere = frozenset[str].intersection(
            *(frozenset(one.facts) for one in alike if one.kind == pair.after.kind)
        )
        return everywhere - frozenset(pair.before.facts)

    def _appears_whole(self, found: RecordSet, comparison: RecordComparison) -> bool:
        """Whether a complete list of members stands where none was known: its publication, and not so many additions.

        What is back after a withdrawal was published before: its return is told, and who is new on it.
        """
        if found.edition or self.page.withdrawn or found.scope.kind is not ScopeKind.COMPLETE or comparison.covered:
            return False
        before = {(record.kind, record.key) for record in self.known.withdrawn}
        return bool(comparison.added) and all(
            record.member and (record.kind, record.key) not in before for record in comparison.added
        )

    def _list_appeared(self, found: RecordSet) -> Change:
        """One change for a list that was not there before, with all of its members."""
        first = found.records[0]
        members = list(dict.fromkeys(record.member for record in found.records))
        everything = (record for other in self.extraction.record_sets for record in other.records)
        within = next((record.title for record in everything if record.key == first.parent), "")
        title = within or self._title()
        read_anew = bool(self.page.extractor) and self.page.extractor != self.extraction.extractor
        count = len(found.records)
        return self._change(
            ChangeKind.LIST_PUBLISHED,
            title=title,
            record_kind=found.kind,
            about=first.about,
            summary=wording.list_appeared(
                self.page.source,
                found.noun,
                members,
                count,
                under=str(first.extras.get("under") or ""),
                within=within,
            ),
            after={"count": count, "title": title},
            details={
                "headline": found.kind,
                "sets": {
                    found.kind: {
                        "count": count,
                        "noun": list(found.noun),
                        "rows": count,
                        "members": members,
                        "new": [],
                        "gone": [],
                        "amended": [],
                    }
                },
            },
            baseline=self.baseline or read_anew or bool(self.past and self.past(first)),
        )

    def _list_published(self, sets: Sequence[RecordSet]) -> Change:
        """One change for the whole edition, told in terms of its first set, which is the list people count.

        Of the other sets it is told who is new and who is gone: their rows are events, which differ in every edition.
        """
        details: dict[str, Any] = {}
        headline: EditionComparison | None = None
        for found in sets:
            assert found.edition is not None
            previous = self.known.previous_editions.get(found.kind, ())
            compared = compare_editions(previous, found, found.edition)
            is_headline = headline is None
            headline = headline or compared
            if not compared.count and not compared.gone:
                continue
            details[found.kind] = {
                "count": compared.count,
                "noun": list(found.noun),
                "rows": len(found.records),
                "members": list(dict.fromkeys(record.member for record in found.records if record.member)),
                "new": list(compared.new),
                "gone": list(compared.gone),
                "amended": [
                    {"name": name, "fields": {field: list(values) for field, values in fields.items()}}
                    for name, fields in (compared.amended if is_headline else ())
                ],
            }
        first = sets[0]
        assert first.edition is not None
        assert headline is not None
        earlier = self.known.previous_editions.get(first.kind, ())
        return self._change(
            ChangeKind.LIST_PUBLISHED,
            title=self._title(),
            record_kind=first.kind,
            about=first.edition.order[:10],
            summary=wording.list_published(
                self.page.source.title, first.edition, first.noun, headline, previous=bool(earlier)
            ),
            after={"edition": first.edition.label, "count": headline.count, "title": self._title()},
            details={
                "edition": first.edition.label,
                "headline": first.kind,
                "previous_edition": self.known.previous_labels.get(first.kind, ""),
                "sets": details,
            },
            baseline=self.baseline,
        )

    def _of_record(
        self, kind: ChangeKind, record: Record, summary: str, *, before: Any = None, after: Any = None
    ) -> Change:
        return self._change(
            kind,
            title=record.title,
            summary=summary,
            record_kind=record.kind,
            record_key=record.key,
            place=record.place or self.page.source.jurisdiction,
            about=record.about,
            before=before,
            after=after,
            cluster=f"{kind.value}:{record.kind}:{record.parent}",
            baseline=kind is ChangeKind.RECORD_ADDED and (self.baseline or bool(self.past and self.past(record))),
        )

    def _of_pair(self, kind: ChangeKind, pair: Amendment, summary: str) -> Change:
        old, new = pair.before, pair.after
        if pair.fields == ("position",):
            fields: dict[str, Any] = {"position": [old.position, new.position]}
        else:
            fields = {name: [old.facts.get(name), new.facts.get(name)] for name in pair.fields}
            if kind is ChangeKind.RECORD_RENAMED:
                fields = {"name": [old.member or old.title, new.member or new.title], **fields}
        change = self._of_record(
            kind,
            new,
            summary,
            before={name: values[0] for name, values in fields.items()},
            after={name: values[1] for name, values in fields.items()},
        )
        cluster = f"{kind.value}:{new.kind}:{','.join(sorted(fields))}"
        return replace(change, details={"fields": fields}, cluster=cluster)

    def _change(self, kind: ChangeKind, *, title: str, summary: str, **more: Any) -> Change:
        more.setdefault("place", self.page.source.jurisdiction)
        return Change(
            kind=kind,
            at=self.look.at,
            source=self.page.source.slug,
            url=self.page.url,
            title=title,
            summary=summary,
            **more,
        )

    def _snapshot(self) -> NewSnapshot:
        facts = [
            [record.kind, record.key, dict(record.facts)]
            for found in self.extraction.record_sets
            for record in found.records
        ]
        told = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
        content = hashlib.sha256((lines_digest(self.extraction.text) + told).encode()).hexdigest()
        return NewSnapshot(
            title=self._title(),
            text=self.extraction.text,
            content_digest=content,
            extractor=self.extraction.extractor,
        )

    def _title(self) -> str:
        return self.extraction.title or self.page.title or self.page.source.title
