"""A list as of any moment, and what was added, removed and amended between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import permalinks
from onnotice.web.answers import NotThere, NotUnderstood, Page
from onnotice.web.asking import Asked, shown
from onnotice.web.changed import Said, said
from onnotice.web.citing import citation
from onnotice.web.comparing import FieldRow, compare_fields
from storage import Archive
from storage.rows import ListDifference, ListEdition, ListRow, SourceStatus

_ROWS = 100
_MOST_DIFFERENT = 400
_MOST_IN_EDITION = 10_000
"""Rows of an edition that are compared with those of another."""
_IN_LINE = 6
"""Facts that are shown in the line of a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with what it says and who calls it wrong."""

    row: ListRow
    facts: Said
    disputed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amended:
    """A row that two moments have, and not alike."""

    title: str
    rows: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What two moments of a list do not share."""

    since: datetime
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    amended: tuple[Amended, ...]
    cut: bool
    """Whether there is more than is shown."""
    editions: tuple[str, str]
    """Labels of the two editions, empty for a list without any."""


def record_list(archive: Archive, asked: Asked) -> Page:
    """`/list/SLUG/KIND`, with `at` as of a moment and with `since` what came and went from that moment to it."""
    status, kind = _wanted(archive, asked)
    zone = status.source.timezone
    at = asked.query.moment("at", zone, end_of_day=True) or asked.now
    since = asked.query.moment("since", zone, end_of_day=True)
    if since is not None and since > at:
        raise NotUnderstood("The earlier day is after the later one; exchange them.")
    slug = status.source.slug
    edition = _edition(archive, slug, kind, at)
    in_editions = edition is not None or archive.has_editions(slug, kind)
    after = asked.query.text("after", 2_000)
    rows = (
        ()
        if in_editions and edition is None
        else archive.rows_at(slug, kind, at, edition, after=after, limit=_ROWS + 1)
    )
    disputes = archive.disputes(slug)
    path = permalinks.record_list(slug, kind, at)
    first = rows[0] if rows else None
    return Page(
        "list.html.jinja",
        {
            "source": status.source,
            "kind": kind,
            "kinds": archive.kinds_of(slug),
            "at": at,
            "edition": edition,
            "rows": [_shown(row, disputes) for row in rows[:_ROWS]],
            "in_line": _IN_LINE,
            "more": asked.query.with_only(after=rows[_ROWS - 1].key) if len(rows) > _ROWS else "",
            "begins": not after,
            "difference": _difference(archive, slug, kind, since, at, disputes) if since else None,
            "path": path,
            "citation": citation(
                publisher=status.source.publisher,
                title=" ".join(filter(None, (status.source.title, f"({kind})", edition.label if edition else ""))),
                url=status.source.url,
                seen=edition.seen if edition else max((row.valid_from for row in rows), default=at),
                digest=first.body_digest if first else "",
                what="body with its first row",
                address=asked.address,
                path=path,
            ),
        },
    )


def _wanted(archive: Archive, asked: Asked) -> tuple[SourceStatus, str]:
    slug, kind = asked.parts["slug"], asked.parts["kind"]
    status = archive.source(slug)
    if status is None:
        raise NotThere(f"No source is called “{shown(slug)}”; /sources lists those there are.")
    if kind not in archive.kinds_of(slug):
        raise NotThere(f"{slug} has no list of “{shown(kind)}”; its page names those there are.")
    return status, kind


def _edition(archive: Archive, slug: str, kind: str, moment: datetime) -> ListEdition | None:
    """The newest edition that had been seen by then; of several series the one that was seen last."""
    return max(archive.editions_at(slug, kind, moment), key=lambda edition: edition.seen, default=None)


def _shown(row: ListRow, disputes: Mapping[int, tuple[str, ...]]) -> Row:
    facts = {name: fact for name, fact in row.facts.items() if name not in ("title", "url") and fact != row.title}
    return Row(row, said("What it says", facts), disputes.get(row.record, ()))


def _difference(
    archive: Archive,
    slug: str,
    kind: str,
    since: datetime,
    at: datetime,
    disputes: Mapping[int, tuple[str, ...]],
) -> Difference:
    if archive.has_editions(slug, kind):
        was, became = _edition(archive, slug, kind, since), _edition(archive, slug, kind, at)
        before, after = (
            archive.rows_at(slug, kind, moment, edition, limit=_MOST_IN_EDITION) if edition else ()
            for moment, edition in ((since, was), (at, became))
        )
        found = tuple(_matched(before, after))
        labels = (was.label if was else "", became.label if became else "")
        cut = _MOST_IN_EDITION in (len(before), len(after))
    else:
        found = archive.list_differences(slug, kind, since, at, limit=_MOST_DIFFERENT + 1)
        labels, cut = ("", ""), False
    kept = found[:_MOST_DIFFERENT]
    return Difference(
        since=since,
        added=tuple(_shown(one.after, disputes) for one in kept if one.after and not one.before),
        removed=tuple(_shown(one.before, disputes) for one in kept if one.before and not one.after),
        amended=tuple(_amended(one.before, one.after) for one in kept if one.before and one.after),
        cut=cut or len(found) > _MOST_DIFFERENT,
        editions=labels,
    )


def _matched(before: Sequence[ListRow], after: Sequence[ListRow]) -> Iterator[ListDifference]:
    """What two editions do not have alike. A row is the same where its key is, without the edition: a name alone may
    be that of several rows, and says nothing about which of them is which."""
    was, became = ({_within_edition(row): row for row in rows} for rows in (before, after))
    for key in sorted({*was, *became}):
        one, other = was.get(key), became.get(key)
        if one is None or other is None or (one.title, one.facts) != (other.title, other.facts):
            yield ListDifference(one, other)


def _within_edition(row: ListRow) -> str:
    """A row's key without the order of its edition, with which it begins."""
    return row.key.removeprefix(f"{row.edition}/")


def _amended(before: ListRow, after: ListRow) -> Amended:
    names = [
        name for name in dict.fromkeys([*before.facts, *after.facts]) if before.facts.get(name) != after.facts.get(name)
    ]
    fields = {name: (before.facts.get(name), after.facts.get(name)) for name in names}
    if before.title != after.title:
        fields = {"title": (before.title, after.title), **fields}
    return Amended(after.title, compare_fields(fields)[0])
