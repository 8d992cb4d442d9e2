"""What can be exported row by row: records, changes, visits and sources, with the type of every column, as a stream.

Each is a view that researchers know, so that a column means the same in a file and in the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.columns import written_time
from storage.place_names import SAME_GOVERNMENT
from storage.schema import describe, describe_view_columns

_AT_ONCE = 1000
"""Rows that are read ahead: some megabytes at most, however long the stream."""


class ColumnType(StrEnum):
    """What a column holds, in the words of Table Schema. Null wherever nothing is known."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    """0 and 1 in the stream."""
    STRING = "string"
    DATETIME = "datetime"
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` in the stream."""
    OBJECT = "object"
    """JSON text in the stream."""
    ARRAY = "array"
    """JSON text in the stream."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export, its type, and what it means in a sentence."""

    name: str
    type: ColumnType
    meaning: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of rows: the view that has them, the column that numbers them, and the one that places them in time."""

    name: str
    title: str
    view: str
    key: str
    time: str
    where: str = "1"
    kinds: bool = True
    """Whether its rows are of different kinds."""
    columns: tuple[str, ...] = ()
    """Those of a table that are exported; of a view all are."""

    def described(self) -> tuple[Column, ...]:
        """Its columns, in order."""
        meanings = describe()[self.view].columns if self.columns else describe_view_columns()[self.view]
        names = self.columns or tuple(meanings)
        return tuple(Column(name, _TYPES.get(name, ColumnType.STRING), meanings[name]) for name in names)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: those that held (records) or had been seen by `as_of`, that began or were seen from `since` until,
    and without, `until`, of one source, kind or jurisdiction. Empty asks for all."""

    as_of: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""
    kind: str = ""
    jurisdiction: str = ""
    """As printed; every name that was taken for the same government is meant."""


_TYPES: Mapping[str, ColumnType] = {
    **dict.fromkeys(("version", "position", "record", "record_version", "change", "run", "visit"), ColumnType.INTEGER),
    **dict.fromkeys(("status", "body_size", "elapsed_ms"), ColumnType.INTEGER),
    **dict.fromkeys(("significance", "cadence_seconds"), ColumnType.NUMBER),
    **dict.fromkeys(("first_look", "active"), ColumnType.BOOLEAN),
    **dict.fromkeys(("valid_from", "valid_to", "at", "added_at", "last_run_at", "health_since"), ColumnType.DATETIME),
    **dict.fromkeys(("facts", "extras", "before", "after", "details"), ColumnType.OBJECT),
    "reasons": ColumnType.ARRAY,
}

DATASETS: Mapping[str, Dataset] = {
    one.name: one
    for one in (
        Dataset(
            "records",
            "Records: what lists, agendas and releases said, version by version",
            "record_timeline",
            "record_version",
            "valid_from",
            "(valid_to IS NULL OR valid_to > valid_from)",
        ),
        Dataset("changes", "Changes: what was there before and what after", "change_log", "change", "at"),
        Dataset("visits", "Visits: every look, and what came of it", "looks", "visit", "at", kinds=False),
        Dataset(
            "sources",
            "Sources: what is watched",
            "sources",
            "slug",
            "added_at",
            kinds=False,
            columns=(
                "slug", "title", "url", "publisher", "jurisdiction", "timezone", "cadence_seconds", "active", "health",
                "health_since", "added_at", "last_run_at",
            ),
        ),
    )
}  # fmt: skip


def count(connection: sqlite3.Connection, dataset: Dataset, selection: Selection) -> int:
    """How many rows `rows` gives."""
    where, values = _conditions(dataset, selection)
    return int(connection.execute(f"SELECT count(*) FROM [{dataset.view}] WHERE {where}", values).fetchone()[0])


def rows(connection: sqlite3.Connection, dataset: Dataset, selection: Selection) -> Iterator[Sequence[object]]:
    """The rows in the order of their numbers, as they stood when the first was asked for, whatever is written since."""
    where, values = _conditions(dataset, selection)
    names = ", ".join(f"[{column.name}]" for column in dataset.described())
    cursor = connection.execute(f"SELECT {names} FROM [{dataset.view}] WHERE {where} ORDER BY [{dataset.key}]", values)
    while some := cursor.fetchmany(_AT_ONCE):
        yield from (tuple(row) for row in some)


def _conditions(dataset: Dataset, selection: Selection) -> tuple[str, dict[str, object]]:
    """A condition and its parameters. Of sources only the source and the jurisdiction are asked."""
    asked = [dataset.where]
    values: dict[str, object] = {}
    if dataset.name != "sources":
        for name, moment in (("as_of", selection.as_of), ("since", selection.since), ("until", selection.until)):
            values[name] = None if moment is None else written_time(moment)
        asked += [f"(:as_of IS NULL OR {dataset.time} <= :as_of)", f"(:since IS NULL OR {dataset.time} >= :since)"]
        asked.append(f"(:until IS NULL OR {dataset.time} < :until)")
    if dataset.name == "records":
        asked.append("(:as_of IS NULL OR valid_to IS NULL OR valid_to > :as_of)")
    if selection.source:
        asked.append(f"{'slug' if dataset.columns else 'source'} = :source")
        values["source"] = selection.source
    if selection.kind and dataset.kinds:
        asked.append("kind = :kind")
        values["kind"] = selection.kind
    if selection.jurisdiction:
        placed = f" OR place IN ({SAME_GOVERNMENT})" if dataset.kinds else ""
        asked.append(f"(jurisdiction IN ({SAME_GOVERNMENT}){placed})")
        values["jurisdiction"] = selection.jurisdiction
    return " AND ".join(asked), values
