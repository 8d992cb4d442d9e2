"""The time of looks: the system's, as long as it goes forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.errors import ConfigurationError

FARTHEST_BEHIND = timedelta(days=1)
"""A clock that is farther behind than any time zone could put it is wrong, and nobody can say by how much."""


class SteadyClock:
    """Follows the system's clock, and never runs backward: a look is dated after the looks that were there before it.

    Where the system's clock has been set back, time goes on at half its pace until the two agree again. So everything
    that is due comes, its order stands, and no date is farther off than the clock was set back.
    """

    def __init__(
        self,
        newest: datetime | None = None,
        *,
        system: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """`newest` is the last moment on record, `system` the machine's clock, `elapsed` seconds that only go on."""
        self._system, self._elapsed = system, elapsed
        self._latest, self._at = newest or system(), elapsed()

    def __call__(self) -> datetime:
        """Now. Raises ConfigurationError when the system's clock is more than a day behind what is on record."""
        system, at = self._system(), self._elapsed()
        if self._latest - system > FARTHEST_BEHIND:
            raise ConfigurationError(
                f"The clock of this machine says {system:%Y-%m-%d %H:%M} UTC, and the archive was written to at"
                f" {self._latest:%Y-%m-%d %H:%M} UTC; set the clock right, nothing is looked at until then."
            )
        self._latest = max(system, self._latest + timedelta(seconds=(at - self._at) / 2))
        self._at = at
        return self._latest

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the system's clock; nothing unless that was set back."""
        return max(self._latest - self._system(), timedelta())
