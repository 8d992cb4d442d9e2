"""Writes a Frictionless data package: records, changes, visits and sources as CSV, with all that explains them.

https://datapackage.org/standard/data-package/, version 1, which every tool reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.errors import UsageError
from onnotice import __version__
from onnotice.stanzas import write_whole
from onnotice.tables import Format, replacing, write
from storage.exports import DATASETS, Column, ColumnType, Dataset, Selection

if TYPE_CHECKING:
    from onnotice.printing import Bar
    from storage import Archive

_READ_BACK = (
    "Text that begins with =, +, -, @, a tab, a line break or an apostrophe has one apostrophe more in front, so that"
    " no spreadsheet computes it: take one away from the front of such a cell. An empty cell is null, or empty text."
)
_LICENCE = {
    "name": "notspecified",
    "title": "None is given here: works of the United States government are in the public domain (17 U.S.C. 105); what"
    " states, counties and cities published may be theirs.",
}
_CHUNK = 1 << 20


def write_package(archive: Archive, folder: Path, selection: Selection, now: datetime, bar: Bar) -> None:
    """Write it into a folder that is empty or holds a former package. Raises UsageError for any other."""
    known = {"datapackage.json", *(f"{name}.csv" for name in DATASETS)}
    if folder.exists() and (not folder.is_dir() or not {path.name for path in folder.iterdir()} <= known):
        raise UsageError(f"{folder} holds something else; name a folder that is empty or not there yet.")
    folder.mkdir(parents=True, exist_ok=True)
    # Without its description a package that was begun is none.
    (folder / "datapackage.json").unlink(missing_ok=True)
    with archive.at_one_moment():
        resources = [_resource(archive, dataset, folder, selection, bar) for dataset in DATASETS.values()]
        sources = [
            {"title": status.source.title, "path": status.source.url}
            for status in archive.sources()
            if not selection.source or status.source.slug == selection.source
        ]
    package = {
        "profile": "data-package",
        "name": "onnotice-export",
        "title": "What governments published, and what changed",
        "description": f"Exported by On Notice {__version__}. {_selected(selection)} {_READ_BACK}",
        "created": _written(now),
        "licenses": [_LICENCE],
        "sources": [source for source in sources if source["path"].lower().startswith(("http://", "https://"))],
        "resources": resources,
    }
    write_whole(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _resource(archive: Archive, dataset: Dataset, folder: Path, selection: Selection, bar: Bar) -> dict[str, Any]:
    path, columns = folder / f"{dataset.name}.csv", dataset.described()
    total = archive.export_size(dataset, selection)
    with replacing(path) as beside, beside.open("wb") as file:
        write(counted_rows(archive.export(dataset, selection), dataset.name, total, bar), columns, Format.CSV, file)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {
        "profile": "tabular-data-resource",
        "name": dataset.name,
        "title": dataset.title,
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest.hexdigest()}",
        "schema": _schema(dataset, columns),
    }


def _schema(dataset: Dataset, columns: Sequence[Column]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
        "primaryKey": dataset.key,
    }
    if dataset.name != "sources":
        schema["foreignKeys"] = [{"fields": "source", "reference": {"resource": "sources", "fields": "slug"}}]
    return schema


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type.value, "description": column.meaning}
    if column.type is ColumnType.DATETIME:
        field["format"] = "%Y-%m-%dT%H:%M:%S.%fZ"
    if column.type is ColumnType.BOOLEAN:
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    return field


def counted_rows(rows: Iterable[Sequence[object]], what: str, total: int, bar: Bar) -> Iterator[Sequence[object]]:
    """The rows, while the bar hears how many have gone by."""
    done = 0
    for done, row in enumerate(rows, 1):
        yield row
        if done % 1000 == 0:
            bar(what, done, total)
    bar(what, done, total)


def _selected(selection: Selection) -> str:
    """What was asked for, in a sentence."""
    asked = [f"as of {_written(selection.as_of)}"] if selection.as_of else []
    asked += [f"from {_written(selection.since)}"] if selection.since else []
    asked += [f"before {_written(selection.until)}"] if selection.until else []
    named = (("source", selection.source), ("kind", selection.kind), ("jurisdiction", selection.jurisdiction))
    asked += [f"{word} {value}" for word, value in named if value]
    return f"Selected: {', '.join(asked)}." if asked else "All that is in the archive."


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
