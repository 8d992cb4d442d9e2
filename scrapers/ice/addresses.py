"""Addresses of ICE's newsroom: pages of its list, and what of its links is a release."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.url import host_of

_RELEASE = re.compile(r"/(?:news/(?:releases|statements)/[^/]+|node/\d+)/?")
"""Spanish pages (/es/news/...) are features of another shape, and their releases stand in English too."""
_PAGE = re.compile(r"(?:^|&)page=(\d{1,6})(?:&|$)")


def is_release_url(url: str) -> bool:
    """Whether a page's address is that of one release: under /news/releases/ or /news/statements/, or a node's own."""
    return _RELEASE.fullmatch(urlsplit(url).path) is not None


def is_on(url: str, site: str) -> bool:
    """Whether two addresses are of one site, "www" or not."""
    return _site(url) == _site(site) and urlsplit(url).port == urlsplit(site).port


def listing_url(url: str, page: int) -> str:
    """The list's page, from 0; the first one under the address that a stanza names."""
    return f"{url}{'&' if '?' in url else '?'}page={page}" if page else url


def page_number(url: str) -> int:
    """Which page of the list an address asks for."""
    found = _PAGE.search(urlsplit(url).query)
    return int(found[1]) if found else 0


def _site(url: str) -> str:
    return host_of(url).removeprefix("www.")
