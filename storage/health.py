"""How well sources were seen over time, and which fields of their records could be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.coverage import FieldCoverage
from monitor.silence import NewsRhythm
from monitor.types import Health
from storage.columns import read_time, read_time_or_none, written_time, written_time_or_none
from storage.rows import HealthStretch

_BLIND = ", ".join(f"'{health.value}'" for health in Health if health.blind)

NEWS = "baseline = 0 AND kind NOT LIKE 'source!_%' ESCAPE '!'"
"""Changes at the source, told or not: not its first look, and not about our own eyes."""

BLIND_SINCE = f"""(
    SELECT min(h.since) FROM source_health h WHERE h.source = sources.id AND h.health IN ({_BLIND}) AND h.id > coalesce(
        (SELECT max(seeing.id) FROM source_health seeing
         WHERE seeing.source = sources.id AND seeing.health NOT IN ({_BLIND})), 0)
)"""
"""When a source that is not seen now was not seen first, whatever has been the reason since; null for one that is."""


def keep_health(connection: sqlite3.Connection, source: int, health: Health, message: str, now: datetime) -> None:
    """The source is found in this health. A stretch goes on, or ends where the next begins.

    Runs of an import end in the past: before the stretch that is going on they change nothing.
    """
    moment = written_time(now)
    current = connection.execute(
        "SELECT id, health, since, message FROM source_health WHERE source = ? AND until IS NULL", (source,)
    ).fetchone()
    if health is Health.NEW or (current is not None and current["since"] > moment):
        return
    if current is not None and current["health"] == health.value:
        if message and not current["message"]:
            connection.execute("UPDATE source_health SET message = ? WHERE id = ?", (message, current["id"]))
        return
    if current is not None:
        connection.execute("UPDATE source_health SET until = ? WHERE id = ?", (moment, current["id"]))
    connection.execute(
        "INSERT INTO source_health(source, health, since, message) VALUES (?, ?, ?, ?)",
        (source, health.value, moment, message),
    )


def end_health(connection: sqlite3.Connection, source: int, now: datetime) -> None:
    """Nobody looks any more: the stretch that is going on ends."""
    connection.execute(
        "UPDATE source_health SET until = max(since, ?) WHERE source = ? AND until IS NULL", (written_time(now), source)
    )


def health_history(connection: sqlite3.Connection, source: int) -> tuple[HealthStretch, ...]:
    """Every stretch, oldest first; the last one is going on."""
    rows = connection.execute("SELECT * FROM source_health WHERE source = ? ORDER BY id", (source,))
    return tuple(_stretch(row) for row in rows)


def _stretch(row: Mapping[str, Any]) -> HealthStretch:
    return HealthStretch(
        health=Health(row["health"]),
        since=read_time(row["since"]),
        until=read_time_or_none(row["until"]),
        message=row["message"],
    )


def blind_times(connection: sqlite3.Connection, now: datetime) -> Mapping[str, timedelta]:
    """By slug, how long each source was not seen since it was first looked at; those that always were are left out."""
    rows = connection.execute(
        f"""
        SELECT s.slug, sum(julianday(coalesce(h.until, max(h.since, :now))) - julianday(h.since))
        FROM source_health h JOIN sources s ON s.id = h.source WHERE h.health IN ({_BLIND}) GROUP BY s.slug
        """,
        {"now": written_time(now)},
    )
    return {slug: _days(days) for slug, days in rows}


def blind_between(connection: sqlite3.Connection, source: int, since: datetime, until: datetime) -> timedelta:
    """How much of that time the source was not seen."""
    row = connection.execute(
        f"""
        SELECT coalesce(sum(julianday(min(coalesce(until, :until), :until)) - julianday(max(since, :since))), 0)
        FROM source_health
        WHERE source = :source AND health IN ({_BLIND}) AND since < :until AND coalesce(until, :until) > :since
        """,
        {"source": source, "since": written_time(since), "until": written_time(until)},
    ).fetchone()
    return _days(row[0])


def news_rhythm(connection: sqlite3.Connection, source: int) -> NewsRhythm:
    """When the source had news first and last, and the longest that it went without. News of one run is one piece.

    Time in which the source was not seen is no part of a gap: the silence was ours.
    """
    newest, oldest, gaps, longest, second = connection.execute(
        f"""
        WITH news AS MATERIALIZED (SELECT min(at) AS at FROM changes WHERE source = :source AND {NEWS} GROUP BY run),
        spaced AS (SELECT at, lag(at) OVER (ORDER BY at) AS before FROM news),
        blind AS MATERIALIZED (
            SELECT since, coalesce(until, '9999') AS until FROM source_health
            WHERE source = :source AND health IN ({_BLIND})
        ),
        gaps AS MATERIALIZED (
            SELECT julianday(at) - julianday(before) - coalesce((
                SELECT sum(julianday(min(blind.until, at)) - julianday(max(blind.since, before)))
                FROM blind WHERE blind.since < at AND blind.until > before
            ), 0) AS days
            FROM spaced WHERE before IS NOT NULL
        )
        SELECT (SELECT max(at) FROM news), (SELECT min(at) FROM news), (SELECT count(*) FROM gaps),
            (SELECT max(days) FROM gaps), (SELECT days FROM gaps ORDER BY days DESC LIMIT 1 OFFSET 1)
        """,
        {"source": source},
    ).fetchone()
    return NewsRhythm(
        last_news_at=read_time_or_none(newest),
        first_news_at=read_time_or_none(oldest),
        gaps=gaps,
        longest_gap=None if longest is None else _days(longest),
        second_gap=None if second is None else _days(second),
    )


def news_times(connection: sqlite3.Connection, source: int, since: datetime) -> tuple[datetime, ...]:
    """When news was found since then, oldest first. News of one run is one piece."""
    rows = connection.execute(
        f"SELECT min(at) FROM changes WHERE source = ? AND {NEWS} AND at >= ? GROUP BY run ORDER BY 1",
        (source, written_time(since)),
    )
    return tuple(read_time(row[0]) for row in rows)


def field_coverage(connection: sqlite3.Connection, source: int) -> tuple[FieldCoverage, ...]:
    """Every field of the source's records, as the newest reading left it."""
    rows = connection.execute("SELECT * FROM field_coverage WHERE source = ? ORDER BY kind, name", (source,))
    return tuple(
        FieldCoverage(
            kind=row["kind"],
            name=row["name"],
            extractor=row["extractor"],
            records=row["records"],
            least=row["least"],
            lost_since=read_time_or_none(row["lost_since"]),
        )
        for row in rows
    )


def keep_field_coverage(connection: sqlite3.Connection, source: int, fields: Sequence[FieldCoverage]) -> None:
    """As a reading left them."""
    connection.executemany(
        "INSERT OR REPLACE INTO field_coverage(source, kind, name, extractor, records, least, lost_since)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                source,
                one.kind,
                one.name,
                one.extractor,
                one.records,
                one.least,
                written_time_or_none(one.lost_since),
            )
            for one in fields
        ],
    )


def seen_pages(connection: sqlite3.Connection, source: int, most: int) -> int:
    """How many pages of the source were ever seen, counted up to `most`."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM pages WHERE source = ? AND snapshot IS NOT NULL LIMIT ?)", (source, most)
    ).fetchone()
    return int(row[0])


def _days(days: float) -> timedelta:
    """Julian days as a span; they are exact to less than a millisecond."""
    return timedelta(milliseconds=round(max(days, 0.0) * 86_400_000))
