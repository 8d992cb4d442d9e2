"""A Granicus agenda's items and attachments: tables of one row, a number in the first cell, wording in the second.

Two cities' pages share that layout (Walnut Creek, Los Angeles World Airports), and differ in all the rest. What stands
between two items belongs to the one before. Items that the recording is indexed by carry the platform's number; the
others are known by their wording, so that one put in above renumbers nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record
from scrapers.council import schema
from scrapers.council.documents import role_of
from scrapers.council.markup import attribute, text_of
from scrapers.council.words import folded
from scrapers.granicus.addresses import attachment_in, target_of

PAPERS = "meta"
"""First part of the keys of what an agenda attaches."""

_NUMBER = re.compile(r"(?:[IVXLC]{1,8}|[A-Za-z]{1,2}|\d{1,3}(?:\.?[A-Za-z0-9]{1,2}){0,3})[.):]?")
_ANCHOR = re.compile(r"agenda(\d{1,12})")
_RULE = re.compile(r"_{3,}")
_WORDING = re.compile(r"\w{2}")
_MARK = "\x1eitem\x1e"
_NOTE_LENGTH = 4_000
"""Characters of what stands under an item that are kept as its note."""


@dataclass(slots=True)
class _Item:
    """An item in the making."""

    number: str
    title: str
    native: str
    note: str = ""
    papers: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By the platform's number: (name, address)."""


def agenda_of(tree: LexborHTMLParser, base: str, meeting: Record) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """Items in the order printed, and what is attached to them; none of a page in another layout."""
    items = _items(tree, base)
    seen: Counter[str] = Counter()
    records: list[Record] = []
    papers: list[Record] = []
    for position, item in enumerate(items, start=1):
        key = item.native or hashlib.sha256(item.title.casefold().encode()).hexdigest()[:12]
        seen[key] += 1
        record = schema.agenda_item(
            meeting,
            key=key if seen[key] == 1 else f"{key}-{seen[key]}",
            title=item.title,
            position=position,
            note=item.note[:_NOTE_LENGTH],
            extras={"number": item.number} if item.number else {},
        )
        records.append(record)
        for number, (name, url) in item.papers.items():
            role = role_of(name)
            paper = schema.attachment(meeting, key=f"{PAPERS}/{number}", name=name, url=url, role=role, item=record)
            papers.append(paper)
    return tuple(records), schema.one_a_key(papers)


def _items(tree: LexborHTMLParser, base: str) -> list[_Item]:
    """Items with their papers and notes. Each item's table gives way to a mark, and marks part the page."""
    found: list[_Item] = []
    taken: set[int] = set()
    for table in tree.css("table"):
        item = None if _is_within(table, taken) else _item(table)
        if item is not None:
            taken.add(table.mem_id)
            _take_papers(table, base, item)
            found.append(item)
    for table in [table for table in tree.css("table") if table.mem_id in taken]:
        table.replace_with(_MARK)
    parts = (tree.body.html or "").split(_MARK) if tree.body is not None else []
    for item, part in zip(found, parts[1:], strict=False):
        below = LexborHTMLParser(part)
        _take_papers(below, base, item)
        for link in below.css("a[href*=MetaViewer]"):
            link.decompose()
        item.note = folded(_RULE.sub(" ", text_of(below.body)))
    return found


def _item(table: LexborNode) -> _Item | None:
    """The item that a table of one row is, None for any other table. A heading has no number, and is all bold."""
    rows = table.css("tr")
    cells = [cell for cell in rows[0].iter() if cell.tag == "td"] if len(rows) == 1 else []
    if len(cells) != 2:
        return None
    number, title = text_of(cells[0]), text_of(cells[1])
    if not _WORDING.search(title.replace("_", "")):
        return None
    anchor = cells[1].css_first("a[name^=agenda]")
    native = _ANCHOR.fullmatch(attribute(anchor, "name")) if anchor is not None else None
    is_heading = not number and text_of(cells[1].css_first("strong, b")) == title
    if not (native or is_heading or _NUMBER.fullmatch(number)):
        return None
    return _Item(number, title, native[1] if native else "")


def _is_within(node: LexborNode, taken: set[int]) -> bool:
    within = node.parent
    while within is not None:
        if within.mem_id in taken:
            return True
        within = within.parent
    return False


def _take_papers(node: LexborNode | LexborHTMLParser, base: str, item: _Item) -> None:
    """The attachments linked in a part of the page; a picture and a name lead to the same one."""
    for link in node.css("a[href]"):
        url = target_of(base, attribute(link, "href"), attribute(link, "onclick"))
        number = attachment_in(url)
        name = text_of(link)
        if number and (name or number not in item.papers):
            item.papers[number] = (name or "Attachment", url)
