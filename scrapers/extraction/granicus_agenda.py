"""Reads a meeting's agenda behind a Granicus view: items and attachments where the layout is known, else its text.

The viewer leads to a page of Granicus's own, to one on another server, or to a PDF, as each city has set it up.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Look, Record, Source
from scrapers.council.schema import agenda, agenda_lines
from scrapers.extraction import pdf
from scrapers.granicus.addresses import meeting_in, shows_agenda
from scrapers.granicus.agenda import PAPERS, agenda_of
from scrapers.markup import tree_of

NAME = "granicus_agenda"
VERSION = 1
READS = "any"
BOUNDED = True
"""Half of these agendas are PDFs."""


def claims(source: Source, url: str) -> bool:
    """An agenda, under the address that names its meeting."""
    return source.spider == "granicus" and shows_agenda(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kinds `agenda_item` and `attachment`, complete until the meeting's day is over; of a layout without
    them, and of a PDF, the text is compared. Raises ExtractionError where there is none."""
    key = meeting_in(look.url)
    meeting = Record("meeting", key, "", place=source.jurisdiction, about=key.partition(":")[2][:10])
    title = f"{source.title}: agenda of {meeting.about}"
    body = look.body or b""
    if body.startswith(b"%PDF-"):
        lines = pdf.extract(look, source).text
        items: tuple[Record, ...] = ()
        papers: tuple[Record, ...] = ()
    else:
        lines = read(body, look.media_type, look.final_url).lines
        items, papers = agenda_of(tree_of(look), look.final_url, meeting)
    if not (lines or items):
        raise ExtractionError(f"{look.final_url} holds no text to read; open it in a browser.")
    as_text = not items
    items = tuple(replace(item, url=look.final_url) for item in items)
    # A document that is compared as text brings empty sets, complete for nothing: it is no news as a document.
    on_agenda, attached = agenda(
        meeting, items, papers, look, source, items_complete=not as_text, attachments_complete=not as_text
    )
    if attached.scope.prefix:
        # What the view lists of the meeting is the view's to say.
        attached = replace(attached, scope=replace(attached.scope, prefix=f"{key}/{PAPERS}/"))
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=title,
        record_sets=(on_agenda, attached),
        text=lines if as_text else agenda_lines(items, papers),
        compare_text=as_text,
    )
