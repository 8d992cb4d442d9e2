"""The newsroom's release reader: what a release says, what is the machine's, and what is no release at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.records import changed_fields
from monitor.types import Extraction, Look, Record, ScopeKind, Source
from scrapers.extraction import find, ice_release

EXAMPLES = Path(__file__).parent / "examples" / "ice_release"
URL = "https://www.ice.gov/news/releases/sample-operation-valley"
NEWSROOM = Source(slug="ice_newsroom", title="ICE newsroom", url="https://www.ice.gov/newsroom", spider="ice_newsroom")

PAGE = (EXAMPLES / "release.html").read_text(encoding="utf-8")


def read(page: str | bytes = PAGE, url: str = URL) -> Extraction:
    """What the extractor makes of a page."""
    body = page.encode() if isinstance(page, str) else page
    look = Look(url=url, at=datetime(2026, 3, 6, tzinfo=UTC), status=200, body=body, media_type="text/html")
    return ice_release.extract(look, NEWSROOM)


def release(page: str = PAGE) -> Record:
    """The one record of a release page."""
    (found,) = read(page).record_sets
    (record,) = found.records
    assert found.scope.kind is ScopeKind.NONE
    return record


@pytest.mark.parametrize("case", ["release", "archived", "feature"])
def test_examples_are_read_whole(case: str) -> None:
    """A page in, everything that is read out of it."""
    expected = json.loads((EXAMPLES / f"{case}.expected.json").read_text(encoding="utf-8"))
    extraction = read((EXAMPLES / f"{case}.html").read_bytes())
    assert json.loads(json.dumps(asdict(extraction))) == expected


def test_it_is_asked_for_releases_of_its_spider_alone() -> None:
    """By the address: releases, statements and nodes are releases, the list and the feed are not."""
    paths = ("/news/releases/a", "/news/statements/b", "/node/69595", "/newsroom", "/newsroom?page=3", "/rss/news/356")
    claimed = [path for path in paths if find(NEWSROOM, f"https://www.ice.gov{path}").NAME == "ice_release"]
    assert claimed == ["/news/releases/a", "/news/statements/b", "/node/69595"]
    page = Source(slug="one", title="One", url=URL)
    assert find(page, URL).NAME == "page"


def test_archiving_changes_its_mark_and_nothing_else() -> None:
    """Title, text and date stand as they were; tokens, stamps and the banner are no facts."""
    archived = release((EXAMPLES / "archived.html").read_text(encoding="utf-8"))
    assert archived.key == release().key
    assert changed_fields(release(), archived) == ("archived",)
    assert (release().facts["archived"], archived.facts["archived"]) == (False, True)
    assert archived.extras != release().extras


@pytest.mark.parametrize(
    ("mark", "marked"),
    [
        ("<title>Sample", "<title>Archived: Sample"),
        ("<title>Sample", "<title>ARCHIVED : Sample"),
        ('class="news-releases', 'class="ice_archive news-releases'),
    ],
)
def test_either_mark_of_the_archive_is_one(mark: str, marked: str) -> None:
    """The body's class or the title's prefix."""
    assert release(PAGE.replace(mark, marked)).facts["archived"] is True


def test_a_prefix_in_the_heading_is_no_part_of_the_title() -> None:
    """Should the site put it there as well one day, no title is amended."""
    marked = release(PAGE.replace('margin-0"> Sample', 'margin-0">Archived: Sample'))
    assert marked.facts["title"] == release().facts["title"]


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        (lambda page: page.replace("12 people", "13 people"), ("body",)),
        (lambda page: page.replace("Two counties", "Three counties"), ("subtitle",)),
        (lambda page: page.replace("March 2, 2026<i", "March 3, 2026<i"), ("date",)),
        (lambda page: page.replace("Alamosa</span>", "Denver</span>"), ("place",)),
        (lambda page: page.replace("Enforcement and Removal", "Firearms"), ("topic",)),
        (lambda page: page.replace("sample-list.pdf", "corrected-list.pdf"), ("body",)),
        (lambda page: page.replace("nonce=", 'data-x="1" nonce=').replace("aa11bb22cc33dd44", "1234"), ()),
        (lambda page: page.replace("_a1b2c3", "_c3b2a1").replace("tq1a2b", "t00000"), ()),
        (lambda page: page.replace("2026-03-05", "2026-03-09").replace("03/05/2026", "03/09/2026"), ()),
        (lambda page: page.replace("\n", "\r\n\r\n"), ()),
        (lambda page: page.replace("/news/releases/sample-operation-valley", "/news/releases/renamed"), ()),
    ],
)
def test_a_difference_is_what_a_reader_sees(edit: Callable[[str], str], fields: tuple[str, ...]) -> None:
    """Each edit is told in its field; what the machine writes anew at each look is not told."""
    assert edit(PAGE) != PAGE
    assert changed_fields(release(), release(edit(PAGE))) == fields


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("October 30, 2025<i class='x'></i>Firearms", ("2025-10-30", "", "Firearms")),
        ("Oct. 30, 2025", ("2025-10-30", "", "")),
        ("Sept. 3, 2025<i></i>Honolulu, HI, United States", ("2025-09-03", "Honolulu, HI", "")),
        ("<i></i><i></i>", ("2026-03-02", "", "")),
        ("February 31, 2025<i></i>Firearms", ("2026-03-02", "", "February 31, 2025, Firearms")),
    ],
)
def test_the_line_of_date_place_and_topic_may_lack_any(line: str, facts: tuple[str, str, str]) -> None:
    """Parts are told by what they are; a date that is none is taken from the page's head."""
    start, _, rest = PAGE.partition('<div class="nr-meta">')
    page = f'{start}<div class="nr-meta">{line}</div>{rest.partition("</div>")[2]}'
    read_facts = release(page).facts
    assert (read_facts["date"], read_facts["place"], read_facts["topic"]) == facts


def test_a_place_is_named_with_its_state() -> None:
    """As subscriptions name it."""
    assert release().place == "Alamosa, Colorado"


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("node\\/70001", "no node"),
        ('class="nr-body"', "no text"),
        ('class="nr-title"', "no title"),
        ('class="nr-head"', "no .nr-head"),
    ],
)
def test_a_release_that_cannot_be_read_is_refused(missing: str, named: str) -> None:
    """A new layout is a broken source: never another key, an emptied text, or a page that changed."""
    assert missing in PAGE
    with pytest.raises(ExtractionError, match=named):
        read(PAGE.replace(missing, "x"))


def test_a_node_that_is_no_release_is_its_text() -> None:
    """Without a record, and without being told as a new document: the list shows old ones for the first time too."""
    document = "<html><title>An inspection | ICE</title><body><main><h1>An inspection</h1><p>In 2022</p></main></body>"
    extraction = read(document, "https://www.ice.gov/node/62001")
    assert extraction.text == ("An inspection", "In 2022")
    assert [(found.kind, found.records) for found in extraction.record_sets] == [("press_release", ())]
    assert extraction.compare_text


@pytest.mark.parametrize("body", [b"<html></html>", b"<div>" * 200_000, b""])
def test_hostile_and_empty_pages_are_refused(body: bytes) -> None:
    """In a sentence, and at once."""
    with pytest.raises(ExtractionError):
        read(body)
