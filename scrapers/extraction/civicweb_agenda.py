"""Reads a meeting's documents of a CivicWeb meetings service: the agenda's items and their papers."""

from __future__ import annotations

from dataclasses import replace

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, Source
from scrapers.civicweb.addresses import is_documents, meeting_page, root_of
from scrapers.civicweb.parameters import Parameters
from scrapers.civicweb.records import Row, agenda_in, items_in, mark_on, rows_of
from scrapers.council import schema
from scrapers.council.agendas import PAPERS, AgendaPage
from scrapers.council.schema import Role
from scrapers.markup import tree_of

NAME = "civicweb_agenda"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """Answers that hold a meeting's documents."""
    return source.spider == "civicweb" and is_documents(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `agenda_item` and `attachment`: none while no agenda is published.

    Raises ExtractionError for an answer that holds no documents, and for an agenda without an item.
    """
    page = AgendaPage.of(look.url)
    if page is None:
        raise ExtractionError(f"{look.url} does not say which meeting it is of; poll the source to look at it.")
    document = agenda_in(rows_of(look.body or b"", look.url))
    meeting = page.record(source, meeting_page(root_of(look.url), page.meeting))
    items, papers = _read(document, meeting, look, source) if document else ([], [])
    return page.extraction(f"{NAME}/{VERSION}", meeting, items, papers, look, source)


def _read(document: Row, meeting: Record, look: Look, source: Source) -> tuple[list[Record], list[Record]]:
    # A lone half of a character could not be written.
    body = str(document["Html"]).encode("utf-8", "replace")
    page = replace(look, body=body, headers={"content-type": "text/html; charset=utf-8"})
    found = items_in(tree_of(page), root_of(look.url) + "/")
    if not found:
        raise ExtractionError(
            f"{look.url} holds an agenda without an item in the layout that is known; look at it in a browser, its"
            " layout may have changed."
        )
    mark = mark_on(document, Parameters.of(source).habits)
    name, role = (f"Agenda ({mark})", Role.NOTICE) if mark else ("Agenda", Role.AGENDA)
    items: list[Record] = []
    papers = [schema.attachment(meeting, key=f"{PAPERS}/agenda", name=name, url=meeting.url, role=role)]
    for position, one in enumerate(found, start=1):
        item = schema.agenda_item(
            meeting,
            key=one.number,
            title=one.title,
            position=position,
            extras={"number": one.printed_number} if one.printed_number else {},
        )
        items.append(item)
        papers += [
            schema.attachment(meeting, key=f"{PAPERS}/{number}", name=paper, url=url, item=item)
            for number, (paper, url) in one.papers.items()
        ]
    return items, papers
