"""Addresses of a Municode Meetings list: one page of it, counted from 0."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def page_url(url: str, number: int) -> str:
    """One page of the list; the newest meetings are on page 0."""
    return urlunsplit(urlsplit(url)._replace(query=urlencode({"page": number}), fragment=""))


def page_in(url: str) -> int | None:
    """The number of the page that an address asks for, None for any other address."""
    number = dict(parse_qsl(urlsplit(url).query)).get("page", "")
    return int(number) if number.isdecimal() and len(number) < 6 else None
