"""Tells a page from a part of it, and from another page in its place: a list not loaded, an end not sent, a wrong page.

Nothing here is sure, so nothing here is final: what it says is a reason to look again before anybody is told. A true
withdrawal is told when it is seen again (design §3.2), so a reason too many costs minutes and never the news.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, takewhile

from monitor.diff import Hunk, hunks
from monitor.noise_rules import key_of
from monitor.places import names_document

SHORTEST_LIST = 5
"""Lines. What loses fewer is an edit: the same bound as for lists of records."""
_INSTEAD = 2
"""Lines that may stand in a lost list's place: "Loading", "No results were found"."""
_UNIFORM = 0.8
"""Share of the lost lines that have one form, where each is an entry of its own."""
_FEW_WORDS = 4
_SHARE_REPLACED = 0.5
_REST_SHARED = 0.2
_LONG = 30
"""Characters. Shorter lines are the same on any two pages of a site."""
_CLOSED = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_OPENED = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
_JOINTS = re.compile(r"\s+[|–—·•:»-]+\s+|:\s+")

Form = tuple[bool, bool, int, bool]
"""What lines of one list have in common: whether they name a document, hold figures, how many cells, whether short."""


def fragment(before: Sequence[str], after: Sequence[str], title_before: str, title_after: str, body: bytes) -> str:
    """Why a text may not be the page that was known, or not all of it; empty where nothing speaks for that.

    `body` is the answer that `after` was read from. Reasons read on after "SHRUNKEN: ".
    """
    if body.startswith(b"%PDF-"):
        # It comes whole or cannot be opened.
        return ""
    old, new = list(map(key_of, before)), list(map(key_of, after))
    found = hunks(old, new)
    added = sum(len(hunk.after) for hunk in found)
    return (
        _lost_end(old, found, body)
        or next(filter(None, (_lost_list(old, hunk, added, _parts(title_before)) for hunk in found)), "")
        or _other_page(old, new, found, title_before, title_after)
    )


def _lost_end(old: Sequence[str], found: Sequence[Hunk], body: bytes) -> str:
    """The text stops where it had gone on, and the markup was never closed."""
    if not found or found[-1].at + len(found[-1].before) < len(old) or len(found[-1].after) > 1:
        return ""
    lost = len(found[-1].before) - len(found[-1].after)
    cut = _OPENED.search(body[:4096]) is not None and _CLOSED.search(body[-2048:]) is None
    if not cut or lost < 1:
        return ""
    return f"the page ends {lost} line{'s' if lost > 1 else ''} early, and its markup is never closed"


def _lost_list(old: Sequence[str], hunk: Hunk, added: int, headings: Collection[str]) -> str:
    """More than half of a list went, with hardly anything in its place, and no other list (`added` lines) anywhere.

    No list reaches beyond the page's first heading, which its title repeats: above it are menus.
    """
    lost = len(hunk.before)
    if lost < SHORTEST_LIST or len(hunk.after) > _INSTEAD:
        return ""
    forms = [_form(line) for line in hunk.before]
    usual = max(sorted(set(forms)), key=forms.count)
    members = forms.count(usual)
    between = 0 if members >= _UNIFORM * lost else _longest_run_without(usual, forms)
    above = takewhile(lambda line: line not in headings, reversed(old[: hunk.at]))
    left = _run(above, usual, between) + _run(old[hunk.at + lost :], usual, between)
    if members < SHORTEST_LIST or members <= left or added > members:
        return ""
    return f"{members} of {members + left} lines of a list vanished at once"


def _longest_run_without(form: Form, forms: Sequence[Form]) -> int:
    """How many lines of other forms stand between two of one, in records of several lines each."""
    return max((len(list(run)) for other, run in groupby(one != form for one in [*forms, *forms]) if other), default=0)


def _run(lines: Iterable[str], form: Form, between: int) -> int:
    """How many lines of a form follow one another, with at most so many others in between."""
    count = others = 0
    for line in lines:
        others = 0 if _form(line) == form else others + 1
        if others > between:
            break
        count += not others
    return count


def _form(line: str) -> Form:
    return names_document(line), any(map(str.isdigit, line)), line.count(" | "), len(line.split()) <= _FEW_WORDS


def _other_page(
    old: Sequence[str], new: Sequence[str], found: Sequence[Hunk], title_before: str, title_after: str
) -> str:
    """Another title, another heading, and of what is said hardly a line is left."""
    was, now = _own_part(title_before, title_after, old), _own_part(title_after, title_before, new)
    if not was or not now:
        return ""
    of_the_site = _words(" ".join(_parts(title_before) & _parts(title_after)))
    if _words(was) & _words(now) - of_the_site - _SMALL_WORDS:
        return ""
    if was in new:
        return ""
    gone = sum(len(line) for hunk in found for line in hunk.before)
    long_lines = {line for line in old if len(line) >= _LONG}
    kept = len(long_lines & set(new))
    if gone < _SHARE_REPLACED * sum(map(len, old)) or kept > _REST_SHARED * len(long_lines):
        return ""
    return f"the page calls itself “{now}”, and no longer says what it said as “{was}”"


_SMALL_WORDS = frozenset({"the", "a", "an", "of", "and", "in", "on", "to", "for", "-", "|"})


def _words(text: str) -> set[str]:
    return set(text.casefold().split())


def _parts(title: str) -> set[str]:
    return {part.strip() for part in _JOINTS.split(title) if part.strip()}


def _own_part(title: str, other: str, lines: Sequence[str]) -> str:
    """The part of a title that the other title does not share and that is the page's heading; empty where none is."""
    own = sorted(part for part in map(key_of, _parts(title) - _parts(other)) if part in lines)
    return own[0] if len(own) == 1 else ""
