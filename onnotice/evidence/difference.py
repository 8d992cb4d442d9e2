"""What differs between two versions of a page, as text and as a page that a browser shows and that does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from alerts.wording import harmless
from monitor.diff import hunks
from monitor.types import Change

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color-scheme:light dark}"
    "pre,del,ins{white-space:pre-wrap;overflow-wrap:anywhere}"
    "del,ins{display:block;text-decoration:none;padding:.1em .5em;color:#111}"
    "del{background:#fbdcdc}ins{background:#d9f2dc}del::before{content:'− '}ins::before{content:'+ '}"
)
Line = tuple[str, str]
"""A mark, "-" or "+" or "" between passages, and a line of the page."""


def lines_of(before: Sequence[str], after: Sequence[str]) -> tuple[Line, ...]:
    """The lines that went and came, passage by passage."""
    return tuple(_lines(before, after))


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for number, hunk in enumerate(hunks(tuple(before), tuple(after))):
        if number:
            yield "", ""
        yield from (("-", line) for line in hunk.before)
        yield from (("+", line) for line in hunk.after)


def as_text(change: Change, lines: Sequence[Line]) -> str:
    """What changed in a sentence, the facts of a record where it is one, and the lines."""
    told = [harmless(change.summary), harmless(change.url), f"{change.at:%Y-%m-%d %H:%M:%S} UTC", ""]
    told += [f"{name}: {facts}" for name, facts in _facts(change)]
    return "".join(f"{line}\n" for line in (*told, *(f"{mark} {harmless(line)}".strip() for mark, line in lines)))


def as_html(change: Change, lines: Sequence[Line]) -> str:
    """The same as a page of HTML: every text is escaped, and its own policy lets it load and run nothing."""
    facts = "".join(f"<h2>{name}</h2><pre>{_safe(facts)}</pre>" for name, facts in _facts(change))
    marked = "".join(_marked(mark, line) for mark, line in lines)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(change.summary)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{_safe(change.summary)}</h1><p>{_safe(change.url)}<br>{change.at:%Y-%m-%d %H:%M:%S} UTC</p>"
        f"{facts}<h2>The page</h2>{marked}</main></body></html>\n"
    )


def _facts(change: Change) -> Iterator[tuple[str, str]]:
    if change.record_kind:
        for name, facts in (("before", change.before), ("after", change.after)):
            if facts is not None:
                written = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
                yield name, harmless(written)


def _marked(mark: str, line: str) -> str:
    if not mark:
        return "<hr>"
    name = "ins" if mark == "+" else "del"
    return f"<{name}>{_safe(line)}</{name}>"


def _safe(text: str) -> str:
    return escape(harmless(text))
