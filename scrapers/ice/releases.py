"""A release page of ICE's newsroom as a record: what the agency says in it, and the stamps that it is kept under.

The shape is that of ten captures of 2022 to 2026 (Drupal 11): `.nr-head` with date, place and topic between icons,
`.nr-body`, the node's number in drupal-settings. An archived release keeps its heading and its text; its title gets
"Archived: " put before, the body the class `ice_archive`. Tokens (nonces, ids of views and galleries) stand outside
of what is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.hypertext import read_html
from monitor.types import Record
from monitor.url import absolute_url
from scrapers.detainers.names import state_of
from scrapers.ice.addresses import is_release_url

_NODE = re.compile(r'"currentPath"\s*:\s*"node\\?/(\d{1,12})"')
_SETTINGS = 'script[data-drupal-selector="drupal-settings-json"]'
_ICON = re.compile(r"<i\b[^<>]*>\s*</i>")
_ARCHIVED = re.compile(r"^Archived\s*:\s*", re.IGNORECASE)
_ARCHIVED_CLASS = "ice_archive"
_RELEASE_CLASS = "news-releases"
_COUNTRY = ", United States"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a release's line of date, place and topic; empty where it is not printed."""

    day: str
    """ISO date."""
    place: str
    topic: str


def release_of(tree: LexborHTMLParser, url: str) -> Record | None:
    """The release on a page known as `url`; None on a page that is none: it has no `.nr-head`.

    Raises ExtractionError for a page that says it is a release and cannot be read as one, or names no node: to give
    it another key would make every release a new one.
    """
    found = tree.css_first(".nr-head")
    canonical = _canonical(tree, url)
    if found is None:
        if _RELEASE_CLASS in _body_classes(tree) and is_release_url(canonical):
            raise ExtractionError(f"{url} is called a release and has no .nr-head; its layout may have changed.")
        return None
    node = _node(tree)
    title = _text(found.css_first(".nr-title"))
    text = tree.css_first(".nr-body")
    if not node or not title or text is None:
        missing = "node" if not node else "title" if not title else "text"
        raise ExtractionError(f"The release at {url} has no {missing} to read; its layout may have changed.")
    head = head_of(found.css_first(".nr-meta"))
    day = head.day or _iso(_meta(tree, "article:published_time"))
    return Record(
        kind="press_release",
        key=node,
        title=without_prefix(title),
        facts={
            "title": without_prefix(title),
            "archived": is_archived(tree),
            "subtitle": _text(found.css_first(".nr-subtitle")),
            "date": day,
            "place": head.place,
            "topic": head.topic,
            "body": "\n".join(read_html(text.html or "", url).lines),
        },
        extras={
            "modified": _iso(_meta(tree, "article:modified_time")) or None,
            "updated": _updated(tree),
            "images": _images(tree, url),
            "canonical": canonical,
        },
        place=_jurisdiction(head.place),
        about=day,
        url=url,
    )


def head_of(line: LexborNode | None) -> Head:
    """Date, place and topic of "October 30, 2025 (icon) Washington, DC, United States (icon) Enforcement and Removal".

    A part is told by what it is, not by its order: the place is marked up word by word, the date is one.
    """
    day = place = topic = ""
    for part in _ICON.split((line.html or "") if line is not None else ""):
        text = " ".join(read_html(part, "").lines)
        if not text:
            continue
        written = _iso(text)
        if written and not day:
            day = written
        elif ("<span" in part or text.endswith(_COUNTRY)) and not place:
            place = text.replace(" ,", ",").removesuffix(_COUNTRY)
        else:
            topic = f"{topic}, {text}" if topic else text
    return Head(day, place, topic)


def is_archived(tree: LexborHTMLParser) -> bool:
    """Whether the site marks the page as archived."""
    title = tree.css_first("head > title")
    return _ARCHIVED_CLASS in _body_classes(tree) or bool(_ARCHIVED.match(_text(title)))


def without_prefix(title: str) -> str:
    """A title without the "Archived: " that is put before it."""
    return _ARCHIVED.sub("", title, count=1)


def _node(tree: LexborHTMLParser) -> str:
    for settings in tree.css(_SETTINGS):
        found = _NODE.search(settings.text())
        if found:
            return found[1]
    return ""


def _canonical(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first('link[rel="canonical"]')
    return absolute_url(url, (node.attributes.get("href") if node is not None else None) or "")


def _body_classes(tree: LexborHTMLParser) -> list[str]:
    return ((tree.body.attributes.get("class") if tree.body is not None else None) or "").split()


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[property="{name}"]')
    return ((node.attributes.get("content") if node is not None else None) or "").strip()


def _updated(tree: LexborHTMLParser) -> str | None:
    """The last save, with the offset of the site's clock."""
    node = tree.css_first(".last-updated time[datetime]")
    stamp = ((node.attributes.get("datetime") if node is not None else None) or "").strip()
    return stamp[:40] or None


def _images(tree: LexborHTMLParser, url: str) -> list[str]:
    addresses = (absolute_url(url, link.attributes.get("href") or "") for link in tree.css(".nr-image-container a"))
    return list(dict.fromkeys(urlsplit(address).path for address in addresses if address))


def _text(node: LexborNode | None) -> str:
    return clean(node.text()) if node is not None else ""


def _iso(text: str) -> str:
    """An ISO date out of "October 30, 2025", "Oct. 30, 2025" or an ISO stamp; empty for what is none."""
    plain = text.replace(".", "").replace("Sept ", "Sep ").strip()
    for form in ("%B %d, %Y", "%b %d, %Y"):
        try:
            return datetime.strptime(plain, form).date().isoformat()  # noqa: DTZ007 - a printed day, in nobody's time zone
        except ValueError:
            continue
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return ""


def _jurisdiction(place: str) -> str:
    """ "Miami, Florida" for "Miami, FL"; empty where no state is printed."""
    city, comma, state = place.rpartition(", ")
    return f"{city}, {state_of(state)}" if comma else ""
