"""A clock on a page is told from a date that somebody set."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.clocks import is_bare_time, is_time_of
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
