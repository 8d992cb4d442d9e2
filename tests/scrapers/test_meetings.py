"""Clerks' habits: what cancels a meeting, what only sounds like it, and one spelling for one hour."""

from __future__ import annotations

from datetime import time

import pytest

from scrapers.meetings import LocalHabits, Status, start_time, status_of, uniform_time


@pytest.mark.parametrize(
    "comment",
    [
        "Committee canceled. Consent agenda included.",
        "Committee not meeting. No consent agenda.",
        "CANCELED",
        "*CANCELLED*",
        "Cancelled due to lack of quorum",
        "The May 29 meeting has been cancelled.",
        "Finance Committee is hereby canceled",
        "Please note - MEETING CANCELLED",
        "Notice of Cancellation",
        "Meeting cancellation notice",
        "The committee will not meet.",
        "No meeting",
        "Meeting cancelled; rescheduled to June 5",
    ],
)
def test_a_comment_that_calls_the_meeting_off_cancels_it(comment: str) -> None:
    """The platform's status stays "Final" while the comment cancels: the comment wins."""
    assert status_of(label="Final", name="City Council", remarks=(comment,)) is Status.CANCELLED


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "VOTE*",
        "Jointly with the Committee on Public Safety.",
        "REVISED AGENDA",
        "Item 4 is canceled",
        "Public comment period canceled",
        "The contract with Acme was canceled by the vendor",
        "Next week's meeting is cancelled.",
        "The meeting is not cancelled.",
        "Rescheduled from May 3",
        "No meeting materials",
        "*PLEASE NOTE CHANGE IN TIME",
    ],
)
def test_a_comment_about_something_else_leaves_the_meeting_standing(comment: str) -> None:
    """A false cancellation is worse than a missed one: only a clause about this meeting counts."""
    assert status_of(label="Final", name="City Council", remarks=(comment,)) is Status.SCHEDULED


@pytest.mark.parametrize(
    ("label", "name", "remark", "status"),
    [
        ("Deferred", "City Council", "", Status.POSTPONED),
        ("Canceled", "City Council", "", Status.CANCELLED),
        ("Final", "*Rules Committee - CANCELLED", "", Status.CANCELLED),
        ("Final", "City Council", "RESCHEDULED TO 6/8", Status.POSTPONED),
        ("Final", "City Council", "Meeting postponed until further notice", Status.POSTPONED),
        ("Adjourned", "City Council", "", Status.HELD),
        ("Draft", "City Council", "", Status.SCHEDULED),
    ],
)
def test_status_is_read_from_label_name_and_remarks(label: str, name: str, remark: str, status: Status) -> None:
    """Each office has its own place for it: a status, the body's name, or the comment."""
    assert status_of(label=label, name=name, remarks=(remark,)) is status


def test_a_source_can_name_its_own_phrases() -> None:
    """A habit nobody foresaw is a line in the stanza, not a new release."""
    habits = LocalHabits(cancelled=("Stands Adjourned",), postponed=("moved to a later date",))
    off = status_of(label="Final", name="Council", remarks=("Council stands adjourned in August",), habits=habits)
    later = status_of(label="Final", name="Council", remarks=("Moved to a later date",), habits=habits)
    assert (off, later) == (Status.CANCELLED, Status.POSTPONED)


@pytest.mark.parametrize(
    ("printed", "hour", "uniform"),
    [
        ("1:30 PM", time(13, 30), "1:30 PM"),
        ("13:00", time(13), "1:00 PM"),
        ("1:00 p.m.", time(13), "1:00 PM"),
        ("10 AM", time(10), "10:00 AM"),
        ("12:00 PM", time(12), "12:00 PM"),
        ("12:15 am", time(0, 15), "12:15 AM"),
        ("12 noon", time(12), "12:00 PM"),
        ("Noon", time(12), "12:00 PM"),
        ("5:30 PM or after the study session", time(17, 30), "5:30 PM or after the study session"),
        ("To be announced", None, "To be announced"),
        ("25:00", None, "25:00"),
        ("13 PM", None, "13 PM"),
        ("7", None, "7"),
        ("", None, ""),
    ],
)
def test_one_hour_has_one_spelling(printed: str, hour: time | None, uniform: str) -> None:
    """ "13:00" retyped as "1:00 PM" is no change of time; words that name no hour stay as typed."""
    assert start_time(printed) == hour
    assert uniform_time(printed) == uniform
