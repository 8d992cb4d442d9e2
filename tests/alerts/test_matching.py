"""Matching: every filter of a subscription, alone and together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alerts.matching import explain, matches
from monitor.types import ChangeKind, StoredChange, Subscription

Make = Callable[..., StoredChange]


def wants(**filters: Any) -> Subscription:
    return Subscription(name="desk", recipients=("analyst@newsroom.example",), **filters)


def test_an_empty_subscription_takes_all_news(make_stored: Make) -> None:
    """No filter lets every kind of news through, at the default significance."""
    assert matches(wants(), make_stored())


@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind.about_our_eyes])
def test_our_own_eyes_are_no_news(make_stored: Make, kind: ChangeKind) -> None:
    """Health goes to who asked for "health" or for that kind, and to nobody else."""
    change = make_stored(kind=kind)
    assert not matches(wants(), change)
    assert not matches(wants(kinds=("news",)), change)
    assert matches(wants(kinds=("health",)), change)
    assert matches(wants(kinds=("news", "health")), change)
    assert matches(wants(kinds=(kind.value,)), change)


def test_a_health_subscription_gets_no_news(make_stored: Make) -> None:
    """The operator's subscription is not flooded by what was published."""
    assert not matches(wants(kinds=("health",)), make_stored())


def test_exact_kinds(make_stored: Make) -> None:
    """A named kind lets only that kind through."""
    subscription = wants(kinds=("list_published", "page_withdrawn"))
    assert matches(subscription, make_stored(kind=ChangeKind.PAGE_WITHDRAWN))
    assert not matches(subscription, make_stored(kind=ChangeKind.PAGE_CHANGED))


def test_baseline_is_never_told(make_stored: Make) -> None:
    """What the first look found is told to nobody, whatever the filters say."""
    change = make_stored(baseline=True, significance=1.0)
    assert not matches(wants(minimum_significance=0.0, kinds=("news", "health")), change)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [(("denver_council",), True), (("*_council",), True), (("aurora_council", "d*"), True), (("denver",), False)],
)
def test_sources_by_slug_or_glob(make_stored: Make, patterns: tuple[str, ...], expected: bool) -> None:
    """A source is named whole or by a pattern; a part of a slug is no name."""
    assert matches(wants(sources=patterns), make_stored()) is expected


def test_minimum_significance_is_inclusive(make_stored: Make) -> None:
    """A change of exactly the minimum is told, one below is not."""
    subscription = wants(minimum_significance=0.6)
    assert matches(subscription, make_stored(significance=0.6))
    assert not matches(subscription, make_stored(significance=0.59))


@pytest.mark.parametrize(
    ("place", "asked", "expected"),
    [
        ("Denver, Colorado", "denver,  colorado", True),
        ("Ithaca, New York (Buffalo)", "Ithaca, New York", True),
        ("Washington County, Oregon", "Washington County, Utah", False),
        ("Washington County, Oregon", "Washington County", False),
        ("", "Denver, Colorado", False),
    ],
)
def test_jurisdictions_by_place(make_stored: Make, place: str, asked: str, expected: bool) -> None:
    """A place is the same whatever its case and spacing, and never across states."""
    assert matches(wants(jurisdictions=(asked,)), make_stored(place=place)) is expected


@pytest.mark.parametrize(
    ("place", "asked", "expected"),
    [
        ("City and County of Denver, CO", "Denver, Colorado", True),
        ("Denver County, CO", "Denver, Colorado", True),
        ("New York City, NY", "New York, New York", True),
        ("Prince George’s County, MD", "Prince Georges County, Maryland", True),
        ("Travis County Jail, Texas", "Travis County, TX", True),
        ("State of Illinois", "Illinois", True),
        ("Los Angeles County, CA", "Los Angeles, California", False),
        ("Washington County, OR", "Washington County, Utah", False),
        ("Chicago, Illinois", "Illinois", False),
        # Neither says which it is: only the same text is the same.
        ("Middlesex, NJ", "Middlesex, New Jersey", False),
        ("Middlesex, New Jersey", "middlesex, new jersey", True),
    ],
)
def test_a_jurisdiction_is_known_under_other_names(make_stored: Make, place: str, asked: str, expected: bool) -> None:
    """Where both names resolve, the government counts, or the same ground; else the text."""
    assert matches(wants(jurisdictions=(asked,)), make_stored(place=place)) is expected
    listed = make_stored(place="", details={"sets": {"listed": {"count": 1, "new": [place]}}})
    assert matches(wants(jurisdictions=("Nowhere", asked)), listed) is expected


@pytest.mark.parametrize("part", ["members", "new", "gone", "amended"])
def test_jurisdictions_inside_a_list(make_stored: Make, part: str) -> None:
    """A published list is about everybody whom it names, gained, lost or amended."""
    name = "Boulder County, Colorado"
    named: list[Any] = [{"name": name, "fields": {}}] if part == "amended" else [name]
    change = make_stored(details={"edition": "week 2", "sets": {"detainer": {"count": 1, part: named}}})
    assert matches(wants(jurisdictions=("boulder county, colorado",)), change)
    assert not matches(wants(jurisdictions=("Travis County, Texas",)), change)


@pytest.mark.parametrize("where", ["title", "summary", "before", "after", "details"])
def test_words_are_looked_for_everywhere(make_stored: Make, where: str) -> None:
    """A word counts wherever a reader could meet it, nested lists and mappings included."""
    said: Any = "A vote on Detainer requests"
    if where in ("before", "after"):
        said = {"items": [{"text": said}]}
    if where == "details":
        said = {"hunks": [[["old line"], [said]]]}
    assert matches(wants(words=("detainers",)), make_stored(**{where: said}))


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("sanctuary city", "Two Sanctuary Cities were named", True),
        ("sanctuary city", "a city with a sanctuary", False),
        ("decline", "Detainers declined", True),
        ("declining", "the county declines", True),
        ("policy", "new policies", True),
        ("policy", "the police came", False),
        ("ICE", "ice reports", True),
        ("ICE", "notice of a meeting", False),
        ("plan", "planned", True),
        ("1373", "8 U.S.C. 1373", True),
        ("1373", "17-13735", False),
        ('"detained persons"', "detained persons", True),
        ('"detained person"', "detained persons", False),
        ("attorney general", "the Attorney General’s office", True),
        ("é", "résumé", False),
        ("STRASSE", "die Straße", True),
    ],
)
def test_words_and_phrases(make_stored: Make, word: str, text: str, expected: bool) -> None:
    """Whole words, any case, in any of their simple forms; a quoted phrase exactly as it is written."""
    assert matches(wants(words=(word,)), make_stored(title=text, summary="")) is expected


def test_any_word_is_enough_and_not_excludes(make_stored: Make) -> None:
    """One wanted word suffices; one unwanted word excludes, also where nothing else was asked for."""
    change = make_stored(title="Detainer training budget", summary="")
    assert matches(wants(words=("sanctuary", "detainer")), change)
    assert not matches(wants(words=("detainer", "not budgets")), change)
    assert not matches(wants(words=("not budget",)), change)
    assert matches(wants(words=("not parking",)), change)


def test_the_reason_names_what_decided(make_stored: Make) -> None:
    """The owner of a subscription is told which filter held a change back, or what let it through."""
    change = make_stored(title="Detainers", place="Denver, Colorado")
    assert explain(wants(minimum_significance=0.9), change).why == "Significance 0.50 is below 0.90."
    taken = explain(wants(words=("detainer",), jurisdictions=("Denver, Colorado",)), change)
    assert taken
    assert "the word detainer" in taken.why
    assert "jurisdiction Denver, Colorado" in taken.why


def test_a_change_of_any_size_is_searched_in_bounds(make_stored: Make) -> None:
    """What stands early is found; a megabyte of detail behind it is not walked to its end."""
    change = make_stored(title="Detainers", summary="", details={"hunks": [[["x " * 400_000], ["budget"]]]})
    assert matches(wants(words=("detainer",)), change)
    assert not matches(wants(words=("budget",)), change)
