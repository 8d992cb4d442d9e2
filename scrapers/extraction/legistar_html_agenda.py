"""Reads a meeting's details in Legistar's web calendar: what is on its agenda, and the papers attached to it.

No capture of such a page was at hand: its grid has the calendar's form, under the labels that several readers report.
"""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.council.agendas import AgendaPage
from scrapers.legistar.insite import is_one_of_several
from scrapers.legistar.insite_agenda import ITEMS, agenda_of, part_of, shows_details
from scrapers.markup import tree_of

NAME = "legistar_html_agenda"
VERSION = 1
READS = "html"


def claims(source: Source, url: str) -> bool:
    """A meeting's details, under the address that names its meeting."""
    return source.spider == "legistar_html" and shows_details(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `agenda_item` and `attachment`; of one of several parts nothing is complete.

    Raises ExtractionError for a page without the grid of items, and for a grid of which no row can be read.
    """
    page = AgendaPage.of(look.url)
    if page is None:
        raise ExtractionError(f"{look.url} does not say which meeting it is of; poll the source to look at it.")
    tree = tree_of(look)
    grid = tree.css_first(ITEMS)
    meeting = page.record(source, look.final_url)
    items, papers = agenda_of(tree, look.final_url, part_of(look.url), meeting)
    if grid is None or (not items and grid.css_first("tr.rgRow, tr.rgAltRow") is not None):
        raise ExtractionError(f"{look.url} shows no agenda of Legistar's that can be read; open it in a browser.")
    whole = page if not any(is_one_of_several(tree)) else AgendaPage(page.meeting, page.day, agendas=2)
    return whole.extraction(f"{NAME}/{VERSION}", meeting, items, papers, look, source)
