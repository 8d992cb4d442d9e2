"""An agenda's PDF that a page of agendas leads to: its items, or its text alone where they are not certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from monitor.types import Extraction, Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.agendas.items import AgendaItem, numbered_agenda
from scrapers.council.schema import ITEMS, agenda_item
from scrapers.extraction import pdf
from scrapers.meetings import Status, status_of

NAME = "agenda_pdf"
VERSION = 2
READS = "pdf"
BOUNDED = True

_AGENDAS = ("agenda", "agendas")
_KEY_LENGTH = 120
_A_NOTICE = 40
"""Lines of a notice; a longer document that says somewhere that a meeting is off is about something else."""


def claims(source: Source, url: str) -> bool:
    """PDFs that a page of agendas leads to."""
    return source.parameters.get("extract") == "documents" and urlsplit(url).path.lower().endswith(".pdf")


def extract(look: Look, source: Source) -> Extraction:
    """A record of kind `agenda` with what is said beside the items, and the items; a notice that the meeting is off is
    an agenda without any. Where neither is certain the text alone is compared. Raises ExtractionError as `pdf` does.
    """
    # Only the child process pays for the library.
    from scrapers import pdf_pages  # noqa: PLC0415

    read = pdf.extract(look, source)
    pages = [
        [line for line in page.lines if not pdf_pages.is_page_number(line)]
        for page in pdf_pages.read_with_pdfium(look.body or b"").pages
    ]
    numbered = numbered_agenda(pages)
    others = numbered.others if numbered else read.text
    status = status_of(label="", name="", remarks=[read.title, *others])
    sets: tuple[RecordSet, ...] = ()
    if numbered or (status is not Status.SCHEDULED and len(read.text) <= _A_NOTICE):
        of = _agenda(look.url, read.title, status, others, source)
        sets = (RecordSet("agenda", (of,), noun=_AGENDAS),)
        if numbered:
            inside = Scope(ScopeKind.COMPLETE, parent=of.key, prefix=f"{of.key}/")
            sets += (RecordSet("agenda_item", tuple(_items(numbered.items, of)), inside, noun=ITEMS),)
    return Extraction(
        extractor=f"{NAME}/{VERSION}", title=read.title, record_sets=sets, text=read.text, compare_text=not sets
    )


def _agenda(url: str, title: str, status: Status, others: Iterable[str], source: Source) -> Record:
    return Record(
        kind="agenda",
        key=url,
        title=title,
        facts={"status": str(status), "says": list(others)},
        place=source.jurisdiction,
        url=url,
    )


def _items(items: Iterable[AgendaItem], of: Record) -> Iterator[Record]:
    """Items under their wording, because an item put in renumbers those behind it."""
    seen: Counter[str] = Counter()
    for position, item in enumerate(items, start=1):
        key = " ".join(f"{item.under} {item.title}".casefold().split())[:_KEY_LENGTH]
        seen[key] += 1
        yield agenda_item(
            of,
            key=key if seen[key] == 1 else f"{key} #{seen[key]}",
            title=item.title,
            position=position,
            note="\n".join(item.notes),
            extras={"number": item.number, "under": item.under},
        )
