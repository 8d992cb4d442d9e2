"""Recipients: one person under several spellings."""

from __future__ import annotations

import pytest

from monitor.mailboxes import mailbox


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
