"""The items of an eSCRIBE agenda's page: containers within containers, each with what is its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.url import absolute_url
from scrapers.council.markup import attribute, text_of

_CONTAINER = "AgendaItemContainer"
_TITLES = ("AgendaItemTitle", "ClosedAgendaItemTitle")
_COUNTERS = ("AgendaItemCounter", "ClosedAgendaItemCounter")
_NOTE = "AgendaItemDescription"
_FILE = "filestream.ashx"


@dataclass(slots=True)
class Item:
    """An item as printed."""

    section: str
    """The title of the container around it; empty at the top."""
    title: str = ""
    number: str = ""
    note: str = ""
    papers: dict[str, str] = field(default_factory=dict)
    """Names of files by address, each with the innermost item that links to it."""


def items_in(tree: LexborHTMLParser, base: str) -> tuple[Item, ...]:
    """The items in the order printed, none where the page has no known layout. `base` is the page's address.

    Every node is visited once, and none by a call within a call: pages can be nested deeper than those may be.
    """
    found: list[Item] = []
    waiting: list[tuple[LexborNode, Item | None]] = [(tree.root, None)] if tree.root is not None else []
    while waiting:
        node, item = waiting.pop()
        classes = attribute(node, "class").split()
        if _CONTAINER in classes:
            item = Item(section=item.title if item else "")
            found.append(item)
        elif item is not None:
            _take(node, classes, item, base)
        waiting += [(child, item) for child in node.iter(include_text=False)][::-1]
    return tuple(item for item in found if item.title)


def _take(node: LexborNode, classes: list[str], item: Item, base: str) -> None:
    """What an element says of the innermost item around it."""
    if not item.title and any(name in classes for name in _TITLES):
        item.title = text_of(node)
    elif not item.number and any(name in classes for name in _COUNTERS):
        item.number = text_of(node).rstrip(".")
    elif not item.note and _NOTE in classes:
        item.note = text_of(node)
    elif node.tag == "a" and _FILE in attribute(node, "href").lower():
        url = absolute_url(base, attribute(node, "href"))
        if url:
            item.papers.setdefault(url, text_of(node) or attribute(node, "title") or "Attachment")
