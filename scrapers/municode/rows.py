"""A Municode list's rows as records.

A meeting's key is the address of its own page, which every row has; the number in its documents' addresses comes only
with the first document.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record, Source
from monitor.url import absolute_url
from scrapers.council import schema
from scrapers.council.documents import role_of
from scrapers.council.markup import attribute, text_of
from scrapers.council.parameters import CouncilParameters
from scrapers.meetings import status_of

ROW = "table.views-table tbody tr"


def rows_of(tree: LexborHTMLParser, base: str, source: Source) -> list[tuple[Record, tuple[Record, ...]]]:
    """Each meeting with its documents, in the order printed; rows without a day or a page of their own are left out."""
    return [row for node in tree.css(ROW) if (row := _row(node, base, source)) is not None]


def _row(node: LexborNode, base: str, source: Source) -> tuple[Record, tuple[Record, ...]] | None:
    cells = {attribute(cell, "data-th").lower(): cell for cell in node.css("td[data-th]")}
    view = cells["view"].css_first("a[href]") if "view" in cells else None
    url = absolute_url(base, attribute(view, "href")) if view is not None else ""
    printed = node.css_first("[content]")
    try:
        # The clock of the council, with its offset.
        starts = datetime.fromisoformat(attribute(printed, "content") if printed is not None else "")
    except ValueError:
        return None
    if not url:
        return None
    body = text_of(cells.get("meeting"))
    meeting = schema.meeting(
        source,
        key=":".join(re.findall(r"[a-z0-9-]+", urlsplit(url).path.lower())),
        body=body,
        day=starts.date(),
        start=starts.time(),
        status=status_of(label="", name=body, remarks=(), habits=CouncilParameters.of(source).habits),
        url=url,
    )
    documents = [
        document
        for label, cell in cells.items()
        if label not in ("date", "meeting", "view")
        for document in _documents(meeting, label, cell, base)
    ]
    return meeting, schema.one_a_key(documents)


def _documents(meeting: Record, label: str, cell: LexborNode, base: str) -> list[Record]:
    """What a column links to: most documents as a PDF and as a web page, which their titles say."""
    documents = []
    for link in cell.css("a[href]"):
        url = absolute_url(base, attribute(link, "href"))
        if url:
            form = "html" if attribute(link, "title").lower().startswith("html") else ""
            key = "-".join(filter(None, (*label.split(), form)))
            name = f"{label.capitalize()} (web page)" if form else label.capitalize()
            documents.append(schema.attachment(meeting, key=key, name=name, url=url, role=role_of(label)))
    return documents
