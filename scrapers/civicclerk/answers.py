"""CivicClerk's JSON: its envelope, and fields that say "unset" in a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.errors import ExtractionError
from scrapers.json_answers import json_of, whole_number

Row = Mapping[str, Any]


def rows_of(body: bytes, url: str) -> list[Row]:
    """The events of a part of the calendar, each once. Raises ExtractionError for an answer that is none."""
    answer = answer_of(body, url)
    listed = answer.get("value")
    if not isinstance(listed, list):
        raise ExtractionError(f"{url} answered JSON without a list of events; check the tenant's name in it.")
    rows = [row for row in listed if isinstance(row, Mapping) and whole_number(row.get("id"))]
    if len(rows) < len(listed):
        raise ExtractionError(f"{len(listed) - len(rows)} rows of {url} have no event's id; look at the body.")
    return list({whole_number(row["id"]): row for row in reversed(rows)}.values())[::-1]


def answer_of(body: bytes, url: str) -> Row:
    """The answer as an object. Raises ExtractionError for anything else."""
    answer = json_of(body, url)
    if not isinstance(answer, Mapping):
        raise ExtractionError(f"{url} answered JSON that is no object; look at the body.")
    return answer


def next_link(body: bytes) -> str:
    """Where the calendar goes on; empty where this is its end, or nothing of the kind."""
    try:
        answer = json_of(body, "")
    except ExtractionError:
        return ""
    link = answer.get("@odata.nextLink") if isinstance(answer, Mapping) else None
    return link if isinstance(link, str) else ""


def local_moment(value: Any) -> datetime | None:
    """A local time without a zone: the Z behind it is not true. None for 1900-01-01 and 0001-01-01, which are unset."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if moment and moment.year > 1900 else None


def stamp(value: Any, timezone: str) -> str:
    """A local time as a stamp in UTC to the second, "2026-08-05T21:30:04Z"; empty where it is unset."""
    moment = local_moment(value)
    if moment is None:
        return ""
    return f"{moment.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def day_of(row: Row) -> date | None:
    """An event's local day."""
    moment = start_of(row)
    return moment.date() if moment else None


def start_of(row: Row) -> datetime | None:
    """When an event begins, on its own clock."""
    return local_moment(row.get("startDateTime")) or local_moment(row.get("eventDate"))
