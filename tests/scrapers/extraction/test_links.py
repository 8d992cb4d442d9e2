"""The links of a page."""

from __future__ import annotations

from time import perf_counter

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare
from scrapers.lists.patterns import fits

PAGE = '<p><a href="/a.pdf">A</a></p><p><a href="/b">Policy b</a></p><div class="c"><a href="/c">C</a></div>'


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """Each address once, under its first label that says something; what a line says besides stays text."""
    reads_as_expected("links", "policies.html", address=["*/policies/*.pdf"])


@pytest.mark.parametrize(
    ("said", "titles"),
    [
        ({}, ["A"]),
        ({"label": ["POLICY"]}, ["Policy b"]),
        ({"selector": "div.c"}, ["C"]),
        ({"address": ["https://city.example/?"]}, None),
        ({"address": ["*/b", "*/C"]}, ["Policy b", "C"]),
    ],
)
def test_links_are_chosen(said, titles, chosen) -> None:
    """By address, label or place, else those that lead to documents; where none fits that is said."""
    if titles is None:
        with pytest.raises(ExtractionError, match="None of the page's 3 links"):
            chosen("links", PAGE, **said)
        return
    extraction = chosen("links", PAGE, **said)
    assert [record.title for record in extraction.record_sets[0].records] == titles
    assert [link.role for link in extraction.links] == ["document"] * len(titles)


def test_a_link_that_is_gone_is_told_and_a_new_label_is_an_edit(chosen) -> None:
    """By address: the file is what counts."""
    before = chosen("links", PAGE, address=["*"]).record_sets[0]
    edited = PAGE.replace(">A<", ">A, revised<").replace('<a href="/b">Policy b</a>', "")
    compared = compare(before.records, chosen("links", edited, address=["*"]).record_sets[0])
    assert [record.title for record in compared.removed] == ["Policy b"]
    assert [pair.fields for pair in compared.amended] == [("label",)]


@pytest.mark.parametrize(
    ("text", "pattern", "whether"),
    [
        ("/a/b.pdf", "*.PDF", True),
        ("/a/b.pdf", "/a/*", True),
        ("/a/b.pdf", "*a*b*", True),
        ("/a/b.pdf", "a*", False),
        ("aba", "ab*ba", False),
        ("abba", "ab*ba", True),
        ("x", "*", True),
        ("a.b", "a?b", False),
    ],
)
def test_a_star_stands_for_anything(text, pattern, whether) -> None:
    """And no other sign for anything but itself; what is before and behind it does not overlap."""
    assert fits(text, pattern) is whether


def test_no_pattern_takes_long() -> None:
    """What makes an expression run for ever is searched once from left to right."""
    began = perf_counter()
    assert not fits("a" * 200_000, "*a" * 60 + "b*c")
    assert perf_counter() - began < 1
