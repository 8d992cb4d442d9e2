"""Halves and doubles every numeric threshold of the rules, and says which of it nothing notices.

    python tests/quality/mutations.py [--only NAME] [--unit] [--all]

A mutation is noticed where a capture of the corpus that was judged rightly is judged wrongly. With `--unit` the tests
of `monitor` are asked first, which is quicker. It asks the hand-made cases and two sets of templates, or with `--all`
every set, and takes a quarter of an hour or so.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType

from corpus.build import ALL, generated
from corpus.handmade import handmade
from corpus.measure import MODES, outcomes

FOLDER = Path(__file__).resolve().parent

MODULES = (
    "clocks", "fillers", "fragments", "mechanisms", "noise", "noise_rules", "places", "recognition", "redirects",
    "reordering",
)  # fmt: skip
"""Of `monitor`."""
ELSEWHERE = ("decide", "hypertext", "significance", "verdict")
"""Where their constants may have been imported to."""

Value = int | float | timedelta


def thresholds() -> Iterator[tuple[ModuleType, str, Value]]:
    """Every number that a module of the rules gives a name, where it is defined."""
    seen = set()
    for name in MODULES:
        module = import_module(f"monitor.{name}")
        for constant, value in vars(module).items():
            if constant.isupper() and isinstance(value, int | float | timedelta) and constant not in seen:
                seen.add(constant)
                yield module, constant, value


def places_of(constant: str, value: Value) -> list[ModuleType]:
    """The modules that hold it: importing binds a name of one's own."""
    every = [import_module(f"monitor.{name}") for name in (*MODULES, *ELSEWHERE)]
    return [module for module in every if getattr(module, constant, None) == value]


def judged(batches: Sequence[Sequence]) -> Iterator[list[bool]]:
    """Whether each step was judged rightly, by batch and mode."""
    for batch in batches:
        for mode in MODES:
            yield [one.right for one in outcomes(batch, mode)]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Which thresholds nothing holds in place.")
    parser.add_argument("--only", default="", help="thresholds whose name this pattern is found in")
    parser.add_argument("--unit", action="store_true", help="ask monitor's tests first")
    parser.add_argument("--all", action="store_true", help="ask every set of templates")
    asked = parser.parse_args(arguments)
    sets = reversed(ALL) if asked.all else (ALL[0], ALL[-1])
    batches = [list(handmade()), *(list(generated(templates)) for templates in sets)]
    usual = list(judged(batches))
    for module, constant, value in thresholds():
        if asked.only and re.search(asked.only, f"{module.__name__}.{constant}") is None:
            continue
        for word, other in (("halved", _halved(value)), ("doubled", value * 2)):
            held = places_of(constant, value)
            for place in held:
                setattr(place, constant, other)
            try:
                by = "tests of monitor" if asked.unit and _unit_tests_fail(held, constant, other) else ""
                if not by and (worse := _first_worse(usual, batches)):
                    by = f"corpus: {worse} captures of a batch"
            finally:
                for place in held:
                    setattr(place, constant, value)
            print(f"{module.__name__}.{constant} = {value}, {word}: {by or 'NOT NOTICED'}", flush=True)
    return 0


def _halved(value: Value) -> Value:
    return value // 2 if isinstance(value, int) else value / 2


def _first_worse(usual: Sequence[list[bool]], batches: Sequence[Sequence]) -> int:
    for before, now in zip(usual, judged(batches), strict=True):
        if worse := sum(was and not still for was, still in zip(before, now, strict=True)):
            return worse
    return 0


def _unit_tests_fail(held: Sequence[ModuleType], constant: str, other: Value) -> bool:
    lines = ["import datetime, sys, pytest"]
    for place in held:
        lines += [f"import {place.__name__}", f"{place.__name__}.{constant} = {other!r}"]
    lines.append("sys.exit(pytest.main(['-q', '-x', 'tests/monitor', '-p', 'no:cacheprovider', '-p', 'no:randomly']))")
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=FOLDER.parents[1], capture_output=True, check=False
    )
    return ran.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
