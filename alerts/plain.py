"""The text part of a mail: stands alone, wraps at 72 columns, marks what went [-so-] and what came {+so+}."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from alerts.blocks import Block, Heading, Names, Passages, Rows
from alerts.letter import Letter
from alerts.passages import as_plain, is_marked
from alerts.story import Story
from alerts.wording import cut

_WIDTH: Final = 72
_SIGNS: Final = {"new": "+", "gone": "-", "plain": "*"}


def text_of(letter: Letter) -> str:
    """The letter as text, ending in a newline."""
    lines: list[str] = []
    if letter.title:
        lines += [*_wrapped(letter.title), "=" * min(_WIDTH, len(letter.title)), ""]
    for number, story in enumerate(letter.stories):
        lines += ["", "-" * _WIDTH, ""] if number else []
        lines += _story(story)
    lines += _rest(letter)
    lines += ["", "-- ", *_footer(letter)]
    return "\n".join(lines) + "\n"


def _story(story: Story) -> Iterator[str]:
    yield from _wrapped(story.headline)
    yield ""
    yield from _wrapped(story.kicker + (f" · {story.place}" if story.place else ""))
    for block in story.blocks:
        yield ""
        yield from _block(block)
    yield ""
    yield from _evidence(story)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from _wrapped(block.heading.upper())
        return
    if block.heading:
        yield from _wrapped(block.heading)
    if isinstance(block, Names):
        for name in block.names:
            yield from _hanging(f"  {_SIGNS[block.tone]} ", name)
    elif isinstance(block, Rows):
        indent = "  " if block.heading else ""
        for row in block.rows:
            yield from _hanging(f"{indent}{row.label}: ", as_plain(row.passage), 4)
    elif isinstance(block, Passages):
        for index, passage in enumerate(block.passages):
            if index and is_marked(passage):
                yield ""
            yield from _hanging("  ", as_plain(passage))
    if block.beyond:
        yield f"  {block.beyond}"


def _evidence(story: Story) -> Iterator[str]:
    seen = story.evidence
    rows = [
        ("Seen", seen.seen),
        ("Read it", seen.read_at),
        ("Page", seen.page),
        ("Version", seen.versions),
        ("SHA-256", seen.digest),
        ("Weighed", f"{story.significance:.2f} ({story.reasons})" if story.reasons else f"{story.significance:.2f}"),
    ]
    for name, said in rows:
        if said:
            yield from _hanging(f"{name:<9} ", said)
    # Never wrapped: they are there to be copied, or clicked.
    there = "Changes" if story.members > 1 else "Change"
    yield f"{there if seen.way.link else 'Check it':<9} {seen.way.said}"
    for name, link in seen.links:
        yield f"{name:<9} {link}"


def _rest(letter: Letter) -> Iterator[str]:
    if letter.briefs:
        yield from ("", "-" * _WIDTH, "", "ALSO")
        for brief in letter.briefs:
            if brief.way.link:
                yield from _hanging("  * ", brief.headline)
                yield f"    {brief.way.link}"
            else:
                yield from _hanging("  * ", f"{brief.headline} ({brief.way.command})")
    if letter.more:
        yield from ("", f"and {letter.more:,} more: {letter.more_way.said}")


def bare_text_of(letter: Letter) -> str:
    """What is left where a server takes no more than that: what happened, and the way to the rest."""
    opening = letter.title or next((story.headline for story in letter.stories), "")
    way = letter.stories[0].evidence.way if len(letter.stories) == 1 and not letter.more else letter.more_way
    lines = [*_wrapped(cut(opening, 300)), "", "Your mail server did not take the full mail. It is here:", way.said]
    return "\n".join(lines) + "\n"


def _footer(letter: Letter) -> Iterator[str]:
    if any(_is_marked(block) for story in letter.stories for block in story.blocks):
        yield "Marked are what went, [-so-], and what came, {+so+}."
    yield from _wrapped(letter.sight)
    yield from _wrapped(f"You get this through the subscription “{letter.subscription}” of On Notice.")
    if letter.archive:
        yield f"Archive: {letter.archive}"
    if letter.unsubscribe:
        yield f"Unsubscribe: {letter.unsubscribe}"


def _is_marked(block: Block) -> bool:
    if isinstance(block, Rows):
        return any(is_marked(row.passage) for row in block.rows)
    if isinstance(block, Passages):
        return any(map(is_marked, block.passages))
    return False


def _wrapped(text: str) -> list[str]:
    return wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _hanging(lead: str, text: str, indent: int | None = None) -> list[str]:
    margin = " " * (len(lead) if indent is None else indent)
    lines = wrap(
        text, _WIDTH, initial_indent=lead, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )
    return lines or [lead.rstrip()]
