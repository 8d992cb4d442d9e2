"""What comparing large texts costs, and whether it holds up the fetching of other pages.

    python benchmarks/diff_cost.py [--size 1000000] [--edits 200] [--page 5000000] [--times 5]

Texts with edits, and texts made to be hard: the same few lines over and over, one line without an end, everything
another. Milliseconds of CPU, the best of several: other work on the machine only adds. Fails when the pieces do not
give both texts back. Then a poll of small pages beside a huge one that changed, of which the longest pause of the event
loop is told: so long nothing else was asked for and no answer was taken.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from figures import Figure, options, report, table
from loopback import LARGE, Site

from monitor.diff import Piece, hunks, words
from monitor.noise import compare
from monitor.types import Learning

TARGET, PAUSE = 150.0, 250.0
"""Milliseconds: of two texts with edits; of the event loop."""

Texts = tuple[str, str]


def texts(size: int, edits: int) -> dict[str, Texts]:
    """Pairs of texts of about so many characters."""
    chance = random.Random(size)
    vocabulary = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randrange(2, 11))) for _ in range(3000)]
    lines = _lines(chance, vocabulary, size)
    edited = list(lines)
    for place in chance.sample(range(len(lines)), min(edits, len(lines))):
        said = edited[place].split()
        said[chance.randrange(len(said))] = f"amended{place}"
        edited[place] = " ".join(said)
    every_other = [line if place % 2 else f"Amended: {line}" for place, line in enumerate(lines)]
    few, many = ["a b c", "d e f"], size // 12
    return {
        f"{edits:,} edits": ("\n".join(lines), "\n".join(edited)),
        "one line": (" ".join(lines), " ".join(edited)),
        "every other line another": ("\n".join(lines), "\n".join(every_other)),
        "everything another": ("\n".join(lines), "\n".join(_lines(chance, vocabulary, size))),
        "two lines over and over": ("\n".join(few * many), "\n".join([*few, few[0]] * (many * 2 // 3))),
        "one word over and over": ("x " * (size // 2), "y x " * (size // 4)),
    }


def _lines(chance: random.Random, vocabulary: Sequence[str], size: int) -> list[str]:
    lines = []
    while size > 0:
        lines.append(" ".join(chance.choices(vocabulary, k=chance.randrange(4, 30))) + ".")
        size -= len(lines[-1]) + 1
    return lines


def of_texts(size: int, edits: int, times: int) -> tuple[str, list[Figure]]:
    """What each pair costs: word by word, line by line, and as a look is judged."""
    rows: list[list[object]] = []
    slowest = 0.0
    usual = 0.0
    for what, (before, after) in texts(size, edits).items():
        old, new = before.split("\n"), after.split("\n")
        pieces = words(before, after)
        gives_back(pieces, before, after)
        by_words = best(times, lambda: words(before, after))  # noqa: B023 - called at once
        by_lines = best(times, lambda: hunks(old, new))  # noqa: B023 - called at once
        judged = best(times, lambda: compare(old, new, Learning(), datetime.now(UTC)))  # noqa: B023 - called at once
        rows.append([what, by_words, by_lines, judged, sum(piece.op != "same" for piece in pieces)])
        slowest = max(slowest, by_words, by_lines, judged)
        usual = usual or by_words
    header = [f"two texts of {size:,} characters", "words, ms", "lines, ms", "judging a look, ms", "pieces that differ"]
    return table(header, rows), [
        Figure(f"words of two texts of {size:,} characters with {edits:,} edits", usual, TARGET, "ms"),
        Figure(f"the slowest comparison of texts of {size:,} characters", slowest, None, "ms"),
    ]


def gives_back(pieces: Sequence[Piece], before: str, after: str) -> None:
    """Ends the benchmark when a difference is not one of these texts."""
    old = "".join(piece.text for piece in pieces if piece.op != "added")
    new = "".join(piece.text for piece in pieces if piece.op != "removed")
    if (old, new) != (before, after):
        sys.exit("The pieces of a difference do not give its texts back.")


def best(times: int, work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found) * 1000


async def longest_pause(folder: Path, size: int, pages: int) -> tuple[float, float]:
    """Of the event loop in a poll of small pages, without and with a huge one that changed; in milliseconds."""
    from monitor.types import Source
    from onnotice.config import Settings
    from onnotice.polling import keep_sources, poll
    from storage import Archive

    def now() -> datetime:
        return datetime.now(UTC)

    found = []
    for large in (False, True):
        with Site() as site, Archive.open(folder / f"{large}.sqlite", create=True) as archive:
            urls = [*site.urls(pages), *([f"{site.root}{LARGE}?bytes={size}"] if large else [])]
            sources = [Source(slug=f"p{number}", title="P", url=url) for number, url in enumerate(urls)]
            keep_sources(archive, sources, now())
            await poll(archive, sources, Settings(), now)
            site.edit([-1])
            watching = asyncio.create_task(_pauses())
            await poll(archive, sources, Settings(), now)
            watching.cancel()
            found.append(await watching)
            changed = [change.change.url for change in archive.changes(poll=archive.last_poll())]
            if changed != urls[pages:]:
                sys.exit(f"What was told is not what was edited: {changed}")
    return found[0], found[1]


async def _pauses() -> float:
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began)
    except asyncio.CancelledError:
        return longest * 1000


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="characters of a text")
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--page", type=int, default=5_000_000, help="bytes of the huge page")
    parser.add_argument("--pages", type=int, default=200, help="small pages beside it")
    chosen_options = parser.parse_args()
    drawn, figures = of_texts(chosen_options.size, chosen_options.edits, chosen_options.times)
    with tempfile.TemporaryDirectory() as name:
        without, beside = asyncio.run(longest_pause(Path(name), chosen_options.page, chosen_options.pages))
    what = f"{chosen_options.pages:,} small pages"
    rows: list[list[object]] = [[what, without], [f"and one of {chosen_options.page / 1e6:g} MB that changed", beside]]
    pauses = table(["a later poll", "longest pause of the event loop, ms"], rows)
    figures.append(Figure(f"longest pause beside a page of {chosen_options.page / 1e6:g} MB", beside, PAUSE, "ms"))
    report("Large texts", [drawn, pauses], figures, chosen_options.figures)


if __name__ == "__main__":
    main()
