"""A CivicClerk source's own settings, the `[source.parameters]` of its stanza."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import field_validator

from scrapers.council.parameters import CouncilParameters


class Parameters(CouncilParameters):
    """What a stanza may say, besides what every council's may."""

    api: str = ""
    """Where the tenant's API lies, "https://NAME.api.civicclerk.com", if that cannot be told from the portal's name."""
    categories: tuple[int, ...] = ()
    """Numbers of the bodies that are listed, as `/v1/EventCategories` of the API has them; empty for all."""
    publishes_late: bool = False
    """Whether clerks take meetings off the portal and put them back while they prepare them: one that is no longer
    listed then says nothing."""

    @field_validator("api")
    @classmethod
    def _api(cls, value: str) -> str:
        try:
            usable = not value or (urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).hostname))
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("is no http or https address; write it in full, https:// included")
        return value
