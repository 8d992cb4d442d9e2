"""An IQM2 calendar's rows as records. Board, kind, status and place of a meeting stand in its link's tooltip alone."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record, Source
from monitor.url import absolute_url
from scrapers.council import schema
from scrapers.council.documents import role_of
from scrapers.council.markup import attribute, day_of, text_of
from scrapers.council.parameters import CouncilParameters
from scrapers.council.words import folded
from scrapers.markup import innermost
from scrapers.meetings import status_of

ROW = ".MeetingRow"

_NUMBER = re.compile(r"Detail_Meeting\.aspx\?(?:[^#]*&)?ID=(\d{1,12})", re.IGNORECASE)
_WHEN = re.compile(r"([A-Z][a-z]{2,8})\s+(\d{1,2}),\s+(\d{4})\s+(\d{1,2}:\d\d\s*[AP]M)?", re.IGNORECASE)
_TOOLTIP = re.compile(
    r"Board:\s*(?P<board>.*?)\s*Type:\s*(?P<kind>.*?)\s*Status:[ \t]*(?P<status>\w*)(?P<place>.*)", re.DOTALL
)
_TOOLTIP_LENGTH = 2_000
_OVER = "Closed"
"""What the platform calls a meeting that was held."""


def rows_of(tree: LexborHTMLParser, base: str, source: Source) -> list[tuple[Record, tuple[Record, ...]]]:
    """Each meeting with its documents, in the order printed; rows without a number are left out."""
    return [row for node in tree.css(innermost(ROW)) if (row := _row(node, base, source)) is not None]


def _row(node: LexborNode, base: str, source: Source) -> tuple[Record, tuple[Record, ...]] | None:
    link = node.css_first(".RowLink a[href]")
    number = _NUMBER.search(attribute(link, "href")) if link is not None else None
    when = _WHEN.search(text_of(link))
    if link is None or number is None or when is None:
        return None
    said = _TOOLTIP.search(attribute(link, "title")[:_TOOLTIP_LENGTH])
    name = text_of(node.css_first(".RowDetails"))
    body, kind, label, place = (folded(said[part]) for part in said.groupdict()) if said else (name, "", "", "")
    habits = CouncilParameters.of(source).habits
    meeting = schema.meeting(
        source,
        key=number[1],
        body=body,
        day=day_of(when[1], when[2], when[3]),
        printed_time=(when[4] or "").strip(),
        location=place,
        status=status_of(
            label="held" if label == _OVER else label, name=name, remarks=(_message(node),), habits=habits
        ),
        comment=kind,
        url=absolute_url(base, attribute(link, "href")),
        extras={"status_as_printed": label} if label else {},
    )
    return meeting, _documents(meeting, node, base)


def _message(node: LexborNode) -> str:
    """What stands in the place of the documents: "Cancelled"."""
    return text_of(node.css_first("[class*=Cancelled], [class*=Message]"))


def _documents(meeting: Record, node: LexborNode, base: str) -> tuple[Record, ...]:
    documents = []
    for link in node.css(".MeetingLinks a[href]"):
        href, label = attribute(link, "href"), text_of(link)
        url = "" if href in ("", "#") or not label else absolute_url(base, href)
        if url:
            key = "-".join(re.findall(r"[a-z0-9]+", label.lower())) or "document"
            documents.append(schema.attachment(meeting, key=key, name=label, url=url, role=role_of(label)))
    return schema.one_a_key(documents)
