"""What every council's stanza may say under `[source.parameters]`, whatever its platform."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from monitor.errors import ConfigurationError
from monitor.types import Source
from scrapers.meetings import LocalHabits

Phrase = Annotated[str, StringConstraints(min_length=3)]
Days = Annotated[int, Field(ge=0, le=3650)]


class CouncilParameters(BaseModel):
    """The common part; a platform's own parameters derive from it. Days count from the council's local day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
    delay: float = 0.0
    robots: bool = False

    @property
    def habits(self) -> LocalHabits:
        """The phrases, as the rules of `scrapers.meetings` take them."""
        return LocalHabits(self.cancelled, self.postponed)

    @classmethod
    def of(cls, source: Source) -> Self:
        """A source's parameters. Raises ConfigurationError: one sentence that names what is wrong."""
        try:
            return cls.model_validate(dict(source.parameters))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in problem["loc"])
            raise ConfigurationError(
                f"{source.slug}: parameters.{name} cannot be used ({problem['msg'].lower()}); correct it in its stanza."
            ) from error
