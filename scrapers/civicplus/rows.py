"""An AgendaCenter's rows as records: a meeting, and the files that its row links to.

Ids of elements hold random digits and are never read. "Previous Versions" is offered only where a file has been
replaced (of the captured rows 8 of 28, 16 of 24, 13 of 28), and the stamp then may still say "Posted": either that link
or the stamp "Amended" makes the agenda a revised one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record, Source
from monitor.url import absolute_url
from scrapers.civicplus.addresses import File, file_of
from scrapers.civicplus.parameters import Parameters
from scrapers.council import schema
from scrapers.council.documents import LISTED, role_of
from scrapers.council.markup import attribute, day_of, text_of
from scrapers.council.schema import Role
from scrapers.meetings import status_of

ROW = "tr.catAgendaRow"

_PRINTED_DAY = re.compile(r"([A-Z][a-z]{2,8})\.?\s+(\d{1,2}),\s+(\d{4})")
_STAMP = re.compile(
    r"\b(Posted|Amended)\s+([A-Z][a-z]{2,8})\.?\s+(\d{1,2}),\s+(\d{4})\s+(\d{1,2}):(\d\d)\s*([AP])M", re.IGNORECASE
)
_ARROWS = "▼►▲◄▾▸ "
_YEAR = re.compile(r"\s+\d{4}$")
_NO_NAME = frozenset({"agenda", "minutes"})
"""What a row is called where its clerk gave it no name."""


def rows_of(tree: LexborHTMLParser, base: str, source: Source) -> list[tuple[Record, tuple[Record, ...]]]:
    """Each row's meeting with its files, in the order printed; rows that name no file of the AgendaCenter are left out.

    `base` is the address that links are relative to.
    """
    bodies: dict[int, str] = {}
    found = (_row(node, base, source, bodies) for node in tree.css(ROW))
    return [row for row in found if row is not None]


def stamp_in(text: str, source: Source) -> tuple[str, str]:
    """The stamp in a text: its word, "posted" or "amended", and its moment in UTC; both empty where there is none."""
    match = _STAMP.search(text)
    day = day_of(match[2], match[3], match[4]) if match else None
    if match is None or day is None:
        return "", ""
    hour, minute = int(match[5]) % 12 + (12 if match[7].upper() == "P" else 0), int(match[6])
    if minute > 59:
        return match[1].lower(), ""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(source.timezone))
    return match[1].lower(), f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _row(
    node: LexborNode, base: str, source: Source, bodies: dict[int, str]
) -> tuple[Record, tuple[Record, ...]] | None:
    links = [(link, absolute_url(base, attribute(link, "href"))) for link in node.css("a[href]")]
    files = [file for _, url in links if (file := file_of(url)) is not None]
    if not files:
        return None
    heading = text_of(node.css_first("h3, h4, h5, strong"))
    name = text_of(node.css_first("p")) or heading.rpartition(" M ")[2]
    versions = next((url for _, url in links if (file := file_of(url)) and not file.kind), "")
    word, stamp = stamp_in(heading, source)
    has_agenda = any(file.kind == "agenda" for file in files)
    revised = bool(versions) or word == "amended"
    comment = "" if name.casefold() in _NO_NAME else name
    meeting = schema.meeting(
        source,
        key=files[0].number,
        body=_body(node, bodies),
        day=_day(heading, files),
        status=status_of(label="", name=name, remarks=(), habits=Parameters.of(source).habits),
        agenda_status=("revised" if revised else "posted") if has_agenda or revised else "",
        agenda_published_at=stamp,
        comment=comment,
        extras={"previous_versions": versions} if versions else {},
    )
    return meeting, _files(meeting, links)


def _day(heading: str, files: Sequence[File]) -> date | None:
    """The day that a reader reads; that of the address may be an older one."""
    printed = _PRINTED_DAY.search(heading)
    return (day_of(printed[1], printed[2], printed[3]) if printed else None) or files[0].day


def _body(node: LexborNode, bodies: dict[int, str]) -> str:
    """The category that a row stands under; of a fragment without headings what its years are labelled with."""
    within = node.parent
    while within is not None:
        classes = attribute(within, "class").split()
        if "category" in classes or "listing" in classes or within.tag in ("body", "html"):
            break
        within = within.parent
    if within is None:
        return ""
    if within.mem_id not in bodies:
        heading = text_of(within.css_first("h3[data-cp-toggle]") or within.css_first("h2, h3[tabindex]"))
        label = within.css_first("ul.years a[aria-label]")
        years = _YEAR.sub("", attribute(label, "aria-label")) if label is not None else ""
        bodies[within.mem_id] = heading.strip(_ARROWS) or years
    return bodies[within.mem_id]


def _files(meeting: Record, links: Sequence[tuple[LexborNode, str]]) -> tuple[Record, ...]:
    """The files of a row, one a form, and what its cells for minutes and recordings link to elsewhere."""
    files: dict[str, Record] = {}
    for link, url in links:
        file = file_of(url)
        if file is not None and file.kind:
            role = Role.PACKET if file.form == "packet" else role_of(file.kind)
            name = " ".join(
                filter(None, (file.kind.capitalize(), {"html": "(web page)", "packet": "packet"}.get(file.form)))
            )
            place = "-".join(filter(None, (file.kind, file.form)))
        elif file is None and url and (cell := _cell_of(link)) in ("minutes", "media", "videos"):
            role = Role.MINUTES if cell == "minutes" else Role.VIDEO
            name, place = ("Minutes" if cell == "minutes" else "Recording"), f"{cell}-elsewhere"
        else:
            continue
        files.setdefault(place, schema.attachment(meeting, key=f"{LISTED}/{place}", name=name, url=url, role=role))
    return tuple(files.values())


def _cell_of(link: LexborNode) -> str:
    within = link.parent
    while within is not None and within.tag not in ("td", "tr"):
        within = within.parent
    return attribute(within, "class") if within is not None and within.tag == "td" else ""
