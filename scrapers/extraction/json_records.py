"""An array in a JSON answer as records: `extract = "json"` in a page watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.types import Extraction, Link, Look, Source
from monitor.url import absolute_url
from scrapers.json_answers import json_of
from scrapers.lists.parameters import Name, RowsParameters
from scrapers.lists.rows import MOST_ROWS, Row, folded, record_set, text_of

NAME = "json"
VERSION = 1
READS = "json"

_DEEPEST = 12
"""Levels of one field that are kept; what lies deeper is no field that a reader reads."""
_NAMED = 20


class PARAMETERS(RowsParameters):
    """What a stanza may say of a JSON answer. A field within another is named with a point between: "address.city"."""

    path: str = ""
    """Where the array is: "data.items", or "groups[].members" for those of every group; empty for the whole answer."""
    link: Name = ""
    """The field with the address at which a reader finds it."""
    compare: tuple[Name, ...] = ()
    """The fields that are compared; without them all that are not in ignore."""
    next: str = ""
    """The field of the whole answer that holds the next page's address. Absence then means nothing."""


def claims(source: Source, url: str) -> bool:
    """The further pages of an answer that comes in several; its own it reads because a stanza says so."""
    if source.spider != "page" or source.parameters.get("extract") != NAME or not source.parameters.get("next"):
        return False
    here, there = urlsplit(source.url), urlsplit(url)
    return (here.netloc, here.path) == (there.netloc, there.path)


def extract(look: Look, source: Source) -> Extraction:
    """One record an object of the array. Raises ExtractionError where there is no such array, or no key in one."""
    parameters = PARAMETERS.of(source)
    if not parameters.key:
        raise ExtractionError("The stanza does not say which field names a record; add key under its parameters.")
    answer = json_of(look.body or b"", look.url)
    rows = tuple(
        _row(number, found, look.final_url, parameters)
        for number, found in enumerate(_array(answer, parameters.path), 1)
    )
    following = _at(answer, parameters.next.split(".")) if parameters.next else None
    target = absolute_url(look.final_url, following) if isinstance(following, str) and following else ""
    if parameters.next:
        parameters = parameters.model_copy(update={"complete": False})
    listed = record_set(rows, parameters)
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=source.title,
        record_sets=(listed,),
        links=(Link(target, role="next"),) if target and claims(source, target) else (),
        text=tuple(_line(record.title, record.facts.values()) for record in listed.records),
        compare_text=False,
    )


def _array(answer: Any, path: str) -> Iterator[Mapping[str, Any]]:
    places = [answer]
    for step in filter(None, path.replace("[]", ".[]").split(".")):
        if step == "[]":
            places = [item for place in places if isinstance(place, list) for item in place]
            continue
        inside = [place[step] for place in places if isinstance(place, Mapping) and step in place]
        if not inside:
            known = sorted({str(name) for place in places[:1] if isinstance(place, Mapping) for name in place})
            raise ExtractionError(
                f"The answer has no “{step}” of the path {path}; found {', '.join(known[:_NAMED]) or 'no fields'}."
            )
        places = inside
    arrays = [place for place in places if isinstance(place, list)]
    found = [item for array in arrays for item in array] if arrays else places if "[]" in path[-2:] else None
    if found is None:
        raise ExtractionError(f"The answer has no array at “{path or 'its top'}”; correct path in the stanza.")
    if len(found) > MOST_ROWS:
        raise ExtractionError(f"The answer has more than {MOST_ROWS:,} records; watch a smaller part of it.")
    objects = [item for item in found if isinstance(item, Mapping)]
    if len(objects) < len(found):
        raise ExtractionError(f"{len(found) - len(objects)} of {len(found)} entries of the array are no objects.")
    return iter(objects)


def _row(number: int, found: Mapping[str, Any], url: str, parameters: PARAMETERS) -> Row:
    named = (*parameters.key, parameters.title, parameters.member, parameters.place)
    values = {name: _at(found, name.split(".")) for name in named if "." in name}
    flat = {clean(str(name)): _bounded(value) for name, value in found.items()} | values
    absent = [name for name in parameters.key if text_of(_at(found, name.split("."))) == ""]
    if len(absent) == len(parameters.key):
        there = ", ".join(sorted(map(str, found))[:_NAMED])
        raise ExtractionError(f"Record {number} has no {' and no '.join(absent)}; found {there}. Correct key.")
    compared = {folded(name) for name in (*parameters.compare, *named)} if parameters.compare else None
    kept = {name: value for name, value in flat.items() if compared is None or folded(name) in compared}
    ignored = {} if compared is None else {name: value for name, value in flat.items() if name not in kept}
    link = _at(found, parameters.link.split(".")) if parameters.link else None
    return Row(kept, url=absolute_url(url, link) if isinstance(link, str) else "", extras=ignored)


def _at(found: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def _bounded(value: Any, depth: int = 0) -> Any:
    """A field as a fact: texts clean, and nothing deeper than is kept."""
    if isinstance(value, str):
        return clean(value)
    if depth >= _DEEPEST and isinstance(value, dict | list):
        return None
    if isinstance(value, dict):
        return {clean(str(name)): _bounded(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_bounded(inner, depth + 1) for inner in value]
    return value


def _line(title: str, values: Any) -> str:
    return " | ".join(
        dict.fromkeys([title, *(text_of(value) for value in values if isinstance(value, str | int | float))])
    )
