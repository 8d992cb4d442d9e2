"""Releases and lists of press rooms: fields, the text and its structure, links, and governments listed by name."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare
from monitor.types import Extraction, Look, Source
from monitor.wording import amended
from scrapers.extraction import dhs_release, doj_release, find, press_listing
from scrapers.pressroom.layouts import is_release
from scrapers.pressroom.pages import day_in
from scrapers.sources import shipped

EXAMPLES = Path(__file__).parent / "examples"
DOJ = Source(slug="doj", title="DOJ", url="https://www.justice.gov/news/press-releases", spider="doj_pages")
DHS = Source(slug="dhs", title="DHS", url="https://www.dhs.gov/news-releases/press-releases", spider="dhs_news")
CASES = {
    "doj_release/drupal10": (doj_release, DOJ, "https://www.justice.gov/opa/pr/department-publishes-list"),
    "doj_release/drupal7": (doj_release, DOJ, "https://www.justice.gov/archives/opa/pr/letters"),
    "dhs_release/release": (dhs_release, DHS, "https://www.dhs.gov/news/2025/05/29/dhs-exposes-jurisdictions"),
    "press_listing/doj": (press_listing, DOJ, DOJ.url),
    "press_listing/dhs": (press_listing, DHS, f"{DHS.url}?page=0"),
}


def page(case: str) -> str:
    return (EXAMPLES / f"{case}.html").read_text(encoding="utf-8")


def read(case: str, html: str | None = None) -> Extraction:
    """What the case's extractor makes of its page, or of another in its place."""
    module, source, url = CASES[case]
    body = (page(case) if html is None else html).encode()
    look = Look(url=url, at=datetime(2025, 9, 27, tzinfo=UTC), status=200, body=body, media_type="text/html")
    extraction: Extraction = module.extract(look, source)
    return extraction


@pytest.mark.parametrize("case", CASES)
def test_examples_read_as_expected(case: str) -> None:
    """Each page gives exactly what is written down beside it, and is claimed by its extractor."""
    module, source, url = CASES[case]
    expected = json.loads((EXAMPLES / f"{case}.expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(asdict(read(case)))) == expected
    assert find(source, url) is module


def test_a_link_that_is_taken_out_is_told_by_its_words() -> None:
    """The sentence stands as it was; the page behind the link is gone, and the release no longer leads there."""
    before = read("dhs_release/release")
    html = page("dhs_release/release").replace('<a href="/sanctuary-jurisdictions">', "<a>")
    (pair,) = compare(before.record_sets[0].records, read("dhs_release/release", html).record_sets[0]).amended
    assert pair.fields == ("links",)
    assert amended(pair, DHS) == (
        "DHS, May 29, 2025: “DHS Exposes Jurisdictions That Defy the Law”: link to “the list of jurisdictions” removed"
    )


def test_saving_a_release_again_is_no_change() -> None:
    """The date of the update moves and nothing else: kept, and no difference."""
    html = page("dhs_release/release").replace("05/30/2025", "06/02/2025")
    compared = compare(
        read("dhs_release/release").record_sets[0].records, read("dhs_release/release", html).record_sets[0]
    )
    assert (len(compared.kept), compared.amended) == (1, ())
    assert compared.kept[0].extras["updated"] == "2025-06-02"


@pytest.mark.parametrize(
    ("source", "url", "release"),
    [
        (DOJ, "https://www.justice.gov/opa/pr/x", True),
        (DOJ, "https://www.justice.gov/usao-id/pr/x-y", True),
        (DOJ, "https://www.justice.gov/archives/opa/pr/x", True),
        (DOJ, "https://www.justice.gov/archive/opa/pr/2005/March/05_crt_117.htm", True),
        (DOJ, "http://127.0.0.1:8000/justice.gov/opa/pr/x", True),
        (DOJ, DOJ.url, False),
        (DOJ, "https://www.justice.gov/opa/speech/x", False),
        (DHS, "https://www.dhs.gov/news/2025/09/08/x", True),
        (DHS, "https://www.dhs.gov/news/2025/09/08", False),
        (Source(slug="p", title="P", url="https://www.dhs.gov/"), "https://www.dhs.gov/news/2025/09/08/x", False),
    ],
)
def test_releases_are_known_by_their_addresses(source: Source, url: str, release: bool) -> None:
    """Old and new families of addresses; the list and other pages are none."""
    assert is_release(source, url) is release


def test_the_shipped_press_rooms_are_read_by_them() -> None:
    """Two stanzas of the catalog: their lists, and releases below."""
    for slug, release in (
        ("doj_release_pages", "https://www.justice.gov/opa/pr/x"),
        ("dhs_press_releases", "https://www.dhs.gov/news/2025/09/08/x"),
    ):
        source = shipped()[slug]
        assert find(source, f"{source.url}?page=3").NAME == "press_listing"
        assert find(source, release).NAME in ("doj_release", "dhs_release")


@pytest.mark.parametrize("module", [doj_release, dhs_release])
def test_a_page_watch_may_choose_a_release_s_reader(module: ModuleType) -> None:
    """One release, watched for its corrections by a stanza."""
    url = "https://www.dhs.gov/news/2025/05/29/x"
    assert find(Source(slug="one", title="One", url=url, parameters={"extract": module.NAME}), url) is module


@pytest.mark.parametrize("case", ["doj_release/drupal10", "dhs_release/release"])
@pytest.mark.parametrize("html", ["<main><h1>Title</h1></main>", "<main><div class='node-body'>x</div></main>", ""])
def test_a_page_without_a_release_is_an_error(case: str, html: str) -> None:
    """A title without a text, a text without a title: the layout has changed, and nothing was withdrawn."""
    with pytest.raises(ExtractionError, match="layout may have changed"):
        read(case, html)


def test_an_empty_page_of_a_list_is_a_page() -> None:
    """In the middle of a list they are met; as the only page it is a layout that cannot be read."""
    pager = '<main><a href="?page=599" aria-label="Last page">Last</a></main>'
    assert [link.role for link in read("press_listing/doj", pager).links] == ["last"]
    with pytest.raises(ExtractionError, match="lists no release"):
        read("press_listing/doj", "<main><p>Nothing</p></main>")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-08-05T12:00:00Z", "2025-08-05"),
        ("Wednesday, November 15, 2017", "2017-11-15"),
        ("Sept. 8, 2025", "2025-09-08"),
        ("Last Updated: 09/25/2025", "2025-09-25"),
        ("February 30, 2025", ""),
        ("Chapter 8, 2025", ""),
        ("13/45/2025", ""),
        ("soon", ""),
    ],
)
def test_dates_in_every_spelling(text: str, day: str) -> None:
    """What is no date is unknown, never a wrong one."""
    assert day_in(text) == day
