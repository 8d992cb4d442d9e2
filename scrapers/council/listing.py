"""What a page that lists meetings with their documents amounts to, whatever its platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.types import Extraction, Link, Record, RecordSet, Scope, Source
from scrapers.council.schema import ATTACHMENTS, calendar, meeting_line, one_a_key

Rows = Sequence[tuple[Record, Sequence[Record]]]
"""Meetings, each with its documents, in the order printed."""


def listing(
    extractor: str,
    source: Source,
    rows: Rows,
    scope: Scope,
    documents: Iterable[RecordSet] | None = None,
    *,
    links: tuple[Link, ...] = (),
    shown: str = "calendar",
    nothing: str = "No meetings are listed.",
) -> Extraction:
    """What a reader of such a page returns; `extractor` is its name and version, `shown` what the page shows.

    Meetings are complete within `scope`, and so are their documents where no sets of `documents` say otherwise. Its
    lines are for the search: each meeting and under it its documents, or `nothing`.
    """
    lines = (line for meeting, its_own in rows for line in (meeting_line(meeting), *(one.title for one in its_own)))
    attached = (document for _, its_own in rows for document in its_own)
    return Extraction(
        extractor=extractor,
        title=f"{source.title}: {shown}",
        record_sets=(
            calendar((meeting for meeting, _ in rows), scope),
            *(documents or [RecordSet("attachment", one_a_key(attached), scope, noun=ATTACHMENTS)]),
        ),
        links=links,
        text=tuple(filter(None, lines)) or (nothing,),
        compare_text=False,
    )
