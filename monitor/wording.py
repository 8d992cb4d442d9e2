"""The sentences that changes are told in. Plain words, the news first, American dates as the sources print them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monitor.diff import Hunk, words
from monitor.records import Amendment, EditionComparison
from monitor.types import Edition, Record, Source

_NAMES_SHOWN = 3
_CONTEXT = 3
"""Words shown on either side of those that differ."""
_MANY_WORDS = "one passage changed"
_QUOTED = 90
"""Characters of a value that a sentence carries; the whole of it is in before and after."""
_NEWS = frozenset({"press_release", "feed_item", "blog_entry", "speech"})
"""Kinds of records whose title is the news itself."""
_LISTED = "listed_jurisdiction"


def added(record: Record, source: Source) -> str:
    """A record that was not there before."""
    if record.kind == "notice":
        return record.title
    if record.kind in _NEWS:
        return f"{_publisher(source)}: {record.title}"
    if record.kind == _LISTED:
        return f"{_where(record, source)}: {shortened(record.title)} is now listed"
    return f"{_where(record, source)}: new {_noun(record)} “{shortened(record.title)}”"


def removed(record: Record, source: Source) -> str:
    """A record that a complete list no longer holds."""
    if record.kind == _LISTED:
        return f"{_where(record, source)}: {shortened(record.title)} is no longer listed"
    return f"{_where(record, source)}: {_noun(record)} “{shortened(record.title)}” is no longer listed"


def amended(amendment: Amendment, source: Source) -> str:
    """A record whose facts differ: field by field, with both values where they fit into a sentence."""
    record = amendment.after
    if record.kind == "notice":
        return record.title
    before, after = amendment.before.facts, record.facts
    parts: list[str] = []
    for name in amendment.fields:
        old, new = before.get(name), after.get(name)
        if name == "status":
            parts.insert(0, f"is now {new or 'without a status'} (was {old or 'without one'})")
        elif name == "archived":
            parts.append("is now marked as archived" if new else "is no longer marked as archived")
        elif name.endswith("_published_at"):
            parts.append(f"{name.removesuffix('_published_at').replace('_', ' ')} {'re' if old else ''}published")
        elif name.endswith("status") and "status" in amendment.fields:
            continue
        elif name == "links":
            parts += _links_changed(old, new)
        elif _is_short(old) and _is_short(new):
            parts.append(f"{name.replace('_', ' ')} changed from {_value(old)} to {_value(new)}")
        else:
            parts.append(f"{name.replace('_', ' ')} {_text_changed(old, new)}")
    more = f" and {len(parts) - _NAMES_SHOWN} more differences" if len(parts) > _NAMES_SHOWN else ""
    return f"{_where(record, source)}: “{shortened(record.title)}”: {'; '.join(parts[:_NAMES_SHOWN])}{more}"


def _links_changed(old: Any, new: Any) -> list[str]:
    """Which links went and came, by what they are called: the page behind one that went is often gone itself."""
    before, after = _called(old), _called(new)
    gone = [label for url, label in before.items() if url not in after]
    came = [label for url, label in after.items() if url not in before]
    told = [f"link to “{shortened(label, 60)}” removed" for label in gone]
    return [*told, *(f"link to “{shortened(label, 60)}” added" for label in came)] or ["links changed"]


def _called(links: Any) -> dict[str, str]:
    rows = [row for row in links or () if isinstance(row, Mapping)]
    return {str(row.get("url", "")): str(row.get("label") or row.get("url", "")) for row in rows}


def renamed(amendment: Amendment, source: Source) -> str:
    """One thing under a corrected name."""
    old, new = amendment.before, amendment.after
    return (
        f"{_where(new, source)}: {_noun(new)} “{shortened(old.member or old.title)}” "
        f"is now “{shortened(new.member or new.title)}”"
    )


def moved(amendment: Amendment, source: Source) -> str:
    """A record that overtook its siblings."""
    record = amendment.after
    return f"{_where(record, source)}: {_noun(record)} “{shortened(record.title)}” moved within the agenda"


def withdrawn_again(record: Record, source: Source) -> str:
    """A record that had been removed and is listed again."""
    return f"{_where(record, source)}: {_noun(record)} “{shortened(record.title)}” is listed again"


def list_appeared(
    source: Source, noun: tuple[str, str], members: Sequence[str], count: int, *, under: str = "", within: str = ""
) -> str:
    """A complete list that was not there before: how many, the first of them; of one within a release what it says."""
    said = f", “{shortened(under)}”" if under else ""
    where = f", in “{shortened(within)}”" if within else ""
    counted = f"{count:,} {noun[0] if count == 1 else noun[1]}"
    return f"{source.title}: a list of {counted} is published{said}: {named(members)}{where}"


def list_published(
    title: str, edition: Edition, noun: tuple[str, str], comparison: EditionComparison, previous: bool
) -> str:
    """A new edition: the period, how many, who is new, who is gone, whose row changed against the edition before."""
    counted = f"{comparison.count:,} {noun[0] if comparison.count == 1 else noun[1]}"
    parts = [f"{title} lists {counted}"]
    if previous:
        news = [
            f"{what}: {named(names)}"
            for what, names in (
                ("new", comparison.new),
                ("gone", comparison.gone),
                ("changed", [name for name, _ in comparison.amended]),
            )
            if names
        ]
        parts += news or ["the same as before"]
    return f"{'; '.join(parts)} ({edition.label})"


def document_published(title: str, source: Source) -> str:
    """A page that a source links for the first time."""
    return f"{source.title}: new document “{shortened(title)}”"


def page_changed(title: str, hunks: Sequence[Hunk]) -> str:
    """A page that reads otherwise: the one difference where it is short, else how many."""
    if len(hunks) == 1:
        old, new = " ".join(hunks[0].before), " ".join(hunks[0].after)
        if old and new and len(old) <= _QUOTED and len(new) <= _QUOTED:
            return f"{title}: “{old}” now reads “{new}”"
        if new and not old:
            return f"{title}: added “{shortened(new)}”"
        if old and not new:
            return f"{title}: removed “{shortened(old)}”"
        return f"{title}: {_within(old, new)}"
    return f"{title}: {len(hunks)} passages changed"


def _text_changed(old: Any, new: Any) -> str:
    """The words that differ in a long text where they are few, else only that it changed."""
    if not (isinstance(old, str) and isinstance(new, str) and old and new):
        return "changed"
    within = _within(" ".join(old.split()), " ".join(new.split()))
    return "changed" if within == _MANY_WORDS else f"changed: {within}"


def _within(old: str, new: str) -> str:
    """The words that differ in a long passage, with a few around them; "one passage changed" when they are many."""
    pieces = words(old, new)
    changed = [index for index, piece in enumerate(pieces) if piece.op != "same"]
    if not changed:
        return _MANY_WORDS
    first, last = changed[0], changed[-1]
    lead, tail = "", ""
    if first:
        text = pieces[first - 1].text
        lead = " ".join(text.split()[-_CONTEXT:]) + " " * text[-1:].isspace()
    if last + 1 < len(pieces):
        text = pieces[last + 1].text
        tail = " " * text[:1].isspace() + " ".join(text.split()[:_CONTEXT])
    sides = [
        " ".join(f"{lead}{''.join(p.text for p in pieces[first : last + 1] if p.op != without)}{tail}".split())
        for without in ("added", "removed")
    ]
    if any(len(side) > _QUOTED for side in sides):
        return _MANY_WORDS
    return f"“…{sides[0]}…” now reads “…{sides[1]}…”"


def page_withdrawn(title: str, reason: str) -> str:
    """A page that is no longer there, after it was looked for more than once."""
    return f"{title} has been withdrawn: {reason}"


def page_returned(title: str) -> str:
    """A withdrawn page that is there again."""
    return f"{title} is back"


def page_moved(title: str, url: str) -> str:
    """A page that redirects to another address."""
    return f"{title} has moved to {url}"


def named(names: Sequence[str]) -> str:
    """The first few names and how many more: "Boulder County, Colorado, and 4 more"."""
    shown = [shortened(name, 60) for name in names[:_NAMES_SHOWN]]
    rest = len(names) - len(shown)
    if rest:
        return f"{'; '.join(shown)} and {rest:,} more"
    return "; ".join(shown)


def shortened(text: str, limit: int = _QUOTED) -> str:
    """Text on one line, cut at a word with an ellipsis when it is longer than `limit` characters."""
    folded = " ".join(text.split())
    if len(folded) <= limit:
        return folded
    cut = folded[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:") + "…"


def day(iso: str) -> str:
    """ "2017-03-27" or "2017-03-27T17:30" as "March 27, 2017"; text that is no date as it is."""
    try:
        parsed = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{parsed:%B} {parsed.day}, {parsed.year}"


def _where(record: Record, source: Source) -> str:
    dated = record.about and record.kind != "meeting"
    return f"{source.title}, {day(record.about)}" if dated else source.title


def _noun(record: Record) -> str:
    return record.kind.replace("_", " ")


def _publisher(source: Source) -> str:
    return source.publisher or source.title


def _is_short(value: Any) -> bool:
    return not isinstance(value, list | Mapping) and len(str(value)) <= _QUOTED


def _value(value: Any) -> str:
    return "nothing" if value in (None, "") else f"“{' '.join(str(value).split())}”"
