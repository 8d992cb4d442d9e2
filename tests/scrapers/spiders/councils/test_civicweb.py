"""The CivicWeb spider on Telluride as shipped, against a meetings service of our own making in the documented shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Health

SERVICE = "/Services/MeetingsService.svc/meetings"
EXAMPLES = Path(__file__).parents[2] / "extraction" / "examples"


class Service:
    """A tenant: the rows of its calendar, and one meeting's documents."""

    def __init__(self, replica: Any, answer_json: Callable[[Any], web.Response]) -> None:
        self.rows: list[dict[str, Any]] = json.loads((EXAMPLES / "civicweb" / "meetings.json").read_text("utf-8"))
        documents = (EXAMPLES / "civicweb_agenda" / "documents.json").read_text("utf-8")
        self.documents: list[dict[str, Any]] = json.loads(documents)
        self.asked: list[tuple[str, str]] = []

        def meetings(request: web.Request) -> web.Response:
            since, until = request.query.get("from", ""), request.query.get("to", "")
            self.asked.append((since, until))
            both = since and until
            return answer_json([row for row in self.rows if both and row["MeetingDateTime"] < f"{until} 24"])

        replica.answers[SERVICE] = meetings
        replica.answers[f"{SERVICE}/11025/meetingDocuments"] = lambda request: answer_json(self.documents)


@pytest.fixture
def service(replica: Any, answer_json: Callable[[Any], web.Response]) -> Service:
    made = Service(replica, answer_json)
    made.rows = made.rows[:2]
    return made


async def test_the_calendar_and_the_published_agenda_are_read(service: Service, desk: Any) -> None:
    """Both days are named; the same again is no news."""
    town = desk.council("telluride_council")
    assert await desk.poll(town) == []
    assert desk.report.complete
    assert service.asked == [("2026-08-02", "2028-09-01")]
    meetings = desk.present(town.slug, "meeting")
    assert {key: record.facts["status"] for key, record in meetings.items()} == {
        "11025": "scheduled",
        "11053": "cancelled",
    }
    assert set(desk.present(town.slug, "agenda_item")) == {"11025/198421", "11025/202864"}
    assert set(desk.present(town.slug, "attachment")) == {"11025/paper/202803", "11025/paper/agenda"}
    assert await desk.poll(town, hours=1) == []
    assert await desk.poll(town, days=1) == []


async def test_true_changes_are_told_as_what_they_are(service: Service, desk: Any) -> None:
    """A reworded item, another hour, a meeting taken down."""
    town = desk.council("telluride_council")
    await desk.poll(town)
    html = service.documents[0]["Html"]
    service.documents[0]["Html"] = html.replace("on immigration detainers", "on detainers").replace("0248", "9999")
    assert await desk.poll(town, hours=1) == [("record_amended", "agenda_item", "Resolution on detainers")]
    service.rows[0]["MeetingDateTime"] = "2026-09-08 15:00"
    await desk.poll(town, hours=1)
    assert desk.fields()[-1] == {"time": ["2:00 PM", "3:00 PM"]}
    del service.rows[1]
    ((kind, record, _),) = await desk.poll(town, hours=1)
    assert (kind, record) == ("record_removed", "meeting")


async def test_faults_say_nothing_about_the_council(service: Service, desk: Any, replica: Any) -> None:
    """An error, a wall, and a platform that dies: no meeting is cancelled by any of them."""
    town = desk.council("telluride_council")
    await desk.poll(town)
    replica.fails("/Services/", 500)
    assert await desk.poll(town, hours=1) == []
    assert not desk.report.complete
    replica.walls()
    assert [kind for kind, _, _ in await desk.poll(town, hours=1)] == ["source_blocked"]
    assert desk.health is Health.BLOCKED
    replica.fails("/", 404)
    told: list[Any] = []
    for _ in range(5):
        told += await desk.poll(town, minutes=11)
    assert {kind for kind, _, _ in told} <= {"page_withdrawn", "source_moved", "source_recovered"}
    assert ("page_withdrawn", "") in {(kind, record) for kind, record, _ in told}
    assert len(desk.present(town.slug, "meeting")) == 2


async def test_the_year_turns_without_news(service: Service, desk: Any) -> None:
    """Three polls of the same, and one on New Year's Day."""
    town = desk.council("telluride_council")
    desk.now = datetime(2026, 12, 30, 19, 0, tzinfo=UTC)
    service.rows[0]["MeetingDateTime"], service.rows[1]["MeetingDateTime"] = "2026-12-31 14:00", "2027-01-05 14:00"
    for days in (0, 0.1, 1, 1):
        assert await desk.poll(town, days=days) == []
        assert desk.report.complete
