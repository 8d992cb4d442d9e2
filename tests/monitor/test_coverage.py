"""A column that is no longer read is noticed by name; what is empty by nature is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.coverage import FieldCoverage, Reading, read
from monitor.types import Edition, Extraction, Record, RecordSet, Scope, ScopeKind

NOW = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
WHOLE = Scope(ScopeKind.COMPLETE)


def policies(
    count: int, *, scope: Scope = WHOLE, about: str = "", edition: Edition | None = None, **facts: Any
) -> RecordSet:
    """A list of so many policies; a fact that is a function is called with each one's number."""
    records = tuple(
        Record(
            kind="detainer_policy",
            key=str(number),
            title=f"County {number}",
            facts={name: fact(number) if callable(fact) else fact for name, fact in facts.items()},
            about=about,
        )
        for number in range(count)
    )
    return RecordSet("detainer_policy", records, scope, edition)


def reading(
    *sets: RecordSet, known: Sequence[FieldCoverage] = (), extractor: str = "list/1", now: datetime = NOW
) -> Reading:
    """What one extraction says, after others."""
    return read(Extraction(extractor=extractor, record_sets=sets), known, now)


def lost(found: Reading, now: datetime = NOW) -> list[str]:
    """Names of the fields that are missing."""
    return [one.name for one in found.renewed if one.is_lost(now)]


BEFORE = reading(policies(40, status="honored", date="2017-01-25")).renewed


def test_a_field_that_all_had_and_none_has_is_lost() -> None:
    """At the first reading that finds it so, with its name; the other fields are as they were."""
    for facts in ({"status": ""}, {"status": None}, {}):
        found = reading(policies(40, date="2017-01-25", **facts), known=BEFORE)
        assert lost(found) == ["status"]
        assert found.unread == {"detainer_policy": {"status"}}
    (status,) = (one for one in found.renewed if one.is_lost(NOW))
    assert status.sentence == "“status” is empty in every detainer policy now, and was filled in every one before"


def test_one_record_that_has_it_is_enough() -> None:
    """Thirty-nine rows emptied by their publisher are his news."""
    found = reading(policies(40, status=lambda number: "honored" if number == 7 else "", date="x"), known=BEFORE)
    assert (lost(found), found.unread) == ([], {})


def test_it_stays_lost_until_it_is_read_again() -> None:
    """Short lists do not end it either; the reading that finds it again says so once more, for its differences."""
    missing = reading(policies(40, date="2017-01-25"), known=BEFORE).renewed
    later = NOW + timedelta(days=2)
    assert lost(reading(policies(3, date="x"), known=missing, now=later), later) == ["status"]
    found = reading(policies(40, status="honored", date="x"), known=missing, now=later)
    assert lost(found, later) == []
    assert found.unread == {"detainer_policy": {"status"}}
    again = reading(policies(40, status="honored", date="x"), known=found.renewed, now=later)
    assert again.unread == {}


def test_after_a_month_it_is_the_publisher_s_wish() -> None:
    """It is not watched any more, and begins anew should it come back."""
    missing = reading(policies(40, date="2017-01-25"), known=BEFORE).renewed
    still = NOW + timedelta(days=29)
    assert lost(reading(policies(40, date="2017-01-25"), known=missing, now=still), still) == ["status"]
    later = NOW + timedelta(days=31)
    found = reading(policies(40, date="2017-01-25"), known=missing, now=later)
    assert (lost(found, later), found.unread) == ([], {})
    assert [one.usual for one in found.renewed if one.name == "status"] == [False]


@pytest.mark.parametrize("filled", [0, 1, 20, 29])
def test_a_field_that_is_often_empty_is_never_lost(filled: int) -> None:
    """Under three quarters of the rows, once, and it varies for ever."""
    before = reading(policies(40, note=lambda number: "x" if number < filled else "")).renewed
    before = reading(policies(40, note="x"), known=before).renewed
    assert lost(reading(policies(40, note=""), known=before)) == []


def test_a_field_that_most_had_is_lost() -> None:
    """Three quarters of the rows are enough, and the words say no more than that."""
    before = reading(policies(40, note=lambda number: "x" if number < 30 else "")).renewed
    (note,) = (one for one in reading(policies(40, note=""), known=before).renewed if one.is_lost(NOW))
    assert note.sentence == "“note” is empty in every detainer policy now, and was filled in most before"


@pytest.mark.parametrize(("before", "now", "is_lost"), [(15, 10, True), (14, 10, False), (15, 9, False)])
def test_what_is_enough_to_go_by(before: int, now: int, is_lost: bool) -> None:
    """Fifteen records with it, and ten without."""
    known = reading(policies(before, status="honored")).renewed
    assert lost(reading(policies(now, status=""), known=known)) == (["status"] if is_lost else [])


def test_a_small_list_is_no_evidence() -> None:
    """Not of what is usual, nor of its end."""
    few = reading(policies(6, status="honored")).renewed
    assert lost(reading(policies(40, status=""), known=few)) == []
    assert lost(reading(policies(9, status="", date="x"), known=BEFORE)) == []


def test_what_is_written_after_a_meeting_is_left_alone() -> None:
    """A new year's calendar has no minutes, nor agendas of what is to come."""
    past, future = policies(30, about="2017-01-09", minutes_file="m", agenda_file="a"), "2017-06-01T18:00"
    before = reading(past).renewed
    assert lost(reading(policies(30, about="2017-02-01", minutes_file="", agenda_file="a"), known=before)) == []
    assert lost(reading(policies(30, about=future, minutes_file="", agenda_file=""), known=before)) == []
    assert lost(reading(policies(30, about="2017-02-01", agenda_file=""), known=before)) == ["agenda_file"]


def test_one_meeting_s_items_are_no_list_of_their_kind() -> None:
    """Twelve ceremonial items without a file number, after a hundred that had one."""
    before = reading(policies(100, scope=Scope(ScopeKind.COMPLETE, parent="meeting/1"), file="17-0436")).renewed
    assert before == ()
    items = policies(12, scope=Scope(ScopeKind.COMPLETE, prefix="meeting/2/"), file="")
    assert reading(items, known=reading(policies(100, file="17-0436")).renewed).unread == {}


def test_a_single_record_says_nothing() -> None:
    """A release's own page, read a hundred times: nothing is counted, and nothing has to be kept."""
    assert reading(policies(1, status="honored")) == Reading(unread={})


def test_an_edition_is_a_list() -> None:
    """Its scope is a prefix, and it is read as a whole all the same."""
    edition = Edition("report", "February 11 - 17, 2017", "2017-02-11/2017-02-17")
    inside = Scope(ScopeKind.COMPLETE, prefix=f"{edition.order}/")
    assert lost(reading(policies(40, scope=inside, edition=edition, date="x"), known=BEFORE)) == ["status"]


def test_a_better_parser_begins_anew() -> None:
    """It may call a field by another name."""
    assert lost(reading(policies(40, outcome="honored"), known=BEFORE, extractor="list/2")) == []


def test_zero_and_false_are_answers() -> None:
    """A count that falls to nothing everywhere is news of the source."""
    before = reading(policies(40, detainers=4, active=True)).renewed
    assert lost(reading(policies(40, detainers=0, active=False), known=before)) == []
