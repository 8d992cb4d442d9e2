"""A News API source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, field_validator

from scrapers import parameters
from scrapers.sources import duration

Pages = Annotated[int, Field(ge=1, le=10_000)]


class Parameters(parameters.Parameters):
    """What a stanza may say, besides what every spider takes. A page holds 50 releases and takes a second."""

    first_pages: Pages = 2
    """Read at the first poll, as what was there before anybody watched."""
    pages_at_most: Pages = 40
    """Of one walk in one poll; where more has changed the next polls go on, so that no poll holds up the others."""
    checked_days: Annotated[int, Field(ge=1, le=3650)] = 60
    """How far back the daily check looks for withdrawn releases."""
    asked_at_most: Annotated[int, Field(ge=0, le=10_000)] = 100
    """Releases missing from the lists that are asked for one by one in one poll."""
    feed: str = ""
    """A feed of the newest, such as https://www.justice.gov/news/rss?type=press_release, looked at before the API at
    every poll. What the API does not show is told from it, and not again once the API has it."""
    walk_every: timedelta | None = None
    """With a feed: how seldom the API is asked, such as "1h", while the feed is seen and shows nothing that the archive
    does not know. An item that it does not know has the API asked in the same run; a feed that cannot be seen, too.
    Without it the API is asked at every poll."""
    optional: bool = False
    """Whether the resource may be missing: then "not there" is no fault until it has been seen once."""

    @field_validator("walk_every", mode="before")
    @classmethod
    def _duration(cls, value: Any) -> Any:
        return duration(value) if isinstance(value, str) else value
