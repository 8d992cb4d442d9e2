"""`onnotice grants`: a government's awards from the archive, with their age and what they leave out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.types import (
    Decision,
    Health,
    Look,
    NewSnapshot,
    Record,
    RecordStep,
    RecordWrite,
    Source,
    Verdict,
    VerdictKind,
)
from onnotice.home import Home
from storage import Archive

AT = datetime(2017, 3, 20, 14, 30, tzinfo=UTC)
AWARDS = Source("usaspending_doj_grants", "DOJ awards", "https://api.example.gov/awards", "usaspending")


def award(key: str, amount: str, year: str, program: str, recipient: str = "DENVER, CITY & COUNTY OF") -> RecordWrite:
    facts = {"recipient": recipient, "amount": amount, "fiscal_year": year, "program": program}
    return RecordWrite(RecordStep.ADD, Record("grant_award", key, key, facts, place="Denver, CO"))


@pytest.fixture
def home(make_home: Callable[..., Home]) -> Home:
    """A home whose archive holds Denver's awards, written for this test."""
    home = make_home("")
    with Archive.open(home.archive) as archive:
        archive.keep_source(AWARDS, AT)
        run = archive.begin_run(AWARDS.slug, archive.begin_poll(AT), AT)
        decision = Decision(
            Verdict(VerdictKind.CREDIBLE, "as expected"),
            snapshot=NewSnapshot("DOJ awards", ("awards",), "digest", "usaspending/1"),
            records=(
                award("a", "345678.90", "2016", "16.738"),
                award("b", "-1234.50", "2013", "16.738"),
                award("c", "200000.00", "2016", "16.606"),
                award("d", "", "2016", "16.710"),
                award("e", "9.00", "2016", "16.710", "UNIVERSITY OF DENVER"),
            ),
        )
        look = Look(AWARDS.url, AT, 200, b"{}", "application/json")
        archive.record_look(look, archive.page_state(AWARDS, AWARDS.url), decision, run)
        archive.end_run(
            run, AT, outcome="ok", complete=True, message="", health=Health.SEEN, health_change=None, next_due_at=None
        )
    return home


def test_awards_by_year_and_programme(home: Home, onnotice: Callable[..., Any]) -> None:
    """Obligations summed, what was taken back as well, the age of the figures, and what they leave out."""
    answer = onnotice("--home", home.folder, "grants", "Denver, Colorado")
    assert answer.code == 0
    assert answer.out.splitlines()[:9] == [
        "Denver, Colorado: DOJ awards, matched by name, not by UEI, as of 2017-03-20 14:30 UTC",
        "fiscal year\tprogram\tlisting\tawards\tobligated",
        "2016\tSCAAP\t16.606\t1\t200,000.00",
        "2016\tByrne JAG\t16.738\t1\t345,678.90",
        "2013\tByrne JAG\t16.738\t1\t-1,234.50",
        "Total: 544,444.40 dollars in 3 awards.",
        "Not in it: 1 award without an amount.",
        "Seated in Denver, CO and not counted: UNIVERSITY OF DENVER (1).",
        "- Awards are matched by name, not by UEI; recipients of other names are not counted.",
    ]
    for words in ("Prime awards only", "payment programme", "fiscal agent", "de-obligations", "report weeks late"):
        assert words in answer.out


def test_one_object_for_programs(home: Home, onnotice: Callable[..., Any]) -> None:
    """The same figures; dollars as text to the cent."""
    answer = onnotice("--home", home.folder, "grants", "08031", "--json")
    (found,) = answer.objects
    assert (found["geoid"], found["same_area"], found["as_of"]) == ("0820000", "08031", "2017-03-20T14:30:00Z")
    assert found["total"] == "544444.40"
    assert found["sums"][2] == {
        "fiscal_year": "2013", "program": "16.738", "name": "Byrne JAG", "awards": 1, "obligated": "-1234.50",
    }  # fmt: skip
    assert found["not_counted"] == [{"recipient": "UNIVERSITY OF DENVER", "awards": 1}]
    assert found["without_amount"] == 1
    assert len(found["caveats"]) == 6


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "Franklin County",
            "'Franklin County' is not in the table of recipients; write one of these, with its state:",
        ),
        ("Chicago, Illinois", "No award to anybody in Chicago, IL is in the archive; add usaspending_doj_grants"),
    ],
)
def test_what_is_not_known_is_one_sentence(home: Home, onnotice: Callable[..., Any], name: str, words: str) -> None:
    """A name without a state is never guessed at, and a place that nobody asked about has no figure of nothing."""
    answer = onnotice("--home", home.folder, "grants", name)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
