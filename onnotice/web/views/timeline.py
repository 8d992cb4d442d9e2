"""The timeline: what changed, newest first, narrowed down by whoever reads; bursts are folded into one story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alerts.wording import KIND_NAMES
from monitor.types import ChangeKind
from onnotice.governments import resolved
from onnotice.web.answers import NotUnderstood, Page
from onnotice.web.asking import Asked, shown
from storage import Archive
from storage.rows import ChangeFilter, ListedChange, SourceStatus

_STORIES = 40
"""On one page of the timeline."""

_CHANGES = 400
"""Read for one page at most: a burst of thousands goes on on the next."""

_IN_FOLD = 25
"""Changes of one burst that are listed under its first."""

_FIELDS = ("q", "source", "kind", "jurisdiction", "since", "until")

_KINDS = {kind.value: KIND_NAMES[kind] for kind in ChangeKind}


@dataclass(frozen=True, slots=True)
class Story:
    """A change, with those of the same burst under it."""

    change: ListedChange
    others: tuple[ListedChange, ...] = ()
    rest: int = 0
    """Of the burst that are not listed."""


def timeline(archive: Archive, asked: Asked) -> Page:
    """`/changes`, and the front page."""
    sources = archive.sources()
    wanted = _wanted(archive, asked, sources)
    before = asked.query.number("before")
    if before is not None and archive.change(before) is None:
        raise NotUnderstood("The timeline has no such place to go on from; begin at its start.")
    found = archive.timeline(wanted, before=before, limit=_CHANGES)
    stories, seen = _stories(found)
    goes_on = seen < len(found) or len(found) == _CHANGES
    return Page(
        "timeline.html.jinja",
        {
            "stories": stories,
            "sources": [(one.source.slug, one.source.title) for one in sources],
            "kinds": _KINDS,
            "unwell": [one for one in sources if one.active and one.health.blind],
            "narrowed": any(asked.query.text(name) for name in _FIELDS),
            "older": asked.query.with_only(before=found[seen - 1].id) if goes_on and found else "",
            "newest": asked.query.with_only(before=None) if before is not None else "",
        },
    )


def _wanted(archive: Archive, asked: Asked, sources: Sequence[SourceStatus]) -> ChangeFilter:
    query = asked.query
    slug = query.one_of("source", {one.source.slug: one.source.title for one in sources})
    zone = next((one.source.timezone for one in sources if one.source.slug == slug), "UTC")
    since, until = query.moment("since", zone), query.moment("until", zone, end_of_day=True)
    if since and until and since > until:
        raise NotUnderstood("The first day is after the last; exchange them.")
    return ChangeFilter(
        source=slug,
        kind=query.one_of("kind", _KINDS),
        places=_places(archive, query.text("jurisdiction")),
        words=query.text("q"),
        since=since,
        until=until,
    )


def _places(archive: Archive, name: str) -> tuple[str, ...]:
    """Every name under which the government that somebody means was printed. Raises NotUnderstood."""
    if not name:
        return ()
    found = resolved(name)
    if not found.geoid:
        raise NotUnderstood(f"“{shown(name)}” is left open: {found.reason}")
    return tuple(dict.fromkeys((*archive.printed_names((found.geoid, *found.same_area)), name)))


def _stories(changes: Sequence[ListedChange]) -> tuple[tuple[Story, ...], int]:
    """Changes of one run and cluster together under the first of them; and how many changes that took."""
    bursts: dict[object, list[ListedChange]] = {}
    for seen, change in enumerate(changes):
        burst: object = (change.run, change.cluster) if change.cluster else change.id
        if burst not in bursts and len(bursts) == _STORIES:
            return tuple(_folded(bursts.values())), seen
        bursts.setdefault(burst, []).append(change)
    return tuple(_folded(bursts.values())), len(changes)


def _folded(bursts: Iterable[list[ListedChange]]) -> Iterator[Story]:
    for first, *others in bursts:
        yield Story(first, tuple(others[:_IN_FOLD]), max(0, len(others) - _IN_FOLD))
