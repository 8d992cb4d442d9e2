"""A version of a page: what it said, where that comes from, and its stored body as a file. A captured page is never
shown as a page: it would run here as if it were ours."""

from __future__ import annotations

from monitor import permalinks
from onnotice.web.answers import File, NotThere, Page, captured
from onnotice.web.asking import Asked
from onnotice.web.citing import citation
from storage import Archive
from storage.rows import StoredVersion

_LINES = 2_000
"""Shown at once."""


def snapshot(archive: Archive, asked: Asked) -> Page:
    """`/snapshot/NUMBER`."""
    version = _version(archive, asked)
    start = (asked.query.number("line") or 1) - 1
    if start and start >= len(version.text):
        raise NotThere(f"This version has {len(version.text):,} lines.")
    path = permalinks.snapshot(version.id)
    return Page(
        "snapshot.html.jinja",
        {
            "version": version,
            "page": version.page,
            "lines": version.text[start : start + _LINES],
            "start": start + 1,
            "next_line": start + _LINES + 1 if start + _LINES < len(version.text) else None,
            "earlier": archive.version_of(version.page.id, version.number - 1),
            "later": archive.version_of(version.page.id, version.number + 1),
            "path": path,
            "citation": citation(
                publisher=version.page.publisher,
                title=version.title,
                url=version.page.url,
                seen=version.first_seen,
                digest=version.body_digest,
                address=asked.address,
                path=path,
            ),
        },
    )


def body(archive: Archive, asked: Asked) -> File:
    """`/snapshot/NUMBER/body`: the bytes as the server sent them, verified against their digest."""
    version = _version(archive, asked)
    if not version.body_digest:
        raise NotThere("No body is kept of this version.")
    return captured(archive.body(version.body_digest), version.body_digest, version.media_type)


def text(archive: Archive, asked: Asked) -> File:
    """`/snapshot/NUMBER/text`: what a reader reads, as a file."""
    version = _version(archive, asked)
    whole = "\n".join(version.text) + "\n"
    return File(whole.encode(errors="replace"), f"snapshot-{version.id}.txt", "text/plain; charset=utf-8")


def _version(archive: Archive, asked: Asked) -> StoredVersion:
    number = asked.number()
    found = archive.version(number)
    if found is None:
        raise NotThere(f"There is no snapshot {number}; the history of a page lists its versions.")
    return found
