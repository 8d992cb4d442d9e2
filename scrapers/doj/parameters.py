"""A News API source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from monitor.errors import ConfigurationError
from monitor.types import Source

Pages = Annotated[int, Field(ge=1, le=10_000)]


class Parameters(BaseModel):
    """What a stanza may say. A page holds 50 releases and takes a second."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_pages: Pages = 2
    """Read at the first poll, as what was there before anybody watched."""
    pages_at_most: Pages = 40
    """Of one walk in one poll; where more has changed the next polls go on, so that no poll holds up the others."""
    checked_days: Annotated[int, Field(ge=1, le=3650)] = 60
    """How far back the daily check looks for withdrawn releases."""
    asked_at_most: Annotated[int, Field(ge=0, le=10_000)] = 100
    """Releases missing from the lists that are asked for one by one in one poll."""
    delay: float = 0.0
    robots: bool = False

    @classmethod
    def of(cls, source: Source) -> Parameters:
        """A source's parameters. Raises ConfigurationError: one sentence that names what is wrong."""
        try:
            return cls.model_validate(dict(source.parameters))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in problem["loc"])
            raise ConfigurationError(
                f"{source.slug}: parameters.{name} cannot be used ({problem['msg'].lower()}); correct it in its stanza."
            ) from error
