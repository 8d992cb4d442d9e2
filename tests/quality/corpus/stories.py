"""Hand-made histories in short: a page, and a story that says what happens to it and what its machine prints.

    histories/<part>/<what it is about>/page.html, <name>.story

A story's first lines say what stands in the page's `[[slots]]`, each drawn anew at every load or once a day:

    [[banner]] each load: Renew a permit | Adopt a pet        one of these
    [[tip]] each day: Read more | Walk more                   the same all day long
    [[hits]] each load: number 100 9000
    [[now]] each load: time %B %d, %Y %I:%M %p                the site's clock, six hours behind UTC
    [[news]] each load: pick 2 | <li>A</li> | <li>B</li> | <li>C</li>

Behind a line of `=` come the captures. Each begins with what it is and how long after the one before it was taken; what
an editor did follows, as passages that were (-) and are (+), or the whole answer (|), or the name of a file instead:

    noise 1 day
    news 2 hours "May 9"
    - May 6
    + May 9
    bad 10 minutes, status 503
    | <h1>Service Unavailable</h1>
    bad 1 day, other.html
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from corpus.case import BEGAN, Capture, Case, Label, Step
from reportlab.pdfgen.canvas import Canvas

MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf",
}
_LOOKS = 5
"""In a row: as many as are ever asked for."""
_HEAD = re.compile(
    r'(news|noise|bad|held) (\d+) (minutes?|hours?|days?)(?:, status (\d+))?(?:, ([\w. -]+\.\w+))?(?: "(.+)")?'
)
_SLOT = re.compile(r"\[\[(\w+)\]\] each (load|day): (.+)")


@dataclass
class _Story:
    """A story as it is told."""

    text: str
    slots: dict[str, tuple[str, str]]
    seed: str
    suffix: str
    now: datetime = BEGAN
    loads: int = 0

    def capture(self, status: int = 200, whole: str = "") -> Capture:
        """One fetch of the page, or of what was answered instead."""
        self.loads += 1
        shown = whole or self.text
        for name, (pace, said) in self.slots.items():
            moment = self.loads if pace == "load" else self.now.date().toordinal()
            shown = shown.replace(f"[[{name}]]", _drawn(said, Random(f"{self.seed} {name} {moment}"), self.now))
        shown = re.sub(r"\[\[\w+\]\]", "", shown)
        is_markup = shown.lstrip().startswith("<")
        if self.suffix == ".pdf" and not is_markup:
            return Capture(_pdf(shown), MEDIA[".pdf"], status)
        return Capture(shown.encode(), MEDIA[".html" if is_markup and self.suffix != ".xml" else self.suffix], status)


@dataclass
class _Said:
    """What a story says of one capture."""

    head: str
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


def stories(folder: Path) -> Iterator[Case]:
    """Every story below a folder. Raises ValueError for a line that says nothing, or a passage that is not there."""
    for path in sorted(folder.rglob("*.story")):
        part, about = path.relative_to(folder).parts[:2]
        yield _case(path, part, about)


def _case(path: Path, part: str, about: str) -> Case:
    (page,) = path.parent.glob("page.*")
    opening, _, rest = f"\n{path.read_text(encoding='utf-8')}".partition("\n=\n")
    slots = {}
    for line in filter(None, opening.splitlines()):
        match = _SLOT.fullmatch(line)
        if match is None:
            raise ValueError(f"{path}: “{line}” says of no slot what stands in it")
        slots[match[1]] = (match[2], match[3])
    story = _Story(page.read_text(encoding="utf-8"), slots, f"{about} {path.stem}", page.suffix)
    first = story.capture()
    steps = tuple(_step(said, story, path, about) for said in _said(rest, path))
    url = f"https://www.example.gov/{about.replace(' ', '-')}/{page.name if page.suffix != '.html' else 'page'}"
    return Case(f"{part}/{about}/{path.stem}", part, f"told by hand: {about}", first, steps, url)


def _said(text: str, path: Path) -> Iterator[_Said]:
    told: _Said | None = None
    for line in filter(None, text.splitlines()):
        if line.startswith(("- ", "+", "| ")) and told is not None:
            {"-": told.gone, "+": told.come, "|": told.whole}[line[0]].append(line[2:])
        elif _HEAD.fullmatch(line):
            if told is not None:
                yield told
            told = _Said(line)
        else:
            raise ValueError(f"{path}: “{line}” is no capture and no passage of one")
    if told is not None:
        yield told


def _step(said: _Said, story: _Story, path: Path, about: str) -> Step:
    match = _HEAD.fullmatch(said.head)
    assert match is not None
    label, count, unit, status, other, shows = match.groups()
    after = timedelta(**{f"{unit.rstrip('s')}s": int(count)})
    story.now += after
    whole = "\n".join(said.whole) or ((path.parent / other).read_text(encoding="utf-8") if other else "")
    for was, now in zip(said.gone, said.come, strict=True):
        if story.text.count(was) != 1:
            raise ValueError(f"{path}: “{was}” stands {story.text.count(was)} times in the page")
        story.text = story.text.replace(was, now)
    captures = [story.capture(int(status or 200), whole) for _ in range(_LOOKS)]
    return Step(Label(label), f"by hand: {about}", captures[0], captures[1], after, shows or "", tuple(captures[2:]))


def _drawn(said: str, random: Random, now: datetime) -> str:
    if said.startswith("time "):
        return (now - timedelta(hours=6)).strftime(said.removeprefix("time "))
    if said.startswith("number "):
        least, most = map(int, said.split()[1:])
        return str(random.randint(least, most))
    if said.startswith("pick "):
        count, *pool = (piece.strip() for piece in said.removeprefix("pick ").split(" | "))
        return "".join(random.sample(pool, int(count)))
    return random.choice(said.split(" | "))


def _pdf(text: str) -> bytes:
    """A PDF of the lines, forty-five a page."""
    held = io.BytesIO()
    canvas = Canvas(held, invariant=True)
    lines = text.splitlines()
    for start in range(0, len(lines), 45):
        for number, line in enumerate(lines[start : start + 45]):
            canvas.drawString(60, 740 - 15 * number, line)
        canvas.showPage()
    canvas.save()
    return held.getvalue()
