"""Differences between texts: lines, words, and pairs of lines."""

from __future__ import annotations

import random
import string
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import diff
from monitor.diff import Hunk, Piece, hunks, pair_lines, words

LINES = st.lists(st.sampled_from(["Agenda", "Budget", "Roll call", "Adjourn", "", "Item 7"]) | st.text(max_size=6))
PROSE = st.lists(
    st.sampled_from(
        ["the", "council", "meets", "Monday", "7:00", "PM", ",", ".", "$1,200", "\n", "  ", "𝒜", "naïve", "%"]
    )
    | st.text(max_size=4)
).map(" ".join)


def shown(before: str, after: str) -> str:
    """The word diff as a text mail would have it."""
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(forms[piece.op].format(piece.text) for piece in words(before, after))


@given(LINES, LINES)
def test_hunks_applied_to_the_lines_before_give_the_lines_after(before: list[str], after: list[str]) -> None:
    """Replacing each hunk's lines where it says they stand rebuilds the other side."""
    rebuilt, at = [], 0
    for hunk in hunks(before, after):
        rebuilt += before[at : hunk.at]
        assert len(rebuilt) == hunk.at_after
        assert tuple(before[hunk.at : hunk.at + len(hunk.before)]) == hunk.before
        rebuilt += hunk.after
        at = hunk.at + len(hunk.before)
    assert rebuilt + before[at:] == after


@given(LINES, LINES)
def test_hunks_are_whole_and_apart(before: list[str], after: list[str]) -> None:
    """No hunk is empty, and at least one kept line lies between two: a replacement is one hunk."""
    found = hunks(before, after)
    assert all(hunk.before or hunk.after for hunk in found)
    assert all(first.at + len(first.before) < second.at for first, second in pairwise(found))


@given(LINES, LINES, st.integers(1, 6))
def test_hunks_hold_their_law_beyond_the_cap(before: list[str], after: list[str], cap: int) -> None:
    """Where a stretch is too large for the exact comparison, what is told is coarser and still true."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "LINE_PAIRS", cap)
        found = hunks(before, after)
    rebuilt, at = [], 0
    for hunk in found:
        rebuilt += [*before[at : hunk.at], *hunk.after]
        at = hunk.at + len(hunk.before)
    assert rebuilt + before[at:] == after


@given(PROSE, PROSE)
def test_words_reassemble_both_texts(before: str, after: str) -> None:
    """Same and removed pieces are the text before, same and added ones the text after, to the last blank."""
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == before
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == after
    assert all(piece.text for piece in pieces)


@given(PROSE, PROSE, st.integers(1, 400))
def test_words_hold_their_laws_by_parts(before: str, after: str, cap: int) -> None:
    """Where texts are too long to be compared word by word, their parts give both texts back in the same order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "_WORD_BY_WORD", cap)
        pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == before
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == after
    for first, second in pairwise(pieces):
        assert first.op != second.op
        assert (first.op, second.op) != ("added", "removed")


@pytest.mark.parametrize("end", ["\n", " "], ids=["in lines", "in one line"])
def test_each_edit_of_a_long_text_is_told_by_its_word(end: str) -> None:
    """Two hundred words replaced in a text of 600 KB of which no word stands alone: two hundred words are told."""
    dice = random.Random(1917)
    vocabulary = ["".join(dice.choices(string.ascii_lowercase, k=dice.randint(3, 9))) for _ in range(2000)]
    sentences = [dice.choices(vocabulary, k=10) for _ in range(9000)]
    before = end.join(" ".join(said) + "." for said in sentences)
    for place in range(0, 9000, 45):
        sentences[place][5] = "amended"
    pieces = words(before, end.join(" ".join(said) + "." for said in sentences))
    assert [piece.text for piece in pieces if piece.op == "added"] == ["amended"] * 200


@given(PROSE, PROSE)
def test_a_removed_piece_stands_before_the_added_one(before: str, after: str) -> None:
    """Two neighbours never have the same kind, and an added piece is never followed by a removed one."""
    for first, second in pairwise(words(before, after)):
        assert first.op != second.op
        assert (first.op, second.op) != ("added", "removed")


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [
        (
            "meets on the first Monday of May at 7:00 PM",
            "meets on the second Tuesday of May at 6:30 PM",
            "meets on the [-first Monday-]{+second Tuesday+} of May at [-7:00-]{+6:30+} PM",
        ),
        ("Boulder, Denver", "Boulder, Aurora, Denver", "Boulder,{+ Aurora,+} Denver"),
        ("one\ntwo three", "uno\ndos three", "[-one-]{+uno+}\n[-two-]{+dos+} three"),
        ("from $1,200 to $1,350", "from $1,300 to $1,450", "from $[-1,200-]{+1,300+} to $[-1,350-]{+1,450+}"),
        ("from 7:00 to 8:00 PM", "from 6:30 to 9:00 PM", "from [-7:00 to 8:00-]{+6:30 to 9:00+} PM"),
        ("the hearing on Monday", "the hearing", "the hearing[- on Monday-]"),
        ("release 17-436", "release 17-437", "release [-17-436-]{+17-437+}"),
        ("the city shall honour it", "the city shall not honour it", "the city shall{+ not+} honour it"),
        ("wholly other words", "nothing in common", "[-wholly other words-]{+nothing in common+}"),
    ],
)
def test_words_read_well(before: str, after: str, reads: str) -> None:
    """A difference is told as a person would mark it: whole words, whole times and figures, no confetti."""
    assert shown(before, after) == reads


def test_equal_texts_have_one_piece_and_empty_ones_none() -> None:
    """Nothing to tell is told with nothing removed and nothing added."""
    assert words("as it was", "as it was") == (Piece("same", "as it was"),)
    assert words("", "") == ()
    assert hunks(["a", "b"], ["a", "b"]) == ()


def test_a_hunk_says_where_it_stands() -> None:
    """A replacement is one hunk with the index of its first line on both sides."""
    assert hunks(["a", "b", "c", "d"], ["x", "a", "b", "C", "d"]) == (
        Hunk((), ("x",), 0, 0),
        Hunk(("c",), ("C",), 2, 3),
    )


def test_similar_lines_of_a_hunk_are_paired_in_order() -> None:
    """An amended line stands beside what it was; a new one and one that went stand alone."""
    hunk = Hunk(
        ("7:00 PM Call to order", "Item 1: Budget", "Item 2: Parks"),
        ("6:30 PM Call to order", "Item 1: Budget hearing", "Proclamation for librarians", "Item 2: Park"),
    )
    assert pair_lines(hunk) == (
        ("7:00 PM Call to order", "6:30 PM Call to order"),
        ("Item 1: Budget", "Item 1: Budget hearing"),
        (None, "Proclamation for librarians"),
        ("Item 2: Parks", "Item 2: Park"),
    )


@given(LINES, LINES)
def test_pairs_lose_and_repeat_no_line(before: list[str], after: list[str]) -> None:
    """Read down either side, the pairs are the hunk's own lines in order."""
    rows = pair_lines(Hunk(tuple(before), tuple(after)))
    assert [old for old, _ in rows if old is not None] == before
    assert [new for _, new in rows if new is not None] == after


def test_a_large_table_with_every_row_touched_keeps_its_rows_in_place() -> None:
    """Beyond the cap for trying each line with each, rows are paired by place."""
    before = tuple(f"Jurisdiction {number} | declined | 2017" for number in range(400))
    after = tuple(line.replace("2017", "2018") for line in before)
    assert pair_lines(Hunk(before, after)) == tuple(zip(before, after, strict=True))


def test_anchors_keep_a_large_comparison_fine() -> None:
    """A stretch beyond the cap is split at lines that stand once on each side, not told as one block."""
    before = [f"line {number}" for number in range(300)]
    after = [line if number % 10 else f"{line} amended" for number, line in enumerate(before)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "LINE_PAIRS", 50)
        assert hunks(before, after) == tuple(
            Hunk((before[number],), (after[number],), number, number) for number in range(0, 300, 10)
        )


def test_a_megabyte_with_many_edits_takes_no_time() -> None:
    """Every fourth of 14,000 lines edited, and 20,000 random one-letter lines: well under a second of CPU."""
    dice = random.Random(2017)
    vocabulary = ["".join(dice.choices(string.ascii_lowercase, k=dice.randint(2, 9))) for _ in range(5000)]
    lines = [" ".join(dice.choices(vocabulary, k=12)) for _ in range(14_000)]
    edited = [f"{line} {dice.choice(vocabulary)}" if at % 4 == 0 else line for at, line in enumerate(lines)]
    letters = [dice.choices(string.ascii_lowercase, k=20_000) for _ in range(2)]
    began = time.process_time()
    found = hunks(lines, edited)
    read = [words(old, new) for hunk in found for old, new in zip(hunk.before, hunk.after, strict=True)]
    hunks(*letters)
    took = time.process_time() - began
    assert len(read) == 3500
    assert took < 3.0, "0.3 s where this was written"
