"""CivicClerk's tree of items as records: sections and items in the order printed, and what is attached to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.types import Record
from monitor.url import absolute_url
from scrapers.civicclerk.addresses import paper_page
from scrapers.civicclerk.answers import Row
from scrapers.council import schema
from scrapers.council.agendas import PAPERS, WordingKeys
from scrapers.council.words import words
from scrapers.json_answers import mappings, whole_number

_CONSENT = re.compile(r"\bconsent\b", re.IGNORECASE)
_DEEPEST = 12
"""Levels of an outline; beyond, nobody has numbered it by hand."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the tree an item stands."""

    row: Row
    outline: str
    heading: str
    """The section above."""
    consent: bool


def agenda_of(rows: list[Row], meeting: Record, portal: str) -> tuple[list[Record], list[Record]]:
    """Items and papers of an agenda."""
    items: list[Record] = []
    papers: list[Record] = []
    keys = WordingKeys()
    for position, place in enumerate(_walked(rows, "", "", consent=False, level=0), start=1):
        title = words(place.row.get("agendaObjectItemName"))
        if not title:
            continue
        known = whole_number(place.row.get("id"))
        key = str(known) if known else keys.key(place.heading, title)
        item = schema.agenda_item(
            meeting,
            key=key,
            title=title,
            position=position,
            note=words(place.row.get("agendaObjectItemDescription")),
            consent=place.consent,
            extras={"number": place.outline} if place.outline else {},
        )
        items.append(item)
        papers += _papers(place.row, key, item, meeting, portal)
    return items, papers


def _walked(rows: list[Row], above: str, heading: str, *, consent: bool, level: int) -> Iterator[_Place]:
    for row in rows:
        printed = words(row.get("agendaObjectItemOutlineNumber")).rstrip(".")
        outline = f"{above}.{printed}" if above and printed else printed or above
        yield _Place(row, outline if printed else "", heading, consent)
        if level < _DEEPEST:
            name = words(row.get("agendaObjectItemName"))
            yield from _walked(
                mappings(row.get("childItems")),
                outline,
                name,
                consent=consent or bool(_CONSENT.search(name)),
                level=level + 1,
            )


def _papers(row: Row, key: str, item: Record, meeting: Record, portal: str) -> Iterator[Record]:
    """What is attached: uploads have a number, reports that the platform makes of the item's fields have a name."""
    for upload in mappings(row.get("attachmentsList")):
        known = whole_number(upload.get("id"))
        if not known or upload.get("isDeleted") or upload.get("isPublished") is False:
            continue
        yield schema.attachment(
            meeting,
            key=f"{PAPERS}/{known}",
            name=words(upload.get("fileName")),
            url=paper_page(portal, meeting.key, known),
            item=item,
        )
    for report in mappings(row.get("reportsList")):
        stored = words(report.get("pdfMediaFullPath"))
        if not stored or report.get("isDeleted") or report.get("includeInPacket", 1) == 0:
            continue
        name = words(report.get("agendaObjItemReportName")) or "Report"
        # The signature behind the question mark is a new one in every answer.
        url = absolute_url(portal, stored).partition("?")[0]
        yield schema.attachment(meeting, key=f"{PAPERS}/{key}/{name.casefold()}", name=name, url=url, item=item)
