"""An agenda on a page of its own: which meeting it is of, and what of that meeting it says.

Platforms number an agenda apart from its meeting, and its page names no day that can be trusted (PrimeGov prints the
hour of Greenwich). So the address under which the page is known says both, beside what the platform is asked for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit

from monitor.types import Extraction, Look, Record, RecordSet, ScopeKind, Source
from scrapers.council import schema
from scrapers.council.words import folded

PAPERS = "paper"
"""First part of the keys of what is attached to items: a calendar lists a meeting's other documents, and neither page
says anything about those of the other."""


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """Of which meeting a page is the agenda."""

    meeting: str
    """The platform's key of the meeting."""
    day: date | None
    """The meeting's local day."""
    agendas: int = 1
    """How many agendas the meeting has: of two (a regular and a special one) neither is complete."""

    def known_as(self, asked: str) -> str:
        """The address under which the page is known that is asked for by `asked`."""
        named = {"meeting": self.meeting, "day": self.day.isoformat() if self.day else ""}
        if self.agendas > 1:
            named["agendas"] = str(self.agendas)
        return f"{asked}{'&' if urlsplit(asked).query else '?'}{urlencode(named)}"

    @classmethod
    def of(cls, url: str) -> AgendaPage | None:
        """What such an address says; None where it names no meeting."""
        named = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if not named.get("meeting"):
            return None
        try:
            day = date.fromisoformat(named.get("day", ""))
        except ValueError:
            day = None
        agendas = named.get("agendas", "1")
        return cls(named["meeting"], day, int(agendas) if agendas.isdecimal() else 1)

    def record(self, source: Source, url: str) -> Record:
        """The meeting as far as its agenda needs it: what items and papers belong to. `url` is the agenda's."""
        about = self.day.isoformat() if self.day else ""
        return Record("meeting", self.meeting, "", place=source.jurisdiction, about=about, url=url)

    def sets(
        self, of: Record, items: Iterable[Record], papers: Iterable[Record], look: Look, source: Source
    ) -> tuple[RecordSet, RecordSet]:
        """Items, and papers whose keys begin with `PAPERS`: complete until the day is over, if it is the one agenda."""
        whole = self.agendas == 1
        listed, attached = schema.agenda(
            of, items, papers, look, source, items_complete=whole, attachments_complete=whole
        )
        if attached.scope.kind is ScopeKind.COMPLETE:
            attached = replace(attached, scope=replace(attached.scope, prefix=f"{of.key}/{PAPERS}/"))
        return listed, attached

    def extraction(
        self,
        extractor: str,
        of: Record,
        items: Iterable[Record],
        papers: Iterable[Record],
        look: Look,
        source: Source,
    ) -> Extraction:
        """What a reader of such a page returns; `extractor` is its name and version."""
        listed, attached = self.sets(of, items, papers, look, source)
        return Extraction(
            extractor=extractor,
            title=f"{source.title}: agenda of {self.day or 'a meeting'}",
            record_sets=(listed, attached),
            text=schema.agenda_lines(listed.records, attached.records),
            compare_text=False,
        )


class WordingKeys:
    """Keys for the items of one agenda on which nothing better is printed: an item's wording under its section.

    Numbers that count from 1 in each agenda are no keys: an item put in would rename all after it.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def key(self, section: str, title: str) -> str:
        """16 hexadecimal digits; another key for the same wording again."""
        wording = folded(f"{section} / {title}").casefold()
        self._seen[wording] += 1
        return hashlib.sha256(f"{wording}\n{self._seen[wording]}".encode()).hexdigest()[:16]
