"""A newsroom source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from scrapers import parameters

Pages = Annotated[int, Field(ge=1, le=1_000)]
Days = Annotated[int, Field(ge=0, le=3_650)]


class Parameters(parameters.Parameters):
    """What a stanza may say, besides what every spider takes. A page of the list takes a second, and so does a
    release."""

    feed: str = ""
    """A feed of the newsroom that is looked at as well, such as "https://www.ice.gov/rss/news/356"; a run without it is
    complete all the same."""
    first_pages: Pages = 3
    """Of the list, read at the first poll, as what was there before anybody watched."""
    pages_at_most: Pages = 20
    """Of the list, read in one poll; where more is new the next poll goes on."""
    overlap_pages: Annotated[int, Field(ge=0, le=100)] = 1
    """Pages without anything new that are read beyond the first such page, before the rest is taken for known."""
    deep_pages: Pages = 10
    """Of the list, read once a day whatever is known: a release may be put in under an earlier date."""
    near_days: Days = 2
    """Releases of so many days are looked at again at every poll: that is when most corrections come."""
    watched_days: Days = 30
    """Releases of so many days are looked at again once a day."""
    reread_at_most: Annotated[int, Field(ge=0, le=10_000)] = 300
    """Releases looked at again in the daily round; what those of `watched_days` leave of it goes to older ones in
    turn, from newest to oldest."""

    @field_validator("feed")
    @classmethod
    def _feed(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("write the feed's whole address, https:// included")
        return value
