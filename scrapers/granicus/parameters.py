"""A Granicus source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scrapers.council.parameters import CouncilParameters


class Parameters(CouncilParameters):
    """What a stanza may say, besides what every council's may. Of the past, `days_back` days are read: a view may list
    twenty years."""

    archives: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Further views of the same site that list past meetings alone, by their number (`view_id`)."""
    agendas: bool = True
    """Whether the agendas of near meetings are read until they are held, and not only listed."""
