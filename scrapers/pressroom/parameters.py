"""A press room's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scrapers import parameters

Pages = Annotated[int, Field(ge=1, le=1_000)]


class Parameters(parameters.Parameters):
    """What a stanza may say, besides what every spider takes. A page of the list holds about 25 releases."""

    first_pages: Pages = 1
    """Pages of the list that are read at the first poll, as what was there before anybody watched."""
    pages_at_most: Pages = 4
    """Pages that one poll goes back through where more is new; the next poll goes on from there."""
    looked_at_again: Annotated[int, Field(ge=0, le=1_000)] = 10
    """Known releases, the newest of the list, that are looked at again at every poll for corrections."""
