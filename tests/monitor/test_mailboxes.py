"""Recipients: one person under several spellings, and what of an address strangers see."""

from __future__ import annotations

import pytest

from monitor.mailboxes import mailbox, masked


@pytest.mark.parametrize(
    "written",
    ["ana@example.org", "ANA@Example.ORG", " ana@example.org ", "Ana <Ana@example.org>", "<ana@example.org>"],
)
def test_all_spellings_of_an_address_are_one_mailbox(written: str) -> None:
    """Names, capitals and brackets aside."""
    assert mailbox(written) == "ana@example.org"


def test_what_is_no_address_stays_what_it_is() -> None:
    """A chat service's address is case-sensitive, and nonsense is at least the same nonsense."""
    assert mailbox("slack://Token/ABC") == "slack://Token/ABC"
    assert mailbox("nonsense") == "nonsense"


def test_a_stranger_sees_too_little_to_write_to() -> None:
    """The first letter and the domain; of a chat service nothing but which it is."""
    assert masked("Ana <ana@example.org>") == "a…@example.org"
    assert masked("slack://secret/token") == "slack://…"
    assert "secret" not in masked("x" * 50 + "secret://" + "secret")
