"""Signed tokens: believed as they were made, for what they were made, for as long as they were made."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnotice.signing import BadToken, read, signed

SECRET = b"0" * 64
ALPHABET = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
FACTS = {"s": "Räte & Listen", "r": "ana@example.org"}


def test_what_was_signed_is_read_again(now: datetime) -> None:
    """Whatever it carries, and it may stand in a path."""
    token = signed(SECRET, "test", FACTS)
    assert read(SECRET, "test", token, now) == FACTS
    assert not set(token) - ALPHABET - {"."}


def test_another_purpose_or_secret_is_not_believed(now: datetime) -> None:
    """A session is no link, and a link of another home is none of ours."""
    token = signed(SECRET, "test", FACTS)
    for secret, purpose in ((SECRET, "other"), (b"1" * 64, "test")):
        with pytest.raises(BadToken):
            read(secret, purpose, token, now)


def test_a_time_limit_is_kept_to_the_second(now: datetime) -> None:
    """And said to be what is wrong, which a token that was tampered with never is."""
    token = signed(SECRET, "test", FACTS, now + timedelta(seconds=1))
    assert read(SECRET, "test", token, now) == FACTS
    with pytest.raises(BadToken) as late:
        read(SECRET, "test", token, now + timedelta(seconds=1))
    assert late.value.expired
    with pytest.raises(BadToken) as tampered:
        read(SECRET, "test", token[:-4] + "AAAA", now + timedelta(days=1))
    assert not tampered.value.expired


def test_every_changed_character_is_noticed(now: datetime) -> None:
    """Also one that decodes to the same bytes: a token has one spelling."""
    token = signed(SECRET, "test", FACTS)
    ends = {token.index(".") - 1, len(token) - 1}
    for index, character in enumerate(token):
        for other in (ALPHABET if index in ends else {"A", "B", "-", ".", "="}) - {character}:
            with pytest.raises(BadToken):
                read(SECRET, "test", token[:index] + other + token[index + 1 :], now)


@given(st.text(max_size=200))
def test_anything_else_is_refused_and_nothing_breaks(text: str) -> None:
    """Whatever a stranger types, bytes that are no base64 and characters that are no ASCII included."""
    with pytest.raises(BadToken):
        read(SECRET, "test", text, datetime.fromisoformat("2017-03-20T14:00Z"))


def test_a_huge_token_is_not_looked_at(now: datetime) -> None:
    """However well it may be signed."""
    with pytest.raises(BadToken):
        read(SECRET, "test", signed(SECRET, "test", {"s": "x" * 5_000}), now)
