"""The timeline: newest first, narrowed down, page by page, bursts folded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from monitor.types import Change, ChangeKind, Decision, Look, Source, Verdict, VerdictKind
from onnotice.home import Home

NOON = datetime(2017, 4, 1, 12, 0, tzinfo=UTC)


def headlines(text: str) -> list[str]:
    """The headlines of a page, in order."""
    return [unescape(found) for found in re.findall(r'class="headline"><a href="[^"]*">(.*?)</a>', text)]


def test_the_front_page_is_the_timeline(visitor: Any) -> None:
    """Newest first, with what was told to nobody too, and without what first looks saw."""
    answer = visitor.get("/")
    assert answer.status_code == 200
    found = headlines(answer.text)
    assert found[0] == "ICE suspends the Declined Detainer Outcome Report"
    assert "lists 69 jurisdictions" in found[-1]
    assert "DOJ press releases is seen again after 24 hours" in found
    assert not any("A Convict" in headline for headline in found)
    assert headlines(visitor.get("/changes").text) == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("jurisdiction=Denver", ["17-0363", "17-0190"]),
        ("jurisdiction=Aurora, Colorado", ["Study Session"]),
        ("jurisdiction=0820000", ["17-0363", "17-0190"]),
        ("source=denver_council", ["17-0363", "17-0190"]),
        ("kind=source_blocked", ["cannot be seen"]),
        ("q=sanctuary cities", ["17-0363", "Study Session"]),
        ('q="immigrant residents"', ["17-0363"]),
        ("q=declined Bastrop", ["Correction", "lists 70", "lists 69"]),
        ("since=2017-04-03&until=2017-04-03", ["Correction to the January 28"]),
        ("since=2017-04-11&until=2017-04-11&source=ice_declined_detainers", ["ICE suspends"]),
        ("q=nothing-has-this-word", []),
    ],
)
def test_it_can_be_narrowed_down(query: str, expected: list[str], visitor: Any) -> None:
    """By jurisdiction under any of its names, source, kind, words, and days on the source's clock."""
    found = headlines(visitor.get(f"/changes?{query}").text)
    assert len(found) == len(expected)
    for headline, part in zip(found, expected, strict=True):
        assert part in headline


def test_it_goes_on_where_a_page_ends(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following "older" to the end shows every change once, in the same order."""
    whole = headlines(visitor.get("/changes").text)
    monkeypatch.setattr("onnotice.web.views.timeline._STORIES", 5)
    seen: list[str] = []
    path = "/changes"
    while path:
        text = visitor.get(path).text
        seen += headlines(text)
        older = re.search(r'rel="next" href="([^"]*)"', text)
        path = unescape(older[1]) if older else ""
    assert seen == whole


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=0", "before=999999", "since=yesterday", "until=2017-02-30", "kind=x", "source=nobody",
     "jurisdiction=Washington County", "since=2017-04-02&until=2017-04-01", f"q={'x' * 501}",
     f"before={'9' * 40}", "&".join(f"a{number}=1" for number in range(60))],
)  # fmt: skip
def test_what_makes_no_sense_is_said(query: str, visitor: Any) -> None:
    """A sentence with status 400, and no trace of the program."""
    answer = visitor.get(f"/changes?{query}")
    assert answer.status_code == 400
    assert "That cannot be shown" in answer.text
    assert "Traceback" not in answer.text


def test_an_archive_that_has_seen_nothing(empty_home: Home, visit_home: Callable[[Home], Any]) -> None:
    """It says so."""
    answer = visit_home(empty_home).get("/")
    assert answer.status_code == 200
    assert "Nothing has changed" in answer.text


def test_a_burst_is_one_story(empty_home: Home, visit_home: Callable[[Home], Any]) -> None:
    """Its first change stands for it, the others are folded under it and counted."""
    from storage import Archive

    source = Source("council", "Town Council", "https://council.example.gov/")
    with Archive.open(empty_home.archive) as archive:
        archive.keep_source(source, NOON)
        run = archive.begin_run(source.slug, archive.begin_poll(NOON), NOON)
        changes = tuple(
            Change(ChangeKind.RECORD_ADDED, NOON, "council", source.url, f"item {n}", cluster="c" if n else "")
            for n in range(40)
        )
        decision = Decision(Verdict(VerdictKind.CREDIBLE, "served"), changes=changes)
        archive.record_look(Look(source.url, NOON, 200, b"x"), archive.page_state(source, source.url), decision, run)
    text = visit_home(empty_home).get("/").text
    assert headlines(text) == ["item 39", "item 0"]
    assert "and 38 more of the same burst" in text
    assert ">item 38</a>" in text
    assert "and 13 more</li>" in text
