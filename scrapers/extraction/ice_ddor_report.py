"""ICE's Declined Detainer Outcome Report, a PDF: who limits detainers, who got most, which were declined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.errors import ExtractionError
from monitor.types import Edition, Extraction, Facts, Look, Record, RecordSet, Scope, ScopeKind, Source
from scrapers.detainers.names import key_of, state_of, straight
from scrapers.detainers.period import Period, first_period, period_of_file
from scrapers.extraction import pdf

if TYPE_CHECKING:
    from scrapers.detainers.tables import Row, Sections
    from scrapers.pdf_pages import PdfDocument

NAME = "ice_ddor_report"
VERSION = 2
READS = "pdf"
BOUNDED = True

SERIES = "ice_declined_detainers"
MEANING = "detainers issued, not declined"
"""Kept with every row of Section I: the press read the numbers as declined (sources: the report's own headings)."""

_MOST_ISSUED = (
    "jurisdiction with the most detainers issued",
    "jurisdictions with the most detainers issued",
)
_AGENCIES = ("agency with declined detainers", "agencies with declined detainers")

_OWN_NAME = re.compile(r"\bdetainer\s+outcome\s+report\b|\bsection\s+i{1,3}\b", re.IGNORECASE)
_ISSUED_NATIONWIDE = re.compile(
    r"\bissued\s+(?:a\s+total\s+of\s+)?(\d[\d,]*)\s+detainers|(\d[\d,]*)\s+detainers\s+(?:were\s+|had\s+been\s+)?issued",
    re.I,
)
_AREA = re.compile(r"\s*\((?P<area>[^()]*)\)\s*$")
_DISPOSITION = re.compile(r"\s*[(\[]\s*(?P<what>convict|charg)\w*\s*[)\]]", re.IGNORECASE)
_MONTH_FORMS = ("%B %Y", "%b %Y", "%b. %Y", "%m/%Y", "%Y-%m", "%B, %Y", "%B %d, %Y", "%m/%d/%Y")
_DAY_FORMS = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%b. %d, %Y")


def claims(source: Source, url: str) -> bool:
    """PDFs of the source whose spider follows the report's page."""
    return source.spider in ("ice_detainers", "ice_declined_detainers") and urlsplit(url).path.lower().endswith(".pdf")


def extract(look: Look, source: Source) -> Extraction:
    """Four record sets of one edition; the list of policies comes first, since it is what readers count.

    Another report that the page links to, such as the quarterly successor that nobody kept a copy of, is its text.
    Raises ExtractionError when the body is no readable PDF, or calls itself this report and has no "Section I/II/III"
    or names no period.
    """
    # Only the child process pays for the libraries.
    from scrapers.detainers.tables import DECLINED, POLICIES, VOLUME  # noqa: PLC0415

    try:
        document, sections = _read(look.body or b"")
    except ExtractionError:
        other = pdf.extract(look, source)
        if _OWN_NAME.search(" ".join((other.title, *other.text))):
            raise
        return other
    period = _period(document, look.url)
    edition = Edition(SERIES, period.label, period.order)
    declined = _declined(sections.rows[DECLINED], period)
    sets = (
        _set("detainer_policy", ("jurisdiction", "jurisdictions"), _policies(sections.rows[POLICIES], period), edition)
        if POLICIES in sections.anchors
        else None,
        _set("detainer_volume", _MOST_ISSUED, _volume(sections.rows[VOLUME], period), edition)
        if VOLUME in sections.anchors
        else None,
        _set("declined_detainer", _AGENCIES, declined, edition) if DECLINED in sections.anchors else None,
        _set("detainer_report", ("report", "reports"), (_report(document, sections, period, len(declined)),), edition),
    )
    return Extraction(
        extractor=f"{NAME}/{VERSION}",
        title=f"{_title(document)}, {period.label}",
        record_sets=tuple(found for found in sets if found is not None),
        text=_text(sections),
        compare_text=False,
    )


def _read(body: bytes) -> tuple[PdfDocument, Sections]:
    """The cheap library and ruled grids first; the dear one, and columns without rules, when that is not plausible."""
    from scrapers.detainers.tables import read_columns, read_ruled  # noqa: PLC0415
    from scrapers.pdf_pages import read_with_pdfium, read_with_pdfplumber  # noqa: PLC0415

    for read in (read_with_pdfium, read_with_pdfplumber):
        document = read(body)
        for tables in (read_ruled, read_columns):
            sections = tables(document)
            if not sections.anchors:
                raise ExtractionError(
                    'No "Section I", "II" or "III" was found; look whether the PDF is the report, or in a new layout.'
                )
            if sections.is_plausible:
                return document, sections
    raise ExtractionError(
        "The report's sections were found, but not the rows of their tables; look whether its layout has changed."
    )


def _period(document: PdfDocument, url: str) -> Period:
    from scrapers.pdf_pages import lines_of, text_of  # noqa: PLC0415

    for page in document.pages[:2]:
        found = first_period(" ".join(text_of(line) for line in lines_of(page.words)))
        if found is not None:
            return found
    named = period_of_file(url)
    if named is None:
        raise ExtractionError("The report names no period on its first pages; please look at it and report its layout.")
    return named


def _title(document: PdfDocument) -> str:
    """The line of the first page that calls itself a report; titles drift, so it is shown and never relied on."""
    from scrapers.pdf_pages import lines_of, text_of  # noqa: PLC0415

    lines = (text_of(line) for line in lines_of(document.pages[0].words))
    return next(
        (line for line in lines if re.search(r"detainer.*\breport$", line, re.I) and len(line) < 100),
        "Declined Detainer Outcome Report",
    )


def _set(kind: str, noun: tuple[str, str], records: Sequence[Record], edition: Edition) -> RecordSet:
    scope = Scope(ScopeKind.COMPLETE, prefix=f"{edition.order}/")
    return RecordSet(kind, _told_apart(records), scope, edition, noun)


def _told_apart(records: Iterable[Record]) -> tuple[Record, ...]:
    """Equal keys get an ordinal: two people may share every fact that is printed about them."""
    seen: Counter[str] = Counter()
    apart: list[Record] = []
    for record in records:
        seen[record.key] += 1
        ordinal = seen[record.key]
        apart.append(record if ordinal == 1 else replace(record, key=f"{record.key}#{ordinal}"))
    return tuple(apart)


def _policies(rows: Sequence[Row], period: Period) -> list[Record]:
    from scrapers.pdf_tables import bullets  # noqa: PLC0415

    records: list[Record] = []
    for position, row in enumerate(rows, start=1):
        printed = straight(row.text("jurisdiction"))
        area = _AREA.search(printed)
        jurisdiction = printed[: area.start()] if area else printed
        policy = straight(row.text("policy"))
        facts: Facts = {
            "jurisdiction": jurisdiction,
            "area_of_responsibility": area["area"] if area else "",
            "enacted": _month(row.text("enacted")),
            "enacted_as_printed": row.text("enacted"),
            "policy": policy,
            "criteria": [straight(item) for item in bullets(row.cells.get("criteria", ()))],
        }
        key = f"{period.order}/policy/{key_of(jurisdiction)}/{key_of(policy)}"
        records.append(
            Record(
                "detainer_policy", key, jurisdiction, facts, position=position, member=jurisdiction, place=jurisdiction
            )
        )
    return records


def _volume(rows: Sequence[Row], period: Period) -> list[Record]:
    records: list[Record] = []
    for position, row in enumerate(rows, start=1):
        jurisdiction, state = straight(row.text("jurisdiction")), state_of(straight(row.text("state")))
        if not state and ", " in jurisdiction:
            jurisdiction, state = jurisdiction.rsplit(", ", 1)
            state = state_of(state)
        whole = f"{jurisdiction}, {state}" if state else jurisdiction
        rank = _number(row.text("rank"))
        facts: Facts = {
            "rank": position if rank is None else rank,
            "jurisdiction": jurisdiction,
            "state": state,
            "detainers_issued": _number(row.text("issued")),
            "meaning": MEANING,
        }
        key = f"{period.order}/volume/{key_of(whole)}"
        records.append(Record("detainer_volume", key, whole, facts, position=position, member=whole, place=whole))
    return records


def _declined(rows: Sequence[Row], period: Period) -> list[Record]:
    records: list[Record] = []
    for position, row in enumerate(rows, start=1):
        agency, state = straight(row.text("agency")), state_of(straight(row.text("state")))
        activity, disposition = _activity(straight(row.text("activity")))
        whole = f"{agency}, {state}" if state else agency
        facts: dict[str, Any] = {
            "agency": agency,
            "state": state,
            "citizenship": straight(row.text("citizenship")),
            "issued_on": _day(row.text("issued")),
            "declined_on": _day(row.text("declined")),
            "activity": activity,
            "disposition": disposition,
        }
        key = f"{period.order}/declined/" + "/".join(key_of(str(value)) for value in facts.values())
        title = f"{whole}: {facts['citizenship']}, {activity}" if activity else f"{whole}: {facts['citizenship']}"
        records.append(
            Record(
                "declined_detainer",
                key,
                title,
                facts,
                position=position,
                member=whole,
                place=whole,
                about=facts["declined_on"] if re.fullmatch(r"\d{4}-\d\d-\d\d", facts["declined_on"]) else "",
            )
        )
    return records


def _report(document: PdfDocument, sections: Sections, period: Period, declined: int) -> Record:
    issued = _ISSUED_NATIONWIDE.search(" ".join(sections.lines))
    title = _title(document)
    facts: Facts = {
        "title": title,
        "period_start": period.start.isoformat(),
        "period_end": period.end.isoformat(),
        "detainers_issued": _number(issued[1] or issued[2]) if issued else None,
        "declined_recorded": declined,
        "pages": len(document.pages),
    }
    return Record(
        "detainer_report",
        f"{period.order}/report",
        f"{title}, {period.label}",
        facts,
        about=period.start.isoformat(),
    )


def _text(sections: Sections) -> tuple[str, ...]:
    """The lines outside tables, then every row on one line: a search finds a row's words together."""
    rows = (
        " | ".join(straight(row.text(name)) for name in row.cells)
        for section in ("I", "II", "III")
        for row in sections.rows[section]
    )
    return (*sections.lines, *rows)


def _activity(text: str) -> tuple[str, str]:
    """What for, and how it ended: "conviction", "charge", or "unknown" where the row says neither or both."""
    found = {match["what"].lower() for match in _DISPOSITION.finditer(text)}
    if len(found) != 1:
        return text, "unknown"
    return _DISPOSITION.sub("", text).strip(" ,;"), "conviction" if found == {"convict"} else "charge"


def _number(text: str) -> int | None:
    """A printed count: "3,083". None where nothing, or no number, is printed."""
    digits = re.fullmatch(r"\s*(\d[\d,]*)\D{0,2}", text)
    return int(digits[1].replace(",", "")) if digits else None


def _month(text: str) -> str:
    """ "2017-02" for "February 2017"; empty when no month and year can be read."""
    parsed = _parsed(text, _MONTH_FORMS)
    return f"{parsed:%Y-%m}" if parsed else ""


def _day(text: str) -> str:
    """ "2017-01-28" for "1/28/2017"; the text as printed when it is no date."""
    parsed = _parsed(text, _DAY_FORMS)
    return parsed.isoformat() if parsed else straight(text)


def _parsed(text: str, forms: Iterable[str]) -> date | None:
    plain = straight(text).replace("Sept.", "Sep.").replace("Sept ", "Sep ")
    for form in forms:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a printed day, in nobody's time zone
        except ValueError:
            continue
    return None
