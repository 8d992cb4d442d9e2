"""Which releases are read again in a daily round: the recent ones, and of the older ones the next in turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.types import Record


@dataclass(frozen=True, slots=True)
class Round:
    """Addresses in the order in which they are asked for, and where the next round goes on."""

    urls: tuple[str, ...]
    last: str
    """The oldest that was reached, as `_place` writes it; empty where the next round begins with the newest."""


def since(records: Iterable[Record], day: date) -> tuple[str, ...]:
    """Addresses of the releases of that day and later, the newest first."""
    return tuple(record.url for record in _newest_first(records) if record.about >= day.isoformat())


def daily_round(records: Iterable[Record], today: date, watched_days: int, at_most: int, last: str) -> Round:
    """The releases of `watched_days`, then older ones from `last` on; `at_most` in all.

    Neighbours stay together: an agency archives releases by age, and what is found in one round is one story.
    """
    ordered = _newest_first(records)
    floor = (today - timedelta(days=watched_days)).isoformat()
    recent = [record for record in ordered if record.about >= floor][:at_most]
    older = [record for record in ordered if record.about < floor]
    left = at_most - len(recent)
    following = [record for record in older if not last or _place(record) < last]
    turn = following[:left]
    reached = _place(turn[-1]) if turn and len(following) > len(turn) else ""
    if not left:
        reached = last
    return Round(tuple(record.url for record in (*recent, *turn)), reached)


def _newest_first(records: Iterable[Record]) -> list[Record]:
    return sorted((record for record in records if record.url), key=_place, reverse=True)


def _place(record: Record) -> str:
    """Sorts by date, then by node, whose numbers grow."""
    return f"{record.about}/{record.key:0>12}"
