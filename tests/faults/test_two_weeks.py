"""A day of the daemon with everything that fails, in seconds: `python tests/faults/two_weeks.py` is the whole of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_what_was_published_and_what_was_mailed_agree() -> None:
    """Four sources, a day, two deaths, a move, a mail server that is down, a clock set back: one to one."""
    command = [sys.executable, str(Path(__file__).with_name("two_weeks.py")), "--sources", "4", "--days", "1", "--json"]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.stdout, ended.stderr
    counts = json.loads(ended.stdout)
    assert counts["problems"] == []
    assert counts["deaths"] == 2
    assert counts["changes"] >= 4
    assert counts["health_stories"] == 4
    assert counts["answers"]["wall"] > 5
    assert counts["answers"]["failure"] > 5
