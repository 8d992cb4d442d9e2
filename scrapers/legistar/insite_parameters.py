"""The settings of a source that reads Legistar's web calendar, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from scrapers.council.parameters import CouncilParameters


class Parameters(CouncilParameters):
    """What a stanza may say, besides what every council's may."""

    whole_years: bool = True
    """Whether the calendar's form is sent for each year of the window; false where a site shows this month whatever it
    is asked for. The next month is asked for then."""
