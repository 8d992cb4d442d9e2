"""What a story carries besides its change: lines from elsewhere in the archive, under a heading of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerts.money import figures_for
from alerts.releases import explanation_of
from monitor.types import Alert
from storage import Archive

MONEY: Final = "Federal money"
EXPLAINED: Final = "Explained by"


@dataclass(frozen=True, slots=True)
class Aside:
    """One line: what it is about, and what is to be said of it."""

    heading: str
    label: str
    sentence: str


def asides_for(alert: Alert, archive: Archive) -> Mapping[int, tuple[Aside, ...]]:
    """The lines that an alert's changes carry, by the change's id. Changes without one are left out."""
    money = figures_for(alert, archive)
    found: dict[int, tuple[Aside, ...]] = {}
    for stored in alert.changes:
        release = explanation_of(stored.change, archive)
        explained = [Aside(EXPLAINED, release.publisher, release.sentence)] if release is not None else []
        figures = [Aside(MONEY, figure.jurisdiction, figure.sentence) for figure in money.get(stored.id, ())]
        if explained or figures:
            found[stored.id] = (*explained, *figures)
    return found
