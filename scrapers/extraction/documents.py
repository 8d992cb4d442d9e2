"""A council's page that lists agendas as files, read as meetings with documents: `extract = "documents"`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import unquote

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Link, Look, Record, RecordSet, Scope, ScopeKind, Source
from monitor.url import document_target
from scrapers.agendas.labels import Label, is_heading_of_a_meeting, label_of, label_of_row, without_revision
from scrapers.council.parameters import Phrase
from scrapers.council.schema import ATTACHMENTS, Role, attachment, calendar, local_time, meeting, still_to_come
from scrapers.lists.parameters import Name
from scrapers.lists.patterns import fits
from scrapers.meetings import LocalHabits, status_of
from scrapers.parameters import PageParameters

NAME = "documents"
VERSION = 1
READS = "html"

_NEVER = "9999-12-31"
_TARGET = re.compile(r"\[([^\[\]\s]+)\]")
"""How a line of `monitor.text` names the document behind a link."""
_KEY_LENGTH = 80
_UNDATED = "undated"


class PARAMETERS(PageParameters):
    """What a stanza may say of a page that lists agendas."""

    follow: bool = True
    """Look at the documents too."""
    address: tuple[Name, ...] = ()
    """Whole addresses of the documents, any of them, "*" standing for anything; without it all on the page."""
    body: str = ""
    """The body that meets, where neither a label nor a heading names one: "City Council"."""
    cancelled: tuple[Phrase, ...] = ()
    postponed: tuple[Phrase, ...] = ()
    """Phrases by which this office says that a meeting is off; see `scrapers.meetings`."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """A document with all that is said of it: on its own label, in its line, in the heading above."""

    link: Link
    own: Label
    day: date | None
    time: str
    body: str
    remarks: tuple[str, ...]


@dataclass(slots=True)
class _Heading:
    """The heading of a meeting, until a line comes that is neither of its documents nor before them."""

    label: Label = field(default_factory=Label)
    printed: str = ""
    used: bool = False


def claims(source: Source, url: str) -> bool:
    """Nothing: it is chosen by a stanza."""
    del source, url
    return False


def extract(look: Look, source: Source) -> Extraction:
    """Meetings of which a day is printed, the documents listed, and the page's text without them.

    The day and the body are those of the document's label, else of its line, else of the heading that it stands under;
    a document of which nothing certain is printed stays undated. A meeting or its document is missed while it is still
    to come; what is over rolls off the page, and undated documents come and go with their files.

    Raises ExtractionError where no document is listed.
    """
    parameters = PARAMETERS.of(source)
    page = read(look.body or b"", look.media_type, look.final_url)
    documents = [link for link in page.links if link.role == "document" and _is_wanted(link.url, parameters)]
    papers, text = _papers(page.lines, documents)
    if not papers:
        raise ExtractionError(
            f"{look.url} lists no document; look at it in a browser, and say render = true if a script fills the list."
        )
    meetings = _meetings(papers, source, parameters)
    today = local_time(look, source).date().isoformat()
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title,
        record_sets=(
            calendar(meetings.values(), still_to_come("", _NEVER, look, source)),
            RecordSet(
                "attachment",
                tuple(_attachments(papers, meetings, source, parameters)),
                Scope(ScopeKind.WINDOW, since=today, until=_NEVER),
                noun=ATTACHMENTS,
            ),
        ),
        links=tuple(Link(paper.link.url, paper.link.label) for paper in papers),
        text=text,
    )


def _is_wanted(url: str, parameters: PARAMETERS) -> bool:
    return not parameters.address or any(fits(url, pattern) for pattern in parameters.address)


def _papers(lines: Sequence[str], documents: Sequence[Link]) -> tuple[list[_Paper], tuple[str, ...]]:
    """The documents in their order, each once, and the lines that are left."""
    by_target: dict[str, list[Link]] = {}
    for link in documents:
        by_target.setdefault(document_target(link.url), []).append(link)
    papers: dict[str, _Paper] = {}
    left: list[str] = []
    heading = _Heading()
    for line in lines:
        links, rest = _links_in(line, by_target)
        if links:
            heading.used = True
            row = label_of_row(rest)
            for link in links:
                papers.setdefault(link.url, _paper(link, row, rest, heading))
            if row.rest and not is_heading_of_a_meeting(rest.replace("|", " ")):
                left.append(rest)
        elif is_heading_of_a_meeting(line):
            heading = _Heading(label_of(line), line)
        else:
            left.append(line)
            if heading.used:
                heading = _Heading()
    return list(papers.values()), tuple(left)


def _links_in(line: str, by_target: dict[str, list[Link]]) -> tuple[list[Link], str]:
    """The documents that a line links to, and its words without them."""
    found: list[Link] = []
    rest: list[str] = []
    place = 0
    for match in _TARGET.finditer(line):
        candidates = by_target.get(match[1], [])
        before = line[place : match.start()].rstrip()
        link = next((link for link in candidates if link.label and before.endswith(link.label)), None)
        link = link or next(iter(candidates), None)
        if link is None:
            continue
        found.append(link)
        rest.append(before.removesuffix(link.label))
        place = match.end()
    return found, " ".join(" ".join([*rest, line[place:]]).split()).strip(" |")


def _paper(link: Link, row: Label, rest: str, heading: _Heading) -> _Paper:
    own = label_of(link.label)
    # What a heading says is of its own day alone.
    above = heading.label if (own.day or row.day) in (None, heading.label.day) else Label()
    return _Paper(
        link=link,
        own=own,
        day=own.day or row.day or above.day,
        time=own.time or row.time or above.time,
        body=own.body or row.body or above.body,
        remarks=tuple(filter(None, (link.label, rest, heading.printed if above is heading.label else ""))),
    )


def _key(paper: _Paper, parameters: PARAMETERS) -> str:
    day = paper.day.isoformat() if paper.day else _UNDATED
    body = _slug(paper.body or parameters.body) if paper.day else ""
    return f"{day}/{body}" if body else day


def _meetings(papers: Sequence[_Paper], source: Source, parameters: PARAMETERS) -> dict[str, Record]:
    """A meeting for each day and body, by key."""
    groups: dict[str, list[_Paper]] = {}
    for paper in papers:
        if paper.day:
            groups.setdefault(_key(paper, parameters), []).append(paper)
    habits = LocalHabits(parameters.cancelled, parameters.postponed)
    return {
        key: meeting(
            source,
            key=key,
            body=group[0].body or parameters.body,
            day=group[0].day,
            printed_time=next((paper.time for paper in group if paper.time), ""),
            status=status_of(
                label="", name="", remarks=[remark for paper in group for remark in paper.remarks], habits=habits
            ),
        )
        for key, group in groups.items()
    }


def _attachments(
    papers: Sequence[_Paper], meetings: dict[str, Record], source: Source, parameters: PARAMETERS
) -> Iterator[Record]:
    """Every document under its meeting and its label, so that a new file under the same label amends it.

    Where one meeting has two of one label, their files tell them apart.
    """
    nowhere = Record("meeting", _UNDATED, "", place=source.jurisdiction)
    keys = [_key(paper, parameters) for paper in papers]
    names = [_name(paper) for paper in papers]
    shared = Counter(zip(keys, names, strict=True))
    used: Counter[str] = Counter()
    for paper, key, name in zip(papers, keys, names, strict=True):
        of = meetings.get(key, nowhere)
        file = _slug(document_target(paper.link.url).rpartition("/")[2])
        called = name if shared[key, name] == 1 else f"{name}-{file}"
        used[f"{key}/{called}"] += 1
        number = used[f"{key}/{called}"]
        found = attachment(
            of,
            key=called if number == 1 else f"{called}-{number}",
            name=paper.link.label or _file(paper.link.url),
            url=paper.link.url,
            role=paper.own.role,
        )
        yield found if of is not nowhere else replace(found, parent="")


def _name(paper: _Paper) -> str:
    """What stays of a document's label when it is replaced; of one without words its role, or its file's name."""
    said = _slug(without_revision(paper.own.rest))
    return said or (_slug(paper.own.role) if paper.own.role is not Role.OTHER else _slug(_file(paper.link.url)))


def _file(url: str) -> str:
    return unquote(url.partition("?")[0].rpartition("/")[2])


def _slug(words: str) -> str:
    return "-".join(re.findall(r"\w+", words.casefold()))[:_KEY_LENGTH].strip("-")
