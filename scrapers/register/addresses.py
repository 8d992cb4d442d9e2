"""Addresses of the Federal Register's search: a question, the days that it is asked about, and a page of the answer.

Documentation: https://www.federalregister.gov/developers/documentation/api/v1. Answers are paged, `per_page` up to
1,000, and pages end at the 2,000th document, whatever `count` says: what lies behind it is asked for by days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from scrapers.register.parameters import Parameters

READABLE = 2000
"""Documents of one answer that its pages reach."""
PAGE_SIZE = 200
"""Documents a page: some 400 KB with their abstracts."""

FIELDS = (
    "document_number", "title", "type", "subtype", "action", "abstract", "agencies", "publication_date", "dates",
    "effective_on", "comments_close_on", "signing_date", "citation", "docket_ids", "regulation_id_numbers",
    "cfr_references", "executive_order_number", "correction_of", "corrections", "html_url", "pdf_url",
)  # fmt: skip
"""Asked for by name: the default leaves most of them out. `excerpts` depends on the question and is not asked for."""

_RESOURCE = re.compile(r"/documents\.json$")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of publication, both inside, as the API takes them."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def halves(self) -> tuple[Days, Days]:
        """The earlier and the later half of at least two days."""
        middle = self.first + timedelta(days=self.count // 2 - 1)
        return Days(self.first, middle), Days(middle + _ONE_DAY, self.last)

    def years(self) -> Iterator[Days]:
        """The same days cut at every turn of the year, the oldest first."""
        for year in range(self.first.year, self.last.year + 1):
            yield Days(max(self.first, date(year, 1, 1)), min(self.last, date(year, 12, 31)))


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for, whenever it was published."""

    term: str
    agencies: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def name(self) -> str:
        """The question under which a checkpoint is kept: another agency makes it another question."""
        return urlencode(self._conditions())

    def asked_of(self, endpoint: str, days: Days, page: int) -> str:
        """The request: the oldest first, so that what is published meanwhile comes last."""
        query = [
            *self._conditions(),
            ("conditions[publication_date][gte]", days.first.isoformat()),
            ("conditions[publication_date][lte]", days.last.isoformat()),
            ("order", "oldest"),
            ("per_page", str(PAGE_SIZE)),
            ("page", str(page)),
            *(("fields[]", name) for name in FIELDS),
        ]
        return f"{_bare(endpoint)}?{urlencode(query, safe='[]')}"

    def known_as(self, endpoint: str, window: str, part: int) -> str:
        """The address under which an answer about a moving window is known: the days move, and it stays one page."""
        query = [*self._conditions(), ("window", window), *([("part", str(part))] if part > 1 else [])]
        return f"{_bare(endpoint)}?{urlencode(query, safe='[]')}"

    def _conditions(self) -> list[tuple[str, str]]:
        return [
            *([("conditions[term]", self.term)] if self.term else []),
            *(("conditions[agencies][]", agency) for agency in self.agencies),
            *(("conditions[type][]", kind) for kind in self.types),
        ]


def questions(parameters: Parameters) -> tuple[Question, ...]:
    """One for each term, or one for all documents of the agencies."""
    terms = tuple(dict.fromkeys(parameters.terms)) or ("",)
    return tuple(Question(term, parameters.agencies, parameters.types) for term in terms)


def is_search_url(url: str) -> bool:
    """Whether it is the address of the search."""
    return _RESOURCE.search(urlsplit(url).path) is not None


def _bare(endpoint: str) -> str:
    return urlunsplit(urlsplit(endpoint)._replace(query="", fragment=""))
