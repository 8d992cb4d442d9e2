"""Keeps the table of governments in the archive, and what each printed name of a place was taken for by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.jurisdictions import Resolution
from monitor.jurisdictions.names import section_of
from monitor.types import Record
from storage import census
from storage.columns import written_json

SAME_GOVERNMENT = """
    SELECT :jurisdiction UNION SELECT other.name FROM place_names asked
    JOIN place_names other ON other.geoid = asked.geoid WHERE asked.name = :jurisdiction"""
"""Every printed name that was taken for the same government as the one that is asked about, and that one itself."""


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The printed names that one look's records bear, each asked for once. In the caller's transaction."""

    connection: sqlite3.Connection
    _known: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def id_for(self, record: Record) -> int | None:
        """The row of `place_names` that says what the record's place was taken for; None for a record without one."""
        if not record.place:
            return None
        asked = asked_of(record)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = _kept(self.connection, asked)
        return known


def asked_of(record: Record) -> tuple[str, str, str]:
    """What decides about a record's place: its name, of a list's member the section, and a number given with it.

    An extractor that knows more than the name (a heading, a section) resolves it and leaves the number in
    `extras["geoid"]`; the section of a list's member is its fact "section": "state", "county" or "city".
    """
    section = record.facts.get("section") if record.member else ""
    given = record.extras.get("geoid")
    return (
        record.place,
        section_of(section) if isinstance(section, str) else "",
        given if isinstance(given, str) else "",
    )


def synchronise(connection: sqlite3.Connection) -> None:
    """Bring the archive's table up to the shipped one, and answer anew whatever was asked; a later one is left alone.

    Costs one look at one row when there is nothing to do.
    """
    if _loaded(connection) >= census.version():
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _loaded(connection) < census.version():
            _load(connection)
            _ask_again(connection)
            _ask_for_the_first_time(connection)
            connection.execute("INSERT INTO jurisdiction_tables(version) VALUES (?)", (census.version(),))
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _loaded(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM jurisdiction_tables").fetchone()[0])


def _load(connection: sqlite3.Connection) -> None:
    """Rows that a newer table has no more are marked as former: a name may have been taken for them."""
    table = census.table()
    connection.execute("UPDATE jurisdictions SET former = 1")
    aliases: dict[str, list[str]] = {}
    for alias in table.aliases:
        aliases.setdefault(alias.geoid, []).append(alias.name)
    connection.executemany(
        "INSERT INTO jurisdictions(geoid, kind, name, state, aliases, counties, former, sources)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(geoid) DO UPDATE SET kind = excluded.kind, name = excluded.name,"
        " state = excluded.state, aliases = excluded.aliases, counties = excluded.counties, former = excluded.former,"
        " sources = excluded.sources",
        (
            (
                one.geoid,
                one.kind,
                one.name,
                one.state,
                written_json([*one.short_names, *aliases.get(one.geoid, ())]),
                written_json(one.counties),
                int(one.former),
                one.sources,
            )
            for one in table.jurisdictions
        ),
    )
    connection.execute("DELETE FROM same_areas")
    connection.executemany(
        "INSERT INTO same_areas(place, other, relation) VALUES (?, ?, ?)",
        ((area.place, area.county, area.relation) for area in table.areas),
    )


def _ask_again(connection: sqlite3.Connection) -> None:
    """Names that were printed before are looked up in the new table; the rows that point to them stay as they are."""
    asked = [tuple(row) for row in connection.execute("SELECT name, section, given FROM place_names")]
    connection.executemany(
        f"UPDATE place_names SET {', '.join(f'{column} = ?' for column in _ANSWER)}"
        " WHERE name = ? AND section = ? AND given = ?",
        ((*_answer(*one), *one) for one in asked),
    )


def _ask_for_the_first_time(connection: sqlite3.Connection) -> None:
    """Records that were written before names were resolved."""
    names = PlaceNames(connection)
    rows = connection.execute(
        "SELECT id, place, member, CASE WHEN member <> '' THEN json_extract(facts, '$.section') END AS section,"
        " json_extract(extras, '$.geoid') AS geoid FROM record_versions WHERE place <> '' AND place_name IS NULL"
    ).fetchall()
    connection.executemany(
        "UPDATE record_versions SET place_name = ? WHERE id = ?",
        ((names.id_for(_record(row)), row["id"]) for row in rows),
    )


def _record(row: sqlite3.Row) -> Record:
    """As much of a record as decides about its place."""
    return Record(
        "", "", "", {"section": row["section"]}, {"geoid": row["geoid"]}, member=row["member"], place=row["place"]
    )


def _kept(connection: sqlite3.Connection, asked: tuple[str, str, str]) -> int:
    row = connection.execute(
        "SELECT id FROM place_names WHERE name = ? AND section = ? AND given = ?", asked
    ).fetchone()
    if row is not None:
        return int(row[0])
    columns = ("name", "section", "given", *_ANSWER)
    cursor = connection.execute(
        f"INSERT INTO place_names({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        (*asked, *_answer(*asked)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


_ANSWER = ("outcome", "geoid", "confidence", "how", "reason", "candidates", "table_version")


def _answer(name: str, section: str, given: str) -> tuple[object, ...]:
    found = census.table().given(given) if given else None
    found = found or census.resolve(name, kind=section)
    return (
        found.outcome.value,
        found.geoid or None,
        found.confidence,
        found.how.value if found.how is not None else "",
        found.reason,
        written_json(list(_geoids(found))),
        census.version(),
    )


def _geoids(found: Resolution) -> Iterable[str]:
    return (one.geoid for one in found.candidates)
