"""Sums of awards: by programme and fiscal year, what was taken back included, and nothing that is not stored."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from monitor.grants import Grants, sentence, summed, written
from monitor.recipients import government_of
from monitor.types import Record

AS_OF = datetime(2017, 3, 20, 14, tzinfo=UTC)
US = "DENVER, CITY & COUNTY OF"


def award(key: str, amount: str, year: str = "2016", program: str = "16.738", recipient: str = US) -> Record:
    facts = {"recipient": recipient, "amount": amount, "fiscal_year": year, "program": program}
    return Record("grant_award", key, key, facts)


def denver(*records: Record) -> Grants:
    government = government_of("Denver, Colorado")
    assert government is not None
    return summed(government, records, AS_OF)


def test_awards_are_summed_by_programme_and_year() -> None:
    """The newest year first; an award that nobody dates comes last."""
    found = denver(
        award("a", "100.10"),
        award("b", "0.20"),
        award("c", "7.00", program="16.606"),
        award("d", "5.00", year="2015"),
        award("e", "1.00", year=""),
    )
    assert [(part.fiscal_year, part.program, str(part.obligated), part.awards) for part in found.sums] == [
        ("2016", "16.606", "7.00", 1),
        ("2016", "16.738", "100.30", 2),
        ("2015", "16.738", "5.00", 1),
        ("", "16.738", "1.00", 1),
    ]
    assert found.total == Decimal("113.30")


def test_what_was_taken_back_is_kept() -> None:
    """A de-obligation lowers the sum, below zero where nothing else was obligated."""
    found = denver(award("a", "-500.00", year="2012"), award("b", "200.00"), award("c", "-50.00"))
    assert [str(part.obligated) for part in found.sums] == ["150.00", "-500.00"]
    assert found.total == Decimal("-350.00")


def test_others_with_the_same_seat_are_not_counted_but_named() -> None:
    """So that whoever reviews the table sees the names that it lacks."""
    found = denver(
        award("a", "1.00"),
        award("b", "9.00", recipient="UNIVERSITY OF DENVER"),
        award("c", "9.00", recipient="DENVER POLICE FOUNDATION"),
        award("d", "9.00", recipient="UNIVERSITY OF DENVER"),
    )
    assert found.total == Decimal("1.00")
    assert found.uncounted == (("UNIVERSITY OF DENVER", 2), ("DENVER POLICE FOUNDATION", 1))


def test_an_award_counts_once_and_one_without_an_amount_is_said() -> None:
    """Two sources may hold the same award; an amount that is missing is not nothing."""
    found = denver(award("a", "10.00"), award("a", "10.00"), award("b", ""), Record("meeting", "m", "m"))
    assert (found.total, found.unread) == (Decimal("10.00"), 1)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("4321000", "$4.3 million"), ("999999.49", "$999,999"), ("12", "$12"), ("-12000", "-$12,000"), ("0", "$0"),
     ("-2500000", "-$2.5 million")],
)  # fmt: skip
def test_dollars_are_written_as_people_say_them(amount: str, text: str) -> None:
    """Millions to a tenth, less than that to the dollar."""
    assert written(Decimal(amount)) == text


def test_the_sentence_is_about_the_newest_year() -> None:
    """With its parts, the basis, and how old the figures are."""
    found = denver(
        award("a", "1100000.00"), award("b", "3200000.00", program="16.606"), award("c", "9.00", year="2015")
    )
    assert sentence(found) == (
        "$4.3 million in DOJ awards of fiscal year 2016 (SCAAP $3.2 million, Byrne JAG $1.1 million); prime awards,"
        " matched by name, not by UEI, as of March 20, 2017"
    )


@pytest.mark.parametrize(
    "records", [(), (award("a", ""),), (award("a", "5.00", recipient="X"),), (award("a", "5.00", ""),)]
)
def test_without_a_figure_there_is_no_sentence(records: tuple[Any, ...]) -> None:
    """Nothing is made of nothing."""
    assert sentence(denver(*records)) == ""
