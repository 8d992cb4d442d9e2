"""How a benchmark says what it measured: a Markdown table, and figures beside their targets for `bench.py`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and what it may be at most; a target of None is for the reader to judge."""

    what: str
    measured: float
    target: float | None
    unit: str

    @property
    def held(self) -> bool:
        """Whether it is within its target."""
        return self.target is None or self.measured <= self.target

    def row(self) -> list[str]:
        """Cells of a table: what, measured, target, and whether it holds."""
        target = "" if self.target is None else f"{self.target:,g} {self.unit}".strip()
        verdict = "" if self.target is None else ("yes" if self.held else "no")
        return [self.what, f"{_readable(self.measured)} {self.unit}".strip(), target, verdict]


def options(about: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--figures", type=Path, metavar="FILE", help="append the figures to it, one JSON object a line")
    return parser


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; numbers are printed readably."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def report(title: str, tables: Sequence[str], figures: Sequence[Figure], kept: Path | None) -> None:
    """Print the tables under their title, and keep the figures where that is wanted."""
    print(f"### {title}\n")
    for one in tables:
        print(one)
    if kept is not None:
        with kept.open("a") as lines:
            lines.writelines(json.dumps(asdict(figure)) + "\n" for figure in figures)


def read(kept: Path) -> list[Figure]:
    """The figures that were kept."""
    return [Figure(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []


def _cell(value: object) -> str:
    return _readable(value) if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _readable(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"
