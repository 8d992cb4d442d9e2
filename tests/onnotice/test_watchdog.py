"""A process whose loop stands still ends by itself; one that only waits does not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from onnotice.watchdog import watched

ROOT = Path(__file__).resolve().parents[2]
STUCK = """
import asyncio, re
from onnotice.watchdog import watched
async def main():
    with watched(patience=0.5):
        await asyncio.sleep(1.5)
        print("waited", flush=True)
        re.fullmatch("(a+)+b", "a" * 60)
asyncio.run(main())
"""


def test_code_that_never_returns_ends_the_process() -> None:
    """Exit code 1, and the place where it stood; before that, waiting longer than its patience was no offence."""
    command = [sys.executable, "-c", STUCK]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stdout) == (1, "waited\n")
    assert ended.stderr.startswith("Timeout (0:00:00.5")
    assert "fullmatch" in ended.stderr


async def test_it_lets_go_when_the_work_is_over() -> None:
    """Nothing of it is left behind in the loop."""
    with watched(patience=0.05):
        await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) == 1
