"""Atom feeds: valid by the rules of RFC 4287 that readers rely on, ids that never change, hostile words only words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.dom.minidom import parseString

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from alerts.feed import Chosen, atom
from alerts.following import chosen, newest
from monitor.errors import UsageError
from monitor.types import Alert, Change, ChangeKind, Source, StoredChange
from storage import Archive

NS = {"a": "http://www.w3.org/2005/Atom"}
IDENTITY = "0123456789abcdef0123456789abcdef"
NOW = datetime(2017, 4, 1, 12, tzinfo=UTC)
PAGES = "https://watch.example.org/notice"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MakeStored = Callable[..., StoredChange]
EVERYTHING = Chosen()


def feed(*changes: StoredChange, about: Chosen = EVERYTHING, address: str = PAGES) -> Any:
    """The feed, parsed by a parser that mends nothing, after it was found valid."""
    written = atom(changes, about, identity=IDENTITY, address=address, made_at=NOW)
    parseString(written)
    root = etree.fromstring(written, etree.XMLParser(resolve_entities=False, recover=False, no_network=True))
    valid(root)
    return root


def texts(root: Any, path: str) -> list[str]:
    return [str(found) for found in root.xpath(path, namespaces=NS)]


def valid(root: Any) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, once, and how it is written."""
    assert root.tag == f"{{{NS['a']}}}feed"
    for element in [root, *root.xpath("a:entry", namespaces=NS)]:
        for name in ("id", "title", "updated"):
            assert len(element.xpath(f"a:{name}", namespaces=NS)) == 1, name
        assert all(DATE.fullmatch(text) for text in texts(element, "a:updated/text() | a:published/text()"))
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", texts(element, "a:id/text()")[0])
        assert len(texts(element, "a:author/a:name/text()")) == 1
        assert texts(element, "a:title/text()")[0].strip()
        links = element.xpath("a:link", namespaces=NS)
        for link in links:
            assert urlsplit(link.get("href")).scheme in ("http", "https")
            assert re.fullmatch(r"[!-~]+", link.get("href"))
        relations = [link.get("rel") for link in links]
        assert len(relations) == len(set(relations)), "one alternate of a type and language, RFC 4287, 4.1.2"
    for entry in root.xpath("a:entry", namespaces=NS):
        (content,) = entry.xpath("a:content", namespaces=NS)
        assert content.get("type") == "html"
        assert len(content) == 0, "HTML is text in Atom, never elements"
    ids = texts(root, "//a:id/text()")
    assert len(ids) == len(set(ids))
    moments = texts(root, "a:entry/a:updated/text()")
    assert texts(root, "a:updated/text()")[0] == max(moments, default=f"{NOW:%Y-%m-%dT%H:%M:%SZ}")


class Tags(HTMLParser):
    """The tags and the words of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[Any] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_every_kind_of_change_has_a_valid_entry(examples: dict[str, Alert]) -> None:
    """All that a mail can tell, a feed can: newest first as given, each with its kind, its words and its links."""
    changes = {stored.id: stored for alert in examples.values() for stored in alert.changes if stored.id < 1000}
    root = feed(*changes.values())
    assert set(texts(root, "a:entry/a:category/@term")) == {kind.value for kind in ChangeKind}
    assert f"{PAGES}/change/41" in texts(root, "a:entry/a:link[@rel='alternate']/@href")
    assert "https://www.ice.gov/declined-detainer-outcome-report" in texts(root, "a:entry/a:link[@rel='related']/@href")
    told = " ".join(texts(root, "a:entry/a:content/text()"))
    assert "<del>published every week</del>" in told
    assert "Boulder County, Colorado" in told


def test_ids_never_change(make_stored: MakeStored) -> None:
    """Not with the pages' address, the words of a change, or the feed it stands in; another archive has others."""
    one = make_stored(7)
    here = texts(feed(one), "a:entry/a:id/text()")
    moved = texts(feed(one, address="https://elsewhere.example.net"), "a:entry/a:id/text()")
    other = replace(one, change=replace(one.change, summary="Said otherwise"))
    reworded = texts(feed(other, about=Chosen(words=("detainer",)), address=""), "a:entry/a:id/text()")
    assert here == moved == reworded
    # As it was given out once, for ever: made by this test's own reckoning, and never to be edited.
    assert here == ["urn:uuid:a37cdc0d-a0cd-5369-af5e-13a2d5ff0154"]
    another = atom([one], EVERYTHING, identity="f" * 32, address="", made_at=NOW)
    assert here[0] not in another.decode()
    feeds = [EVERYTHING, Chosen(source="x"), Chosen(geoid="0820000"), Chosen(words=("a",))]
    assert len({texts(feed(about=about), "a:id/text()")[0] for about in feeds}) == 4


def test_without_pages_entries_lead_to_what_changed(make_stored: MakeStored) -> None:
    """For people who have no pages: no empty link, and each entry's is the page that it is about."""
    root = feed(make_stored(1), make_stored(2, url="javascript:alert(1)"), address="")
    assert texts(root, "//a:link/@href") == ["https://denver.example.gov/council"]


def test_a_feed_names_itself(make_stored: MakeStored) -> None:
    """Where the pages have it; an address beyond ASCII is written as URLs are."""
    self_of = {
        Chosen(): f"{PAGES}/feeds/changes.atom",
        Chosen(source="denver_council"): f"{PAGES}/feeds/source/denver_council.atom",
        Chosen(geoid="0820000"): f"{PAGES}/feeds/jurisdiction/0820000.atom",
        Chosen(words=("sanctuary city", "not é")): f"{PAGES}/feeds/search.atom?q=sanctuary+city%2C+not+%C3%A9",
    }
    for about, address in self_of.items():
        assert texts(feed(about=about), "a:link[@rel='self']/@href") == [address]
    (link,) = texts(feed(make_stored(1, url="https://é.example/ü"), address=""), "//a:link/@href")
    assert link == "https://%C3%A9.example/%C3%BC"


HOSTILE = [
    "</title><script>alert(1)</script>",
    "]]><entry><id>urn:x</id></entry>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "Agenda\r\n\x00\x0b\u202egnp.exe \ufffe\uffff \ud800",
    "a" * 100_000,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_only_words(make_stored: MakeStored, hostile: str) -> None:
    """Wherever they stand, the feed is valid, has one entry, and its HTML only our own tags without attributes."""
    change = make_stored(
        summary=hostile,
        title=hostile,
        place=hostile,
        url=f"https://example.org/{hostile}",
        details={"fields": {hostile: [hostile, f"{hostile} amended"]}},
    )
    root = feed(replace(change, source_title=hostile), about=Chosen(words=(hostile,)))
    assert len(root.xpath("a:entry", namespaces=NS)) == 1
    shown = Tags(texts(root, "a:entry/a:content/text()")[0])
    assert shown.tags <= {"p", "b", "ul", "li", "del", "ins", "blockquote"}
    assert shown.attributes == []
    assert len(etree.tostring(root)) < 40_000


anything = st.text(alphabet=st.characters(), max_size=100)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(summary=anything, place=anything, url=anything, before=anything, after=anything, word=anything)
def test_any_strings_make_a_valid_feed(
    make_stored: MakeStored, summary: str, place: str, url: str, before: str, after: str, word: str
) -> None:
    """Whatever a page says, every reader can parse it."""
    change = make_stored(summary=summary, place=place, url=url, details={"hunks": [[[before], [after]]]})
    feed(change, about=Chosen(words=(word,)))


# Out of an archive ------------------------------------------------------------------------------------------------


@pytest.fixture
def archive(keep: Callable[..., None]) -> Iterator[Archive]:
    """Three hundred changes at Denver's council, one at Aurora's in the middle of them."""
    with Archive.in_memory() as archive:
        denver = Source("denver", "Denver City Council", "https://denver.example.gov/")
        aurora = Source("aurora", "Aurora City Council", "https://aurora.example.gov/")
        keep(archive, denver, NOW - timedelta(days=1))
        keep(archive, aurora, NOW - timedelta(days=1))
        for number in range(300):
            source, place = (aurora, "Aurora, CO") if number == 20 else (denver, "City and County of Denver, Colorado")
            at = NOW + timedelta(minutes=number)
            summary = f"Item {number} on detainers" if number % 50 == 0 else f"Item {number}"
            change = Change(
                ChangeKind.RECORD_ADDED, at, source.slug, source.url, summary, significance=0.5, place=place, after={}
            )
            keep(archive, source, at, change=change)
        yield archive


def numbers(found: tuple[StoredChange, ...]) -> list[int]:
    return [int(stored.change.summary.split()[1]) for stored in found]


def test_the_newest_are_found_however_far_back(archive: Archive) -> None:
    """Everything: the newest hundred. A source, a jurisdiction by name or number, a word: back as far as they stand."""
    assert numbers(newest(archive, chosen(archive))) == [*range(299, 199, -1)]
    assert numbers(newest(archive, chosen(archive, source="aurora"))) == [20]
    for name in ("Aurora, Colorado", "0804000"):
        assert numbers(newest(archive, chosen(archive, jurisdiction=name))) == [20]
    assert numbers(newest(archive, chosen(archive, jurisdiction="Denver, Colorado"), most=2)) == [299, 298]
    assert numbers(newest(archive, chosen(archive, words=("detainer, sanctuary",)))) == [250, 200, 150, 100, 50, 0]
    assert newest(archive, chosen(archive, words=("unheard of",))) == ()
    feed(*newest(archive, chosen(archive)))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"source": "nowhere"}, "No source is called 'nowhere'"),
        ({"jurisdiction": "Washington County"}, "names no one government"),
        ({"jurisdiction": "99999"}, "names no one government"),
        ({"source": "denver", "words": ["x"]}, "name one of them"),
    ],
)
def test_what_there_is_not_is_said(archive: Archive, asked: dict[str, Any], said: str) -> None:
    """A feed of nothing is a mistake in the question."""
    with pytest.raises(UsageError, match=said):
        chosen(archive, **asked)
