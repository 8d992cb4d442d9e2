"""Takes one look through every step: state, verdict, extraction, decision, archive. Live and imported alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from monitor import coverage
from monitor.decide import USUAL_CONFIRMATION, Confirmation, after_looks, decide, put_off, read_anew
from monitor.redirects import other_site
from monitor.types import (
    Decision,
    Extraction,
    Known,
    Link,
    Look,
    PageState,
    Record,
    Source,
    Verdict,
    VerdictKind,
)
from monitor.verdict import believe
from scrapers.beside import beside
from scrapers.extraction import DOCUMENT_READERS, Extractor, find
from scrapers.reader import extracted
from scrapers.selection import as_the_stanza_says
from storage import Archive

Baseline = bool | Callable[[Record], bool]

_UNREADABLE = frozenset({"extraction failed", "html for json", "html for pdf", "html for office"})
"""Mechanisms of verdicts on a page that may well be somebody's, and is not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one look, for the spider that goes on from it."""

    verdict: Verdict
    changes: int = 0
    """Without those of a first look, which are nobody's news."""
    links: tuple[Link, ...] = ()
    records: tuple[Record, ...] = ()
    page_known_before: bool = False
    again: bool = False
    """The page reads otherwise: look once more at once, to learn what moves by itself. Nothing is concluded yet."""
    broken: str = ""
    """One sentence, when the body was believed and nothing could be read out of it."""


@dataclass(slots=True)
class RunTally:
    """What one run saw so far; the run's health is assessed from it."""

    verdicts: Counter[VerdictKind] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Reasons of looks that were not believed, in order."""
    changes: int = 0
    needed: int = 0
    """Looks at pages without which the source is not seen: its lists, not single documents."""
    gone: int = 0
    """Of those, found gone, and that is sure by now."""
    elsewhere: int = 0
    """Of those, led to another site, where nothing of the source could be read."""


class Intake:
    """The way into the archive. `clock` gives the time of looks and is the only clock that is read."""

    def __init__(
        self, archive: Archive, clock: Callable[[], datetime], confirmation: Confirmation = USUAL_CONFIRMATION
    ) -> None:
        self.archive = archive
        self.clock = clock
        self._confirmation = confirmation
        self._tallies: dict[int, RunTally] = {}
        self._looks: dict[tuple[str, str], list[Extraction]] = {}
        """What was read of pages that are being looked at several times in a row, by (source, page)."""
        self._asked_for: dict[tuple[str, str], PageState] = {}
        """Pages as they were known when they were asked for, by (source, page): nobody else takes looks meanwhile."""

    async def take(
        self,
        look: Look,
        source: Source,
        run: int,
        *,
        repeatable: bool = False,
        baseline: Baseline = False,
        needed: bool = True,
    ) -> Taken:
        """Judge one look and write all that it amounts to in one transaction.

        `repeatable` promises that a look whose answer is `again` is followed by another of the same page in this run,
        which may ask for one more;
        `baseline` marks one into a source's past, or tells which of its records are of the past; without a page that is
        `needed` the source is not seen.
        """
        page = self._asked_for.pop((source.slug, look.url), None) or self.archive.page_state(source, look.url)
        extractor = find(source, look.url, look.body or b"")
        size = len(look.body or b"")
        before = replace(page, last_body=None) if page.withdrawn else page
        verdict = await beside(size, believe, look, before, extractor.READS)
        extraction: Extraction | None = None
        broken = ""
        if verdict.believed and verdict.kind is not VerdictKind.UNCHANGED:
            extraction, broken = await extracted(extractor, look, source)
            if broken:
                verdict = Verdict(VerdictKind.SHRUNKEN, broken, "extraction failed")
        believed = verdict
        absence = getattr(extractor, "absence", None)
        if extraction is not None:
            page = await self._read_anew(page, extraction, source)
        if verdict.kind is VerdictKind.GONE and absence is not None and not page.withdrawn:
            # Told in terms of the record that the address stands for, not as a page that nobody reads.
            extraction = absence(look, source)
            if extraction is not None:
                extraction = as_the_stanza_says(extraction, extractor, source, look.url)
                verdict = Verdict(VerdictKind.CREDIBLE, verdict.reason, verdict.mechanism)
        # Records may be other pages' too: until they are kept, nobody else may write what they are compared with.
        apart = size if extraction is not None and not extraction.record_sets else 0
        # Where the extractor says what absence means, a list that cannot be had takes none of its records along.
        known = self._known(page, verdict, extraction, takes_records=absence is None)
        place = (source.slug, look.url)
        looks = self._looks.pop(place, [])
        known_masks = page.learning.masks
        if extraction is not None:
            looks.append(extraction)
            page = await beside(apart, after_looks, page, looks, look.at)
        if extraction is not None and _is_another_form(page, extractor):
            # The publisher's doing, and not a better reading of the same.
            page = replace(page, extractor=extraction.extractor)
        reading = self._reading(
            source, extraction, look, past=baseline is not False or believed.kind is VerdictKind.GONE
        )
        decision = await beside(
            apart,
            decide,
            look,
            verdict,
            page,
            known,
            extraction,
            baseline=baseline,
            confirmation=self._confirmation,
            unread=reading.unread,
        )
        moving = page.learning.masks != known_masks
        waiting = put_off(decision, page, len(looks), moving=moving) if repeatable else None
        if waiting is not None:
            decision = waiting
            self._looks[place] = looks
        fields = reading.renewed if decision.verdict.believed and waiting is None else ()
        self.archive.record_look(look, page, decision, run, fields)
        changes = sum(not change.baseline for change in decision.changes)
        self._count(run, decision.verdict, broken, changes)
        if needed:
            self._count_absence(run, look, page, believed, decision)
        return Taken(
            verdict=decision.verdict,
            changes=changes,
            links=extraction.links if extraction else self.archive.page_links(page),
            records=_records_of(extraction) if extraction else self.archive.page_records(page),
            page_known_before=page.page_id is not None,
            again=waiting is not None,
            broken=broken,
        )

    def validators(self, source: Source, url: str) -> Mapping[str, str]:
        """Headers that ask for a 304; none when a full look is due, the source's validators lie, or nothing is held."""
        page = self._asked_for[source.slug, url] = self.archive.page_state(source, url)
        due = page.last_full_look is None or self.clock() - page.last_full_look >= source.full_look_every
        if due or source.validators_lie or page.withdrawn or page.hold or page.last_body is None:
            return {}
        headers = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
        return {name: value for name, value in headers.items() if value}

    def checkpoint(self, source: Source) -> Mapping[str, Any]:
        """A spider's own cursor, as it was last kept."""
        return self.archive.checkpoint(source.slug)

    def keep_checkpoint(self, source: Source, checkpoint: Mapping[str, Any]) -> None:
        """Keep a spider's cursor; call it after what it stands for has been taken."""
        self.archive.keep_checkpoint(source.slug, checkpoint)

    def known_records(self, source: Source, kind: str, *, since: str = "") -> tuple[Record, ...]:
        """Present records of a kind that are about `since` (ISO date) or later."""
        return self.archive.present_records(source.slug, kind, since)

    def known_urls(self, source: Source) -> tuple[str, ...]:
        """Every page looked at under the source."""
        return self.archive.known_urls(source.slug)

    def pages_to_confirm(self, source: Source, *, held: bool = False) -> tuple[str, ...]:
        """Pages that were seen and are not known to be withdrawn: held ones first, then those not seen for longest; or
        the held ones alone."""
        return self.archive.pages_to_confirm(source.slug, held=held)

    def tally(self, run: int) -> RunTally:
        """What the run saw so far."""
        return self._tallies.setdefault(run, RunTally())

    def forget(self, run: int) -> None:
        """Drop the tally of a run that has ended."""
        self._tallies.pop(run, None)

    async def _read_anew(self, page: PageState, extraction: Extraction, source: Source) -> PageState:
        """The page as its reader reads now what it said before, where another version of it had read that.

        Between two readings of the same bytes nothing happened at the source, so nothing is told of it; and what did
        happen since is told, for it is compared with the newer reading. Where that cannot be had, the page stays as
        it was, and all that differs is kept untold.
        """
        if not page.snapshot_number or page.withdrawn or page.extractor == extraction.extractor:
            return page
        shown = self.archive.look_shown(page)
        if shown is None:
            return page
        former, _ = await extracted(find(source, page.url, shown.body or b""), shown, source)
        if former is None or former.extractor == page.extractor:
            return page
        renewal = read_anew(shown, page, self.archive.known(page, former), former)
        if renewal is None:
            return page
        self.archive.renew(page, renewal)
        return self.archive.page_state(source, page.url)

    def _known(self, page: PageState, verdict: Verdict, extraction: Extraction | None, *, takes_records: bool) -> Known:
        if extraction is not None:
            return self.archive.known(page, extraction)
        if verdict.kind is VerdictKind.GONE and page.hold is not None:
            whole = self.archive.known(page, Extraction(extractor=page.extractor))
            return Known(text=whole.text, records=self.archive.page_records(page) if takes_records else ())
        return Known()

    def _count(self, run: int, verdict: Verdict, broken: str, changes: int) -> None:
        tally = self.tally(run)
        tally.verdicts[verdict.kind] += 1
        tally.changes += changes
        if broken:
            tally.broken.append(broken)
        elif not verdict.believed:
            tally.unseen.append(verdict.reason)

    def _reading(self, source: Source, extraction: Extraction | None, look: Look, *, past: bool) -> coverage.Reading:
        """What the extraction says about the fields of its records; the past may have had others."""
        if extraction is None or past or not extraction.record_sets:
            return coverage.Reading()
        return coverage.read(extraction, self.archive.field_coverage(source.slug), look.at)

    def _count_absence(self, run: int, look: Look, page: PageState, believed: Verdict, decision: Decision) -> None:
        """Whether a page that is needed is there; `believed` is the verdict before anybody said what absence means."""
        tally = self.tally(run)
        if believed.kind is VerdictKind.GONE and page.snapshot_number == 0:
            # It never was there: an address of next year's list, say.
            return
        tally.needed += 1
        if believed.kind is VerdictKind.GONE:
            tally.gone += decision.withdrawn or decision.verdict.believed
        elif not decision.verdict.believed and believed.mechanism in _UNREADABLE:
            tally.elsewhere += other_site(look.final_url, page.url)


def _is_another_form(page: PageState, extractor: Extractor) -> bool:
    """Whether the page was a document of one form, say Word's, and is now one of another under the same address."""
    before = page.extractor.partition("/")[0]
    return before != extractor.NAME and {before, extractor.NAME} <= DOCUMENT_READERS


def _records_of(extraction: Extraction) -> tuple[Record, ...]:
    return tuple(record for found in extraction.record_sets for record in found.records)
