"""Halves and doubles every numeric threshold of the rules, and says which of it nothing notices.

    python tests/quality/mutations.py [--only PATTERN] [--corpus] [--every N]

Each mutation is tried in a process of its own, on the tests of thresholds and of its module; with `--corpus` what they
do not notice is asked of the corpus, which takes minutes for each. Prints a table, and exits with 1 where a mutation
survives. `--every 9` takes each ninth threshold: a sample.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

import monitor

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]

Value = int | float | timedelta

TESTS: Mapping[str, tuple[str, ...]] = {
    "clocks": ("clocks", "noise"),
    "encoding": ("encoding", "text"),
    "hypertext": ("text",),
    "mechanisms": ("verdict",),
    "noise": ("noise", "fillers"),
    "noise_rules": ("noise",),
    "places": ("noise",),
    "recognition": ("verdict",),
    "reordering": ("reordering", "noise"),
    "significance": ("significance", "fillers"),
}
"""By module of `monitor`: what of tests/monitor is asked after those of thresholds; else the tests of its own name."""

COSTS: Mapping[str, str] = {
    "clocks._LONGEST": "work",
    "fillers._LONGEST_HEADING": "work",
    "diff.LINE_PAIRS": "work",
    "diff.WORD_PAIRS": "work",
    "diff._WORD_BY_WORD": "work",
    "diff._PAIRED_LINES": "work",
    "diff._PAIRED_CHARACTERS": "work",
    "encoding._REPAIRED_BYTES": "work",
    "hypertext.MAXIMUM_CHARACTERS": "memory",
    "hypertext.MAXIMUM_LINES": "memory",
    "hypertext.MAXIMUM_LINKS": "memory",
    "hypertext._FEW_TAGS": "work",
    "hypertext._MAXIMUM_TAGS": "memory",
    "mechanisms.LARGEST": "work",
    "recognition._DEEPEST": "work",
    "noise._REFLOWED_HUNKS": "work",
    "records._MOST_PAIRS": "work",
    "reordering._MOST_STEPS": "work",
    "text._MAXIMUM_CHARACTERS": "memory",
    "verdict._PARSED_AT_MOST": "work",
}
"""Bounds on hostile input, far beyond any real page: they judge nothing, and are tried by tests of time and memory."""

_NO_THRESHOLDS = frozenset({"hypertext._WITHIN_BLOCK", "clocks._DAY"})
"""A mark, and a day."""


@dataclass(frozen=True)
class Threshold:
    """A number that a rule gives a name."""

    module: str
    name: str
    value: Value

    @property
    def full_name(self) -> str:
        """Module and name."""
        return f"{self.module}.{self.name}"

    def mutations(self) -> Iterator[tuple[str, Value]]:
        """Half of it, and twice as much."""
        yield "halved", self.value // 2 if isinstance(self.value, int) else self.value / 2
        yield "doubled", self.value * 2


def thresholds() -> Iterator[Threshold]:
    """Every number that a module of the rules gives a name, where it is defined."""
    for info in sorted(pkgutil.iter_modules(monitor.__path__), key=lambda info: info.name):
        if info.ispkg:
            continue
        module = import_module(f"monitor.{info.name}")
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for name in _named(tree):
            value = getattr(module, name, None)
            found = Threshold(info.name, name, value) if isinstance(value, int | float | timedelta) else None
            if found is not None and not isinstance(value, bool) and found.full_name not in _NO_THRESHOLDS:
                yield found


def _named(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from (target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper())


def noticed(threshold: Threshold, other: Value, *, corpus: bool) -> str:
    """What notices that a threshold has another value, tried in a process of its own; empty where nothing does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, _try(threshold, other, corpus=corpus).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        by = answer.read()
    os.waitpid(child, 0)
    return by


def _try(threshold: Threshold, other: Value, *, corpus: bool) -> str:
    for name, module in list(sys.modules.items()):
        # Importing binds a name of one's own.
        if name.startswith("monitor.") and threshold.name in vars(module):
            setattr(module, threshold.name, other)
    names = dict.fromkeys(("thresholds", *TESTS.get(threshold.module, (threshold.module,))))
    files = [f"tests/monitor/test_{name}.py" for name in names if (ROOT / f"tests/monitor/test_{name}.py").is_file()]
    if threshold.module in ("mechanisms", "recognition"):
        files.append("tests/docs/test_verdicts.py")
    os.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for file in files:
            if (
                pytest.main(["-q", "-x", file, "-p", "no:cacheprovider", "-p", "no:randomly"])
                == pytest.ExitCode.TESTS_FAILED
            ):
                return file
        return "the corpus" if corpus and _corpus_fails() else ""


def _corpus_fails() -> bool:
    sys.path.insert(0, str(FOLDER))
    run = import_module("run")
    return bool(run.below(run.kept()["floors"], run.figures_of(run.measured(run.corpus()))))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns what the shell gets: 0 where every mutation is noticed."""
    parser = argparse.ArgumentParser(description="Which thresholds nothing holds in place.")
    parser.add_argument("--only", default="", help="thresholds whose name this pattern is found in")
    parser.add_argument("--corpus", action="store_true", help="ask the corpus what the tests do not notice")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="a sample: each Nth threshold")
    asked = parser.parse_args(arguments)
    for threshold in thresholds():
        import_module(f"monitor.{threshold.module}")
    chosen = [one for one in thresholds() if one.full_name not in COSTS and re.search(asked.only, one.full_name)]
    survivors = 0
    print("| threshold | value | halved | doubled |\n|---|---|---|---|")
    for threshold in chosen[:: asked.every]:
        found = [noticed(threshold, other, corpus=asked.corpus) for _, other in threshold.mutations()]
        survivors += found.count("")
        cells = [by.removeprefix("tests/").removesuffix(".py") or "**not noticed**" for by in found]
        print(f"| `{threshold.full_name}` | {threshold.value} | {cells[0]} | {cells[1]} |", flush=True)
    print(f"\n{survivors} of {2 * len(chosen[:: asked.every])} mutations are noticed by nothing.")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
