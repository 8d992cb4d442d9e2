"""Records know which government their printed place means, or why not; tables change, and names stay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Record, RecordStep, RecordWrite
from storage import Archive, census


def _places(archive: Any) -> dict[str, tuple[str, str | None, str]]:
    """By title: outcome, GEOID and the name as printed, of every version."""
    rows = archive.sources() and _connection(archive).execute(
        "SELECT title, outcome, geoid, printed FROM record_places ORDER BY record_version"
    )
    return {title: (outcome, geoid, printed) for title, outcome, geoid, printed in rows}


def _connection(archive: Any) -> sqlite3.Connection:
    inner = archive.__dict__.get("_archive", archive)
    connection: sqlite3.Connection = inner._connection
    return connection


def test_every_record_with_a_place_says_what_it_was_taken_for(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Resolved, ambiguous or unresolved, with the reason; a record without a place says nothing."""
    watcher.look(
        ["list"],
        records=add(
            row("cook", place="Cook County, Illinois"),
            row("middlesex", place="Middlesex, New Jersey"),
            row("jail", place="Los Angeles County Jail, California"),
            row("nowhere"),
        ),
    )
    assert _places(archive) == {
        "Cook": ("resolved", "17031", "Cook County, Illinois"),
        "Middlesex": ("ambiguous", None, "Middlesex, New Jersey"),
        "Jail": ("unresolved", None, "Los Angeles County Jail, California"),
    }
    query = "SELECT reason, candidates, table_version FROM place_names WHERE name LIKE 'Middlesex%'"
    reason, candidates, version = _connection(archive).execute(query).fetchone()
    assert "Middlesex borough, NJ (3445900)" in reason
    assert json.loads(candidates) == ["34023", "3445900"]
    assert version == census.version()


def test_a_member_is_judged_by_the_section_that_it_stands_in(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """One name under "Counties" and under "Cities" is two governments; a number that the reader gave goes before."""
    watcher.look(
        ["list"],
        records=add(
            row("county/middlesex", place="Middlesex, New Jersey", section="Counties", title="county"),
            row("city/middlesex", place="Middlesex, New Jersey", section="Cities", title="city"),
            row("given", place="Middlesex, New Jersey", extras={"geoid": "34023"}, title="given"),
            row("unknown", place="Middlesex, New Jersey", extras={"geoid": "99999"}, title="unknown"),
            # An agenda's section is no list's.
            row("item", place="Denver, Colorado", section="State", member="", title="item"),
        ),
    )
    assert {title: found[:2] for title, found in _places(archive).items()} == {
        "county": ("resolved", "34023"),
        "city": ("resolved", "3445900"),
        "given": ("resolved", "34023"),
        "unknown": ("ambiguous", None),
        "item": ("resolved", "0820000"),
    }


def test_a_place_that_is_corrected_is_looked_up_again(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Also where only the place differs, which is kept without a new version."""
    watcher.look(["list"], records=add(row("a", place="Cook Conty, Illinois")))
    assert _places(archive)["A"][:2] == ("unresolved", None)
    kept = RecordWrite(RecordStep.KEEP, row("a", place="Cook County, Illinois"))
    watcher.look(["list"], records=[kept], same=True)
    assert _places(archive)["A"] == ("resolved", "17031", "Cook County, Illinois")


def test_a_corrected_name_is_one_stay_on_a_list(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Membership goes by the government where it is known: a typing error that is put right is no leaving."""
    first, second = "City of Albuquerque, NM", "Albuquerque, New Mexico"
    watcher.look(["list"], records=add(row("a", place=first, member=first), row("b", place="", member="Somebody")))
    began = watcher.now
    rename = RecordWrite(RecordStep.RENAME, row("a2", place=second, member=second), key_before="a")
    watcher.look(["list again"], records=[rename])
    (stay,) = archive.stays(["3502000"])
    assert (stay.member, stay.geoid, stay.valid_from, stay.valid_to) == (second, "3502000", began, None)
    gone = RecordWrite(RecordStep.REMOVE, row("a2", place=second, member=second))
    watcher.look(["list without"], records=[gone])
    (stay,) = archive.stays(["3502000", "35"])
    assert stay.valid_to == watcher.now
    assert archive.stays(["08"]) == ()


def test_what_a_government_does_and_what_others_say_of_it(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Its own records, newest first, and others' texts with its name, without its own and without lists' rows."""
    meeting = row("1", kind="meeting", title="Council", place="Denver, Colorado", member="", about="2017-03-27")
    item = row(
        "2", kind="agenda_item", title="A bill", place="Denver, CO", member="", about="2017-03-20", said="Denver"
    )
    release = row("3", kind="press_release", title="A grant", text="Given to Denver and Boulder.", member="")
    member = row("4", title="Boulder", place="Boulder, Colorado", member="Boulder", area="Denver")
    watcher.look(["list"], records=add(meeting, item, release, member))
    watcher.look(["A page", "of Denver's police"], url="https://www.example.gov/page")
    own = archive.own_records(["0820000"])
    assert [(one.kind, one.title, one.about) for one in own] == [
        ("meeting", "Council", "2017-03-27"),
        ("agenda_item", "A bill", "2017-03-20"),
    ]
    assert [one.title for one in archive.own_records(["0820000"], limit=1)] == ["Council"]
    assert archive.own_counts(["0820000"]) == {("ice_list", "agenda_item"): 1, ("ice_list", "meeting"): 1}
    said = archive.mentions("Denver", ["0820000"])
    assert {(one.kind, one.title) for one in said} == {("press_release", "A grant"), ("page", "A page")}
    assert all("[Denver]" in one.snippet for one in said)
    for phrase in ('" OR "', "", "\x00", "NEAR(", '"', "\ud800"):
        assert archive.mentions(phrase, []) == ()


def test_a_name_that_stayed_open_is_found_by_whom_it_may_mean(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Ambiguity is visible from either side."""
    watcher.look(["list"], records=add(row("a", place="Middlesex, New Jersey"), row("b", place="Cook County, IL")))
    for geoid in ("34023", "3445900"):
        ((name, reason),) = archive.unclear_names([geoid])
        assert (name, geoid in reason) == ("Middlesex, New Jersey", True)
    assert archive.unclear_names(["17031"]) == ()


def test_a_newer_table_answers_anew_and_an_older_one_changes_nothing(
    tmp_path: Path, watch: Callable[..., Any], row: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed name stays; opening with the same table writes nothing, with an older one neither."""
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        watch(archive).look(["list"], records=add(row("a", place="Middlesex, New Jersey")))
    table, version = census.table(), census.version()

    def opened(number: int, geoid: str) -> tuple[str, str | None, int]:
        monkeypatch.setattr(census, "version", lambda: number)
        monkeypatch.setattr(census, "resolve", lambda name, kind="": table.given(geoid))
        with Archive.open(path) as archive:
            query = "SELECT outcome, geoid, table_version FROM place_names"
            return tuple(archive._connection.execute(query).fetchone())  # type: ignore[return-value]

    assert opened(version, "34023") == ("ambiguous", None, version)
    assert opened(version + 1, "34023") == ("resolved", "34023", version + 1)
    assert opened(version, "3445900") == ("resolved", "34023", version + 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version FROM jurisdiction_tables").fetchall() == [(version,), (version + 1,)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        former = "SELECT count(*), sum(former) FROM jurisdictions"
        assert connection.execute(former).fetchone() == (
            len(table.jurisdictions),
            sum(one.former for one in table.jurisdictions),
        )


def test_records_of_an_archive_of_the_first_structure_are_resolved_when_it_is_opened(
    tmp_path: Path, first_structure: Callable[[Path], None]
) -> None:
    """Nothing that was kept before is left out; sections and given numbers count as they do now."""
    path = tmp_path / "archive.sqlite"
    first_structure(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            INSERT INTO sources VALUES (1, 's', 's', 'u', 'page', '', '', 'UTC', 1, 1, 0, '{}', 1, 'a', NULL, 'new',
                NULL, '', NULL, NULL, NULL, NULL, NULL, NULL);
            INSERT INTO runs(id, source, poll, began_at) VALUES (1, 1, 1, 'a');
            INSERT INTO pages(id, source, url, first_seen, last_look_at, last_verdict) VALUES (1, 1, 'u', 'a', 'a', '');
            INSERT INTO visits VALUES (1, 1, 1, 'a', 200, 'credible', '', '', NULL, NULL, '', NULL, 0, '', NULL, NULL);
            """
        )
        for number, (place, section) in enumerate(
            (("Cook County, IL", ""), ("Middlesex, NJ", "county"), ("", "")), start=1
        ):
            connection.execute(
                "INSERT INTO records(id, source, kind, key, present, version, versions, page, parent, member, about)"
                " VALUES (?, 1, 'listed', ?, 1, NULL, 1, 1, '', '', '')",
                (number, str(number)),
            )
            connection.execute(
                "INSERT INTO record_versions VALUES"
                " (?, ?, 1, 'a', NULL, 1, NULL, NULL, 'x/1', ?, '', ?, '', NULL, 'm', ?, '', '', '{}', ?, '')",
                (number, number, str(number), place, place, json.dumps({"section": section})),
            )
        connection.commit()
    with Archive.open(path) as archive:
        assert {title: found[1] for title, found in _places(archive).items()} == {
            "Cook County, IL": "17031",
            "Middlesex, NJ": "34023",
        }
        assert archive.integrity_problem() == ""


def test_the_archive_holds_the_shipped_table(archive: Any) -> None:
    """Governments, their aliases, and grounds that are two, for whoever asks in SQL."""
    archive.sources()
    connection = _connection(archive)
    query = "SELECT kind, state, name FROM jurisdictions WHERE geoid = ?"
    assert tuple(connection.execute(query, ("0820000",)).fetchone()) == ("place", "CO", "Denver city")
    (aliases,) = connection.execute("SELECT aliases FROM jurisdictions WHERE geoid = '3651000'").fetchone()
    assert "New York City" in json.loads(aliases)
    counties = connection.execute("SELECT count(*) FROM same_areas WHERE place = '3651000'").fetchone()
    assert counties[0] == 5


def test_a_look_that_is_undone_leaves_no_name(archive: Any, watcher: Any) -> None:
    """Names are written with the record or not at all."""
    broken = Record("listed", "a", "A", {"when": object()}, place="Cook County, Illinois")
    with pytest.raises(TypeError):
        watcher.look(["list"], records=[RecordWrite(RecordStep.ADD, broken)])
    assert _connection(archive).execute("SELECT count(*) FROM place_names").fetchone()[0] == 0
