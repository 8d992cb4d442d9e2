"""A CivicWeb source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from scrapers.council.parameters import CouncilParameters


class Parameters(CouncilParameters):
    """What every council's stanza may say; the platform needs no more."""
