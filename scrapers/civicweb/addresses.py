"""Addresses of a CivicWeb tenant's meetings service, all under its root."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from scrapers.council.window import Window

_SERVICE = "/Services/MeetingsService.svc/meetings"
_DOCUMENTS = re.compile(rf"{re.escape(_SERVICE)}/\d+/meetingDocuments", re.IGNORECASE)


def root_of(url: str) -> str:
    """The tenant's root, without a slash at its end."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def meetings_url(root: str, window: Window) -> str:
    """The request for a window. Without both days the service answers an empty list, and no error."""
    return f"{meetings_page(root)}?{urlencode({'from': window.since, 'to': window.until, 'loadall': 'true'})}"


def meetings_page(root: str) -> str:
    """The address under which the calendar is known: its window moves every day, and it stays one page."""
    return root + _SERVICE


def documents_url(root: str, meeting: str) -> str:
    """A meeting's documents, the agenda's whole text among them."""
    return f"{root}{_SERVICE}/{meeting}/meetingDocuments"


def meeting_page(root: str, meeting: str) -> str:
    """Where people read of a meeting."""
    return f"{root}/Portal/MeetingInformation.aspx?{urlencode({'Org': 'Cal', 'Id': meeting})}"


def is_calendar(url: str) -> bool:
    """Whether an answer lists meetings."""
    return urlsplit(url).path.lower() == _SERVICE.lower()


def is_documents(url: str) -> bool:
    """Whether an answer holds a meeting's documents."""
    return _DOCUMENTS.fullmatch(urlsplit(url).path) is not None
