"""Hand-made cases: a folder of captures is a case. Dropping one into `tests/quality/histories` adds it.

    histories/<part>/<what it is about>/<name>/1 first.html, 2 noise.html, 3 news.html, 4 bad.html

Captures are taken in the order of their numbers, a day apart, and the word says what each is: first, news, noise, bad
or held. "2 noise.again.html" is what the server said seconds after "2 noise.html".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.case import Capture, Case, Label, Step

HISTORIES = Path(__file__).resolve().parents[1] / "histories"
_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/rss+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


def handmade(folder: Path = HISTORIES) -> Iterator[Case]:
    """Every case of the folder. Raises ValueError for a name that says nothing."""
    for place in sorted({path.parent for path in folder.rglob("*") if path.is_file() and path.suffix in _MEDIA}):
        part, about, name = place.relative_to(folder).parts
        captures = sorted(path for path in place.iterdir() if ".again" not in path.name and path.suffix in _MEDIA)
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
    return Capture(path.read_bytes(), _MEDIA[path.suffix])


def _again(path: Path) -> Capture | None:
    other = path.with_name(f"{path.stem}.again{path.suffix}")
    return _capture(other) if other.is_file() else None
