"""Reads an agenda of an eSCRIBE site as a page: its items and their papers."""

from __future__ import annotations

import re
from collections import Counter

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, Source
from scrapers.council import schema
from scrapers.council.agendas import PAPERS, AgendaPage, WordingKeys
from scrapers.escribe.addresses import is_agenda, meeting_url, root_of
from scrapers.escribe.agenda import Item, items_in
from scrapers.markup import tree_of

NAME = "escribe_agenda"
VERSION = 1
READS = "html"

_CONSENT = re.compile(r"\bconsent\b", re.IGNORECASE)


def claims(source: Source, url: str) -> bool:
    """Agendas of the site."""
    return source.spider == "escribe" and is_agenda(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `agenda_item` and `attachment`. Raises ExtractionError for a page without an item."""
    page = AgendaPage.of(look.url)
    if page is None:
        raise ExtractionError(f"{look.url} does not say which meeting it is of; poll the source to look at it.")
    items = items_in(tree_of(look), look.final_url)
    if not items:
        raise ExtractionError(
            f"{look.url} shows no agenda item in the layout that is known; look at it in a browser, its layout may"
            " have changed."
        )
    meeting = page.record(source, meeting_url(root_of(look.url), page.meeting))
    records: list[Record] = []
    papers: list[Record] = []
    seen: Counter[str] = Counter()
    keys = WordingKeys()
    for position, item in enumerate(items, start=1):
        record = schema.agenda_item(
            meeting,
            key=keys.key(item.section, item.title),
            title=item.title,
            position=position,
            note=item.note,
            consent=bool(_CONSENT.search(item.section)),
            extras={"number": item.number} if item.number else {},
        )
        records.append(record)
        papers += _papers(item, record, meeting, seen)
    return page.extraction(f"{NAME}/{VERSION}", meeting, records, papers, look, source)


def _papers(item: Item, record: Record, meeting: Record, seen: Counter[str]) -> list[Record]:
    """An item's papers, known by their names in the whole agenda: uploads have new numbers, items are reworded."""
    papers = []
    for url, name in item.papers.items():
        seen[name] += 1
        again = f" ({seen[name]})" if seen[name] > 1 else ""
        key = f"{PAPERS}/{name.casefold()}{again}"
        papers.append(schema.attachment(meeting, key=key, name=name, url=url, item=record))
    return papers
