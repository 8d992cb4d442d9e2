"""Periods: every form that title lines, sentences and notices have used, with and without their dashes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.detainers.period import Period, first_period, period_of_file, periods

WEEK_ONE = "2017-01-28/2017-02-03"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("For Recorded Declined Detainers Jan. 28 – Feb. 3, 2017", WEEK_ONE),
        ("Recorded Declined Detainers Jan. 28 Feb. 3, 2017", WEEK_ONE),
        ("Feb 4 – Feb 10, 2017", "2017-02-04/2017-02-10"),
        ("Feb 11-17, 2017", "2017-02-11/2017-02-17"),
        ("Feb 11 17, 2017", "2017-02-11/2017-02-17"),
        ("the week of January 28, 2017, through February 3, 2017, it says", WEEK_ONE),
        ("between January 28, 2017 and February 3, 2017", WEEK_ONE),
        ("between January 28, 2017, and\nFebruary 3,\n2017", WEEK_ONE),
        ("the Jan. 28 - Feb 03, 2017 report", WEEK_ONE),
        ("January 28th to February 3rd, 2017", WEEK_ONE),
        ("JANUARY 28 — FEBRUARY 3, 2017", WEEK_ONE),
        ("Dec. 31 – Jan. 6, 2017", "2016-12-31/2017-01-06"),
        ("December 31, 2016 – January 6, 2017", "2016-12-31/2017-01-06"),
        ("December 31, 2016 to January 6", "2016-12-31/2017-01-06"),
        ("Sept. 30 – Oct. 6, 2017", "2017-09-30/2017-10-06"),
        ("Posted March 20, 2017. For May 6 – May 12, 2017", "2017-05-06/2017-05-12"),
    ],
)
def test_every_form_is_read(text: str, order: str) -> None:
    """Years on one side or both, months once or twice, dashes lost: one period."""
    found = first_period(text)
    assert found is not None
    assert found.order == order


@pytest.mark.parametrize(
    "text",
    [
        "",
        "on January 25, 2017",
        "February 30 – March 3, 2017",
        "March 3 – March 1, 2016, 2017",
        "Jan. 28 – Feb. 3",
        "January 5, 2012 and March 3, 2017",
        "Executive Order 13768",
        "May 2017",
    ],
)
def test_what_is_no_period_is_not_read(text: str) -> None:
    """Single dates, impossible days, missing years and dates years apart name no period."""
    assert first_period(text) is None


def test_all_periods_of_a_text_are_found_in_order() -> None:
    """A page that links several reports names them all."""
    text = "Jan. 28 – Feb. 3, 2017 (PDF) and Feb 4 – Feb 10, 2017 (PDF)"
    assert [found.order for found in periods(text)] == [WEEK_ONE, "2017-02-04/2017-02-10"]


def test_labels_are_written_as_people_write_them() -> None:
    """The label is what subjects of mails say."""
    assert Period(date(2017, 1, 28), date(2017, 2, 3)).label == "January 28 – February 3, 2017"
    assert Period(date(2016, 12, 31), date(2017, 1, 6)).label == "December 31, 2016 – January 6, 2017"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 99))
def test_a_label_reads_back_as_its_period(start: date, days: int) -> None:
    """What we print we can read."""
    period = Period(start, date.fromordinal(start.toordinal() + days))
    assert first_period(period.label) == period


def test_a_file_name_tells_its_period() -> None:
    """The last resort for a report without a title."""
    found = period_of_file("https://www.ice.gov/doclib/ddor/ddor2017_01-28to02-03.pdf")
    assert found is not None
    assert found.order == WEEK_ONE
    assert period_of_file("https://www.ice.gov/doclib/ddor/latest.pdf") is None
    assert period_of_file("https://www.ice.gov/doclib/ddor/ddor2017_13-28to02-03.pdf") is None
