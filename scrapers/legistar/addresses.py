"""Addresses of the Legistar Web API: a window of dates, one event with its items, a token that is never kept.

Vendor's help: https://webapi.legistar.com/Help; OData version 3, and every answer is cut off at 1000 rows without
a word about it.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from scrapers.council.window import Window

ROWS_AT_MOST = 1000
"""The API's silent cap: an answer of this many rows says nothing about what comes after its last one."""

_EVENTS_PATH = re.compile(r"/events(?:/(?P<event>\d+)(?P<items>/eventitems)?)?/?$", re.IGNORECASE)
_FILTER = re.compile(
    r"\s*EventDate\s+ge\s+datetime'(?P<since>\d{4}-\d\d-\d\d)(?:T[\d:.]+)?'"
    r"(?:\s+and\s+EventDate\s+lt\s+datetime'(?P<until>\d{4}-\d\d-\d\d)(?:T[\d:.]+)?')?\s*",
    re.IGNORECASE,
)
_SWITCHES = {"EventItems": "1", "AgendaNote": "1", "MinutesNote": "1", "EventItemAttachments": "1"}
"""The vendor's switches for one event; they must be the figure 1, "true" is ignored."""


def calendar_url(endpoint: str, window: Window) -> str:
    """The request for a window, by date: only then does a cut-off answer say how far it is complete."""
    dates = f"EventDate ge datetime'{window.since}' and EventDate lt datetime'{window.until}'"
    query = urlencode({"$filter": dates, "$orderby": "EventDate"}, quote_via=quote, safe="$'")
    return f"{without_query(endpoint)}?{query}"


def window_in(url: str, usual: Window) -> Window | None:
    """The window that a calendar's URL asks for, the source's `usual` one where it filters nothing.

    None where it asks for something else besides: an answer to that is complete for no stretch of days.
    """
    asked = _query(url)
    if any(name in asked for name in ("$top", "$skip")):
        return None
    if "$filter" not in asked:
        return usual
    match = _FILTER.fullmatch(asked["$filter"])
    if match is None:
        return None
    return Window(date.fromisoformat(match["since"]), date.fromisoformat(match["until"] or date.max.isoformat()))


def calendar_page(endpoint: str, part: int) -> str:
    """The address under which the calendar is known: its window moves every day, and the page stays one page.

    A calendar that does not fit into one answer goes on under a second address, and so on.
    """
    return without_query(endpoint) + (f"?part={part}" if part > 1 else "")


def part_of(url: str) -> int:
    """Which part of a calendar a page is, from 1 on."""
    part = _query(url).get("part", "1")
    return int(part) if part.isdecimal() else 1


def is_events_url(url: str) -> bool:
    """Whether a URL names a calendar, one of its events, or that event's items."""
    return _EVENTS_PATH.search(urlsplit(url).path) is not None


def event_in(url: str) -> str:
    """The event that a URL is about, as the API numbers it; empty for a calendar."""
    match = _EVENTS_PATH.search(urlsplit(url).path)
    return (match["event"] or "") if match else ""


def event_url(endpoint: str, event: str) -> str:
    """One event with everything that hangs on it, in one answer."""
    return f"{without_query(endpoint)}/{event}?{urlencode(_SWITCHES)}"


def asks_for(url: str, switch: str) -> bool:
    """Whether a request turned a switch on; an answer is silent about what it was not asked for."""
    return _query(url).get(switch.lower()) == "1"


def with_token(url: str, token: str) -> str:
    """The URL as it is sent to a council that asks for a token."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode({'token': token})}"


def without_token(url: str) -> str:
    """The URL as it may be kept and shown; every other character of it stays as it was."""
    parts = urlsplit(url)
    kept = [part for part in parts.query.split("&") if part.partition("=")[0].lower() != "token"]
    return urlunsplit(parts._replace(query="&".join(kept)))


def without_query(url: str) -> str:
    """The endpoint itself."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment="")).rstrip("/")


def _query(url: str) -> dict[str, str]:
    """Names in lower case, as the server reads them."""
    return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
