"""What a change consists of, as parts of its page: names, fields before and after, facts, lines.

A part's `shape` says to the template which it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from alerts.wording import counted, cut, harmless, holds_things, label, thing, value
from monitor.types import Change
from onnotice.web.comparing import Comparison, FieldRow, compare_fields, compare_hunks

_MOST_NAMES = 2_000
_MOST_AMENDED = 200
_LONGEST_VALUE = 4_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names on a list. `tone` is "new", "gone" or "plain"."""

    shape: ClassVar[str] = "names"
    heading: str
    tone: str
    names: tuple[str, ...]
    rest: int = 0
    """Names that are left out."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A thing whose fields differ."""

    shape: ClassVar[str] = "fields"
    heading: str
    rows: tuple[FieldRow, ...]
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What a thing says or said, field by field."""

    shape: ClassVar[str] = "said"
    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a page that differ."""

    shape: ClassVar[str] = "lines"
    heading: str
    comparison: Comparison


Part = Names | Fields | Said | Lines


def parts_of(change: Change) -> tuple[Part, ...]:
    """In the order in which a reader wants them. Shapes of the details: see `monitor.types.Change`."""
    details = change.details
    if details.get("sets"):
        return tuple(_list_parts(details))
    if details.get("hunks"):
        return (Lines("What differs on the page", compare_hunks(details["hunks"])),)
    if details.get("fields"):
        return (_fields("What differs", details["fields"]),)
    if change.before and change.after:
        names = dict.fromkeys([*change.before, *change.after])
        return (_fields("What differs", {name: (change.before.get(name), change.after.get(name)) for name in names}),)
    if change.after:
        return (said("What it says", change.after),)
    return (said("What it said", change.before),) if change.before else ()


def said(heading: str, facts: Mapping[str, Any]) -> Said:
    """Facts with their labels, what it is called first, without what is empty or merely not so. Lines stay lines."""
    rows = []
    for name, fact in sorted(facts.items(), key=lambda one: one[0] != "title"):
        if fact is False:
            continue
        shown = "\n".join(filter(None, map(harmless, _lines(fact))))
        if shown:
            rows.append((label(str(name)), cut(shown, _LONGEST_VALUE)))
    return Said(heading, tuple(rows))


def _lines(fact: Any) -> list[str]:
    """A text's own lines, of several things one each."""
    if holds_things(fact):
        return [thing(one) for one in fact]
    return [value(line) for line in fact.split("\n")] if isinstance(fact, str) else [value(fact)]


def _list_parts(details: Mapping[str, Any]) -> Iterator[Part]:
    against = harmless(str(details.get("previous_edition", "")))
    headline = details.get("headline")
    for _, found in sorted(details["sets"].items(), key=lambda one: one[0] != headline):
        singular, plural = (harmless(str(word)) for word in (found.get("noun") or ("row", "rows")))
        size = counted(int(found.get("count", 0)), singular, plural)
        new, gone = found.get("new") or (), found.get("gone") or ()
        if against:
            yield from _names(f"New on the list of {size}", "new", new)
            yield from _names(f"No longer among the {plural}", "gone", gone)
        else:
            yield from _names(f"On the list: {size}", "plain", found.get("members") or new)
        amended = found.get("amended") or ()
        for row in amended[:_MOST_AMENDED]:
            yield _fields(f"Changed: {cut(harmless(str(row['name'])), 200)}", row["fields"])
        if len(amended) > _MOST_AMENDED:
            rest = counted(len(amended) - _MOST_AMENDED, f"more {singular}", f"more {plural}")
            yield Names(f"Changed too: {rest}", "plain", ())


def _names(heading: str, tone: str, names: Sequence[str]) -> Iterator[Names]:
    if names:
        shown = tuple(cut(harmless(str(name)), 200) for name in names[:_MOST_NAMES])
        yield Names(f"{heading} ({len(names):,})", tone, shown, len(names) - len(shown))


def _fields(heading: str, fields: Mapping[str, Sequence[Any]]) -> Fields:
    rows, rest = compare_fields(fields)
    return Fields(heading, rows, rest)
