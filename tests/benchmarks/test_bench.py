"""The benchmarks of polling, keeping and telling: with tiny sizes each runs, finds its results right, and says them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TINY = {
    "poll_cost.py": ("--pages", "12", "--polls", "1", "--against"),
    "scale.py": ("--pages", "12", "--polls", "1"),
    "size_on_disk.py": ("--quiet-pages", "2", "--unchanged", "1", "--edits", "1", "--pages", "12", "--polls", "1",
                        "--no-urlwatch"),
    "diff_cost.py": ("--size", "20000", "--edits", "5", "--times", "1", "--page", "50000", "--pages", "3"),
    "mail_latency.py": ("--pages", "2", "--changes", "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the benchmarks keep compiled programs."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("script", sorted(TINY))
def test_each_says_what_it_measured(script: str, cache: Path, tmp_path: Path) -> None:
    """Every script ends well, prints a table, and keeps each of its figures with a target."""
    kept = tmp_path / "figures"
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *TINY[script], "--figures", str(kept)],
        capture_output=True, text=True, check=False, env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "| --- |" in done.stdout
    figures = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    assert bool(figures) == (script != "poll_cost.py"), "its figures are ratios, and there was nobody to compare with"
    assert all(figure["measured"] >= 0 and (figure["target"] is None or figure["target"] > 0) for figure in figures)


@pytest.mark.parametrize(("number", "noisy", "validated"), [(0, True, False), (60, False, True), (7, False, False)])
def test_the_site_is_what_it_says(number: int, noisy: bool, validated: bool) -> None:
    """Of each hundred pages twenty are noisy and thirty others have validators; pages have 5 to 60 KB; an edit touches
    a few lines and a page without one stays the same."""
    program = (
        "import json, loopback as l\n"
        f"n = {number}\n"
        "old, new = (l.page(n, edition).decode().splitlines() for edition in (0, 1))\n"
        "print(json.dumps([sum(map(l.is_noisy, range(100))), sum(map(l.has_validators, range(100))),"
        " l.is_noisy(n), l.has_validators(n), l.page(n, 0) == l.page(n, 0),"
        " len(set(new) - set(old)), [len(l.page(k, 0)) for k in range(100)]]))"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=BENCHMARKS, capture_output=True, text=True, check=True)
    noisy_pages, with_validators, *this, touched, sizes = json.loads(said.stdout)
    assert (noisy_pages, with_validators) == (20, 30)
    assert this == [noisy, validated, True]
    assert 1 <= touched <= 4
    assert 5_000 <= min(sizes) < 10_000
    assert 50_000 < max(sizes) <= 60_000


def test_the_page_takes_the_figures() -> None:
    """What stands between the two markers of the page is replaced, and nothing else of it."""
    program = (
        "import bench\n"
        "page = bench.PAGE.read_text()\n"
        "once = bench.written(page, 'new')\n"
        "assert bench.written(once, 'new') == once\n"
        "assert '\\n\\nnew\\n\\n' in once\n"
        "assert once.split(bench.BEGIN)[0] == page.split(bench.BEGIN)[0]\n"
        "assert once.split(bench.END)[1] == page.split(bench.END)[1]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
