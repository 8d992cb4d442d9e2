"""What changed within one change: names, fields before and after, passages, as parts of a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from alerts.passages import Passage, compared, compared_lines, unmarked
from alerts.wording import counted, cut, harmless, holds_things, label, thing, value
from monitor.types import Change, ChangeKind

_TOLD_ELSEWHERE: Final = frozenset({"url"})
"""Facts that a story has in its links already."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of each change is told: the levels a mail steps down when it is too large."""

    names: int
    """Names in one list."""
    rows: int
    """Fields, facts, or passages of a page."""
    characters: int
    """Of one value or one run of text."""


GENEROUS: Final = Detail(names=300, rows=30, characters=1_200)
MODERATE: Final = Detail(names=60, rows=10, characters=400)
TIGHT: Final = Detail(names=15, rows=4, characters=160)


@dataclass(frozen=True, slots=True)
class Names:
    """Who is affected. `tone` is "new", "gone" or "plain"; `rest` names were left out and are counted."""

    heading: str
    names: tuple[str, ...]
    rest: int = 0
    tone: str = "plain"

    @property
    def beyond(self) -> str:
        """How many were left out, empty for none."""
        return f"and {self.rest:,} more" if self.rest else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A field and what became of it."""

    label: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Rows:
    """Fields of one thing, before → after; or facts, told as they are."""

    heading: str
    rows: tuple[Row, ...]
    rest: int = 0

    @property
    def beyond(self) -> str:
        """How many were left out, empty for none."""
        return f"and {counted(self.rest, 'more field', 'more fields')}" if self.rest else ""


@dataclass(frozen=True, slots=True)
class Passages:
    """Lines of a page."""

    heading: str
    passages: tuple[Passage, ...]
    rest: int = 0
    unit: str = "passage"

    @property
    def beyond(self) -> str:
        """How many were left out, empty for none."""
        return f"and {counted(self.rest, f'more {self.unit}', f'more {self.unit}s')}" if self.rest else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens the part of a list that counts another thing: "2 policies"."""

    heading: str


Block = Names | Rows | Passages | Heading


def blocks(change: Change, detail: Detail) -> list[Block]:
    """What changed, in the order in which a reader wants it. Shapes of the details: see `monitor.types.Change`."""
    if change.details.get("sets"):
        return _list_blocks(change.details, detail)
    if change.details.get("hunks"):
        return _hunks(change.details["hunks"], detail)
    if change.details.get("fields"):
        return [_fields("", change.details["fields"], detail)]
    if change.kind in (ChangeKind.RECORD_REMOVED, ChangeKind.PAGE_WITHDRAWN):
        return _facts("What it said", change.before or {}, detail, change.summary)
    if change.before and change.after:
        names = dict.fromkeys([*change.before, *change.after])
        return [_fields("", {name: [change.before.get(name), change.after.get(name)] for name in names}, detail)]
    return _facts("What it says", change.after or change.before or {}, detail, change.summary)


def _list_blocks(details: Mapping[str, Any], detail: Detail) -> list[Block]:
    edition, earlier = (cut(harmless(str(details.get(key, ""))), 200) for key in ("edition", "previous_edition"))
    parts: list[Block] = []
    if edition:
        against = f", compared with {earlier}" if earlier else ", the first edition seen"
        parts.append(Rows("", (Row("Edition", unmarked(f"{edition}{against}")),)))
    headline = details.get("headline")
    for _, found in sorted(details["sets"].items(), key=lambda one: one[0] != headline):
        singular, plural = (cut(harmless(str(word)), 80) for word in (found.get("noun") or ("row", "rows")))
        parts.append(Heading(counted(int(found.get("count", 0)), singular, plural)))
        members = [
            _names("New on the list", found.get("new"), "new", detail),
            _names("No longer on the list", found.get("gone"), "gone", detail),
        ]
        if not earlier:
            members = [_names("On the list", found.get("members") or found.get("new"), "plain", detail)]
        parts += [part for part in members if part.names]
        amended = found.get("amended") or ()
        parts += [
            _fields(f"{label(singular)} changed: {cut(harmless(str(row['name'])), 200)}", row["fields"], detail)
            for row in amended[: detail.rows]
        ]
        if len(amended) > detail.rows:
            parts.append(Heading(f"and {counted(len(amended) - detail.rows, 'more changed row', 'more changed rows')}"))
    return parts


def _names(heading: str, names: Sequence[str] | None, tone: str, detail: Detail) -> Names:
    every = [cut(harmless(str(name)), 200) for name in names or ()]
    shown = every[: detail.names]
    return Names(f"{heading} ({len(every):,})", tuple(shown), rest=len(every) - len(shown), tone=tone)


def _hunks(hunks: Sequence[Sequence[Sequence[str]]], detail: Detail) -> list[Block]:
    passages: list[Passage] = []
    for before, after in hunks[: 4 * detail.rows]:
        passages += compared_lines(before, after, limit=detail.characters)
    shown = tuple(passages[: detail.rows])
    rest = len(passages) - len(shown) + max(0, len(hunks) - 4 * detail.rows)
    return [Passages("What changed on the page", shown, rest=rest)]


def _fields(heading: str, fields: Mapping[str, Sequence[Any]], detail: Detail) -> Rows:
    rows = []
    for name, (before, after) in fields.items():
        for old, new in _pairs(before, after):
            passage = compared(old, new, limit=detail.characters)
            if passage:
                rows.append(Row(cut(label(str(name)), 200), passage))
    return Rows(heading, tuple(rows[: detail.rows]), rest=max(0, len(rows) - detail.rows))


def _pairs(before: Any, after: Any) -> list[tuple[str, str]]:
    """What to hold against each other: the two values; of lists of things each thing that went or came by itself."""
    if not (holds_things(before) or holds_things(after)):
        return [(value(before), value(after))]
    old, new = (list(map(thing, one)) if isinstance(one, list | tuple) else [] for one in (before, after))
    stayed = set(old) & set(new)
    gone, come = ([one for one in things if one not in stayed] for things in (old, new))
    if len(gone) == len(come) == 1:
        return [(gone[0], come[0])]
    return [*((one, "") for one in gone), *(("", one) for one in come)]


def _things(heading: str, facts: Sequence[Any], detail: Detail) -> Names:
    """Several things, one a line; what is the same of all of them stands in the heading."""
    mappings = [fact for fact in facts if isinstance(fact, Mapping)]
    shared = {
        str(name): value(part)
        for name, part in mappings[0].items()
        if len(mappings) == len(facts) > 1 and value(part) and all(one.get(name) == part for one in mappings)
    }
    same = (
        f", {cut('; '.join(f'{label(name).lower()} {part}' for name, part in shared.items()), 200)}" if shared else ""
    )
    every = [cut(thing(fact, frozenset(shared)), detail.characters // 2) for fact in facts]
    shown = tuple(every[: detail.names])
    return Names(f"{heading} ({len(every):,}{same})", shown, rest=len(every) - len(shown))


def _facts(heading: str, facts: Mapping[str, Any], detail: Detail, summary: str) -> list[Block]:
    """Facts as they are, without what the summary says whole and without what is merely not so."""
    if set(facts) == {"text"}:
        lines = [line for line in (harmless(line) for line in str(facts["text"]).split("\n")) if line]
        shown = tuple(unmarked(cut(line, detail.characters)) for line in lines[: max(2, detail.rows // 4)])
        return [Passages(heading, shown, rest=len(lines) - len(shown), unit="line")] if shown else []
    things = {str(name): fact for name, fact in facts.items() if holds_things(fact)}
    told = [
        (str(name), value(fact))
        for name, fact in facts.items()
        if name not in _TOLD_ELSEWHERE
        and name not in things
        and fact is not False
        and not (name == "title" and str(fact) in summary)
    ]
    lists: list[Block] = [_things(cut(label(name), 200), fact, detail) for name, fact in things.items()]
    rows = [Row(cut(label(name), 200), unmarked(cut(text, detail.characters // 2))) for name, text in told if text]
    if not rows:
        return lists
    return [*lists, Rows(heading, tuple(rows[: detail.rows]), rest=max(0, len(rows) - detail.rows))]
