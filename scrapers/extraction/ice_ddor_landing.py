"""The page of ICE's Declined Detainer Outcome Report: its notices, and the reports that it links to."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import ExtractionError
from monitor.text import read
from monitor.types import Extraction, Link, Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.detainers.notices import (
    CADENCE,
    CORRECTION,
    OTHER,
    SUSPENSION,
    Notice,
    notices_in,
    sentences,
    without_targets,
)
from scrapers.detainers.period import first_period

NAME = "ice_ddor_landing"
VERSION = 1
READS = "html"

REPORT_NAME = "the Declined Detainer Outcome Report"

_FOLDER = "/doclib/ddor/"
_LABELLED = re.compile(r"\breport\b", re.IGNORECASE)
_LEFT_OVER = 40
"""Characters: beside a report's link stand its size and type; more than that is a sentence of its own."""


_SCHEDULE = "schedule"


def claims(source: Source, url: str) -> bool:
    """The source's own page, by its path: the host may be a replica's."""
    path = urlsplit(url).path.rstrip("/").lower()
    return source.spider in ("ice_detainers", "ice_declined_detainers") and path.endswith(
        "declined-detainer-outcome-report"
    )


def extract(look: Look, source: Source) -> Extraction:
    """Notices as records, reports as links, and the text that is left when both are taken out.

    Raises ExtractionError for a page without any text.
    """
    del source
    page = read(look.body or b"", look.media_type, look.final_url)
    if not page.lines:
        raise ExtractionError("The report's page holds no text; look at it in a browser, its layout may have changed.")
    reports = _reports(page.links, look.final_url)
    notices = notices_in(page.lines)
    told = {place for notice in notices for place in notice.lines}
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=page.title,
        record_sets=(RecordSet("notice", _records(notices), Scope(ScopeKind.COMPLETE), noun=("notice", "notices")),),
        links=reports,
        text=tuple(
            left
            for place, line in enumerate(page.lines)
            if place not in told and (left := _without_reports(line, reports))
        ),
    )


def _reports(links: tuple[Link, ...], url: str) -> tuple[Link, ...]:
    """PDFs of the reports' folder, and PDFs of this site that are called a report."""
    here = _site(url)
    found: dict[str, Link] = {}
    for link in links:
        path = urlsplit(link.url).path.lower()
        called_report = _LABELLED.search(link.label) or first_period(link.label)
        if path.endswith(".pdf") and (_FOLDER in path or (called_report and _site(link.url) == here)):
            found.setdefault(link.url, Link(link.url, link.label, "report"))
    return tuple(found.values())


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _without_reports(line: str, reports: tuple[Link, ...]) -> str:
    """The line; without its links to reports where it has any, and nothing when little else stands in it."""
    paths = [f"[{target}]" for report in reports for target in (urlsplit(report.url).path, report.url)]
    if not any(path in line for path in paths):
        return line
    rest = without_targets(line)
    for report in reports:
        rest = rest.replace(without_targets(report.label), "") if report.label else rest
    return " ".join(rest.split()) if len(rest.strip()) > _LEFT_OVER else ""


def _records(notices: tuple[Notice, ...]) -> tuple[Record, ...]:
    """Keys by kind, of corrections by edition, so that a notice that is worded anew is amended and not another one.

    A suspension takes the place of the promise: whether and when the report appears is one record, the schedule.
    """
    seen: Counter[str] = Counter()
    scheduled = SUSPENSION if any(notice.kind == SUSPENSION for notice in notices) else CADENCE
    records: list[Record] = []
    for position, notice in enumerate(notices, start=1):
        key = f"{notice.kind}/{notice.period.order}" if notice.kind == CORRECTION and notice.period else notice.kind
        if notice.kind == scheduled:
            key = _SCHEDULE
        seen[key] += 1
        facts: dict[str, Any] = {
            "notice": notice.kind,
            "text": notice.text,
            "affects": [
                {"edition": one.edition, "jurisdiction": one.jurisdiction, "how": one.how} for one in notice.affects
            ],
        }
        if notice.posted_on:
            facts["posted_on"] = notice.posted_on
        records.append(
            Record(
                kind="notice",
                key=key if seen[key] == 1 else f"{key}#{seen[key]}",
                title=_title(notice),
                facts=facts,
                position=position,
                about=notice.posted_on,
            )
        )
    return tuple(records)


def _title(notice: Notice) -> str:
    """A sentence that tells the news without the notice."""
    if notice.kind == CORRECTION:
        of_what = f"the {notice.period.label} report" if notice.period else REPORT_NAME
        names = "; ".join(dict.fromkeys(one.jurisdiction for one in notice.affects))
        return f"Correction to {of_what}: withdraws {names}" if names else f"Correction to {of_what}"
    if notice.kind == SUSPENSION:
        return "ICE suspends the Declined Detainer Outcome Report"
    if notice.kind == CADENCE:
        return f"ICE says that {REPORT_NAME} is {notice.rhythm}"
    assert notice.kind == OTHER
    first = sentences(notice.text)[0]
    return first if len(first) <= 160 else first[:159].rsplit(" ", 1)[0] + "…"
