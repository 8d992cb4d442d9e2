"""Reads an agenda of a PrimeGov portal as a page: its items and their papers."""

from __future__ import annotations

from collections import Counter

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, Source
from scrapers.council import schema
from scrapers.council.agendas import PAPERS, AgendaPage
from scrapers.markup import tree_of
from scrapers.primegov.addresses import agenda_url, is_agenda, root_of, template_in
from scrapers.primegov.layouts import Item, items_in

NAME = "primegov_agenda"
VERSION = 1
READS = "html"


def claims(source: Source, url: str) -> bool:
    """Agendas of the portal."""
    return source.spider == "primegov" and is_agenda(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `agenda_item` and `attachment`. Raises ExtractionError for a page without an item."""
    page = AgendaPage.of(look.url)
    if page is None:
        raise ExtractionError(f"{look.url} does not say which meeting it is of; poll the source to look at it.")
    items = items_in(tree_of(look), look.final_url)
    if not items:
        raise ExtractionError(
            f"{look.url} shows no agenda item in any layout that is known; look at it in a browser, its layout may"
            " have changed."
        )
    meeting = page.record(source, agenda_url(root_of(look.url), template_in(look.url)))
    records: list[Record] = []
    papers: list[Record] = []
    for position, item in enumerate(items, start=1):
        record = _item(item, position, meeting)
        records.append(record)
        papers += _papers(item, record, meeting)
    return page.extraction(f"{NAME}/{VERSION}", meeting, records, papers, look, source)


def _item(item: Item, position: int, meeting: Record) -> Record:
    return schema.agenda_item(
        meeting,
        key=item.number,
        title=item.title,
        position=position,
        matter_file=item.matter_file,
        matter_type=item.matter_type,
        extras={name: value for name, value in (("number", item.printed_number), ("matter_id", item.matter)) if value},
    )


def _papers(item: Item, record: Record, meeting: Record) -> list[Record]:
    """An item's papers, known by their names: their numbers in the address are of one upload."""
    seen: Counter[str] = Counter()
    papers = []
    for paper in item.papers:
        name = paper.name or "Attachment"
        seen[name] += 1
        again = f" ({seen[name]})" if seen[name] > 1 else ""
        key = f"{PAPERS}/{item.number}/{name.casefold()}{again}"
        papers.append(schema.attachment(meeting, key=key, name=name, url=paper.url, item=record))
    return papers
