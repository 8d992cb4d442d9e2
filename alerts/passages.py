"""Before and after as a reader follows them: words struck and added inline, long unchanged stretches elided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from alerts.wording import cut, harmless
from monitor.diff import Hunk, pair_lines, words

Mark = Literal["same", "removed", "added"]

_CONTEXT: Final = 90
"""Characters of unchanged text kept on each side of a difference, where no sentence ends: a line and a half."""

_SENTENCE: Final = 220
"""Characters within which a sentence is kept whole."""

_SENTENCE_END: Final = re.compile(r"(?:(?<=[^\W_]{3})|(?<=[)\]]))[.!?][”’\"')\]]*(?=\s+[^\s\da-z]|\s*$)")
"""Behind three letters or figures or a bracket, before a capital: neither "U.S.C." nor "Sec. 4" ends anything."""

_SHORT: Final = 45
"""Characters up to which a value is shown whole, before and after: "5:30 PM" and "6:00 PM", not digits."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text within one line that was kept, removed or added."""

    mark: Mark
    text: str


Passage = tuple[Span, ...]
"""One line or paragraph. Text is harmless; spaces between spans are part of them."""


def unmarked(text: str) -> Passage:
    """Text that nothing happened to."""
    return (Span("same", text),) if text else ()


def compared(before: str, after: str, *, limit: int) -> Passage:
    """One value against another, on one line. No run is longer than `limit` characters."""
    old, new = harmless(before), harmless(after)
    if max(len(old), len(new)) <= _SHORT:
        return _replaced(old, new, limit)
    return _by_words(old, new, limit)


def compared_lines(before: Sequence[str], after: Sequence[str], *, limit: int) -> tuple[Passage, ...]:
    """One hunk of a page: similar lines against each other, one passage a line, lines that are equal left out."""
    old, new = (tuple(filter(None, map(harmless, lines))) for lines in (before, after))
    passages = (_by_words(was or "", now or "", limit) for was, now in pair_lines(Hunk(old, new)))
    return tuple(passage for passage in passages if is_marked(passage))


def _replaced(old: str, new: str, limit: int) -> Passage:
    if old == new:
        return unmarked(cut(old, limit))
    shared = _shared_parts(old, new)
    if shared:
        return (Span("same", shared), *_replaced(old.removeprefix(shared), new.removeprefix(shared), limit))
    marks: tuple[tuple[Mark, str], ...] = (("removed", old), ("added", new))
    return _spaced([Span(mark, cut(text, limit)) for mark, text in marks if text])


def _shared_parts(old: str, new: str) -> str:
    """The parts before commas that both begin with: of "Monday, March 27, 2017, 5:30 PM" the day, where only the hour
    is another. At least two, for one is as soon read twice; and what follows differs."""
    parts = 0
    pieces = list(zip(old.split(", "), new.split(", "), strict=False))
    while parts < len(pieces) - 1 and pieces[parts][0] == pieces[parts][1]:
        parts += 1
    return ", ".join(piece for piece, _ in pieces[:parts]) + ", " if parts > 1 else ""


def _by_words(old: str, new: str, limit: int) -> Passage:
    if not old or not new:
        return _replaced(old, new, limit)
    return _elided([Span(piece.op, piece.text) for piece in words(old, new)], limit)


def is_marked(passage: Passage) -> bool:
    """Whether anything in it went or came."""
    return any(span.mark != "same" for span in passage)


def as_plain(passage: Passage) -> str:
    """The passage for a text mail: [-what went-] {+what came+}."""
    return "".join(_plain(span) for span in passage)


def _plain(span: Span) -> str:
    return {"same": span.text, "removed": f"[-{span.text}-]", "added": f"{{+{span.text}+}}"}[span.mark]


def _elided(spans: Sequence[Span], limit: int) -> Passage:
    last = len(spans) - 1
    kept = [
        Span(span.mark, _context(span.text, at_start=index == 0, at_end=index == last))
        if span.mark == "same"
        else Span(span.mark, cut(span.text, limit))
        for index, span in enumerate(spans)
    ]
    return _spaced([span for span in kept if span.text])


def _context(text: str, *, at_start: bool, at_end: bool) -> str:
    """What is kept of an unchanged stretch: its end before a difference, its start behind one."""
    if at_start and at_end:
        return cut(text, 2 * _CONTEXT)
    head = "" if at_start else _first_words(text)
    tail = "" if at_end else _last_words(text)
    if len(text) <= len(head) + len(tail) + 3:
        return text
    return f"{head}{_gap(head)}{tail}" if at_start or at_end else f"{head} … {tail}"


def _gap(head: str) -> str:
    """Apart from a sentence that has ended, against a word that is followed by others."""
    return " …" if head.endswith((".", "!", "?", "”", '"', ")")) else "…"


def _first_words(text: str) -> str:
    """To the end of the sentence, where that is near."""
    if len(text) <= _CONTEXT:
        return text
    end = _SENTENCE_END.search(text[:_SENTENCE])
    if end:
        return text[: end.end()]
    head = text[:_CONTEXT]
    return head[: head.rfind(" ")] if head.rfind(" ") > 0 else head


def _last_words(text: str) -> str:
    """From the beginning of the sentence, where that is near."""
    if len(text) <= _CONTEXT:
        return text
    near = text[-_SENTENCE:]
    begins = [end.end() for end in _SENTENCE_END.finditer(near) if near[end.end() :].strip()]
    if begins:
        return near[begins[-1] :].lstrip()
    tail = text[-_CONTEXT:]
    return tail[tail.find(" ") + 1 :] if " " in tail[:-1] else tail


def _spaced(spans: Sequence[Span]) -> Passage:
    """Marks begin and end at words, and what went and what came stand apart: "7:00 PM6:30 PM" is neither."""
    passage: list[Span] = []
    for span in spans:
        if span.mark == "same":
            passage.append(span)
            continue
        text = span.text.strip()
        if not text:
            passage.append(Span("same", " "))
            continue
        if span.text[0].isspace() or (passage and passage[-1].mark != "same"):
            passage.append(Span("same", " "))
        passage.append(Span(span.mark, text))
        if span.text[-1].isspace():
            passage.append(Span("same", " "))
    return tuple(_folded(passage))


def _folded(spans: Sequence[Span]) -> Iterator[Span]:
    """No two spaces in a row over the borders of spans, none at either end."""
    open_space = True
    for index, span in enumerate(spans):
        text = span.text.lstrip() if open_space else span.text
        if index == len(spans) - 1:
            text = text.rstrip()
        if text:
            open_space = text[-1].isspace()
            yield Span(span.mark, text)
