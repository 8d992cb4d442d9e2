"""The department's feed: items by their address, without a scope, and nothing but a feed is one."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, ScopeKind, Source
from scrapers.extraction import doj_rss, find
from scrapers.sources import shipped

EXAMPLES = Path(__file__).parent / "examples" / "doj_rss"
FEED = "https://www.justice.gov/news/rss?type=press_release"
NEWS = Source(slug="feed", title="Feed", url=FEED)


def read(body: bytes) -> Extraction:
    look = Look(url=FEED, at=datetime(2025, 9, 26, tzinfo=UTC), status=200, body=body, media_type="application/rss+xml")
    return doj_rss.extract(look, NEWS)


def test_the_example_reads_as_expected() -> None:
    """Each item once, under the path of its link or else of its guid, with the date in the stamp's own offset."""
    extraction = json.loads(json.dumps(asdict(read((EXAMPLES / "newest.xml").read_bytes()))))
    assert extraction == json.loads((EXAMPLES / "newest.expected.json").read_text(encoding="utf-8"))


def test_a_feed_removes_nobody() -> None:
    """What has left it is older than a day or two, and that is all."""
    assert read((EXAMPLES / "newest.xml").read_bytes()).record_sets[0].scope.kind is ScopeKind.NONE


def test_the_shipped_source_s_feed_is_read_by_it() -> None:
    """The stanza of the releases names the feed; another site's feed is a page."""
    source = shipped()["doj_press_releases"]
    assert find(source, source.parameters["feed"]).NAME == "doj_rss"
    assert find(source, source.url).NAME == "doj_api"
    assert find(NEWS, "https://example.gov/news/rss").NAME == "page"


@pytest.mark.parametrize("body", [b"", b"not a feed", b"<html><body>Hello</body></html>", b"<rss", b"{}"])
def test_what_is_no_feed_is_an_error(body: bytes) -> None:
    """Never an empty feed, and never a traceback."""
    if body == b"<rss":
        assert read(body).record_sets[0].records == ()
        return
    with pytest.raises(ExtractionError, match="is no RSS feed"):
        read(body)


def test_a_second_witness_that_is_no_feed_breaks_nothing() -> None:
    """Beside the API a page in the feed's place has no items, and its source is not told as broken."""
    look = Look(url=FEED, at=datetime(2025, 9, 26, tzinfo=UTC), status=200, body=b"<html>Hello</html>")
    assert doj_rss.extract(look, shipped()["doj_press_releases"]).record_sets[0].records == ()


def test_entities_are_not_expanded() -> None:
    """A bomb of entities costs nothing, and no file is read."""
    bomb = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;&b;</title><link>/x</link></item></channel></rss>'
    (record,) = read(bomb).record_sets[0].records
    assert "root:" not in record.title
