"""The eSCRIBE spider on Boulder County, Jefferson County and Chula Vista as shipped, against a site of our own making
in the documented shape: a session, a calendar that is asked for by POST, agendas of nested containers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Health

CALENDAR = "/MeetingsCalendarView.aspx/GetCalendarMeetings"
FIRST, SECOND, REHEARSAL = (f"3a6304b5-97b9-4bcc-aecd-00000000000{number}" for number in (1, 2, 3))


class Site:
    """A tenant: meetings by ID, items of each agenda as (title, files, items within)."""

    def __init__(self, replica: Any, answer_json: Callable[[Any], web.Response]) -> None:
        self.replica = replica
        self.answer_json = answer_json
        self.meetings: dict[str, dict[str, Any]] = {}
        self.items: dict[str, list[Any]] = {}
        self.sessions = 0
        replica.answers["/"] = self._front
        replica.answers[CALENDAR] = self._calendar
        replica.answers["/Meeting.aspx"] = self._agenda

    def meet(self, meeting: str, when: str, *documents: Any, name: str = "Board of Commissioners") -> None:
        self.meetings[meeting] = {
            "ID": meeting,
            "MeetingName": name,
            "StartDate": datetime.fromisoformat(when).strftime("%Y/%m/%d %H:%M:%S"),
            "Description": "Courthouse, third floor<br/>1325 Pearl Street",
            "Location": "Courthouse, third floor",
            "HasAgenda": bool(documents),
            "MeetingDocumentLink": list(documents),
            "TimeOverride": "",
        }

    def _front(self, request: web.Request) -> web.Response:
        self.sessions += 1
        response = web.Response(text="<html><title>Meetings</title><div id='calendar'></div></html>")
        response.content_type = "text/html"
        response.set_cookie("ASP.NET_SessionId", f"session{self.sessions}", httponly=True, samesite="Lax")
        return response

    def _calendar(self, request: web.Request) -> web.Response:
        asked = self.replica.bodies[-1]
        in_session = request.cookies.get("ASP.NET_SessionId") == f"session{self.sessions}"
        named = set(asked) == {"calendarStartDate", "calendarEndDate"}
        if not (in_session and named and request.method == "POST" and request.headers.get("X-Requested-With")):
            return web.Response(status=500, text='{"Message":"There was an error"}', content_type="application/json")
        since, until = asked["calendarStartDate"], asked["calendarEndDate"]
        rows = [row for row in self.meetings.values() if since <= row["StartDate"][:10].replace("/", "-") < until]
        return self.answer_json({"d": rows})

    def _agenda(self, request: web.Request) -> web.Response:
        items = "".join(map(self._item, self.items[request.query["Id"]]))
        return web.Response(text=f"<html><body>{items}</body></html>", content_type="text/html")

    def _item(self, item: Any) -> str:
        title, files, *inside = item
        links = "".join(
            "<div class='AgendaItemAttachment'>"
            f"<a class='Link' href='filestream.ashx?DocumentId={number}'>{name}</a></div>"
            for number, name in files
        )
        return (
            "<div class='AgendaItemContainer indent'><div class='AgendaItem AgendaItem1'><h3>"
            "<div class='AgendaItemCounter'>1.</div>"
            f"<div class='AgendaItemTitle'><a href='javascript:SelectItem(1);'>{title}</a></div></h3></div>{links}"
            f"{''.join(map(self._item, inside))}</div>"
        )


def pdf(kind: str, title: str, number: int) -> Any:
    """A document's row."""
    return {
        "Format": ".pdf",
        "Title": title,
        "Type": kind,
        "Url": f"FileStream.ashx?DocumentId={number}",
        "LanguageId": 9,
    }


def page(meeting: str) -> Any:
    """The row of an agenda as a page."""
    url = f"Meeting.aspx?Id={meeting}&Agenda=Agenda&lang=English"
    return {"Format": "HTML", "Title": "Agenda (HTML)", "Type": "Agenda", "Url": url, "LanguageId": 9}


@pytest.fixture
def county(replica: Any, answer_json: Callable[[Any], web.Response]) -> Site:
    made = Site(replica, answer_json)
    made.meet(FIRST, "2026-09-08T09:00", pdf("Agenda", "Agenda (PDF)", 100), page(FIRST))
    made.meet(SECOND, "2027-01-12T09:00")
    made.meet(REHEARSAL, "2026-09-09T09:00", page(REHEARSAL), name="TEST MEETING ONLY - clerk's office")
    made.items[FIRST] = [
        ("Consent agenda", [], ("Approval of warrants", [(201, "Warrants.pdf")])),
        ("Agreement with the sheriff", [(202, "Agreement.pdf"), (203, "Memo.pdf")]),
    ]
    return made


@pytest.mark.parametrize("slug", ["boulder_county", "jefferson_county", "chula_vista_council"])
async def test_a_session_a_year_at_a_time_and_the_near_agenda(county: Site, desk: Any, replica: Any, slug: str) -> None:
    """The front first, then each calendar year of the listed days; what clerks try out is no meeting."""
    council = desk.council(slug)
    assert await desk.poll(council) == []
    assert desk.report.complete
    assert [(body["calendarStartDate"], body["calendarEndDate"]) for body in replica.bodies] == [
        ("2026-08-02", "2027-01-01"),
        ("2027-01-01", "2028-01-01"),
        ("2028-01-01", "2028-09-01"),
    ]
    meetings = desk.present(council.slug, "meeting")
    assert set(meetings) == {FIRST, SECOND}
    assert meetings[FIRST].facts["location"] == "Courthouse, third floor 1325 Pearl Street"
    items = sorted(desk.present(council.slug, "agenda_item").values(), key=lambda item: item.position or 0)
    assert [(item.title, item.facts["consent"]) for item in items] == [
        ("Consent agenda", False),
        ("Approval of warrants", True),
        ("Agreement with the sheriff", False),
    ]
    papers = desk.present(council.slug, "attachment")
    of_item = {paper.title: paper.extras.get("item_title") for paper in papers.values()}
    assert of_item == {
        "Agenda": None,
        "Warrants.pdf": "Approval of warrants",
        "Agreement.pdf": "Agreement with the sheriff",
        "Memo.pdf": "Agreement with the sheriff",
    }
    assert replica.times("Meeting.aspx") == 1


async def test_what_is_tried_out_is_kept_and_told_to_nobody(county: Site, desk: Any) -> None:
    """The row is in the evidence and can be searched for; it comes, changes and goes without news."""
    council = desk.council("boulder_county")
    await desk.poll(council)
    url = next(url for url in desk.archive.known_urls(council.slug) if url.endswith("year=2026"))
    snapshot = desk.archive.snapshots(url)[-1]
    assert b"TEST MEETING ONLY" in desk.archive.body(desk.archive.visits(url)[-1].body_digest)
    assert "TEST MEETING ONLY" in "\n".join(snapshot.text)
    county.meet("3a6304b5-97b9-4bcc-aecd-000000000009", "2026-10-01T09:00", name="Test meeting only")
    del county.meetings[REHEARSAL]
    assert await desk.poll(council, hours=1) == []


async def test_a_second_look_at_the_same_tells_nothing(county: Site, desk: Any) -> None:
    """Another session, another day, the same county."""
    council = desk.council("boulder_county")
    await desk.poll(council)
    assert await desk.poll(council, hours=1) == []
    assert await desk.poll(council, days=1) == []
    assert county.sessions == 3


async def test_the_year_turns_without_news(county: Site, desk: Any) -> None:
    """Pages are years: on New Year's Day a meeting stays itself, and the year behind is asked for a while."""
    council = desk.council("boulder_county")
    await desk.poll(council)
    desk.now = datetime(2027, 1, 1, 19, 0, tzinfo=UTC)
    assert await desk.poll(council) == []
    assert {SECOND} <= set(desk.present(council.slug, "meeting"))


async def test_true_changes_are_told_as_what_they_are(county: Site, desk: Any) -> None:
    """An item put in, a paper replaced, a file put up anew, a meeting called off, one taken down."""
    council = desk.council("boulder_county")
    await desk.poll(council)
    county.items[FIRST].insert(1, ("Resolution on detainers", []))
    assert await desk.poll(council, hours=1) == [("record_added", "agenda_item", "Resolution on detainers")]
    county.items[FIRST][2] = ("Agreement with the sheriff", [(299, "Agreement.pdf"), (203, "Memo.pdf")])
    assert await desk.poll(council, hours=1) == [("record_amended", "attachment", "Agreement.pdf")]
    county.meetings[FIRST]["MeetingDocumentLink"][0] = pdf("Agenda", "Agenda (PDF)", 150)
    assert await desk.poll(council, hours=1) == [("record_amended", "attachment", "Agenda")]
    county.meetings[FIRST]["MeetingName"] = "CANCELLED - Board of Commissioners"
    ((kind, _, _),) = await desk.poll(council, hours=1)
    assert kind == "record_amended"
    assert desk.present(council.slug, "meeting")[FIRST].facts["status"] == "cancelled"
    del county.meetings[SECOND]
    assert await desk.poll(council, hours=1) == [
        ("record_removed", "meeting", "Board of Commissioners, Tuesday, January 12, 2027")
    ]


async def test_cookies_stay_with_the_site_that_set_them(county: Site, desk: Any, replica: Any, other_site: Any) -> None:
    """A redirect to another address takes no session along."""
    council = desk.council("boulder_county", cancelled=[other_site.url("/")])
    other_site.says("/elsewhere", "{}", media="application/json")
    replica.sends_to(other_site.url("/elsewhere"), CALENDAR)
    await desk.poll(council)
    assert other_site.requests
    assert all("cookie" not in headers for _, headers in other_site.requests)
    asked = dict(zip(replica.asked, replica.headers, strict=True))
    assert asked[CALENDAR]["cookie"] == "ASP.NET_SessionId=session1"


async def test_an_outage_and_a_wall_say_nothing_about_the_county(county: Site, desk: Any, replica: Any) -> None:
    """Without the calendar nothing is removed, and a front that stands hides none of it from the operator."""
    council = desk.council("boulder_county")
    await desk.poll(council)
    replica.fails(CALENDAR, 500)
    told: list[Any] = []
    for _ in range(3):
        told += await desk.poll(council, hours=1)
    assert [kind for kind, _, _ in told] == ["source_broken"]
    assert not desk.report.complete
    replica.walls()
    assert [kind for kind, _, _ in await desk.poll(council, hours=1)] == ["source_blocked"]
    assert desk.health is Health.BLOCKED
    assert len(desk.present(council.slug, "meeting")) == 2


@pytest.mark.parametrize("path", ["/", CALENDAR])
async def test_a_platform_that_dies_is_a_page_gone_and_no_cancelled_meeting(
    county: Site, desk: Any, replica: Any, path: str
) -> None:
    """404 everywhere, or of the calendar alone: its years are told as withdrawn, and not a single meeting is."""
    for number in range(200):
        county.meet(f"3a6304b5-0000-4bcc-aecd-{number:012}", f"2026-{10 + number % 3}-{number % 28 + 1:02}T09:00")
    council = desk.council("boulder_county")
    await desk.poll(council)
    assert len(desk.present(council.slug, "meeting")) == 202
    replica.fails(path, 404)
    told: list[Any] = []
    for _ in range(5):
        told += await desk.poll(council, minutes=11)
    assert [(kind, record) for kind, record, _ in told] == [*[("page_withdrawn", "")] * 3, ("source_moved", "")]
    assert len(desk.present(council.slug, "meeting")) == 202


@pytest.mark.parametrize(
    ("path", "told_as"), [("/", {"page_withdrawn", "source_moved"}), ("/products", {"source_moved"})]
)
async def test_a_tenant_that_is_sent_elsewhere_cancels_no_meeting(
    county: Site, desk: Any, replica: Any, other_site: Any, path: str, told_as: set[str]
) -> None:
    """The vendor's front page in answer to everything is an absence; any other page of his is no calendar."""
    council = desk.council("boulder_county", cancelled=[other_site.url("/")])
    other_site.says(path, "<html><title>Our products</title><p>Ask for a demonstration of them today.</p></html>")
    await desk.poll(council)
    replica.sends_to(other_site.url(path))
    told: list[Any] = []
    for _ in range(4):
        told += await desk.poll(council, minutes=11)
    assert {kind for kind, _, _ in told} == told_as
    assert len(desk.present(council.slug, "meeting")) == 2
