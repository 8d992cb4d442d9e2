"""A page: every version, any two of them compared, and the looks in between, those that failed too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor import permalinks
from onnotice.web.answers import NotThere, NotUnderstood, Page
from onnotice.web.asking import Asked
from onnotice.web.comparing import compare
from storage import Archive
from storage.rows import LookLine, StoredVersion

_VERSIONS = 50
_LOOKS = 150
"""Of the strip: half a year of daily looks, or a day and a half of those at every quarter of an hour."""
_FAILED = 25
_LAYOUTS = {"inline": "Inline", "side": "Side by side"}


def page(archive: Archive, asked: Asked) -> Page:
    """`/page/NUMBER`, with `from` and `to` two of its versions compared."""
    number = asked.number()
    found = archive.page(number)
    if found is None:
        raise NotThere(f"There is no page {number}; each source lists its own.")
    before, looks_before = asked.query.number("before"), asked.query.number("looks")
    versions = archive.versions(number, limit=_VERSIONS + 1, **_below(before))
    looks = archive.looks_at(number, limit=_LOOKS + 1, **_below(looks_before))
    was, became = _compared(archive, asked, number)
    return Page(
        "page.html.jinja",
        {
            "page": found,
            "versions": versions[:_VERSIONS],
            "older": asked.query.with_only(before=versions[_VERSIONS - 1].number) if len(versions) > _VERSIONS else "",
            "was": was,
            "became": became,
            "comparison": compare(was.text, became.text) if was and became else None,
            "layout": asked.query.one_of("layout", _LAYOUTS) or "inline",
            "layouts": _LAYOUTS,
            "looks": tuple(_strip(tuple(reversed(looks[:_LOOKS])))),
            "earlier_looks": asked.query.with_only(looks=looks[_LOOKS - 1].id) if len(looks) > _LOOKS else "",
            "failed": archive.looks_not_believed(number, limit=_FAILED),
            "path": permalinks.page(number),
        },
    )


def _strip(looks: Sequence[LookLine]) -> Iterator[tuple[LookLine, bool]]:
    """Looks, oldest first, and whether each was the first of these to see its version."""
    seen: int | None = None
    for look in looks:
        yield look, look.snapshot is not None and look.snapshot != seen
        seen = look.snapshot if look.snapshot is not None else seen


def _below(number: int | None) -> dict[str, int]:
    return {} if number is None else {"before": number}


def _compared(archive: Archive, asked: Asked, page: int) -> tuple[StoredVersion | None, StoredVersion | None]:
    """The two versions that are asked for, the older first. Raises NotUnderstood for one that there is not."""
    first, second = asked.query.number("from"), asked.query.number("to")
    if first is None and second is None:
        return None, None
    if first is None or second is None:
        raise NotUnderstood("Two versions are compared; choose both.")
    found = [archive.version_of(page, number) for number in sorted((first, second))]
    for number, version in zip(sorted((first, second)), found, strict=True):
        if version is None:
            raise NotUnderstood(f"This page has no version {number}.")
    return found[0], found[1]
