"""The three layouts in which PrimeGov prints an agenda's items, as tenants chose them.

Items are wrapped in `div.meeting-item` with a table of the matter (Los Angeles), are plain `div.agenda-item` (Palo
Alto), or rows in tables of their own (Boulder). In all three an item's papers are links in `#agenda_item_area_NUMBER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.url import absolute_url
from scrapers.council.markup import attribute, text_of

_AREA = "agenda_item_area_"
_PALO_ALTO = "AgendaItem_"
_WRAPPER, _PLAIN, _TABLE = "div.meeting-item[data-itemid]", f'div.agenda-item[id^="{_PALO_ALTO}"]', "table[data-itemid]"
_AREAS = f'div[id^="{_AREA}"]'
_DEEPEST = 6
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]{1,4})(?:\.(?:\d{1,3}|[A-Za-z]{1,2}))*[.)]{0,2}")
_COUNTED = re.compile(r"\(?(\d{1,3}|[A-Z]{1,2})[.)]\s+(?=\S)")
_NO_TITLE = ("attachmentCell", "optionalButtonsCell")


@dataclass(frozen=True, slots=True)
class Paper:
    """A link to a file."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item as printed."""

    number: str
    """The platform's own, which stays when the agenda is compiled anew."""
    title: str
    printed_number: str = ""
    matter_file: str = ""
    matter_type: str = ""
    matter: str = ""
    papers: tuple[Paper, ...] = ()


def items_in(tree: LexborHTMLParser, base: str) -> tuple[Item, ...]:
    """The items in the order printed, none where the page has no known layout. `base` is the page's address.

    Items in items in items are no layout: to read each with all that is in it would take for ever.
    """
    if any(tree.css_first(" ".join([holder] * _DEEPEST)) is not None for holder in (_WRAPPER, _PLAIN, _TABLE, _AREAS)):
        return ()
    areas = {attribute(area, "id"): area for area in tree.css(_AREAS)}
    for read in (_los_angeles, _palo_alto, _boulder):
        items = tuple(read(tree, areas, base))
        if items:
            return items
    return ()


def _los_angeles(tree: LexborHTMLParser, areas: Mapping[str, LexborNode], base: str) -> Iterator[Item]:
    for wrapper in tree.css(_WRAPPER):
        number = attribute(wrapper, "data-itemid")
        content = wrapper.css_first("div.agenda-item") or wrapper
        rows = content.css("table.forcepopulate tr")
        file = text_of(rows[0].css_first('td[colspan="2"]')) if rows else ""
        cells = rows[1].css("td") if len(rows) > 1 else []
        kind, title = (text_of(cells[0]), text_of(cells[1])) if len(cells) > 1 else ("", "")
        title = title or text_of(content)
        if number and title:
            yield Item(
                number=number,
                title=title,
                printed_number=text_of(wrapper.css_first("td.number-cell")).strip("()"),
                matter_file=file,
                matter_type=kind,
                matter=attribute(wrapper, "data-mig"),
                papers=_papers(base, areas.get(_AREA + number)),
            )


def _palo_alto(tree: LexborHTMLParser, areas: Mapping[str, LexborNode], base: str) -> Iterator[Item]:
    for content in tree.css(_PLAIN):
        number, printed = attribute(content, "id").removeprefix(_PALO_ALTO), text_of(content)
        counted = _COUNTED.match(printed)
        # An item put in renumbers all after it, and rewords none of them.
        title = printed[counted.end() :] if counted else printed
        if number and title:
            yield Item(
                number,
                title,
                printed_number=counted[1] if counted else "",
                papers=_papers(base, areas.get(_AREA + number)),
            )


def _boulder(tree: LexborHTMLParser, areas: Mapping[str, LexborNode], base: str) -> Iterator[Item]:
    for table in tree.css(_TABLE):
        number = attribute(table, "data-itemid")
        printed = title = ""
        for cell in table.css("td"):
            classes = attribute(cell, "class").split()
            text = text_of(cell)
            if not text or any(name in classes for name in _NO_TITLE):
                continue
            if not title and not printed and "agenda-item" not in classes and _NUMBER.fullmatch(text):
                printed = text
            elif not title:
                title = text
        if number and title:
            papers = _papers(base, areas.get(_AREA + number), table)
            yield Item(number, title, printed_number=printed.strip("()."), papers=papers)


def _papers(base: str, *places: LexborNode | None) -> tuple[Paper, ...]:
    """Files that are linked in the places, each once."""
    papers: dict[str, Paper] = {}
    for place in places:
        for link in place.css("a[href]") if place is not None else ():
            url = absolute_url(base, attribute(link, "href"))
            parts = urlsplit(url)
            if "historyattachment" not in parts.path.lower() or not parse_qs(parts.query).get("historyId"):
                continue
            name = text_of(link) or attribute(link, "title")
            known = papers.get(url)
            if known is None or not known.name:
                papers[url] = Paper(name, url)
    return tuple(papers.values())
