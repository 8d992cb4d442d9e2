"""Addresses of a PrimeGov tenant's public portal, all under its root: lists of meetings, agendas, documents."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

_LISTS = "/api/v2/PublicPortal/"
_UPCOMING = f"{_LISTS}ListUpcomingMeetings"
_ARCHIVED = f"{_LISTS}ListArchivedMeetings"
_AGENDA = "/Portal/Meeting"
_DOCUMENT = "/Public/CompiledDocument"


def root_of(url: str) -> str:
    """The tenant's root, without a slash at its end."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def upcoming_url(root: str) -> str:
    """Meetings that lie ahead, all in one answer."""
    return root + _UPCOMING


def archived_url(root: str, year: int) -> str:
    """Meetings of a year that are over, all in one answer."""
    return f"{root}{_ARCHIVED}?{urlencode({'year': year})}"


def agenda_url(root: str, template: str) -> str:
    """The agenda as a page; `template` is the number of the document's template."""
    return f"{root}{_AGENDA}?{urlencode({'meetingTemplateId': template})}"


def document_url(root: str, template: str, output: int) -> str:
    """A document as a file: the answer redirects to a blob whose name bears the time of its making."""
    return f"{root}{_DOCUMENT}?{urlencode({'meetingTemplateId': template, 'compileOutputType': output})}"


def is_list(url: str) -> bool:
    """Whether an answer lists meetings."""
    return _path(url).startswith(_LISTS.lower() + "list")


def is_upcoming(url: str) -> bool:
    """Whether it lists those that lie ahead."""
    return _path(url) == _UPCOMING.lower()


def is_agenda(url: str) -> bool:
    """Whether a page is an agenda."""
    return _path(url) == _AGENDA.lower()


def is_document(url: str) -> bool:
    """Whether an address leads to a file."""
    return _path(url) == _DOCUMENT.lower()


def template_in(url: str) -> str:
    """The template that an address names; empty where it names none."""
    return parse_qs(urlsplit(url).query).get("meetingTemplateId", [""])[0]


def _path(url: str) -> str:
    return urlsplit(url).path.lower()
