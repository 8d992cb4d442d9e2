"""The links for recipients: what each is about, how long it is good, and that one is not the other."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.errors import UsageError
from onnotice.unsubscribing import CONFIRM_WITHIN, Place, confirm_link, place_confirmed, place_left, unsubscribe_link

SECRET = b"0" * 64
PAGES = "https://watch.example.org/"
PLACE = Place("Räte / Listen", "Ana <ana@example.org>")


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_an_unsubscribe_link_is_good_for_ever(now: datetime) -> None:
    """Mails are kept for years; it says which subscription and whose."""
    link = unsubscribe_link(PAGES, SECRET)(PLACE.recipient, PLACE.subscription)
    assert link.startswith("https://watch.example.org/unsubscribe/")
    assert place_left(SECRET, token_of(link), now + timedelta(days=5_000)) == PLACE


def test_without_pages_there_is_no_link() -> None:
    """Nor for a chat service, whose address would be told to whoever sees the link."""
    assert unsubscribe_link("", SECRET)("ana@example.org", "desk") == ""
    assert unsubscribe_link(PAGES, SECRET)("slack://secret", "desk") == ""


def test_a_confirmation_is_good_for_a_week(now: datetime) -> None:
    """And says so when it is not any more."""
    token = token_of(confirm_link(PAGES, SECRET, PLACE, now))
    assert place_confirmed(SECRET, token, now + CONFIRM_WITHIN - timedelta(seconds=1)) == PLACE
    with pytest.raises(UsageError, match="good for 7 days"):
        place_confirmed(SECRET, token, now + CONFIRM_WITHIN)


def test_one_link_is_not_the_other(now: datetime) -> None:
    """Who was only asked has not left, and the link of a mail confirms nothing."""
    leaving = token_of(unsubscribe_link(PAGES, SECRET)("ana@example.org", "desk"))
    confirming = token_of(confirm_link(PAGES, SECRET, PLACE, now))
    with pytest.raises(UsageError, match="newest mail"):
        place_left(SECRET, confirming, now)
    with pytest.raises(UsageError, match="to confirm is not whole"):
        place_confirmed(SECRET, leaving, now)


def test_the_longest_names_make_a_link_that_is_read(now: datetime) -> None:
    """Eighty characters of a name and the longest address there is (RFC 5321: 254), in any script."""
    place = Place("文" * 80, f"{'a' * 64}@{'b' * 180}.example")
    link = unsubscribe_link(PAGES, SECRET)(place.recipient, place.subscription)
    assert place_left(SECRET, token_of(link), now) == place
    assert len(link) < 900, "what a header takes in one line"
