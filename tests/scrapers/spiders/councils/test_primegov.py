"""The PrimeGov spider on Boulder and Los Angeles as shipped, against a portal of our own making in the documented
shape: lists of meetings ahead and of a year, agendas as pages, documents that redirect to a stamped file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Health

UPCOMING = "/api/v2/PublicPortal/ListUpcomingMeetings"
ARCHIVED = "/api/v2/PublicPortal/ListArchivedMeetings"


def pdf(text: str) -> bytes:
    """A PDF that says a line."""
    from reportlab.pdfgen.canvas import Canvas

    held = BytesIO()
    canvas = Canvas(held, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    return held.getvalue()


def document(number: int, template: int, name: str, output: int, published: str = "2026-08-27T21:00:00.5") -> Any:
    """A row of a meeting's list of documents."""
    return {
        "id": number,
        "language": "en-US",
        "compileOutputType": output,
        "publishStatus": 1,
        "publishDate": published,
        "templateId": template,
        "link": None,
        "templateName": name,
    }


class Portal:
    """A tenant: meetings ahead, meetings by year, and items of agendas by template."""

    def __init__(self, replica: Any, answer_json: Callable[[Any], web.Response]) -> None:
        self.replica = replica
        self.ahead: dict[int, dict[str, Any]] = {}
        self.past: dict[str, list[Any]] = {}
        self.items: dict[str, list[tuple[int, str]]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.signatures = 0
        replica.answers[UPCOMING] = lambda request: answer_json(list(self.ahead.values()))
        replica.answers[ARCHIVED] = lambda request: answer_json(self.past.get(request.query["year"], []))
        replica.answers["/Portal/Meeting"] = self._agenda
        replica.answers["/Public/CompiledDocument"] = self._file

    def meet(self, number: int, when: str, *documents: Any, title: str = "City Council Regular Meeting") -> Any:
        row = {
            "id": number,
            "committeeId": 1,
            "dateTime": f"{when}:00",
            "date": "ignored where there is a dateTime",
            "time": datetime.fromisoformat(when).strftime("%I:%M %p"),
            "documentList": list(documents),
            "meetingState": 1,
            "title": title,
        }
        self.ahead[number] = row
        return row

    def _agenda(self, request: web.Request) -> web.Response:
        rows = "".join(
            f'<table data-itemid="{number}"><tr><td>{place}.</td><td class="agenda-item">{title}</td>'
            '<td class="attachmentCell"></td></tr></table>'
            f'<div id="agenda_item_area_{number}"><a href="/api/compilemeetingattachmenthistory/historyattachment/'
            f'?historyId=00000000-0000-4000-8000-{number:012}">Memo {number}</a></div>'
            for place, (number, title) in enumerate(self.items[request.query["meetingTemplateId"]], start=1)
        )
        return web.Response(text=f"<html><body><h1>Agenda</h1>{rows}</body></html>", content_type="text/html")

    def _file(self, request: web.Request) -> web.Response:
        stamp, body = self.files[request.query["meetingTemplateId"]]
        path = f"/blob/Meetings/{stamp}.pdf"
        self.replica.answers[path] = lambda request: web.Response(body=body, content_type="application/pdf")
        self.signatures += 1
        return web.Response(status=302, headers={"Location": f"{path}?sig={self.signatures}"})


@pytest.fixture
def portal(replica: Any, answer_json: Callable[[Any], web.Response]) -> Portal:
    made = Portal(replica, answer_json)
    made.meet(554, "2026-09-03T18:00", document(41, 4410, "HTML Agenda", 3), document(42, 4410, "Agenda", 1))
    made.meet(555, "2026-09-17T18:00")
    made.past["2026"] = [
        {
            "id": 500,
            "dateTime": "2026-08-20T18:00:00",
            "documentList": [document(30, 4300, "Minutes", 1)],
            "meetingState": 3,
            "title": "City Council Regular Meeting",
        }
    ]
    made.items["4410"] = [(9001, "Call to order"), (9002, "Lease of the library")]
    return made


async def test_both_lists_and_the_near_agenda_are_read(portal: Portal, desk: Any, replica: Any) -> None:
    """A first run tells nothing and knows everything; its requests are the lists of the year and each agenda once."""
    boulder = desk.council("boulder_council")
    assert await desk.poll(boulder) == []
    assert desk.report.complete
    assert sorted(replica.asked) == [
        "/Portal/Meeting?meetingTemplateId=4410",
        f"{ARCHIVED}?year=2026",
        UPCOMING,
    ]
    assert set(desk.present(boulder.slug, "meeting")) == {"500", "554", "555"}
    items = desk.present(boulder.slug, "agenda_item")
    assert {key: item.title for key, item in items.items()} == {
        "554/9001": "Call to order",
        "554/9002": "Lease of the library",
    }
    assert {record.facts.get("role") for record in desk.present(boulder.slug, "attachment").values()} == {
        "agenda",
        "minutes",
        None,
    }


async def test_a_second_look_at_the_same_tells_nothing(portal: Portal, desk: Any) -> None:
    """Nothing changed, nothing is told, hour after hour and over the meeting's own hour."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    assert await desk.poll(boulder, hours=1) == []
    assert await desk.poll(boulder, days=3) == []


async def test_a_meeting_that_is_archived_before_its_hour_is_not_cancelled(portal: Portal, desk: Any) -> None:
    """The portal's clock is Greenwich's: at noon of its day the meeting is listed among the past ones, and stays."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    desk.now = datetime(2026, 9, 3, 19, 0, tzinfo=UTC)
    portal.past["2026"].append({**portal.ahead.pop(554), "meetingState": 3})
    assert await desk.poll(boulder) == []
    assert desk.present(boulder.slug, "meeting")["554"].facts["status"] == "scheduled"


async def test_an_agenda_compiled_anew_is_told_once(portal: Portal, desk: Any) -> None:
    """A new number and a new stamp, the old one listed beside it: republished, neither removed nor added."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    portal.ahead[554]["documentList"] += [
        document(51, 4410, "HTML Agenda", 3, "2026-09-01T20:00:01"),
        document(52, 4410, "Agenda", 1, "2026-09-01T20:00:09"),
    ]
    assert await desk.poll(boulder, hours=1) == [("record_amended", "attachment", "Agenda")]
    assert desk.fields() == [{"published_at": ["2026-08-27T21:00:00Z", "2026-09-01T20:00:09Z"]}]
    del portal.ahead[554]["documentList"][:2]
    assert await desk.poll(boulder, hours=1) == []


async def test_true_changes_are_told_as_what_they_are(portal: Portal, desk: Any) -> None:
    """An item put in is one new item; a meeting put off the list is gone; a notice cancels."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    portal.items["4410"].insert(1, (9003, "A resolution on detainers"))
    assert await desk.poll(boulder, hours=1) == [
        ("record_added", "agenda_item", "A resolution on detainers"),
        ("record_added", "attachment", "Memo 9003"),
    ]
    portal.items["4410"].pop()
    assert await desk.poll(boulder, hours=1) == [
        ("record_removed", "agenda_item", "Lease of the library"),
        ("record_removed", "attachment", "Memo 9002"),
    ]
    portal.ahead[555]["documentList"] = [document(60, 4500, "Notice of Cancellation", 3)]
    told = await desk.poll(boulder, hours=1)
    assert ("record_amended", "meeting", "City Council Regular Meeting, Thursday, September 17, 2026") in told
    assert ("record_added", "attachment", "Notice of Cancellation") in told
    assert len(told) == 2
    assert desk.present(boulder.slug, "meeting")["555"].facts["status"] == "cancelled"
    del portal.ahead[555]
    told = await desk.poll(boulder, hours=1)
    assert told == [("record_removed", "meeting", "City Council Regular Meeting, Thursday, September 17, 2026")]


async def test_two_agendas_of_one_meeting_take_nothing_from_each_other(portal: Portal, desk: Any) -> None:
    """A special agenda beside the regular one: items are merged by their numbers, and neither page removes any."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    portal.ahead[554]["documentList"].append(document(43, 4411, "HTML Special Agenda", 3))
    portal.items["4411"] = [(9001, "Call to order"), (9100, "Executive session")]
    told = await desk.poll(boulder, hours=1)
    assert ("record_added", "agenda_item", "Executive session") in told
    assert not [change for change in told if change[0] == "record_removed"]
    assert await desk.poll(boulder, hours=1) == []


async def test_a_file_is_fetched_when_its_stamp_moves_and_not_before(portal: Portal, desk: Any, replica: Any) -> None:
    """An agenda that is a file only: its redirect names its making; what is signed behind it does not count."""
    portal.ahead[554]["documentList"] = [document(42, 4410, "Agenda", 1)]
    portal.files["4410"] = ("Packet_20260827210000500", pdf("Lease of the library"))
    boulder = desk.council("boulder_council")
    assert await desk.poll(boulder) == []
    assert desk.report.complete
    assert replica.times("/blob/") == 1
    assert await desk.poll(boulder, hours=1) == []
    assert replica.times("/blob/") == 1
    portal.files["4410"] = ("Packet_20260901200000000", pdf("Lease of the library, postponed"))
    (told,) = await desk.poll(boulder, hours=1)
    assert told[0] == "page_changed"
    assert replica.times("/blob/") == 2


async def test_last_year_is_asked_for_while_its_days_are_listed(portal: Portal, desk: Any, replica: Any) -> None:
    """This year always; in January last year too. What a year's first look finds of long ago is nobody's news."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    desk.now = datetime(2027, 1, 10, 19, 0, tzinfo=UTC)
    del portal.ahead[554], portal.ahead[555]
    portal.past["2027"] = [{"id": 700, "dateTime": "2027-01-07T18:00:00", "documentList": [], "title": "Retreat"}]
    replica.asked.clear()
    assert await desk.poll(boulder) == [("record_added", "meeting", "Retreat, Thursday, January 7, 2027")]
    assert {f"{ARCHIVED}?year=2026", f"{ARCHIVED}?year=2027"} <= set(replica.asked)
    desk.now = datetime(2027, 2, 10, 19, 0, tzinfo=UTC)
    replica.asked.clear()
    await desk.poll(boulder)
    assert f"{ARCHIVED}?year=2026" not in replica.asked
    later = desk.council("boulder_council", days_back=400)
    portal.past["2026"].append({"id": 10, "dateTime": "2026-01-02T18:00:00", "documentList": [], "title": "Old"})
    portal.past["2025"] = [{"id": 9, "dateTime": "2025-05-02T18:00:00", "documentList": [], "title": "Older"}]
    told = await desk.poll(later)
    assert ("record_added", "meeting", "Older, Friday, May 2, 2025") not in told


@pytest.mark.parametrize("status", [500, 503])
async def test_an_outage_says_nothing_about_the_council(portal: Portal, desk: Any, replica: Any, status: int) -> None:
    """Nothing is told of meetings, the run is not complete, and no agenda is asked for."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    replica.fails("/api/", status)
    replica.asked.clear()
    assert await desk.poll(boulder, hours=1) == []
    assert not desk.report.complete
    assert replica.times("/Portal/") == 0
    assert len(desk.present(boulder.slug, "meeting")) == 3


async def test_a_block_page_is_told_to_the_operator_alone(portal: Portal, desk: Any, replica: Any) -> None:
    """A wall with status 200 in place of both lists."""
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    replica.walls()
    assert [kind for kind, _, _ in await desk.poll(boulder, hours=1)] == ["source_blocked"]
    assert desk.health is Health.BLOCKED
    assert len(desk.present(boulder.slug, "meeting")) == 3


@pytest.mark.parametrize("status", [404, 410])
async def test_a_platform_that_dies_is_a_page_gone_and_no_cancelled_meeting(
    portal: Portal, desk: Any, replica: Any, status: int
) -> None:
    """After the looks that confirm it the lists are told as withdrawn, and not a single meeting is."""
    for number in range(600, 640):
        portal.meet(number, f"2026-10-{number % 28 + 1:02}T18:00")
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    replica.fails("/", status)
    told: list[Any] = []
    for _ in range(5):
        told += await desk.poll(boulder, minutes=11)
    assert [(kind, record) for kind, record, _ in told] == [*[("page_withdrawn", "")] * 2, ("source_moved", "")]
    assert desk.health is Health.MOVED
    assert len(desk.present(boulder.slug, "meeting")) == 43
    replica.faults.clear()
    back = await desk.poll(boulder, minutes=11)
    assert [kind for kind, _, _ in back] == [*["page_returned"] * 2, "source_recovered"]


@pytest.mark.parametrize(
    ("path", "told_as"), [("/", {"page_withdrawn", "source_moved"}), ("/products", {"source_moved"})]
)
async def test_a_tenant_that_is_sent_elsewhere_cancels_no_meeting(
    portal: Portal, desk: Any, replica: Any, other_site: Any, path: str, told_as: set[str]
) -> None:
    """The vendor's front page in answer to everything is an absence; any other page of his is no list of meetings."""
    boulder = desk.council("boulder_council", cancelled=[other_site.url("/")])
    other_site.says(path, "<html><title>Our products</title><p>Ask for a demonstration of them today.</p></html>")
    await desk.poll(boulder)
    replica.sends_to(other_site.url(path))
    told: list[Any] = []
    for _ in range(4):
        told += await desk.poll(boulder, minutes=11)
    assert {kind for kind, _, _ in told} == told_as


async def test_an_empty_list_removes_nothing_before_it_is_confirmed(portal: Portal, desk: Any) -> None:
    """A list that loses everything at once is looked at again, and is believed to be unreadable, not empty."""
    for number in range(600, 606):
        portal.meet(number, f"2026-10-{number - 590:02}T18:00")
    boulder = desk.council("boulder_council")
    await desk.poll(boulder)
    rows = dict(portal.ahead)
    portal.ahead.clear()
    assert await desk.poll(boulder, minutes=11) == []
    portal.ahead.update(rows)
    assert await desk.poll(boulder, minutes=11) == []


async def test_los_angeles_is_read_in_its_own_layout(portal: Portal, desk: Any, replica: Any) -> None:
    """Matters with a file number; without stamps, by date and time as printed; "Recess" calls a meeting off."""
    portal.ahead.clear()
    portal.past.clear()
    row = portal.meet(
        9817,
        "2026-09-04T10:00",
        {key: value for key, value in document(13568, 77545, "HTML Agenda", 3).items() if key != "publishDate"},
    )
    del row["dateTime"]
    row |= {"date": "Sep 04, 2026", "time": "10:00 AM"}
    portal.meet(9818, "2026-09-08T10:00", title="City Council Meeting - RECESS")
    replica.answers["/Portal/Meeting"] = lambda request: web.Response(
        text='<table class="item-table"><tr><td><div class="meeting-item" data-itemid="1" data-mig="m-1">'
        '<table><tr><td class="number-cell">(1)</td></tr></table><div class="agenda-item"><table class="forcepopulate">'
        '<tr><td colspan="2">25-1294</td></tr><tr><td>CD 14</td><td>Lease of a hall</td></tr></table></div></div></td>'
        "</tr></table>",
        content_type="text/html",
    )
    los_angeles = desk.council("los_angeles_council")
    assert await desk.poll(los_angeles) == []
    (item,) = desk.present(los_angeles.slug, "agenda_item").values()
    assert (item.key, item.title, item.facts["matter_type"]) == ("9817/1", "25-1294: Lease of a hall", "CD 14")
    meetings = desk.present(los_angeles.slug, "meeting")
    assert meetings["9817"].about == "2026-09-04T10:00"
    assert meetings["9818"].facts["status"] == "cancelled"


async def test_agendas_that_mostly_fail_are_said(portal: Portal, desk: Any, replica: Any) -> None:
    """Lists that work hide nothing."""
    portal.meet(556, "2026-09-10T18:00", document(44, 4412, "HTML Agenda", 3))
    replica.fails("/Portal/", 500)
    await desk.poll(desk.council("boulder_council"))
    assert not desk.report.complete
    assert "2 of 2 agendas" in desk.report.message


async def test_the_year_turns_without_news(portal: Portal, desk: Any) -> None:
    """Three polls of the same, and those of the new year, whose archive is empty at first."""
    boulder = desk.council("boulder_council")
    desk.now = datetime(2026, 12, 30, 19, 0, tzinfo=UTC)
    portal.ahead.clear()
    for number, when in enumerate(("2026-12-31T18:00", "2027-01-02T18:00", "2027-02-02T18:00"), start=600):
        portal.meet(number, when)
    for days in (0, 0.1, 1):
        assert await desk.poll(boulder, days=days) == []
        assert desk.report.complete
    portal.past["2026"].append(portal.ahead.pop(600))
    assert await desk.poll(boulder, days=1) == []
    assert desk.report.complete
    portal.past["2027"] = [portal.ahead.pop(601)]
    assert await desk.poll(boulder, days=2) == []
    assert desk.report.complete
