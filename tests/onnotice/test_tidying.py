"""tidy: nothing goes unless the settings say so, a dry run tells the truth, and what is left still works."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from onnotice.home import Home
from storage import Archive


@pytest.fixture
def with_noise(at_home: Callable[..., Any], home: Home, write_manifest: Callable[..., Path], site: Any) -> Home:
    """A page's past with a token that is new at each look, and one piece of news."""
    captures: list[Mapping[str, Any]] = [
        {
            "url": f"{site.url}/council",
            "at": f"2017-01-{day:02}T12:00:00Z",
            "status": 200,
            "media_type": "text/html",
            "body": f"<body><!-- {day * 7919} --><h1>Council</h1><p>Meeting of {1 + (day > 14)} May</p></body>",
        }
        for day in range(1, 29)
    ]
    assert at_home("import", write_manifest(*captures)).code == 0
    return home


def test_by_default_nothing_goes(at_home: Callable[..., Any], with_noise: Home) -> None:
    """It says which setting would let something go."""
    answer = at_home("tidy")
    assert answer.code == 0
    assert "All bodies are kept; `noise_bodies` under [keep]" in answer.out
    assert at_home("tidy", "--json").objects[0]["bodies"] == 0


def test_what_the_settings_let_go(at_home: Callable[..., Any], with_noise: Home, site: Any) -> None:
    """A dry run says what goes and changes nothing; then as much goes; all that reads the archive works on."""
    with_noise.settings.write_text(with_noise.settings.read_text() + '[keep]\nnoise_bodies = "90d"\n')
    (planned,) = at_home("tidy", "--dry-run", "--json").objects
    assert planned["bodies"] >= 10
    before = with_noise.archive.read_bytes()
    assert at_home("tidy", "--dry-run").code == 0
    assert with_noise.archive.read_bytes() == before
    (tidied,) = at_home("tidy", "--json").objects
    assert (tidied["bodies"], tidied["size"]) == (planned["bodies"], planned["size"])
    assert at_home("tidy", "--dry-run", "--json").objects[0]["bodies"] == 0

    assert at_home("verify").code == 0
    assert len(at_home("history", f"{site.url}/council", "--looks", "--json").objects) == 28
    assert at_home("replay", "council", "--dry-run").code == 0
    assert at_home("backup", "away", "--verify").code == 0
    assert at_home("export", "--warc", "all.warc.gz").code == 0
    assert at_home("import", "all.warc.gz").code == 0
    compacted = at_home("tidy", "--compact")
    assert compacted.code == 0
    assert re.search(r"MB were given back to the disk", compacted.out)
    assert at_home("tidy", "--dry-run", "--compact").code == 2


def test_compacting_waits_for_nobody(at_home: Callable[..., Any], with_noise: Home) -> None:
    """While something polls it is refused with a sentence; a reader does not keep it off."""
    with Archive.open(with_noise.archive) as archive, archive.exclusive():
        refused = at_home("tidy", "--compact")
    assert refused.code == 1
    assert "is being polled by process" in refused.err
    with Archive.open(with_noise.archive, read_only=True) as archive:
        archive.sources()
        assert at_home("tidy", "--compact").code == 0


@pytest.mark.parametrize("text", ["3d", "soon", "-90d"])
def test_ages_that_cannot_be_meant(at_home: Callable[..., Any], home: Home, text: str) -> None:
    """Less than a week, or no length of time: one sentence names the key."""
    home.settings.write_text(f'[keep]\nnoise_bodies = "{text}"\n')
    answer = at_home("tidy")
    assert answer.code == 2
    assert "keep.noise_bodies" in answer.err
