"""When another order is noise: items of one list, whole records, and never what moved under another heading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.noise import compare
from monitor.reordering import says_something
from monitor.types import Learning

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
STATUSES = {"Boulder": "Open", "Weld": "Shut", "Yuma": "Open", "Baca": "Held"}
RECORDS = [
    (f"Case of {name}", f"May {number}, 2026", name, status, f"The court ordered {name} to pay {number}00 dollars.")
    for number, (name, status) in enumerate(STATUSES.items(), 1)
]
AGENDAS = [f"May {number}, 2026 Agenda: Water [/View/_{number}00.pdf]" for number in range(1, 7)]


def differs(before: Sequence[str], after: Sequence[str]) -> bool:
    return bool(compare(("News", *before, "End"), ("News", *after, "End"), Learning(), AT).hunks)


def lines(records: Sequence[Sequence[str]]) -> list[str]:
    return [line for record in records for line in record]


def test_whole_records_in_another_order_are_noise() -> None:
    """Records of five lines each, prose among them, none of them broken."""
    assert not differs(lines(RECORDS), lines(RECORDS[::-1]))
    assert not differs(lines(RECORDS), lines([RECORDS[2], RECORDS[0], RECORDS[3], RECORDS[1]]))


@pytest.mark.parametrize("line", range(1, 5))
def test_lines_exchanged_between_records_are_news(line: int) -> None:
    """Two cases that have each other's date, place, status or order: every line is still there."""
    one, other = list(RECORDS[0]), list(RECORDS[1])
    one[line], other[line] = other[line], one[line]
    assert differs(lines(RECORDS), lines([one, other, *RECORDS[2:]]))


def test_dates_exchanged_before_the_same_word_are_news() -> None:
    """The lines around two dates may be the same by chance; all other records stand where they stood."""
    before = lines(
        [("Case one", "May 1, 2026", "Quincy"), *RECORDS[:2], ("Filed late",), ("Case two", "June 9, 2026", "Quincy")]
    )
    after = lines(
        [("Case one", "June 9, 2026", "Quincy"), *RECORDS[:2], ("Filed late",), ("Case two", "May 1, 2026", "Quincy")]
    )
    assert differs(before, after)


def test_a_list_that_ends_at_a_heading_is_shuffled() -> None:
    """Entries of one line each belong to no heading below them."""
    assert not differs([*AGENDAS, "Planning Board", "June 1, 2026 Agenda: Zoning [/View/_9.pdf]"],
                       [*AGENDAS[::-1], "Planning Board", "June 1, 2026 Agenda: Zoning [/View/_9.pdf]"])  # fmt: skip


def test_what_became_of_the_last_entry_stays_with_it() -> None:
    """A line that says what became of an entry belongs to the one above it."""
    tail = ["Cancelled by the clerk", "June 1, 2026 Agenda: Zoning [/View/_9.pdf]"]
    assert differs([*AGENDAS, *tail], [*AGENDAS[::-1], *tail])


@pytest.mark.parametrize("line", ["May 5, 2026", "25 Sep 2026", "12", "5/5/2026 7:00 PM", "Monday"])
def test_a_date_says_nothing_of_itself(line: str) -> None:
    """Lines that are a figure or a date are never the items by which a list is known."""
    assert not says_something(line)
    assert says_something(f"{line} hearing")
