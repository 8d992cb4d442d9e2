"""Tells a page from a part of it, and from another page in its place: a list not loaded, an end not sent, a wrong page.

Nothing here is sure, so nothing here is final: what it says is a reason to look again before anybody is told. A true
withdrawal is told when it is seen again (design §3.2), so a reason too many costs minutes and never the news.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, takewhile

from monitor.diff import Hunk, hunks
from monitor.noise_rules import key_of, template_of
from monitor.places import names_document

SHORTEST_LIST = 5
"""Lines. What loses fewer is an edit: the same bound as for lists of records."""
_INSTEAD = 2
"""Lines that may stand in a lost list's place: "Loading", "No results were found"."""
_FEWEST_AWAITED = 3
"""Lines for which a page says that they are still to come."""
_AWAITED = re.compile(
    r"(?:loading|please wait|one moment|fetching)[\w ,]{0,30}[.…]*"
    r"|(?:there (?:are|were) )?no (?:\w+ )?(?:results?|records?|items?|data|entries|rows|documents|events|meetings)"
    r"(?: (?:were |was )?(?:found|available|to (?:display|show)))?[.…!]*",
    re.IGNORECASE,
)
_UNIFORM = 0.8
"""Share of the lost lines that have one form, where each is an entry of its own."""
_FEW_WORDS = 4
_SHARE_REPLACED = 0.5
"""Of the text below the heading, sidebars and foot included."""
_SAME_IN_A_ROW = 3
"""Lines. Two passages have a line or two in common by chance: a heading, a date."""
_CLOSED = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_OPENED = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
_SIGN = re.compile(r"<\w+>|[^\w\s]")
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
        or next(filter(None, (_lost_list(old, hunk, found, added, _parts(title_before)) for hunk in found)), "")
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


def _lost_list(old: Sequence[str], hunk: Hunk, found: Sequence[Hunk], added: int, headings: Collection[str]) -> str:
    """More than half of a list went, with hardly anything in its place, and no other list (`added` lines) anywhere.

    No list reaches beyond the page's first heading, which its title repeats: above it are menus. What went in other
    hunks is not left.
    """
    lost = len(hunk.before)
    if lost >= _FEWEST_AWAITED and len(hunk.after) == 1 and _AWAITED.fullmatch(hunk.after[0]):
        return f"“{hunk.after[0]}” stands in the place of {lost} lines"
    if lost < SHORTEST_LIST or len(hunk.after) > _INSTEAD:
        return ""
    forms = [_form(line) for line in hunk.before]
    usual = max(sorted(set(forms)), key=forms.count)
    members = forms.count(usual)
    between = 0 if members >= _UNIFORM * lost else _longest_run_without(usual, forms)
    gone = {index for other in found for index in range(other.at, other.at + len(other.before))}
    above = takewhile(lambda index: old[index] not in headings, reversed(range(hunk.at)))
    below = range(hunk.at + lost, len(old))
    left = sum(_run((old[index] for index in side if index not in gone), usual, between) for side in (above, below))
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
    """Another title, of another subject, and below the heading hardly anything is left of what was said.

    Menus, sidebars and foot may be the same: servers mix up the pages of one site, and sites.
    """
    was, now = _own_parts(title_before, title_after), _own_parts(title_after, title_before)
    frame = {line for line in {*old} & {*new} if line in title_before and line in title_after}
    if not was or not now or _one_subject(was, now, frame | _parts(title_before) & _parts(title_after)):
        return ""
    headings = [index for index, line in enumerate(old) if line in was]
    if any(new.count(line) >= old.count(line) for line in was & {*old} if line not in now):
        return ""
    if not any(_is_replaced(old, found, heading) for heading in headings or (0,)):
        return ""
    return f"the page calls itself “{_named(now, new)}”, and no longer says what it said as “{_named(was, old)}”"


def _is_replaced(old: Sequence[str], found: Sequence[Hunk], heading: int) -> bool:
    gone = sum(len(line) for hunk in _passage(found, heading) for line in hunk.before)
    return gone >= _SHARE_REPLACED * sum(map(len, old[heading:]))


def _passage(found: Sequence[Hunk], heading: int) -> Iterator[Hunk]:
    """The hunks from a heading on, until so many lines in a row are the same that the page's foot has begun."""
    end: int | None = None
    for hunk in found:
        stop = hunk.at + len(hunk.before)
        if stop < heading:
            continue
        if end is not None and hunk.at - end > _SAME_IN_A_ROW:
            break
        end = stop
        yield hunk


def _one_subject(was: Collection[str], now: Collection[str], of_the_site: Collection[str]) -> bool:
    """Whether two titles have most of their words in common: the next edition, or the same under a better name."""
    one, other = _words(was) - _words(of_the_site), _words(now) - _words(of_the_site)
    return 2 * len(one & other) > len(one | other) or not (one or other)


_SMALL_WORDS = frozenset({"the", "a", "an", "of", "and", "in", "on", "to", "for", "-", "|"})


def _words(parts: Iterable[str]) -> set[str]:
    """Without figures and months: those are an edition's."""
    plain = _SIGN.sub(" ", " ".join(map(template_of, parts)))
    return set(plain.casefold().split()) - _SMALL_WORDS


def _parts(title: str) -> set[str]:
    return {key_of(part.strip()) for part in _JOINTS.split(title) if part.strip()}


def _own_parts(title: str, other: str) -> set[str]:
    """The parts of a title that the other does not share; where it shares all, as a front page does, the whole."""
    return _parts(title) - _parts(other) or _parts(title)


def _named(parts: Collection[str], lines: Collection[str]) -> str:
    """The part that stands on the page as its heading, else the longest."""
    return min(parts, key=lambda part: (part not in lines, -len(part), part))
