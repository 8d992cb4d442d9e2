"""What every council's stanza may say under `[source.parameters]`, whatever its platform."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from scrapers.meetings import LocalHabits
from scrapers.parameters import Parameters

Phrase = Annotated[str, StringConstraints(min_length=3)]
Days = Annotated[int, Field(ge=0, le=3650)]


class CouncilParameters(Parameters):
    """The common part; a platform's own parameters derive from it. Days count from the council's local day."""

    days_back: Days = 30
    days_ahead: Days = 730
    """The calendar that is listed. Two years ahead, because nobody publishes further: in a narrower window old
    entries would come into sight day by day at its far end and look new."""
    near_back: Days = 7
    near_ahead: Days = 45
    """Meetings whose agenda is read at every run: attachments come and go without the meeting's version moving."""
    cancelled: tuple[Phrase, ...] = ()
    postponed: tuple[Phrase, ...] = ()
    """Phrases by which this office says that a meeting is off; see `scrapers.meetings`."""

    @property
    def habits(self) -> LocalHabits:
        """The phrases, as the rules of `scrapers.meetings` take them."""
        return LocalHabits(self.cancelled, self.postponed)
