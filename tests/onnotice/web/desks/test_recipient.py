"""Leaving a subscription by the link in a mail: only who means it, without signing in, for good and back again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onnotice.subscribing import keep_and_gather
from onnotice.unsubscribing import unsubscribe_link


@pytest.fixture
def link(served: Any) -> str:
    """Dora's, for the subscription of the settings."""
    with served.archive() as archive:
        keep_and_gather(archive, served.site.settings, served.clock())
    made = unsubscribe_link(served.url, served.home.secret)("dora@example.org", "desk")
    return made.removeprefix(served.url)


@pytest.fixture
def told(served: Any) -> Callable[[], tuple[str, ...]]:
    """Who would be told by the subscription of the settings."""

    def ask() -> tuple[str, ...]:
        with served.archive() as archive:
            (desk,) = keep_and_gather(archive, served.site.settings, served.clock())
        return desk.recipients

    return ask


SERVICE = "slack://token-a/token-b"


def test_opening_the_link_changes_nothing(browser: Any, link: str, told: Any) -> None:
    """Mail scanners open every link, and some ask for its head first."""
    shown = browser.get(link)
    browser.head(link)
    browser.request("OPTIONS", link)
    assert shown.status_code == 200
    assert "Leave “desk”?" in shown.text
    assert told() == ("dora@example.org", SERVICE)


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_mail_program_unsubscribes_with_one_post(served: Any, link: str, told: Any, kind: str) -> None:
    """RFC 8058: without cookies, in either form, from wherever it is sent; once more does no harm."""
    body = {"List-Unsubscribe": "One-Click"}
    sent = {"data": body} if kind == "urlencoded" else {"files": {name: (None, text) for name, text in body.items()}}
    for _ in range(2):
        with served.client(**{"sec-fetch-site": "cross-site", "origin": "https://mail.example"}) as program:
            assert program.post(link, **sent).status_code == 200
        assert told() == (SERVICE,)


def test_a_program_with_a_cookie_unsubscribes_too(ada: Any, link: str, told: Any) -> None:
    """A mail program inside a browser may bring our cookies along."""
    ada.get("/sign-in")
    assert ada.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert told() == (SERVICE,)


def test_the_button_unsubscribes_and_another_takes_it_back(ada: Any, browser: Any, link: str, told: Any) -> None:
    """Both are shown on the page of subscriptions, with the day."""
    assert 'name="List-Unsubscribe" value="One-Click"' in browser.get(link).text
    assert "You have left" in browser.post(link, data={"List-Unsubscribe": "One-Click"}).text
    assert "You have left" in browser.get(link).text
    assert "left on" in ada.get("/subscriptions").text
    assert "April 13, 2017" in ada.get("/subscriptions").text
    assert told() == (SERVICE,)
    assert "You are subscribed again" in browser.post(link, data={"back": "1"}).text
    assert told() == ("dora@example.org", SERVICE)
    assert "left on" not in ada.get("/subscriptions").text


def test_where_only_who_is_signed_in_reads_recipients_leave_all_the_same(serve: Any) -> None:
    """They are no users."""
    with serve('[web]\nreaders = "signed in"\n') as served, served.client() as browser:
        with served.archive() as archive:
            keep_and_gather(archive, served.site.settings, served.clock())
        made = unsubscribe_link(served.url, served.home.secret)("dora@example.org", "desk")
        assert browser.get(made).status_code == 200
        assert browser.post(made, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        with served.archive() as archive:
            assert archive.has_left("desk", "dora@example.org")


@pytest.mark.parametrize("how", ["changed", "cut", "empty", "nonsense", "long", "another home's"])
def test_a_link_that_is_not_whole_says_so_and_does_nothing(browser: Any, link: str, told: Any, how: str) -> None:
    """In a clear sentence, whether it is opened or posted to."""
    bad = {
        "changed": link[:-1] + ("A" if link[-1] != "A" else "B"),
        "cut": link[:-10],
        "empty": "/unsubscribe/",
        "nonsense": "/unsubscribe/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "long": f"/unsubscribe/{'A' * 5_000}",
        "another home's": unsubscribe_link("http://a", b"x" * 64)("a@b.org", "desk").removeprefix("http://a"),
    }[how]
    for answer in (browser.get(bad), browser.post(bad, data={"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 400
        assert "not whole, or was not made here" in answer.text
        assert "<script>alert" not in answer.text
    assert told() == ("dora@example.org", SERVICE)


def test_a_huge_post_to_a_link_is_refused(browser: Any, link: str, told: Any) -> None:
    """Nobody has to be signed in there, and nobody sends much."""
    assert browser.post(link, content=b"x" * 70_000).status_code == 413
    assert told() == ("dora@example.org", SERVICE)


def test_a_subscription_that_never_was_says_so(browser: Any, served: Any) -> None:
    """A link made by hand with the right key, for a name that nobody used."""
    made = unsubscribe_link(served.url, served.home.secret)("dora@example.org", "nothing of the kind")
    answer = browser.post(made, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 400
    assert "nothing to unsubscribe from" in answer.text
