"""The readers of PrimeGov, CivicClerk, eSCRIBE and CivicWeb: what each example says, and what none of them may do.

Examples are written for these tests in the documented shapes of the platforms; each folder says so.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ExtractionError
from monitor.types import Extraction, Look, Source
from scrapers.extraction import find
from scrapers.sources import shipped

EXAMPLES = Path(__file__).parent / "examples"
BOULDER, LOS_ANGELES = shipped()["boulder_council"], shipped()["los_angeles_council"]
PUEBLO, COUNTY = shipped()["pueblo_council"], shipped()["boulder_county"]
TELLURIDE = shipped()["telluride_council"]
SERVICE = f"{TELLURIDE.url}Services/MeetingsService.svc/meetings"
PALO_ALTO = replace(BOULDER, slug="palo_alto", url="https://cityofpaloalto.primegov.com/")
AT = datetime(2026, 9, 1, 18, 0, tzinfo=UTC)
MEETING = "&meeting=554&day=2026-09-03"
API = "https://puebloco.api.civicclerk.com/v1"
MEDIA_TYPES = {".json": "application/json", ".html": "text/html", ".pdf": "application/pdf"}
GUID = "3a6304b5-97b9-4bcc-aecd-72b8c188e73c"

CASES: dict[str, tuple[Source, str]] = {
    "primegov/upcoming.json": (BOULDER, f"{BOULDER.url}api/v2/PublicPortal/ListUpcomingMeetings"),
    "primegov_agenda/boulder.html": (BOULDER, f"{BOULDER.url}Portal/Meeting?meetingTemplateId=4423{MEETING}"),
    "primegov_agenda/los_angeles.html": (LOS_ANGELES, f"{LOS_ANGELES.url}Portal/Meeting?meetingTemplateId=5{MEETING}"),
    "primegov_agenda/palo_alto.html": (
        PALO_ALTO,
        f"{PALO_ALTO.url}Portal/Meeting?meetingTemplateId=7{MEETING}&agendas=2",
    ),
    "primegov_document/agenda.pdf": (
        BOULDER,
        f"{BOULDER.url}Public/CompiledDocument?meetingTemplateId=4423&compileOutputType=1",
    ),
    "civicclerk/events.json": (PUEBLO, f"{API}/Events"),
    "civicclerk_agenda/agenda.json": (PUEBLO, f"{API}/Meetings/1314?meeting=1559&day=2026-09-03"),
    "escribe/calendar.json": (COUNTY, f"{COUNTY.url}MeetingsCalendarView.aspx/GetCalendarMeetings?year=2026"),
    "escribe_agenda/agenda.html": (
        COUNTY,
        f"{COUNTY.url}Meeting.aspx?Id={GUID}&Agenda=Agenda&lang=English&meeting={GUID}&day=2026-09-08",
    ),
    "civicweb/meetings.json": (TELLURIDE, SERVICE),
    "civicweb_agenda/documents.json": (TELLURIDE, f"{SERVICE}/11025/meetingDocuments?meeting=11025&day=2026-09-08"),
}
DATA = [name for name in CASES if name.endswith(".json")]
PAGES = [name for name in CASES if name.endswith(".html")]


def read(name: str, body: bytes | None = None, at: datetime = AT) -> Extraction:
    """What the extractor that claims an example's address makes of the example, or of another body in its place."""
    source, url = CASES[name]
    path = EXAMPLES / name
    look = Look(
        url=url,
        at=at,
        status=200,
        body=path.read_bytes() if body is None else body,
        media_type=MEDIA_TYPES[path.suffix],
    )
    extractor = find(source, url)
    assert path.parent.name == extractor.NAME
    return extractor.extract(look, source)


@pytest.mark.parametrize("name", CASES)
def test_examples_read_as_expected(name: str) -> None:
    """Each answer gives exactly the records written down beside it."""
    path = EXAMPLES / name
    expected = path.with_name(f"{path.stem}.expected.json")
    assert json.loads(json.dumps(asdict(read(name)))) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_nothing_else_is_claimed(name: str) -> None:
    """The same address under a page watch is a page."""
    source, url = CASES[name]
    assert find(replace(source, spider="page"), url).NAME in ("page", "pdf")


@pytest.mark.parametrize("name", CASES)
def test_the_same_body_reads_the_same(name: str) -> None:
    """Pure: no clock but the look's, no order of a set."""
    assert read(name) == read(name)


@pytest.mark.parametrize("name", CASES)
def test_keys_are_one_a_record(name: str) -> None:
    """However often a thing is printed."""
    keys = [(found.kind, record.key) for found in read(name).record_sets for record in found.records]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"true", b"3", b'"text"', b"[[]]", b"{}", b'{"d": {}}', b'{"value": [1]}', b"<html>", b"[" * 5000],
    ids=lambda body: body[:12].decode(),
)
def test_an_answer_of_another_kind_is_an_error_in_a_sentence(name: str, body: bytes) -> None:
    """Never a traceback, and never an empty calendar."""
    with pytest.raises(ExtractionError, match=r"\.$"):
        read(name, body)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("body", [b"", b"<html><body><p>No agenda has been published.</p></body></html>"])
def test_a_page_without_an_item_is_an_error_in_a_sentence(name: str, body: bytes) -> None:
    """Nothing found is never an empty agenda."""
    with pytest.raises(ExtractionError, match=r"layout"):
        read(name, body)


def spoiled(value: Any) -> list[Any]:
    """A JSON value with, in turn, each of its fields replaced by nonsense."""
    nonsense: tuple[Any, ...] = (None, [], {}, -1, "<p>&nbsp;</p>", [None, 3, "x"], True, 1e300, {"a": [{}]})
    found: list[Any] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [{**value, key: bad} for bad in nonsense]
            found += [{**value, key: bad} for bad in spoiled(inner)]
            found.append({other: kept for other, kept in value.items() if other != key})
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            found += [[*value[:place], bad, *value[place + 1 :]] for bad in (*nonsense, *spoiled(inner))]
    return found


@pytest.mark.parametrize("name", DATA)
def test_no_field_that_is_not_as_documented_is_a_traceback(name: str) -> None:
    """Missing keys, nulls, other types, markup: read as far as it goes, or refused in a sentence."""
    answer = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    for bad in spoiled(answer):
        with suppress(ExtractionError):
            json.dumps(asdict(read(name, json.dumps(bad).encode())))


@pytest.mark.parametrize("name", PAGES)
def test_markup_made_to_hurt_is_refused_or_read_at_once(name: str) -> None:
    """Containers a thousand deep, and ten thousand side by side."""
    deep = b"<div class='AgendaItemContainer meeting-item' data-itemid='1'>" * 3000
    with pytest.raises(ExtractionError):
        read(name, deep)
    began = datetime.now(UTC)
    wide = (
        b"<div class='AgendaItemContainer'><div class='AgendaItemTitle'>x</div></div>"
        b"<div class='agenda-item' id='AgendaItem_1'>x<a href='filestream.ashx?DocumentId=1'>y</a></div>"
    ) * 4000
    read(name, wide)
    assert (datetime.now(UTC) - began).total_seconds() < 20


@pytest.mark.parametrize("name", ["primegov_agenda/boulder.html", "escribe_agenda/agenda.html"])
def test_an_agenda_is_complete_until_its_day_is_over(name: str) -> None:
    """What clerks tidy up afterwards withdraws nothing."""
    kinds = {found.scope.kind.value for found in read(name).record_sets}
    assert kinds == {"complete"}
    late = read(name, at=datetime(2026, 9, 20, tzinfo=UTC))
    assert {found.scope.kind.value for found in late.record_sets} == {"none"}
