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

KINDS = {"press_releases": "press_release", "blog_entries": "blog_entry", "speeches": "speech"}
"""Kinds of records by resource. Speeches were there and are documented no more (2025-12-18): they may be gone."""

_RESOURCE = re.compile(rf"/(?P<resource>{'|'.join(KINDS)})(?:/(?P<uuid>[\w-]{{1,100}}))?(?:\.json)?/?$", re.ASCII)


def kind_in(url: str) -> str:
    """What kind of records an address gives; empty where it is no resource of the API."""
    match = _RESOURCE.search(urlsplit(url).path)
    return KINDS[match["resource"]] if match else ""


def release_in(url: str) -> str:
    """The uuid that an address asks for; empty for the list."""
    match = _RESOURCE.search(urlsplit(url).path)
    return (match["uuid"] or "").lower() if match else ""


def asks_for_all(url: str) -> bool:
    """Whether an answer holds every field that is compared: `fields` names them all, or is not there."""
    asked = parse_qs(urlsplit(url).query).get("fields")
    return not asked or set(COMPARED_FIELDS) <= set(",".join(asked).replace(" ", "").split(","))


def list_url(endpoint: str, order: str, direction: str, page: int, fields: Sequence[str] = ALL_FIELDS) -> str:
    """One page of the list, the same address at every poll. `order` is "changed" or "created".

    Of the other resources all fields come: theirs are not all documented, and one that is not known is not asked for.
    """
    named = f"fields={','.join(fields)}&" if fields != ALL_FIELDS or kind_in(endpoint) == "press_release" else ""
    return f"{_bare(endpoint)}?{named}sort={order}&direction={direction}&pagesize={PAGE_SIZE}&page={page}"


def release_url(endpoint: str, uuid: str) -> str:
    """One release with all its fields."""
    return f"{_bare(endpoint).removesuffix('.json')}/{uuid}.json"


def _bare(endpoint: str) -> str:
    return endpoint.partition("#")[0].partition("?")[0].rstrip("/")
