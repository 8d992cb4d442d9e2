"""An eSCRIBE source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from scrapers.council.parameters import CouncilParameters, Phrase


class Parameters(CouncilParameters):
    """What a stanza may say, besides what every council's may."""

    rehearsals: tuple[Phrase, ...] = ("test meeting",)
    """Phrases in the names of meetings that clerks put up to try things out: they stay in the evidence, and are no
    meetings."""
