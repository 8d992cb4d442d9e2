"""Erases bodies that say nothing new, where the settings ask for it. Visits, and digests of what they brought, stay.

What may go is a body whose every look, all of them older than a moment, saw a version of its page that was known
already: it differed in noise alone. Never one that a version was read from, that its page had last, that came with a
look to which a change or a version of a record refers, or against which another is stored that stays. So the links of
visits, which cover digests and sizes, hold as before, and nothing that was told loses its proof.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import bodies
from storage.columns import written_json, written_time

AT_ONCE = 200
"""Bodies a transaction: a poll waits for some milliseconds at the most."""

_KNOWN_ALREADY = "v.verdict IN ('credible', 'unchanged') AND v.snapshot IS NOT NULL"

_SAYS_NOTHING_NEW = f"""
    SELECT b.id, b.prefix, length(b.data) AS size FROM bodies b JOIN (
        SELECT v.body FROM visits v WHERE v.body IS NOT NULL GROUP BY v.body
        HAVING max(v.at) < :before AND min({_KNOWN_ALREADY}) = 1
    ) seen ON seen.body = b.id
    WHERE b.erased_at IS NULL
        AND b.id NOT IN (SELECT body FROM snapshots WHERE body IS NOT NULL)
        AND b.id NOT IN (SELECT last_body FROM pages WHERE last_body IS NOT NULL)
        AND b.id NOT IN (SELECT newest_body FROM pages WHERE newest_body IS NOT NULL)
        AND b.id NOT IN (
            SELECT v.body FROM visits v WHERE v.body IS NOT NULL AND v.id IN (
                SELECT visit FROM changes WHERE visit IS NOT NULL
                UNION ALL SELECT visit FROM record_versions
                UNION ALL SELECT closed_by FROM record_versions WHERE closed_by IS NOT NULL
            )
        )
    ORDER BY b.id DESC"""


@dataclass(frozen=True, slots=True)
class Erasable:
    """What could go, as of one moment."""

    moves: tuple[tuple[int, int | None, int | None], ...]
    """Bodies that stay and are to be stored anew first: id, prefix now, prefix then."""
    growth: int
    """Bytes that those will take more."""

    bodies: tuple[tuple[int, int | None, int], ...]
    """Id, prefix and stored bytes of each, the newest first: whatever is stored against one went before it."""
    needed: int
    """How many more say nothing new, and stay because others are stored against them."""
    newest_visit: int
    newest_body: int

    @property
    def size(self) -> int:
        """Bytes that are won."""
        return sum(size for _, _, size in self.bodies) - self.growth

    @property
    def parts(self) -> int:
        """In how many parts they go: first those that move, then those that are erased."""
        return _parts(self.moves) + _parts(self.bodies)


def _parts(rows: Sequence[object]) -> int:
    return -(-len(rows) // AT_ONCE)


def erasable(connection: sqlite3.Connection, before: datetime) -> Erasable:
    """Bodies that may go, of looks before a moment, as of now. Reads every visit once, and bodies that are to move."""
    connection.execute("BEGIN")
    try:
        newest_visit, newest_body = (
            int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])
            for table in ("visits", "bodies")
        )
        rows = connection.execute(_SAYS_NOTHING_NEW, {"before": written_time(before)}).fetchall()
        candidates = {row["id"]: (row["prefix"], row["size"]) for row in rows}
        stored_against: Counter[int | None] = Counter()
        moves: list[tuple[int, int | None, int | None]] = []
        growth = 0
        for number, prefix, size in connection.execute(
            "SELECT id, prefix, length(data) FROM bodies WHERE prefix IS NOT NULL AND erased_at IS NULL ORDER BY id"
        ):
            goal, won = _nearest_that_stays(candidates, prefix)
            grows = 0
            if won and number not in candidates:
                grows = bodies.size_against(connection, number, goal) - size
            if won > grows and number not in candidates:
                moves.append((number, prefix, goal))
                growth += grows
            else:
                stored_against[prefix] += 1
    finally:
        connection.rollback()
    going = []
    for number, (prefix, size) in candidates.items():
        if not stored_against[number]:
            going.append((number, prefix, size))
            stored_against[prefix] -= 1
    return Erasable(tuple(moves), growth, tuple(going), len(candidates) - len(going), newest_visit, newest_body)


def _nearest_that_stays(candidates: Mapping[int, tuple[int | None, int]], prefix: int | None) -> tuple[int | None, int]:
    """Of a body's chain, from its prefix on, the first that is to stay, None for none; and the bytes before it."""
    won = 0
    while prefix is not None and prefix in candidates:
        prefix, size = candidates[prefix]
        won += size
    return prefix, won


def erase(connection: sqlite3.Connection, found: Erasable, part: int, now: datetime) -> tuple[int, int]:
    """Do one part of it, AT_ONCE bodies, in the caller's transaction. Returns how many were erased, and bytes won.

    What a look has brought or been stored against since it was found stays, and what that is stored against.
    """
    moving = _parts(found.moves)
    if part < moving:
        return 0, -_move(connection, found.moves[part * AT_ONCE : (part + 1) * AT_ONCE])
    going = found.bodies[(part - moving) * AT_ONCE : (part - moving + 1) * AT_ONCE]
    live = {
        row[0]
        for row in connection.execute(
            "SELECT body FROM visits WHERE id > :visit AND body IS NOT NULL"
            " UNION SELECT prefix FROM bodies WHERE id > :body AND prefix IS NOT NULL"
            " UNION SELECT prefix FROM bodies WHERE erased_at IS NULL"
            " AND prefix IN (SELECT value FROM json_each(:going))"
            " AND id NOT IN (SELECT value FROM json_each(:going))",
            {
                "visit": found.newest_visit,
                "body": found.newest_body,
                "going": written_json([number for number, _, _ in going]),
            },
        )
    }
    count = freed = 0
    for number, prefix, size in going:
        if number in live:
            live.add(prefix)
            continue
        connection.execute("UPDATE bodies SET data = X'', erased_at = ? WHERE id = ?", (written_time(now), number))
        count, freed = count + 1, freed + size
    return count, freed


def _move(connection: sqlite3.Connection, moves: Sequence[tuple[int, int | None, int | None]]) -> int:
    """Store bodies anew that are still as they were found. Returns by how many bytes they grew."""
    grown = 0
    for number, prefix, goal in moves:
        row = connection.execute("SELECT prefix, length(data) FROM bodies WHERE id = ?", (number,)).fetchone()
        if row is not None and row[0] == prefix:
            bodies.store_anew(connection, number, goal)
            after = connection.execute("SELECT length(data) FROM bodies WHERE id = ?", (number,)).fetchone()
            grown += after[0] - row[1]
    return grown
