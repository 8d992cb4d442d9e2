"""A CivicPlus source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from scrapers.council.parameters import CouncilParameters


class Parameters(CouncilParameters):
    """What a stanza may say, besides what every council's may."""

    delay: float = 7.0
    """Seconds between requests. The vendor's terms forbid a rate above a human's, and its walls take offence sooner."""
