"""Passages: inline word differences that read well, with the unchanged rest elided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.passages import as_plain, compared, compared_lines

FILLER = "Nothing in this ordinance limits what state or federal law already requires of the sheriff. "


def test_a_short_value_is_shown_whole() -> None:
    """A time is replaced, not its digits."""
    assert as_plain(compared("5:30 PM", "6:00 PM", limit=500)) == "[-5:30 PM-] {+6:00 PM+}"


def test_a_value_that_came_or_went() -> None:
    """Nothing before means all added, nothing after all removed."""
    assert as_plain(compared("", "Council member Lopez", limit=500)) == "{+Council member Lopez+}"
    assert as_plain(compared("Council member Lopez", "", limit=500)) == "[-Council member Lopez-]"


def test_one_word_in_a_long_text_keeps_its_sentence() -> None:
    """The words around a difference are kept, the far rest is an ellipsis."""
    before = FILLER * 9 + "A person is held for 24 hours at most. " + FILLER * 9
    after = before.replace("24", "48")
    told = as_plain(compared(before, after, limit=500))
    assert "A person is held for [-24-] {+48+} hours at most." in told
    assert told.startswith("…")
    assert told.endswith("…")
    assert len(told) < 260


def test_a_long_stretch_between_two_differences_is_elided() -> None:
    """Both differences are told with their surroundings, and an ellipsis for what lies between."""
    before = "The first reading is on Monday. " + FILLER * 9 + "The second reading is on Friday, after lunch."
    after = before.replace("Monday", "Tuesday").replace("Friday", "Sunday")
    told = as_plain(compared(before, after, limit=500))
    assert "[-Monday-] {+Tuesday+}. Nothing" in told
    assert " … " in told
    assert "second reading is on [-Friday-] {+Sunday+}, after lunch." in told
    assert len(told) < 350


def test_a_long_run_is_cut_at_a_word() -> None:
    """A whole chapter that was added is told up to the limit."""
    told = as_plain(compared("", FILLER * 50, limit=100))
    assert len(told) <= 104
    assert told.endswith("…+}")


def test_lines_of_a_hunk_are_told_apart() -> None:
    """A line that was amended, one that went and one that came are three passages; equal lines are none."""
    before = ["The report is published every week by the public affairs office.", "Same line.", "Franklin County, Iowa"]
    after = ["The report is published every month by the public affairs office.", "Same line."]
    told = [as_plain(passage) for passage in compared_lines(before, after, limit=500)]
    assert told == [
        "The report is published every [-week-] {+month+} by the public affairs office.",
        "[-Franklin County, Iowa-]",
    ]


VOCABULARY = ["the", "a", "county", "of", "list", "24", "48", "hours,", "holds.", "new"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=60).map(" ".join)


@given(WORDS, WORDS)
def test_nothing_that_changed_is_left_out(before: str, after: str) -> None:
    """What is kept and removed stands in the text before, what is kept and added in the text after, in order."""
    passage = compared(before, after, limit=10_000)
    marked = any(span.mark != "same" for span in passage)
    assert marked is (before != after)
    for text, other in ((before, "added"), (after, "removed")):
        rebuilt = " ".join("".join(span.text if span.mark != other else " " for span in passage).split())
        pieces = [piece.strip() for piece in rebuilt.split("…")]
        at = 0
        for piece in pieces:
            at = _found(piece, text, at)


def _found(piece: str, text: str, start: int) -> int:
    squeezed, plain = piece.replace(" ", ""), text.replace(" ", "")
    position = plain.find(squeezed, start)
    assert position >= 0, (piece, text)
    return position + len(squeezed)


def test_sentences_around_a_change_are_whole() -> None:
    """From the beginning of the sentence to its end, and nothing of the others; "U.S.C." ends none."""
    before = "This was said before, at some length and to nobody. " * 3
    after = " And much more was said after it, which matters to nobody at all." * 4
    sentence = "Under 8 U.S.C. 1373 the county holds people for {} hours after their release (Sec. 4)."
    text = before + sentence + after
    passage = compared(text.format(24), text.format(48), limit=400)
    told = "…Under 8 U.S.C. 1373 the county holds people for [-24-] {+48+} hours after their release (Sec. 4). …"
    assert as_plain(passage) == told


def test_what_two_values_begin_with_is_said_once() -> None:
    """Of a time the day, where only the hour is another; of a place with two parts nothing."""
    hour = compared("Monday, March 27, 2017, 5:30 PM", "Monday, March 27, 2017, 6:00 PM", limit=400)
    assert as_plain(hour) == "Monday, March 27, 2017, [-5:30 PM-] {+6:00 PM+}"
    place = compared("Franklin County, Iowa", "Franklin County, Ohio", limit=400)
    assert as_plain(place) == "[-Franklin County, Iowa-] {+Franklin County, Ohio+}"
