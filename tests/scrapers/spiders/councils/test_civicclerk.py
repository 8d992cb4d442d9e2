"""The CivicClerk spider on Pueblo and Lacey as shipped, against an API of our own making in the documented shape: it
filters, answers in parts, and keeps agendas under numbers of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from monitor.errors import ConfigurationError
from monitor.types import Health
from scrapers.civicclerk.addresses import api_of
from scrapers.civicclerk.parameters import Parameters
from scrapers.sources import shipped

EVENTS = "/v1/Events"


class Clerk:
    """A tenant: events by number, agendas by theirs."""

    def __init__(self, replica: Any, answer_json: Callable[[Any], web.Response]) -> None:
        self.events: dict[int, dict[str, Any]] = {}
        self.replica = replica
        self.answer_json = answer_json
        self.filters: list[str] = []
        self.size = 100
        self.next_host = ""
        self.signatures = 0
        replica.answers[EVENTS] = self._events

    def meet(self, number: int, when: str, *files: Any, agenda: int = 0, **fields: Any) -> None:
        self.events[number] = {
            "id": number,
            "eventName": "City Council Meeting",
            "eventDescription": "",
            "startDateTime": f"{when}:00Z",
            "eventDate": f"{when}:00Z",
            "agendaId": agenda,
            "hasAgenda": bool(agenda),
            "categoryId": 26,
            "categoryName": "City Council",
            "isPublished": "Published",
            "isDeleted": False,
            "eventLocation": {"address1": "City Hall", "address2": None, "city": "Pueblo", "state": "CO"},
            "publishStart": "1900-01-01T00:00:00Z",
            "mediaTotalPlay": len(self.filters),
            "publishedFiles": list(files),
            **fields,
        }

    def agenda(self, number: int, *items: Any) -> None:
        self.replica.answers[f"/v1/Meetings/{number}"] = lambda request: self.answer_json(
            {"id": number, "items": [self._item(item) for item in items]}
        )

    def _item(self, item: Any) -> dict[str, Any]:
        number, name, *inside = item
        self.signatures += 1
        return {
            "id": number,
            "agendaObjectItemName": f"<span>{name}</span>\u200b",
            "agendaObjectItemOutlineNumber": None,
            "isSection": int(bool(inside)),
            "attachmentsList": [
                {
                    "id": number + 7000,
                    "fileName": f"Memo {number}.pdf",
                    "pdfVersionFullPath": f"https://blob.example/{number}.pdf?sig={self.signatures}",
                    "isPublished": True,
                }
            ]
            if not inside
            else [],
            "childItems": [self._item(child) for child in inside],
        }

    def _events(self, request: web.Request) -> web.Response:
        self.filters.append(request.query["$filter"])
        since, until = re.findall(r"[\d-]{10}T00:00:00Z", request.query["$filter"])
        rows = [row for row in self.events.values() if since <= row["startDateTime"] < until]
        rows.sort(key=lambda row: row["startDateTime"])
        skipped = int(request.query.get("$skip", "0"))
        answer: dict[str, Any] = {"@odata.context": "ignored", "value": rows[skipped : skipped + self.size]}
        if skipped + self.size < len(rows):
            host = self.next_host or f"http://{request.host}"
            path = str(request.rel_url.update_query({"$skip": str(skipped + self.size)}))
            answer["@odata.nextLink"] = f"{host}{path}"
        return self.answer_json(answer)


def file(number: int, kind: str, name: str, published: str = "2026-08-27T15:00:00.5Z") -> Any:
    """A published file's row."""
    return {"fileId": number, "type": kind, "name": name, "publishOn": published, "url": f"stream/PUEBLO/{number}.pdf"}


@pytest.fixture
def clerk(replica: Any, answer_json: Callable[[Any], web.Response]) -> Clerk:
    made = Clerk(replica, answer_json)
    made.meet(1378, "2026-09-08T18:00", file(4110, "Agenda", "2026-09-08 Agenda"), agenda=1318)
    made.meet(1390, "2026-09-22T18:00", agenda=1319, hasAgenda=False)
    made.agenda(1318, (1, "CONSENT AGENDA", (2, "Approval of minutes")), (3, "Lease of the library"))
    return made


async def test_the_calendar_and_the_published_agenda_are_read(clerk: Clerk, desk: Any, replica: Any) -> None:
    """Hours are local, whatever the Z says; an agenda is read by its own number, and only once it is published."""
    pueblo = desk.council("pueblo_council")
    assert await desk.poll(pueblo) == []
    assert desk.report.complete
    assert clerk.filters == ["startDateTime ge 2026-08-02T00:00:00Z and startDateTime lt 2028-09-01T00:00:00Z"]
    assert [asked for asked in replica.asked if "Meetings" in asked] == ["/v1/Meetings/1318"]
    meetings = desk.present(pueblo.slug, "meeting")
    assert meetings["1378"].about == "2026-09-08T18:00"
    assert meetings["1378"].facts["location"] == "City Hall, Pueblo, CO"
    items = desk.present(pueblo.slug, "agenda_item")
    assert {key: (item.title, item.facts["consent"]) for key, item in items.items()} == {
        "1378/1": ("CONSENT AGENDA", False),
        "1378/2": ("Approval of minutes", True),
        "1378/3": ("Lease of the library", False),
    }
    papers = desk.present(pueblo.slug, "attachment")
    assert set(papers) == {"1378/listed/agenda", "1378/paper/7002", "1378/paper/7003"}
    assert papers["1378/listed/agenda"].facts["published_at"] == "2026-08-27T21:00:00Z"
    assert replica.headers[0]["origin"] == str(replica.site.url("")).rstrip("/")


async def test_a_second_look_at_the_same_tells_nothing(clerk: Clerk, desk: Any) -> None:
    """Play counters and signatures are new in every answer, and the window moves every day."""
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    for row in clerk.events.values():
        row["mediaTotalPlay"] += 1
    assert await desk.poll(pueblo, hours=1) == []
    assert await desk.poll(pueblo, days=1) == []
    assert len([url for url in desk.archive.known_urls(pueblo.slug) if url.endswith("/v1/Events")]) == 1


async def test_a_calendar_in_parts_is_read_to_its_end(clerk: Clerk, desk: Any) -> None:
    """Each part is a page of its own, and none misses what stands in another, where they are cut anew too."""
    for number in range(40):
        clerk.meet(2000 + number, f"2026-11-{number // 2 + 1:02}T{10 + number % 2 * 8}:00")
    clerk.size = 7
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    assert len(desk.present(pueblo.slug, "meeting")) == 42
    assert len(clerk.filters) == 6
    clerk.size = 8
    assert await desk.poll(pueblo, hours=1) == []
    clerk.meet(2100, "2026-11-01T09:00", eventName="Special Meeting")
    assert await desk.poll(pueblo, hours=1) == [
        ("record_added", "meeting", "Special Meeting, Sunday, November 1, 2026")
    ]
    del clerk.events[2017]
    told = await desk.poll(pueblo, hours=1)
    assert told == [("record_removed", "meeting", "City Council Meeting, Monday, November 9, 2026")]


@pytest.mark.parametrize("host", ["http://127.0.0.1:9", "http://["])
async def test_a_calendar_that_goes_on_elsewhere_is_not_followed(clerk: Clerk, desk: Any, host: str) -> None:
    """A link to another host, or to none that could be, is said, with what to do about it."""
    clerk.size = 1
    clerk.next_host = host
    await desk.poll(desk.council("pueblo_council"))
    assert not desk.report.complete
    assert "parameters.api" in desk.report.message


async def test_a_meeting_that_is_put_off_is_the_old_one_renamed_and_a_new_one(clerk: Clerk, desk: Any) -> None:
    """As Lacey does it: the old event says until when, a notice is added, and another event stands on the new day."""
    lacey = desk.council("lacey_council")
    await desk.poll(lacey)
    clerk.events[1390]["eventName"] = "City Council Meeting Rescheduled to September 21"
    clerk.events[1390]["publishedFiles"] = [file(4094, "Notice", "2026-09-22 Council Reschedule")]
    clerk.meet(1559, "2026-09-21T18:00")
    told = await desk.poll(lacey, hours=1)
    assert sorted(told) == [
        ("record_added", "attachment", "2026-09-22 Council Reschedule"),
        ("record_added", "meeting", "City Council Meeting, Monday, September 21, 2026"),
        (
            "record_amended",
            "meeting",
            "City Council Meeting Rescheduled to September 21, Tuesday, September 22, 2026",
        ),
    ]
    assert desk.present(lacey.slug, "meeting")["1390"].facts["status"] == "postponed"


async def test_a_revised_file_is_one_document_amended(clerk: Clerk, desk: Any) -> None:
    """A new number under a new name in its place."""
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    clerk.events[1378]["publishedFiles"] = [file(4118, "Agenda", "2026-09-08 Agenda Revised", "2026-09-01T09:00:00Z")]
    assert await desk.poll(pueblo, hours=1) == [("record_amended", "attachment", "2026-09-08 Agenda Revised")]
    assert set(desk.fields()[0]) == {"name", "url", "published_at"}
    clerk.events[1378]["publishedFiles"].append(file(4119, "Minutes", "2026-09-08 Minutes"))
    assert await desk.poll(pueblo, hours=1) == [("record_added", "attachment", "2026-09-08 Minutes")]


async def test_a_meeting_that_is_listed_no_more_is_told_unless_clerks_hide_them(clerk: Clerk, desk: Any) -> None:
    """Shown and shown no more is news; where clerks take meetings off while they work on them it says nothing."""
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    clerk.events[1390]["isDeleted"] = True
    assert await desk.poll(pueblo, hours=1) == [
        ("record_removed", "meeting", "City Council Meeting, Tuesday, September 22, 2026")
    ]
    clerk.events[1390]["isDeleted"] = False
    await desk.poll(pueblo, hours=1)
    late = desk.council("pueblo_council", publishes_late=True)
    clerk.events[1390]["isDeleted"] = True
    assert await desk.poll(late, hours=1) == []


async def test_categories_are_asked_for(clerk: Clerk, desk: Any) -> None:
    """The server filters."""
    await desk.poll(desk.council("lacey_council", categories=[26, 30]))
    assert clerk.filters[0].endswith(" and categoryId in (26,30)")


async def test_an_outage_and_a_wall_say_nothing_about_the_council(clerk: Clerk, desk: Any, replica: Any) -> None:
    """Neither a 500 nor a block page takes a meeting along."""
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    replica.fails("/v1/", 500)
    assert await desk.poll(pueblo, hours=1) == []
    assert not desk.report.complete
    replica.walls()
    assert [kind for kind, _, _ in await desk.poll(pueblo, hours=1)] == ["source_blocked"]
    assert desk.health is Health.BLOCKED
    assert len(desk.present(pueblo.slug, "meeting")) == 2


async def test_an_agenda_that_is_not_there_is_no_fault(clerk: Clerk, desk: Any, replica: Any) -> None:
    """Some tenants answer 404 to agendas: the calendar is seen all the same."""
    del replica.answers["/v1/Meetings/1318"]
    await desk.poll(desk.council("pueblo_council"))
    assert desk.report.complete


async def test_a_platform_that_dies_is_a_page_gone_and_no_cancelled_meeting(
    clerk: Clerk, desk: Any, replica: Any
) -> None:
    """404 everywhere: the calendar is told as withdrawn once it is confirmed, and not a single meeting is."""
    for number in range(200):
        clerk.meet(3000 + number, f"2026-{10 + number % 3}-{number % 28 + 1:02}T18:00")
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    replica.fails("/", 404)
    told: list[Any] = []
    for _ in range(5):
        told += await desk.poll(pueblo, minutes=11)
    assert [(kind, record) for kind, record, _ in told] == [("page_withdrawn", ""), ("source_moved", "")]
    assert desk.health is Health.MOVED
    assert len(desk.present(pueblo.slug, "meeting")) == 202


@pytest.mark.parametrize("answer", [{"message": "No such tenant"}, {"value": None}, [], {"value": [{"name": "x"}]}])
async def test_an_answer_without_events_is_not_believed(
    clerk: Clerk, desk: Any, replica: Any, answer_json: Callable[[Any], web.Response], answer: Any
) -> None:
    """JSON of any other shape removes nothing and is no complete look."""
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    replica.answers[EVENTS] = lambda request: answer_json(answer)
    told = await desk.poll(pueblo, hours=1)
    assert {kind for kind, _, _ in told} <= {"source_broken"}
    assert not desk.report.complete
    assert len(desk.present(pueblo.slug, "meeting")) == 2


def test_the_api_is_told_from_the_portal_or_named() -> None:
    """Where a tenant's name says nothing, the stanza does."""
    pueblo = shipped()["pueblo_council"]
    assert api_of(pueblo) == "https://puebloco.api.civicclerk.com"
    named = {"api": "http://127.0.0.1:8000/"}
    assert Parameters.model_validate(named).api == named["api"]
    with pytest.raises(ConfigurationError, match=r"parameters\.api"):
        Parameters.of(replace(pueblo, parameters={"api": "puebloco"}))


async def test_the_year_turns_without_news(clerk: Clerk, desk: Any) -> None:
    """Three polls of the same, and one on New Year's Day; joint meetings have one agenda."""
    pueblo = desk.council("pueblo_council")
    desk.now = datetime(2026, 12, 30, 19, 0, tzinfo=UTC)
    for number, when in enumerate(("2026-12-01T18:00", "2026-12-31T18:00", "2027-01-01T18:00", "2027-01-09T18:00")):
        clerk.meet(1500 + number, when, file(5000 + number, "Agenda", "Agenda"), agenda=1318)
    for days in (0, 0.1, 1, 1):
        assert await desk.poll(pueblo, days=days) == []
        assert desk.report.complete


async def test_an_agenda_that_two_meetings_share_is_read_for_both(clerk: Clerk, desk: Any) -> None:
    """A joint meeting of two bodies: each has the items under its own key, and an item put in is told of each."""
    clerk.meet(1379, "2026-09-08T18:00", file(4110, "Agenda", "Agenda"), agenda=1318, categoryName="Water Board")
    pueblo = desk.council("pueblo_council")
    await desk.poll(pueblo)
    assert desk.present(pueblo.slug, "agenda_item").keys() == {
        f"{meeting}/{item}" for meeting in (1378, 1379) for item in (1, 2, 3)
    }
    clerk.agenda(1318, (1, "CONSENT AGENDA", (2, "Approval of minutes")), (3, "Lease of the library"), (4, "Recess"))
    told = await desk.poll(pueblo, hours=1)
    assert [title for kind, record, title in told if record == "agenda_item"] == ["Recess", "Recess"]
    assert await desk.poll(pueblo, hours=1) == []
