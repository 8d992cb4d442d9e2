"""Atom feeds (RFC 4287) of changes: of everything, a source, a jurisdiction, a search. Pure: changes in, XML out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from re import compile as pattern
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid5

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from alerts.blocks import MODERATE, Block, Heading, Names, Passages, Rows, blocks
from alerts.passages import Passage
from alerts.story import source_name
from alerts.wording import KIND_NAMES, cut, harmless, web_address
from monitor import permalinks
from monitor.types import StoredChange, Subscription

MOST_ENTRIES: Final = 100
"""Of one feed: readers come several times a day, and a burst is one day's news."""

_ATOM: Final = "http://www.w3.org/2005/Atom"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML: Final = pattern("[\ufffe\uffff]")

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a feed is about: everything, or one of these."""

    source: str = ""
    geoid: str = ""
    """A government, by its Census number."""
    words: tuple[str, ...] = ()
    """As a subscription has them: any of these, `not X` excludes."""
    title: str = ""
    """What people call what it is about; empty for the words, the number or the slug themselves."""
    minimum_significance: float = 0.3

    @property
    def filter(self) -> Subscription:
        """The same as a subscription: what `alerts.matching` lets through is in the feed."""
        return Subscription(
            name="feed",
            recipients=(),
            sources=(self.source,) if self.source else (),
            jurisdictions=(self.geoid,) if self.geoid else (),
            words=self.words,
            minimum_significance=self.minimum_significance,
        )

    @property
    def path(self) -> str:
        """Where the pages have it."""
        return permalinks.feed(slug=self.source, geoid=self.geoid, words=harmless(", ".join(self.words))[:1_000])

    @property
    def about(self) -> str:
        """What it is about, in words."""
        asked = self.title or self.source or self.geoid or ", ".join(self.words)
        return cut(harmless(asked), 200) or "everything"


def atom(changes: Sequence[StoredChange], chosen: Chosen, *, identity: str, address: str, made_at: datetime) -> bytes:
    """The feed of these changes, which are those of `chosen`, the newest first; UTF-8.

    Ids are made of the archive's `identity` and the change's number, and never change; no host's name is in them. With
    an `address` entries lead to the change's page there, else to the page that changed. An empty feed was updated when
    it was made.
    """
    newest = max((stored.change.at for stored in changes), default=made_at)
    feed = etree.Element(f"{{{_ATOM}}}feed", {_LANGUAGE: "en"}, nsmap={None: _ATOM})
    _put(feed, "id", _urn(identity, f"feed{chosen.path}"))
    _put(feed, "title", f"On Notice: {chosen.about}")
    _put(feed, "subtitle", "What changed in what governments publish.")
    _put(feed, "updated", _moment(newest))
    _link(feed, "self", permalinks.absolute(address, chosen.path))
    _link(feed, "alternate", permalinks.absolute(address, permalinks.TIMELINE))
    _put(_put(feed, "author"), "name", "On Notice")
    for stored in changes:
        _entry(_put(feed, "entry"), stored, identity, address)
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _entry(entry: Any, stored: StoredChange, identity: str, address: str) -> None:
    change = stored.change
    page = web_address(change.url)
    here = permalinks.absolute(address, permalinks.change(stored.id))
    _put(entry, "id", _urn(identity, f"change/{stored.id}"))
    _put(entry, "title", cut(harmless(change.summary) or harmless(change.title) or KIND_NAMES[change.kind], 500))
    _put(entry, "published", _moment(change.at))
    _put(entry, "updated", _moment(change.at))
    _link(entry, "alternate", here or page)
    _link(entry, "related", page if here else "")
    _put(_put(entry, "author"), "name", source_name(stored))
    _put(entry, "category", term=change.kind.value, label=KIND_NAMES[change.kind])
    _put(entry, "content", _told(stored), type="html")


def _put(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """A child with this text. What no XML can hold (two characters that are none) is left out."""
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = _NO_XML.sub("", text) or None
    return child


def _link(parent: Any, relation: str, address: str) -> None:
    """A link, where there is an address; other letters than a URL's are written as a URL has them."""
    if address:
        _put(parent, "link", rel=relation, href=quote(address, safe="/#%[]=:;$&()+,!?*@'~"))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _urn(identity: str, what: str) -> str:
    return f"urn:uuid:{uuid5(UUID(identity), what)}"


def _told(stored: StoredChange) -> str:
    """What changed, as the HTML that Atom carries as text: nothing in it but words that were escaped."""
    parts = [f"<p>{escape(harmless(KIND_NAMES[stored.change.kind]))} · {escape(source_name(stored))}</p>"]
    parts += [_block(block) for block in blocks(stored.change, MODERATE)]
    return "".join(parts)


def _block(block: Block) -> str:
    heading = f"<p><b>{escape(block.heading)}</b></p>" if block.heading else ""
    if isinstance(block, Heading):
        return heading
    if isinstance(block, Names):
        lines = "".join(f"<li>{escape(name)}</li>" for name in block.names)
        inner = f"<ul>{lines}</ul>"
    elif isinstance(block, Rows):
        inner = "".join(f"<p>{escape(row.label)}: {_marked(row.passage)}</p>" for row in block.rows)
    elif isinstance(block, Passages):
        inner = "".join(f"<blockquote>{_marked(passage)}</blockquote>" for passage in block.passages)
    beyond = f"<p>{escape(block.beyond)}</p>" if block.beyond else ""
    return heading + inner + beyond


def _marked(passage: Passage) -> str:
    tags = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    return "".join(tags[span.mark].format(escape(span.text)) for span in passage)
