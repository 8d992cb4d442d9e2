"""What differs between two texts: lines first, words inside them, bounded by size and never by time.

Deterministic on any machine. rapidfuzz finds the longest common subsequence in bit-parallel time; where a stretch is
too large for that, lines (or words) that stand once on each side anchor it, and what is still too large is told whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from rapidfuzz.distance import Indel, LCSseq

LINE_PAIRS = 400_000_000
"""Two times 20,000 lines. One comparison of that size takes 0.1 s and 50 MB (a bit for each pair)."""
WORD_PAIRS = 4_000_000
"""Two times 2,000 words, about 12,000 characters: more of a rewritten passage is nothing that a reader follows."""

_WORD_BY_WORD = 36 * WORD_PAIRS
"""In pairs of characters, six to a word."""
_PAIRED_LINES = 40_000
_PAIRED_CHARACTERS = 400_000_000
_SIMILAR = 0.5
"""Lines of which less is shared are two lines, not one that was amended."""

Op = Literal["same", "removed", "added"]
Paired = tuple[tuple[str | None, str | None], ...]

_TOKEN = re.compile(r"([^\S\n]*)(\n|\w+(?:[.,:/'’@&-]\w+)*|[^\w\s])")
"""White space and the word, sign or line break behind it. "7:00", "1,234.50", "17-436" and "O'Neill" are one word."""

_LINE_END = re.compile(r"(?<=\n)")
_SENTENCE_END = re.compile(r"(?<=[.!?\n])(?=\s)")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that went and the lines that stand in their place. `at` and `at_after` are indexes of their first lines."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    at: int = 0
    at_after: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. Same and removed pieces joined give the text before, same and added ones the text after."""

    op: Op
    text: str


def hunks(before: Sequence[str], after: Sequence[str]) -> tuple[Hunk, ...]:
    """Where the lines differ, in order; equal lines lie between any two hunks."""
    return tuple(
        Hunk(tuple(before[old:old_end]), tuple(after[new:new_end]), old, new)
        for old, old_end, new, new_end in _differences(before, after, LINE_PAIRS)
    )


def words(before: str, after: str) -> tuple[Piece, ...]:
    """What was removed and added, by words, so that it can be read aloud: no letters, no scattered single words.

    White space belongs to the word behind it. A removed piece stands before the added one in its place. No difference
    spans a line break that both texts have. Texts too long to be compared word by word are compared by lines, and those
    that differ by sentences, before their words are.
    """
    if before == after:
        return (Piece("same", before),) if before else ()
    return tuple(_readable(_merged(_by_parts(before, after, (_LINE_END, _SENTENCE_END)))))


def pair_lines(hunk: Hunk) -> Paired:
    """The hunk's lines side by side: similar ones paired, the others alone, each side in its own order."""
    old, new = hunk.before, hunk.after
    matched = _similar(old, new)
    rows: list[tuple[str | None, str | None]] = []
    old_at = new_at = 0
    for old_to, new_to in (*matched, (len(old), len(new))):
        rows += [(line, None) for line in old[old_at:old_to]]
        rows += [(None, line) for line in new[new_at:new_to]]
        if old_to < len(old) and new_to < len(new):
            rows.append((old[old_to], new[new_to]))
        old_at, new_at = old_to + 1, new_to + 1
    return tuple(rows)


_Difference = tuple[int, int, int, int]
"""Indexes into before (from, to) and after (from, to)."""


def _differences(before: Sequence[str], after: Sequence[str], pairs: int) -> list[_Difference]:
    """Stretches that differ, in order. Items are numbered, since rapidfuzz compares hashes of anything but numbers."""
    numbers: dict[str, int] = {}
    old = [numbers.setdefault(item, len(numbers)) for item in before]
    new = [numbers.setdefault(item, len(numbers)) for item in after]
    found: list[_Difference] = []
    for difference in _in_window(old, new, (0, len(old), 0, len(new)), pairs):
        old_from, old_to, new_from, new_to = difference
        if found and found[-1][1] == old_from and found[-1][3] == new_from:
            found[-1] = (found[-1][0], old_to, found[-1][2], new_to)
        else:
            found.append(difference)
    return found


def _in_window(old: list[int], new: list[int], window: _Difference, pairs: int) -> Iterator[_Difference]:
    windows = [window]
    while windows:
        window = _trimmed(old, new, windows.pop())
        old_from, old_to, new_from, new_to = window
        if old_from == old_to or new_from == new_to:
            if old_to - old_from + new_to - new_from:
                yield window
        elif (old_to - old_from) * (new_to - new_from) <= pairs:
            yield from _subsequence(old, new, window)
        else:
            anchors = _anchors(old, new, window)
            if not anchors:
                yield window
            edges = [(old_from - 1, new_from - 1), *anchors, (old_to, new_to)]
            gaps = [(left[0] + 1, right[0], left[1] + 1, right[1]) for left, right in pairwise(edges)]
            windows += reversed(gaps) if anchors else []


def _trimmed(old: list[int], new: list[int], window: _Difference) -> _Difference:
    old_from, old_to, new_from, new_to = window
    while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
        old_from, new_from = old_from + 1, new_from + 1
    while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
        old_to, new_to = old_to - 1, new_to - 1
    return old_from, old_to, new_from, new_to


def _subsequence(old: list[int], new: list[int], window: _Difference) -> Iterator[_Difference]:
    old_from, old_to, new_from, new_to = window
    for step in LCSseq.opcodes(old[old_from:old_to], new[new_from:new_to]):
        if step.tag != "equal":
            yield (
                old_from + step.src_start,
                old_from + step.src_end,
                new_from + step.dest_start,
                new_from + step.dest_end,
            )


def _anchors(old: list[int], new: list[int], window: _Difference) -> list[tuple[int, int]]:
    """Items that stand once on each side, the longest run of them that keeps its order (patience diff)."""
    old_from, old_to, new_from, new_to = window
    old_counts, new_counts = Counter(old[old_from:old_to]), Counter(new[new_from:new_to])
    places = {new[at]: at for at in range(new_from, new_to) if new_counts[new[at]] == 1}
    unique = [(at, places[old[at]]) for at in range(old_from, old_to) if old_counts[old[at]] == 1 and old[at] in places]
    tops: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, (_, place) in enumerate(unique):
        pile = bisect_left(tops, place)
        previous.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        ends[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(unique[index])
        index = previous[index]
    return chain[::-1]


def _by_parts(before: str, after: str, ends: Sequence[re.Pattern[str]]) -> Iterator[Piece]:
    """Word by word where that can be done; else by the parts that these ends make, and what differs of them further."""
    if not ends or len(before) * len(after) <= _WORD_BY_WORD:
        yield from _by_words(_Words.of(before), _Words.of(after))
        return
    old, new = ends[0].split(before), ends[0].split(after)
    old_at = 0
    for old_from, old_to, new_from, new_to in _differences(old, new, LINE_PAIRS):
        yield Piece("same", "".join(old[old_at:old_from]))
        yield from _by_parts("".join(old[old_from:old_to]), "".join(new[new_from:new_to]), ends[1:])
        old_at = old_to
    yield Piece("same", "".join(old[old_at:]))


def _by_words(old: _Words, new: _Words) -> Iterator[Piece]:
    old_at = new_at = 0
    for old_from, old_to, new_from, new_to in _differences(old.words, new.words, WORD_PAIRS):
        yield from _kept(old, old_at, old_from, new, new_at)
        yield from _replaced(old.text(old_from, old_to), new.text(new_from, new_to))
        old_at, new_at = old_to, new_to
    yield from _kept(old, old_at, len(old.words), new, new_at)
    yield from _replaced(old.rest, new.rest)


@dataclass(frozen=True, slots=True)
class _Words:
    """A text as words, the white space before each, and what stands behind the last."""

    spaces: list[str]
    words: list[str]
    rest: str

    @classmethod
    def of(cls, text: str) -> _Words:
        # White space at the end goes first: a pattern that looks for a word behind it would try from each blank anew.
        filled = text.rstrip()
        found = _TOKEN.findall(filled)
        return cls([space for space, _ in found], [word for _, word in found], text[len(filled) :])

    def text(self, start: int, stop: int) -> str:
        return "".join(map(str.__add__, self.spaces[start:stop], self.words[start:stop]))


def _kept(old: _Words, start: int, stop: int, new: _Words, new_start: int) -> Iterator[Piece]:
    """Words that both texts have; the space before them may still differ."""
    for at in range(start, stop):
        before, after = old.spaces[at], new.spaces[at - start + new_start]
        if before == after:
            yield Piece("same", before + old.words[at])
        else:
            yield from _replaced(before, after)
            yield Piece("same", old.words[at])


def _replaced(removed: str, added: str) -> Iterator[Piece]:
    """White space that both sides begin with stays."""
    shared = 0
    while shared < min(len(removed), len(added)) and removed[shared] == added[shared] and removed[shared].isspace():
        shared += 1
    yield Piece("same", removed[:shared])
    yield Piece("removed", removed[shared:])
    yield Piece("added", added[shared:])


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind become one; in a stretch of differences one removed piece stands before one added."""
    whole: list[Piece] = []
    for is_same, group in groupby((piece for piece in pieces if piece.text), _is_same):
        stretch = list(group)
        ops: tuple[Op, ...] = ("same",) if is_same else ("removed", "added")
        for op in ops:
            text = "".join(piece.text for piece in stretch if piece.op == op)
            if text:
                whole.append(Piece(op, text))
    return whole


def _readable(pieces: Sequence[Piece]) -> list[Piece]:
    """Differences with next to nothing between them become one: "first Monday", "second Tuesday"; not word by word."""
    stretches = [list(group) for _, group in groupby(pieces, _is_same)]
    whole: list[Piece] = []
    left: list[Piece] = []
    for index, stretch in enumerate(stretches):
        gap = stretch[0]
        if gap.op != "same":
            left += stretch
            whole += stretch
        elif left and index + 1 < len(stretches) and _is_bridged(gap.text, left, stretches[index + 1]):
            bridge = [Piece("removed", gap.text), Piece("added", gap.text)]
            left += bridge
            whole += bridge
        else:
            left = []
            whole += stretch
    return _merged(whole)


def _is_bridged(gap: str, left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether what is the same between two differences is too little to be worth a reader's stop.

    Only where something was replaced: two names put into a list stay two, whatever the comma between them.
    """
    if "\n" in gap or len({piece.op for piece in (*left, *right)}) < 2:
        return False
    sizes = [sum(len(piece.text.strip()) for piece in side) for side in (left, right)]
    return 3 * len(gap.strip()) <= min(sizes)


def _is_same(piece: Piece) -> bool:
    return piece.op == "same"


def _similar(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Indexes of the lines that belong together: in order, with the greatest similarity in sum."""
    characters = sum(map(len, old)) * sum(map(len, new))
    if len(old) * len(new) > _PAIRED_LINES or characters > _PAIRED_CHARACTERS:
        # Too many for trying each with each: a table of which every row was touched keeps its rows in place.
        return [(at, at) for at in range(min(len(old), len(new))) if len(old) == len(new) and _share(old[at], new[at])]
    shares = [[_share(line, other) for other in new] for line in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        for column in range(len(new) - 1, -1, -1):
            share = shares[row][column]
            paired = share + best[row + 1][column + 1] if share else 0.0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < len(old) and column < len(new):
        share = shares[row][column]
        if share and best[row][column] == share + best[row + 1][column + 1]:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _share(old: str, new: str) -> float:
    """How much of two lines is the same, 0 to 1; 0 where they are too different to be one."""
    return Indel.normalized_similarity(old, new, score_cutoff=_SIMILAR)
