"""USAspending's answer: its envelope, and an award in it as a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from monitor.errors import ExtractionError
from monitor.grants import KIND, dollars
from monitor.types import Record
from scrapers.council.words import words
from scrapers.json_answers import json_of
from scrapers.usaspending.questions import Question

_SITE = "https://www.usaspending.gov/award/"
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].{0,30})?")
_PROGRAM = re.compile(r"[0-9]{2}\.[0-9A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    rows: tuple[Mapping[str, Any], ...]
    more: bool
    """Whether another page follows."""


def read_answer(body: bytes, url: str) -> Answer:
    """Raises ExtractionError for anything but the search's envelope. No award found is an answer like another."""
    answer = json_of(body, url, parse_float=str)
    results = answer.get("results") if isinstance(answer, dict) else None
    metadata = answer.get("page_metadata") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not isinstance(metadata, dict) or not isinstance(metadata.get("hasNext"), bool):
        raise ExtractionError(
            f"{url} answered JSON without results and page_metadata; check the address of the search."
        )
    return Answer(tuple(row for row in results if isinstance(row, dict)), metadata["hasNext"])


def award_of(row: Mapping[str, Any], question: Question) -> Record | None:
    """The record of one award; None without its generated identifier."""
    key = words(row.get("generated_internal_id"))
    if not key or len(key) > 200:
        return None
    recipient, award = words(row.get("Recipient Name")), words(row.get("Award ID"))
    location = row.get("Recipient Location")
    location = location if isinstance(location, Mapping) else {}
    obligated_on = day(row.get("Base Obligation Date"))
    amount = dollars(row.get("Award Amount"))
    url = _SITE + quote(key, safe="")
    return Record(
        kind=KIND,
        key=key,
        title=f"{recipient or 'A recipient without a name'}, {award or key}",
        facts={
            "recipient": recipient,
            "recipient_uei": words(row.get("Recipient UEI")),
            "award_id": award,
            "amount": "" if amount is None else str(amount),
            "program": program_of(row) or question.program,
            "award_type": words(row.get("Award Type")),
            "agency": words(row.get("Awarding Agency")),
            "sub_agency": words(row.get("Awarding Sub Agency")),
            "fiscal_year": fiscal_year(obligated_on),
            "obligated_on": obligated_on,
            "starts_on": day(row.get("Start Date")),
            "ends_on": day(row.get("End Date")),
            "description": words(row.get("Description")),
            "city": words(location.get("city_name")),
            "state": words(location.get("state_code")),
            "county_code": words(location.get("county_code")),
            "url": url,
        },
        extras={
            # Made from the recipient's numbers, old and new ones, and made anew with them.
            "recipient_id": words(row.get("recipient_id")),
            "internal_id": words(row.get("internal_id")),
            "last_modified": words(row.get("Last Modified Date")),
        },
        parent=question.parent,
        place=question.seat,
        about=obligated_on,
        url=url,
    )


def program_of(row: Mapping[str, Any]) -> str:
    """The award's first assistance listing: a number by itself, or in the newer list of listings; else empty."""
    number = words(row.get("CFDA Number"))
    listings = row.get("Assistance Listings")
    if not _PROGRAM.fullmatch(number) and isinstance(listings, list):
        numbers = [words(one.get("cfda_number")) for one in listings if isinstance(one, Mapping)]
        number = next(filter(_PROGRAM.fullmatch, numbers), "")
    return number if _PROGRAM.fullmatch(number) else ""


def fiscal_year(obligated_on: str) -> str:
    """The federal fiscal year of an ISO date: October 1, 2016 begins 2017. Empty for no date."""
    try:
        when = date.fromisoformat(obligated_on)
    except ValueError:
        return ""
    return str(when.year + (when.month >= 10))


def day(value: Any) -> str:
    """An ISO date, of a date or a time; empty for anything else."""
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1] if match else ""
