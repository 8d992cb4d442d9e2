"""Real captures of four JSON platforms through the real intake: read whole, and the same again is nothing.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Health, Look, Record, Source, StoredChange
from scrapers.intake import Intake
from scrapers.sources import shipped
from storage import Archive

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples" / "agendas").resolve()
LOS_ANGELES, LACEY, CHULA_VISTA = (
    shipped()[slug] for slug in ("los_angeles_council", "lacey_council", "chula_vista_council")
)
CLAYTON = replace(LOS_ANGELES, slug="clayton", url="https://claytoncountyga.primegov.com/", timezone="America/New_York")
SOUTH_FULTON = replace(
    LACEY, slug="south_fulton", url="https://southfultonga.portal.civicclerk.com/", timezone="America/New_York"
)
TAYLOR = replace(LACEY, slug="taylor", url="https://taylorfl.portal.civicclerk.com/", timezone="America/New_York")
LAS_CRUCES = replace(shipped()["telluride_council"], slug="las_cruces", url="https://lascruces.civicweb.net/")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")

CASES: dict[str, tuple[Source, str, datetime, dict[str, int]]] = {
    "primegov/claytoncounty_archived.json": (
        CLAYTON,
        f"{CLAYTON.url}api/v2/PublicPortal/ListArchivedMeetings?year=2026",
        datetime(2026, 4, 22, tzinfo=UTC),
        {"meeting": 18, "attachment": 35},
    ),
    "primegov/lacity_meetings_2021.json": (
        LOS_ANGELES,
        f"{LOS_ANGELES.url}api/v2/PublicPortal/ListArchivedMeetings?year=2021",
        datetime(2021, 10, 23, tzinfo=UTC),
        {"meeting": 5, "attachment": 7},
    ),
    "civicclerk/lacey_events.json": (
        LACEY,
        "https://laceywa.api.civicclerk.com/v1/Events",
        datetime(2026, 8, 20, tzinfo=UTC),
        {"meeting": 5},
    ),
    "civicclerk/lacey_events_council.json": (
        LACEY,
        "https://laceywa.api.civicclerk.com/v1/Events",
        datetime(2026, 8, 2, tzinfo=UTC),
        {"meeting": 10, "attachment": 22},
    ),
    "civicclerk/southfulton_events.json": (
        SOUTH_FULTON,
        "https://southfultonga.api.civicclerk.com/v1/Events",
        datetime(2026, 4, 14, tzinfo=UTC),
        {"meeting": 16, "attachment": 2},
    ),
    "civicclerk/taylor_meeting_109_items.json": (
        TAYLOR,
        "https://taylorfl.api.civicclerk.com/v1/Meetings/109?meeting=109&day=2026-09-21",
        datetime(2026, 9, 10, tzinfo=UTC),
        {"agenda_item": 32},
    ),
    "escribe/chulavista_calendar_meetings.json": (
        CHULA_VISTA,
        f"{CHULA_VISTA.url}MeetingsCalendarView.aspx/GetCalendarMeetings?year=2025",
        datetime(2025, 12, 10, tzinfo=UTC),
        {"meeting": 1, "attachment": 4},
    ),
    "civicweb/lascruces_meetings.json": (
        LAS_CRUCES,
        f"{LAS_CRUCES.url}Services/MeetingsService.svc/meetings",
        datetime(2026, 3, 15, tzinfo=UTC),
        {"meeting": 10},
    ),
    "civicweb/lascruces_meeting_documents.json": (
        LAS_CRUCES,
        f"{LAS_CRUCES.url}Services/MeetingsService.svc/meetings/10669/meetingDocuments?meeting=10669&day=2024-08-26",
        datetime(2024, 8, 20, tzinfo=UTC),
        {"agenda_item": 5, "attachment": 3},
    ),
}


class Reader:
    """An archive in memory that takes bodies of one page, an hour apart."""

    def __init__(self, name: str) -> None:
        self.archive = Archive.in_memory()
        self.source, self.url, self.now, self.expected = CASES[name]
        self.archive.keep_source(self.source, self.now)

    async def take(self, body: bytes) -> str:
        """One run; what was wrong with the look, empty when nothing was."""
        self.now += timedelta(hours=1)
        intake = Intake(self.archive, lambda: self.now)
        run = self.archive.begin_run(self.source.slug, self.archive.begin_poll(self.now), self.now)
        look = Look(url=self.url, at=self.now, status=200, body=body, media_type="application/json")
        taken = await intake.take(look, self.source, run)
        self.archive.end_run(
            run,
            self.now,
            outcome="ok",
            complete=True,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )
        return taken.broken or ("" if taken.verdict.believed else taken.verdict.reason)

    def present(self, kind: str) -> dict[str, Record]:
        return {record.key: record for record in self.archive.present_records(self.source.slug, kind)}

    def told(self) -> tuple[StoredChange, ...]:
        return self.archive.changes()


def capture(name: str) -> Any:
    """A capture's JSON."""
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
async def test_every_capture_is_read_whole_and_twice_is_once(name: str) -> None:
    """As many records as a reader counts; printed otherwise (sorted, spaced) it is no news."""
    reader = Reader(name)
    body = (SAMPLES / name).read_bytes()
    assert await reader.take(body) == ""
    counted = {kind: len(reader.present(kind)) for kind in ("meeting", "agenda_item", "attachment")}
    assert {kind: count for kind, count in counted.items() if count} == reader.expected
    assert await reader.take(body) == ""
    assert await reader.take(json.dumps(json.loads(body), sort_keys=True, indent=1).encode()) == ""
    assert reader.told() == ()


async def test_laceys_meeting_was_put_off_and_its_packet_revised() -> None:
    """The states of August 2026 from those before: one event renamed, one new, one packet in place of another."""
    name = "civicclerk/lacey_events_council.json"
    after = capture(name)
    before = json.loads(json.dumps(after))
    rows = {row["id"]: row for row in before["value"]}
    rows[1365] |= {"eventName": "City Council Meeting", "publishedFiles": []}
    rows[1378]["publishedFiles"][1] |= {"fileId": 4111, "name": "2026-08-11 Worksession Agenda Packet"}
    before["value"].remove(rows[1559])
    reader = Reader(name)
    assert await reader.take(json.dumps(before).encode()) == ""
    assert await reader.take(json.dumps(after).encode()) == ""
    told = sorted((stored.change.kind.value, stored.change.record_key) for stored in reader.told())
    assert told == [
        ("record_added", "1365/listed/4094"),
        ("record_added", "1559"),
        ("record_added", "1559/listed/4091"),
        ("record_added", "1559/listed/agenda"),
        ("record_added", "1559/listed/packet"),
        ("record_amended", "1365"),
        ("record_amended", "1378/listed/packet"),
    ]
    assert reader.present("meeting")["1365"].facts["status"] == "postponed"


async def test_los_angeles_called_a_meeting_off_by_a_notice() -> None:
    """No field says so: what the document is called does."""
    reader = Reader("primegov/lacity_meetings_2021.json")
    await reader.take((SAMPLES / "primegov/lacity_meetings_2021.json").read_bytes())
    statuses = {key: record.facts["status"] for key, record in reader.present("meeting").items()}
    assert {key for key, status in statuses.items() if status == "cancelled"} == {"9944"}


async def test_claytons_minutes_compiled_anew_are_one_document() -> None:
    """Three forms of one template's summary minutes are listed, of January and April: the newest stamp counts."""
    reader = Reader("primegov/claytoncounty_archived.json")
    await reader.take((SAMPLES / "primegov/claytoncounty_archived.json").read_bytes())
    minutes = reader.present("attachment")["558/listed/4442"]
    assert minutes.facts["published_at"] == "2026-04-02T16:17:56Z"
    assert minutes.extras["numbers"] == [4522, 4523, 5705]


async def test_las_cruces_called_a_meeting_off_on_its_agendas_cover() -> None:
    """The calendar lists it as ever; the paragraph "CANCELLED" on the cover is what a reader is told."""
    name = "civicweb/lascruces_meeting_documents.json"
    after = capture(name)
    before = json.loads(json.dumps(after).replace("CANCELLED", ""))
    reader = Reader(name)
    assert await reader.take(json.dumps(before).encode()) == ""
    assert await reader.take(json.dumps(after).encode()) == ""
    ((fields,),) = [[stored.change.details["fields"]] for stored in reader.told()]
    assert fields == {"name": ["Agenda", "Agenda (cancelled)"], "role": ["agenda", "notice"]}
