"""Notices: told from other text by what they do, in wordings that were written for this test."""

from __future__ import annotations

import pytest

from scrapers.detainers.notices import Affected, notices_in, sentences

WEEK_ONE = "2017-01-28/2017-02-03"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Correction: the report was wrong about Travis County, Texas.", "correction"),
        ("CORRECTION (April 3, 2017) – Three names are withdrawn.", "correction"),
        ("In the Jan. 28 – Feb. 3, 2017 report some detainers were listed in error.", "correction"),
        ("The agency has suspended its report until its methods were reviewed.", "suspension"),
        ("Publication of the DDOR is being paused.", "suspension"),
        ("The report will be produced on a quarterly basis from 2018 on.", "cadence"),
        ("A report is published every week.", "cadence"),
        ("Note: figures may change.", "other"),
        ("Weekly Declined Detainer Outcome Report", ""),
        ("A detainer asks a jail to hold somebody for 48 hours.", ""),
        ("The sheriff suspended the deputy.", ""),
        ("Corrections officers met on Monday.", ""),
    ],
)
def test_kinds_are_told_by_mechanism(line: str, kind: str) -> None:
    """A label, a corrected period, a suspended report, a promised rhythm; other sentences are no notices."""
    assert [notice.kind for notice in notices_in([line])] == ([kind] if kind else [])


def test_a_correction_names_whom_it_withdraws_and_why() -> None:
    """Each sentence has its own reason; the edition holds on from the first."""
    (notice,) = notices_in(
        [
            "Correction: The Jan. 28 - Feb 03, 2017 report wrongly attributed detainers to Franklin County, Iowa."
            " Additionally, the people of Bastrop County, TX were transferred. Finally, detainers were mistakenly sent"
            " to Chester County, PA."
        ]
    )
    assert notice.affects == (
        Affected(WEEK_ONE, "Franklin County, Iowa", "issued detainers were misattributed"),
        Affected(WEEK_ONE, "Bastrop County, Texas", "individuals were transferred elsewhere and released there"),
        Affected(WEEK_ONE, "Chester County, Pennsylvania", "detainers were issued there by mistake"),
    )


def test_a_correction_goes_on_over_paragraphs_and_lists() -> None:
    """A label of its own line, an announced list, "Additionally": one notice; the next paragraph is none of it."""
    lines = [
        "Correction:",
        "The January 28 – February 3, 2017 report wrongly attributed detainers to:",
        "Franklin County, Iowa",
        "Montgomery County, Iowa",
        "Additionally, people in Bastrop County, TX were transferred.",
        "A detainer asks for 48 hours.",
    ]
    (notice,) = notices_in(lines)
    assert notice.lines == (0, 1, 2, 3, 4)
    assert [one.jurisdiction for one in notice.affects] == [
        "Franklin County, Iowa",
        "Montgomery County, Iowa",
        "Bastrop County, Texas",
    ]
    assert {one.edition for one in notice.affects} == {WEEK_ONE}


def test_two_corrections_stay_two() -> None:
    """A second label begins a second notice."""
    lines = ["Correction: In the Feb 4 – Feb 10, 2017 report.", "Correction: In the Jan. 28 – Feb. 3, 2017 report."]
    assert [notice.period.order for notice in notices_in(lines) if notice.period] == ["2017-02-04/2017-02-10", WEEK_ONE]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Correction (posted April 3, 2017): one name is withdrawn.", "2017-04-03"),
        ("Update, as of April 3, 2017: the report is suspended.", "2017-04-03"),
        ("Correction: the report of January 28, 2017 was wrong.", ""),
    ],
)
def test_the_day_of_posting_is_read_where_it_is_said(line: str, day: str) -> None:
    """Any other date in a notice is not its own."""
    assert notices_in([line])[0].posted_on == day


def test_sentences_do_not_end_at_abbreviations() -> None:
    """ "Jan. 28" and "St. Louis" go on."""
    assert sentences("On Jan. 28 in St. Louis it rained. Then it stopped.") == (
        "On Jan. 28 in St. Louis it rained.",
        "Then it stopped.",
    )
