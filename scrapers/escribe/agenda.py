"""The items of an eSCRIBE agenda's page: containers within containers, each with what is its own."""

from __future__ import annotations

from collections.abc import Iterator
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
    """The items in the order printed, none where the page has no known layout. `base` is the page's address."""
    found: list[Item] = []
    for top in tree.css(f"div.{_CONTAINER}"):
        if _around(top) is None:
            found += _read(top, "", base)
    return tuple(item for item in found if item.title)


def _read(container: LexborNode, section: str, base: str) -> list[Item]:
    """A container's own item, then those of the containers in it. Every node is visited once."""
    item = Item(section)
    found = [item]
    waiting = list(_children(container))[::-1]
    inner: list[LexborNode] = []
    while waiting:
        node = waiting.pop()
        classes = attribute(node, "class").split()
        if _CONTAINER in classes:
            inner.append(node)
            continue
        if not item.title and any(name in classes for name in _TITLES):
            item.title = text_of(node)
        elif not item.number and any(name in classes for name in _COUNTERS):
            item.number = text_of(node).rstrip(".")
        elif _NOTE in classes:
            item.note = f"{item.note} {text_of(node)}".strip()
        elif node.tag == "a" and _FILE in attribute(node, "href").lower():
            url = absolute_url(base, attribute(node, "href"))
            if url:
                item.papers.setdefault(url, text_of(node) or attribute(node, "title") or "Attachment")
        # Links to papers may stand in a title or a note too.
        waiting += list(_children(node))[::-1]
    for node in inner:
        found += _read(node, item.title, base)
    return found


def _children(node: LexborNode) -> Iterator[LexborNode]:
    return node.iter(include_text=False)


def _around(node: LexborNode) -> LexborNode | None:
    """The nearest container around a container."""
    parent = node.parent
    while parent is not None and _CONTAINER not in (parent.attributes.get("class") or "").split():
        parent = parent.parent
    return parent
