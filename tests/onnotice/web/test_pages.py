"""Each page says what the demonstration's archive has, with permanent addresses and citations."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from storage import Archive


def words(text: str) -> str:
    """What a reader reads of a page's main part, on one line."""
    main = LexborHTMLParser(text).css_first("main")
    assert main is not None
    return " ".join(main.text(separator=" ").split())


@pytest.fixture(scope="module")
def numbered(demo: Any) -> dict[str, int]:
    """Changes of the demonstration by what they are about."""
    with Archive.open(demo.archive, read_only=True) as archive:
        changes = archive.changes()
    about = {
        "second list": "lists 70",
        "proclamation": "17-0363",
        "boulder": "Boulder Junction",
        "suspension": "suspends",
        "correction": "withdraws Franklin County, Iowa",
        "blocked": "cannot be seen",
        "release": "Attorney General Jeff",
    }
    return {
        name: next(one.id for one in changes if part in one.change.summary and not one.change.baseline)
        for name, part in about.items()
    }


def test_a_change_of_a_list_says_who_is_new_and_who_went(numbered: dict[str, int], visitor: Any) -> None:
    """With amended rows before and after in a table, who was told without addresses, and evidence."""
    answer = visitor.get(f"/change/{numbered['second list']}")
    said = words(answer.text)
    assert "New on the list of 70 jurisdictions (3) Santa Fe, New Mexico Richmond, California Aurora, Colorado" in said
    assert "No longer among the jurisdictions (2) Montour County, Pennsylvania Ida County, Iowa" in said
    assert "Changed: Clark County, Nevada Field Before After Criteria" in said
    assert "speaks of immigration enforcement: +0.2" in said
    assert "immigration enforcement: a…@example.org , sent Wednesday, March 29, 2017, 12:00 PM EDT" in said
    table = LexborHTMLParser(answer.text).css_first("table")
    assert table is not None
    assert [cell.attributes["scope"] for cell in table.css("th")] == ["col", "col", "col", "row"]


def test_a_fact_of_several_things_has_a_line_for_each(numbered: dict[str, int], visitor: Any) -> None:
    """As in a mail: whose name first, then what is said of it."""
    said = visitor.get(f"/change/{numbered['correction']}").text
    assert said.count("County, Iowa: edition ") == 2
    assert "Franklin County, Iowa: edition 2017-01-28/2017-02-03; how issued detainers were misattributed" in said


def test_a_change_of_a_page_is_shown_by_words_in_two_ways(numbered: dict[str, int], visitor: Any) -> None:
    """Inline and side by side; what was left out at that look, and what is masked since, is said with it."""
    path = f"/change/{numbered['boulder']}"
    inline, sides = visitor.get(path).text, visitor.get(f"{path}?layout=side").text
    assert "plan<ins>, continued to April 18, 2017</ins>" in inline
    assert "<td>Public hearing on the Boulder Junction plan</td>" in sides
    assert "<td>Public hearing on the Boulder Junction plan<ins>, continued to April 18, 2017</ins></td>" in sides
    said = words(inline)
    assert "Ignored at that look (visitor counter)" in said
    assert "What is not compared on its page Since 2017-03-20" in said
    assert "Who was told Nobody." in said


def test_a_change_of_our_own_sight_has_no_page(numbered: dict[str, int], visitor: Any) -> None:
    """It is about a run over a source."""
    said = words(visitor.get(f"/change/{numbered['blocked']}").text)
    assert "It was noticed at 2017-03-21 16:00 UTC" in said


def test_a_change_is_citable(numbered: dict[str, int], visitor: Any) -> None:
    """Publisher, what, where, when in UTC, digest, permanent address."""
    number = numbered["release"]
    said = words(visitor.get(f"/change/{number}").text)
    found = re.search(
        r"U\.S\. Department of Justice\. “U\.S\. Department of Justice: Attorney General Jeff Sessions Delivers"
        r" Remarks on Sanctuary Jurisdictions\.” http://127\.0\.0\.1:\d+/\S+"
        r" Seen by On Notice on 27 March 2017, 19:00:00 UTC\."
        rf" SHA-256 of the body: ([0-9a-f]{{64}})\. {re.escape(visitor.site.address)}/change/{number} ",
        said,
    )
    assert found is not None


def test_versions_can_be_compared(visitor: Any) -> None:
    """Any two of them, in whichever order they are chosen, by a form that needs no script."""
    page = _page_of(visitor, "boulder_council")
    text = visitor.get(f"{page}?from=2&to=1").text
    assert "Version 1 and version 2 compared" in words(text)
    assert "<ins>, continued to April 18, 2017</ins>" in text
    form = next(one for one in LexborHTMLParser(text).css("form") if one.attributes["action"] == page)
    assert form.attributes["method"] == "get"
    chosen = {one.attributes["name"]: one.attributes["value"] for one in form.css("input[checked]")}
    assert chosen == {"from": "1", "to": "2"}


def test_looks_that_failed_or_were_not_believed_are_shown(visitor: Any) -> None:
    """A bot wall and a host that was down, in the strip and in words."""
    wall = visitor.get(_page_of(visitor, "doj_press_releases")).text
    assert 'class="look blocked"' in wall
    assert "Looks that failed or were not believed" in words(wall)
    down = visitor.get(_page_of(visitor, "denver_council")).text
    assert 'class="look unreachable"' in down
    assert "the server failed (HTTP 503" in words(down)


def test_a_snapshot_has_text_provenance_and_its_body(visitor: Any) -> None:
    """The text as a reader reads it; the body is a file whose digest is the one that is named."""
    from hashlib import sha256

    page = _page_of(visitor, "aurora_council")
    path = sorted(set(re.findall(r'href="(/snapshot/\d+)"', visitor.get(page).text)))[0]
    text = visitor.get(path).text
    said = words(text)
    digest = re.search(r"SHA-256 of the body ([0-9a-f]{64})", said)
    assert digest is not None
    assert sha256(visitor.get(f"{path}/body").content).hexdigest() == digest[1]
    assert "What it said" in said
    assert "Council Meetings" in visitor.get(f"{path}/text").text
    assert visitor.get(f"{path}?line=100000").status_code == 404


def test_a_look_that_was_blocked_says_why(visitor: Any) -> None:
    """With what was matched and what the server said."""
    wall = visitor.get(_page_of(visitor, "doj_press_releases")).text
    path = re.search(r'class="look blocked" href="(/visit/\d+)"', wall)
    assert path is not None
    said = words(visitor.get(path[1]).text)
    assert "blocked : Akamai serves a browser check in the page's place" in said
    assert "What the server said about it" in said


@pytest.mark.parametrize(
    ("query", "edition", "count"),
    [
        ("at=2017-03-25", "January 28 – February 3, 2017", 69),
        ("at=2017-03-29", "February 4 – February 10, 2017", 70),
        ("at=2017-03-29T15:59:59Z", "January 28 – February 3, 2017", 69),
        ("", "February 4 – February 10, 2017", 70),
    ],
)
def test_a_list_as_of_any_moment(query: str, edition: str, count: int, visitor: Any) -> None:
    """A list in editions is its newest edition by then; a day means its end on the source's clock."""
    said = words(visitor.get(f"/list/ice_declined_detainers/detainer_policy?{query}").text)
    assert f"The edition of {edition}" in said
    assert f"On the list ({count})" in said


def test_a_list_before_it_was_known(visitor: Any) -> None:
    """Nothing was known then, which is said."""
    assert "Nothing was known to be on it then." in words(
        visitor.get("/list/ice_declined_detainers/detainer_policy?at=2017-03-01").text
    )


def test_two_moments_of_a_list_in_editions(visitor: Any) -> None:
    """Who was added, removed and amended between them."""
    path = "/list/ice_declined_detainers/detainer_policy?at=2017-03-30&since=2017-03-21"
    said = words(visitor.get(path).text)
    assert re.search(r"Added \(3\) Aurora, Colorado .* Richmond, California .* Santa Fe, New Mexico", said)
    assert re.search(r"Removed \(2\) Ida County, Iowa .* Montour County, Pennsylvania", said)
    assert "Amended (1) Clark County, Nevada Field Before After Criteria" in said


def test_rows_of_one_name_are_not_taken_for_each_other(visitor: Any) -> None:
    """A report lists an agency once for each person: other rows under its name are others, and nothing is amended."""
    path = "/list/ice_declined_detainers/declined_detainer?at=2017-03-30&since=2017-03-21"
    said = words(visitor.get(path).text)
    assert "Added (47)" in said
    assert "Removed (206)" in said
    assert "Amended" not in said
    assert "There is more" not in said


def test_two_moments_of_a_list_without_editions(visitor: Any) -> None:
    """Likewise, record by record."""
    said = words(visitor.get("/list/denver_council/agenda_item?at=2017-03-28&since=2017-03-20").text)
    assert "Added (2) 17-0190: Presentation on response times" in said
    assert "Removed" not in said


def test_a_row_that_its_publisher_calls_wrong_says_so(visitor: Any) -> None:
    """With the notice that does."""
    said = words(visitor.get("/list/ice_declined_detainers/detainer_policy?at=2017-03-25").text)
    volume = words(visitor.get("/list/ice_declined_detainers/declined_detainer?at=2017-03-25").text)
    assert "Called wrong by its own publisher: Correction to the January 28" in said + volume


def test_a_list_goes_on_where_a_page_ends(visitor: Any) -> None:
    """Its rows in the order of their keys, each once."""
    path, seen = "/list/ice_declined_detainers/declined_detainer?at=2017-03-25", []
    base = path.partition("?")[0]
    while path:
        text = visitor.get(path).text
        seen += re.findall(r'class="row-title"><strong>(.*?)</strong>', text)
        more = re.search(r'rel="next" href="([^"#]*)', text)
        path = unescape(more[1]) if more else ""
        assert not path or path.startswith(base)
    assert len(seen) == 206


def test_a_list_is_citable(visitor: Any) -> None:
    """As of the moment that was asked for."""
    said = words(visitor.get("/list/ice_declined_detainers/detainer_policy?at=2017-03-25T00:00Z").text)
    assert re.search(
        r"U\.S\. Immigration and Customs Enforcement\. “ICE Declined Detainer Outcome Report \(detainer_policy\)"
        r" January 28 – February 3, 2017\.” \S+ Seen by On Notice on 20 March 2017, 16:00:00 UTC\. SHA-256 of the body"
        r" with its first row: [0-9a-f]{64}\."
        r" \S+/list/ice_declined_detainers/detainer_policy\?at=2017-03-25T00%3A00%3A00Z",
        said,
    )


def test_a_government_by_any_of_its_names(visitor: Any) -> None:
    """Its name leads to its number; one that several have leads to a choice."""
    for name in ("Denver", "Denver, Colorado", "City and County of Denver, CO", "0820000"):
        assert visitor.get(f"/jurisdiction?name={name}").headers["location"] == "/jurisdiction/0820000"
    choice = visitor.get("/jurisdiction?name=Washington County")
    assert "30 states have the name" in words(choice.text)
    assert 'href="/jurisdiction/08121"' in choice.text


def test_a_government_has_its_lists_its_records_and_what_others_say(visitor: Any) -> None:
    """And what changed there."""
    said = words(visitor.get("/jurisdiction/0820000").text)
    assert "What changed there New · Denver City Council Denver City Council, April 3, 2017: new agenda item" in said
    assert "ICE Declined Detainer Outcome Report, Detainer policy Denver, Colorado" in said
    assert "6 of Agenda item in Denver City Council" in said
    aurora = words(visitor.get("/jurisdiction/0804000").text)
    assert "Council Meetings - City of Aurora" in aurora


def test_sources_fare_at_a_glance(visitor: Any) -> None:
    """All of them in one line, and each with its health."""
    said = words(visitor.get("/sources").text)
    assert "5 of 5 sources are seen." in said
    assert "DOJ press releases U.S. Department of Justice seen since March 22, 2017" in said


def test_a_source_has_its_health_over_time_as_a_picture_and_in_words(visitor: Any) -> None:
    """What was not seen is in the picture, in its text, and in a table."""
    text = visitor.get("/source/doj_press_releases").text
    tree = LexborHTMLParser(text)
    assert [bar.attributes["class"] for bar in tree.css("svg .bar")] == ["bar seen", "bar seen", "bar blocked"]
    picture = tree.css_first("svg[role=img]")
    assert picture is not None
    caption = tree.css_first(f"#{picture.attributes['aria-labelledby']}")
    assert caption is not None
    assert "it was not seen for 24 hours, once" in caption.text()
    assert "every hour, in full at least every 24 hours" in words(text)
    assert "Newest changes" in words(text)
    assert "Its pages" in words(text)


def test_search_marks_the_words_where_they_stand(visitor: Any) -> None:
    """And leads to the version that says so."""
    text = visitor.get("/search?q=sanctuary").text
    assert "<mark>sanctuary</mark>" in text.lower()
    path = re.search(r'class="headline"><a href="(/snapshot/\d+)"', text)
    assert path is not None
    assert "sanctuary" in visitor.get(path[1]).text.lower()
    assert "Nothing has all of these words." in words(visitor.get("/search?q=zyzzyva").text)


@pytest.mark.parametrize("query", ['"', '""', "*", "NEAR(", "a OR", "(", "title:x", "^x", "-", "AND", "\u0000"])
def test_any_search_is_answered(query: str, visitor: Any) -> None:
    """Operators are words like any other."""
    from urllib.parse import quote

    assert visitor.get(f"/search?q={quote(query)}").status_code == 200


def test_a_search_that_asks_for_too_much_is_said(visitor: Any) -> None:
    """In a sentence with status 400."""
    for query in ("x" * 501, "word+" * 31):
        answer = visitor.get(f"/search?q={query}")
        assert answer.status_code == 400
        assert "at most" in words(answer.text)


def test_what_takes_too_long_is_ended_and_said(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody holds a reader for longer than it is given."""
    monkeypatch.setattr("onnotice.web.readers._SECONDS", -1.0)
    monkeypatch.setattr("storage.connection._STEPS_BETWEEN_GLANCES", 1)
    answer = visitor.get("/search?q=detainer")
    assert answer.status_code == 400
    assert "ask for less" in words(answer.text)


def test_the_outbox_says_what_went_out(visitor: Any) -> None:
    """Subject, subscription, state and when; recipients only as much as tells two apart."""
    said = words(visitor.get("/outbox").text)
    assert "ICE suspends the Declined Detainer Outcome Report immigration enforcement a…@example.org sent" in said
    assert "Nothing here." in words(visitor.get("/outbox?state=failed").text)
    assert visitor.get("/outbox?state=lost").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/change/0", "/change/x", "/change/-1", "/change/999999", f"/change/{'9' * 30}", "/change/１", "/page/999999",
     "/snapshot/999999", "/snapshot/999999/body", "/visit/999999", "/visit/999999/body", "/source/nobody",
     "/list/nobody/x", "/list/denver_council/nothing", "/jurisdiction/99999", "/jurisdiction/x", "/static/none.css"],
)  # fmt: skip
def test_what_there_is_not_is_said(path: str, visitor: Any) -> None:
    """A page of ours with status 404."""
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/page/1?from=1", "/page/1?from=1&to=999", "/page/1?from=x&to=1", "/page/1?before=x", "/page/1?layout=x",
     "/list/denver_council/meeting?at=2017-02-30", "/list/denver_council/meeting?at=x",
     "/list/denver_council/meeting?at=2017-03-01&since=2017-03-02", "/source/denver_council?pages=x"],
)  # fmt: skip
def test_what_makes_no_sense_is_said(path: str, visitor: Any) -> None:
    """A page of ours with status 400."""
    answer = visitor.get(path)
    assert answer.status_code == 400
    assert "That cannot be shown" in answer.text


def test_every_page_is_led_to_and_guarded(visitor: Any, walk: Callable[[Any, int], Any]) -> None:
    """Following every link of ours finds no dead end, and the guard is on each answer."""
    pages = walk(visitor, 400)
    kinds = {re.sub(r"\d+", "N", path.partition("?")[0]) for path in pages}
    assert {"/change/N", "/page/N", "/snapshot/N", "/snapshot/N/body", "/visit/N", "/visit/N/body"} <= kinds
    for path, answer in pages.items():
        assert answer.status_code in (200, 303), path
        policy = answer.headers["content-security-policy"]
        assert "'unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert ("set-cookie" in answer.headers) == path.startswith("/sign-in"), path


def _page_of(visitor: Any, source: str) -> str:
    """The address of the first page of a source."""
    found = re.search(r'href="(/page/\d+)"', visitor.get(f"/source/{source}").text)
    assert found is not None
    return found[1]
