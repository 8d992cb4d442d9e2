"""One release, read out of its page: the fields that a department prints around its text, and the text's structure."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.encoding import clean
from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, RecordSet
from monitor.url import absolute_url, canonical_url
from scrapers.doj.named_lists import record_sets
from scrapers.doj.releases import attachments, body_lines, lost, page_links
from scrapers.markup import tree_of
from scrapers.pressroom.layouts import Layout

_NOUN = ("press release", "press releases")
_NUMBER = re.compile(r"Press Release Number:\s*(\d{2}\s?[-–]\s?\d{1,5})", re.IGNORECASE)
_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})|([A-Z][a-z]{2,8})\.? (\d{1,2}), (\d{4})|(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_release(look: Look, layout: Layout, extractor: str) -> Extraction:
    """The release as a record under its page's path, and the governments that it lists.

    Raises ExtractionError for a page without a title or a text where the layout has them.
    """
    tree = tree_of(look)
    title, body = _text(_first(tree, layout.title)), _first(tree, layout.body)
    if not title or body is None:
        missing = "text" if title else "title"
        raise ExtractionError(
            f"{look.url} has no {missing} where releases have it; look at it in a browser, its layout may have changed."
        )
    for label in body.css(".visually-hidden"):
        label.decompose()
    html = body.html or ""
    lines, number_below = body_lines(html)
    url = _address(tree, look)
    day = day_in(_stamped(_first(tree, layout.date)))
    number = _NUMBER.search(_text(tree.css_first("main, article") or tree.body))
    record = Record(
        kind="press_release",
        key=urlsplit(canonical_url(look.url)).path.rstrip("/"),
        title=title,
        facts={
            "title": title,
            "subtitle": _text(_first(tree, layout.subtitle)),
            "date": day,
            "body": "\n".join(lines),
            "url": url,
            "components": _names(tree, layout.components),
            "topics": _names(tree, layout.topics),
            "number": re.sub(r"\s?[-–]\s?", "-", number[1]) if number else number_below,
            "attachments": attachments({"body": html}, url),
            "links": page_links(html, url),
        },
        extras={
            "updated": day_in(_text(_first(tree, layout.updated))),
            **lost(html),
            "list_items": [line.removeprefix("- ") for line in lines if line.startswith("- ")],
        },
        about=day,
        url=url,
    )
    return Extraction(
        extractor=extractor,
        title=title,
        record_sets=(RecordSet("press_release", (record,), noun=_NOUN), *record_sets(html, record)),
        text=(title, *lines),
        compare_text=False,
    )


def day_in(text: str) -> str:
    """The first date in a text as ISO: "2025-08-05T12:00:00Z", "September 8, 2025", "09/25/2025". Empty for none."""
    for found in _STAMP.finditer(text):
        iso, month, day, year, month_number, day_number, its_year = found.groups()
        try:
            if iso:
                return date.fromisoformat(iso).isoformat()
            if month_number:
                return date(int(its_year), int(month_number), int(day_number)).isoformat()
            return date(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day)).isoformat()
        except ValueError:
            continue
    return ""


def _first(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> LexborNode | None:
    return next((node for selector in selectors if (node := tree.css_first(selector)) is not None), None)


def _text(node: LexborNode | None) -> str:
    return clean(node.text(separator=" ")) if node is not None else ""


def _stamped(node: LexborNode | None) -> str:
    """What a date's element says to machines, else to people."""
    if node is None:
        return ""
    return node.attributes.get("datetime") or node.attributes.get("content") or _text(node)


def _names(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> list[str]:
    nodes = next((nodes for selector in selectors if (nodes := tree.css(selector))), [])
    return sorted({name for node in nodes if (name := _text(node))})


def _address(tree: LexborHTMLParser, look: Look) -> str:
    """The page's own address for itself."""
    link = tree.css_first('link[rel="canonical"]')
    named = link.attributes.get("href") if link is not None else None
    return (absolute_url(look.final_url, named) if named else "") or canonical_url(look.final_url)
