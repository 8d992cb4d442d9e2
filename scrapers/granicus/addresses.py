"""Addresses of a Granicus site: a view that lists meetings, and the viewers behind its links."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from monitor.url import absolute_url

_VIEW = "/viewpublisher.php"
_AGENDA = "/agendaviewer.php"
_OPENED = re.compile(r"""window\.open\(\s*['"]([^'"]{1,500})""")
_TEMPLATE = "/TemplateDesigner/"


def lists_meetings(url: str) -> bool:
    """Whether an address is a view's."""
    return urlsplit(url).path.lower().endswith(_VIEW)


def shows_agenda(url: str) -> bool:
    """Whether an address is an agenda's, as this spider knows it: with its meeting."""
    return urlsplit(url).path.lower().endswith(_AGENDA) and bool(meeting_in(url))


def view_in(url: str) -> int | None:
    """The number of the view that an address asks for."""
    number = _query(url).get("view_id", "")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def view_url(url: str, view: int) -> str:
    """The address of another view of the same site."""
    return urlunsplit(urlsplit(url)._replace(query=urlencode({"view_id": view}), fragment=""))


def agenda_page(agenda: str, meeting: str) -> str:
    """The address under which a meeting's agenda is known: it opens, and names the meeting's key besides."""
    parts = urlsplit(agenda)
    named = urlencode({"meeting": meeting}, quote_via=quote, safe=":")
    return urlunsplit(parts._replace(query=f"{parts.query}&{named}", fragment=""))


def meeting_in(url: str) -> str:
    """The key of the meeting whose agenda an address is known as; empty where it names none."""
    return _query(url).get("meeting", "")


def number_in(url: str) -> tuple[str, str]:
    """("event", number) or ("clip", number), as an address has it; both empty where it has none."""
    query = _query(url)
    for name in ("clip_id", "event_id"):
        if query.get(name, "").isdecimal():
            return name.removesuffix("_id"), query[name]
    return "", ""


def attachment_in(url: str) -> str:
    """The number of the attachment that an address leads to, empty for any other address."""
    is_attachment = urlsplit(url).path.lower().endswith("/metaviewer.php")
    number = _query(url).get("meta_id", "") if is_attachment else ""
    return number if number.isdecimal() else ""


def target_of(base: str, href: str, onclick: str) -> str:
    """Where a link leads: some open a window by script, some have a template's folder left before the address."""
    opened = _OPENED.search(onclick)
    reference = opened[1] if opened and href.lower().startswith(("javascript:", "#")) else href
    before, folder, rest = reference.partition(_TEMPLATE)
    return absolute_url(base, rest if folder and not before and rest.startswith("http") else reference)


def _query(url: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
