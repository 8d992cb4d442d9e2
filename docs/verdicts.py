"""Writes the tables of explanation/verdicts.md from the mechanisms themselves: what was seen, where, and how sure."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from monitor.mechanisms import (
    HEADERS,
    HEADINGS,
    LARGEST,
    MECHANISMS,
    PLAIN_ANSWERS,
    HeaderMechanism,
    Heading,
    Mechanism,
)

PAGE = Path(__file__).parent / "explanation" / "verdicts.md"
BEGIN, END = "<!-- mechanisms -->", "<!-- end of mechanisms -->"


def page() -> str:
    """The page with its tables as they are now."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    tables = "\n".join(_tables())
    return f"{head}{BEGIN}\n{tables}\n{END}{tail}"


def _tables() -> Iterator[str]:
    yield "### Headers\n"
    yield "| mechanism | what is seen | known from | sure | verdict |"
    yield "|---|---|---|---|---|"
    yield from map(_header, HEADERS)
    yield "\n### Markup\n"
    yield "All that is named must hold. Bytes are the whole body's, characters those to be read outside of menus.\n"
    yield "| mechanism | what is seen | known from | sure | verdict |"
    yield "|---|---|---|---|---|"
    yield from map(_mechanism, MECHANISMS)
    yield "\n### What a page calls itself\n"
    yield "In its title and first heading, and nothing else: a headline with such words has more of them.\n"
    yield "| mechanism | phrases, among others | numbers | characters at most | verdict |"
    yield "|---|---|---|---|---|"
    yield from map(_heading, HEADINGS)
    yield "\n### Whole answers without markup\n"
    for verdict in dict.fromkeys(kind for kind, _ in PLAIN_ANSWERS.values()):
        said = ", ".join(f"“{text}”" for text, (kind, _) in PLAIN_ANSWERS.items() if kind is verdict)
        yield f"- {verdict.value}: {said}"


def _header(row: HeaderMechanism) -> str:
    values = " or ".join(f"`{value}`" for value in row.values) or "any value"
    return _row(row.name, f"header `{row.header}`: {values}", row.known_from, _sure(row.known_from), "blocked")


def _mechanism(row: Mechanism) -> str:
    seen = ["`" + "`, `".join(needle.decode() for needle in row.needles) + "`"]
    if row.element:
        seen.append(f"element `{row.element}`")
    if row.script:
        seen.append(f"`{row.script}` in a script")
    if row.text is not None:
        seen.append("its text by a pattern")
    if row.without_fields:
        seen.append("nothing to type into")
    if row.was_otherwise:
        seen.append("the page had another title before")
    if row.reads_at_most < 1_000_000:
        seen.append(f"at most {row.reads_at_most:,} characters")
    if row.largest < LARGEST:
        seen.append(f"at most {row.largest:,} bytes")
    return _row(row.name, "; ".join(seen), row.known_from, _sure(row.known_from), row.verdict.value)


def _heading(row: Heading) -> str:
    phrases = ", ".join(sorted(row.phrases)[:5])
    most = f"{row.reads_at_most:,}" if row.reads_at_most < 1_000_000 else "any number"
    return _row(row.name, phrases, ", ".join(sorted(row.numbers)), most, row.verdict.value)


def _sure(known_from: str) -> str:
    return "likely" if "likely" in known_from.lower() else "yes"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
