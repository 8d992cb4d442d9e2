"""Lists in an answer that could be read row by row: the table of a page, a CSV file, an array in JSON.

A list is proposed only where one column or field tells its rows apart, since that becomes their key; whoever knows the
list better names another one in the stanza.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.encoding import clean, decode
from monitor.errors import ExtractionError
from monitor.types import Look
from scrapers.lists.html_tables import HtmlTable, html_tables, parsed
from scrapers.platforms.proposals import Proposal

_ROWS_AT_LEAST = 5
"""A smaller table is a layout, or a box of facts."""
_TRIED = 2_000
"""Rows among which a key is looked for."""
_PARSED_AT_MOST = 5_000_000
"""Bytes of JSON or CSV; whoever watches more writes the stanza."""
_FIELDS_OF_KEYS = ("id", "uuid", "guid", "key", "number", "code")
_DELIMITERS = ",;\t|"


def table_lists(look: Look) -> tuple[Proposal, ...]:
    """The page's largest table with a row of headings, if it is a list."""
    if b"<table" not in (look.body or b"").lower():
        return ()
    try:
        tables = html_tables(parsed(look.body or b""), look.final_url)
    except ExtractionError:
        return ()
    found = [one for table in tables if (one := _of_table(table, look.url))]
    return (max(found, key=lambda one: one[0])[1],) if found else ()


def _of_table(table: HtmlTable, url: str) -> tuple[int, Proposal] | None:
    place = next((place for place, row in enumerate(table.rows[:12]) if row.header and len(row.cells) > 1), None)
    if place is None:
        return None
    header, rows = table.rows[place].cells, [row.cells for row in table.rows[place + 1 :] if not row.header]
    key = _key_column(header, rows)
    if not key:
        return None
    parameters: dict[str, object] = {"extract": "table", "key": [key]}
    if table.caption:
        parameters["caption"] = table.caption
    return len(rows), Proposal("a page with a table", url, parameters=parameters)


def csv_lists(look: Look) -> tuple[Proposal, ...]:
    """The file, if its first line names columns and one of them tells its rows apart."""
    text = decode((look.body or b"")[:_PARSED_AT_MOST])
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    try:
        rows = [row for _, row in zip(range(_TRIED), csv.reader(text.splitlines(), delimiter=delimiter), strict=False)]
    except csv.Error:
        return ()
    key = _key_column([clean(name) for name in rows[0]], rows[1:]) if rows else ""
    return (Proposal("a CSV file", look.url, parameters={"extract": "csv", "key": [key]}),) if key else ()


def json_lists(look: Look) -> tuple[Proposal, ...]:
    """The longest array of objects at the top of the answer, or in a field or two below it."""
    body = look.body or b""
    try:
        answer = json.loads(body) if len(body) <= _PARSED_AT_MOST else None
    except (ValueError, RecursionError):
        return ()
    arrays = sorted(_arrays(answer, "", 2), key=lambda one: -len(one[1]))
    for path, rows in arrays[:3]:
        key = _key_field(rows[:_TRIED])
        if key:
            parameters = {"extract": "json", **({"path": path} if path else {}), "key": [key]}
            return (Proposal("a list in JSON", look.url, parameters=parameters),)
    return ()


def _arrays(value: Any, path: str, below: int) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    if isinstance(value, list):
        if len(value) > 1 and all(isinstance(row, dict) for row in value):
            yield path, value
    elif isinstance(value, dict) and below:
        for name, inner in value.items():
            if isinstance(name, str) and name and not set(name) & set(".[]"):
                yield from _arrays(inner, f"{path}.{name}" if path else name, below - 1)


def _key_field(rows: Sequence[Mapping[str, Any]]) -> str:
    names = [name for name in rows[0] if isinstance(name, str) and name and not set(name) & set(".[]")]
    usual = sorted(
        names, key=lambda name: _FIELDS_OF_KEYS.index(name.lower()) if name.lower() in _FIELDS_OF_KEYS else 9
    )
    return next((name for name in usual if _tells_apart([row.get(name) for row in rows])), "")


def _key_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column that tells all rows apart; empty where none does, or the columns have no names of their own."""
    if len(rows) < _ROWS_AT_LEAST or len(header) < 2 or not all(header) or len(set(header)) < len(header):
        return ""
    return next(
        (
            name
            for place, name in enumerate(header)
            if _tells_apart([clean(row[place]) if place < len(row) else "" for row in rows[:_TRIED]])
        ),
        "",
    )


def _tells_apart(values: Sequence[Any]) -> bool:
    plain = [
        str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    ]
    return len(plain) == len(values) == len(set(plain))
