"""A Granicus view's rows as records: a meeting, and the documents that its row links to.

The key is the body's name, the day, and, from the second meeting of a body on a day on, its place among them in the
order of their hours. The platform's own numbers are no key: a meeting has an `event_id` until it is held, a `clip_id`
afterwards, and rows without a link have neither; with them every meeting held would be one removed and one added. The
price: a meeting that is put to another day is told as gone and as new, and the second of two on a day is renumbered
when the first goes. The numbers are kept in extras, with the addresses that hold them.

Names are cleaned before they are keys. One city lists "Finance Committee on 2018-06-21 - (8:30 a.m.)" before and
"Finance Committee" after: what is said in brackets, the hour, the day and the words for a cancellation are not the
body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.types import Record, Source
from scrapers.council import schema
from scrapers.council.documents import LISTED, role_of
from scrapers.council.markup import attribute, day_of, text_of
from scrapers.council.schema import Role
from scrapers.granicus.addresses import number_in, target_of
from scrapers.granicus.parameters import Parameters
from scrapers.meetings import start_time, status_of

ROWS = "tr.listingRow, div.row:has(span.committee)"

_WHEN = re.compile(
    r"(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2}),\s+(?P<year>\d{4})"
    r"(?:\s*[-–,]?\s*(?P<time>\d{1,2}:\d\d\s*[ap]\.?m\.?))?",
    re.IGNORECASE,
)
_DURATION = re.compile(r"\b\d{1,2}\s*h(?:rs?)?\s*\d{1,2}\s*m")
_DAY_IN_NAME = re.compile(r"\s+on\s+\d{4}-\d\d-\d\d\b|\b\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d\d)\b")
_BRACKETS = re.compile(r"\(([^()]{0,120})\)")
_HOUR = re.compile(r"(?:\bat\s+)?\b\d{1,2}(?::\d\d)?\s*[ap]\.?\s?m\b\.?|\b(?:12\s*)?noon\b", re.IGNORECASE)
_CALLED_OFF = re.compile(
    r"\*{0,3}\b(?:(?:has|is)\s+(?:been\s+)?)?(?:cancell?ed|cancell?ation(?:\s+notice|\s+of)?|postponed|rescheduled"
    r"|revised|amended|updated)\b\*{0,3}",
    re.IGNORECASE,
)
_EDGES = " \t-–—:;,*."
_UPCOMING = "#upcoming, .upcoming, table[summary*='Upcoming'], table[summary*='upcoming']"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as read, before the rows of a day are told apart."""

    name: str
    body: str
    aside: str
    day: date
    printed_time: str
    recorded: bool
    duration: str
    event: str
    clip: str
    links: tuple[tuple[str, str], ...]
    """(label, address)."""

    @property
    def hour(self) -> time:
        """When it begins; after all others where no hour is printed."""
        return start_time(self.printed_time) or time.max


def meetings_of(
    tree: LexborHTMLParser, base: str, source: Source, since: date
) -> tuple[tuple[Record, tuple[Record, ...]], ...]:
    """Meetings from `since` on with their documents, in the order printed, each once.

    One in progress is left out while it is: its row then prints no date.
    """
    rows = list(dict.fromkeys(row for node in tree.css(ROWS) if (row := _row(node, base)) is not None))
    together: dict[tuple[str, date], list[_Row]] = {}
    for row in rows:
        together.setdefault((_slug(row.body), row.day), []).append(row)
    found: list[tuple[Record, tuple[Record, ...]]] = []
    for row in rows:
        if row.day < since:
            continue
        place = (_slug(row.body), row.day)
        # The same row once with and once without its links is one meeting.
        siblings = sorted(_distinct(together[place]), key=lambda one: one.hour)
        if row in siblings:
            found.append(_meeting(row, siblings.index(row) + 1, source))
    return tuple(found)


def tells_what_comes(tree: LexborHTMLParser) -> bool:
    """Whether a view has a list of meetings to come, of which absence would be news."""
    if tree.css_first(_UPCOMING) is not None:
        return True
    return any("event_id=" in node.html for node in tree.css(ROWS) if node.html)


def _row(node: LexborNode, base: str) -> _Row | None:
    name = text_of(node.css_first("td[headers~=Name], span.committee"))
    cell = node.css_first("td[headers~=Date], td[headers^=Date]")
    printed = text_of(cell) if cell is not None else text_of(node).removeprefix(name)
    when = _WHEN.search(printed)
    day = day_of(when["month"], when["day"], when["year"]) if when else None
    if not name or day is None or when is None:
        return None
    links = tuple(_links(node, base))
    numbers = dict(filter(lambda pair: pair[0], (number_in(url) for _, url in links)))
    body, aside, hour = _name_apart(name)
    duration = _DURATION.search(text_of(node))
    return _Row(
        name=name,
        body=body,
        aside=aside,
        day=day,
        printed_time=(when["time"] or hour).strip(),
        recorded="clip" in numbers,
        duration=duration[0] if duration else "",
        event=numbers.get("event", ""),
        clip=numbers.get("clip", ""),
        links=links,
    )


def _links(node: LexborNode, base: str) -> Iterator[tuple[str, str]]:
    for link in node.css("a[href]"):
        hidden = "display:none" in attribute(link, "style").replace(" ", "").lower()
        url = "" if hidden else target_of(base, attribute(link, "href"), attribute(link, "onclick"))
        if not url:
            continue
        picture = link.css_first("img[alt]")
        label = text_of(link) or (attribute(picture, "alt") if picture is not None else "")
        yield label, url


def _name_apart(name: str) -> tuple[str, str, str]:
    """A row's name as (body, what is said beside it, hour): the parts that a city varies, taken off the body."""
    plain = _CALLED_OFF.sub(" ", _DAY_IN_NAME.sub(" ", name))
    asides = [aside.strip() for aside in _BRACKETS.findall(plain)]
    plain = _BRACKETS.sub(" ", plain)
    hour = next((match[0] for text in (plain, *asides) if (match := _HOUR.search(text))), "")
    body = " ".join(_HOUR.sub(" ", plain).split()).strip(_EDGES)
    said = "; ".join(aside for aside in asides if _HOUR.sub("", aside).strip(_EDGES))
    return body or name, said, hour.removeprefix("at ").strip()


def _distinct(rows: Sequence[_Row]) -> list[_Row]:
    """Rows of one body and day, each meeting once: some are listed without a link beside the row that has one, and
    for some hours both as coming and as recorded."""
    by_hour: dict[str, list[_Row]] = {}
    for row in rows:
        by_hour.setdefault(row.printed_time, []).append(row)
    kept: list[_Row] = []
    for same in by_hour.values():
        recorded = {row.clip: row for row in same if row.clip}
        coming = {row.event: row for row in same if row.event}
        kept += (recorded or coming).values() or same[:1]
    return kept


def _meeting(row: _Row, place: int, source: Source) -> tuple[Record, tuple[Record, ...]]:
    key = f"{_slug(row.body)}:{row.day.isoformat()}" + (f":{place}" if place > 1 else "")
    # A recording's length is printed of what took place.
    held = "held" if row.recorded else ""
    numbers = {"event": row.event, "clip": row.clip, "duration": row.duration}
    agenda = next((url for label, url in row.links if _role(label, url) is Role.AGENDA), "")
    viewer = agenda if _viewer(agenda) == "agendaviewer.php" and number_in(agenda)[0] else ""
    meeting = schema.meeting(
        source,
        key=key,
        body=row.body,
        day=row.day,
        printed_time=row.printed_time,
        status=status_of(label=held, name=row.name, remarks=(row.aside,), habits=Parameters.of(source).habits),
        agenda_status=_agenda_status(row.name, agenda),
        comment=row.aside,
        extras={name: value for name, value in {**numbers, "agenda_viewer": viewer}.items() if value},
    )
    return meeting, _documents(meeting, row)


def _agenda_status(name: str, agenda: str) -> str:
    if re.search(r"\b(?:revised|amended|updated)\b", name, re.IGNORECASE):
        return "revised"
    return "posted" if agenda else ""


def _documents(meeting: Record, row: _Row) -> tuple[Record, ...]:
    documents: dict[str, Record] = {}
    for label, url in row.links:
        role = _role(label, url)
        if role is Role.OTHER and not label:
            continue
        place = str(role) if role is not Role.OTHER else _slug(label)
        number = 2
        while place in documents and documents[place].url != url:
            place = f"{place.removesuffix(f'-{number - 1}')}-{number}"
            number += 1
        name = str(role).capitalize() if role is not Role.OTHER else label
        documents.setdefault(place, _document(meeting, place, name, url, role))
    return tuple(documents.values())


def _document(meeting: Record, place: str, name: str, url: str, role: Role) -> Record:
    """A document of a row. A viewer's address has the meeting's number in it: kept, and not compared."""
    document = schema.attachment(meeting, key=f"{LISTED}/{place}", name=name, url=url, role=role)
    if not number_in(url)[0]:
        return document
    compared = {fact: value for fact, value in document.facts.items() if fact != "url"}
    return replace(document, facts=compared, extras={**document.extras, "viewer": url})


def _role(label: str, url: str) -> Role:
    """By the viewer that a link leads to, which no city renames; else by its label."""
    by_viewer = {"agendaviewer.php": Role.AGENDA, "minutesviewer.php": Role.MINUTES, "mediaplayer.php": Role.VIDEO}
    return by_viewer.get(_viewer(url)) or role_of(label)


def _viewer(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2].lower()


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:80] or "meeting"
