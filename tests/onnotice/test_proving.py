"""`verify` as a person calls it: its exit codes, its sentences, and the links that were kept elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from onnotice.home import Home


@pytest.fixture
def polled(at_home: Callable[..., Any]) -> Callable[..., Any]:
    """The command line at a home that has looked at two pages, once each."""
    assert at_home("poll").code == 0
    return at_home


def test_a_sound_archive_says_up_to_where(polled: Callable[..., Any]) -> None:
    """And prints its head, for people and for programs."""
    head = polled("verify", "--head").out.strip()
    answer = polled("verify")
    assert (answer.code, answer.out) == (0, f"Everything is as it was written, up to {head}.\n")
    assert polled("verify", "--json").objects == []
    (said,) = polled("verify", "--head", "--json").objects
    assert f"{said['visit']}:{said['link']}" == head


def test_a_link_that_was_kept_elsewhere_is_found_again(polled: Callable[..., Any]) -> None:
    """Later visits change nothing about it; another link, and one of a visit that is gone, are flaws."""
    head = polled("verify", "--head").out.strip()
    assert polled("poll").code == 0
    assert polled("verify", "--holds", head, "--holds", head.upper()).code == 0
    for lost in (f"1:{head.partition(':')[2]}", f"99:{head.partition(':')[2]}"):
        answer = polled("verify", "--holds", lost)
        assert (answer.code, "does not have the link" in answer.out) == (1, True)
    answer = polled("verify", "--holds", "nonsense")
    assert (answer.code, "is no link of the chain" in answer.err) == (2, True)


def test_a_flaw_is_a_sentence_and_exit_code_1(polled: Callable[..., Any], home: Home, site: Any) -> None:
    """With the page, the visit and its time; JSON has them in fields of their own."""
    with closing(sqlite3.connect(home.archive)) as connection:
        connection.execute("UPDATE visits SET status = 404 WHERE id = 1")
        connection.commit()
    answer = polled("verify")
    assert (answer.code, "1 flaw was found" in answer.err) == (1, True)
    assert answer.out.startswith("Visit 1 of 20")
    (flaw,) = polled("verify", "--json").objects
    assert (flaw["part"], flaw["visit"]) == ("chain", 1)
    assert flaw["url"].startswith(site.url)


def test_an_archive_without_visits_has_no_head(at_home: Callable[..., Any]) -> None:
    """There is nothing to verify, and nothing to keep elsewhere."""
    assert at_home("verify").out == "Nothing is kept yet.\n"
    answer = at_home("verify", "--head")
    assert (answer.code, "poll" in answer.err) == (2, True)
