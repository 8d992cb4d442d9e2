"""The envelope of the Justice Department's News API, and its stamps, of which there have been three spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.errors import ExtractionError
from scrapers.json_answers import json_of

_UUID = re.compile(r"[\w-]{1,100}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,12}")
_TIME = re.compile(r"<time\b(?P<attributes>[^<>]*)>\s*(?P<epoch>[0-9]{1,12})?", re.IGNORECASE)
_DATETIME = re.compile(r"""datetime\s*=\s*["']([^"']{1,40})["']""", re.IGNORECASE)
_LATEST_EPOCH = 253_402_300_799
"""9999-12-31T23:59:59Z."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A stamp as ISO text in UTC; `precision` is "instant", "day", or empty where nobody knows. Texts sort by time."""

    iso: str = ""
    precision: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `rows` have a usable uuid, each release once; `unnamed` counts results without."""

    rows: tuple[Mapping[str, Any], ...]
    unnamed: int = 0
    count: int | None = None
    """Releases in the whole list; None where the answer does not say."""
    page_size: int | None = None


def read_answer(body: bytes, url: str) -> Answer:
    """Raises ExtractionError for anything but the API's envelope, and where no result has a uuid."""
    answer = json_of(body, url)
    metadata = answer.get("metadata") if isinstance(answer, dict) else None
    if not isinstance(metadata, dict) or "results" not in answer:
        raise ExtractionError(f"{url} answered JSON without metadata and results; check the address of the API.")
    results = answer["results"]
    if isinstance(results, dict):
        # PHP writes a list whose first index is missing as an object.
        results = list(results.values())
    if not isinstance(results, list | None):
        raise ExtractionError(f"The results of {url} are no list; look at the body.")
    named: dict[str, Mapping[str, Any]] = {}
    unnamed = 0
    for row in results or ():
        uuid = uuid_of(row)
        if not uuid:
            unnamed += 1
        elif uuid not in named or moment(row.get("changed")).iso > moment(named[uuid].get("changed")).iso:
            named[uuid] = row
    if unnamed and not named:
        raise ExtractionError(f"None of the {unnamed} results of {url} has a uuid; look at the body.")
    about = metadata.get("resultset")
    about = about if isinstance(about, dict) else {}
    return Answer(tuple(named.values()), unnamed, _figure(about.get("count")), _figure(about.get("pagesize")) or None)


def uuid_of(row: Any) -> str:
    """A result's uuid in lower case; empty where it has none that could stand in an address."""
    value = row.get("uuid") if isinstance(row, Mapping) else None
    text = value.strip() if isinstance(value, str) else ""
    return text.lower() if _UUID.fullmatch(text) else ""


def moment(value: Any) -> Moment:
    """Read epoch seconds, `<time datetime="...">epoch</time>`, or ISO text. Never raises."""
    if isinstance(value, bool):
        return Moment()
    if isinstance(value, int | float):
        return _of_epoch(value)
    text = value.strip() if isinstance(value, str) else ""
    if tag := _TIME.match(text):
        if tag["epoch"]:
            return _of_epoch(int(tag["epoch"]))
        named = _DATETIME.search(tag["attributes"])
        text = named[1].strip() if named else ""
    return _of_epoch(int(text)) if _NUMBER.fullmatch(text) else _of_text(text)


def _of_epoch(seconds: float) -> Moment:
    if not 0 < seconds <= _LATEST_EPOCH:
        return Moment()
    return Moment(written(datetime.fromtimestamp(int(seconds), UTC)), "instant")


def _of_text(text: str) -> Moment:
    try:
        read = datetime.fromisoformat(text)
        if len(text) <= len("2017-03-27") or read.tzinfo is None:
            return Moment(read.date().isoformat(), "day")
        return Moment(written(read), "instant")
    except (ValueError, OverflowError):
        return Moment()


def written(at: datetime) -> str:
    """An instant to the second, as the API's stamps are: "2017-03-27T18:20:51Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _figure(value: Any) -> int | None:
    """A count, which comes as text or as a number."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
