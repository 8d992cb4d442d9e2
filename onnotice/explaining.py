"""Why a change was told, and how a page is looked at: what was weighed, ignored, masked, held and believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from alerts.wording import counted
from monitor import noise
from monitor.errors import UsageError
from monitor.significance import TOLD_AT
from monitor.types import ChangeKind, Hold, StoredChange
from onnotice.printing import moment
from scrapers.selection import Selection, selection_of

if TYPE_CHECKING:
    from monitor.decide import Confirmation
    from storage import Archive
    from storage.rows import SourceStatus, StoredVisit

_NEWEST_LOOKS = 5


@dataclass(frozen=True, slots=True)
class PageExplained:
    """How one source looks at a page."""

    status: SourceStatus
    url: str
    title: str
    reader: str
    """Name and version of the extractor that read the current version."""
    version: int
    """Number of that version; 0 where nothing was believed yet."""
    selection: Selection
    masks: tuple[str, ...]
    """A sentence for each part that is compared no more: since when, and why."""
    hold: Hold | None
    withdrawn: bool
    etag: str
    last_modified: str
    last_full_look: datetime | None
    looks: tuple[StoredVisit, ...]
    """The newest, oldest first."""


@dataclass(frozen=True, slots=True)
class ChangeExplained:
    """One change with the look that brought it."""

    stored: StoredChange
    look: StoredVisit | None
    """None for what is about our own eyes: that is a whole run's."""
    ignored: tuple[noise.Ignored, ...]
    """What differed too at that look and was left out, by the rules as they are now."""
    page: PageExplained | None


def explain_change(archive: Archive, stored: StoredChange) -> ChangeExplained:
    """Everything that bears on a change."""
    change = stored.change
    look = None if stored.visit is None else archive.visit(stored.visit)
    watched = look is not None and change.source in archive.watchers(change.url)
    return ChangeExplained(
        stored=stored,
        look=look,
        ignored=_ignored(archive, stored),
        page=_explained(archive, change.source, change.url) if watched else None,
    )


def explain_page(archive: Archive, url: str) -> tuple[PageExplained, ...]:
    """How each source that ever looked at a page does so. Raises UsageError where none did."""
    slugs = archive.watchers(url)
    if not slugs:
        raise UsageError(f"{url} was never looked at; `onnotice sources` lists what is watched.")
    return tuple(_explained(archive, slug, url) for slug in slugs)


def of_change(explained: ChangeExplained) -> Iterator[str]:
    """The sentences about a change, without those about its page."""
    change, look = explained.stored.change, explained.look
    yield change.summary
    if look is not None:
        yield f"It was seen at {moment(change.at)} UTC. The look was taken for {_judged(look)}."
    else:
        yield f"It was noticed at {moment(change.at)} UTC, when a run over the source had ended."
    yield f"It weighs {change.significance:.2f}: {'; '.join(change.reasons) or 'no rule raised or lowered it'}."
    if change.baseline:
        yield "It is kept and told to nobody: the source was not known yet, its past was loaded, or its reader was new."
    elif change.significance < TOLD_AT:
        yield f"It is kept and not mailed at usual settings, which begin at {TOLD_AT:.2f}."
    if looks := change.details.get("looks"):
        yield f"It was confirmed by {counted(int(looks), 'look', 'looks')} before it was told."
    for ignored in explained.ignored:
        yield f"Ignored at that look ({ignored.rule}): {_passage(ignored)}."
    if change.kind is ChangeKind.PAGE_CHANGED and not explained.ignored:
        yield "Nothing else differed at that look."


def of_page(page: PageExplained, confirmation: Confirmation) -> Iterator[str]:
    """The sentences about a page under one source, without its looks."""
    source = page.status.source
    reader = f"read by {page.reader}, version {page.version} of it" if page.version else "never read so far"
    yield f"{page.url} is watched by {source.slug}, {reader}."
    yield from _selected(page.selection)
    if page.masks:
        yield from page.masks
    else:
        yield "Nothing on it is masked: every part is compared."
    if page.withdrawn:
        yield "Its publisher has taken it away; it is told when it is back."
    if page.hold is not None:
        again = page.hold.last_look + confirmation.apart
        yield (
            f"Held since {moment(page.hold.since)} UTC: {page.hold.reason}. Seen at {page.hold.looks} of"
            f" {counted(confirmation.looks, 'look', 'looks')} that it takes; looked at again from {moment(again)} UTC."
        )
    yield _validated(page)
    due = page.status.next_due_at
    if page.status.active:
        when = f"is due at {moment(due)} UTC" if due else "is due now"
        yield f"Its source is {page.status.health.value}; the next look {when}."
    else:
        yield "Its source is not watched any more."


def _explained(archive: Archive, slug: str, url: str) -> PageExplained:
    status = archive.source(slug)
    assert status is not None
    page = archive.page_state(status.source, url)
    return PageExplained(
        status=status,
        url=url,
        title=page.title,
        reader=page.extractor,
        version=page.snapshot_number,
        selection=selection_of(status.source, url),
        masks=noise.explain(page.learning),
        hold=page.hold,
        withdrawn=page.withdrawn,
        etag=page.etag,
        last_modified=page.last_modified,
        last_full_look=page.last_full_look,
        looks=archive.newest_visits(page, _NEWEST_LOOKS),
    )


def _ignored(archive: Archive, stored: StoredChange) -> tuple[noise.Ignored, ...]:
    """The comparison once more, with what the page had taught by then."""
    change = stored.change
    if change.kind is not ChangeKind.PAGE_CHANGED or not stored.snapshot_before or not stored.snapshot_after:
        return ()
    evidence = archive.change_evidence(stored.id)
    assert evidence is not None
    before, after = (archive.version(one or 0) for one in (evidence.snapshot_before, evidence.snapshot_after))
    status = archive.source(change.source)
    assert before is not None
    assert after is not None
    assert status is not None
    learning = archive.page_state(status.source, change.url).learning
    by_then = replace(learning, masks=tuple(mask for mask in learning.masks if mask.since <= change.at))
    return noise.compare(before.text, after.text, by_then, change.at).ignored


def _judged(look: StoredVisit) -> str:
    by = f", by {look.mechanism}" if look.mechanism else ""
    return f"{look.verdict.value} ({look.reason}{by})"


def _passage(ignored: noise.Ignored) -> str:
    before, after = _quoted(ignored.hunk.before), _quoted(ignored.hunk.after)
    if before and after:
        return f"{before} became {after}"
    return f"{before} went" if before else f"{after} came"


def _quoted(lines: Sequence[str]) -> str:
    text = " / ".join(lines)
    return f"“{text[:160]}{'…' if len(text) > 160 else ''}”" if text else ""


def _selected(selection: Selection) -> Iterator[str]:
    if selection.include:
        yield f"Its stanza has only these parts compared: {', '.join(selection.include)}."
    if selection.exclude:
        yield f"Its stanza leaves these parts out: {', '.join(selection.exclude)}."
    if selection.ignore_lines:
        yield f"Its stanza leaves out lines like {', '.join(f'“{pattern}”' for pattern in selection.ignore_lines)}."


def _validated(page: PageExplained) -> str:
    source = page.status.source
    full = f"; the last full look was at {moment(page.last_full_look)} UTC" if page.last_full_look else ""
    if source.validators_lie:
        return f"Its server's validators are known to lie, so it is always read in full{full}."
    named = [f"{name} {value}" for name, value in (("ETag", page.etag), ("Last-Modified", page.last_modified)) if value]
    if not named:
        return f"Its server gives no validators, so it is always read in full{full}."
    hours = source.full_look_every.total_seconds() / 3600
    return f"Its server is asked whether anything is newer than {' and '.join(named)}, in full every {hours:g} h{full}."
