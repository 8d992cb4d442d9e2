"""Checks what was read out of the evidence against the looks that it names: versions of pages, records, changes.

Rows stream in the order of an index; of one page or record at a time a little is held. A value may be anything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storage.columns import texts_of, written_json
from storage.rows import Flaw

Progress = Callable[[str, int, int], None]
"""What is checked, how much of it is done, and how much there is."""

EVERY = 1_000
"""Rows between two words of progress."""
RESTORE = "restore the archive from a backup of before that"


def count_of(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def at_visit(part: str, visit: Mapping[str, Any], what: str) -> Flaw:
    """A flaw of one visit: `number`, `url` and `at` say which."""
    where = f"Visit {visit['number']} of {visit['at']} to {visit['url'] or 'a page that is missing'}"
    return Flaw(part, f"{where} {what}; {RESTORE}.", visit["url"] or "", visit["number"], str(visit["at"]))


@dataclass(slots=True)
class _Shown:
    """What the looks at a page say of one of its versions."""

    first: Mapping[str, Any]
    last: Mapping[str, Any]


def versions(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    """Pages and their versions against the looks that brought and saw them."""
    total = count_of(connection, "pages")
    pages = connection.execute("SELECT id, url, source, first_seen, last_look_at, snapshot FROM pages ORDER BY id")
    for done, page in enumerate(pages, start=1):
        shown: dict[object, _Shown] = {}
        first, last = None, None
        for visit in connection.execute(
            "SELECT v.id AS number, v.at, v.body, v.snapshot, v.media_type, r.source, p.url FROM visits v"
            " JOIN pages p ON p.id = v.page LEFT JOIN runs r ON r.id = v.run WHERE v.page = ? ORDER BY v.id",
            (page["id"],),
        ):
            if visit["source"] != page["source"]:
                yield at_visit("visit", visit, "is of a run over another source than its page's")
            first, last = first or visit, visit
            if visit["snapshot"] is None:
                continue
            if next(reversed(shown), visit["snapshot"]) != visit["snapshot"] in shown:
                yield at_visit("version", visit, "saw a version of the page that another had followed already")
            shown.setdefault(visit["snapshot"], _Shown(visit, visit)).last = visit
        if (first and first["at"], last and last["at"]) != (page["first_seen"], page["last_look_at"]):
            yield _at_page(page, "was not looked at first and last when its row says")
        yield from _versions_of(connection, page, shown)
        if done % EVERY == 0:
            progress("pages", done, total)
    progress("pages", total, total)


def _versions_of(
    connection: sqlite3.Connection, page: Mapping[str, Any], shown: dict[object, _Shown]
) -> Iterator[Flaw]:
    newest = None
    stored = connection.execute("SELECT * FROM snapshots WHERE page = ? ORDER BY number", (page["id"],))
    for number, version in enumerate(stored, start=1):
        newest = version["id"]
        seen = shown.pop(version["id"], None)
        what = f"version {version['number']}"
        if version["number"] != number:
            yield _at_page(page, f"has no version {number}, and a {what}")
        elif seen is None:
            yield _at_page(page, f"has a {what} that no visit saw")
        elif (version["body"], version["media_type"]) != (seen.first["body"], seen.first["media_type"]):
            yield at_visit("version", seen.first, f"brought another body than {what} names")
        elif (version["first_seen"], version["last_seen"]) != (seen.first["at"], seen.last["at"]):
            yield at_visit("version", seen.last, f"and the visits before saw {what} at other times than it says")
        elif version["text_size"] != len(str(version["text"])):
            yield _at_page(page, f"has another text in {what} than was read")
    for left in shown.values():
        yield at_visit("version", left.first, "saw a version that its page does not have")
    if newest != page["snapshot"]:
        yield _at_page(page, "does not show its newest version")


def _at_page(page: Mapping[str, Any], what: str) -> Flaw:
    return Flaw("version", f"The page {page['url']} {what}; {RESTORE}.", str(page["url"]))


_READ = """
    SELECT r.id AS record, r.key, v.number AS version, v.valid_from, v.valid_to, v.closed_by, v.facts, v.text, v.extras,
        seen.id AS number, seen.at, closing.at AS closed_at, p.url,
        seen.page IS NOT coalesce(n.page, seen.page)
            OR v.snapshot IS NOT coalesce(seen.snapshot, v.snapshot) AS elsewhere
    FROM records r
    LEFT JOIN record_versions v ON v.record = r.id
    LEFT JOIN visits seen ON seen.id = v.visit
    LEFT JOIN visits closing ON closing.id = v.closed_by
    LEFT JOIN pages p ON p.id = seen.page
    LEFT JOIN snapshots n ON n.id = v.snapshot
    ORDER BY r.id, v.number"""


def records(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    """Versions of records against the looks that opened and closed them."""
    total = count_of(connection, "record_versions")
    record, number = None, 0
    for done, version in enumerate(connection.execute(_READ), start=1):
        number = number + 1 if version["record"] == record else 1
        record = version["record"]
        what = _wrong_with(version, number)
        if what:
            key, which = version["key"], version["version"]
            yield Flaw(
                "record",
                f"Version {which} of the record {key} at {version['url']} {what}; {RESTORE}.",
                str(version["url"] or ""),
                version["number"],
                str(version["valid_from"]),
            )
        if done % EVERY == 0:
            progress("records", done, total)
    progress("records", total, total)


def _wrong_with(version: Mapping[str, Any], number: int) -> str:
    if version["number"] is None or version["valid_from"] != version["at"]:
        return "does not begin at the visit that it names"
    if (version["closed_by"] is None, version["valid_to"]) != (version["valid_to"] is None, version["closed_at"]):
        return "does not end at the visit that it names"
    if version["version"] != number:
        return f"stands where version {number} belongs"
    if version["elsewhere"]:
        return "was not read from what its visit saw"
    facts = _parsed(version["facts"])
    if facts is None or _parsed(version["extras"]) is None or "\n".join(texts_of(facts)) != version["text"]:
        return "has facts that are not those that were read"
    return ""


_CHANGES = """
    SELECT c.id, c.kind, c.at, c.source, c.page, c.url, c.reasons, c.details, c.before, c.after, v.id AS number,
        c.visit, v.at AS seen_at, v.page AS seen_page, r.source AS run_source, r.id AS run,
        coalesce(b.page, c.page) IS NOT c.page OR c.snapshot_after IS NOT v.snapshot OR coalesce(v.run, c.run) <> c.run
            AS elsewhere
    FROM changes c
    LEFT JOIN visits v ON v.id = c.visit
    LEFT JOIN runs r ON r.id = c.run
    LEFT JOIN snapshots b ON b.id = c.snapshot_before
    ORDER BY c.id"""


def changes(connection: sqlite3.Connection, progress: Progress) -> Iterator[Flaw]:
    """Changes against the looks that saw them."""
    total = count_of(connection, "changes")
    for done, change in enumerate(connection.execute(_CHANGES), start=1):
        seen = (change["seen_at"], change["seen_page"]) == (change["at"], change["page"])
        written = all(
            text is None or _parsed(text) is not None
            for text in (change["reasons"], change["details"], change["before"], change["after"])
        )
        if change["visit"] is not None and not seen:
            what = "is not of the visit that it names"
        elif change["run_source"] != change["source"] or change["elsewhere"]:
            what = "is of another source or page than what it names"
        elif not written:
            what = "is not as it was written"
        else:
            what = ""
        if what:
            where = f"Change {change['id']} of {change['at']} at {change['url']}"
            yield Flaw("change", f"{where} {what}; {RESTORE}.", str(change["url"]), change["visit"], str(change["at"]))
        if done % EVERY == 0:
            progress("changes", done, total)
    progress("changes", total, total)


def _parsed(text: object) -> object:
    """A JSON value that stands as it was written; None for anything else."""
    try:
        value: object = json.loads(str(text))
        return value if written_json(value) == text else None
    except (ValueError, RecursionError):
        return None
