"""What is printed: tables on a terminal, plain lines elsewhere, one JSON object a line for programs."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import typer

from alerts.wording import harmless
from monitor.errors import UsageError

__all__ = [
    "Bar",
    "apart",
    "harmless",
    "json_line",
    "json_text",
    "moment",
    "on_terminal",
    "parse_moment",
    "progress",
    "say",
    "table",
]

_LEAST_ROOM = 16

_ESCAPED_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What JSON lets stand and a terminal obeys, or shows as something else: C1 controls, directions, no shape at all."""


def say(text: str = "") -> None:
    """One line on standard output."""
    typer.echo(text)


def json_line(value: object) -> None:
    """One JSON object on one line."""
    typer.echo(json_text(value))


def json_text(value: object) -> str:
    """JSON without a line break; what could drive a terminal is escaped, and reads back as it was."""
    text = json.dumps(value, ensure_ascii=False, default=_jsonable)
    return _ESCAPED_IN_JSON.sub(lambda match: json.dumps(match[0])[1:-1], text)


def on_terminal() -> bool:
    """Whether a person reads along, and not a program."""
    return sys.stdout.isatty()


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, one_line: bool = False) -> None:
    """A table on a terminal; elsewhere tab-separated lines under one line of headings.

    With `one_line` a terminal shows each row on one line, and of its last cell as much as there is room for.
    """
    texts = [[harmless(str(cell)) for cell in row] for row in rows]
    if not on_terminal():
        say("\t".join(headings))
        for row in texts:
            say("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False, emoji=False)
    if one_line:
        taken = sum(max(len(row[place]) for row in (headings, *texts)) + 2 for place in range(len(headings) - 1))
        room = max(console.width - taken, _LEAST_ROOM)
        texts = [[*row[:-1], row[-1] if len(row[-1]) <= room else f"{row[-1][: room - 1]}…"] for row in texts]
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        drawn.add_column(heading, overflow="fold", no_wrap=one_line)
    for row in texts:
        drawn.add_row(*row)
    console.print(drawn)


def moment(when: datetime | None) -> str:
    """A time for people: local to nobody, so UTC, to the minute."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if when else "never"


def apart(span: timedelta) -> str:
    """A span in few letters, for columns: "6 min", "5 h", "12 d"."""
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 2880 else f"{round(minutes / 1440):,} d"


def parse_moment(text: str, what: str, *, end_of_day: bool = False) -> datetime:
    """A date or time that a person typed: ISO 8601, UTC unless it says otherwise; "3d", "12h" are that long ago.

    A day is its first moment, with `end_of_day` its last. Raises UsageError.
    """
    units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    try:
        if re.fullmatch(r"[0-9]{1,6}[mhdw]", text):
            return datetime.now(UTC) - timedelta(**{units[text[-1]]: int(text[:-1])})
        parsed = datetime.fromisoformat(text)
        if end_of_day and re.fullmatch(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}", text):
            parsed += timedelta(days=1, microseconds=-1)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        shown = harmless(text)[:80]
        raise UsageError(f"{shown!r} is no {what}; write 2017-03-20, 2017-03-20T14:00Z, or 3d for ago.") from None


class Bar(Protocol):
    """What a long piece of work reports to."""

    def __call__(self, label: str, done: int, total: int) -> None:
        """`total` is 0 when nobody knows."""


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """A progress bar on a terminal; plain lines at every tenth elsewhere, on standard error."""
    if sys.stderr.isatty():
        yield from _rich_bar(title)
        return
    tenths: dict[str, int] = {}

    def line(label: str, done: int, total: int) -> None:
        tenth = done * 10 // total if total else 0
        if total >= 10 and tenth > tenths.get(label, 0):
            tenths[label] = tenth
            typer.echo(f"{title}: {label} {done:,} of {total:,}", err=True)

    yield line


def _rich_bar(title: str) -> Iterator[Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def update(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(f"{title} {label}", total=total or None)
            bars.update(tasks[label], completed=done, total=total or None)

        yield update


def _jsonable(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
