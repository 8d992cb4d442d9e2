"""A government: the lists that it is or was on, its own records, what changed there, and what others say of it."""

from __future__ import annotations

from monitor import permalinks
from monitor.jurisdictions import How
from onnotice.governments import about, resolved
from onnotice.web.answers import Answer, Elsewhere, NotThere, Page
from onnotice.web.asking import Asked, shown
from storage import Archive, census
from storage.rows import ChangeFilter

_RECORDS = 40
_NEWEST = 15


def lookup(archive: Archive, asked: Asked) -> Answer:
    """`/jurisdiction?name=`: to the government that is meant, or those that may be."""
    name = asked.query.text("name")
    if not name:
        return Page("jurisdictions.html.jinja", {"name": "", "found": None})
    found = resolved(name)
    if found.geoid:
        return Elsewhere(permalinks.jurisdiction(found.geoid))
    return Page("jurisdictions.html.jinja", {"name": name, "found": found})


def jurisdiction(archive: Archive, asked: Asked) -> Page:
    """`/jurisdiction/GEOID`."""
    geoid = asked.parts["geoid"]
    found = census.table().given(geoid) if geoid.isascii() and geoid.isdigit() else None
    if found is None:
        raise NotThere(f"No government has the number “{shown(geoid)}” in the Census Bureau's table.")
    government = about(archive, geoid, found, _RECORDS)
    printed = archive.printed_names((geoid, *found.same_area))
    return Page(
        "jurisdiction.html.jinja",
        {
            "government": government,
            "titles": {status.source.slug: status.source.title for status in archive.sources()},
            "why": "" if found.how is How.GIVEN else found.reason,
            "changes": archive.timeline(ChangeFilter(places=printed), limit=_NEWEST) if printed else (),
            "path": permalinks.jurisdiction(geoid),
        },
    )
