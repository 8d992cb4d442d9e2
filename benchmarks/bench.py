"""Every benchmark of polling, keeping and telling, and each figure beside its target in one table: `make bench`.

    python benchmarks/bench.py [--quick] [--markdown]

The full run takes about an hour on two cores that do nothing else, most of it in the hundred polls beside urlwatch and
in the 30,000 pages; `--quick` takes minutes, with sizes at which start-up still counts for much, so that its ratios are
no measure. `--markdown` writes the tables into docs/explanation/performance.md, between its two markers. A figure that
misses its target is told and fails nothing: other work on a machine moves it. A wrong result does fail.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from figures import read, table

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- figures: written by benchmarks/bench.py --markdown -->", "<!-- end of the figures -->"

FULL: dict[str, Sequence[str]] = {
    "poll_cost.py": (),
    "scale.py": (),
    "size_on_disk.py": (),
    "diff_cost.py": (),
    "mail_latency.py": (),
}
QUICK: dict[str, Sequence[str]] = {
    "poll_cost.py": ("--pages", "200", "--polls", "1"),
    "scale.py": ("--pages", "100", "400", "--polls", "1"),
    "size_on_disk.py": ("--quiet-pages", "40", "--pages", "100", "--polls", "5"),
    "diff_cost.py": ("--times", "2", "--pages", "50"),
    "mail_latency.py": ("--pages", "10", "--changes", "3"),
}


def run(scripts: dict[str, Sequence[str]], kept: Path) -> tuple[str, list[str]]:
    """Run the scripts one after the other; their tables as Markdown, and the names of those that failed."""
    said, failed = [], []
    for script, sizes in scripts.items():
        print(f"{script} {' '.join(sizes)}".rstrip(), file=sys.stderr, flush=True)
        command = [sys.executable, str(HERE / script), *sizes, "--figures", str(kept)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, flush=True)
        said.append(done.stdout)
        if done.returncode:
            failed.append(script)
    return "".join(said), failed


def machine() -> str:
    """Where and when, one line."""
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%B %Y}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()};"
        f" load {load:.1f} when the run began.\n"
    )


def written(page: str, block: str) -> str:
    """The page with this block between its markers. Raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page has no place for the figures: {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{block.strip()}\n\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: whether everything works, in minutes")
    parser.add_argument("--markdown", action="store_true", help=f"write the tables into {PAGE.name}")
    parser.add_argument("--only", nargs="+", choices=list(FULL), help="these alone")
    options = parser.parse_args()
    chosen = QUICK if options.quick else FULL
    where = machine()
    with tempfile.TemporaryDirectory() as name:
        kept = Path(name) / "figures"
        tables, failed = run({script: chosen[script] for script in options.only or chosen}, kept)
        figures = read(kept)
    summary = table(["figure", "measured", "target", "held"], [figure.row() for figure in figures])
    print(f"{where}\n{summary}")
    if failed:
        print(f"Wrong results, or none: {', '.join(failed)}.", file=sys.stderr)
        return 1
    if options.markdown:
        PAGE.write_text(written(PAGE.read_text(), f"{where}\n{summary}\n{tables}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
