"""Reads an agenda of a CivicClerk API: its tree of sections and items, and their papers."""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.civicclerk.addresses import event_page, is_agenda, portal_of
from scrapers.civicclerk.agenda import agenda_of
from scrapers.civicclerk.answers import answer_of
from scrapers.council.agendas import AgendaPage
from scrapers.json_answers import mappings

NAME = "civicclerk_agenda"
VERSION = 1
READS = "json"


def claims(source: Source, url: str) -> bool:
    """Agendas of the API."""
    return source.spider == "civicclerk" and is_agenda(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `agenda_item` and `attachment`: none while an agenda is empty.

    Raises ExtractionError for an answer that is no agenda.
    """
    page = AgendaPage.of(look.url)
    if page is None:
        raise ExtractionError(f"{look.url} does not say which event it is of; poll the source to look at it.")
    answer = answer_of(look.body or b"", look.url)
    if not isinstance(answer.get("items"), list):
        raise ExtractionError(f"{look.url} answered JSON without a list of items; look at the body.")
    portal = portal_of(source)
    meeting = page.record(source, event_page(portal, page.meeting))
    items, papers = agenda_of(mappings(answer["items"]), meeting, portal)
    return page.extraction(f"{NAME}/{VERSION}", meeting, items, papers, look, source)
