"""Meetings in the forms of other programs, from records as a council's adapter makes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from monitor.types import Record, Source
from onnotice.calendars import Meeting, city_scrapers, icalendar, open_civic_data
from onnotice.home import Home
from scrapers.council import schema
from scrapers.meetings import Status

DENVER = Source(
    slug="denver_council",
    title="Denver City Council",
    url="https://webapi.legistar.com/v1/denver/events",
    jurisdiction="Denver, Colorado",
    timezone="America/Denver",
)
NOW = datetime(2017, 8, 20, 12, 0, tzinfo=UTC)


def meeting(status: Status = Status.SCHEDULED, day: date | None = date(2017, 8, 28), time: str = "5:30 PM") -> Meeting:
    """A council meeting with an item and a paper."""
    record = schema.meeting(
        DENVER,
        key="5210",
        body="City Council",
        day=day,
        printed_time=time,
        location="City & County Building, Room 450",
        status=status,
        comment="Public comment; sign up by noon",
        url="https://denver.legistar.com/MeetingDetail.aspx?LEGID=5210",
    )
    item = schema.agenda_item(record, key="1", title="A bill, to end requests; 17-0940", position=3, consent=True)
    paper = schema.attachment(record, key="9", name="Bill", url="https://denver.example/bill.pdf", item=item)
    return Meeting(DENVER, record, 2, NOW, (item,), (paper,))


def event_of(one: Meeting) -> Any:
    """The only event of the calendar, read back by the library as a subscriber's program would."""
    (event,) = Calendar.from_ical(icalendar([one], NOW)).walk("VEVENT")
    return event


def test_a_calendar_reads_back() -> None:
    """The hour in the council's zone, a second version's sequence, the agenda in the description."""
    event = event_of(meeting())
    assert event.start == datetime(2017, 8, 28, 23, 30, tzinfo=UTC)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("5210@denver_council.onnotice", 1, "CONFIRMED")
    assert event["LOCATION"] == "City & County Building, Room 450"
    assert "1. A bill, to end requests; 17-0940" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("status", "ical", "ocd"),
    [
        (Status.CANCELLED, "CANCELLED", "cancelled"),
        (Status.POSTPONED, "CONFIRMED", "cancelled"),
        (Status.SCHEDULED, "CONFIRMED", "confirmed"),
    ],
)
def test_a_meeting_that_is_off_says_so(status: Status, ical: str, ocd: str) -> None:
    """It stays in the calendar, struck through; each form has its own words."""
    one = meeting(status)
    assert event_of(one)["STATUS"] == ical
    assert open_civic_data(one, NOW)["status"] == ocd
    assert city_scrapers(one, NOW)["status"] == ocd.upper()


def test_a_day_without_an_hour_is_all_day() -> None:
    """ "After the study session" is no time; a meeting without a date is in no calendar."""
    one = meeting(time="after the study session")
    assert event_of(one).start == date(2017, 8, 28)
    assert open_civic_data(one, NOW)["all_day"] is True
    assert city_scrapers(one, NOW)["time_notes"] == "after the study session"
    assert not Calendar.from_ical(icalendar([meeting(day=None)], NOW)).walk("VEVENT")
    assert city_scrapers(meeting(day=None), NOW)["start"] is None


def test_what_is_over_has_passed() -> None:
    """By the council's clock: the evening of the day before is not over yet."""
    assert open_civic_data(meeting(), datetime(2017, 8, 28, 23, 29, tzinfo=UTC))["status"] == "confirmed"
    assert open_civic_data(meeting(), datetime(2017, 8, 28, 23, 31, tzinfo=UTC))["status"] == "passed"


def test_open_civic_data_keeps_its_id() -> None:
    """Amended or not, it is the same event; the agenda is in its order, the papers are documents."""
    one, other = open_civic_data(meeting(), NOW), open_civic_data(meeting(Status.CANCELLED), NOW)
    assert one["id"] == other["id"]
    assert one["id"].startswith("ocd-event/")
    assert one["start_date"] == "2017-08-28T17:30:00-06:00"
    assert one["agenda"][0]["classification"] == ["consent-item"]
    assert one["documents"][0]["links"][0]["url"] == "https://denver.example/bill.pdf"


def test_city_scrapers_has_local_times() -> None:
    """Its times are naive, its id is made of source, start and title."""
    one = city_scrapers(meeting(), NOW)
    assert one["start"] == "2017-08-28 17:30:00"
    assert one["id"] == "denver_council/201708281730/x/city_council"
    assert one["classification"] == "City Council"


def test_hostile_names_stay_text() -> None:
    """A line end in a title adds no line to a calendar."""
    hostile = meeting()
    record = Record(
        kind="meeting",
        key="1",
        title="x",
        facts={**hostile.record.facts, "body": "A\r\nATTENDEE:x"},
        about="2017-08-28",
    )
    calendar = icalendar([Meeting(DENVER, record, 1, NOW, (), ())], NOW)
    assert b"\r\nATTENDEE" not in calendar


def test_without_meetings_there_is_nothing_to_export(at_home: Callable[..., Any], home: Home) -> None:
    """One sentence that says what to do, and no empty file."""
    assert at_home("poll", "--no-send").code == 0
    refused = at_home("export", "--as", "ical", "-o", home.folder / "x.ics")
    assert refused.code == 2
    assert "no meetings" in refused.err
    assert not (home.folder / "x.ics").exists()


def test_the_demos_council_is_exported(onnotice: Callable[..., Any], tmp_path: Any) -> None:
    """From the archive through the command line, every form readable."""
    onnotice("demo", "--home", tmp_path / "demo")
    calendar = tmp_path / "council.ics"
    assert onnotice("--home", tmp_path / "demo", "export", "--as", "ical", "-o", calendar).code == 0
    assert len(Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")) > 3
    for form in ("ocd", "city-scrapers"):
        lines = tmp_path / f"{form}.jsonl"
        assert onnotice("--home", tmp_path / "demo", "export", "--as", form, "-o", lines).code == 0
        assert all(json.loads(line) for line in lines.read_text().splitlines())
