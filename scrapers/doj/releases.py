"""A press release of the News API as a record: what the department says in it, and the stamps that it is kept under.

Shapes are those met in answers of 2024 and in clients of the years before: names as lists, HTML or nothing; stamps
as `scrapers.doj.answers.moment` reads them; a release's number in its field, or under the ### at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.encoding import clean
from monitor.hypertext import is_hostile, read_html
from monitor.types import Record
from monitor.url import absolute_url, host_of
from scrapers.doj.answers import moment, uuid_of
from scrapers.doj.named_lists import lost_lists

_SITE = "https://www.justice.gov/"
_HOST = "www.justice.gov"

_MARKUP = re.compile(r"<[a-zA-Z/!]")
_LINK_TAG = re.compile(r"</?a\b[^<>]*>", re.IGNORECASE)
_ITEM_TAG = re.compile(r"<(/?)li\b[^<>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"""<img\b[^<>]*?\bsrc\s*=\s*["']([^"']{1,2000})["']""", re.IGNORECASE)
_ITEM, _ITEM_END = "\ue000", "\ue001"
"""Stand where a list item begins and ends until blocks are lines. Private characters: no text has a right to them."""
_PRIVATE = str.maketrans("", "", _ITEM + _ITEM_END)
_ITEM_SIGN = re.compile(r"(?:- )*-(?: |$)")
_NAMES_READ = 200_000
"""Characters of markup in which names are looked for."""

_RELEASE_NUMBER = r"(?:press release (?:number|no\.?):?\s*)?(?P<number>\d{2}\s?[-–]\s?\d{1,5})"
_NUMBER_LINE = re.compile(_RELEASE_NUMBER, re.IGNORECASE)
_END_LINE = re.compile(rf"(?:#\s*){{2,}}(?:{_RELEASE_NUMBER})?", re.IGNORECASE)
"""The sign under a release, three number signs as wire services had it, often with the release's number."""


def release_of(row: Mapping[str, Any], kind: str = "press_release") -> Record:
    """The record of one result that holds all compared fields; blog entries and speeches have the same."""
    key = uuid_of(row)
    url = site_url(row.get("url"))
    title = line(row.get("title"))
    day = moment(row.get("date"))
    lines, number_below = body_lines(row.get("body"))
    created, changed = moment(row.get("created")), moment(row.get("changed"))
    return Record(
        kind=kind,
        key=key,
        title=title or url or key,
        facts={
            "title": title,
            # The stamp is noon in UTC of the release's day: a date, and none of our time zones may move it.
            "date": day.iso[:10],
            "body": "\n".join(lines),
            "url": url,
            "components": names(row.get("component")),
            "topics": names(row.get("topic")),
            "number": line(row.get("number")) or number_below,
            "attachments": attachments(row, url),
            "links": page_links(row.get("body"), url),
        },
        extras={
            "created": created.iso or None,
            "changed": changed.iso or None,
            "precision": changed.precision or created.precision,
            "teaser": "\n".join(body_lines(row.get("teaser"))[0]),
            "vuuid": line(row.get("vuuid")),
            "image": _picture(row.get("image")),
            "location": line(row.get("location")),
            **lost(row.get("body")),
        },
        about=day.iso[:10],
        url=url,
    )


def site_url(value: Any) -> str:
    """A release's address on the public site; the API writes its host without "www". Empty for what is no address."""
    url = absolute_url(_SITE, value) if isinstance(value, str) and value.strip() else ""
    return url.replace("http://", "https://", 1) if host_of(url) == _HOST else url


def line(value: Any) -> str:
    """A short text on one line: entities decoded, markup read, white space folded."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)
    return " ".join(read_html(text, _SITE).lines) if _MARKUP.search(text) else clean(unescape(text))


def names(value: Any) -> list[str]:
    """Names of components or topics, sorted: of `{uuid, name}` mappings, texts, or links in HTML."""
    return sorted(set(filter(None, _names(value))))


def body_lines(value: Any) -> tuple[tuple[str, ...], str]:
    """A release's text line by line, list items as "- " and table rows as one line each, and the number below it."""
    if not isinstance(value, str):
        return (), ""
    if not _MARKUP.search(value):
        return _without_end([text for text in map(clean, unescape(value).splitlines()) if text])
    plain = _LINK_TAG.sub("", value.translate(_PRIVATE))
    marked = _ITEM_TAG.sub(lambda tag: _ITEM_END + tag[0] if tag[1] else tag[0] + _ITEM, plain)
    lines: list[str] = []
    item = False
    for text in read_html(marked, _SITE).lines:
        # A paragraph inside an item leaves the sign on a line of its own; items in a table's cell stay in its row.
        signed = clean(text.replace(_ITEM, " - ").replace(_ITEM_END, ""))
        if text.startswith(_ITEM):
            item, signed = True, _ITEM_SIGN.sub("", signed, count=1)
        if signed:
            lines.append(f"- {signed}" if item else signed)
        item = item and not signed and _ITEM_END not in text
    return _without_end(lines)


def attachments(row: Mapping[str, Any], url: str) -> list[dict[str, str]]:
    """Files that go with a release: those of its field, whichever its name, and those that its text links to."""
    base = url or _SITE
    found = [*_files(row.get("attachment"), base), *_files(row.get("attachments"), base)]
    body = row.get("body")
    if isinstance(body, str) and _MARKUP.search(body):
        found += [(link.url, link.label) for link in read_html(body, base).links if link.role == "document"]
    labels: dict[str, str] = {}
    for address, label in found:
        labels[address] = labels.get(address) or label
    return [{"label": label, "url": address} for address, label in sorted(labels.items())]


def page_links(body: Any, url: str) -> list[dict[str, str]]:
    """Pages that a body links to, with the words of the link: a list is withdrawn by taking its link out, too."""
    if not isinstance(body, str) or not _MARKUP.search(body):
        return []
    links = read_html(body, url or _SITE).links
    return [{"label": link.label, "url": link.url} for link in links if link.role == "page"]


def lost(body: Any) -> dict[str, int]:
    """How many lists of governments a release announces without naming one, as an extra; empty for none."""
    count = lost_lists(body)
    return {"lists_without_names": count} if count else {}


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield line(value.get("name") or value.get("title"))
    elif isinstance(value, list | tuple):
        for part in value:
            yield line(part.get("name") or part.get("title")) if isinstance(part, Mapping) else line(part)
    elif isinstance(value, str) and _MARKUP.search(value):
        part = value[:_NAMES_READ]
        links = [] if is_hostile(part) else [clean(link.text()) for link in LexborHTMLParser(part).css("a")]
        yield from links or read_html(value, _SITE).lines
    else:
        yield line(value)


def _without_end(lines: list[str]) -> tuple[tuple[str, ...], str]:
    number = ""
    ended = False
    while lines:
        sign = _END_LINE.fullmatch(lines[-1])
        lone = _NUMBER_LINE.fullmatch(lines[-1])
        if sign is None and (lone is None or not (ended or _END_LINE.fullmatch("".join(lines[-2:-1])))):
            break
        found = sign["number"] if sign else lone["number"] if lone else None
        number = number or re.sub(r"\s?[-–]\s?", "-", found or "")
        ended = True
        lines.pop()
    return tuple(lines), number


def _files(value: Any, base: str) -> Iterator[tuple[str, str]]:
    """(address, label) pairs; a text that links nowhere is a label without an address."""
    if isinstance(value, Mapping):
        address = next((value[name] for name in ("url", "uri", "href") if isinstance(value.get(name), str)), "")
        label = next((line(value[name]) for name in ("label", "title", "name", "description") if value.get(name)), "")
        if address or label:
            yield absolute_url(base, address) if address else "", label
    elif isinstance(value, list | tuple):
        for part in value:
            if isinstance(part, Mapping | str):
                yield from _files(part, base)
    elif isinstance(value, str):
        links = read_html(value, base).links if _MARKUP.search(value) else ()
        for link in links:
            yield link.url, link.label
        if not links and (text := line(value)):
            address = absolute_url(base, text) if text.startswith(("http://", "https://", "/")) else ""
            yield address, "" if address else text


def _picture(value: Any) -> str:
    source = _PICTURE.search(value) if isinstance(value, str) else None
    return absolute_url(_SITE, unescape(source[1])) if source else line(value)
