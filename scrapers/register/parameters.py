"""A Federal Register source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from scrapers import parameters

Agency = Annotated[str, Field(pattern=r"^[a-z0-9-]{2,200}$")]
Term = Annotated[str, Field(min_length=1, max_length=300)]
Days = Annotated[int, Field(ge=1, le=3650)]


class Parameters(parameters.Parameters):
    """What a stanza may say, besides what every spider takes. Agencies, terms and types narrow the search together."""

    agencies: tuple[Agency, ...] = ()
    """Agencies of which one must have published a document, as the Register spells them in addresses; empty for any."""
    terms: tuple[Term, ...] = ()
    """Words or quoted phrases, each searched for by itself; empty for every document of the agencies."""
    types: tuple[Literal["RULE", "PRORULE", "NOTICE", "PRESDOCU"], ...] = ()
    """Kinds of document: final rule, proposed rule, notice, presidential document; empty for all four."""
    days: Days = 30
    """Days of publication that are searched at every poll, up to today."""
    wide_days: Days = 365
    """Days of publication that are searched at the first poll and then once a day: corrections come late."""
    begins: date = date(1994, 1, 3)
    """Where a backfill begins; the Register's data reach back to 1994."""
