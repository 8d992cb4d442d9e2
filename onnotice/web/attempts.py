"""How often somebody may try something: counted over a sliding stretch of time, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

_MOST_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so long."""

    most: int
    within: timedelta


class TooManyAttempts(Exception):
    """Raised where somebody must wait before another attempt; its message is a sentence for them. Status 429."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, round(wait / timedelta(minutes=1)))
        super().__init__(f"Too many attempts; try again in {'a minute' if minutes == 1 else f'{minutes} minutes'}.")
        self.seconds = round(wait.total_seconds())


class Attempts:
    """Attempts of one kind by whoever makes them. Used from any thread."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._made: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._counting = Lock()

    def take(self, key: str, now: datetime) -> timedelta:
        """Make an attempt: nothing where it may be made, else how long to wait, and it does not count.

        Whoever has not been seen for longest is forgotten when there are too many.
        """
        with self._counting:
            made = self._made.setdefault(key, deque(maxlen=self._limit.most))
            self._made.move_to_end(key)
            if len(self._made) > _MOST_KEYS:
                self._made.popitem(last=False)
            if len(made) == self._limit.most and (wait := made[0] + self._limit.within - now) > timedelta():
                return wait
            made.append(now)
            return timedelta()

    def forgive(self, key: str) -> None:
        """Forget the attempts of this one: the last was right."""
        with self._counting:
            self._made.pop(key, None)


def network_of(address: str) -> str:
    """What is counted as one: an IPv4 address, and of an IPv6 address the /64 that one household has to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
