"""The Legistar reader over real captures: what changed between them, and nothing else. Skipped where they are absent.

Captures lie beside the checkout and are never part of it. The series of one city's calendar has its differences
worked out field by field; the versions of three meetings were kept by a collector under its own field names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ExtractionError
from monitor.records import RecordComparison, compare
from monitor.types import Extraction, Look, RecordSet, Source
from scrapers.extraction import legistar_api

SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples" / "agendas"
SERIES = SAMPLES / "legistar_api_series" / "nyc_events"
VERSIONS = SAMPLES / "legistar_event_versions"
NEW_YORK = Source(
    slug="nyc_council",
    title="New York City Council",
    url="https://webapi.legistar.com/v1/nyc/events",
    spider="legistar_api",
    jurisdiction="New York City, New York",
    timezone="America/New_York",
)

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")


def read(body: bytes, at: datetime, url: str = NEW_YORK.url) -> Extraction:
    """What the reader makes of a capture."""
    return legistar_api.extract(Look(url=url, at=at, status=200, body=body), NEW_YORK)


def meetings_of(stamp: str) -> RecordSet:
    """The series' calendar of one day."""
    at = datetime.strptime(stamp, "%Y-%m-%dT%H%MZ").replace(tzinfo=UTC)
    return read((SERIES / f"{stamp}.json").read_bytes(), at).record_sets[0]


def test_every_capture_is_read() -> None:
    """Any city's calendar, meeting or items: records, or one sentence for what is no event."""
    paths = [path for path in (SAMPLES / "legistar_api").glob("*.json") if "headers" not in path.name]
    for path in paths:
        if path.name == "chicago_matter_histories.json":
            continue
        extraction = read(path.read_bytes(), datetime(2026, 9, 4, tzinfo=UTC))
        assert all(record.title and record.key for found in extraction.record_sets for record in found.records)
        assert any(found.records for found in extraction.record_sets), path.name
        assert extraction.text
    with pytest.raises(ExtractionError, match="no Legistar event"):
        read(
            (SAMPLES / "legistar_api" / "chicago_matter_histories.json").read_bytes(), datetime(2026, 9, 4, tzinfo=UTC)
        )


def test_denver_s_comments_cancel_and_its_status_does_not() -> None:
    """Five committees are called off in the comment while the status stays "Final"."""
    body = (SAMPLES / "legistar_api" / "denver_events_top5_2026-09-04.json").read_bytes()
    records = read(body, datetime(2026, 9, 4, tzinfo=UTC)).record_sets[0].records
    assert [record.facts["status"] for record in records] == ["cancelled"] * 5


def test_the_series_changes_exactly_as_worked_out() -> None:
    """The meetings added, removed and changed are those listed, on the day that nothing happened none."""
    expected = json.loads((SERIES / "expected_changes.json").read_text())
    assert expected
    for step in expected:
        compared = compare(meetings_of(step["from"]).records, meetings_of(step["to"]))
        assert {record.key for record in compared.added} == {str(event) for event in step["added"]}
        assert {record.key for record in compared.removed} == {str(event) for event in step["removed"]}
        assert {pair.after.key for pair in compared.amended} == {str(row["EventId"]) for row in step["changed"]}
        assert not compared.renamed


def as_the_api(version: Mapping[str, Any]) -> dict[str, Any]:
    """A collector's version of a meeting under the API's own names; its zero stands for the API's null."""
    begins = datetime.fromisoformat(version["Date"])
    event = {
        **{f"Event{name}": value for name, value in version.items() if name not in ("Items", "ID", "Date")},
        "EventId": version["ID"],
        "EventDate": f"{begins:%Y-%m-%dT00:00:00}",
        "EventTime": f"{begins:%I:%M %p}",
        "EventAgendaLastPublishedUTC": version["AgendaLastPublished"],
        "EventMinutesLastPublishedUTC": version["MinutesLastPublished"],
    }
    names = {"ID": "Id", "MatterID": "MatterId"}
    event["EventItems"] = [
        {f"EventItem{names.get(name, name)}": value or None for name, value in item.items()}
        for item in version["Items"]
    ]
    return event


def steps(meeting: str) -> Iterator[tuple[str, RecordComparison, RecordComparison]]:
    """Number of a version, what came of the meeting, and what of its agenda, against the version before."""
    before: dict[str, RecordSet] = {}
    for path in sorted((VERSIONS / meeting).glob("*.json")):
        number, _, stamp = path.stem.partition("_")
        at = datetime.strptime(stamp, "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
        event = as_the_api(json.loads(path.read_text()))
        url = f"{NEW_YORK.url}/{event['EventId']}?EventItems=1"
        found = {one.kind: one for one in read(json.dumps(event).encode(), at, url).record_sets}
        if before:
            yield (
                number,
                compare(before["meeting"].records, found["meeting"]),
                compare(before["agenda_item"].records, found["agenda_item"]),
            )
        before = found


def summary(compared: RecordComparison) -> str:
    """ "2 added, 1 amended (title)" for reading row by row."""
    fields = sorted({field for pair in compared.amended for field in pair.fields})
    counts = {
        "added": len(compared.added),
        "removed": len(compared.removed),
        "amended": len(compared.amended),
        "renamed": len(compared.renamed),
        "moved": len(compared.moved),
    }
    told = ", ".join(f"{count} {step}" for step, count in counts.items() if count)
    return told + (f" ({' '.join(fields)})" if fields else "")


@pytest.mark.parametrize(
    ("meeting", "agendas"),
    [
        (
            "nyc_21277",
            {
                "02": "1 added, 1 removed",
                "03": "1 amended (matter_file)",
                "05": "1 amended (action)",
            },
        ),
        (
            "nyc_21526",
            {
                "02": "1 added",
                "03": "1 added, 2 amended (title)",
                "04": "1 added, 1 amended (matter_file)",
                "07": "5 amended (action result)",
            },
        ),
        (
            "nyc_22364",
            {
                "02": "4 added",
                "03": "2 added",
                "04": "1 added",
                "05": "1 amended (note)",
                "06": "1 added",
                "07": "1 moved",
                "09": "9 amended (action)",
            },
        ),
    ],
)
def test_agendas_of_three_meetings_change_as_they_did(meeting: str, agendas: dict[str, str]) -> None:
    """Items come, are reworded, get their file number, move; renumbering, stamps, votes and minutes add nothing."""
    assert {number: summary(agenda) for number, _, agenda in steps(meeting) if summary(agenda)} == agendas
