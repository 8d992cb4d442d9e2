"""What a page teaches about its own noise: the places whose content never settles, and how they were found out.

A place is known by what stays the same around it. Of a "line" that is the line's own frame (its words, with numbers and
tokens replaced) within three lines of either neighbour; of a "block" both neighbours, between which anything may stand,
but no more lines than were ever seen there. A mask's `where` is that, as a JSON list: kind, neighbour above, neighbour
below, frame.

When a place is learned (after `second_look`, at once; else only when the evidence cannot be news):

* restless: another value at each of three looks in a row, six hours from the next at most; no table, no prose;
* rotating: words that come and go from a pool (A, B, C, A; or A, B, A, B), not an amended line, not a number;
* token: a frame whose only change is a random token, three times;
* today: a line that is nothing but a date, three times the day of the look.

A value that stayed for 50 looks starts the count anew: it was settled, so its change was true. A masked place that
stands still for long (12 looks, or three times as long as it ever did before) is no longer volatile: its next change is
told, and the mask falls. Table rows and names of documents are never learned from history.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from monitor.clocks import is_day_of
from monitor.noise_rules import noise_in, template_of
from monitor.types import Learning, Mask, in_utc

MAXIMUM_MASKS = 60
MAXIMUM_TRACES = 40
MAXIMUM_FILLED = 240
"""Names of lines; a page's carousels and related blocks of several looks."""
_VALUES = 12
_BLOCK_LINES = 12
"""A larger part is not a widget."""
_REACH = 3
_SETTLED_LOOKS = 50
_STANDS_STILL = 12
_RESTLESS_WITHIN = timedelta(hours=6)
"""Counters and tickers move faster than any government reports; a figure that is new each day is news each day."""
_FORGOTTEN_AFTER = timedelta(days=90)
_PROSE_WORDS = 25
_COMMON_NEIGHBOUR = 200
_ANCHOR = 120
_SHORT = 80

_TOP, _BOTTOM = "^", "$"
_COUNTS = ("stayed", "longest", "size", "amended", "today")


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page. `frame` is the line's template, empty for a block."""

    kind: str
    above: str
    below: str
    frame: str = ""

    @property
    def where(self) -> str:
        """The form that is kept in `Mask.where`."""
        return json.dumps([self.kind, self.above, self.below, self.frame], ensure_ascii=False)

    @classmethod
    def parse(cls, where: str) -> Place | None:
        """The place that a mask names; None for a form that this version does not know."""
        try:
            kind, above, below, frame = json.loads(where)
        except (ValueError, TypeError):
            return None
        return cls(str(kind), str(above), str(below), str(frame)) if kind in ("line", "block") else None

    def described(self) -> str:
        """For people."""
        neighbours = f"between {_quoted(self.above)} and {_quoted(self.below)}"
        return f"the line {_quoted(self.frame)} {neighbours}" if self.kind == "line" else f"what stands {neighbours}"


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen at a place. `stays[i]` is how many looks found `values[i]` again before it went."""

    values: tuple[str, ...]
    stays: tuple[int, ...] = ()
    times: tuple[datetime, ...] = ()
    """Of the changes."""
    stayed: int = 0
    longest: int = 0
    size: int = 1
    """Lines, at most."""
    amended: int = 0
    """Changes that kept the beginning or half of the words: edits, not another quotation."""
    today: int = 0
    """Changes in a row that brought the day of the look."""
    prose: bool = False
    table: bool = False

    @property
    def stands_still(self) -> bool:
        """Whether a masked place has settled: the next change there is told."""
        return self.stayed >= max(_STANDS_STILL, 3 * self.longest)

    @property
    def fleeting(self) -> set[str]:
        """The values none of which ever stood still for long."""
        stays = (*self.stays, self.stayed)
        stood = {value for value, stayed in zip(self.values, stays, strict=False) if stayed >= _STANDS_STILL}
        return set(self.values) - stood

    def seen_again(self) -> Trace:
        """The same value at another look."""
        return replace(self, stayed=self.stayed + 1)

    def changed(self, value: str, at: datetime) -> Trace:
        """Another value."""
        kept = self
        if self.stayed >= _SETTLED_LOOKS or (self.times and at - self.times[-1] > _FORGOTTEN_AFTER):
            kept = replace(self, values=self.values[-1:], stays=(), times=(), amended=0, today=0, longest=0)
        return replace(
            kept,
            values=(*kept.values, value)[-_VALUES:],
            stays=(*kept.stays, kept.stayed)[-(_VALUES - 1) :],
            times=(*kept.times, at)[-(_VALUES - 1) :],
            longest=max(kept.longest, kept.stayed),
            stayed=0,
        )

    def volatile_because(self, place: Place) -> str:
        """Why this place is noise from now on; empty while it may be news."""
        if len(self.times) < 3 or self.table:
            return ""
        last_values, last_times = self.values[-4:], self.times[-3:]
        at_each_look = not any(self.stays[-2:])
        new_each_time = at_each_look and len(set(last_values)) == 4
        quick = all(later - earlier <= _RESTLESS_WITHIN for earlier, later in pairwise(last_times))
        # Figures may be the same again by chance, and of few slides the one before the last.
        if at_each_look and quick and not self.prose and (place.kind == "line" or len(set(last_values)) > 2):
            return "restless: another value at each of 3 looks in a row"
        if new_each_time and place.kind == "line" and "<token>" in place.frame:
            return "token: nothing but a random token changed, 3 times"
        if self.today >= 3:
            return "today: shows the day of the look"
        if place.kind == "block" and not self.amended and self._rotates():
            return "rotating: values come and go from a pool"
        return ""

    def _rotates(self) -> bool:
        """A, B, C, A or A, B, A, B: values that had gone came back, and not as the undoing of one edit (A, B, A, C)."""
        returns = [index for index, value in enumerate(self.values) if value in self.values[:index]]
        return len(returns) >= 2 or any(self.values[index] not in self.values[index - 2 : index] for index in returns)

    def facts(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "values": list(self.values),
            "stays": list(self.stays),
            "times": [moment.isoformat() for moment in self.times],
            **{name: getattr(self, name) for name in (*_COUNTS, "prose", "table")},
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Trace:
        """Raises ValueError, KeyError, TypeError or AttributeError for anything that `facts` did not write."""
        values = tuple(map(str, facts["values"]))
        if not values:
            raise ValueError("a trace without a value")
        return cls(
            values=values,
            stays=tuple(map(int, facts["stays"])),
            times=tuple(in_utc(datetime.fromisoformat(moment)) for moment in facts["times"]),
            **{name: int(facts[name]) for name in _COUNTS},
            prose=bool(facts["prose"]),
            table=bool(facts["table"]),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What a place showed before and shows now, and how many lines that is at most, without those of machines."""

    place: Place
    before: Sequence[str]
    after: Sequence[str]
    size: int


class Text:
    """Comparison keys of a text, and where each of its lines stands.

    `filled` are the indexes of lines that a machine fills in. They are in places as any line, and no neighbours of
    theirs: a neighbour that changes by itself would take the place along.
    """

    def __init__(self, keys: Sequence[str], filled: Set[int] = frozenset()) -> None:
        self.keys = keys
        self.filled = filled
        self._own: Sequence[int] = (
            [index for index in range(len(keys)) if index not in filled] if filled else range(len(keys))
        )
        """Indexes of the other lines. Neighbours are counted by their number among these."""
        self._numbers: dict[str, list[int]] | None = None
        self._frames: dict[str, list[int]] | None = None

    def above(self, index: int) -> str:
        """The name of the nearest neighbour before an index; at the top "^"."""
        return self._anchor(bisect_left(self._own, index) - 1)

    def below(self, index: int) -> str:
        """The name of the nearest neighbour at an index or behind it; at the end "$"."""
        return self._anchor(bisect_left(self._own, index))

    def lines(self, found: range) -> list[str]:
        """Keys in a range."""
        return list(self.keys[found.start : found.stop])

    def lines_at(self, indexes: Iterable[int]) -> list[str]:
        """Keys at indexes."""
        return [self.keys[index] for index in indexes]

    def size(self, found: Sequence[int]) -> int:
        """How many lines, by their indexes, no machine fills in."""
        return len(found) - sum(index in self.filled for index in found) if self.filled else len(found)

    def find(self, place: Place, size: int) -> range | None:
        """Where a place is in this text; None when its neighbours are gone, or cannot be told apart."""
        found = self._line(place) if place.kind == "line" else self._block(place, size)
        return found.pop() if len(found) == 1 else None

    def _anchor(self, number: int) -> str:
        if number < 0:
            return _TOP
        return _anchor(self.keys[self._own[number]]) if number < len(self._own) else _BOTTOM

    def _block(self, place: Place, size: int) -> set[range]:
        found: set[range] = set()
        belows = set(self._of(place.below, _BOTTOM, len(self._own)))
        for above in self._of(place.above, _TOP, -1):
            for below in range(above + 1, min(above + size + 2, len(self._own) + 1)):
                if below in belows:
                    start = self._own[above] + 1 if above >= 0 else 0
                    found.add(range(start, self._own[below] if below < len(self._own) else len(self.keys)))
                    break
        return found

    def _line(self, place: Place) -> set[range]:
        beside: dict[int, int] = {}
        for above in self._of(place.above, _TOP, -1):
            self._beside(place.frame, range(above + 1, above + 1 + _REACH), 1, beside)
        for below in self._of(place.below, _BOTTOM, len(self._own)):
            self._beside(place.frame, range(below - _REACH, below), 2, beside)
        best = max(beside.values(), default=0)
        return {
            range(self._own[number], self._own[number] + 1)
            for number, sides in beside.items()
            if sides == best or best < 3
        }

    def _beside(self, frame: str, candidates: range, side: int, beside: dict[int, int]) -> None:
        for number in candidates:
            if 0 <= number < len(self._own) and template_of(self.keys[self._own[number]]) == frame:
                beside[number] = beside.get(number, 0) | side

    def _of(self, anchor: str, edge: str, edge_number: int) -> Iterable[int]:
        if anchor == edge:
            return (edge_number,)
        if self._numbers is None:
            self._numbers = {}
            for number in range(len(self._own)):
                self._numbers.setdefault(self._anchor(number), []).append(number)
        numbers = self._numbers.get(anchor) or self._alike(anchor)
        return numbers if len(numbers) <= _COMMON_NEIGHBOUR else ()

    def _alike(self, anchor: str) -> Sequence[int]:
        """Of a neighbour that is gone: the one line with other figures in the same words, a stamp say, or none."""
        if self._frames is None:
            self._frames = {}
            for name, numbers in (self._numbers or {}).items():
                self._frames.setdefault(template_of(name), []).extend(numbers)
        numbers = self._frames.get(template_of(anchor), [])
        return numbers if len(numbers) == 1 else ()


Covered = tuple[Sequence[int], Sequence[int], str]
"""What a mask covers: indexes of the text before, of the text now, and why."""


@dataclass(slots=True)
class Memory:
    """A page's learning, opened for one look."""

    masks: dict[str, Mask]
    traces: dict[str, Trace] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    """Places masked at this very look: their change is in the trace already."""
    filled: list[str] = field(default_factory=list)
    """Names (`value_of`) of lines that stood in blocks which a machine fills, each with the line above it: the same
    headline may stand in a list of the page's own. The newest last."""
    told_at: datetime | None = None
    """The look whose text is the one compared with."""

    @classmethod
    def of(cls, learning: Learning) -> Memory:
        """What cannot be read is forgotten: learning starts anew, nothing is hidden."""
        traces: dict[str, Trace] = {}
        kept = learning.history.get("places")
        for where, facts in kept.items() if isinstance(kept, Mapping) else ():
            try:
                traces[str(where)] = Trace.from_facts(facts)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
        filled = learning.history.get("filled")
        names = [str(name) for name in filled] if isinstance(filled, Sequence) and not isinstance(filled, str) else []
        try:
            told_at = in_utc(datetime.fromisoformat(str(learning.history.get("told_at"))))
        except ValueError:
            told_at = None
        return cls({mask.where: mask for mask in learning.masks}, traces, filled=names, told_at=told_at)

    def learning(self) -> Learning:
        """Bounded: the places that changed last are kept, masked ones always."""
        unmasked = [where for where in self.traces if where not in self.masks]
        for where in unmasked[: max(0, len(unmasked) - MAXIMUM_TRACES)]:
            del self.traces[where]
        places = {where: trace.facts() for where, trace in self.traces.items()}
        history: dict[str, Any] = {"places": places} if places else {}
        if self.filled:
            history["filled"] = self.filled[-MAXIMUM_FILLED:]
        if self.told_at is not None:
            history["told_at"] = self.told_at.isoformat()
        return Learning(tuple(self.masks.values()), history)

    def moved_by_itself(self, before: Sequence[str], after: Sequence[str]) -> str:
        """Why a change from one to the other was noise, by what its place is known for now; empty where it is not.

        What stood still for long was true, whatever the place began to do later: neither its coming nor its going.
        """
        was, now = value_of(before), value_of(after)
        for where, mask in self.masks.items():
            trace = self.traces.get(where)
            if trace is not None and {was, now} <= trace.fleeting:
                return mask.reason
        return ""

    def fill(self, keys: Sequence[str], filled: Iterable[int]) -> None:
        """Remember which lines of a text a machine filled in."""
        fresh = [_with_the_line_above(keys, index) for index in sorted(filled)]
        again = set(fresh)
        self.filled = [*(name for name in self.filled if name not in again), *fresh]

    def filled_in(self, keys: Sequence[str]) -> frozenset[int]:
        """The indexes of lines that stood so in a block which a machine fills, at one of the last looks."""
        known = set(self.filled)
        if not known:
            return frozenset()
        return frozenset(index for index in range(len(keys)) if _with_the_line_above(keys, index) in known)

    def mask(self, place: Place, at: datetime, reason: str, size: int, value: str) -> None:
        """From now on, compare this place no more."""
        if len(self.masks) < MAXIMUM_MASKS:
            self.masks.setdefault(place.where, Mask(place.where, at, reason))
            self.fresh.add(place.where)
            self.traces.setdefault(place.where, Trace((value,), size=size))

    def masked_ranges(self, old: Text, new: Text, at: datetime) -> list[Covered]:
        """The parts of both texts that masks cover now, with the reason.

        A place that had settled and moved is unmasked, and one that names a document is told.
        """
        covered: list[Covered] = []
        for where, mask in list(self.masks.items()):
            place, trace = Place.parse(where), self.traces.get(where)
            if place is None or trace is None:
                continue
            before, after = old.find(place, trace.size), new.find(place, trace.size)
            if after is None:
                continue
            lines = new.lines(after)
            value = value_of(lines)
            if place.kind == "block" and any(map(names_document, lines)):
                continue
            if where in self.fresh:
                pass
            elif value == trace.values[-1]:
                self.traces[where] = trace.seen_again()
            elif trace.stands_still:
                del self.masks[where], self.traces[where]
                continue
            else:
                self.traces[where] = trace.changed(value, at)
            if before is not None:
                covered.append((before, after, mask.reason))
        return covered

    def observe(self, old: Text, new: Text, at: datetime) -> None:
        """Look at the places that are not masked yet; what they show may make them so."""
        for where, trace in list(self.traces.items()):
            place = Place.parse(where)
            if place is None:
                del self.traces[where]
            elif where not in self.masks:
                found = new.find(place, max(trace.size * 2, _REACH))
                if found is None:
                    continue
                lines = new.lines(found)
                if value_of(lines) == trace.values[-1]:
                    self.traces[where] = trace.seen_again()
                else:
                    before = old.find(place, _BLOCK_LINES)
                    was = old.lines(before) if before is not None else []
                    if set(was) & set(lines):
                        # A list that grows or shrinks: what stood there persists beside the new.
                        del self.traces[where]
                        continue
                    size = max(new.size(found), old.size(before) if before is not None else 0)
                    self._moved(Shown(place, was, lines, size), trace, at)

    def begin(self, shown: Shown, at: datetime) -> None:
        """Track a place that has just changed for the first time."""
        if shown.place.where not in self.traces and shown.place.where not in self.masks:
            self._moved(shown, Trace((value_of(shown.before),)), at)

    def settle(self) -> None:
        """A look found everything as it was."""
        self.traces = {where: trace.seen_again() for where, trace in self.traces.items()}

    def _moved(self, shown: Shown, trace: Trace, at: datetime) -> None:
        place, after = shown.place, shown.after
        changed = trace.changed(value_of(after), at)
        lines = [*shown.before, *after]
        changed = replace(
            changed,
            size=max(changed.size, shown.size),
            amended=changed.amended + is_amendment(shown.before, after),
            today=changed.today + 1 if len(after) == 1 and is_day_of(after[0], at) else 0,
            prose=changed.prose or any(len(line.split()) > _PROSE_WORDS for line in lines),
            table=changed.table or any(" | " in line or names_document(line) for line in lines),
        )
        # At the end: the order is that of the last change, and the oldest is forgotten first.
        self.traces.pop(place.where, None)
        self.traces[place.where] = changed
        if reason := changed.volatile_because(place):
            self.mask(place, at, reason, changed.size, changed.values[-1])


def places_in(old: Text, new: Text, before: range, after: range) -> list[Shown]:
    """The places of a hunk with what they show: each line where the frames agree one to one, else the whole a block."""
    was, now = old.lines(before), new.lines(after)
    size = max(old.size(before), new.size(after))
    if size > _BLOCK_LINES:
        return []
    above, below = new.above(after.start), new.below(after.stop)
    frames = [template_of(key) for key in now]
    filled = size < max(len(now), len(was))
    if not filled and frames == [template_of(key) for key in was] and len(set(frames)) == len(frames):
        return [
            Shown(Place("line", above, below, frame), [one], [other], 1)
            for frame, one, other in zip(frames, was, now, strict=True)
            if one != other
        ]
    place = Place("block", above, below)
    return [Shown(place, was, now, size)] if new.find(place, new.size(after)) == after else []


def names_document(key: str) -> bool:
    """Whether the line carries a document's address, as `monitor.hypertext` writes it."""
    return " [/" in key


def value_of(lines: Sequence[str]) -> str:
    """A name for what stands at a place: ten hexadecimal digits, "" for nothing."""
    return hashlib.sha256("\n".join(lines).encode(errors="replace")).hexdigest()[:10] if lines else ""


def _with_the_line_above(keys: Sequence[str], index: int) -> str:
    return value_of([keys[index - 1] if index else _TOP, keys[index]])


def _anchor(key: str) -> str:
    # A stamp or a counter is a good neighbour by its rule, though never by its value.
    if len(key) <= _SHORT and any(map(str.isdigit, key)) and (noise := noise_in(key)):
        return f"<{noise[0].name}>"
    if len(key) <= _ANCHOR:
        return key
    return f"{key[:80]}…{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:12]}"


def _quoted(text: str) -> str:
    if text in (_TOP, _BOTTOM):
        return "the top of the page" if text == _TOP else "its end"
    return f'"{text[:60]}…"' if len(text) > 61 else f'"{text}"'


_WORDS = re.compile(r"\w+")


def is_amendment(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether one text became another by editing: the same label, or half of the words."""
    if not before or not after:
        return False
    label = before[0].partition(":")
    if label[1] and after[0].partition(":")[0] == label[0]:
        return True
    old, new = (set(_WORDS.findall(" ".join(lines).casefold())) for lines in (before, after))
    return 2 * len(old & new) >= max(len(old), len(new))
