"""Names: folded for keys, cut out of sentences with their states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.detainers.names import is_state, key_of, places_in, state_of, straight


@pytest.mark.parametrize(
    ("sentence", "places"),
    [
        (
            "to Franklin County, Iowa; Franklin County, New York; Franklin County, Pennsylvania; and Montgomery County,"
            " Iowa that were",
            (
                "Franklin County, Iowa",
                "Franklin County, New York",
                "Franklin County, Pennsylvania",
                "Montgomery County, Iowa",
            ),
        ),
        ("by Williamson County, TX and Bastrop County, TX were", ("Williamson County, Texas", "Bastrop County, Texas")),
        ("Franklin and Montgomery Counties, Iowa", ("Franklin County, Iowa", "Montgomery County, Iowa")),
        ("The City and County of Denver, Colorado was", ("City and County of Denver, Colorado",)),
        ("in Prince George’s County, MD.", ("Prince George's County, Maryland",)),
        ("In St. Louis, Missouri and Doña Ana County, NM,", ("St. Louis, Missouri", "Doña Ana County, New Mexico")),
        (
            "Washington, DC, and Kanawha County, West Virginia",
            ("Washington, District of Columbia", "Kanawha County, West Virginia"),
        ),
        ("Iowa alone, or Cook County without a state", ()),
        ("on Friday, March 3, IN the end", ()),
    ],
)
def test_places_are_cut_out_of_sentences(sentence: str, places: tuple[str, ...]) -> None:
    """Lists by semicolon, comma and "and", postal abbreviations, shared units."""
    assert places_in(sentence) == places


def test_states_are_spelled_out() -> None:
    """Both forms are one place; what is no state stays as it is printed."""
    assert state_of("TX") == "Texas"
    assert state_of("D.C.") == "District of Columbia"
    assert state_of("Texas") == "Texas"
    assert state_of("Ontario") == "Ontario"
    assert is_state("New Mexico")
    assert not is_state("Travis County")


def test_keys_ignore_what_copies_lose() -> None:
    """Dashes, apostrophes, case and line breaks do not make another key."""
    assert key_of("Travis County Sheriff’s Office – Policy") == key_of("TRAVIS County Sheriffs\nOffice Policy")
    assert "/" not in key_of("Policy 3/54")
    assert key_of("Franklin County, Iowa") != key_of("Franklin County, Ohio")


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    """A folded name folds to itself."""
    assert straight(straight(text)) == straight(text)
    assert key_of(key_of(text)) == key_of(text)
