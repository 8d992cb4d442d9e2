"""A clock on a page is told from a date that somebody set."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.clocks import is_bare_time, is_time_of, show_their_looks
from monitor.noise import compare
from monitor.types import Learning

LOOK = datetime(2017, 3, 2, 16, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "Thursday, March 2, 2017 09:07 AM",
        "March 2, 2017 at 9:05 AM",
        "3/2/2017 11:07 AM",
        "2017-03-02 16:07:29 UTC",
        "Thu, Mar 2, 2017 | 10:06 am",
    ],
)
def test_the_time_of_the_look_is_a_clock(line: str) -> None:
    """In any zone and spelling, a line that is nothing but now."""
    assert is_time_of(line, LOOK)


@pytest.mark.parametrize(
    "line",
    [
        "Thursday, March 9, 2017 09:07 AM",
        "Thursday, March 2, 2017 7:20 PM",
        "Meeting: March 2, 2017 09:07 AM",
        "March 2, 2017",
        "",
    ],
)
def test_a_date_that_somebody_set_is_none(line: str) -> None:
    """Another week, another minute, a label, or a day alone: content."""
    assert not is_time_of(line, LOOK)


def test_a_meeting_that_moves_to_another_day_is_news() -> None:
    """A bare time that is not now stays content, whatever it replaces."""
    before, after = ["Council", "Thursday, March 2, 2017 7:20 PM"], ["Council", "Thursday, March 9, 2017 7:20 PM"]
    assert compare(before, after, Learning(), LOOK).hunks


def test_a_clock_that_moved_is_nobodys_news() -> None:
    """Yesterday's minute became today's."""
    before, after = ["Council", "Wednesday, March 1, 2017 09:07 AM"], ["Council", "Thursday, March 2, 2017 09:07 AM"]
    judged = compare(before, after, Learning(), LOOK)
    assert judged.hunks == ()
    assert [one.rule for one in judged.ignored] == ["clock"]
    assert is_bare_time(before[1])


THEN, LATER = datetime(2026, 3, 2, 14, 3, 20, tzinfo=UTC), datetime(2026, 3, 3, 16, 40, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("You are reading this on Monday 2 March 2026.", "You are reading this on Tuesday 3 March 2026.", True),
        ("As of March 2, 2026 the census is posted here.", "As of March 3, 2026 the census is posted here.", True),
        ("Larkspur: 03/02/26", "Larkspur: 03/03/26", True),
        ("Run 2026-03-02 08:03 by the system", "Run 2026-03-03 10:39 by the system", True),
        ("It is 8:03 AM in Kittering", "It is 10:40 AM in Kittering", True),
        ("Served on 03/02/2026 at 02:03:20 PM from cache", "Served on 03/03/2026 at 04:40:05 PM from cache", True),
        ("Hearing on March 2, 2026", "Hearing on March 3, 2026", False),
        ("Posted March 2, 2026", "Posted March 3, 2026", False),
        ("March 2, 2026: the hearing", "March 3, 2026: the hearing", False),
        ("As of March 2, 2026 all is well", "As of March 3, 2026 nothing is well", False),
        ("As of March 2, 2026", "As of March 9, 2026", False),
        ("As of February 20, 2026", "As of March 3, 2026", False),
        ("Last booked 03/02/2026 08:03", "Last booked 03/03/2026 10:40", False),
        ("The room opens at 8:00 AM", "The room opens at 10:30 AM", False),
        ("It is 8:03 AM in Kittering", "It is 11:40 AM in Kittering", False),
        ("Sent 03/02/2026 08:03", "Sent 03/03/2026 23:40", False),
        ("Docket | As of March 2, 2026", "Docket | As of March 3, 2026", False),
        ("As of March 2, 2026 " + "word " * 12, "As of March 3, 2026 " + "word " * 12, False),
    ],
)
def test_a_line_that_shows_the_day_and_the_hour_of_both_looks_is_a_clock(was: str, now: str, shown: bool) -> None:
    """In one zone and the same few words; what happens on a day does not move with the looks, nor a log's entry."""
    assert show_their_looks(was, THEN, now, LATER) is shown
