"""What a subscription would have sent over the archive, as far as there is time to find out while somebody waits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from monitor.types import Subscription
from onnotice.backtest import Sent, backtest

_MOST_MAILS: Final = 200
_SECONDS: Final = 10.0

_ANYBODY: Final = "recipient@example.invalid"
"""All recipients would be sent the same."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What one recipient would have been sent, oldest first."""

    mails: tuple[Sent, ...]
    whole: bool
    """Whether the whole archive was gone through; else there may have been more behind the last mail."""


class _Enough(Exception):
    """Raised when it has been going on for long enough."""


def rehearse(path: Path, subscription: Subscription) -> Rehearsed:
    """Rehearse a subscription over the whole archive, for at most ten seconds or two hundred mails."""
    mails: list[Sent] = []
    end = time.monotonic() + _SECONDS

    def progress(_label: str, _done: int, _total: int) -> None:
        if len(mails) >= _MOST_MAILS or time.monotonic() > end:
            raise _Enough

    try:
        asyncio.run(backtest(path, [replace(subscription, recipients=(_ANYBODY,))], None, mails.append, progress))
    except _Enough:
        return Rehearsed(tuple(mails[:_MOST_MAILS]), whole=False)
    return Rehearsed(tuple(mails), whole=True)
