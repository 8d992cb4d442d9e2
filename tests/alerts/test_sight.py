"""The line of a digest about the sources at large: what is seen, what is not, and since when, in a few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.sight import sight
from monitor.types import Health, Source, Subscription
from storage.rows import SourceStatus

NOW = datetime(2017, 3, 31, 13, 0, tzinfo=UTC)
"""A Friday."""
DESK = Subscription(name="desk", recipients=("desk@example.org",), timezone="America/Denver")


def source(
    number: int, health: Health = Health.SEEN, *, days: float = 20, blind: float | None = None, active: bool = True
) -> SourceStatus:
    """A source that has been in this health for so many days, and blind for so many."""
    return SourceStatus(
        source=Source(f"source_{number}", f"Source {number}", "https://example.gov/"),
        active=active,
        health=health,
        health_since=None if health is Health.NEW else NOW - timedelta(days=days),
        baseline_at=None,
        last_run_at=NOW,
        last_success_at=None,
        last_news_at=None,
        next_due_at=None,
        message="",
        blind_since=None if blind is None else NOW - timedelta(days=blind),
    )


def test_all_is_well() -> None:
    """The heartbeat: nothing but how many."""
    assert sight([source(number) for number in range(18)], DESK, NOW) == "18 sources seen."
    assert sight([source(1)], DESK, NOW) == "1 source seen."


def test_one_is_blocked_since_a_day() -> None:
    """Its name, and since when nobody saw it, whatever the reason was then."""
    seen = [source(number) for number in range(18)]
    blocked = source(18, Health.BLOCKED, days=1, blind=3)
    assert sight([*seen, blocked], DESK, NOW) == "18 sources seen, 1 blocked since Tuesday (Source 18)."


def test_several_states_in_the_order_of_their_weight() -> None:
    """Blocked, unreadable, gone, unreachable, silent, never looked at."""
    statuses = [
        source(1),
        source(2, Health.NEW),
        source(3, Health.SILENT, days=8),
        source(4, Health.UNREACHABLE, days=0.2),
        source(5, Health.MOVED, days=100),
        source(6, Health.BROKEN, days=1),
    ]
    assert sight(statuses, DESK, NOW) == (
        "1 source seen, 1 unreadable since Thursday (Source 6), 1 gone from its address since December 21, 2016"
        " (Source 5), 1 unreachable since today (Source 4), 1 unusually silent since March 23 (Source 3),"
        " 1 not looked at yet."
    )


def test_many_in_one_state_are_counted() -> None:
    """The first of them says since when; three have names."""
    blocked = [source(number, Health.BLOCKED, days=number) for number in range(1, 6)]
    assert sight(blocked, DESK, NOW) == (
        "0 sources seen, 5 blocked, the first since Sunday (Source 1; Source 2; Source 3 and 2 more)."
    )


def test_a_subscription_s_own_sources_are_its_business() -> None:
    """One that names sources hears of those; what is no longer watched is nobody's."""
    desk = Subscription(name="desk", recipients=("a@example.org",), sources=("source_1",))
    statuses = [source(1), source(2, Health.BLOCKED), source(3, Health.BLOCKED, active=False)]
    assert sight(statuses, desk, NOW) == "1 source seen."
    assert sight(statuses[2:], DESK, NOW) == ""


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", "Friday"), ("America/Denver", "Thursday"), ("Nowhere/Land", "Friday")]
)
def test_days_are_the_reader_s(zone: str, day: str) -> None:
    """Two in the morning in London is an evening in Denver."""
    now = datetime(2017, 4, 2, 18, 0, tzinfo=UTC)
    since = (now - datetime(2017, 3, 31, 2, 0, tzinfo=UTC)) / timedelta(days=1)
    status = source(1, Health.BLOCKED, days=since - (now - NOW) / timedelta(days=1))
    desk = Subscription(name="desk", recipients=("a@example.org",), timezone=zone)
    assert f"since {day} " in sight([status], desk, now)
