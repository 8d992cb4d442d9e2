"""Questions for USAspending: the body that is posted, and the address under which its answer is known.

Contract: api_contracts/contracts/v2/search/spending_by_award.md of github.com/fedspendingtransparency/usaspending-api.
The search is one address for all questions; what makes an answer's page is the question, so it stands in its query.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from monitor.recipients import governments
from scrapers.usaspending.parameters import Parameters

PAGE_SIZE = 100
TYPES = {"grants": ("02", "03", "04", "05"), "payments": ("06", "10")}
"""Award type codes: block, formula and project grants, cooperative agreements; payments for a use and without one."""

FIELDS = (
    "Award ID", "Recipient Name", "Recipient UEI", "recipient_id", "Recipient Location", "Award Amount", "Award Type",
    "CFDA Number", "Assistance Listings", "Awarding Agency", "Awarding Sub Agency", "Base Obligation Date",
    "Start Date", "End Date", "Description", "Last Modified Date", "generated_internal_id",
)  # fmt: skip

_RESOURCE = "/search/spending_by_award"


@dataclass(frozen=True, slots=True)
class Question:
    """One page of awards: to recipients seated in a city, under one programme, of one sort."""

    seat: str
    program: str
    type: str
    since: date
    page: int = 1

    @property
    def parent(self) -> str:
        """What all pages of one answer have in common: records of it are complete together."""
        return f"{self.seat}/{self.program}/{self.type}"

    def body(self, agency: str, until: date) -> str:
        """The posted JSON; equal questions of one day are equal text."""
        city, _, state = self.seat.rpartition(", ")
        asked = {
            "subawards": False,
            "limit": PAGE_SIZE,
            "page": self.page,
            "sort": "Award ID",
            "order": "asc",
            "fields": list(FIELDS),
            "filters": {
                "award_type_codes": list(TYPES[self.type]),
                "program_numbers": [self.program],
                "time_period": [{"start_date": self.since.isoformat(), "end_date": until.isoformat()}],
                "agencies": [{"type": "awarding", "tier": "toptier", "name": agency}],
                "recipient_locations": [{"country": "USA", "state": state, "city": city.upper()}],
            },
        }
        return json.dumps(asked)

    def known_as(self, endpoint: str) -> str:
        """The page under which the answer is kept."""
        query = {
            "seat": self.seat,
            "program": self.program,
            "type": self.type,
            "since": self.since.isoformat(),
            "page": self.page,
        }
        return f"{urlunsplit(urlsplit(endpoint)._replace(query='', fragment=''))}?{urlencode(query)}"

    @classmethod
    def of(cls, url: str) -> Question | None:
        """The question that a page answers; None for an address that is none."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        try:
            since, page = date.fromisoformat(asked["since"]), int(asked["page"])
            return cls(asked["seat"], asked["program"], asked["type"], since, page)
        except (KeyError, ValueError):
            return None


def questions(parameters: Parameters) -> Iterator[Question]:
    """The first page of each."""
    seats = parameters.seats or tuple(dict.fromkeys(government.seat for government in governments()))
    for seat in seats:
        for program in parameters.programs:
            for sort in parameters.types:
                yield Question(seat, program, sort, parameters.since)


def is_search_url(url: str) -> bool:
    """Whether it is the search for awards."""
    return urlsplit(url).path.rstrip("/").endswith(_RESOURCE)
