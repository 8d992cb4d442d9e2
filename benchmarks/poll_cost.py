"""What polling many pages costs: whole commands, start-up included, beside urlwatch and webchanges in the same run.

    python benchmarks/poll_cost.py [--pages N ...] [--polls 3] [--against urlwatch webchanges]

Before each later poll 2 % of the pages are edited; 20 % of all make noise at every request, 30 % answer "not modified"
(`loopback.py`). The programs take turns in the same rounds, with the same number of requests in flight, so that other
work on the machine hits all. CPU is user and system time of the command and its children. Fails when what On Notice
tells is not exactly what was edited.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from figures import Figure, options, report, table
from loopback import Site, chosen
from programs import AT_ONCE, PINNED, RIVALS, Cost, OnNotice, Program, exactly, installed, middle

HALF = 0.5
"""Of urlwatch's CPU, and of its time by the clock, a later poll may take."""


def compared(folder: Path, pages: int, polls: int, rivals: list[str]) -> tuple[str, list[Figure]]:
    """The costs of a first and of later polls of so many pages, as a table, and the figures that have targets."""
    first: dict[str, Cost] = {}
    later: dict[str, list[Cost]] = {}
    told: dict[str, int] = {}
    with Site() as site:
        urls = site.urls(pages)
        programs: list[Program] = [OnNotice(folder / f"onnotice-{pages}")]
        programs += [RIVALS[name](folder / f"{name}-{pages}", installed(name)) for name in rivals]
        for program in programs:
            program.warm_up(urls[0])
            first[program.name] = program.begin(urls) + program.poll()
        for poll in range(1, polls + 1):
            edited = chosen(pages, poll)
            site.edit(edited)
            for program in programs:
                later.setdefault(program.name, []).append(program.poll())
                found = program.told()
                told[program.name] = told.get(program.name, 0) + len(found)
                if isinstance(program, OnNotice):
                    exactly(found, [site.url(number) for number in edited])
        size = site.weight(range(pages)) // pages
    usual = {name: middle(costs) for name, costs in later.items()}
    rows: list[list[object]] = []
    for when, costs in (("first", first), ("later", usual)):
        for name, cost in costs.items():
            ratios = ["", ""] if name == "urlwatch" or "urlwatch" not in costs else ratios_of(cost, costs["urlwatch"])
            said = 0.0 if when == "first" else told[name] / polls
            rows.append([when, PINNED.get(name, name), cost.cpu, cost.cpu / pages * 1000, cost.wall, *ratios,
                         f"{cost.memory:.0f}", f"{said:g}"])  # fmt: skip
    header = ["poll", f"{pages:,} pages of {size:,} bytes", "CPU s", "ms a page", "wall s", "CPU, of urlwatch's",
              "wall, of urlwatch's", "peak MB", "pages told of"]  # fmt: skip
    return table(header, rows), figures_of(pages, usual)


def ratios_of(cost: Cost, other: Cost) -> list[float]:
    """CPU and wall, each as a share of the other's."""
    return [cost.cpu / other.cpu, cost.wall / other.wall]


def figures_of(pages: int, usual: dict[str, Cost]) -> list[Figure]:
    """What the later polls are held to."""
    if "urlwatch" not in usual:
        return []
    ours, theirs = usual["onnotice"], usual["urlwatch"]
    return [
        Figure(f"a later poll of {pages:,} pages: CPU, of urlwatch's", ours.cpu / theirs.cpu, HALF, ""),
        Figure(f"a later poll of {pages:,} pages: wall, of urlwatch's", ours.wall / theirs.wall, HALF, ""),
    ]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 3000])
    parser.add_argument("--polls", type=int, default=3, help="later polls, of which the median counts")
    parser.add_argument("--against", nargs="*", choices=list(RIVALS), default=list(RIVALS))
    chosen_options = parser.parse_args()
    tables: list[str] = []
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        for pages in chosen_options.pages:
            drawn, held = compared(Path(name), pages, chosen_options.polls, chosen_options.against)
            tables.append(drawn)
            figures += held
    report(f"Whole polls, {AT_ONCE} requests in flight", tables, figures, chosen_options.figures)


if __name__ == "__main__":
    main()
