"""Hand-made cases: a folder of captures is a case. Dropping one into `tests/quality/histories` adds it.

    histories/<part>/<what it is about>/<name>/1 first.html, 2 noise.html, 3 news.html, 4 bad.html

Captures are taken in the order of their numbers, a day apart, and the word says what each is: first, news, noise, bad
or held. "2 noise.again.html" is what the server said seconds after "2 noise.html". A folder with a page and stories
(`corpus.stories`) holds as many cases as stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.case import Capture, Case, Label, Step
from corpus.stories import MEDIA, stories

HISTORIES = Path(__file__).resolve().parents[1] / "histories"


def handmade(folder: Path = HISTORIES) -> Iterator[Case]:
    """Every case of the folder. Raises ValueError for a name that says nothing."""
    yield from stories(folder)
    for place in sorted({path.parent for path in folder.rglob("1 first.*")}):
        part, about, name = place.relative_to(folder).parts
        captures = sorted(path for path in place.iterdir() if ".again" not in path.name and path.suffix in MEDIA)
        captures.sort(key=lambda path: int(path.name.split()[0]))
        first, *rest = captures
        if not first.stem.endswith("first"):
            raise ValueError(f"{first}: the first capture of a history is called '1 first'")
        steps = tuple(Step(_label(path), about, _capture(path), _again(path)) for path in rest)
        url = f"https://www.example.gov/{name.replace(' ', '-')}{first.suffix if first.suffix != '.html' else ''}"
        yield Case(f"{part}/{about}/{name}", part, f"hand-made {first.suffix[1:]}", _capture(first), steps, url)


def _label(path: Path) -> Label:
    word = path.stem.split()[1]
    try:
        return Label(word)
    except ValueError:
        raise ValueError(f"{path}: '{word}' is none of first, news, noise, bad and held") from None


def _capture(path: Path) -> Capture:
    return Capture(path.read_bytes(), MEDIA[path.suffix])


def _again(path: Path) -> Capture | None:
    other = path.with_name(f"{path.stem}.again{path.suffix}")
    return _capture(other) if other.is_file() else None
