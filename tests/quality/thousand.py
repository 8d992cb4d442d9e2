"""A thousand generated pages, ten polls each, with nothing but noise; then the same with one true edit each.

    python tests/quality/thousand.py [--pages 1000] [--apart HOURS] [--wrong]

Each page has three pieces that a machine prints and three ways in which its bytes differ; nothing is configured. Looks
are taken as the daemon takes them: a page that reads otherwise is looked at again seconds later.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from corpus.build import ALL, Site
from corpus.case import Case, Label
from corpus.content import KINDS
from corpus.edits import EDITS
from corpus.measure import Outcome, outcomes
from corpus.noises import REWRITINGS

POLLS = 10


def pages(count: int, apart: timedelta, *, edited: bool) -> Iterator[Case]:
    """The pages, with one true edit each at one of the polls, or none. The same numbers are the same pages."""
    for number in range(count):
        random = Random(f"page {number}")
        templates = ALL[number % len(ALL)]
        kind = random.choice(list(KINDS))
        site = Site(
            templates,
            random.choice(list(templates.families)),
            KINDS[kind](random, templates.words),
            number,
            pieces=tuple(random.sample(templates.pieces, 3)),
            rewritings=tuple(random.sample(list(REWRITINGS), 3)),
        )
        first, steps = site.capture(), []
        at = random.randrange(POLLS) if edited else -1
        for poll in range(POLLS):
            label, shows, name = Label.NOISE, "", " and ".join(sorted({piece.kind for piece in site.pieces}))
            if poll == at:
                for name in random.sample(list(EDITS), len(EDITS)):
                    done = EDITS[name](site.content, random, templates.words)
                    if done is not None and done[0] != site.content:
                        site.content, shows = done
                        label = Label.NEWS
                        break
            steps.append(site.looked_at(label, name, after=apart, shows=shows))
        yield Case(f"page {number} ({templates.name})", templates.part, kind, first, tuple(steps))


def told(count: int, apart: timedelta, *, edited: bool) -> Iterator[Outcome]:
    """Outcomes of every poll, a batch of pages at a time."""
    batch: list[Case] = []
    for case in pages(count, apart, edited=edited):
        batch.append(case)
        if len(batch) == 50:
            yield from outcomes(batch, "live")
            batch = []
    yield from outcomes(batch, "live")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Pages with nothing but noise, and the same with one edit each.")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--apart", type=float, default=1.0, metavar="HOURS")
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args(arguments)
    for edited in (False, True):
        found = list(told(asked.pages, timedelta(hours=asked.apart), edited=edited))
        news = [one for one in found if one.label is Label.NEWS]
        false = [one for one in found if one.label is Label.NOISE and one.changes]
        print(
            f"{asked.pages} pages, {POLLS} polls {asked.apart:g} h apart, {'one edit each' if edited else 'no edit'}:"
            f" {len(false)} polls of {len({one.case.name for one in false})} pages told falsely"
            + (f"; {sum(one.shown for one in news)} of {len(news)} edits told" if edited else "")
        )
        if asked.wrong:
            print(Counter(one.kind for one in false).most_common(12))
            print("\n".join(str(one)[:300] for one in found if not one.right))
    return 0


if __name__ == "__main__":
    sys.exit(main())
