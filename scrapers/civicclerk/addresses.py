"""Addresses of a CivicClerk tenant: its portal, which people read, and the API behind it.

OData version 4: answers come in parts, and each names the next one in `@odata.nextLink`.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from monitor.types import Source
from scrapers.civicclerk.parameters import Parameters
from scrapers.council.window import Window

_EVENTS = re.compile(r"/v1/events/?", re.IGNORECASE)
_AGENDA = re.compile(r"/v1/meetings/\d+", re.IGNORECASE)


def portal_of(source: Source) -> str:
    """The portal's root, without a slash at its end."""
    parts = urlsplit(source.url)
    return f"{parts.scheme}://{parts.netloc}"


def api_of(source: Source) -> str:
    """The API's root: the one that the stanza names, else "NAME.api." for "NAME.portal."."""
    named = Parameters.of(source).api
    return named.rstrip("/") if named else portal_of(source).replace(".portal.", ".api.", 1)


def events_url(api: str, window: Window, categories: tuple[int, ...]) -> str:
    """The request for the events of a window. The hours are local ones, whatever the Z behind them says."""
    asked = f"startDateTime ge {window.since}T00:00:00Z and startDateTime lt {window.until}T00:00:00Z"
    if categories:
        asked += f" and categoryId in ({','.join(map(str, categories))})"
    query = urlencode({"$filter": asked, "$orderby": "startDateTime"}, quote_via=quote, safe="$(),:")
    return f"{api}/v1/Events?{query}"


def events_page(api: str, part: int) -> str:
    """The address under which a part of the calendar is known: its window moves every day, and it stays one page."""
    return f"{api}/v1/Events" + (f"?part={part}" if part > 1 else "")


def part_of(url: str) -> int:
    """Which part of the calendar a page is, from 1 on."""
    part = parse_qs(urlsplit(url).query).get("part", ["1"])[0]
    return int(part) if part.isdecimal() else 1


def agenda_url(api: str, agenda: int) -> str:
    """An agenda as a tree of items; it has a number of its own, which is not the event's."""
    return f"{api}/v1/Meetings/{agenda}"


def file_url(api: str, file: int) -> str:
    """A published file, as it was uploaded."""
    return f"{api}/v1/Meetings/GetMeetingFileStream(fileId={file},plainText=false)"


def event_page(portal: str, event: str) -> str:
    """Where people read of a meeting."""
    return f"{portal}/event/{event}/overview"


def paper_page(portal: str, event: str, attachment: int) -> str:
    """Where people read what is attached to an item: the file's own address is signed anew at every answer."""
    return f"{portal}/event/{event}/files/attachment/{attachment}"


def is_events(url: str) -> bool:
    """Whether a page is a part of the calendar."""
    return _EVENTS.fullmatch(urlsplit(url).path) is not None


def is_agenda(url: str) -> bool:
    """Whether a page is an agenda."""
    return _AGENDA.fullmatch(urlsplit(url).path) is not None
