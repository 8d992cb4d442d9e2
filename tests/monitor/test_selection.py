"""Selectors and patterns choose what they say, and take no longer than a page is long, whoever wrote the page."""

from __future__ import annotations

import time

import pytest

from monitor.hypertext import read_html
from monitor.selection import matches, pieces_of, steps_of, unlike

PAGE = """
<html><head><title>Town</title></head><body>
<header id="top"><p>Flu shots today</p></header>
<main><div class="news wide"><p>Hearing on May 5</p><aside class="weather"><p>71 degrees</p></aside></div>
<ul data-kind="members"><li>Ann Lee</li><li class="old">Bo Ray</li></ul></main>
<nav><a href="/agenda.pdf">Agenda</a></nav>
</body></html>
"""


def lines(include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> tuple[str, ...]:
    return read_html(PAGE, "https://example.org/", include, exclude).lines


@pytest.mark.parametrize(
    ("include", "exclude", "read"),
    [
        ((), (), ("Flu shots today", "Hearing on May 5", "71 degrees", "Ann Lee", "Bo Ray")),
        (("main .news",), (), ("Hearing on May 5", "71 degrees")),
        (("main > .news > p",), (), ("Hearing on May 5",)),
        (("main > p",), (), ()),
        (("body > main > ul",), ("li.old",), ("Ann Lee",)),
        (('ul[data-kind="members"]', "#top"), (), ("Flu shots today", "Ann Lee", "Bo Ray")),
        (("main", ".news"), (".weather", ".weather p"), ("Hearing on May 5", "Ann Lee", "Bo Ray")),
        ((".weather",), (".news",), ()),
        ((), ("*[data-kind]", ".wide"), ("Flu shots today",)),
        (("nav",), (), ("Agenda [/agenda.pdf]",)),
    ],
)
def test_parts_are_selected(include: tuple[str, ...], exclude: tuple[str, ...], read: tuple[str, ...]) -> None:
    """What include names is read once and in the page's order, unlike what exclude names, chrome or not."""
    assert lines(include, exclude) == read


@pytest.mark.parametrize(
    "selector",
    [
        "",
        " ",
        "div[",
        "p:has(a)",
        "a, b",
        "p ~ p",
        "p + p",
        ".x >",
        "> p",
        "p::before",
        "1st",
        "p..x",
        "[a='\\'']",
        "x" * 501,
    ],
)
def test_a_selector_that_is_none_is_refused(selector: str) -> None:
    """Whatever could cost more than the page, or means nothing, is refused before anything is fetched."""
    with pytest.raises(ValueError, match="selector"):
        steps_of(selector)


@pytest.mark.parametrize(
    "selector", ["q div div div div div p", "q div div div p", "p > p > p > p", "div div div div div div q p"]
)
def test_a_hostile_page_costs_no_selector_much(selector: str) -> None:
    """Depth and width over which an engine of selectors takes minutes are read in the time of any page."""
    page = "<div>" * 500 + "<p>x</p>" * 20_000
    began = time.process_time()
    read_html(page, "https://example.org/", (selector,))
    read_html(page, "https://example.org/", (), (selector,))
    assert time.process_time() - began < 2.0


def test_of_markup_unlike_a_tree_no_part_is_read() -> None:
    """A page so deep that no tree is built of it shows no part of itself, rather than all of it."""
    deep = "<main>" + "<div>" * 5000 + "Counter 17"
    assert read_html(deep, "https://example.org/").lines
    assert read_html(deep, "https://example.org/", ("main",)).lines == ()


@pytest.mark.parametrize(
    ("pattern", "line", "hit"),
    [
        ("Visitors: *", "Visitors: 1,204", True),
        ("visitors:*", "VISITORS: 1,204 today", True),
        ("Visitors: *", "Our Visitors: 12", False),
        ("*degrees*", "71 degrees outside", True),
        ("Page * of *", "Page 3 of 7", True),
        ("Page * of *", "Page of 7", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("*a*b", "xxaxb", True),
        ("*a*b", "xxbxa", False),
        ("Straße  *", "STRASSE 5", True),
        ("(a+)+$", "aaaa", False),
        ("(a+)+$", "(A+)+$", True),
        ("Updated", "Updated today", False),
    ],
)
def test_patterns_match_whole_lines(pattern: str, line: str, hit: bool) -> None:
    """A pattern is the whole line; an asterisk is any text; case and white space count for nothing."""
    assert matches(line, pattern) is hit
    assert unlike([line, "Hearing on May 5"], [pattern]) == ([1] if hit else [0, 1])


@pytest.mark.parametrize("pattern", ["", "*", " * ", "***", "x" * 501])
def test_a_pattern_that_hides_everything_is_refused(pattern: str) -> None:
    """A pattern names some words of the lines that it hides."""
    with pytest.raises(ValueError, match=r"pattern|matches every line"):
        pieces_of(pattern)


def test_a_hostile_pattern_is_bounded_in_time() -> None:
    """Many asterisks over a long line that almost matches cost a walk along the line."""
    pattern = "*" + "a*" * 200 + "b"
    began = time.process_time()
    assert not matches("a" * 1_000_000 + "c", pattern)
    assert unlike(["a" * 10_000] * 200, ["*aab*" * 40]) == list(range(200))
    assert time.process_time() - began < 2.0
