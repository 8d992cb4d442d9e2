"""When a source is looked at next: never below its floor, never starved, the same by every clock, and with reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.crontab import read_crontab
from monitor.hours import first_open, open_at, read_hours
from monitor.schedule import News, hours_of, is_due, next_look, publication_hours
from monitor.types import Source

DENVER = "America/Denver"
MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""Eleven in the morning in Denver."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def source(**more: Any) -> Source:
    return Source(slug="council", title="Council", url="https://council.example/", timezone=DENVER, **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_cadence_is_counted_from_the_end_of_the_last_look() -> None:
    """Plain intervals, with the reason in words; a source that was never looked at is due now."""
    planned = next_look(source(cadence=15 * MINUTE), MONDAY, News(), MONDAY)
    assert (planned.at, planned.reasons) == (MONDAY + 15 * MINUTE, ("it is looked at every 15 minutes",))
    assert next_look(source(), None, News(), MONDAY).at == MONDAY


@pytest.mark.parametrize(
    ("expression", "after", "then"),
    [
        ("0 9 * * 1", "2026-11-22T00:00", "2026-11-23T16:00"),
        ("0 9 * * mon", "2026-11-23T16:00", "2026-11-30T16:00"),
        ("0 9 * * 0", "2026-11-23T00:00", "2026-11-29T16:00"),
        ("0 9 * * 7", "2026-11-23T00:00", "2026-11-29T16:00"),
        ("0 9 * * sun", "2026-11-23T00:00", "2026-11-29T16:00"),
        ("*/20 8-10 * * mon-fri", "2026-11-20T17:45", "2026-11-23T15:00"),
        ("30 6 1,15 * *", "2026-11-16T00:00", "2026-12-01T13:30"),
        ("0 12 13 * fri", "2026-11-24T00:00", "2026-11-27T19:00"),
        ("0 12 */2 * fri", "2026-11-24T00:00", "2026-11-27T19:00"),
        ("5/20 0 * jan *", "2026-11-24T00:00", "2027-01-01T07:05"),
        ("0 0 29 feb *", "2026-11-24T00:00", "2028-02-29T07:00"),
    ],
)  # fmt: skip
def test_cron_expressions_name_what_crontab_says(expression: str, after: str, then: str) -> None:
    """Sunday is 0 and 7, Monday 1; lists, ranges, steps, names; two kinds of restricted day are either's."""
    assert read_crontab(expression).after(utc(after), ZoneInfo(DENVER)) == utc(then)


def test_cron_keeps_to_its_clock_over_a_change_of_the_clocks() -> None:
    """An hour that spring skips comes as much later, one that autumn repeats comes once, nine o'clock stays nine."""
    zone = ZoneInfo(DENVER)
    night = read_crontab("30 2 * * *")
    assert night.after(utc("2026-03-08T00:00"), zone) == utc("2026-03-08T09:30")
    assert night.after(utc("2026-03-08T09:30"), zone) == utc("2026-03-09T08:30")
    repeated = read_crontab("30 1 * * *")
    first = repeated.after(utc("2026-11-01T00:00"), zone)
    assert (first, repeated.after(first, zone)) == (utc("2026-11-01T07:30"), utc("2026-11-02T08:30"))
    nine = read_crontab("0 9 * * *")
    assert nine.after(utc("2026-10-31T16:00"), zone) == utc("2026-11-01T16:00")
    assert nine.after(utc("2026-10-31T00:00"), zone) == utc("2026-10-31T15:00")


def test_cron_of_every_hour_is_real_time_when_the_clocks_change() -> None:
    """An expression without an hour of its own is not silent in the repeated hour, nor twice as frequent."""
    quarter, zone = read_crontab("*/15 * * * *"), ZoneInfo(DENVER)
    for begin in ("2026-10-31T12:00", "2026-03-07T12:00"):
        moment = utc(begin)
        for _ in range(150):
            later = quarter.after(moment, zone)
            assert later - moment == 15 * MINUTE
            moment = later


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * *", "4 fields"), ("60 * * * *", "0 to 59"), ("* * * * mond", "sun to sat"), ("* * 0 * *", "1 to 31"),
        ("* 5-3 * * *", "runs backward"), ("*/0 * * * *", "1 to 59"), ("0 0 30 2 *", "never comes"),
        ("٣ * * * *", "0 to 59"), ("1,,2 * * * *", "0 to 59"),
    ],
)  # fmt: skip
def test_what_is_no_cron_expression_is_refused(expression: str, words: str) -> None:
    """With the rest of a sentence that says what may stand there."""
    with pytest.raises(ValueError, match=words):
        read_crontab(expression)


def test_hours_are_a_zones_own() -> None:
    """In Denver's working days from six to eight: the first minute is inside, the last is not, weekends are not."""
    hours = read_hours("weekdays 06:00–20:00 America/Denver", "UTC")
    assert not hours.hold(utc("2026-11-23T12:59"))
    assert hours.hold(utc("2026-11-23T13:00"))
    assert hours.hold(utc("2026-11-24T02:59"))
    assert not hours.hold(utc("2026-11-24T03:00"))
    assert first_open((hours,), utc("2026-11-28T03:00")) == utc("2026-11-30T13:00")
    assert read_hours("weekdays 06:00-20:00", DENVER) == hours


def test_hours_over_midnight_belong_to_the_day_on_which_they_open() -> None:
    """Friday's night ends on Saturday, and Thursday's has none."""
    hours = read_hours("fri 22:00-04:00", DENVER)
    assert not hours.hold(utc("2026-11-27T08:00"))
    assert hours.hold(utc("2026-11-28T08:00"))
    assert not hours.hold(utc("2026-11-29T08:00"))


def test_hours_that_spring_skips_do_not_open_that_night() -> None:
    """A window of 2:15 to 2:45 waits for the day after; one from 2:30 to 5:00 opens when it can."""
    assert read_hours("02:15-02:45", DENVER).next_opening(utc("2026-03-08T07:00")) == utc("2026-03-09T08:15")
    assert read_hours("02:30-05:00", DENVER).next_opening(utc("2026-03-08T07:00")) == utc("2026-03-08T09:30")


@pytest.mark.parametrize("text", ["", "weekdays", "25:00-26:00", "6-20", "someday 06:00-20:00", "06:00-06:00",
                                  "06:00-20:00 Mountain", "24:00-06:00", "fri-xyz 06:00-20:00"])  # fmt: skip
def test_what_names_no_hours_is_refused(text: str) -> None:
    """With the rest of a sentence."""
    with pytest.raises(ValueError, match="write for example"):
        read_hours(text, "UTC")


def test_a_look_that_was_missed_is_made_up_once_and_in_its_hours() -> None:
    """Down from Friday afternoon to Saturday: due on Monday at six, not on Saturday, and once."""
    watched = source(hours=("weekdays 06:00-20:00",))
    friday, saturday = utc("2026-11-27T22:00"), utc("2026-11-28T18:00")
    planned = next_look(watched, friday, News(), saturday)
    assert planned.at == utc("2026-11-30T13:00")
    assert "it waits for its hours, weekdays 06:00-20:00" in planned.reasons
    assert not is_due(watched, friday + HOUR, saturday)
    assert is_due(watched, friday + HOUR, planned.at)


def mornings(days: int, hour: int = 15) -> tuple[datetime, ...]:
    """News at about eight in Denver, on so many working days before that Monday."""
    every = [MONDAY.replace(hour=hour, minute=20) - DAY * back for back in range(1, 2 * days)]
    return tuple(sorted([day for day in every if day.weekday() < 5][:days]))


def test_hours_of_publication_are_learned_and_looked_at_more_often() -> None:
    """News at eight on working days: from seven on every five minutes, else every hour, and on Sunday every hour."""
    watched = source(cadence=HOUR, cadence_shortest=5 * MINUTE)
    news = News(MONDAY - 60 * DAY, mornings(10))
    assert publication_hours(news.found, ZoneInfo(DENVER)) == {(False, 7), (False, 8)}
    at_half_past_six = utc("2026-11-23T13:30")
    planned = next_look(watched, at_half_past_six, news, at_half_past_six)
    assert planned.at == utc("2026-11-23T14:00")
    assert "its news usually comes at about 07:00 on working days" in planned.reasons[0]
    assert next_look(watched, utc("2026-11-23T15:10"), news, MONDAY).at == utc("2026-11-23T15:15")
    assert next_look(watched, MONDAY, news, MONDAY).at == MONDAY + HOUR
    sunday = utc("2026-11-22T15:00")
    assert next_look(watched, sunday, news, sunday).at == sunday + HOUR
    few = News(news.since, news.found[:4])
    assert next_look(watched, at_half_past_six, few, MONDAY).at == at_half_past_six + HOUR


def test_a_quiet_source_is_looked_at_less_until_it_has_news() -> None:
    """In proportion to its silence, by its own gaps, never more seldom than its stanza lets it; one piece ends it."""
    watched = source(cadence=HOUR, cadence_longest=6 * HOUR)
    found = tuple(MONDAY - DAY * back for back in (30, 27, 24, 21, 18, 15, 12))
    quiet = next_look(watched, MONDAY, News(MONDAY - 90 * DAY, found), MONDAY)
    assert quiet.at == MONDAY + 4 * HOUR
    assert quiet.reasons[0].startswith("nothing new has come for 12 days, 4 times what is usual")
    assert next_look(watched, MONDAY, News(MONDAY - 90 * DAY), MONDAY).at == MONDAY + 6 * HOUR
    assert next_look(watched, MONDAY, News(MONDAY - DAY), MONDAY).at == MONDAY + HOUR
    woken = News(MONDAY - 90 * DAY, (*found, MONDAY))
    assert next_look(watched, MONDAY, woken, MONDAY).at == MONDAY + HOUR


def test_chance_is_drawn_once_a_look() -> None:
    """Within the jitter, the same for the same look, another for the next, another for the neighbour."""
    watched = source(jitter=10 * MINUTE)
    offsets = {next_look(watched, MONDAY + n * HOUR, News(), MONDAY).at - MONDAY - (n + 1) * HOUR for n in range(50)}
    assert len(offsets) == 50
    assert all(timedelta() <= offset <= 10 * MINUTE for offset in offsets)
    assert max(offsets) - min(offsets) > 8 * MINUTE
    assert next_look(watched, MONDAY, News(), MONDAY) == next_look(watched, MONDAY, News(), MONDAY)


MOMENTS = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda span: utc("2026-01-01") + span)
SPANS = st.integers(10, 14 * 86400).map(lambda seconds: timedelta(seconds=seconds))
ZONES = st.sampled_from([DENVER, "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"])
HOURS = st.lists(
    st.sampled_from(["weekdays 06:00-20:00", "mon 02:00-03:00", "weekends 22:00-04:30", "23:30-00:15", "01:30-02:30"]),
    max_size=2,
)  # fmt: skip


@st.composite
def sources(draw: st.DrawFn) -> Source:
    shortest, usual, longest = sorted((draw(SPANS), draw(SPANS), draw(SPANS)))
    more: dict[str, Any] = {"cadence": usual, "jitter": draw(SPANS) if draw(st.booleans()) else timedelta()}
    if draw(st.booleans()):
        more |= {"cadence_shortest": shortest}
    if draw(st.booleans()):
        more |= {"cadence_longest": longest}
    if draw(st.integers(0, 3)) == 0:
        more = {"cron": draw(st.sampled_from(["0 9 * * 1", "*/15 * * * *", "30 2 * * *", "0 0 29 2 *"]))}
    return Source(slug="s", title="s", url="https://s.example/", timezone=draw(ZONES), hours=tuple(draw(HOURS)), **more)


@settings(max_examples=300, deadline=None)
@given(sources(), MOMENTS, st.lists(SPANS, max_size=30), SPANS)
def test_no_source_is_starved_and_none_is_pressed(
    watched: Source, last: datetime, gaps: list[timedelta], on: timedelta
) -> None:
    """Whatever its past: not before its floor, within its ceiling and jitter, its hours aside; inside its hours; and
    the later the last look ended and the later it is, the later the next, or as late."""
    found = []
    for gap in gaps:
        found.append((found[-1] if found else last) - gap)
    news = News(last - timedelta(days=400), tuple(sorted(found)))
    planned = next_look(watched, last, news, last)
    windows = hours_of(watched)
    assert planned.reasons
    assert open_at(windows, planned.at)
    floor = watched.cadence_shortest or watched.cadence
    ceiling = (watched.cadence_longest or watched.cadence) + watched.jitter
    if watched.cron:
        assert planned.at > last
    else:
        assert planned.at >= last + floor
        assert planned.at <= first_open(windows, last + ceiling)
    assert planned.at - last <= timedelta(days=366 * 8 + 16) + watched.jitter
    later = next_look(watched, last, news, last + on)
    assert later.at >= planned.at or later.at >= last + on
    assert is_due(watched, planned.at, planned.at)
    if later.at <= last + on:
        assert is_due(watched, planned.at, last + on)
    plain = Source(slug="s", title="s", url="https://s.example/", cadence=watched.cadence, hours=watched.hours)
    assert next_look(plain, last + on, news, last + on).at >= next_look(plain, last, news, last).at
