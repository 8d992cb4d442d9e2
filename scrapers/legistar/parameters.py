"""A Legistar source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from scrapers.council.parameters import CouncilParameters


class Parameters(CouncilParameters):
    """What a stanza may say, besides what every council's may."""

    client: str = ""
    """The council's name in the API, "denver"; only compared with the one in the source's URL."""
    token_env: str = ""
    """Environment variable that holds the token, for councils that ask for one (New York)."""
