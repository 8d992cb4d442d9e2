"""Reads the list of an agenda's earlier versions in a CivicPlus AgendaCenter.

That an agenda was replaced is told of its meeting (`agenda_status`, and the new stamp). Here the replaced files
themselves become attachments, named as replaced, so that a reader can lay what was withdrawn beside the new one.
No capture of such a page was at hand: what is relied on is the form of its links alone, which several readers report.
"""

from __future__ import annotations

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Record, RecordSet, Source
from monitor.url import absolute_url
from scrapers.civicplus.addresses import file_of, lists_versions
from scrapers.civicplus.rows import stamp_in
from scrapers.council import schema
from scrapers.council.documents import role_of
from scrapers.council.markup import attribute
from scrapers.council.schema import Role
from scrapers.council.words import folded
from scrapers.markup import tree_of

NAME = "civicplus_versions"
VERSION = 1
READS = "html"

_ARCHIVED = "archived"
_NEAR = 400
"""Characters of text before a link in which its stamp stands."""


def claims(source: Source, url: str) -> bool:
    """A list of earlier versions of a source's AgendaCenter."""
    return source.spider == "civicplus" and lists_versions(url)


def extract(look: Look, source: Source) -> Extraction:
    """Records of kind `attachment`. Raises ExtractionError for a page that links to no file of the AgendaCenter.

    Nothing is said of what is missing: what a clerk takes off this list was replaced long before.
    """
    asked = file_of(look.url) or file_of(look.final_url)
    if asked is None:
        raise ExtractionError(f"{look.url} names no agenda; it should end in the number of one.")
    meeting = Record(
        "meeting", asked.number, "", place=source.jurisdiction, about=asked.day.isoformat() if asked.day else ""
    )
    files = 0
    replaced: dict[str, Record] = {}
    before = ""
    body = tree_of(look).body
    for node in body.traverse(include_text=True) if body is not None else ():
        if node.tag == "-text":
            before = f"{before} {node.text()}"[-_NEAR:]
        if node.tag != "a":
            continue
        url = absolute_url(look.final_url, attribute(node, "href"))
        file = file_of(url)
        if file is None or not file.kind:
            continue
        files += 1
        if file.kind.startswith(_ARCHIVED):
            record = _replaced(meeting, url, folded(before), source)
            replaced.setdefault(record.key, record)
    if not files:
        raise ExtractionError(f"{look.url} links to no version of the agenda; open it in a browser.")
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{source.title}: replaced files of {meeting.about or meeting.key}",
        record_sets=(RecordSet("attachment", tuple(replaced.values()), noun=schema.ATTACHMENTS),),
        text=tuple(f"{record.title} · {record.url}" for record in replaced.values()) or ("No earlier version.",),
        compare_text=False,
    )


def _replaced(meeting: Record, url: str, before: str, source: Source) -> Record:
    file = file_of(url)
    assert file is not None
    kind = file.kind.removeprefix(_ARCHIVED)
    _, stamp = stamp_in(_last_stamp(before), source)
    form = {"html": " (web page)", "packet": " packet"}.get(file.form, "")
    return schema.attachment(
        meeting,
        key="/".join(filter(None, ("replaced", kind, file.number, file.form))),
        name=f"Replaced {kind}{form}",
        url=url,
        role=Role.PACKET if file.form == "packet" else role_of(kind),
        published_at=stamp,
    )


def _last_stamp(text: str) -> str:
    """The text from its last stamp on."""
    lower = text.lower()
    return text[max(lower.rfind("posted"), lower.rfind("amended"), 0) :]
