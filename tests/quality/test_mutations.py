"""A sample of the thresholds is halved and doubled: `python tests/quality/mutations.py` tries them all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mutations

ROOT = Path(__file__).resolve().parents[2]


def test_a_sample_of_the_thresholds_is_held_in_place() -> None:
    """Nothing survives that is half or twice of what it is."""
    ran = subprocess.run(
        [sys.executable, "tests/quality/mutations.py", "--every", "24"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("\n| `") >= 3


def test_what_nothing_notices_is_said() -> None:
    """The last digit of a sentence's length may be any: no test of another module holds it."""
    threshold = mutations.Threshold("silence", "BEYOND", 2)
    assert list(threshold.mutations()) == [("halved", 1), ("doubled", 4)]
    assert mutations.noticed(mutations.Threshold("clocks", "_NOWHERE", 2), 4, corpus=False) == ""


def test_every_bound_that_is_left_out_is_one_that_stands() -> None:
    """A bound of cost that was renamed or dropped is named no longer."""
    assert {one.full_name for one in mutations.thresholds()} >= mutations.COSTS.keys()
