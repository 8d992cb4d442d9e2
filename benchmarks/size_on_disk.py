"""What is kept, in bytes: a later version of a page, a visit that found nothing new, and many polls beside urlwatch's
store after the same polls.

    python benchmarks/size_on_disk.py [--quiet-pages 200] [--pages 1000] [--polls 100] [--no-urlwatch]

Versions and visits are told by how much the archive grows, rewritten without gaps (VACUUM INTO) after each round, on
pages without noise and without validators; so everything counts that a version or a visit brings: rows, indexes, the
full-text index. The many polls are of the mix of `poll_cost.py`, and files are taken as they lie there.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from statistics import median

from figures import Figure, options, report, table
from loopback import Site, chosen, has_validators, is_noisy
from programs import PINNED, OnNotice, Program, Urlwatch, exactly, installed

VERSION, VISIT, STORE = 0.05, 300.0, 0.10
"""Of a page's raw size; bytes; of what urlwatch stores."""
_SHOWN = 6


def of_versions_and_visits(folder: Path, pages: int, unchanged: int, edits: int) -> tuple[list[str], list[Figure]]:
    """What each later version costs, of its raw size, and each visit that found nothing new, in bytes."""
    quiet = list(islice((n for n in count() if not is_noisy(n) and not has_validators(n)), pages))
    program = OnNotice(folder / "quiet")
    with Site() as site:
        program.begin([site.url(number) for number in quiet])
        program.poll()
        first = weighed(program)
        for _ in range(unchanged):
            program.poll()
        before = weighed(program)
        looked = Counter({part: before[part] - first[part] for part in before})
        visit = looked.total() / (unchanged * pages)
        raw = site.weight(quiet) / pages
        versions: list[Counter[str]] = []
        for _ in range(edits):
            site.edit(quiet)
            program.poll()
            exactly(program.told(), [site.url(number) for number in quiet])
            after = weighed(program)
            versions.append(Counter({part: after[part] - before[part] for part in after}))
            before = after
    version = median(grown.total() / pages for grown in versions)
    parts = Counter({part: median(grown[part] / pages for grown in versions) for part in before})
    rows: list[list[object]] = [["a later version", version, version / raw]]
    rows += [[f"of that in `{part}`", size, size / raw] for part, size in parts.most_common(_SHOWN)]
    rows.append(["a visit that found nothing new", visit, ""])
    rows += [[f"of that in `{part}`", size / (unchanged * pages), ""] for part, size in looked.most_common(_SHOWN)]
    drawn = table([f"{pages:,} pages of {raw:,.0f} bytes, edits of a few lines", "bytes", "of its raw size"], rows)
    return [drawn], [
        Figure("a later version of a page, of its raw size", version / raw, VERSION, ""),
        Figure("an unchanged visit", visit, VISIT, "bytes"),
    ]


def weighed(program: OnNotice) -> Counter[str]:
    """Bytes of each table and index of the archive, rewritten without gaps."""
    copy = program.folder / "copy.sqlite"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(program.store)) as archive:
        archive.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as archive:
        return Counter(dict(archive.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")))


def of_many_polls(folder: Path, pages: int, polls: int, against: Sequence[str]) -> tuple[list[str], list[Figure]]:
    """How the stores grow, poll by poll."""
    programs: list[Program] = [OnNotice(folder / "many")]
    programs += [Urlwatch(folder / name, installed(name)) for name in against]
    rows: list[list[object]] = []
    with Site() as site:
        for program in programs:
            program.begin(site.urls(pages))
            program.poll()
        raw = site.weight(range(pages))
        for poll in range(1, polls + 1):
            edited = chosen(pages, poll)
            site.edit(edited)
            for program in programs:
                program.poll()
            exactly(programs[0].told(), [site.url(number) for number in edited])
            if poll == polls or poll % max(1, polls // 5) == 0:
                sizes = [program.size() for program in programs]
                rows.append([poll, *(size / 1e6 for size in sizes), *(sizes[0] / other for other in sizes[1:])])
    header = [f"later polls of {pages:,} pages, {raw / 1e6:,.1f} MB", "onnotice, MB"]
    if not against:
        return [table(header, rows)], []
    share = programs[0].size() / programs[1].size()
    drawn = table([*header, f"{PINNED['urlwatch']}, MB", "ratio"], rows)
    return [drawn], [Figure(f"store after {polls:,} polls of {pages:,} pages, of urlwatch's", share, STORE, "")]


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--quiet-pages", type=int, default=200, help="pages whose versions and visits are weighed")
    parser.add_argument("--unchanged", type=int, default=10, help="polls of them in which nothing changes")
    parser.add_argument("--edits", type=int, default=8, help="polls of them before which each is edited")
    parser.add_argument("--pages", type=int, default=1000, help="pages of the many polls")
    parser.add_argument("--polls", type=int, default=100)
    parser.add_argument("--no-urlwatch", action="store_true", help="without its column")
    chosen_options = parser.parse_args()
    against = [] if chosen_options.no_urlwatch else ["urlwatch"]
    with tempfile.TemporaryDirectory() as name:
        tables, figures = of_versions_and_visits(
            Path(name), chosen_options.quiet_pages, chosen_options.unchanged, chosen_options.edits
        )
        many = of_many_polls(Path(name), chosen_options.pages, chosen_options.polls, against)
    report("What is kept", [*tables, *many[0]], [*figures, *many[1]], chosen_options.figures)


if __name__ == "__main__":
    main()
