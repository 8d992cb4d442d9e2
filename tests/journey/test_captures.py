"""The list of captures that docs/reference/sources.md publishes is whole and names readers that there are."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from scrapers.extraction import extractors

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = (ROOT / ".." / "shared" / "samples").resolve()


def ledger() -> dict[str, Any]:
    return tomllib.loads((ROOT / "docs" / "captures.toml").read_text(encoding="utf-8"))


def test_every_reader_is_in_the_list_once() -> None:
    """As the reader of a capture, or among those of which none was to be had: never both, never neither."""
    listed = ledger()
    read = [capture for capture in listed["capture"] if "reader" in capture]
    tried = {name for capture in read for name in (capture["reader"], *capture.get("also", ()))}
    unseen = set(listed["unseen"]["readers"])
    assert not tried & unseen
    assert tried | unseen == {extractor.NAME for extractor in extractors()}


def test_what_is_not_read_has_a_reason() -> None:
    """A capture has a reader and what it found, or the reason why there is none."""
    for capture in ledger()["capture"]:
        assert ("reader" in capture and bool(capture["found"])) != ("why" in capture and bool(capture["why"]))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")
def test_every_capture_is_in_the_list_once() -> None:
    """And nothing is in the list that is not there."""
    patterns = [capture["files"] for capture in ledger()["capture"]]
    names = [
        str(path.relative_to(SAMPLES))
        for folder in ("agendas", "federal")
        for path in (SAMPLES / folder).rglob("*")
        if path.is_file() and path.name != "SOURCES.md" and not path.name.endswith(".headers.json")
    ]
    matched = {name: [pattern for pattern in patterns if fnmatch(name, pattern)] for name in names}
    assert {name: found for name, found in matched.items() if len(found) != 1} == {}
    assert [pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in names)] == []
