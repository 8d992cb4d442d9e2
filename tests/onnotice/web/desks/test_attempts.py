"""Counting attempts: over a sliding stretch of time, a household as one, in bounded memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from onnotice.web import attempts
from onnotice.web.attempts import Attempts, Limit, TooManyAttempts, network_of

NOW = datetime(2017, 4, 13, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_so_many_within_so_long_and_each_for_itself() -> None:
    """The wait ends when the oldest of them is old enough; a refused attempt does not make it longer."""
    counted = Attempts(Limit(2, 10 * MINUTE))
    assert not counted.take("a", NOW)
    assert not counted.take("a", NOW + MINUTE)
    for _ in range(3):
        assert counted.take("a", NOW + 2 * MINUTE) == 8 * MINUTE
    assert not counted.take("b", NOW + 2 * MINUTE)
    assert not counted.take("a", NOW + 10 * MINUTE)
    assert counted.take("a", NOW + 10 * MINUTE) == MINUTE
    counted.forgive("a")
    assert not counted.take("a", NOW + 10 * MINUTE)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not been seen for longest is forgotten."""
    monkeypatch.setattr(attempts, "_MOST_KEYS", 10)
    counted = Attempts(Limit(1, MINUTE))
    for number in range(1_000):
        counted.take(str(number), NOW)
    assert len(counted._made) == 10
    assert counted.take("999", NOW)
    assert not counted.take("0", NOW)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("nonsense", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_household_counts_as_one(address: str, network: str) -> None:
    """An IPv6 customer has eighteen quintillion addresses."""
    assert network_of(address) == network


@pytest.mark.parametrize(("seconds", "said"), [(1, "in a minute"), (60, "in a minute"), (900, "in 15 minutes")])
def test_the_wait_is_said_in_minutes(seconds: int, said: str) -> None:
    """And in seconds for programs."""
    too_many = TooManyAttempts(timedelta(seconds=seconds))
    assert str(too_many) == f"Too many attempts; try again {said}."
    assert too_many.seconds == seconds
