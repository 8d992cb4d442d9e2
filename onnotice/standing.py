"""How the sources fare at a glance: which of them a person should see first, and all of them in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alerts.wording import counted
from monitor.types import Health

if TYPE_CHECKING:
    from storage.rows import SourceStatus

_OTHERWISE = (Health.SEEN, Health.NEW)
"""What the totals have words of their own for."""


def urgency(status: SourceStatus) -> int:
    """What is not well first, what nobody watches any more last."""
    if not status.active:
        return 4
    return 0 if status.health.blind else {Health.SILENT: 1, Health.NEW: 2}.get(status.health, 3)


def totals(active: Sequence[SourceStatus]) -> str:
    """ "18 of 20 sources are seen, 1 blocked, 1 never looked at." """
    counts = Counter(status.health for status in active)
    said = [f"{counts[Health.SEEN]:,} of {counted(len(active), 'source is', 'sources are')} seen"]
    said += [f"{counts[health]:,} {health.value}" for health in Health if counts[health] and health not in _OTHERWISE]
    said += [f"{counts[Health.NEW]:,} never looked at"] if counts[Health.NEW] else []
    return ", ".join(said) + "."
