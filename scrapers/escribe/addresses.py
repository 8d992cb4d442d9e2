"""Addresses of an eSCRIBE tenant's public site: its front, its calendar by the year, a meeting's agenda."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from monitor.url import absolute_url

_CALENDAR = "/MeetingsCalendarView.aspx/GetCalendarMeetings"
_MEETING = "/Meeting.aspx"


def root_of(url: str) -> str:
    """The site's root, with a slash at its end."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def calendar_url(root: str) -> str:
    """What is asked for meetings, by POST: the days stand in the question's body."""
    return urljoin(root, _CALENDAR)


def calendar_page(root: str, year: int) -> str:
    """The address under which a year of the calendar is known; the days that are asked for move within it."""
    return f"{calendar_url(root)}?year={year}"


def meeting_url(root: str, meeting: str) -> str:
    """A meeting's own page."""
    return urljoin(root, f"{_MEETING}?{urlencode({'Id': meeting, 'Agenda': 'Agenda', 'lang': 'English'})}")


def link_of(root: str, link: str) -> str:
    """A document's address, absolute; empty where it does not lead to http(s)."""
    return absolute_url(root, link) if link else ""


def is_calendar(url: str) -> bool:
    """Whether an answer is a part of the calendar."""
    return urlsplit(url).path.lower() == _CALENDAR.lower()


def is_agenda(url: str) -> bool:
    """Whether a page is an agenda."""
    return urlsplit(url).path.lower() == _MEETING.lower()


def named_in(url: str, name: str) -> str:
    """What a query says by a name, in whatever case; empty where it says nothing."""
    return next((value for key, value in parse_qsl(urlsplit(url).query) if key.lower() == name), "")
