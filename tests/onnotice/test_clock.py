"""The time of looks goes forward, whatever the machine's clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import ConfigurationError
from onnotice.clock import SteadyClock

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A clock that can be set, and seconds that cannot."""

    def __init__(self) -> None:
        self.now, self.seconds = NOON, 0.0

    def passes(self, span: timedelta) -> None:
        self.now += span
        self.seconds += span.total_seconds()

    def clock(self, newest: datetime | None = None) -> SteadyClock:
        return SteadyClock(newest, system=lambda: self.now, elapsed=lambda: self.seconds)


def test_it_follows_the_machine() -> None:
    """To the second, over a suspend of a night, and over a jump ahead."""
    machine = Machine()
    clock = machine.clock(NOON - HOUR)
    assert clock() == NOON
    machine.passes(HOUR / 4)
    assert clock() == NOON + HOUR / 4
    machine.now += 9 * HOUR
    assert (clock(), clock.ahead) == (NOON + 9.25 * HOUR, timedelta())


def test_set_back_an_hour_it_goes_on_at_half_its_pace_until_both_agree() -> None:
    """Never backward, never standing still, and after two hours as if nothing had been."""
    machine = Machine()
    clock = machine.clock()
    before = clock()
    machine.now -= HOUR
    shown = []
    for _ in range(12):
        machine.passes(HOUR / 4)
        shown.append(clock())
    assert all(later > earlier for earlier, later in zip([before, *shown], shown, strict=False))
    assert shown[0] == NOON + HOUR / 8
    assert shown[7] == machine.now - HOUR == NOON + HOUR
    assert shown[-1] == machine.now
    assert clock.ahead == timedelta()


def test_a_restart_begins_after_what_is_on_record() -> None:
    """A process that starts while the clock is behind dates nothing before the newest look."""
    machine = Machine()
    assert machine.clock(NOON + HOUR)() >= NOON + HOUR


def test_a_clock_that_cannot_be_right_is_refused() -> None:
    """A battery that is empty says 1970: one sentence, and nothing is dated so; set right, it goes on."""
    machine = Machine()
    clock = machine.clock(NOON)
    machine.now = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    with pytest.raises(ConfigurationError, match="says 1970-01-01 00:01 UTC, and the archive was written to at 2026"):
        clock()
    machine.now = NOON + HOUR
    assert clock() == NOON + HOUR
