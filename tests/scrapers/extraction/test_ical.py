"""iCalendar feeds as meetings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare
from monitor.types import ScopeKind

EXAMPLE = (Path(__file__).parent / "examples" / "ical" / "board.ics").read_bytes().replace(b"\n", b"\r\n")


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """Times of every kind on the source's own clock, a series and its moved instance, what is called off as that."""
    reads_as_expected("ical", "board.ics")


def test_an_event_that_vanishes_before_it_is_held_is_missed(chosen) -> None:
    """Inside the stretch that is listed; the last one may have been cut off, and what is over is over."""
    before = chosen("ical", EXAMPLE).record_sets[0]
    assert (before.scope.kind, before.scope.since, before.scope.until) == (
        ScopeKind.WINDOW,
        "2017-03-20T12:00",
        "2017-04-12T13:00",
    )
    begin, end = EXAMPLE.index(b"BEGIN:VEVENT"), EXAMPLE.index(b"END:VEVENT") + 12
    without = EXAMPLE[:begin] + EXAMPLE[end:]
    assert [record.key for record in compare(before.records, chosen("ical", without).record_sets[0]).removed] == [
        "100@county.example"
    ]
    later = chosen("ical", without, at=datetime(2017, 4, 1, tzinfo=UTC)).record_sets[0]
    assert compare(before.records, later).removed == ()


def test_stamps_and_sequence_are_not_compared(chosen) -> None:
    """A calendar that was exported anew says the same."""
    again = EXAMPLE.replace(b"SEQUENCE:2", b"SEQUENCE:3").replace(b"20170320T120000Z", b"20170321T120000Z")
    compared = compare(chosen("ical", EXAMPLE).record_sets[0].records, chosen("ical", again).record_sets[0])
    assert (compared.amended, compared.added, compared.removed) == ((), (), ())


def test_an_event_called_off_is_amended(chosen) -> None:
    """By its status, whichever way it is spelled."""
    for status in (b"CANCELLED", b"CANCELED"):
        changed = EXAMPLE.replace(b"STATUS:CONFIRMED", b"STATUS:" + status)
        compared = compare(chosen("ical", EXAMPLE).record_sets[0].records, chosen("ical", changed).record_sets[0])
        assert [(pair.after.key, pair.fields) for pair in compared.amended] == [("100@county.example", ("status",))]


def test_a_body_given_by_the_stanza_keeps_the_event_s_name(chosen) -> None:
    """The name stands in the comment, where it is compared."""
    record = chosen("ical", EXAMPLE, body="Board").record_sets[0].records[0]
    assert (record.facts["body"], record.facts["comment"]) == ("Board", "Regular Meeting")


def test_an_empty_calendar_removes_nothing(chosen) -> None:
    """It is a calendar, and says nothing about any stretch of time."""
    (found,) = chosen("ical", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n").record_sets
    assert (found.records, found.scope.kind) == ((), ScopeKind.NONE)


@pytest.mark.parametrize("body", ["<html></html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "", "END:VCALENDAR"])
def test_what_is_no_calendar_is_refused(body, chosen) -> None:
    """A page in its place, a damaged one: a sentence."""
    with pytest.raises(ExtractionError, match=r"calendar|iCalendar"):
        chosen("ical", body)


@pytest.mark.parametrize(
    "line", ["DTSTART:when the council meets", "DTSTART;TZID=Nowhere/Else:20170404T090000", "RRULE:often", "DTSTART:"]
)
def test_a_damaged_field_costs_no_calendar(line, chosen) -> None:
    """An event whose day cannot be read has none; the others are read."""
    event = f"BEGIN:VEVENT\r\nUID:x\r\nSUMMARY:Odd\r\n{line}\r\nEND:VEVENT\r\n".encode()
    (found,) = chosen("ical", EXAMPLE.replace(b"END:VCALENDAR", event + b"END:VCALENDAR")).record_sets
    assert {"x", "100@county.example"} <= {record.key for record in found.records}
