"""Feeds of any site: RSS of each version and Atom, as records that roll off without a word."""

from __future__ import annotations

import pytest

from monitor.errors import ExtractionError
from monitor.types import ScopeKind

RSS = '<rss version="2.0"><channel><title>News</title>{}</channel></rss>'


@pytest.mark.parametrize(
    ("file", "said"),
    [("rss2.xml", {}), ("rss1.xml", {}), ("atom.xml", {"kind": "press_release", "ignore": ["summary"]})],
)
def test_examples_read_as_expected(file, said, reads_as_expected) -> None:
    """Titles without markup, links in full, dates in UTC, a repeated guid once, and no entity ever opened."""
    reads_as_expected("feed", file, **said)


def test_a_feed_without_items_is_a_feed(chosen) -> None:
    """Everything has rolled off: nothing is missed, because a feed is never whole."""
    (found,) = chosen("feed", RSS.format("")).record_sets
    assert (found.records, found.scope.kind) == ((), ScopeKind.NONE)


@pytest.mark.parametrize("body", ["<html><body><p>Moved</p></body></html>", "News", "", "<urlset><url/></urlset>"])
def test_what_is_no_feed_is_refused(body, chosen) -> None:
    """A page in a feed's place is told as a broken source."""
    with pytest.raises(ExtractionError, match="no RSS or Atom feed"):
        chosen("feed", body)


def test_a_clock_in_place_of_dates_is_not_compared(chosen) -> None:
    """A server that stamps all its items with the time of the request has published nothing."""
    items = "".join(
        f"<item><title>{name}</title><guid>{name}</guid><pubDate>Mon, 20 Mar 2017 18:00:00 GMT</pubDate></item>"
        for name in "abc"
    )
    (found,) = chosen("feed", RSS.format(items)).record_sets
    assert all("published" in record.extras and "published" not in record.facts for record in found.records)


@pytest.mark.parametrize(
    ("printed", "published"),
    [
        ("Mon, 20 Mar 17 08:00:00 EST", "2017-03-20T13:00:00+00:00"),
        ("20 Mar 2017 08:00 +0100", "2017-03-20T07:00:00+00:00"),
        ("2017-03-20T08:00:00", "2017-03-20T08:00:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("Mon, 99 Mar 2017 25:00:00 GMT", "Mon, 99 Mar 2017 25:00:00 GMT"),
    ],
)
def test_dates_of_many_spellings(printed, published, chosen) -> None:
    """RFC 822 with two-digit years and named zones, ISO 8601; what is none stays as printed."""
    (found,) = chosen("feed", RSS.format(f"<item><title>a</title><pubDate>{printed}</pubDate></item>")).record_sets
    assert found.records[0].facts["published"] == published


def test_a_bomb_of_entities_stays_small(chosen) -> None:
    """Entities within entities are not expanded."""
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE rss [<!ENTITY a0 "boom">{nested}]>' + RSS.format("<item><title>&a11;</title></item>")
    (found,) = chosen("feed", body).record_sets
    assert len(str(found.records[0].facts)) < 500
