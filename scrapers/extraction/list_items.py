"""The items of a page's list as records: `extract = "list"` in a page watch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Look, Source
from monitor.url import absolute_url
from scrapers.lists.html_tables import parsed, text_within
from scrapers.lists.parameters import Kind, Name, RowsParameters
from scrapers.lists.rows import Row, folded, record_set
from scrapers.lists.selectors import Selector
from scrapers.parameters import PageParameters

NAME = "list"
VERSION = 1
READS = "html"

_ITEM = "item"
_SAYS = "says"
_LISTS = frozenset({"ul", "ol", "dl"})
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BOLD = 7
"""The level of a paragraph in bold: a heading where nothing better is one."""
_HEADINGS_NAMED = 20


class PARAMETERS(PageParameters):
    """What a stanza may say of a list. It is found by the heading above it, or by a selector."""

    heading: tuple[Name, ...] | Name = ()
    """The heading that the list stands under, or how it begins; several in a list: ["States", "Counties"]."""
    selector: Selector = ""
    """Instead of a heading: a CSS selector of the list, or of what holds it."""
    kind: Kind = "item"
    """What an item is, in one word with underlines: "county"."""
    noun: Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)] = ("item", "items")
    """What a reader counts, one and many: ["county", "counties"]."""
    state: str = ""
    """The state that items are in: each then names a jurisdiction, for subscriptions."""
    complete: bool = True
    """Whether the list is whole: an item that is no longer there is then told. Of the newest few, say false."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.headings) == bool(self.selector):
            raise ValueError("a list is found by its heading or by a selector; give one of the two")
        return self

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings, however many there are."""
        return (self.heading,) if isinstance(self.heading, str) else self.heading


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """Each item under its own words, and the page's text without them.

    Raises ExtractionError where the heading, or anything of the selector, is not there, or the list has no item.
    """
    parameters = PARAMETERS.of(source)
    body = look.body or b""
    page = read(body, look.media_type, look.final_url)
    rows = tuple(_rows(parsed(body), look.final_url, parameters))
    listed_as = {
        "kind": parameters.kind,
        "noun": parameters.noun,
        "key": (_ITEM,),
        "title": _ITEM,
        "member": _ITEM,
        "state": parameters.state,
        "complete": parameters.complete,
    }
    if parameters.state:
        listed_as["place"] = _ITEM
    listed = record_set(rows, RowsParameters.model_validate(listed_as))
    told = {row.values[_ITEM] for row in rows}
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title,
        record_sets=(listed,),
        text=tuple(line for line in page.lines if line not in told),
    )


def _rows(tree: LexborHTMLParser, url: str, parameters: PARAMETERS) -> Iterator[Row]:
    if parameters.selector:
        holders = tree.css(parameters.selector)
        if not holders:
            raise ExtractionError(f"Nothing on the page fits the selector “{parameters.selector}”; correct it.")
        yield from (row for holder in _outermost(holders) for row in _items_of(holder, url, ""))
        return
    several = len(parameters.headings) > 1
    for heading in parameters.headings:
        lists = _lists_under(tree, heading)
        if not lists:
            raise ExtractionError(f"No list stands under “{heading}” any more; look at the page, and correct heading.")
        yield from (row for found in lists for row in _items_of(found, url, heading if several else ""))


def _outermost(nodes: list[LexborNode]) -> Iterator[LexborNode]:
    """Those that lie in none of the others."""
    chosen = {node.mem_id for node in nodes}
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in chosen:
            above = above.parent
        if above is None:
            yield node


def _lists_under(tree: LexborHTMLParser, heading: str) -> list[LexborNode]:
    """Lists between the heading and the next of its level.

    A paragraph in bold is a heading too. It ends the lists of a better one, unless those came under such paragraphs
    from the beginning: they are then its parts.
    """
    begun = 0
    in_parts = False
    found: list[LexborNode] = []
    inside: set[int] = set()
    seen: list[str] = []
    for node in tree.body.traverse() if tree.body is not None else ():
        tag = node.tag or ""
        if node.parent is not None and node.parent.mem_id in inside:
            inside.add(node.mem_id)
            continue
        level = _LEVELS.get(tag) or (_BOLD if _is_bold_line(node, tag) else 0)
        if level:
            words = clean(node.text(separator=" "))
            seen.append(words)
            in_parts = in_parts or (begun > 0 and not found)
            if begun and (level <= begun or (level == _BOLD and not in_parts)):
                begun = 0
            if not begun and not found and folded(words).startswith(folded(heading)):
                begun = level
        elif begun and tag in _LISTS:
            found.append(node)
            inside.add(node.mem_id)
    if not found and not any(folded(words).startswith(folded(heading)) for words in seen):
        there = "; ".join(f"“{words[:60]}”" for words in seen[:_HEADINGS_NAMED] if words) or "none"
        raise ExtractionError(f"The page has no heading “{heading}”; found {there}. Correct heading in the stanza.")
    return found


def _is_bold_line(node: LexborNode, tag: str) -> bool:
    if tag != "p":
        return False
    bold = node.css_first("strong, b")
    return bold is not None and clean(bold.text()) == clean(node.text()) != ""


def _items_of(holder: LexborNode, url: str, under: str) -> Iterator[Row]:
    """Items of the list, or of all lists within; one that holds a list gives way to those within it."""
    term = ""
    for node in holder.traverse():
        if node.tag == "dt":
            term = text_within(node)
        elif node.tag == "dd" and term:
            yield Row({_ITEM: term, _SAYS: text_within(node)}, url=_link(node, url), under=under)
        elif node.tag == "li":
            inner = node.css_first("ul, ol")
            if inner is not None:
                continue
            words = text_within(node)
            if words:
                yield Row({_ITEM: words}, url=_link(node, url), under=_above(node, holder) or under)


def _above(item: LexborNode, holder: LexborNode) -> str:
    """The words of the item that holds the list of this one: "Colorado" above its counties."""
    above = item.parent
    while above is not None and above.mem_id != holder.mem_id:
        if above.tag == "li":
            own = (child for child in above.iter(include_text=True) if child.tag not in _LISTS)
            return clean(" ".join(child.text() for child in own))
        above = above.parent
    return ""


def _link(node: LexborNode, url: str) -> str:
    link = node.css_first("a[href]")
    return absolute_url(url, link.attributes.get("href") or "") if link is not None else ""
