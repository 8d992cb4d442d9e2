"""What reading a large archive costs: in Datasette, by the commands, in searches; the worst of several.

    python benchmarks/reading_cost.py HOME [--times 5] [--server URL PATH...]

HOME is a folder that `big_archive.py` wrote. Everything runs in this process, so that its CPU time is that of the work;
wall time is what a person waits, on a machine that does nothing else. With --server the pages of a running server are
timed too, by the clock alone. Exit code 1 when anything takes longer than its target.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette

from monitor.types import in_utc
from storage import Archive
from storage.columns import read_time
from storage.metadata import SETTINGS, metadata
from storage.questions import QUESTIONS
from storage.schema import describe, describe_views

TARGET, SEARCH_TARGET = 0.3, 0.5
"""Seconds."""
SEARCHES = ("detainer", "county", '"sanctuary city"', "county council meeting agenda", "stormwater rezoning easement")


@dataclass(frozen=True, slots=True)
class Cost:
    """The worst of several: seconds of CPU, and on the clock."""

    what: str
    target: float
    cpu: float
    wall: float

    @property
    def held(self) -> bool:
        """By CPU: other work on the machine moves the clock."""
        return self.cpu <= self.target


def worst(what: str, target: float, times: int, work: Callable[[], object]) -> Cost:
    """Do it several times."""
    cpus, walls = [], []
    for _ in range(times):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return Cost(what, target, max(cpus), max(walls))


def parameters(path: Path) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """What is asked: (question, how it is called here, parameters), with what there is most of in the archive."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        council, place = connection.execute(
            "SELECT slug, jurisdiction FROM sources WHERE jurisdiction <> '' ORDER BY id LIMIT 1"
        ).fetchone()
        (latest,) = connection.execute("SELECT max(at) FROM visits").fetchone()
        listed = connection.execute(
            "SELECT s.slug FROM records r JOIN sources s ON s.id = r.source WHERE r.member <> '' GROUP BY 1"
            " ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()[0]
    day = str((read_time(latest) - timedelta(days=200)).date())
    month = {"since": day, "until": str((read_time(latest) - timedelta(days=170)).date())}
    chosen = {
        "on_the_list": [{"source": listed, "date": day}, {"source": listed}],
        "versions_of_a_release": [{"words": "detainer"}, {"words": "county"}],
        "agenda_mentions": [{"words": "detainer"}, {"words": "county"}, {"words": "county", "jurisdiction": place}],
        "what_was_withdrawn": [{}, month, {"source": council}],
        "when_unseen": [{"source": council}],
        "who_was_told": [{}, month, {"recipient": "desk@example.org"}],
        "what_changed": [{"jurisdiction": place}, {"jurisdiction": place, **month}],
        "newest_changes": [{}, {"source": council}, month],
    }
    for name in QUESTIONS:
        for asked in chosen.get(name, [{}]):
            yield name, " ".join([name, *(f"{key}={value}" for key, value in asked.items())]), asked


def in_datasette(path: Path, times: int) -> Iterator[Cost]:
    """Every question, as JSON and as the page that a person sees, and the first page of every table and view."""
    loop = asyncio.new_event_loop()
    server = Datasette([str(path)], metadata=metadata(), settings=dict(SETTINGS))
    loop.run_until_complete(server.invoke_startup())

    def get(address: str) -> Callable[[], object]:
        def ask() -> None:
            answer = loop.run_until_complete(server.client.get(address))
            if answer.status_code != 200:
                print(f"{address}: {answer.status_code}", file=sys.stderr)

        return ask

    get("/archive")()
    for name, called, asked in parameters(path):
        yield worst(called, TARGET, times, get(f"/archive/{name}.json?{urlencode({'_shape': 'array', **asked})}"))
        yield worst(f"{called}, page", TARGET, times, get(f"/archive/{name}?{urlencode(asked)}"))
    for name in (*describe(), *describe_views()):
        if not name.endswith("_fts"):
            yield worst(f"{'table' if name in describe() else 'view'} {name}", TARGET, times, get(f"/archive/{name}"))


def by_command(path: Path, times: int) -> Iterator[Cost]:
    """What the reading commands ask."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        url = connection.execute("SELECT url FROM pages ORDER BY id LIMIT 1 OFFSET 1000").fetchone()[0]
        hot = connection.execute("SELECT p.url FROM pages p JOIN visits v ON v.page = p.id GROUP BY p.id"
                                 " ORDER BY count(*) DESC LIMIT 1").fetchone()[0]  # fmt: skip
        number, latest = connection.execute("SELECT max(id), max(at) FROM changes").fetchone()
        geoid = connection.execute("SELECT geoid FROM place_names WHERE geoid IS NOT NULL LIMIT 1").fetchone()[0]
        council = connection.execute("SELECT slug FROM sources WHERE jurisdiction <> '' LIMIT 1").fetchone()[0]
    now = in_utc(read_time(latest))
    with Archive.open(path, read_only=True) as archive:
        asked: Mapping[str, Callable[[], Any]] = {
            "changes --limit 50": lambda: archive.changes(limit=51, newest=True),
            "changes --since 3d": lambda: archive.changes(since=now - timedelta(days=3)),
            "changes --run last": lambda: archive.changes(poll=archive.last_poll()),
            "changes --source": lambda: archive.changes(source=council, limit=51, newest=True),
            "show CHANGE": lambda: archive.change(number),
            "show URL": lambda: archive.snapshots(url),
            "history of the page with most looks": lambda: (archive.snapshots(hot), archive.visits(hot)),
            "as-of SOURCE": lambda: archive.records_at(council, now - timedelta(days=200)),
            "as-of URL": lambda: archive.snapshot_at(hot, now - timedelta(days=200)),
            "sources": lambda: (archive.sources(), archive.source_counts(), archive.blind_times(now)),
            "place: stays": lambda: archive.stays([geoid]),
            "place: records": lambda: (archive.own_records([geoid]), archive.own_counts([geoid])),
            "place: mentions": lambda: archive.mentions("county", [geoid]),
        }
        for what, work in asked.items():
            yield worst(f"onnotice {what}", TARGET, times, work)
        for words in SEARCHES:
            yield worst(f"onnotice search {words}", SEARCH_TARGET, times, lambda: archive.search(words))  # noqa: B023 - called at once


def of_a_server(root: str, paths: list[str], times: int) -> Iterator[Cost]:
    """Pages of a server that runs; its CPU is not ours, so the clock counts."""
    for path in paths:

        def get(address: str = root.rstrip("/") + path) -> None:
            with urllib.request.urlopen(address) as answer:
                answer.read()

        cost = worst(path, SEARCH_TARGET if path.startswith("/search") else TARGET, times, get)
        yield Cost(cost.what, cost.target, cost.wall, cost.wall)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--server", nargs="+", default=[], metavar=("URL", "PATH"))
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    path = options.home / "archive.sqlite"
    costs = [*in_datasette(path, options.times), *by_command(path, options.times)]
    if options.server:
        costs += of_a_server(options.server[0], options.server[1:], options.times)
    if options.json:
        for cost in costs:
            print(json.dumps({"what": cost.what, "target": cost.target, "cpu": cost.cpu, "wall": cost.wall}))
    else:
        print(f"{'milliseconds, the worst of ' + str(options.times):72}{'target':>8}{'CPU':>8}{'wall':>8}")
        for cost in costs:
            mark = "" if cost.held else "  too slow"
            print(f"{cost.what[:71]:72}{cost.target * 1000:8.0f}{cost.cpu * 1000:8.0f}{cost.wall * 1000:8.0f}{mark}")
    slow = [cost.what for cost in costs if not cost.held]
    print(f"{len(slow)} of {len(costs)} take longer than their target.", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
