"""The newsroom's list and feed: which releases they name, and that they tell nothing themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.extraction import ice_newsroom

EXAMPLES = Path(__file__).parent / "examples" / "ice_newsroom"
URL = "https://www.ice.gov/newsroom"
NEWSROOM = Source(slug="ice_newsroom", title="ICE newsroom", url=URL, spider="ice_newsroom")


def read(body: bytes, url: str = URL, media_type: str = "text/html") -> Extraction:
    """What the extractor makes of a body."""
    look = Look(url=url, at=datetime(2026, 3, 6, tzinfo=UTC), status=200, body=body, media_type=media_type)
    return ice_newsroom.extract(look, NEWSROOM)


@pytest.mark.parametrize(
    ("name", "url", "media_type"),
    [("list.html", URL, "text/html"), ("feed.xml", "https://www.ice.gov/rss/news/356", "application/rss+xml")],
)
def test_examples_are_read_whole(name: str, url: str, media_type: str) -> None:
    """A body in, everything that is read out of it: releases of the site, each once, with its title."""
    expected = json.loads((EXAMPLES / f"{Path(name).stem}.expected.json").read_text(encoding="utf-8"))
    extraction = read((EXAMPLES / name).read_bytes(), url, media_type)
    assert json.loads(json.dumps(asdict(extraction))) == expected


def test_nothing_of_it_is_told() -> None:
    """A release is told by its own page alone."""
    extraction = read((EXAMPLES / "list.html").read_bytes())
    assert not extraction.compare_text
    assert not any(found.records for found in extraction.record_sets)


def test_a_list_without_releases_is_refused() -> None:
    """The first page and a feed; a page behind the list's end is its end."""
    empty = b"<html><title>Newsroom</title><main><p>No results</p></main></html>"
    for url in (URL, f"{URL}?combine=detainer", "https://www.ice.gov/rss/news/356", f"{URL}?page=0"):
        with pytest.raises(ExtractionError, match="names no release"):
            read(empty, url)
    assert read(empty, f"{URL}?page=900").links == ()
