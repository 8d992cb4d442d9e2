"""Rhythms: when a mail is due, across changes of the clocks, and when a failed one is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rhythm import GIVE_UP_AFTER, LONGEST_DELAY, next_due, retry_after
from monitor.errors import ConfigurationError
from monitor.types import Rhythm, Subscription


def every(rhythm: Rhythm, **settings: Any) -> Subscription:
    return Subscription(name="desk", recipients=("analyst@newsroom.example",), rhythm=rhythm, **settings)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_at_once_is_now() -> None:
    """A change for a subscription at once is due the moment it is collected."""
    assert next_due(every(Rhythm.AT_ONCE), utc("2017-03-27T19:02:03")) == utc("2017-03-27T19:02:03")


def test_hourly_is_the_next_full_hour() -> None:
    """On the hour itself the next one is meant: what was just sent is not due again."""
    assert next_due(every(Rhythm.HOURLY), utc("2017-03-27T19:02:03")) == utc("2017-03-27T20:00:00")
    assert next_due(every(Rhythm.HOURLY), utc("2017-03-27T20:00:00")) == utc("2017-03-27T21:00:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2017-03-27T12:59:59", "2017-03-27T13:00:00"),
        ("2017-03-27T13:00:00", "2017-03-28T13:00:00"),
        ("2017-03-11T14:00:00", "2017-03-12T13:00:00"),  # clocks go forward in the night: 7:00 is an hour earlier
        ("2017-11-04T13:00:00", "2017-11-05T14:00:00"),  # and back
    ],
)
def test_daily_keeps_the_readers_hour(now: str, due: str) -> None:
    """Seven in the morning in Denver is seven in the morning in Denver, summer and winter."""
    assert next_due(every(Rhythm.DAILY, hour=7, timezone="America/Denver"), utc(now)) == utc(due)


def test_an_hour_that_is_skipped_or_repeated() -> None:
    """A skipped hour is taken once, an hour later by the clock; a repeated one the first time, and once."""
    night = every(Rhythm.DAILY, hour=2, timezone="America/Denver")
    assert next_due(night, utc("2017-03-12T08:00:00")) == utc("2017-03-12T09:00:00")
    assert next_due(night, utc("2017-03-12T09:00:00")) == utc("2017-03-13T08:00:00")
    early = every(Rhythm.DAILY, hour=1, timezone="America/Denver")
    assert next_due(early, utc("2017-11-05T06:00:00")) == utc("2017-11-05T07:00:00")
    assert next_due(early, utc("2017-11-05T07:00:00")) == utc("2017-11-06T08:00:00")


def test_weekly_on_its_weekday() -> None:
    """The weekday is the reader's, too: Monday morning in Tokyo is Sunday in UTC."""
    monday = every(Rhythm.WEEKLY, hour=7, weekday="Monday", timezone="Asia/Tokyo")
    assert next_due(monday, utc("2017-03-26T21:59:00")) == utc("2017-03-26T22:00:00")
    assert next_due(monday, utc("2017-03-26T22:00:00")) == utc("2017-04-02T22:00:00")


@given(
    now=st.integers(0, 10 * 366 * 24 * 60).map(lambda minutes: utc("2016-01-01") + timedelta(minutes=minutes)),
    rhythm=st.sampled_from([Rhythm.HOURLY, Rhythm.DAILY, Rhythm.WEEKLY]),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["America/Denver", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]),
)
def test_due_is_later_and_soon_enough(now: datetime, rhythm: Rhythm, hour: int, zone: str) -> None:
    """Due is always ahead of now, by no more than the rhythm's length and a change of clocks."""
    due = next_due(every(rhythm, hour=hour, timezone=zone), now)
    longest = {Rhythm.HOURLY: timedelta(hours=1), Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}
    assert timedelta() < due - now <= longest[rhythm] + timedelta(hours=1)
    if rhythm is not Rhythm.HOURLY:
        local = due.astimezone(ZoneInfo(zone))
        assert local.hour in (hour, (hour + 1) % 24)


@pytest.mark.parametrize(("field", "wrong"), [("timezone", "America/Nowhere"), ("weekday", "someday")])
def test_a_wrong_setting_is_said(field: str, wrong: str) -> None:
    """A zone or weekday that does not exist is named with the subscription that asks for it."""
    with pytest.raises(ConfigurationError, match=f"desk .*{wrong}"):
        next_due(every(Rhythm.WEEKLY, **{field: wrong}), utc("2017-03-27T19:02:03"))


def test_back_off_doubles_and_ends() -> None:
    """One minute, doubled up to six hours, given up after about three days."""
    delays = []
    while (delay := retry_after(len(delays) + 1)) is not None:
        delays.append(delay)
    assert delays[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(delays) == LONGEST_DELAY
    assert GIVE_UP_AFTER <= sum(delays, timedelta()) < GIVE_UP_AFTER + LONGEST_DELAY
