"""A meeting's details in Legistar's web calendar (InSite, MeetingDetail.aspx): the grid of its items, and its papers.

Columns are found by their labels, as in the calendar. InSite numbers matters in a space of its own, which is not the
Web API's; an item is its matter's, and one that is of no matter is known by its wording, so that an item put in above
renumbers nothing. Papers of a matter stand on the matter's own page and not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record
from monitor.url import absolute_url
from scrapers.council import schema
from scrapers.council.agendas import PAPERS, WordingKeys
from scrapers.council.documents import role_of
from scrapers.council.markup import attribute, text_of

ITEMS = "table[id*=gridMain].rgMasterTable, div[id*=gridMain] table.rgMasterTable"

ITEMS_A_PART = 100
"""Rows of one page of the grid."""
_ROWS = "tr.rgRow, tr.rgAltRow"
_MATTER = re.compile(r"LegislationDetail\.aspx\?(?:.*&)?ID=(\d{1,12})", re.IGNORECASE)
_FILE = re.compile(r"View\.ashx\?(?:.*&)?M=F&(?:.*&)?ID=(\d{1,12})", re.IGNORECASE)
_COLUMNS = (
    ("", re.compile(r"details|video", re.IGNORECASE)),
    ("matter_file", re.compile(r"\bfile\b", re.IGNORECASE)),
    ("note", re.compile(r"\bnotes?\b", re.IGNORECASE)),
    ("number", re.compile(r"\bagenda\b|\bitem\b", re.IGNORECASE)),
    ("version", re.compile(r"\bver", re.IGNORECASE)),
    ("matter_name", re.compile(r"\bname\b", re.IGNORECASE)),
    ("matter_type", re.compile(r"\btype\b", re.IGNORECASE)),
    ("title", re.compile(r"\btitle\b|description", re.IGNORECASE)),
    ("action", re.compile(r"\baction\b", re.IGNORECASE)),
    ("result", re.compile(r"\bresult\b", re.IGNORECASE)),
)
"""What a column is, by its label. Sites leave some out and put others in between."""


def shows_details(url: str) -> bool:
    """Whether an address is a meeting's details."""
    return urlsplit(url).path.lower().endswith("/meetingdetail.aspx")


def details_page(known_as: str, part: int) -> str:
    """The address under which a part of the details is known."""
    return known_as if part == 1 else f"{known_as}&part={part}"


def part_of(url: str) -> int:
    """Which part of the details a page is, from 1 on."""
    part = dict(parse_qsl(urlsplit(url).query)).get("part", "1")
    return int(part) if part.isdecimal() else 1


def agenda_of(tree: LexborHTMLParser, base: str, part: int, meeting: Record) -> tuple[list[Record], list[Record]]:
    """Items in the order printed, and the papers that the page links to: an item's own, and the meeting's.

    A matter that stands on the agenda twice is one item; what was done with it is that of all its rows.
    """
    grid = tree.css_first(ITEMS)
    columns = [_column(text_of(node)) for node in grid.css("thead th")] if grid is not None else []
    said: dict[str, dict[str, str]] = {}
    rows: list[tuple[str, LexborNode]] = []
    keys = WordingKeys()
    for row in grid.css(_ROWS) if grid is not None else ():
        cells = [node for node in row.iter() if node.tag == "td"]
        if len(cells) != len(columns):
            continue
        told = {name: text_of(node) for name, node in zip(columns, cells, strict=True) if name}
        told["matter_id"] = _matter(row)
        wording = told.get("title") or told.get("matter_name", "")
        if told["matter_id"] or wording:
            key = f"matter-{told['matter_id']}" if told["matter_id"] else keys.key("", wording)
            said[key] = _joined(said[key], told) if key in said else told
            rows.append((key, row))
    first = (part - 1) * ITEMS_A_PART + 1
    items = {key: _item(meeting, key, told, place) for place, (key, told) in enumerate(said.items(), start=first)}
    papers = [paper for key, row in rows for paper in _papers(row, base, meeting, items[key])]
    return list(items.values()), [*papers, *_papers(tree.body, base, meeting, None)]


def _column(label: str) -> str:
    """What a column is; empty for one that is nothing of an item's, such as a link to its details."""
    return next((name for name, pattern in _COLUMNS if pattern.search(label)), "")


def _item(meeting: Record, key: str, said: Mapping[str, str], position: int) -> Record:
    return schema.agenda_item(
        meeting,
        key=key,
        title=said.get("title", ""),
        position=position,
        note=said.get("note", ""),
        matter_file=said.get("matter_file", ""),
        matter_name=said.get("matter_name", ""),
        matter_type=said.get("matter_type", ""),
        action=said.get("action", ""),
        result=said.get("result", ""),
        extras={name: said[name] for name in ("number", "version", "matter_id") if said.get(name)},
    )


def _joined(first: Mapping[str, str], again: Mapping[str, str]) -> dict[str, str]:
    """Two rows of one matter: worded as the first, with what was done by both."""
    actions = dict.fromkeys(filter(None, (first.get("action", ""), again.get("action", ""))))
    told = {name: first.get(name) or value for name, value in again.items()}
    return {**first, **told, "action": "; ".join(actions), "result": again.get("result") or first.get("result", "")}


def _matter(row: LexborNode) -> str:
    found = (_MATTER.search(attribute(link, "href")) for link in row.css("a[href]"))
    return next((match[1] for match in found if match is not None), "")


def _papers(part: LexborNode | None, base: str, meeting: Record, item: Record | None) -> Iterator[Record]:
    for link in part.css("a[href*='View.ashx']") if part is not None else ():
        match = _FILE.search(attribute(link, "href"))
        if match is not None:
            name = text_of(link)
            yield schema.attachment(
                meeting,
                key=f"{PAPERS}/{match[1]}",
                name=name,
                url=absolute_url(base, attribute(link, "href")),
                role=role_of(name),
                item=item,
            )
