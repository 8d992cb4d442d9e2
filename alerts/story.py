"""What a mail tells: an alert's changes as stories in the reader's terms, weightiest first, bursts folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from alerts.asides import Aside
from alerts.blocks import Block, Detail, Names, Row, Rows, blocks
from alerts.passages import unmarked
from alerts.wording import KIND_NAMES, cut, harmless, label, moment_in, plural_of, web_address
from monitor import permalinks
from monitor.types import Change, ChangeKind, StoredChange

_SHOWN_OF_BURST: Final = 5
"""Members of a burst that are named; the rest are counted. A burst is more than these."""


Group = tuple[StoredChange, ...]
"""Changes that are told as one story: one change, or a burst."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where and when it was seen, and how anybody can check."""

    seen: str
    source: str
    page: str
    page_link: str
    """The page, when a link to it is safe."""
    read_at: str
    """Where a reader finds it when that is another address than the page's (an API answer); else empty."""
    versions: str
    digest: str
    way: Way
    """To the change itself."""
    links: tuple[tuple[str, str], ...] = ()
    """On the pages, by what is found there: the page's history, the look that saw it."""

    @property
    def page_shown(self) -> str:
        """The page where a link says the rest: addresses of interfaces are longer than a phone is wide, thrice."""
        return cut(self.page, 110)


@dataclass(frozen=True, slots=True)
class Way:
    """How a reader gets at something: a link where pages are served, else the command that shows it."""

    link: str = ""
    command: str = ""

    @property
    def said(self) -> str:
        """As a text says it."""
        return self.link or self.command


@dataclass(frozen=True, slots=True)
class Story:
    """One change, or one burst of them."""

    kicker: str
    headline: str
    place: str
    blocks: tuple[Block, ...]
    evidence: Evidence
    reasons: str
    significance: float
    members: int = 1


def bursts(changes: Sequence[StoredChange]) -> list[Group]:
    """The changes, weightiest first; those of one burst together, at the place of their weightiest."""
    ordered = sorted(changes, key=lambda stored: (-stored.change.significance, stored.id))
    groups: dict[tuple[str, ...], list[StoredChange]] = {}
    for stored in ordered:
        change = stored.change
        alone = (str(stored.id),)
        groups.setdefault((change.source, change.cluster, change.kind) if change.cluster else alone, []).append(stored)
    folded: list[Group] = []
    for group in groups.values():
        folded += [tuple(group)] if len(group) > _SHOWN_OF_BURST else [(one,) for one in group]
    return sorted(folded, key=lambda group: (-group[0].change.significance, group[0].id))


def tell(
    group: Group, zones: Mapping[str, str], detail: Detail, asides: Sequence[Aside] = (), address: str = ""
) -> Story:
    """One change, or one burst, as a story. `zones` gives each source's IANA time zone by slug; `asides` say
    what else the archive holds about it; `address` is where its pages are served."""
    first = group[0]
    change = first.change
    if len(group) > 1:
        parts: tuple[Block, ...] = (_burst_names(group),)
    else:
        parts = (*blocks(change, detail), *_asides(asides))
    return Story(
        kicker=f"{_kind(change)} · {source_name(first)}",
        headline=cut(headline(group), 600),
        place=cut(harmless(change.place), 200) if len(group) == 1 else "",
        blocks=parts,
        evidence=_evidence(group, zones.get(change.source, "UTC"), address),
        reasons=cut("; ".join(map(harmless, change.reasons)), 600),
        significance=change.significance,
        members=len(group),
    )


def headline(group: Group) -> str:
    """What happened, in one sentence."""
    first = group[0]
    if len(group) == 1:
        return harmless(first.change.summary) or harmless(first.change.title) or KIND_NAMES[first.change.kind]
    return f"{source_name(first)}: {_burst(group)}"


def _kind(change: Change) -> str:
    noun = cut(harmless(change.record_kind.replace("_", " ")), 80)
    if not noun or not change.kind.value.startswith("record_"):
        return KIND_NAMES[change.kind]
    told = f"new {noun}" if change.kind is ChangeKind.RECORD_ADDED else f"{noun} {KIND_NAMES[change.kind].lower()}"
    return told[:1].upper() + told[1:]


def source_name(stored: StoredChange) -> str:
    """What a reader calls the source."""
    return cut(harmless(stored.source_title) or harmless(stored.change.source), 200)


def _burst(group: Group) -> str:
    change = group[0].change
    noun = harmless(change.record_kind.replace("_", " ")) or (
        "page" if change.kind.value.startswith("page_") else "document"
    )
    many = f"{len(group):,} {plural_of(noun)}"
    fields = list(change.details.get("fields", ())) if change.kind is ChangeKind.RECORD_AMENDED else []
    if fields == ["archived"]:
        marks = {bool(stored.change.details["fields"]["archived"][1]) for stored in group}
        if len(marks) == 1:
            return f"{many} were archived at once" if marks == {True} else f"{many} left the archive at once"
    if fields:
        return f"{many} were amended at once ({', '.join(label(str(name)).lower() for name in fields)})"
    verb = {
        ChangeKind.RECORD_ADDED: "were added",
        ChangeKind.RECORD_REMOVED: "are no longer listed, all",
        ChangeKind.RECORD_RENAMED: "were renamed",
        ChangeKind.DOCUMENT_PUBLISHED: "were published",
        ChangeKind.PAGE_WITHDRAWN: "were withdrawn",
        ChangeKind.PAGE_RETURNED: "came back",
        ChangeKind.PAGE_MOVED: "moved",
    }.get(change.kind, "changed")
    return f"{many} {verb} at once"


def _burst_names(group: Group) -> Names:
    shown = group[:_SHOWN_OF_BURST]
    names = tuple(cut(harmless(stored.change.title or stored.change.summary), 200) for stored in shown)
    return Names("Among them", names, rest=len(group) - len(shown))


def _asides(asides: Sequence[Aside]) -> tuple[Block, ...]:
    """A block for each heading, in the order in which they come."""
    by_heading: dict[str, list[Row]] = {}
    for aside in asides:
        row = Row(harmless(aside.label), unmarked(harmless(aside.sentence)))
        by_heading.setdefault(aside.heading, []).append(row)
    return tuple(Rows(heading, tuple(rows)) for heading, rows in by_heading.items())


def _evidence(group: Group, zone: str, address: str) -> Evidence:
    first = group[0]
    change = first.change
    read_at = web_address(str((change.after or change.before or {}).get("url") or ""))
    return Evidence(
        seen=moment_in(change.at, zone),
        source=source_name(first),
        page=cut(harmless(change.url), 2_000),
        page_link=web_address(change.url),
        read_at=read_at if len(group) == 1 and read_at != change.url else "",
        versions=_versions(first),
        digest=first.body_digest if first.body_digest.isalnum() else "",
        way=way_to(group, address),
        links=tuple(_links(first, address)) if len(group) == 1 else (),
    )


def way_to(group: Group, address: str) -> Way:
    """What shows the evidence: of one change, or of all of a burst."""
    first = group[0]
    since = min(stored.change.at for stored in group).astimezone(UTC)
    if address:
        alone = len(group) == 1
        path = permalinks.change(first.id) if alone else permalinks.timeline(slug=first.change.source, since=since)
        return Way(link=permalinks.absolute(address, path))
    if len(group) == 1:
        return Way(command=f"onnotice show {first.id}")
    source = harmless(first.change.source)
    return Way(command=f"onnotice changes --source {source} --since {since:%Y-%m-%dT%H:%M:%SZ}")


def _links(stored: StoredChange, address: str) -> Iterator[tuple[str, str]]:
    if not address:
        return
    if stored.page is not None:
        yield "History", permalinks.absolute(address, permalinks.page(stored.page))
    if stored.visit is not None:
        yield "Evidence", permalinks.absolute(address, permalinks.visit(stored.visit))


def _versions(stored: StoredChange) -> str:
    before, after = stored.snapshot_before, stored.snapshot_after
    if before and after and before != after:
        return f"{before} → {after}"
    return str(after or before or "")
