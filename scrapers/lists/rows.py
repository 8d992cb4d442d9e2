"""What a row of a list becomes: a record under its key, the named columns in their places, the rest as facts.

Rows have no position: a list that is sorted anew says the same as before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import ExtractionError
from monitor.types import Record, RecordSet, Scope, ScopeKind
from scrapers.council.words import cut
from scrapers.lists.parameters import RowsParameters

MOST_ROWS = 100_000
"""Rows of one list; each becomes a record with a history of its own."""
_NAMED, _SHOWN = 30, 60
"""Columns that an error names, and so many characters of each."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: values by the column's name as printed, in order; `url` is where its own link leads."""

    values: Mapping[str, Any]
    url: str = ""
    under: str = ""
    """The heading that it stands under, where a list has several."""
    extras: Mapping[str, Any] = field(default_factory=dict)


def folded(name: str) -> str:
    """A column's name as compared: white space and case aside, and no colon or asterisk after it."""
    return " ".join(name.split()).casefold().rstrip(" :*")


def wanted(parameters: RowsParameters) -> tuple[str, ...]:
    """The columns that a stanza names and that must therefore be there."""
    named = (*parameters.key, parameters.title, parameters.member, parameters.place, *parameters.ignore)
    return tuple(dict.fromkeys(name for name in named if name))


def missing_in(header: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` that no column of the header has."""
    there = {folded(name) for name in header}
    return tuple(name for name in names if folded(name) not in there)


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """A header's names without marks of footnotes, each once: a second "Date" is "Date 2", a blank one "column 3"."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place, printed in enumerate(header, start=1):
        name = " ".join(printed.split()).rstrip(" :*") or f"column {place}"
        seen[folded(name)] += 1
        names.append(name if seen[folded(name)] == 1 else f"{name} {seen[folded(name)]}")
    return tuple(names)


def no_such_columns(missing: Sequence[str], found: Iterable[Sequence[str]]) -> ExtractionError:
    """The sentence for columns that are not there, with those that are."""
    headers = ["; ".join(name[:_SHOWN] or "(blank)" for name in header[:_NAMED]) for header in found]
    there = " / ".join(f"[{header}]" for header in headers[:5] if header) or "none"
    lacking = ", ".join(f"“{name}”" for name in missing)
    return ExtractionError(
        f"No table has the columns {lacking}; found {there}. If the publisher renamed them, rename them in the stanza."
    )


def record_set(rows: Iterable[Row], parameters: RowsParameters) -> RecordSet:
    """The rows as records. Two rows of one key are told apart by their order.

    Raises ExtractionError where there is no row, too many of them, or one of which the key is blank.
    """
    records = tuple(_records(rows, parameters))
    if not records and parameters.complete:
        raise ExtractionError("The list has no rows; look at it in a browser, its layout may have changed.")
    scope = Scope(ScopeKind.COMPLETE) if parameters.complete else Scope()
    one, many = parameters.noun
    return RecordSet(parameters.kind, records, scope, noun=(one, many))


def _records(rows: Iterable[Row], parameters: RowsParameters) -> Iterator[Record]:
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise ExtractionError(f"The list has more than {MOST_ROWS:,} rows; watch a smaller part of it.")
        key = " / ".join(filter(None, (row.under.casefold(), *_key(row, number, parameters))))
        seen[key] += 1
        yield _record(row, key if seen[key] == 1 else f"{key} #{seen[key]}", parameters)


def _key(row: Row, number: int, parameters: RowsParameters) -> tuple[str, ...]:
    named = {folded(name): value for name, value in row.values.items()}
    names = parameters.key or tuple(row.values)[:1]
    parts = tuple(folded(text_of(named.get(folded(name)))) for name in names)
    if any(parts):
        return tuple(part or "-" for part in parts)
    if not parameters.key:
        # A row that continues the one above has a blank first cell: its whole wording is its name.
        return tuple(filter(None, (folded(text_of(value)) for value in row.values.values())))
    raise ExtractionError(
        f"Row {number} of the list has no {' and no '.join(names)}; name other columns in the stanza's key."
    )


def _record(row: Row, key: str, parameters: RowsParameters) -> Record:
    named = {folded(name): text_of(value) for name, value in row.values.items()}
    ignored = {folded(name) for name in parameters.ignore}
    names = parameters.key or tuple(row.values)[:1]
    title = named.get(folded(parameters.title), "") or ", ".join(
        filter(None, (named.get(folded(name), "") for name in names))
    )
    place = named.get(folded(parameters.place), "") if parameters.place else ""
    facts = {name: value for name, value in row.values.items() if folded(name) not in ignored}
    return Record(
        kind=parameters.kind,
        key=key,
        title=cut(title or key),
        facts={"under": row.under, **facts} if row.under else facts,
        extras={**{name: value for name, value in row.values.items() if folded(name) in ignored}, **row.extras},
        member=named.get(folded(parameters.member), "") if parameters.member else "",
        place=in_state(place, parameters.state),
        url=row.url,
    )


def in_state(place: str, state: str) -> str:
    """A place with its state after it, unless it has that already."""
    if not place or not state or place.casefold().endswith(f", {state.casefold()}"):
        return place
    return f"{place}, {state}"


def text_of(value: Any) -> str:
    """A value as a key or a title shows it."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return " ".join(str(value).split())
