"""Governments that a release names in a list: found where it says so, and nowhere else.

The texts are written for these tests around the releases of 2017 and 2025; the names are real.
"""

from __future__ import annotations

import time

import pytest

from scrapers.doj.named_lists import lists_in, lost_lists

FOUND = "The following jurisdictions have been found to have laws that may violate 8 U.S.C. 1373:"
CLEARED = "There is no evidence that the following jurisdictions are out of compliance:"


def items(*names: str) -> str:
    return f"<ul>{''.join(f'<li>{name}</li>' for name in names)}</ul>"


def names(body: str) -> list[list[str]]:
    return [[member.name.title for member in found.members] for found in lists_in(body)]


def test_names_below_an_introduction_are_a_list() -> None:
    """Punctuation and "State of" are no part of a name; a bare state is one."""
    listed = items("Albany, New York;", "Connecticut;", "State of Oregon; and", "State of Vermont.")
    body = f"<p>{FOUND}</p>{listed}<p>End</p>"
    assert names(body) == [["Albany, New York", "Connecticut", "Oregon", "Vermont"]]
    assert lists_in(body)[0].under == FOUND


def test_each_list_keeps_what_is_said_of_it() -> None:
    """Those in violation and those cleared are two lists."""
    body = f"<p>{FOUND}</p>{items('Chicago, Illinois', 'Cook County, Illinois')}<p>{CLEARED}</p>" + items(
        "Clark County, Nevada", "Connecticut"
    )
    assert [(found.under, len(found.members)) for found in lists_in(body)] == [(FOUND, 2), (CLEARED, 2)]


def test_columns_and_typed_bullets_are_items_too() -> None:
    """Two lists side by side in a table, and a plain text with bullets."""
    columns = (
        f"<table><tr><td>{items('Albany, New York', 'Boston, MA')}</td><td>{items('Newark, NJ')}</td></tr></table>"
    )
    assert names(f"<p>{FOUND}</p>{columns}") == [["Albany, New York", "Boston, Massachusetts", "Newark, New Jersey"]]
    assert names(f"{FOUND}\n\n  • Albany, New York;\n  • Boston, MA\n\nEnd of it.") == [
        ["Albany, New York", "Boston, Massachusetts"]
    ]


def test_sections_are_one_list() -> None:
    """States, counties and cities under headings, as in August 2025."""
    body = (
        "<p>Accordingly, the following jurisdictions have been identified:</p><p>STATES:</p>"
        f"{items('Nevada', 'Vermont')}<p>COUNTIES:</p>{items('Cook County, IL')}"
    )
    assert names(body) == [["Nevada", "Vermont", "Cook County, Illinois"]]


@pytest.mark.parametrize(
    "body",
    [
        "",
        f"<p>{FOUND}</p><p>{CLEARED}</p><p>They will have until October 27.</p>",
        "<p>Letters went to nine jurisdictions. Murders in Chicago, Illinois have risen.</p>",
        f"<p>The following defendants were charged:</p>{items('John Roe, Boise, Idaho', 'A. Smith, Reno, Nevada')}",
        f"<p>The following jurisdictions have policies:</p>{items('They decline detainers', 'They refuse access')}",
        f"<p>{FOUND}</p>{items('Albany, New York')}",
        f"<p>{FOUND}</p>{items('Albany, New York', 'Boston, MA', 'They decline', 'They refuse', 'They resist')}",
    ],
)
def test_what_names_nobody_gives_no_list(body: str) -> None:
    """Introductions whose names a copy has lost, names in running text, people, criteria, a single item: none."""
    assert lists_in(body) == ()


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        (f"<p>{FOUND}</p><p>{CLEARED}</p><p>They will have until October 27.</p>", 2),
        (f"<p>{FOUND}</p>{items('Albany, New York', 'Boston, MA')}", 0),
        (f"<p>{FOUND}</p><p>STATES:</p>{items('Nevada', 'Vermont')}", 0),
        (f"<p>{FOUND}</p>", 1),
        ("<p>Letters went to nine jurisdictions.</p>", 0),
        (None, 0),
    ],
)
def test_lists_that_a_copy_has_lost_are_counted(body: object, lost: int) -> None:
    """An introduction with a colon and no name below it says that there was a list."""
    assert lost_lists(body) == lost


def test_hostile_bodies_cost_little() -> None:
    """Introductions by the ten thousand, each followed by another."""
    began = time.perf_counter()
    assert lists_in(f"<p>{FOUND}</p>" * 20_000) == ()
    assert lists_in("following " * 100_000 + "jurisdictions") == ()
    assert time.perf_counter() - began < 10
