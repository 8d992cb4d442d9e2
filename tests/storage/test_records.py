"""Records over every kind of archive: versions, validity in time, what a scope can touch, editions, disputes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.types import Edition, Extraction, Record, RecordSet, RecordStep, RecordWrite, Scope, ScopeKind, VerdictKind
from storage import Archive

ADD, AMEND, KEEP, REMOVE, RENAME = RecordStep


def write(step: RecordStep, record: Record, key_before: str = "") -> list[RecordWrite]:
    """One write, as a decision holds it."""
    return [RecordWrite(step, record, key_before)]


def chain(archive: Any, key: str) -> list[tuple[int, Record, datetime, datetime | None]]:
    """Number, record and validity of every version."""
    return [
        (one.version, one.record, one.valid_from, one.valid_to)
        for one in archive.record_history("ice_list", "listed", key)
    ]


def test_a_record_has_a_version_for_all_it_ever_said(archive: Any, watcher: Any, row: Any) -> None:
    """Added, amended, removed, back again: four versions' worth of time without gap or overlap where it was there."""
    one, two = row("boulder", policy="none"), row("boulder", policy="some", position=2)
    watcher.look(["a"], records=write(ADD, one))
    added = watcher.now
    watcher.look(["b"], records=write(AMEND, two))
    amended = watcher.now
    watcher.look(["c"], records=write(REMOVE, two))
    removed = watcher.now
    watcher.look(["d"], records=write(ADD, one))
    back = watcher.now
    assert chain(archive, "boulder") == [
        (1, one, added, amended),
        (2, two, amended, removed),
        (3, one, back, None),
    ]
    (history, *_) = archive.record_history("ice_list", "listed", "boulder")
    assert (history.source, history.snapshot) == ("ice_list", 1)


def test_present_records_of_a_place(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """Of one kind and one place, as they are now, whichever source they came from; without what was removed."""
    denver, boulder = "Denver, CO", "Boulder, CO"
    here, there = replace(row("a"), place=denver), replace(row("b"), place=boulder)
    before, after = replace(row("c", policy="old"), place=denver), replace(row("c", policy="new"), place=denver)
    gone, other = replace(row("d"), place=denver), replace(row("e", kind="other"), place=denver)
    watcher.look(["a"], records=add(here, there, before, gone, other))
    watcher.look(["b"], records=[*write(AMEND, after), *write(REMOVE, gone)])
    looked = watcher.now
    watcher.look(verdict=VerdictKind.BLOCKED, status=403)
    found = archive.present_at_place("listed", denver)
    assert [(one.record, one.source, one.looked_at) for one in found] == [
        (here, "ice_list", looked),
        (after, "ice_list", looked),
    ]
    assert archive.present_at_place("listed", "Aurora, CO") == ()


def test_what_a_list_said_at_a_moment(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """From the look that saw it, until and without the one that saw it otherwise; in the order of the page."""
    boulder, denver = row("boulder", position=2), row("denver", position=1)
    watcher.look(["a"], records=add(boulder, denver, row("x", kind="other")))
    first = watcher.now
    watcher.look(["b"], records=write(REMOVE, boulder))

    def at(moment: datetime, kind: str | None = "listed") -> list[Record]:
        return [one.record for one in archive.records_at("ice_list", moment, kind)]

    assert at(first - timedelta(microseconds=1)) == []
    assert at(first) == [denver, boulder]
    assert at(watcher.now - timedelta(microseconds=1)) == [denver, boulder]
    assert at(watcher.now) == [denver]
    assert len(at(first, None)) == 3
    with pytest.raises(UsageError, match="nobody"):
        archive.records_at("nobody", first)


def test_a_kept_record_takes_new_extras_without_a_version(archive: Any, watcher: Any, row: Any) -> None:
    """Stamps and positions move; what it says does not, and its facts stay as they were first read."""
    watcher.look(["a"], records=write(ADD, row("boulder", policy="none", position=1, extras={"stamp": 1})))
    later = row("boulder", policy="none", position=4, extras={"stamp": 2}, about="2017-04-01")
    watcher.look(None, same=True, body=b"b", records=write(KEEP, later))
    assert [(version, record) for version, record, _, _ in chain(archive, "boulder")] == [(1, later)]


def test_a_renamed_record_goes_on_under_its_new_key(archive: Any, watcher: Any, row: Any) -> None:
    """One chain, found by either key; the old key is free for somebody else."""
    wrong, right = row("albequerque", policy="none"), row("albuquerque", policy="none")
    watcher.look(["a"], records=write(ADD, wrong))
    watcher.look(["b"], records=write(RENAME, right, "albequerque"))
    assert [record.key for _, record, _, _ in chain(archive, "albuquerque")] == ["albequerque", "albuquerque"]
    assert chain(archive, "albequerque") == chain(archive, "albuquerque")
    assert [one.record for one in archive.records_at("ice_list", watcher.now)] == [right]
    watcher.look(["c"], records=write(ADD, wrong))
    assert [one.record for one in archive.records_at("ice_list", watcher.now)] == [right, wrong]


def test_a_record_renamed_to_one_with_a_past_joins_that(archive: Any, watcher: Any, row: Any) -> None:
    """The key's own chain goes on, the other ends: every moment still reads back."""
    old, new = row("ithaca-town"), row("ithaca")
    watcher.look(["a"], records=[*write(ADD, old), *write(ADD, new)])
    watcher.look(["b"], records=write(REMOVE, new))
    watcher.look(["c"], records=write(RENAME, new, "ithaca-town"))
    assert [one.record for one in archive.records_at("ice_list", watcher.now)] == [new]
    assert [one.record for one in archive.records_at("ice_list", watcher.now - timedelta(minutes=1))] == [old]


def test_a_step_is_read_for_what_it_wants(archive: Any, watcher: Any, row: Any) -> None:
    """Two pages may bring the same record: an addition of one that is there amends it, or is nothing new."""
    one, two = row("boulder", policy="none"), row("boulder", policy="some")
    watcher.look(["a"], records=[*write(ADD, one), *write(ADD, one)])
    watcher.look(["b"], url="https://b.example/", records=write(ADD, two))
    watcher.look(["c"], records=write(REMOVE, row("nobody")))
    watcher.look(["d"], records=write(AMEND, row("denver")))
    assert [record for _, record, _, _ in chain(archive, "boulder")] == [one, two]
    assert len(archive.records_at("ice_list", watcher.now)) == 2


def test_an_older_look_at_another_page_overrules_nothing(archive: Any, watcher: Any, row: Any, start: datetime) -> None:
    """History that is loaded late is kept as evidence; what is known since stays as it is."""
    watcher.look(["a"], records=write(ADD, row("boulder", policy="none")))
    before = chain(archive, "boulder")
    for step in (ADD, AMEND, KEEP, REMOVE):
        watcher.look(
            [step], url="https://b.example/", at=start, records=write(step, row("boulder", policy="old", position=3))
        )
    watcher.look(["r"], url="https://b.example/", at=start, records=write(RENAME, row("b"), "boulder"))
    assert chain(archive, "boulder") == before
    assert len(archive.snapshots("https://b.example/")) == 5


def test_a_page_knows_the_records_that_it_showed_last(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """In the page's order, present ones only; a record seen elsewhere since belongs there."""
    boulder, denver, aurora = row("boulder", position=2), row("denver", position=1), row("aurora", position=3)
    watcher.look(["a"], records=add(boulder, denver, aurora))
    page = archive.page_state(watcher.source, watcher.source.url)
    assert archive.page_records(page) == (denver, boulder, aurora)
    watcher.look(["b"], url="https://b.example/", records=write(KEEP, boulder))
    watcher.look(["c"], records=write(REMOVE, aurora))
    assert archive.page_records(page) == (denver,)


def known(archive: Any, watcher: Any, *sets: RecordSet, url: str = "") -> Any:
    """What the archive knows for an extraction of these sets."""
    page = archive.page_state(watcher.source, url or watcher.source.url)
    return archive.known(page, Extraction("by_hand/1", record_sets=sets))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), {"m1/a"}),
        (Scope(ScopeKind.COMPLETE), {"m1/a", "m1/b", "m2/c", "x"}),
        (Scope(ScopeKind.COMPLETE, parent="m1"), {"m1/a", "m1/b"}),
        (Scope(ScopeKind.COMPLETE, parent=""), {"m1/a", "x"}),
        (Scope(ScopeKind.COMPLETE, prefix="m"), {"m1/a", "m1/b", "m2/c"}),
        (Scope(ScopeKind.WINDOW, since="2017-03-21", until="2017-03-23"), {"m1/a", "m1/b"}),
        (Scope(ScopeKind.WINDOW, parent="m2", since="2017", until="2018"), {"m1/a", "m2/c"}),
    ],
)
def test_known_is_what_a_scope_covers_and_what_shares_a_key(
    archive: Any, watcher: Any, row: Any, add: Any, scope: Scope, expected: set[str]
) -> None:
    """Present records inside the scope, and m1/a since the extraction has it; removed ones that share a key apart."""
    watcher.look(
        ["first", "", "third"],
        records=add(
            row("m1/a", parent="m1", about="2017-03-20"),
            row("m1/b", parent="m1", about="2017-03-21"),
            row("m2/c", parent="m2", about="2017-03-23"),
            row("x", parent=""),
            row("gone"),
            row("gone too"),
            row("m1/a", kind="another"),
        ),
    )
    watcher.look(None, same=True, records=[*write(REMOVE, row("gone")), *write(REMOVE, row("gone too"))])
    found = known(archive, watcher, RecordSet("listed", (row("m1/a"), row("gone"), row("new")), scope))
    assert {record.key for record in found.records} == expected
    assert {record.kind for record in found.records} == {"listed"}
    assert [record.key for record in found.withdrawn] == ["gone"]
    assert found.text == ("first", "", "third")


def test_the_previous_edition_is_the_newest_before(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """By kind and series, as printed, in whatever order editions were found; removed rows are not of it."""
    january = Edition("ddor", "January 28 - February 3, 2017", "2017-01-28/2017-02-03")
    february = Edition("ddor", "February 4 - 10, 2017", "2017-02-04/2017-02-10")
    march = Edition("ddor", "March", "2017-03-04/2017-03-10")
    other = Edition("other", "February 11", "2017-02-11")
    rows = {
        edition: [
            row(f"{edition.order}/travis", position=2, member="Travis County, Texas"),
            row(f"{edition.order}/boulder", position=1, member="Boulder County, Colorado"),
        ]
        for edition in (january, february, march, other)
    }
    for edition in (february, march, january, other):
        watcher.look(
            [edition.label], url=f"https://x.example/{edition.order}", records=add(*rows[edition], edition=edition)
        )

    def before(edition: Edition, kind: str = "listed") -> Any:
        found = RecordSet(kind, (), Scope(ScopeKind.COMPLETE, prefix=f"{edition.order}/"), edition)
        return known(archive, watcher, found)

    assert before(march).previous_editions == {"listed": tuple(reversed(rows[february]))}
    assert before(march).previous_labels == {"listed": february.label}
    assert before(february).previous_labels == {"listed": january.label}
    assert before(january).previous_editions == {}
    assert before(march, "another").previous_editions == {}
    assert before(march).records == tuple(rows[march])
    removed = [RecordWrite(REMOVE, record) for record in rows[february]]
    watcher.look(["gone"], url=f"https://x.example/{february.order}", records=removed)
    assert before(march).previous_labels == {"listed": january.label}


def test_a_notice_disputes_the_rows_that_it_names(archive: Any, watcher: Any, row: Any, add: Any) -> None:
    """The row is never overwritten; whoever reads it learns who called it wrong, also after the notice is gone."""
    edition = Edition("ddor", "January 28 - February 3, 2017", "2017-01-28/2017-02-03")
    franklin = row(f"{edition.order}/franklin", member="Franklin County, Iowa")
    travis = row(f"{edition.order}/travis", member="Travis County, Texas")
    watcher.look(["list"], records=add(franklin, travis, edition=edition))
    notice = row(
        "n1",
        kind="notice",
        title="Correction of April 2",
        affects=[
            {"edition": edition.order, "jurisdiction": "FRANKLIN County, Iowa"},
            {"edition": "2017-02-04/2017-02-10", "jurisdiction": "Travis County, Texas"},
            "nonsense",
        ],
    )
    watcher.look(["notices"], url="https://n.example/", records=add(notice, row("n2", kind="notice", affects="none")))
    watcher.look(["none"], url="https://n.example/", records=write(REMOVE, notice))
    disputes = {one.record.member: one.disputed_by for one in archive.records_at("ice_list", watcher.now, "listed")}
    assert disputes == {"Franklin County, Iowa": ("Correction of April 2",), "Travis County, Texas": ()}
    (first,) = archive.record_history("ice_list", "listed", franklin.key)
    assert first.record == franklin
    assert first.disputed_by == ("Correction of April 2",)


States = list[dict[str, tuple[int, int]]]


@settings(max_examples=40, deadline=None)
@given(
    states=st.lists(
        st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(0, 2), st.integers(0, 1)), max_size=5),
        max_size=8,
    ),
    renamings=st.booleans(),
)
def test_every_state_of_a_list_reads_back(states: States, renamings: bool, watch: Callable[..., Any]) -> None:
    """Whatever a list went through, asking for the moment of a look gives what that look saw."""
    archive = Archive.in_memory()
    watcher = watch(archive)
    seen: list[tuple[datetime, dict[str, Record]]] = []
    before: dict[str, Record] = {}
    for number, state in enumerate(states):
        after = {
            key: Record("listed", key, key, {"policy": policy}, {"stamp": stamp})
            for key, (policy, stamp) in state.items()
        }
        watcher.look([str(number)], records=_writes(before, after, renamings=renamings))
        # A record that is kept takes the newest extras in place: only its facts are history.
        seen.append((watcher.now, {key: replace(record, extras={}) for key, record in after.items()}))
        before = after
    for moment, expected in seen:
        found = {one.record.key: replace(one.record, extras={}) for one in archive.records_at("ice_list", moment)}
        assert found == expected
    archive.close()


def _writes(before: dict[str, Record], after: dict[str, Record], *, renamings: bool) -> list[RecordWrite]:
    gone, came = [key for key in before if key not in after], [key for key in after if key not in before]
    writes: list[RecordWrite] = []
    while renamings and gone and came:
        writes.append(RecordWrite(RENAME, after[came.pop()], gone.pop()))
    writes += [RecordWrite(ADD, after[key]) for key in came]
    writes += [RecordWrite(REMOVE, before[key]) for key in gone]
    for key in before.keys() & after.keys():
        writes.append(RecordWrite(KEEP if before[key].facts == after[key].facts else AMEND, after[key]))
    return writes
