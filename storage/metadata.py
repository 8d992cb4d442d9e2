"""Describes an archive to Datasette 0.65: every table and column, the questions people ask, what to sort and search by.

Pure data, and the same for the file that `onnotice metadata` writes, for the web pages and for exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.questions import QUESTIONS
from storage.schema import TableDescription, describe, describe_view_columns, describe_views

PRIVATE = frozenset(
    {"subscriptions", "recipients", "alerts", "alert_changes", "deliveries", "returned_mail", "told_changes"}
)
"""Tables and views that name the people who are told; addresses of chat services hold keys of theirs. They are not for
whoever reads what governments published: guarded on a public server, and empty in a slim copy."""

SETTINGS: Mapping[str, object] = {"suggest_facets": False, "default_cache_ttl": 0}
"""Settings of Datasette for a large archive that is written to: suggestions try every column of every table, and an
answer that a proxy or a browser keeps is not the newest."""

_SIGNED_IN = {"id": "*"}

_INTERNAL = frozenset({"migrations", "jurisdiction_tables", "field_coverage", "indexed_texts"})

_SHOWN: Mapping[str, Mapping[str, object]] = {
    "sources": {"label_column": "slug", "sort": "slug", "facets": ["health", "spider"]},
    "runs": {"sort_desc": "id"},
    "pages": {"label_column": "url", "sort_desc": "id"},
    "visits": {"label_column": "at", "sort_desc": "id"},
    "bodies": {"label_column": "digest", "sort_desc": "id"},
    "snapshots": {"label_column": "title", "sort_desc": "id", "size": 20},
    "records": {"label_column": "key", "sort_desc": "id", "facets": ["kind"]},
    "record_versions": {"label_column": "title", "sort_desc": "id", "size": 50},
    "changes": {"label_column": "summary", "sort_desc": "id", "facets": ["kind"], "size": 50},
    "subscriptions": {"label_column": "name"},
    "alerts": {"label_column": "subject", "sort_desc": "id"},
    "deliveries": {"sort_desc": "id"},
    "jurisdictions": {"label_column": "name", "facets": ["kind", "state"]},
    "place_names": {"label_column": "name", "facets": ["outcome"]},
    "current_records": {"fts_table": "record_versions_fts", "fts_pk": "record_version"},
    "record_timeline": {"fts_table": "record_versions_fts", "fts_pk": "record_version", "sort_desc": "record_version"},
    "agenda_items": {"fts_table": "record_versions_fts", "fts_pk": "record_version", "sort_desc": "record_version"},
    "page_versions": {"fts_table": "snapshots_fts", "fts_pk": "snapshot", "sort_desc": "snapshot", "size": 20},
    "looks": {"sort_desc": "visit"},
    "change_log": {"sort_desc": "change", "size": 50},
    "withdrawn": {"sort_desc": "change"},
    "told_changes": {"sort_desc": "change"},
}
"""Labels of rows, order, facets (where an index counts them) and search, by table and view."""


def metadata(*, database: str = "archive", public: bool = False) -> dict[str, Any]:
    """What Datasette is told of an archive. `database` is its name there: the file's, without the ending.

    With `public`, for a server that others can reach: who is told of what, and SQL of one's own (which would read it
    all the same), are for those who are signed in.
    """
    described: dict[str, Any] = {
        "description": "What governments published, look by look: every version, and what came of it.",
        "tables": {name: _table(name, public) for name in (*describe(), *describe_views())},
        "queries": {name: _query(name, public) for name in QUESTIONS},
    }
    if public:
        described["allow_sql"] = _SIGNED_IN
    return {
        "title": "On Notice",
        "description": "Questions are answered below; views are made for reading, tables hold everything.",
        "databases": {database: described},
    }


def _table(name: str, public: bool) -> dict[str, Any]:
    table = describe().get(name) or TableDescription(describe_views()[name], describe_view_columns()[name])
    described = {"description": table.sentence, "columns": dict(table.columns), **_SHOWN.get(name, {})}
    if name in _INTERNAL:
        described["hidden"] = True
    if public and name in PRIVATE:
        described["allow"] = _SIGNED_IN
    return described


def _query(name: str, public: bool) -> dict[str, Any]:
    question = QUESTIONS[name]
    meanings = ", ".join(f"{parameter} ({meaning})" for parameter, meaning in question.parameters.items())
    described: dict[str, Any] = {
        "title": question.title,
        "description": f"{question.description} Parameters: {meanings}." if meanings else question.description,
        "sql": question.sql,
        "params": list(question.parameters),
    }
    if public and question.private:
        described["allow"] = _SIGNED_IN
    return described
