"""The Legistar reader: what a calendar and an agenda say, and which differences a reader would call a change.

Examples are written for this test in the documented shape of the API, around the real Denver bill 17-0940 of August
2017; identifiers, rooms and files are invented.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigurationError, ExtractionError
from monitor.records import RecordComparison, compare
from monitor.types import Extraction, Look, RecordSet, ScopeKind, Source
from scrapers.council.window import Window
from scrapers.extraction import legistar_api
from scrapers.legistar.addresses import calendar_url, event_url

EXAMPLES = Path(__file__).parent / "examples" / "legistar_api"
EVENTS = "https://webapi.legistar.com/v1/denver/events"
DENVER = Source(
    slug="denver_council",
    title="Denver City Council",
    url=EVENTS,
    spider="legistar_api",
    jurisdiction="Denver, Colorado",
    timezone="America/Denver",
)
THURSDAY = datetime(2017, 8, 24, 21, 0, tzinfo=UTC)
CALENDAR_URL = EVENTS + "?$filter=EventDate ge datetime'2017-07-25' and EventDate lt datetime'2018-02-20'"
EVENT_URL = event_url(EVENTS, "5210")

Edit = Callable[[Any], object]


def example(name: str) -> Any:
    """An example's JSON."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def read(
    answer: object, url: str = CALENDAR_URL, at: datetime = THURSDAY, source: Source = DENVER, page: str = ""
) -> Extraction:
    """What the extractor makes of an answer."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    look = Look(url=page or url, final_url=url, at=at, status=200, body=body, media_type="application/json")
    return legistar_api.extract(look, source)


def of_kind(extraction: Extraction, kind: str) -> RecordSet:
    """The extraction's set of one kind."""
    return next(found for found in extraction.record_sets if found.kind == kind)


def difference(name: str, kind: str, edit: Edit, url: str, at: datetime = THURSDAY) -> RecordComparison:
    """What an edit of an example amounts to."""
    changed = example(name)
    edit(changed)
    return compare(of_kind(read(example(name), url, at), kind).records, of_kind(read(changed, url, at), kind))


def calendar_difference(edit: Edit, at: datetime = THURSDAY) -> RecordComparison:
    """What an edit of the calendar amounts to."""
    return difference("calendar.json", "meeting", edit, CALENDAR_URL, at)


def agenda_difference(edit: Edit, kind: str = "agenda_item", at: datetime = THURSDAY) -> RecordComparison:
    """What an edit of the one meeting amounts to."""
    return difference("event.json", kind, edit, EVENT_URL, at)


def told(compared: RecordComparison) -> dict[str, dict[str, set[str]]]:
    """What somebody would be told, by step: keys of records, with the fields that differ."""
    steps: dict[str, dict[str, set[str]]] = {
        "added": {record.key: set() for record in compared.added},
        "removed": {record.key: set() for record in compared.removed},
        "amended": {pair.after.key: set(pair.fields) for pair in compared.amended},
        "renamed": {pair.after.key: set(pair.fields) for pair in compared.renamed},
        "moved": {pair.after.key: set(pair.fields) for pair in compared.moved},
    }
    return {step: records for step, records in steps.items() if records}


@pytest.mark.parametrize(
    ("name", "url"),
    [("calendar", CALENDAR_URL), ("event", EVENT_URL), ("eventitems", EVENTS + "/5210/eventitems?AgendaNote=1")],
)
def test_examples_read_as_expected(name: str, url: str) -> None:
    """Each of the three answers gives exactly the records written down beside it."""
    extraction = asdict(read(example(f"{name}.json"), url))
    assert json.loads(json.dumps(extraction)) == example(f"{name}.expected.json")


@pytest.mark.parametrize(
    ("spider", "url", "claimed"),
    [
        ("legistar_api", EVENTS, True),
        ("legistar_api", "http://127.0.0.1:8000/v1/denver/events/5210?EventItems=1", True),
        ("legistar_api", EVENTS + "/5210/eventitems", True),
        ("page", "https://example.org/events", False),
        ("legistar_api", "https://denver.legistar1.com/denver/meetings/2017/8/5210_A.pdf", False),
    ],
)
def test_it_claims_the_api_and_nothing_else(spider: str, url: str, claimed: bool) -> None:
    """Any page may be called "events": only a source of its spider is read by this reader."""
    source = Source(slug="s", title="S", url=url, spider=spider)
    assert legistar_api.claims(source, url) is claimed


# -- meetings -----------------------------------------------------------------------------------------------


def test_a_meeting_reads_the_same_in_the_calendar_and_alone() -> None:
    """The same meeting is met in two answers every hour: a difference between them would flap for ever."""
    listed = next(
        record for record in of_kind(read(example("calendar.json")), "meeting").records if record.key == "5210"
    )
    alone = of_kind(read(example("event.json"), EVENT_URL), "meeting").records[0]
    assert alone == listed


@pytest.mark.parametrize(
    ("field", "value", "facts"),
    [
        ("EventLocation", "Room 389", {"location"}),
        ("EventTime", "3:30 PM", {"time"}),
        ("EventDate", "2017-09-11T00:00:00", {"date"}),
        ("EventComment", "Council canceled. Consent agenda included.", {"status", "comment"}),
        ("EventAgendaStatusName", "Deferred", {"status", "agenda_status"}),
        ("EventAgendaLastPublishedUTC", "2017-08-25T14:00:00.1", {"agenda_published_at"}),
        ("EventMinutesFile", "https://denver.legistar1.com/denver/5210_M.pdf", {"minutes_file"}),
        ("EventMinutesStatusName", "Final", {"minutes_status"}),
    ],
)
def test_what_a_reader_would_see_differ_amends_the_meeting(field: str, value: str, facts: set[str]) -> None:
    """Room, hour, day, comment, cancellation, a republished agenda under the same address: one change each."""
    compared = calendar_difference(lambda rows: rows[1].update({field: value}))
    assert told(compared) == {"amended": {"5210": facts}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("EventRowVersion", "AAAAAAD9999="),
        ("EventLastModifiedUtc", "2017-08-26T00:00:00"),
        ("EventTime", "17:30"),
        ("EventTime", "5:30 p.m."),
        ("EventLocation", "City & County Building,\r\n  Room 451 "),
        ("EventLocation", "City &amp; County Building, Room 451"),
        ("EventComment", ""),
        ("EventMedia", "7411"),
        ("SyntheticMeetingTopic", "A collector's own field"),
    ],
)
def test_stamps_and_spellings_amend_nothing(field: str, value: str) -> None:
    """A clerk saved without changing anything that a reader sees."""
    assert told(calendar_difference(lambda rows: rows[1].update({field: value}))) == {}


def test_a_deferral_that_the_modified_stamp_does_not_show_is_seen() -> None:
    """EventLastModifiedUtc stands still at most deferrals; the facts are compared, not the stamp."""
    deferred = {"EventAgendaStatusName": "Deferred", "EventMinutesStatusName": "Deferred", "EventRowVersion": "AAAB="}
    compared = calendar_difference(lambda rows: rows[1].update(deferred))
    assert compared.amended[0].after.facts["status"] == "postponed"


def test_a_future_meeting_that_vanishes_is_removed_and_a_new_one_added() -> None:
    """The calendar is complete from now on."""
    compared = calendar_difference(
        lambda rows: rows.__setitem__(4, rows[4] | {"EventId": 5299, "EventBodyName": "Finance"})
    )
    assert [record.key for record in compared.removed] == ["5220"]
    assert [record.key for record in compared.added] == ["5299"]


def test_a_meeting_that_has_begun_is_never_cancelled_by_absence() -> None:
    """17:30 in Denver on 28 August is 23:30 UTC: an hour later its absence means nothing, an hour before it does."""
    before = calendar_difference(lambda rows: rows.pop(1), at=datetime(2017, 8, 28, 22, 30, tzinfo=UTC))
    after = calendar_difference(lambda rows: rows.pop(1), at=datetime(2017, 8, 29, 0, 30, tzinfo=UTC))
    assert [record.key for record in before.removed] == ["5210"]
    assert after.removed == ()


def test_a_meeting_outside_the_window_is_not_missed() -> None:
    """The answer was asked for September only: August is not in it."""
    september = Window(date(2017, 9, 1), date(2017, 10, 1))
    known = of_kind(read(example("calendar.json")), "meeting").records
    compared = compare(known, of_kind(read(example("calendar.json")[4:], calendar_url(EVENTS, september)), "meeting"))
    assert told(compared) == {}


def many(count: int) -> list[dict[str, Any]]:
    """That many meetings, four a day from 1 September 2017 on, in order of days."""
    row = example("calendar.json")[1]
    return [
        {**row, "EventId": 9000 + number, "EventDate": f"2017-09-{1 + number // 40:02}T00:00:00"}
        for number in range(count)
    ]


def test_an_answer_at_the_silent_cap_is_complete_until_its_last_day_only() -> None:
    """1000 rows are cut off without a word: what the last day holds besides is unknown."""
    assert of_kind(read(many(999)), "meeting").scope.until == "2018-02-20"
    scope = of_kind(read(many(1000)), "meeting").scope
    assert (scope.kind, scope.since, scope.until) == (ScopeKind.WINDOW, "2017-08-24T15:00", "2017-09-25")


def test_a_cut_off_answer_in_no_order_is_complete_for_nothing() -> None:
    """Which meetings were cut off nobody can say."""
    assert of_kind(read(list(reversed(many(1000)))), "meeting").scope.kind is ScopeKind.NONE


def test_the_calendar_s_own_page_is_complete_for_the_usual_window() -> None:
    """Under the address that stays, the stanza says which days were asked for."""
    source = Source(slug="d", title="D", url=EVENTS, timezone="America/Denver", parameters={"days_ahead": 90})
    scope = of_kind(read(example("calendar.json"), EVENTS, source=source), "meeting").scope
    assert (scope.kind, scope.since, scope.until) == (ScopeKind.WINDOW, "2017-08-24T15:00", "2017-11-23")


def test_a_later_part_of_a_calendar_is_complete_from_its_first_day_on() -> None:
    """It was asked for from the last day of the part before: nothing earlier can be missed in it."""
    scope = of_kind(read(many(300)[200:], EVENTS, page=EVENTS + "?part=2"), "meeting").scope
    assert (scope.kind, scope.since) == (ScopeKind.WINDOW, "2017-09-06")
    assert of_kind(read([], EVENTS, page=EVENTS + "?part=2"), "meeting").scope.kind is ScopeKind.NONE


def test_five_newest_meetings_are_complete_for_nothing() -> None:
    """A selection by number says nothing about what it does not hold."""
    scope = of_kind(read(example("calendar.json"), EVENTS + "?$top=5&$orderby=EventId+desc"), "meeting").scope
    assert scope.kind is ScopeKind.NONE


@pytest.mark.parametrize("phrases", ["canceled", [""], [3], {"a": 1}])
def test_phrases_that_are_no_list_are_refused(phrases: object) -> None:
    """An empty phrase would cancel every meeting of the city."""
    source = Source(slug="d", title="D", url=EVENTS, parameters={"cancelled": phrases})
    with pytest.raises(ConfigurationError, match=r"parameters\.cancelled"):
        read(example("calendar.json"), source=source)


def test_a_calendar_says_nothing_about_items() -> None:
    """EventItems is always empty in a calendar: no agenda was emptied."""
    assert [found.kind for found in read(example("calendar.json")).record_sets] == ["meeting"]


def test_a_source_s_own_phrase_cancels() -> None:
    """Habits come from the stanza."""
    source = Source(slug="d", title="D", url=EVENTS, parameters={"cancelled": ["in recess"]})
    row = example("calendar.json")[1] | {"EventComment": "Council in recess."}
    assert of_kind(read([row], source=source), "meeting").records[0].facts["status"] == "cancelled"


# -- agenda items ---------------------------------------------------------------------------------------------


def add_item(event: Any) -> None:
    """Insert an item in second place, as the API does: all later ones are renumbered and restamped."""
    for item in event["EventItems"]:
        if item["EventItemAgendaSequence"] and item["EventItemAgendaSequence"] > 1:
            item["EventItemAgendaSequence"] += 1
            item["EventItemMinutesSequence"] += 1
            item["EventItemLastModifiedUtc"] = "2017-08-25T10:00:00"
            item["EventItemRowVersion"] = "AAAAAAE="
    new = {
        **event["EventItems"][0],
        "EventItemId": 88150,
        "EventItemAgendaSequence": 2,
        "EventItemTitle": "Presentations",
    }
    event["EventItems"].append(new)


def test_an_inserted_item_is_one_addition_and_no_move() -> None:
    """Renumbering is not news."""
    compared = agenda_difference(add_item)
    assert told(compared) == {"added": {"5210/88150": set()}}


def test_an_item_that_overtakes_another_is_moved() -> None:
    """The resolution now comes before the bill."""

    def swap(event: Any) -> None:
        event["EventItems"][2]["EventItemAgendaSequence"] = 4
        event["EventItems"][3]["EventItemAgendaSequence"] = 3

    compared = agenda_difference(swap)
    assert list(told(compared)) == ["moved"]
    assert len(compared.moved) == 1


@pytest.mark.parametrize(
    ("field", "value", "fact"),
    [
        ("EventItemTitle", "A bill for an ordinance concerning something else.", "title"),
        ("EventItemAgendaNote", "One-hour courtesy public hearing", "note"),
        ("EventItemMatterFile", "17-0941", "matter_file"),
        ("EventItemConsent", 1, "consent"),
        ("EventItemActionName", "postponed", "action"),
        ("EventItemMinutesNote", "Council member Flynn recused", "minutes_note"),
    ],
)
def test_a_reworded_item_is_amended(field: str, value: object, fact: str) -> None:
    """Wording, note, file number, consent and what was done are each one field of one change."""
    compared = agenda_difference(lambda event: event["EventItems"][2].update({field: value}))
    assert told(compared) == {"amended": {"5210/88103": {fact}}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("EventItemAgendaNumber", "7"),
        ("EventItemMatterStatus", "Adopted"),
        ("EventItemRowVersion", "AAAAAAF="),
        (
            "EventItemTitle",
            "A bill for an ordinance concerning the enforcement of federal  immigration laws\u200b "
            "by Denver's officers and employees.",
        ),
        ("EventItemAgendaNote", "Sponsors:\nCouncil member Kniech\nCouncil member López"),
    ],
)
def test_numbers_status_and_markup_amend_nothing(field: str, value: str) -> None:
    """A status edited months later, a tag, a zero-width space, an accent composed otherwise: the agenda is the same."""
    assert told(agenda_difference(lambda event: event["EventItems"][2].update({field: value}))) == {}


def test_an_item_taken_off_the_agenda_is_removed() -> None:
    """Deleted or left without a place: either way the agenda no longer holds it."""
    deleted = agenda_difference(lambda event: event["EventItems"].pop(3))
    unplaced = agenda_difference(lambda event: event["EventItems"][3].update(EventItemAgendaSequence=None))
    assert [r.key for r in deleted.removed] == [r.key for r in unplaced.removed] == ["5210/88104"]


def test_nothing_is_withdrawn_from_an_agenda_that_is_over() -> None:
    """Clerks tidy up afterwards: the day after the meeting absence means nothing, on its day it does."""
    on_the_day = agenda_difference(lambda event: event["EventItems"].pop(3), at=datetime(2017, 8, 29, 3, 0, tzinfo=UTC))
    day_after = agenda_difference(lambda event: event["EventItems"].pop(3), at=datetime(2017, 8, 29, 7, 0, tzinfo=UTC))
    assert len(on_the_day.removed) == 1
    assert told(day_after) == {}


def test_minutes_do_not_repeat_the_agenda() -> None:
    """Every matter comes a second time without a place on the agenda: what was done is told, nothing is added."""

    def without_minutes(event: Any) -> Any:
        event["EventItems"].pop(4)
        return event

    before = of_kind(read(without_minutes(example("event.json")), EVENT_URL), "agenda_item").records
    compared = compare(before, of_kind(read(example("event.json"), EVENT_URL), "agenda_item"))
    assert told(compared) == {"amended": {"5210/88103": {"action", "result"}}}


def test_an_event_asked_for_without_its_items_says_nothing_about_them() -> None:
    """An empty list that nobody asked to be filled is no empty agenda."""
    event = {**example("event.json"), "EventItems": []}
    assert [found.kind for found in read(event, EVENTS + "/5210").record_sets] == ["meeting"]
    assert of_kind(read(event, EVENT_URL), "agenda_item").scope.kind is ScopeKind.COMPLETE


# -- attachments ----------------------------------------------------------------------------------------------


def test_a_new_upload_under_the_same_number_amends_the_attachment() -> None:
    """Files are named by chance: a replaced paper has a new address."""
    compared = agenda_difference(
        lambda event: event["EventItems"][2]["EventItemMatterAttachments"][0].update(
            MatterAttachmentHyperlink="https://denver.legistar1.com/denver/attachments/new.pdf"
        ),
        "attachment",
    )
    assert told(compared) == {"amended": {"5210/40551": {"url"}}}


def test_papers_come_and_go() -> None:
    """One is put on the public page, one is taken off it."""

    def swap(event: Any) -> None:
        papers = event["EventItems"][2]["EventItemMatterAttachments"]
        papers[1]["MatterAttachmentShowOnInternetPage"] = False
        papers[2]["MatterAttachmentShowOnInternetPage"] = True

    compared = agenda_difference(swap, "attachment")
    assert told(compared) == {"added": {"5210/40553": set()}, "removed": {"5210/40552": set()}}


def test_an_item_put_in_anew_keeps_its_papers() -> None:
    """A clerk deletes an item and enters the same matter again: its papers did not change."""
    compared = agenda_difference(lambda event: event["EventItems"][2].update(EventItemId=88199), "attachment")
    assert told(compared) == {}


# -- what cannot be read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'<ArrayOfGranicusEvent xmlns="http://schemas.datacontract.org/2004/07/"></ArrayOfGranicusEvent>', "Accept"),
        (b'[{"EventId": 1', "not JSON"),
        (b'{"Message": "An error has occurred."}', "no Legistar event"),
        (b'[{"MatterHistoryId": 1}]', "no Legistar event"),
        (b'[{"EventId": 1, "EventDate": null}, {"Id": 2}]', "1 rows"),
        (b"null", "no Legistar event"),
        (b"", "not JSON"),
    ],
)
def test_what_is_no_events_answer_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    """A gateway's XML, an error object, a cut-off list: told as a broken source, never read as an empty calendar."""
    with pytest.raises(ExtractionError, match=says):
        read(body)


def test_an_empty_calendar_is_an_answer() -> None:
    """No meetings in the window; whether that is to be believed is judged elsewhere."""
    found = of_kind(read([]), "meeting")
    assert found.records == ()
    assert found.scope.kind is ScopeKind.WINDOW
