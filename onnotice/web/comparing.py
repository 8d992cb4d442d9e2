"""Two texts against each other as a page shows them: inline and side by side, words marked, lines around for place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.wording import cut, harmless, label, value
from monitor.diff import Hunk, Piece, hunks, pair_lines, words

_LINES_AROUND = 2
_MOST_STRETCHES = 150
_MOST_LINES = 600
"""Of all stretches together: what is longer is read side by side in the versions themselves."""

_LONGEST_LINE = 4_000
"""Characters."""

_MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line that differs. Pieces are "same", "removed" or "added"."""

    pieces: tuple[Piece, ...]
    was: bool = True
    """Whether there was such a line before."""
    now: bool = True
    """Whether there is one after."""

    @property
    def before(self) -> tuple[Piece, ...]:
        """As it was."""
        return tuple(piece for piece in self.pieces if piece.op != "added")

    @property
    def after(self) -> tuple[Piece, ...]:
        """As it is."""
        return tuple(piece for piece in self.pieces if piece.op != "removed")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that differ, with the lines before and behind them that do not."""

    lines: tuple[Line, ...]
    ahead: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs; `left_out` lines are not among it, because nobody reads so many."""

    stretches: tuple[Stretch, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a record, before and after."""

    label: str
    line: Line


def compare(before: Sequence[str], after: Sequence[str]) -> Comparison:
    """Two texts, line by line."""
    found = hunks(before, after)
    return _bounded(
        (hunk, after[max(0, hunk.at_after - _LINES_AROUND) : hunk.at_after], _following(hunk, after)) for hunk in found
    )


def compare_hunks(found: Sequence[Sequence[Sequence[str]]]) -> Comparison:
    """The hunks that a change keeps: [lines before, lines after] each."""
    return _bounded((Hunk(tuple(before), tuple(after)), (), ()) for before, after in found)


def compare_fields(fields: Mapping[str, Sequence[Any]]) -> tuple[tuple[FieldRow, ...], int]:
    """Fields that differ, before and after; and how many are left out."""
    rows = tuple(
        FieldRow(label(str(name)), _line(_plain(value(before)), _plain(value(after))))
        for name, (before, after) in list(fields.items())[:_MOST_FIELDS]
    )
    return rows, max(0, len(fields) - _MOST_FIELDS)


def _following(hunk: Hunk, after: Sequence[str]) -> Sequence[str]:
    end = hunk.at_after + len(hunk.after)
    return after[end : end + _LINES_AROUND]


def _bounded(found: Iterator[tuple[Hunk, Sequence[str], Sequence[str]]]) -> Comparison:
    stretches: list[Stretch] = []
    lines = left_out = 0
    for hunk, ahead, behind in found:
        size = max(len(hunk.before), len(hunk.after))
        if len(stretches) == _MOST_STRETCHES or lines >= _MOST_LINES:
            left_out += size
            continue
        lines += size
        paired = tuple(_line(was, now) for was, now in pair_lines(hunk))
        stretches.append(Stretch(paired[:_MOST_LINES], tuple(map(_plain, ahead)), tuple(map(_plain, behind))))
        left_out += max(0, len(paired) - _MOST_LINES)
    return Comparison(tuple(stretches), left_out)


def _line(was: str | None, now: str | None) -> Line:
    pieces = words(_plain(was or ""), _plain(now or ""))
    return Line(pieces, was=was is not None, now=now is not None)


def _plain(text: str) -> str:
    return cut(harmless(text), _LONGEST_LINE)
