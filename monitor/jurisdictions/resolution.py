"""What a printed name came to: one government, several that it may be, or none, always with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.jurisdictions.gazetteer import Jurisdiction


class Outcome(StrEnum):
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    UNRESOLVED = "unresolved"


class How(StrEnum):
    """What of the table a resolved name met."""

    OFFICIAL = "official name"
    SHORT = "short name"
    """The official name without its kind, where it is nobody else's."""
    ALIAS = "alias"
    AGENCY = "agency"
    LARGE_CITY = "large city"
    """A bare name that a county has too, and a city of 50,000 or more: likely, not certain."""
    GIVEN = "given"
    """Whoever read the list had resolved it."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """`geoid`, `name`, `kind` and `state` are empty unless the outcome is RESOLVED.

    `candidates` are what it may be: of an ambiguous name all, of a likely one those that were passed over, of an
    unresolved one what it would be if it were printed otherwise.
    """

    outcome: Outcome
    reason: str
    """One sentence for people."""
    geoid: str = ""
    name: str = ""
    """The Census Bureau's: "Denver city"."""
    kind: str = ""
    """ "state", "county", "place" or "county subdivision"."""
    state: str = ""
    """Postal abbreviation."""
    how: How | None = None
    former: bool = False
    """Of a county or code that is no more: Connecticut's counties, which lists still name."""
    same_area: tuple[str, ...] = ()
    """GEOIDs of the same ground as another kind: Denver is a city and a county."""
    candidates: tuple[Jurisdiction, ...] = ()

    @property
    def confidence(self) -> str:
        """ "certain", "likely", or empty where there is no answer."""
        if self.outcome is not Outcome.RESOLVED:
            return ""
        return "likely" if self.how is How.LARGE_CITY else "certain"
