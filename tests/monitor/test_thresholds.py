"""Where the rules' numbers stand: each is tried on its last value inside and the first outside, as figures.

`tests/quality/mutations.py` halves and doubles them; what the corpus does not notice is held here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clocks import is_time_of
from monitor.fragments import fragment
from monitor.noise import compare, second_look
from monitor.places import Memory, Place, Shown, Trace
from monitor.text import read
from monitor.types import Learning

AT = datetime(2026, 3, 2, 12, 20, tzinfo=UTC)
NAMES = ("Boulder", "Chaffee", "Denver", "Eagle", "Pitkin", "Weld", "Yuma")


@pytest.mark.parametrize(("minutes", "is_clock"), [(0, True), (9, True), (11, False), (15, False)])
def test_a_clock_may_be_ten_minutes_slow(minutes: int, is_clock: bool) -> None:
    """A page is made before it is fetched."""
    shown = AT - timedelta(minutes=minutes)
    assert is_time_of(f"{shown:%B %d, %Y %I:%M %p}", AT) is is_clock


@pytest.mark.parametrize(("count", "filled"), [(40, 40), (41, 0)])
def test_a_filled_block_has_forty_lines_at_most(count: int, filled: int) -> None:
    """A longer one is no carousel."""
    block = "".join(f"<p>Slide {number}</p>" for number in range(count))
    own = "".join(f"<p>Passage {number}</p>" for number in range(60))
    page = f"<html><body><h1>Policy</h1>{own}<div class='carousel'>{block}</div></body></html>"
    assert len(read(page.encode(), "text/html", "").fillers) == filled


@pytest.mark.parametrize(("instead", "held"), [(1, True), (2, True), (3, False)])
def test_two_lines_may_stand_in_a_lost_list_s_place(instead: int, held: bool) -> None:
    """ "Loading", "No results": three are somebody's words."""
    before = ("Counties", *NAMES, "Write to the Secretary about an entry.")
    after = ("Counties", *(f"Word {number} instead" for number in range(instead)), before[-1])
    assert bool(fragment(before, after, "", "", b"<html></html>")) is held


def memory_with(places: int, *, masked: bool) -> Memory:
    """One that has learned so many places."""
    memory = Memory.of(Learning())
    for number in range(places):
        place = Place("line", f"above {number}", f"below {number}", "# views of it")
        if masked:
            memory.mask(place, AT, "differed", 1, "value")
        else:
            memory.begin(Shown(place, ["one"], ["two"], 1), AT)
    return memory


def test_what_a_page_teaches_is_bounded() -> None:
    """Sixty masks, forty places under watch, 240 lines of filled blocks, twelve values of a place."""
    assert len(memory_with(70, masked=True).learning().masks) == 60
    assert len(memory_with(60, masked=False).learning().history["places"]) == 40
    memory = Memory.of(Learning())
    memory.fill([f"Slide {number}" for number in range(300)], range(300))
    assert len(memory.learning().history["filled"]) == 240
    trace = Trace(("a",))
    for number in range(20):
        trace = trace.changed(str(number), AT)
    assert (len(trace.values), len(trace.stays), len(trace.times)) == (12, 11, 11)


@pytest.mark.parametrize(("lines", "learned"), [(12, True), (13, False)])
def test_a_block_of_twelve_lines_is_learned(lines: int, learned: bool) -> None:
    """A larger part is no widget."""
    page = ("Policy", *(f"Passage {number} of the policy" for number in range(30)), "End")
    first = (*page, *(f"red {number} {'x' * number}" for number in range(lines)), "Foot")
    second = (*page, *(f"blue {number * 7} {'y' * (number + 1)} more" for number in range(lines)), "Foot")
    assert bool(second_look(first, second, Learning(), AT).masks) is learned


@pytest.mark.parametrize(("hunks", "learned"), [(20, True), (21, False)])
def test_a_look_that_differs_in_more_than_twenty_places_teaches_nothing(hunks: int, learned: bool) -> None:
    """It is another edition of the page."""

    def page(word: str) -> tuple[str, ...]:
        return tuple(line for number in range(hunks) for line in (f"{word} {'a' * number}", f"kept {'b' * number}"))

    result = compare(page("one"), page("two"), Learning(), AT)
    assert bool(result.learning.history.get("places")) is learned


@pytest.mark.parametrize(("lines", "learned"), [(40, True), (41, False)])
def test_two_looks_that_differ_in_more_than_forty_lines_teach_nothing(lines: int, learned: bool) -> None:
    """Those are two pages."""

    def page(word: str) -> tuple[str, ...]:
        moving = (line for number in range(lines) for line in (f"{word} {'a' * number}", f"kept {'b' * number}"))
        return (*moving, *(f"Passage {number} of the policy" for number in range(60)))

    assert bool(second_look(page("one"), page("two"), Learning(), AT).masks) is learned
