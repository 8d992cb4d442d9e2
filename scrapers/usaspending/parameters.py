"""A USAspending source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from scrapers import parameters

EARLIEST = date(2007, 10, 1)
"""The search begins with fiscal year 2008 (its contract, `TimePeriodObject`)."""


class Parameters(parameters.Parameters):
    """What a stanza may say, besides what every spider takes. Each seat, programme and type is a request of its own."""

    seats: tuple[Annotated[str, Field(pattern=r"^[^,/]{1,80}, [A-Z]{2}$")], ...] = ()
    """Cities in which recipients are seated, "Denver, CO"; empty for those of every government in the shipped table."""
    programs: tuple[Annotated[str, Field(pattern=r"^\d{2}\.\d{3}$")], ...] = ("16.738", "16.606", "16.710")
    """Assistance listings: Byrne JAG, SCAAP and COPS."""
    types: tuple[Literal["grants", "payments"], ...] = ("grants", "payments")
    """Grants (award types 02-05), direct payments (06 and 10): a search takes one sort at a time."""
    agency: str = "Department of Justice"
    """The department that awards."""
    since: date = EARLIEST
    """First day of the awards' transactions; the search knows none before October 1, 2007."""
    pages_at_most: Annotated[int, Field(ge=1, le=100)] = 20
    """Of one question, a hundred awards each."""

    @field_validator("since")
    @classmethod
    def _since(cls, value: date) -> date:
        if value < EARLIEST:
            raise ValueError("the search knows no award before 2007-10-01; write that day or a later one")
        return value
