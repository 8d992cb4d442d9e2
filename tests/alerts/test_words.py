"""Words: forms of one word are one, other words are others, and nothing is lost on strange ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.words import Said, says, stem


@pytest.mark.parametrize(
    "forms",
    [
        "carry carries carried carrying",
        "process processes processed",
        "issue issues issued",
        "detainer detainers",
        "detain detained detaining detains",
        "city cities",
        "cooperate cooperates cooperated cooperating cooperation",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    """Plurals, verb forms and the nouns made of them are one word."""
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("policy", "police"), ("notice", "ice"), ("1373", "13735"), ("sing", "s")])
def test_other_words_stay_others(one: str, other: str) -> None:
    """What only looks alike is not found."""
    assert not says([Said(other)], one)
    assert not says([Said(one)], other)


def test_a_phrase_is_found_whole_and_in_order() -> None:
    """Its words stand side by side in one passage; over the border of two passages they do not."""
    assert says([Said("Two sanctuary cities were named.")], "sanctuary city")
    assert not says([Said("a city with a sanctuary")], "sanctuary city")
    assert not says([Said("sanctuary"), Said("city")], "sanctuary city")
    assert says([Said("detained persons")], '"Detained Persons"')
    assert not says([Said("detained persons")], '"detained person"')


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=100))
def test_stemming_never_loses_a_word(word: str) -> None:
    """Whatever the word, stemming ends and never returns nothing for something."""
    assert bool(stem(word)) is bool(word)
