"""How the difference between two canonical texts is judged: what is news, and what a machine prints anew at every look.

Nothing has to be configured. First speak the named rules (`monitor.noise_rules`), then what the page itself has taught
(`monitor.places`), then what two sides of a change have in common: the same words differently broken, blocks under a
heading that tells of rotation, items in another order (`monitor.reordering`). Whatever is left is news, or, where the
markup says that a machine fills the block (`monitor.fillers`), filler: kept and told apart. What is ignored is kept
with the rule's name, never erased.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from monitor.clocks import is_bare_time, is_stamp_of, is_time_of, show_their_looks
from monitor.diff import Hunk, hunks
from monitor.noise_rules import (
    ROTATING_HEADINGS,
    ROTATING_LINES,
    counts_down,
    has_noise,
    is_sky,
    key_of,
    noise_in,
    says_something,
    template_of,
)
from monitor.places import (
    Covered,
    Memory,
    Place,
    Shown,
    Text,
    is_amendment,
    names_document,
    places_in,
    value_of,
)
from monitor.reordering import reordered
from monitor.types import Learning, in_utc

__all__ = ["Ignored", "TextComparison", "compare", "explain", "first_look", "has_noise", "looked_again", "second_look"]

_TRACKED_HUNKS = 20
"""A look that differs in more places is another edition of the page, and teaches nothing."""
_SECOND_LOOK_LINES = 40
_FEW_WORDS = 15
"""Of a slide, a tip, a counter. Prose is no machine's."""
_TOKENS = re.compile(r"\w+|[^\w\s]")
_QUOTATION = re.compile(r"(?:quote|tip|thought|fact|word|verse) of|did you know", re.IGNORECASE)
_QUOTATION_LINES = 3
_REFLOWED_HUNKS = 6
_REFLOWED_APART = 3
"""Lines between two hunks of one passage."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A difference that is nobody's news, and the rule that says so."""

    hunk: Hunk
    rule: str


@dataclass(frozen=True, slots=True)
class TextComparison:
    """What differs and is news, what differs and is not, and what the page has taught by it."""

    hunks: tuple[Hunk, ...]
    ignored: tuple[Ignored, ...]
    learning: Learning
    fillers: tuple[Hunk, ...] = ()
    """What differs in blocks that a machine fills."""


def doubtful(hunk: Hunk) -> bool:
    """Whether a machine may have printed it: a few words in the place of others, and neither a table nor a document."""
    if not hunk.before or not hunk.after:
        return False
    lines = (*hunk.before, *hunk.after)
    return not any(names_document(line) or " | " in line or len(line.split()) > _FEW_WORDS for line in lines)


def exchanged(hunk: Hunk) -> bool:
    """Whether other words stand in the place of a few, and not the same ones amended: so slides change."""
    return doubtful(hunk) and not is_amendment(hunk.before, hunk.after)


def compare(
    before: Sequence[str], after: Sequence[str], learning: Learning, at: datetime, fillers: Set[int] = frozenset()
) -> TextComparison:
    """Judge a look at `at` against the last told state of the page.

    `fillers` are the indexes in `after` of lines that a machine fills in; those of `before` were learned at their look.
    `before` is the text of the current snapshot: after ignored differences still that of an earlier look. Hunks hold
    the original lines; typographic variants of the same characters do not differ. Raises ValueError for a naive time.
    """
    at = in_utc(at)
    memory = Memory.of(learning)
    was, now = list(map(key_of, before)), list(map(key_of, after))
    old, new = Text(was, memory.filled_in(was)), Text(now, fillers)
    memory.observe(old, new, at)
    covered = memory.masked_ranges(old, new, at)
    sides = _Sides(before, after, old, new, covered)
    sides.ignore_named_lines()
    sides.ignore_clocks(at, memory.told_at)
    for masked_before, masked_after, reason in covered:
        sides.ignore_masked(masked_before, masked_after, f"learned: {reason}")
    sides.ignore_rest()
    if len(sides.rests) <= _TRACKED_HUNKS:
        for rest in sides.rests:
            for shown in sides.places(rest):
                memory.begin(shown, at)
    filled = sides.taken_apart()
    memory.fill(now, fillers)
    if filled or sides.rests:
        memory.told_at = at
    return TextComparison(sides.told(), tuple(sides.ignored), memory.learning(), filled)


def first_look(learning: Learning, lines: Sequence[str], fillers: Set[int], at: datetime) -> Learning:
    """What the first look at a page teaches: when it was, and which of its lines a machine filled in."""
    memory = Memory.of(learning)
    memory.told_at = in_utc(at)
    memory.fill(list(map(key_of, lines)), fillers)
    return memory.learning()


def second_look(
    first: Sequence[str],
    second: Sequence[str],
    learning: Learning,
    at: datetime,
    first_fillers: Set[int] = frozenset(),
    fillers: Set[int] = frozenset(),
    further: Sequence[Sequence[str]] = (),
) -> Learning:
    """What two looks seconds apart teach: what differs is volatile, at once. Two different pages teach nothing.

    The fillers are indexes of lines that a machine fills in, in `first` and in `second`. `further` are looks of the
    same series: a line that one of them lacks is volatile, and no neighbour of what is, though these two have it.
    """
    at = in_utc(at)
    old, new = Text(list(map(key_of, first)), first_fillers), Text(list(map(key_of, second)), fillers)
    stable = set(new.keys).intersection(*(map(key_of, look) for look in further))
    moving = [index for index, key in enumerate(old.keys) if key not in stable] if further else ()
    moving_now = [index for index, key in enumerate(new.keys) if key not in stable] if further else ()
    sides = _Sides(first, second, old, new, [(moving, moving_now, "")])
    sides.ignore_named_lines()
    sides.ignore_rest()
    moved = sum(max(old.size(rest.old), new.size(rest.new)) for rest in sides.rests)
    if moved > _SECOND_LOOK_LINES or 2 * moved > max(len(first), len(second), 4):
        return learning
    memory = Memory.of(learning)
    for rest in sides.rests:
        for shown in sides.moved_together(rest):
            if shown.place.kind == "line" or not any(map(names_document, [*shown.before, *shown.after])):
                reason = "differed between two looks seconds apart"
                memory.mask(shown.place, at, reason, shown.size, value_of(shown.after))
    return memory.learning()


def moved_by_itself(change: Sequence[Hunk], learning: Learning) -> str:
    """Why an earlier change was noise, by what the page has taught since; empty where any part of it was not.

    A page shows a third slide before it is known to rotate; by then two changes were kept as news.
    """
    memory = Memory.of(learning)
    reasons: list[str] = []
    for hunk in change:
        was, now = list(map(key_of, hunk.before)), list(map(key_of, hunk.after))
        found = [memory.moved_by_itself(was, now)]
        if not found[0] and len(was) == len(now):
            found = [memory.moved_by_itself([one], [other]) for one, other in zip(was, now, strict=True)]
        if not all(found):
            return ""
        reasons += found
    return reasons[0] if reasons else ""


def looked_again(learning: Learning) -> Learning:
    """A look that found the same bytes (or a 304): every known place stood still once more."""
    if not learning.history:
        return learning
    memory = Memory.of(learning)
    memory.settle()
    return memory.learning()


def explain(learning: Learning) -> tuple[str, ...]:
    """A sentence for each part of a page that is compared no more."""
    memory = Memory.of(learning)
    sentences: list[str] = []
    for mask in learning.masks:
        place, trace = Place.parse(mask.where), memory.traces.get(mask.where)
        described = place.described() if place else mask.where
        still = f"; it has stood still for {trace.stayed} looks, so its next change is told" if (
            trace and trace.stands_still
        ) else ""  # fmt: skip
        sentences.append(f"Since {mask.since:%Y-%m-%d %H:%M} UTC {described} is not compared ({mask.reason}){still}.")
    return tuple(sentences)


@dataclass(slots=True)
class _Rest:
    """Indexes of a hunk's lines that no rule has explained yet."""

    hunk: Hunk
    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.old = list(self.old_range)
        self.new = list(self.new_range)

    @property
    def old_range(self) -> range:
        return range(self.hunk.at, self.hunk.at + len(self.hunk.before))

    @property
    def new_range(self) -> range:
        return range(self.hunk.at_after, self.hunk.at_after + len(self.hunk.after))


class _Sides:
    """Two texts, their comparison keys, and what of their difference is still unexplained."""

    def __init__(
        self, before: Sequence[str], after: Sequence[str], old: Text, new: Text, covered: Sequence[Covered] = ()
    ) -> None:
        self.before, self.after = before, after
        self.old, self.new = old, new
        self.rests = [_Rest(hunk) for hunk in _differences(old, new, covered)]
        self.ignored: list[Ignored] = []
        for rest in self.rests:
            self._forget_equal(rest, old.filled, new.filled)
        self._forget_explained()

    def ignore_named_lines(self) -> None:
        """Lines that a named rule knows by their shape; where the rule says so, only with a counterpart."""
        old_noise = {i: found for rest in self.rests for i in rest.old if (found := noise_in(self.old.keys[i]))}
        new_noise = {i: found for rest in self.rests for i in rest.new if (found := noise_in(self.new.keys[i]))}
        old_frames = {frame for _, frame in old_noise.values()}
        new_frames = {frame for _, frame in new_noise.values()}
        for rest in self.rests:
            named: dict[str, tuple[list[int], list[int]]] = {}
            for index in rest.old:
                if (found := old_noise.get(index)) and (not found[0].paired or found[1] in new_frames):
                    named.setdefault(found[0].name, ([], []))[0].append(index)
            for index in rest.new:
                if (found := new_noise.get(index)) and (not found[0].paired or found[1] in old_frames):
                    named.setdefault(found[0].name, ([], []))[1].append(index)
            for name, (old, new) in named.items():
                self._ignore(rest, old, new, name)
            sky_old = [index for index in rest.old if is_sky(self.old.keys, index)]
            sky_new = [index for index in rest.new if is_sky(self.new.keys, index)]
            if sky_old or sky_new:
                self._ignore(rest, sky_old, sky_new, "weather")
            ticking_old = [index for index in rest.old if counts_down(self.old.keys, index)]
            ticking_new = [index for index in rest.new if counts_down(self.new.keys, index)]
            if ticking_old or ticking_new:
                self._ignore(rest, ticking_old, ticking_new, "countdown")
        self._forget_explained()

    def ignore_clocks(self, at: datetime, told_at: datetime | None) -> None:
        """A line that is nothing but the date and the minute of this very look, where another stood before.

        A date without a time is a clock where it was the day of that look then and is the day of this one now, in the
        same words, and nothing else moved beside it: a list whose newest entry is of today changes in its title too.
        """
        for rest in self.rests:
            new = [index for index in rest.new if is_time_of(self.new.keys[index], at)]
            old = [index for index in rest.old if is_bare_time(self.old.keys[index])]
            if old and len(old) == len(new):
                self._ignore(rest, old, new, "clock")
            stamps = [index for index in rest.new if is_stamp_of(self.new.keys[index], at)]
            frames = {template_of(self.new.keys[index]) for index in stamps}
            stamped = [index for index in rest.old if template_of(self.old.keys[index]) in frames]
            if stamped and len(stamped) == len(stamps):
                self._ignore(rest, stamped, stamps, "clock")
            elif told_at is not None:
                self._ignore_days_and_hours(rest, told_at, at)
        self._forget_explained()

    def _ignore_days_and_hours(self, rest: _Rest, told_at: datetime, at: datetime) -> None:
        alone = len(rest.old) == len(rest.new) == 1
        for new in list(rest.new):
            now = self.new.keys[new]
            pairs = [old for old in rest.old if show_their_looks(self.old.keys[old], told_at, now, at)]
            if len(pairs) == 1 and (alone or says_something(now)):
                self._ignore(rest, pairs, [new], "clock")

    def ignore_masked(self, old: Container[int], new: Container[int], reason: str) -> None:
        """What a mask covers. A hunk that reaches beyond the place keeps what is beyond."""
        for rest in self.rests:
            taken_old = [index for index in rest.old if index in old]
            taken_new = [index for index in rest.new if index in new]
            self._forget_equal(rest, old, new)
            if self.old.lines_at(taken_old) != self.new.lines_at(taken_new):
                self._ignore(rest, taken_old, taken_new, reason)
        self._forget_explained()

    def ignore_rest(self) -> None:
        """The same words differently broken, blocks that a machine fills, items in another order."""
        for rest in self.rests:
            if rest.old and rest.new and self._words(self.old, rest.old) == self._words(self.new, rest.new):
                self._ignore(rest, rest.old, rest.new, "white space")
            elif self._is_rotating_block(rest):
                self._ignore(rest, rest.old, rest.new, "rotating block")
        self._forget_explained()
        self._ignore_reflowed()
        spans = [(rest.old_range, rest.new_range, rest.old, rest.new) for rest in self.rests]
        for index in reordered(self.old.keys, self.new.keys, spans):
            rest = self.rests[index]
            self._ignore(rest, rest.old, rest.new, "reordered items")
        self._forget_explained()

    def _ignore_reflowed(self) -> None:
        """Neighbouring hunks that together are the same words: a re-flowed passage keeps a line or two by chance."""
        start = 0
        while start < len(self.rests):
            for end in range(min(start + _REFLOWED_HUNKS, len(self.rests)), start + 1, -1):
                passage = self.rests[start:end]
                if any(
                    later.hunk.at - earlier.old_range.stop > _REFLOWED_APART for earlier, later in pairwise(passage)
                ):
                    continue
                old = range(passage[0].old_range.start, passage[-1].old_range.stop)
                new = range(passage[0].new_range.start, passage[-1].new_range.stop)
                if self._words(self.old, old) == self._words(self.new, new):
                    for rest in passage:
                        self._ignore(rest, rest.old, rest.new, "white space")
                    break
            start += 1
        self._forget_explained()

    def places(self, rest: _Rest) -> list[Shown]:
        """The places that the unexplained lines of a hunk are in; none where a rule took lines from their middle."""
        old, new = _run(rest.old, rest.old_range), _run(rest.new, rest.new_range)
        return places_in(self.old, self.new, old, new) if old is not None and new is not None else []

    def moved_together(self, rest: _Rest) -> list[Shown]:
        """The places of a hunk all of whose lines moved by themselves: the whole of it where a rule explains a part.

        Neighbours that are noise of another kind would be other ones at the next look.
        """
        if len(rest.old) == len(rest.old_range) and len(rest.new) == len(rest.new_range):
            return self.places(rest)
        return places_in(self.old, self.new, rest.old_range, rest.new_range)

    def taken_apart(self) -> tuple[Hunk, ...]:
        """Take out the lines of blocks that a machine fills. What is beside them in the same hunk stays news."""
        found: list[Hunk] = []
        for rest in self.rests:
            old = [index for index in rest.old if index in self.old.filled]
            new = [index for index in rest.new if index in self.new.filled]
            if old or new:
                found.append(self._hunk(rest, old, new))
                gone_old, gone_new = set(old), set(new)
                rest.old = [index for index in rest.old if index not in gone_old]
                rest.new = [index for index in rest.new if index not in gone_new]
        self._forget_explained()
        return tuple(found)

    def told(self) -> tuple[Hunk, ...]:
        """The hunks that are news, with the original lines."""
        return tuple(self._hunk(rest, rest.old, rest.new) for rest in self.rests)

    def _hunk(self, rest: _Rest, old: Sequence[int], new: Sequence[int]) -> Hunk:
        return Hunk(
            tuple(self.before[index] for index in old),
            tuple(self.after[index] for index in new),
            old[0] if old else rest.hunk.at,
            new[0] if new else rest.hunk.at_after,
        )

    def _ignore(self, rest: _Rest, old: list[int], new: list[int], rule: str) -> None:
        self.ignored.append(Ignored(self._hunk(rest, old, new), rule))
        gone_old, gone_new = set(old), set(new)
        rest.old = [index for index in rest.old if index not in gone_old]
        rest.new = [index for index in rest.new if index not in gone_new]

    def _forget_equal(self, rest: _Rest, old: Container[int], new: Container[int]) -> None:
        """Lines that were set aside before the comparison, and are the same on both sides."""
        gone_old, gone_new = [at for at in rest.old if at in old], [at for at in rest.new if at in new]
        if self.old.lines_at(gone_old) == self.new.lines_at(gone_new):
            rest.old = [index for index in rest.old if index not in old]
            rest.new = [index for index in rest.new if index not in new]

    def _forget_explained(self) -> None:
        self.rests = [rest for rest in self.rests if rest.old or rest.new]

    @staticmethod
    def _words(text: Text, indexes: Sequence[int]) -> list[str]:
        return _TOKENS.findall(" ".join(text.keys[index] for index in indexes))

    def _is_rotating_block(self, rest: _Rest) -> bool:
        """Other items in the place of as many. What is added or gone, or the same item amended, is the page's own.

        An item right below the heading may be amended: advertisements are.
        """
        if not rest.old or len(rest.old) != len(rest.new):
            return False
        above = self.new.keys[rest.new[0] - 1] if rest.new[0] else ""
        first = 1 if ROTATING_HEADINGS.fullmatch(above) else 0
        pairs = zip(self.old.lines_at(rest.old[first:]), self.new.lines_at(rest.new[first:]), strict=True)
        return (
            not any(is_amendment([was], [now]) for was, now in pairs)
            and self._below_rotating_heading(self.old, rest.old)
            and self._below_rotating_heading(self.new, rest.new)
        )

    @staticmethod
    def _below_rotating_heading(text: Text, indexes: Sequence[int]) -> bool:
        """Whether the lines stand in a block under a heading known to rotate, with nothing but items between."""
        last = indexes[-1]
        for heading in range(last - 1, max(-1, last - ROTATING_LINES - 1), -1):
            key = text.keys[heading]
            if ROTATING_HEADINGS.fullmatch(key):
                quotation = bool(_QUOTATION.match(key))
                if heading >= indexes[0] or (quotation and last - heading > _QUOTATION_LINES):
                    return False
                return all(_is_item_of_block(line, quotation) for line in text.keys[heading + 1 : last + 1])
        return False


def _differences(old: Text, new: Text, covered: Sequence[Covered]) -> tuple[Hunk, ...]:
    """Where two texts differ. What a mask covers or a machine fills in is never the same as anything: two banners that
    exchange their slides would pass for a heading that moved between them."""
    if old.keys == new.keys:
        return ()
    masked_old = {index for before, _, _ in covered for index in before}
    masked_new = {index for _, after, _ in covered for index in after}
    aside_old, aside_new = masked_old | old.filled, masked_new | new.filled
    return hunks(
        [f"\0{index}" if index in aside_old else key for index, key in enumerate(old.keys)],
        [f"\0\0{index}" if index in aside_new else key for index, key in enumerate(new.keys)],
    )


def _run(indexes: Sequence[int], whole: range) -> range | None:
    """Indexes as a range, when they are one; of no index the place where its lines would stand."""
    if not indexes:
        return range(whole.start, whole.start)
    run = range(indexes[0], indexes[-1] + 1)
    return run if len(run) == len(indexes) else None


def _is_item_of_block(key: str, quotation: bool) -> bool:
    """A headline, or a quotation; never a document, a table row, a label or a passage of prose."""
    if " | " in key or names_document(key) or key.endswith(":") or not says_something(key):
        return False
    return len(key) <= (500 if quotation else 160)
