"""When a change of order is noise: items that a server sorts anew, and never a line that moved under another heading.

Text has no headings to look at, so the rule is careful the other way round: what moved must look like items of one
list, a good part of them must have moved, and nothing among them may look like a label. Where an entry has several
lines, they must have moved together: two dates that changed places are two changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from monitor.noise_rules import says_something, template_of

Span = tuple[range, range, Sequence[int], Sequence[int]]
"""Of one hunk: its lines before and after, and the indexes of those that no other rule has explained."""

_LARGEST_REGION = 400
_ENTRY_LINES = 4
_PLAIN_ENTRIES = 4
_RECORD_LINES = 8
_LEAST_RECORDS = 3
_MOST_STEPS = 200_000
_LONGEST_ITEM = 200
_SECTIONS = re.compile(
    r"(?:states?|count(?:y|ies)|cit(?:y|ies)|towns?|jurisdictions?|municipalities|territories|added|removed|new|old|former"
    r"|(?:non-?)?(?:compliant|cooperative|sanctuary)\b.*|section [ivx\d]+|upcoming.*|past.*|agenda|minutes|consent.*"
    r"|yes|no|ayes?|nays?|absent|present|abstain\w*|approved|denied|open|closed|active|inactive|federal|local)",
    re.IGNORECASE,
)
"""Words that divide lists on the pages watched: who stands under them is the news."""
_BECAME = re.compile(
    r"\b(?:cancel|postpon|withdr|amend|revis|new|updat|reschedul|remov|expir|clos|pending|approv|adopt|denied|repeal)",
    re.IGNORECASE,
)


def reordered(old: Sequence[str], new: Sequence[str], spans: Sequence[Span]) -> list[int]:
    """The indexes of those spans that together are nothing but items in another order."""
    found: list[int] = []
    start = steps = 0
    while start < len(spans) and steps < _MOST_STEPS:
        end, taken = _balanced(old, new, spans, start)
        steps += taken
        if end and _is_shuffle(old, new, spans[start:end]):
            found += range(start, end)
            start = end
        else:
            start += 1
    return found


def _balanced(old: Sequence[str], new: Sequence[str], spans: Sequence[Span], start: int) -> tuple[int, int]:
    """The smallest end such that spans from `start` remove what they add (0: none nearby), and the lines looked at."""
    balance: Counter[str] = Counter()
    steps = 0
    for end in range(start, len(spans)):
        if spans[end][0].stop - spans[start][0].start > _LARGEST_REGION:
            break
        gone, come = spans[end][2], spans[end][3]
        steps += len(gone) + len(come)
        balance.update(new[index] for index in come)
        balance.subtract(old[index] for index in gone)
        for line in {*(old[index] for index in gone), *(new[index] for index in come)}:
            if not balance[line]:
                del balance[line]
        if not balance:
            return end + 1, steps
    return 0, steps


def _is_shuffle(old: Sequence[str], new: Sequence[str], spans: Sequence[Span]) -> bool:
    if _records_kept(old, new, spans):
        return True
    tail = _tail(old, spans[0][0].start, spans[-1][0].stop)
    was = old[spans[0][0].start : spans[-1][0].stop + tail]
    now = new[spans[0][1].start : spans[-1][1].stop + tail]
    moved = sum(len(span[2]) for span in spans)
    if Counter(was) != Counter(now) or 3 * moved < len(was) or any(map(_is_label, was)):
        return False
    head = _shape(was[0])
    if any(_shape(line) == head and not says_something(line) for line in was):
        return False
    if all(len(line.split()) <= 2 for line in was):
        # Bare names: the words of a heading look like any of them.
        return len(was) >= 4 and 2 * moved >= len(was)
    return _entries_kept(was, now)


def _records_kept(old: Sequence[str], new: Sequence[str], spans: Sequence[Span]) -> bool:
    """Whether the region is records of so many lines each, every one of them whole, in another order.

    Lines within a record stay together, so nothing can have come under another heading.
    """
    start, stop = spans[0][0].start, spans[-1][0].stop
    start_after, stop_after = spans[0][1].start, spans[-1][1].stop
    if stop - start != stop_after - start_after:
        return False
    for lines in range(2, _RECORD_LINES + 1):
        if stop - start < (_LEAST_RECORDS - 1) * lines:
            break
        for ahead in range(min(lines, start + 1, start_after + 1)):
            behind = -(stop - start + ahead) % lines
            was = old[start - ahead : stop + behind]
            now = new[start_after - ahead : stop_after + behind]
            if len(was) == len(now) >= _LEAST_RECORDS * lines and _permuted(_records(was, lines), _records(now, lines)):
                return True
    return False


def _permuted(was: Sequence[tuple[str, ...]], now: Sequence[tuple[str, ...]]) -> bool:
    """Whether the same records stand in another order, a good part of them elsewhere.

    Two that changed places may be two dates that did, with the same word behind them by chance.
    """
    moved = sum(one != other for one, other in zip(was, now, strict=True))
    return moved >= _LEAST_RECORDS and 3 * moved >= len(was) and Counter(was) == Counter(now)


def _records(lines: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(lines[at : at + size]) for at in range(0, len(lines), size)]


def _tail(old: Sequence[str], start: int, stop: int) -> int:
    """How many equal lines behind a region still belong to its last entry: those that are no entry's first line."""
    if start >= len(old):
        return 0
    head = _shape(old[start])
    plain = stop - start >= _PLAIN_ENTRIES and all(_shape(line) == head for line in old[start:stop])
    if plain and (stop >= len(old) or _BECAME.search(old[stop]) is None):
        # Entries of one line each: what follows is the next heading, unless it says what became of the last of them.
        return 0
    tail = 0
    while stop + tail < len(old) and tail < _ENTRY_LINES and _shape(old[stop + tail]) != head:
        tail += 1
    return tail if stop + tail == len(old) or _shape(old[stop + tail]) == head else 0


def _entries_kept(was: Sequence[str], now: Sequence[str]) -> bool:
    """Whether lines of another shape than the entries' first lines follow the same line as before."""
    head = _shape(was[0])
    if _shape(now[0]) != head:
        return False

    def followers(lines: Sequence[str]) -> Counter[tuple[str, str]]:
        return Counter((above, line) for above, line in pairwise(lines) if _shape(line) != head)

    return followers(was) == followers(now)


def _shape(line: str) -> tuple[bool, bool, int]:
    frame = template_of(line)
    return (" [/" in line, frame != line, min(len(line.split()), 3))


def _is_label(line: str) -> bool:
    """Whether a line may be a heading, or is prose: its place has a meaning."""
    if len(line) > _LONGEST_ITEM or line.endswith((":", ".")) or _SECTIONS.fullmatch(line):
        return True
    return line.isupper() and len(line) > 3
