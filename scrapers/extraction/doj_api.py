"""Reads the Justice Department's News API: press releases, blog entries and speeches, from its lists and one by one.

`changed` moves whenever an editor presses "save", and the order of a list with it: both are kept and never compared.
A list is a feed, which says nothing about what is not in it; one release that is asked for and not there is withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.doj.addresses import asks_for_all, kind_in, release_in
from scrapers.doj.answers import read_answer, uuid_of
from scrapers.doj.named_lists import record_sets
from scrapers.doj.releases import line, release_of, site_url

NAME = "doj_api"
VERSION = 2
READS = "json"

_SPIDERS = ("doj_api", "doj_press_releases")
_NOUNS = {
    "press_release": ("press release", "press releases"),
    "blog_entry": ("blog entry", "blog entries"),
    "speech": ("speech", "speeches"),
}


def claims(source: Source, url: str) -> bool:
    """The API's resources, wherever a source of its spider says that they lie."""
    return source.spider in _SPIDERS and bool(kind_in(url))


def extract(look: Look, source: Source) -> Extraction:
    """Records of the resource's kind, and of `listed_jurisdiction` where a release lists governments by name.

    Raises ExtractionError for JSON that is not the API's envelope.

    A result without all compared fields (a request may ask for few) gives no record, only its line for the search:
    what was not asked for has not been taken away.
    """
    answer = read_answer(look.body or b"", look.url)
    asked = release_in(look.url)
    rows = [row for row in answer.rows if not asked or uuid_of(row) == asked]
    if asked and answer.rows and not rows:
        raise ExtractionError(f"{look.url} answered with another release; look at the body.")
    kind, whole = kind_in(look.url), asks_for_all(look.url)
    told_whole = [row for row in rows if whole and "body" in row]
    records = tuple(release_of(row, kind) for row in told_whole)
    listed = (found for row, record in zip(told_whole, records, strict=True) for found in _named(row, record))
    # A count above nothing with nothing to show is the API's own contradiction, and no evidence.
    tells = whole and (bool(records) or (not rows and not answer.count))
    return _extraction(
        kind,
        records,
        _scope_of(asked) if asked and tells else Scope(),
        title=records[0].title if asked and records else "" if asked else source.title,
        text=tuple(_line(row) for row in rows) if not asked or not records else _lines(records[0]),
        others=tuple(listed),
    )


def absence(look: Look, source: Source) -> Extraction | None:
    """What it says that a page is not there (404, 410): of one release that it is withdrawn, of a list nothing."""
    asked = release_in(look.url)
    return _extraction(kind_in(look.url), (), _scope_of(asked)) if asked else None


def _extraction(
    kind: str,
    records: tuple[Record, ...],
    scope: Scope,
    *,
    title: str = "",
    text: tuple[str, ...] = (),
    others: tuple[RecordSet, ...] = (),
) -> Extraction:
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=title,
        record_sets=(RecordSet(kind, records, scope, noun=_NOUNS[kind]), *others),
        text=text,
        compare_text=False,
    )


def _named(row: Mapping[str, Any], record: Record) -> tuple[RecordSet, ...]:
    """Governments that a release lists; without it where only a part of it was asked for."""
    return record_sets(row.get("body"), record) if record.kind == "press_release" else ()


def _scope_of(uuid: str) -> Scope:
    return Scope(ScopeKind.COMPLETE, prefix=uuid)


def _line(row: Mapping[str, Any]) -> str:
    return line(row.get("title")) or site_url(row.get("url")) or uuid_of(row)


def _lines(record: Record) -> tuple[str, ...]:
    return (record.title, *filter(None, record.facts["body"].split("\n")))
