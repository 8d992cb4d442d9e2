"""Changes a parameter in the text of onnotice.toml, and leaves every other word of it as its writer put it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.errors import UsageError
from onnotice.stanzas import written_value

_TABLE = re.compile(r"\s*\[")
_STANZA = re.compile(r"\s*\[\[\s*source\s*\]\]")
_PARAMETERS = re.compile(r"\s*\[\s*source\s*\.\s*parameters\s*\]")
_INLINE = re.compile(r"\s*parameters\s*=\s*\{")


def with_parameter(text: str, slug: str, name: str, values: Iterable[str]) -> str:
    """The settings' text with a list as parameter `name` of the source's stanza.

    The result is read back: it says what the text said, and the parameter. Raises UsageError, with the line to write by
    hand, where the stanza is written in a way that cannot be changed safely, and where there is no such stanza.
    """
    listed = list(values)
    wanted = tomllib.loads(text)
    number = next((n for n, stanza in enumerate(wanted.get("source", ())) if stanza.get("slug") == slug), None)
    if number is None:
        raise UsageError(f"onnotice.toml has no stanza of {slug}; copy that of the catalog into it, then run again.")
    stanza = wanted["source"][number]
    stanza["parameters"] = {**stanza.get("parameters", {}), name: listed}
    lines = text.splitlines(keepends=True)
    begins = [place for place, line in enumerate(lines) if _STANZA.match(line)]
    changed = ""
    if number < len(begins):
        _change(lines, begins[number], name, stanza["parameters"])
        changed = "".join(lines)
    if _read(changed) != wanted:
        raise UsageError(
            f"The stanza of {slug} is written in a way that is not changed by a program; write {name} ="
            f" {written_value(listed)} among its parameters by hand."
        )
    return changed


def _change(lines: list[str], begin: int, name: str, parameters: Mapping[str, Any]) -> None:
    """Change the stanza that begins at a line: its table of parameters, its inline one, or a new inline one."""
    end = next((place for place in range(begin + 1, len(lines)) if _TABLE.match(lines[place])), len(lines))
    line_end = "\r\n" if lines[begin].endswith("\r\n") else "\n"
    said = f"{name} = {written_value(parameters[name])}{line_end}"
    if end < len(lines) and _PARAMETERS.match(lines[end]):
        below = next((place for place in range(end + 1, len(lines)) if _TABLE.match(lines[place])), len(lines))
        key = re.compile(rf"\s*{name}\s*=")
        there = next((place for place in range(end + 1, below) if key.match(lines[place])), None)
        if there is None:
            _end_line(lines, end, line_end)
            lines.insert(end + 1, said)
        else:
            closed = next((place for place in range(there, below) if "]" in lines[place]), there)
            lines[there : closed + 1] = [said]
        return
    inline = next((place for place in range(begin, end) if _INLINE.match(lines[place])), None)
    pairs = ", ".join(f"{key} = {written_value(value)}" for key, value in parameters.items())
    whole = f"parameters = {{ {pairs} }}{line_end}"
    if inline is not None:
        lines[inline] = whole
        return
    last = max(
        place for place in range(begin, end) if lines[place].strip() and not lines[place].lstrip().startswith("#")
    )
    _end_line(lines, last, line_end)
    lines.insert(last + 1, whole)


def _end_line(lines: list[str], place: int, line_end: str) -> None:
    if not lines[place].endswith("\n"):
        lines[place] += line_end


def _read(text: str) -> Mapping[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
