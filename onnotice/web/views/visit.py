"""A look: what one fetch brought, how it was judged, and what came of it."""

from __future__ import annotations

from monitor import permalinks
from onnotice.web.answers import File, NotThere, Page, captured
from onnotice.web.asking import Asked
from onnotice.web.citing import citation
from storage import Archive
from storage.rows import StoredLookDetails


def visit(archive: Archive, asked: Asked) -> Page:
    """`/visit/NUMBER`."""
    found = _found(archive, asked)
    path = permalinks.visit(found.look.id)
    return Page(
        "visit.html.jinja",
        {
            "found": found,
            "look": found.look,
            "page": found.page,
            "path": path,
            "citation": citation(
                publisher=found.page.publisher,
                title=found.page.title,
                url=found.final_url,
                seen=found.look.at,
                digest=found.body_digest,
                address=asked.address,
                path=path,
            ),
        },
    )


def body(archive: Archive, asked: Asked) -> File:
    """`/visit/NUMBER/body`: what the look brought, believed or not."""
    found = _found(archive, asked)
    if not found.body_digest:
        raise NotThere("This look brought no body.")
    return captured(archive.body(found.body_digest), found.body_digest, found.media_type)


def _found(archive: Archive, asked: Asked) -> StoredLookDetails:
    number = asked.number()
    found = archive.look_details(number)
    if found is None:
        raise NotThere(f"There is no look {number}; the history of a page lists its looks.")
    return found
