"""Addresses of the Justice Department's News API: a page of a sorted list, and one release.

The department's page on its API (justice.gov/developer/api-documentation/api_v1): `sort`, `direction`, `page` from 0,
`pagesize` up to 50 and silently clamped to it, `fields`. Without `sort` a list begins with its oldest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

PAGE_SIZE = 50
"""Releases a page: the most that the API gives."""

COMPARED_FIELDS = ("title", "date", "url", "body", "component", "topic", "number", "attachment")
"""What a release's facts are made of: an answer to a request without one of them says nothing about the release."""
ALL_FIELDS = ("uuid", *COMPARED_FIELDS, "created", "changed", "teaser", "image")
CENSUS_FIELDS = ("uuid", "created")
"""Enough to see which releases are there."""

_RESOURCE = re.compile(r"/press_releases(?:/(?P<uuid>[\w-]{1,100}))?(?:\.json)?/?$", re.ASCII)


def is_releases_url(url: str) -> bool:
    """Whether it is the list of press releases, or one of them."""
    return _RESOURCE.search(urlsplit(url).path) is not None


def release_in(url: str) -> str:
    """The uuid that an address asks for; empty for the list."""
    match = _RESOURCE.search(urlsplit(url).path)
    return (match["uuid"] or "").lower() if match else ""


def asks_for_all(url: str) -> bool:
    """Whether an answer holds every field that is compared: `fields` names them all, or is not there."""
    asked = parse_qs(urlsplit(url).query).get("fields")
    return not asked or set(COMPARED_FIELDS) <= set(",".join(asked).replace(" ", "").split(","))


def list_url(endpoint: str, order: str, direction: str, page: int, fields: Sequence[str] = ALL_FIELDS) -> str:
    """One page of the list, the same address at every poll. `order` is "changed" or "created"."""
    return (
        f"{_bare(endpoint)}?fields={','.join(fields)}&sort={order}&direction={direction}"
        f"&pagesize={PAGE_SIZE}&page={page}"
    )


def release_url(endpoint: str, uuid: str) -> str:
    """One release with all its fields."""
    return f"{_bare(endpoint).removesuffix('.json')}/{uuid}.json"


def _bare(endpoint: str) -> str:
    return endpoint.partition("#")[0].partition("?")[0].rstrip("/")
