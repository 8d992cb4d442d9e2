"""CivicWeb's rows as meetings, and the items of an agenda that comes as one piece of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.errors import ExtractionError
from monitor.types import Record, Source
from monitor.url import absolute_url
from scrapers.civicweb.addresses import meeting_page
from scrapers.council import schema
from scrapers.council.markup import attribute, text_of
from scrapers.council.words import plain, words
from scrapers.json_answers import json_of, whole_number
from scrapers.meetings import LocalHabits, Status, status_of

Row = Mapping[str, Any]

AGENDA = 1
"""The type of the document that is an agenda."""

_DATED = re.compile(r"\s*-\s*[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}$")
"""The day that ends a meeting's name."""
_ANCHOR = re.compile(r"Agenda(?:Heading|Item)(\d{1,18})")
_PAPER = re.compile(r"/document/([0-9A-Za-z-]{1,64})(?:/|$|\?)")
_COUNTER = re.compile(r"\(?(?:[0-9]{1,3}|[A-Za-z]{1,4})(?:\.(?:[0-9]{1,3}|[A-Za-z]{1,2}))*[.)]{0,2}")


@dataclass(slots=True)
class Item:
    """An item as printed."""

    number: str
    """The platform's own."""
    title: str = ""
    printed_number: str = ""
    papers: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(name, address) of documents, by their number."""


def rows_of(body: bytes, url: str) -> list[Row]:
    """The rows of a list, each with an Id, once. Raises ExtractionError for an answer that is none."""
    listed = json_of(body, url)
    if not isinstance(listed, list):
        raise ExtractionError(f"{url} answered JSON that is no list; check the tenant's name in it.")
    rows = [row for row in listed if isinstance(row, Mapping) and whole_number(row.get("Id"))]
    if len(rows) < len(listed):
        raise ExtractionError(f"{len(listed) - len(rows)} rows of {url} have no Id; look at the body.")
    return list({key_of(row): row for row in reversed(rows)}.values())[::-1]


def key_of(row: Row) -> str:
    """A meeting's key."""
    return str(whole_number(row.get("Id")))


def start_of(row: Row) -> datetime | None:
    """The local start, "2026-01-22 14:00"."""
    try:
        return datetime.strptime(words(row.get("MeetingDateTime")), "%Y-%m-%d %H:%M")  # noqa: DTZ007 - a local time
    except ValueError:
        return None


def day_of(row: Row) -> date | None:
    """The local day."""
    start = start_of(row)
    return start.date() if start else None


def meeting_of(row: Row, source: Source, habits: LocalHabits, root: str) -> Record:
    """A meeting. Its name ends with its day, which is a fact of its own."""
    name, start = words(row.get("Name")), start_of(row)
    return schema.meeting(
        source,
        key=key_of(row),
        body=_DATED.sub("", name),
        day=start.date() if start else None,
        start=start.time() if start and start.time() != time(0) else None,
        location=words(row.get("MeetingLocation")),
        status=status_of(label="", name=name, remarks=(), habits=habits),
        agenda_status="published" if row.get("Published") is True else "",
        url=meeting_page(root, key_of(row)),
        extras={"type_id": row["TypeId"]} if isinstance(row.get("TypeId"), int) else {},
    )


def agenda_in(documents: list[Row]) -> Row | None:
    """The published agenda, a document with a text; None where there is none."""
    for document in documents:
        html = document.get("Html")
        if document.get("DocumentType") == AGENDA and document.get("IsPublic") and isinstance(html, str) and html:
            return document
    return None


def mark_on(agenda: Row, habits: LocalHabits) -> str:
    """What an agenda's cover says of its meeting, "cancelled" or "postponed": the calendar has no word for it."""
    status = status_of(label="", name="", remarks=(plain(agenda.get("AgendaCover")),), habits=habits)
    return str(status) if status in (Status.CANCELLED, Status.POSTPONED) else ""


def items_in(tree: LexborHTMLParser, base: str) -> tuple[Item, ...]:
    """The items in the order printed: each anchor that numbers one is followed by a table that says it."""
    found: dict[str, Item] = {}
    item: Item | None = None
    for node in _walked(tree):
        if node.tag == "a":
            named = _ANCHOR.fullmatch(attribute(node, "name"))
            if named is not None:
                item = found.setdefault(named[1], Item(named[1]))
            elif item is not None:
                _take_paper(node, item, base)
        elif node.tag == "td" and item is not None and not item.title:
            text = text_of(node.css_first("p") or node)
            if _COUNTER.fullmatch(text):
                item.printed_number = item.printed_number or text.strip("().")
            else:
                item.title = text
    return tuple(one for one in found.values() if one.title)


def _take_paper(link: LexborNode, item: Item, base: str) -> None:
    url = absolute_url(base, attribute(link, "href")) if attribute(link, "href") else ""
    number = _PAPER.search(url)
    if number is not None:
        # The handle behind the question mark is a key to the store.
        item.papers.setdefault(number[1], (text_of(link) or "Attachment", url.partition("?")[0]))


def _walked(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    waiting = [tree.root] if tree.root is not None else []
    while waiting:
        node = waiting.pop()
        yield node
        waiting += list(node.iter(include_text=False))[::-1]
