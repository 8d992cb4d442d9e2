"""What a reader reads of XML: a feed's entries one after another, of any other document each element's words.

Dates of the feed itself (lastBuildDate, updated, ttl, generator) say when a machine ran, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from monitor.encoding import clean
from monitor.hypertext import MAXIMUM_LINES, MAXIMUM_LINKS, read_html
from monitor.types import Link
from monitor.url import absolute_url, document_target

_ENTRIES = frozenset({"item", "entry"})
_FEEDS = frozenset({"rss", "feed", "RDF"})
_OF_THE_MACHINE = frozenset(
    {
        "lastBuildDate", "pubDate", "updated", "ttl", "generator", "docs", "cloud", "skipHours", "skipDays",
        "updatePeriod", "updateFrequency", "updateBase", "image", "logo", "icon", "id", "link", "language",
        "webMaster", "managingEditor", "rating", "textInput",
    }
)  # fmt: skip
"""Elements of a feed, not of its entries."""
_DATES = ("pubDate", "published", "date", "updated", "modified")
_LONG_TEXTS = ("description", "summary", "content", "encoded")
_SUMMARIES = ("description", "summary", "encoded", "content")
_SKIPPED_IN_ENTRY = frozenset({"guid", "id", "source", "comments", "commentRss", "thumbnail", "rights"})
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
"""What RSS 1.0 has for a guid."""
_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")


def read_xml(text: str, url: str) -> tuple[str, tuple[str, ...], tuple[Link, ...]] | None:
    """Title, lines and links of an XML document; None where it is none.

    Entities are not expanded, and nothing is fetched.
    """
    root = _parsed(text)
    if root is None:
        return None
    if _name(root) in _FEEDS:
        return _read_feed(root, url)
    return "", tuple(islice(_document_lines(root), MAXIMUM_LINES)), ()


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item or entry, clean. `published` is as printed; `summary` on one line."""

    title: str
    link: str = ""
    identifier: str = ""
    summary: str = ""
    published: str = ""


def read_feed(text: str, url: str) -> tuple[str, tuple[FeedEntry, ...]] | None:
    """Title and entries of an RSS or Atom feed; None where the text is none. Entities are not expanded."""
    root = _parsed(text)
    if root is None or _name(root) not in _FEEDS:
        return None
    head = next((child for child in root if _name(child) == "channel"), root)
    title = next((clean("".join(child.itertext())) for child in head if _name(child) == "title"), "")
    entries = islice(root.iter("{*}item", "{*}entry"), MAXIMUM_LINES)
    return title, tuple(_feed_entry(entry, url) for entry in entries)


def _feed_entry(entry: etree._Element, url: str) -> FeedEntry:
    fields: dict[str, str] = {}
    target = ""
    for child in entry:
        name = _name(child)
        if name == "link":
            if child.get("rel", "alternate") == "alternate" and not target:
                target = absolute_url(url, child.get("href") or child.text or "")
        elif name:
            fields.setdefault(name, "".join(child.itertext()))
    identifier = clean(fields.get("guid") or fields.get("id") or entry.get(_ABOUT) or "")
    text = next((fields[name] for name in _SUMMARIES if fields.get(name, "").strip()), "")
    return FeedEntry(
        title=" ".join(read_html(fields.get("title", ""), "").lines),
        link=target or (absolute_url(url, identifier) if "://" in identifier[:9] else ""),
        identifier=identifier,
        summary=" ".join(read_html(text, url).lines),
        published=next((clean(fields[name]) for name in _DATES if fields.get(name)), ""),
    )


def _parsed(text: str) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8", "ignore"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _read_feed(root: etree._Element, url: str) -> tuple[str, tuple[str, ...], tuple[Link, ...]]:
    head = next((child for child in root if _name(child) == "channel"), root)
    title = ""
    lines: list[str] = []
    for child in head:
        name = _name(child)
        if name not in _ENTRIES and name not in _OF_THE_MACHINE:
            words = clean("".join(child.itertext()))
            title = words if name == "title" and not title else title
            if words:
                lines.append(words)
    links: list[Link] = []
    for entry in root.iter("{*}item", "{*}entry"):
        if len(lines) >= MAXIMUM_LINES or len(links) >= MAXIMUM_LINKS:
            break
        label, target, entry_lines = _entry(entry, url)
        lines.extend(entry_lines)
        if target:
            links.append(Link(target, label, "document" if document_target(target) else "page"))
    return title, tuple(lines), tuple(links)


def _entry(entry: etree._Element, url: str) -> tuple[str, str, list[str]]:
    """An entry's title, its link, and its lines: title, link, date, everything else in its order."""
    fields: dict[str, str] = {}
    others: list[str] = []
    target = ""
    for child in entry:
        name = _name(child)
        if name == "link":
            if child.get("rel", "alternate") == "alternate" and not target:
                target = absolute_url(url, child.get("href") or child.text or "")
        elif name in _LONG_TEXTS or name in _DATES or name == "title":
            fields.setdefault(name, "".join(child.itertext()))
        elif name and name not in _SKIPPED_IN_ENTRY:
            words = clean("".join(child.itertext())) or clean(child.get("term") or child.get("url") or "")
            if words:
                others.append(f"{name}: {words}")
    title = " ".join(read_html(fields.get("title", ""), "").lines)
    date = next((clean(fields[name]) for name in _DATES if fields.get(name)), "")
    lines = [title, target, date, *others]
    shown: set[str] = set()
    for name in _LONG_TEXTS:
        for line in read_html(fields[name], url).lines if fields.get(name) else ():
            if line not in shown:
                shown.add(line)
                lines.append(line)
    return title, target, [line for line in lines if line]


def _document_lines(root: etree._Element) -> Iterator[str]:
    """One line an element with words of its own, "name: words", and one an attribute, "name@attribute: value"."""
    for element in root.iter(etree.Element):
        name = _name(element)
        for key, value in element.attrib.items():
            attribute = key.rsplit("}", 1)[-1]
            if attribute not in ("schemaLocation", "noNamespaceSchemaLocation") and (line := clean(value)):
                yield f"{name}@{attribute}: {line}"
        words = " ".join([element.text or "", *(child.tail or "" for child in element)])
        if "<" in words:
            words = " ".join(read_html(words, "").lines)
        if line := clean(words):
            yield f"{name}: {line}"


def _name(element: etree._Element) -> str:
    """Local name; empty for what is not an element."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
