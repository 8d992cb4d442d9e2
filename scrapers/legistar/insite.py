"""Legistar's web calendar (InSite): its addresses, its form, and its grid's rows as records.

InSite numbers meetings in a space of its own, which is not the Web API's. The grid's columns are found by their labels,
for each council names, adds and leaves out some. Element ids and the form's state (`__VIEWSTATE`) never reach a record.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record, Source
from monitor.url import absolute_url
from scrapers.council import schema
from scrapers.council.documents import LISTED, role_of
from scrapers.council.markup import attribute, day_of, text_of
from scrapers.council.schema import Role
from scrapers.council.words import folded
from scrapers.legistar.insite_parameters import Parameters
from scrapers.meetings import Status, start_time, status_of

GRID = "table.rgMasterTable"
NO_ROWS = ".rgNoRecords"
THIS_MONTH = "This Month"
NEXT_MONTH = "Next Month"

_ROWS = "tr.rgRow, tr.rgAltRow"
_YEARS = "lstYears"
_BODIES = "lstBodies"
_STATE = ("__VIEWSTATE", "__VIEWSTATEGENERATOR", "__EVENTVALIDATION", "__PREVIOUSPAGE", "__VIEWSTATEENCRYPTED")
_TARGET = re.compile(r"__doPostBack\(\s*(?:'|&#39;)([^'&]{1,200})")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBER = re.compile(r"[?&](?P<space>LEGID|ID)=(?P<number>\d{1,12})(?:.*?[?&](?:GUID|G)=(?P<guid>[0-9A-Fa-f-]{36}))?")
_FORMS = frozenset({"calendar.aspx", "meetingdetail.aspx", "departmentdetail.aspx"})
_NO_DOCUMENT = re.compile(r"ecomment|meeting details|export|ical|notice of", re.IGNORECASE)
_TOPIC = ("topic", "subject")


# -- addresses and the form ----------------------------------------------------------------------------------


def calendar_page(url: str, view: str = "", part: int = 1) -> str:
    """The address under which a view of the calendar is known: the calendar's own with the view's name.

    The form is sent to one address for all of them.
    """
    named = {name: value for name, value in (("view", view), ("part", str(part) if part > 1 else "")) if value}
    return urlunsplit(urlsplit(url)._replace(query=urlencode(named), fragment=""))


def view_of(url: str) -> str:
    """The view that a page's address names, empty for the one that the calendar opens with."""
    return dict(parse_qsl(urlsplit(url).query)).get("view", "")


def is_calendar(url: str) -> bool:
    """Whether an address is the calendar's."""
    return urlsplit(url).path.lower().endswith("/calendar.aspx")


def views_offered(tree: LexborHTMLParser) -> tuple[str, ...]:
    """What the calendar's list of years offers: "2026", "This Month", in its order."""
    found = tree.css(f"div[id$={_YEARS}_DropDown] li")
    return tuple(dict.fromkeys(text_of(node) for node in found))


def view_shown(tree: LexborHTMLParser) -> str:
    """The view that a page shows, as its own form says; empty where it does not."""
    return _field(tree, _YEARS)


def shows_all_bodies(tree: LexborHTMLParser) -> bool:
    """Whether no single body is filtered out of the calendar."""
    shown = _field(tree, _BODIES)
    return not shown or shown.lower().startswith("all")


def form_for_view(tree: LexborHTMLParser, view: str) -> bytes | None:
    """The form that asks for another view, None where the page has no such form."""
    field = tree.css_first(f"input[name$={_YEARS}]")
    name = attribute(field, "name") if field is not None else ""
    state = _state(tree)
    if not name or "__VIEWSTATE" not in state:
        return None
    chosen = {"value": view, "text": view, "enabled": True, "logEntries": []}
    client_state = name.replace("$", "_") + "_ClientState"
    return _form({**state, "__EVENTTARGET": name, name: view, client_state: json.dumps(chosen)})


def form_for_next_part(tree: LexborHTMLParser) -> bytes | None:
    """The form that turns the page of a view with more than a hundred meetings, None on the last one."""
    link = _link_beside(tree, forward=True)
    target = _TARGET.search(attribute(link, "href")) if link is not None else None
    state = _state(tree)
    return _form({**state, "__EVENTTARGET": target[1].replace("%24", "$")}) if target and state else None


def is_one_of_several(tree: LexborHTMLParser) -> tuple[bool, bool]:
    """Whether there are parts of the view before this one, and after it."""
    return _link_beside(tree, forward=False) is not None, _link_beside(tree, forward=True) is not None


def _link_beside(tree: LexborHTMLParser, *, forward: bool) -> LexborNode | None:
    current = tree.css_first("a.rgCurrentPage")
    beside = current
    while beside is not None:
        beside = beside.next if forward else beside.prev
        if beside is not None and beside.tag == "a":
            return beside
    return None


def _state(tree: LexborHTMLParser) -> dict[str, str]:
    fields = {attribute(node, "name"): node.attributes.get("value") or "" for node in tree.css("input[type=hidden]")}
    return {name: fields[name] for name in _STATE if name in fields}


def _form(fields: dict[str, str]) -> bytes:
    return urlencode({"__EVENTARGUMENT": "", **fields}).encode()


def _field(tree: LexborHTMLParser, name: str) -> str:
    field = tree.css_first(f"input[name$={name}]")
    return attribute(field, "value") if field is not None else ""


# -- rows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cell:
    label: str
    node: LexborNode


def meetings_of(tree: LexborHTMLParser, base: str, source: Source) -> list[tuple[Record, tuple[Record, ...]]]:
    """The grid's meetings with their documents, in the order printed."""
    grid = tree.css_first(GRID)
    if grid is None:
        return []
    labels = [text_of(node) for node in grid.css("thead th")]
    found: list[tuple[Record, tuple[Record, ...]]] = []
    for row in grid.css(_ROWS):
        cells = [node for node in row.iter() if node.tag == "td"]
        if len(cells) == len(labels):
            named = [_Cell(label, node) for label, node in zip(labels, cells, strict=True)]
            meeting = _meeting(row, named, base, source)
            if meeting is not None:
                found.append((meeting, _documents(meeting, named, base)))
    return found


def _meeting(row: LexborNode, cells: list[_Cell], base: str, source: Source) -> Record | None:
    number = _number(row)
    if number is None:
        return None
    body, time = _text(cells, "name", "body", "committee"), _text(cells, "time")
    printed = _DATE.search(_text(cells, "date"))
    place, aside = _place_and_aside(cells)
    struck = row.css_first("strike, s, del") is not None
    label = time if start_time(time) is None else ""
    remarks = tuple(dict.fromkeys(filter(None, (aside, *(_text(cells, name) for name in _TOPIC)))))
    habits = Parameters.of(source).habits
    status = status_of(label=label, name=body, remarks=(*remarks, place), habits=habits)
    if struck and status is Status.SCHEDULED:
        # Whatever the word in its place, what is struck through does not take place.
        status = Status.CANCELLED
    detail = row.css_first("a[href*='MeetingDetail.aspx']")
    return schema.meeting(
        source,
        key=number["number"],
        body=body,
        day=day_of(printed[1], printed[2], printed[3]) if printed else None,
        printed_time="" if struck and label else time,
        location=place,
        status=status,
        comment=" · ".join(remarks),
        url=_without_search(absolute_url(base, attribute(detail, "href"))) if detail is not None else "",
        extras={
            name: value
            for name, value in (("guid", number["guid"]), ("number_space", number["space"].lower()), ("said", label))
            if value
        },
    )


def _number(row: LexborNode) -> re.Match[str] | None:
    """The meeting's number: of the row's calendar entry, its details or a document, and not of its body's page."""
    for link in row.css("a[href]"):
        href = attribute(link, "href")
        match = None if "departmentdetail" in href.lower() else _NUMBER.search(href)
        if match is not None:
            return match
    return None


def _place_and_aside(cells: list[_Cell]) -> tuple[str, str]:
    """The location, and what stands below it in italics: a remark of the clerk's."""
    cell = next((cell for cell in cells if "location" in cell.label.lower()), None)
    if cell is None:
        return "", ""
    aside = folded(" ".join(text_of(node) for node in cell.node.css("em, i")))
    whole = text_of(cell.node)
    return whole.removesuffix(aside).strip() if aside else whole, aside


def _documents(meeting: Record, cells: list[_Cell], base: str) -> tuple[Record, ...]:
    """What the columns with documents link to; one a column, as InSite has it."""
    documents: list[Record] = []
    for cell in cells:
        link = None if _NO_DOCUMENT.search(cell.label) or not cell.label else cell.node.css_first("a[href]")
        url = absolute_url(base, attribute(link, "href")) if link is not None else ""
        page = urlsplit(url).path.rpartition("/")[2].lower()
        if not url or page in _FORMS:
            continue
        role = role_of(cell.label)
        if role is Role.OTHER and page != "view.ashx":
            continue
        key = f"{LISTED}/{'-'.join(re.findall(r'[a-z0-9]+', cell.label.lower()))}"
        documents.append(schema.attachment(meeting, key=key, name=cell.label, url=url, role=role))
    return tuple(documents)


def _text(cells: list[_Cell], *labels: str) -> str:
    return next((text_of(cell.node) for cell in cells if any(label in cell.label.lower() for label in labels)), "")


def _without_search(url: str) -> str:
    """The address of a meeting's details without what was searched for on the way there."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name in ("ID", "GUID", "LEGID", "GID", "G")]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def month_of(day: date, ahead: int = 0) -> tuple[date, date]:
    """The month `ahead` of a day's, as (first day, first day of the next)."""
    months = day.year * 12 + day.month - 1 + ahead
    first, following = divmod(months, 12), divmod(months + 1, 12)
    return date(first[0], first[1] + 1, 1), date(following[0], following[1] + 1, 1)
