"""The envelope of the Federal Register's search: how many documents, those of this page, and whether there are more.

Of a search that finds nothing the API says `count` alone, without `results` (its own code, api_controller.rb).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.errors import ExtractionError
from scrapers.json_answers import json_of


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    rows: tuple[Mapping[str, Any], ...]
    count: int
    """Documents in the whole answer; the API stops counting at 10,000."""
    more: bool
    """Whether another page follows."""


def read_answer(body: bytes, url: str) -> Answer:
    """Raises ExtractionError for anything but the search's envelope."""
    answer = json_of(body, url)
    count = answer.get("count") if isinstance(answer, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise ExtractionError(f"{url} answered JSON without a count of documents; check the address of the search.")
    results = answer.get("results")
    if results is None and not count:
        return Answer((), 0, more=False)
    if not isinstance(results, list):
        raise ExtractionError(f"{url} counts {count:,} documents and lists none; look at the body.")
    rows = tuple(row for row in results if isinstance(row, dict))
    return Answer(rows, count, more=bool(answer.get("next_page_url")))
