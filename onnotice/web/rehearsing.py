"""What a subscription would have sent over the archive, as far as there is time to find out while somebody waits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import datetime
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
    until: datetime | None
    """The newest mail, where there would have been more that are not looked for; else None."""


class _Enough(Exception):
    """Raised when it has been going on for long enough."""


def rehearse(path: Path, subscription: Subscription) -> Rehearsed:
    """Rehearse a subscription over the whole archive, for at most ten seconds or two hundred mails."""
    mails: list[Sent] = []
    end = time.monotonic() + _SECONDS

    def told(sent: Sent) -> None:
        mails.append(sent)
        if len(mails) == _MOST_MAILS:
            raise _Enough

    def progress(_label: str, _done: int, _total: int) -> None:
        if time.monotonic() > end:
            raise _Enough

    try:
        asyncio.run(backtest(path, [replace(subscription, recipients=(_ANYBODY,))], None, told, progress))
    except _Enough:
        return Rehearsed(tuple(mails), mails[-1].at if mails else None)
    return Rehearsed(tuple(mails), None)
