"""How long a source may be quiet, by the cadences of real publishers: no wolf in August, no months of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.silence import NewsRhythm, patience

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def days(*written: str) -> list[date]:
    """Days as they are written."""
    return [date.fromisoformat(one) for one in written]


def weekdays(first: str, last: str, *, without: Sequence[tuple[str, str]] = ()) -> Iterator[date]:
    """Every working day of a span but those of some shorter spans."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        if day.weekday() < 5 and not any(begin <= day.isoformat() <= until for begin, until in without):
            yield day
        day += DAY


def every(length: timedelta, first: str, last: str, *, without: Sequence[tuple[str, str]] = ()) -> Iterator[date]:
    """A day every so often, but in some spans none."""
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        if not any(begin <= day.isoformat() <= until for begin, until in without):
            yield day
        day += length


def first_wolf(
    news: Sequence[date], until: str, news_every: timedelta | None = None, baseline: str = ""
) -> date | None:
    """The first day on which a source with news on these days would be called silent, looked at every evening."""
    pending, rhythm = sorted(news), NewsRhythm()
    began = date.fromisoformat(baseline) if baseline else pending[0]
    day = began
    while day <= date.fromisoformat(until):
        while pending and pending[0] <= day:
            rhythm = rhythm.then(_noon(pending.pop(0)))
        allowed = patience(rhythm, news_every)
        if allowed is not None and _noon(day) - (rhythm.last_news_at or _noon(began)) > allowed.limit:
            return day
        day += DAY
    return None


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


HOLIDAYS = [("2016-11-24", "2016-11-27"), ("2016-12-23", "2017-01-03"), ("2017-07-01", "2017-07-05")]


def test_a_press_room_of_working_days_is_not_silent_over_the_holidays() -> None:
    """Releases on every working day; twelve days of nothing around New Year, met in the fourth month."""
    releases = list(weekdays("2016-09-01", "2017-08-31", without=HOLIDAYS))
    assert first_wolf(releases, "2017-08-31") is None


def test_a_press_room_that_is_first_watched_in_december_is_not_silent_at_new_year() -> None:
    """Two weeks of history, and a stanza's word: nothing is told over eleven empty days."""
    releases = list(weekdays("2016-12-09", "2017-02-28", without=HOLIDAYS))
    assert first_wolf(releases, "2017-02-28", DAY) is None


def test_a_press_room_that_stops_is_noticed_within_a_month() -> None:
    """A feed that broke in spring, without a holiday in sight: peers stay silent for months."""
    releases = list(weekdays("2016-09-01", "2017-03-31", without=HOLIDAYS[:1]))
    noticed = first_wolf(releases, "2018-03-31")
    assert noticed is not None
    assert date(2017, 4, 10) < noticed < date(2017, 5, 2)


def test_a_year_of_history_makes_the_watch_sharper() -> None:
    """Who has seen a whole year of a source needs no allowance for what a year may bring."""
    releases = list(weekdays("2015-03-02", "2016-12-09"))
    noticed = first_wolf(releases, "2017-12-31")
    assert noticed is not None
    assert noticed < date(2016, 12, 17)


def test_fortnightly_workbooks_with_gaps_are_not_silent() -> None:
    """Two weeks as a rule; four over New Year, three once more, and a fortnight again."""
    workbooks = days(
        "2025-02-13", "2025-02-27", "2025-03-13", "2025-03-27", "2025-04-10", "2025-04-24", "2025-05-15", "2025-06-02",
        "2025-06-20", "2025-07-03", "2025-07-17", "2025-08-01", "2025-08-14", "2025-08-29", "2025-09-25", "2025-11-20",
        "2025-12-04", "2025-12-18", "2026-01-16", "2026-01-30", "2026-02-12",
    )  # fmt: skip
    assert first_wolf(workbooks, "2026-02-28", 2 * WEEK) is None


def test_fortnightly_workbooks_that_stop_are_noticed() -> None:
    """Within two months, in the first year, and after one of eight weeks had been the longest."""
    workbooks = list(every(2 * WEEK, "2025-02-13", "2025-08-14"))
    noticed = first_wolf(workbooks, "2026-08-01", 2 * WEEK)
    assert noticed is not None
    assert noticed - date(2025, 8, 14) == timedelta(days=57)


def test_a_weekly_council_s_recess_is_no_silence() -> None:
    """Mondays, five weeks of nothing in the first summer, two around New Year, and the second summer like the first."""
    recesses = [("2016-07-12", "2016-08-14"), ("2016-12-20", "2017-01-02"), ("2017-07-11", "2017-08-13")]
    agendas = list(every(WEEK, "2016-02-01", "2017-12-11", without=recesses))
    assert first_wolf(agendas, "2017-12-18") is None


def test_a_list_that_changes_twice_a_year_is_never_silent() -> None:
    """Five years of it: half a year without news is what it does."""
    policies = list(every(timedelta(days=183), "2012-01-10", "2017-01-20"))
    assert first_wolf(policies, "2017-08-01") is None
    assert first_wolf(policies[:5], "2017-08-01") is None


def test_the_first_weeks_never_cry_wolf() -> None:
    """Three changes a day in a busy first week, and then an ordinary month of nothing."""
    busy = days(*(f"2017-03-{number:02}" for number in range(1, 9)))
    assert first_wolf(busy, "2017-05-01") is None


def test_one_freak_gap_buys_no_years() -> None:
    """A shutdown of half a year in a press room of every working day: counted as three times the next longest."""
    shutdown = [("2015-10-01", "2016-03-31")]
    releases = list(weekdays("2015-01-05", "2017-01-27", without=shutdown))
    longest = patience(_rhythm(releases))
    assert longest is not None
    assert (longest.gap, longest.limit) == (timedelta(days=9), timedelta(days=18))


def _rhythm(news: Sequence[date]) -> NewsRhythm:
    rhythm = NewsRhythm()
    for day in news:
        rhythm = rhythm.then(_noon(day))
    return rhythm


def test_a_stanza_s_word_counts_until_there_is_a_past() -> None:
    """A source that never had any news since its first look, though some was promised every day."""
    assert patience(NewsRhythm()) is None
    promised = patience(NewsRhythm(), DAY)
    assert promised is not None
    assert (promised.limit, promised.gap, promised.promised) == (12 * DAY, DAY, True)
    learned = patience(_rhythm(list(every(WEEK, "2016-01-04", "2016-06-06"))), DAY)
    assert learned is not None
    assert (learned.gap, learned.promised) == (WEEK, False)


def test_a_slower_word_holds_through_the_first_year() -> None:
    """A lively month does not outweigh what its publisher is known to do; a year does."""
    news = list(every(DAY, "2016-01-01", "2016-02-10"))
    first_month = patience(_rhythm(news), 2 * WEEK)
    assert first_month is not None
    assert first_month.gap == 2 * WEEK
    whole_year = patience(_rhythm(list(every(DAY, "2016-01-01", "2017-02-10"))), 2 * WEEK)
    assert whole_year is not None
    assert (whole_year.gap, whole_year.limit) == (DAY, 3 * DAY)


def test_our_own_blindness_is_no_gap() -> None:
    """Twenty days between two pieces of news, nineteen of them blocked: one day of silence."""
    rhythm = NewsRhythm().then(_noon(date(2017, 3, 1))).then(_noon(date(2017, 3, 21)), blind=19 * DAY)
    assert (rhythm.longest_gap, rhythm.gaps) == (DAY, 1)


@given(st.lists(st.integers(1, 60), min_size=6, max_size=60))
def test_the_past_itself_is_never_called_silent_twice_over(gaps: list[int]) -> None:
    """No gap as long as the second longest ever seen is a silence, in whatever order they came."""
    rhythm, moment = NewsRhythm(), datetime(2015, 1, 1, tzinfo=UTC)
    for gap in gaps:
        rhythm = rhythm.then(moment)
        moment += timedelta(days=gap)
    allowed = patience(rhythm)
    if allowed is not None:
        assert rhythm.second_gap is not None
        assert allowed.limit > rhythm.second_gap


@pytest.mark.parametrize(("length", "enough"), [(4, False), (5, True)])
def test_less_than_four_weeks_are_no_past(length: int, enough: bool) -> None:
    """Six gaps of four days, or of five."""
    news = list(every(length * DAY, "2016-02-01", "2016-12-31"))[:7]
    assert (patience(_rhythm(news)) is not None) is enough


@pytest.mark.parametrize("count", range(6))
def test_fewer_than_five_gaps_are_no_past(count: int) -> None:
    """However long they took."""
    news = list(every(4 * WEEK, "2016-01-01", "2018-01-01"))[: count + 1]
    assert (patience(_rhythm(news)) is None) == (count < 5)
