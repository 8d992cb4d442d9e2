"""Whether a poll stays as cheap and as small however many pages are watched: CPU a page and peak memory by size.

    python benchmarks/scale.py [--pages 100 1000 10000 30000] [--polls 2]

The same mix as in `poll_cost.py`. A command's start-up is shared by its pages, so it is measured (a poll of one page)
and the cost a page shown without it: that is what has to be flat. Fails when what is told is not what was edited.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from figures import Figure, options, report, table
from loopback import Site, chosen
from programs import Cost, OnNotice, exactly, middle

MEMORY = 250.0
"""MB at the most pages."""
FLAT = 1.25
"""A page of many may cost so many times a page of the fewest, which other work on a machine moves by a tenth or two."""


def polled(folder: Path, site: Site, pages: int, polls: int) -> tuple[Cost, Cost]:
    """What the first poll of so many pages costs, and what later ones do."""
    program = OnNotice(folder / str(pages))
    program.begin(site.urls(pages))
    first = program.poll()
    later = []
    for poll in range(1, polls + 1):
        edited = chosen(pages, poll)
        site.edit(edited)
        later.append(program.poll())
        exactly(program.told(), [site.url(number) for number in edited])
    return first, middle(later)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[100, 1000, 10_000, 30_000])
    parser.add_argument("--polls", type=int, default=2, help="later polls, of which the median counts")
    chosen_options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        with Site() as site:
            start = start_up(Path(name), site)
        costs: dict[int, tuple[Cost, Cost]] = {}
        for pages in sorted(chosen_options.pages):
            with Site() as site:
                costs[pages] = polled(Path(name), site, pages, chosen_options.polls)
    rows: list[list[object]] = []
    for pages, both in costs.items():
        for when, cost in zip(("first", "later"), both, strict=True):
            rows.append([pages, when, cost.cpu, cost.cpu / pages * 1000, beyond(cost, start, pages), cost.wall,
                         f"{cost.memory:.0f}"])  # fmt: skip
    header = ["pages", "poll", "CPU s", "CPU ms a page", "without start-up", "wall s", "peak MB"]
    most = max(costs)
    memory = max(cost.memory for cost in costs[most])
    figures = [Figure(f"peak memory of a poll of {most:,} pages", memory, MEMORY, "MB")]
    measured = [pages for pages in costs if pages >= 1000]
    if len(measured) > 1:
        least = beyond(costs[measured[0]][1], start, measured[0])
        figures.append(
            Figure(
                f"CPU a page in a later poll of {most:,} pages, of that among {measured[0]:,}",
                beyond(costs[most][1], start, most) / least,
                FLAT,
                "times",
            )
        )
    note = f"Start-up, a poll of one page: {start.cpu:.2f} s of CPU, {start.memory:.0f} MB.\n"
    report("More and more pages", [table(header, rows), note], figures, chosen_options.figures)


def start_up(folder: Path, site: Site) -> Cost:
    """What a later poll of one page costs."""
    program = OnNotice(folder / "start")
    program.begin(site.urls(1))
    program.poll()
    return middle([program.poll() for _ in range(3)])


def beyond(cost: Cost, start: Cost, pages: int) -> float:
    """Milliseconds of CPU a page without the start-up."""
    return max(0.0, cost.cpu - start.cpu) / pages * 1000


if __name__ == "__main__":
    main()
