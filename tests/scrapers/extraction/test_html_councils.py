"""The readers of councils' HTML against pages written in its shape: AgendaCenter, Granicus, Legistar InSite."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.records import RecordComparison, compare
from monitor.types import Extraction, Look, Record, ScopeKind, Source
from scrapers.extraction import Extractor, find

EXAMPLES = Path(__file__).parent / "examples"
NOON = datetime(2017, 5, 29, 18, 0, tzinfo=UTC)

CENTER = Source(
    slug="county",
    title="Example County",
    url="https://county.example.gov/AgendaCenter",
    spider="civicplus",
    jurisdiction="Example County, Colorado",
    timezone="America/Denver",
)
VIEW = Source(
    slug="city",
    title="Example City",
    url="https://example.granicus.com/ViewPublisher.php?view_id=4",
    spider="granicus",
    jurisdiction="Example City, Oklahoma",
    timezone="America/Chicago",
)
CALENDAR = Source(
    slug="council",
    title="Example Council",
    url="https://example.legistar.com/Calendar.aspx",
    spider="legistar_html",
    jurisdiction="Example City, New York",
    timezone="America/New_York",
)
YEARS = Source(
    slug="years",
    title="Example Council",
    url="https://example.iqm2.com/Citizens/Calendar.aspx",
    spider="iqm2",
    jurisdiction="Example City, California",
    timezone="America/Los_Angeles",
)
PAGES = Source(
    slug="pages",
    title="Example Council",
    url="https://example-wa.municodemeetings.com/",
    spider="municode",
    jurisdiction="Example City, Washington",
    timezone="America/Los_Angeles",
)
CASES = {
    "civicplus/search": (CENTER, "https://county.example.gov/AgendaCenter/Search/"),
    "civicplus_versions/replaced": (CENTER, "https://county.example.gov/AgendaCenter/PreviousVersions/_06052017-412"),
    "granicus/view": (VIEW, VIEW.url),
    "granicus_agenda/agenda": (
        VIEW,
        "https://example.granicus.com/AgendaViewer.php?view_id=4&event_id=901&meeting=city-council:2017-06-06:2",
    ),
    "legistar_html/month": (CALENDAR, CALENDAR.url),
    "legistar_html_agenda/details": (
        CALENDAR,
        "https://example.legistar.com/MeetingDetail.aspx?ID=540001&GUID=3943FD0A&meeting=540001&day=2017-05-31",
    ),
    "iqm2/year": (YEARS, f"{YEARS.url}?From=1/1/2017&To=12/31/2017"),
    "municode/page": (PAGES, f"{PAGES.url}?page=0"),
}
SEARCH, REPLACED, LISTED, AGENDA, MONTH, DETAILS, YEAR, PAGE = CASES


def page(case: str) -> str:
    """An example's page."""
    return (EXAMPLES / f"{case}.html").read_text(encoding="utf-8")


def read(case: str, text: str = "", *, url: str = "", at: datetime = NOON, source: Source | None = None) -> Extraction:
    """What its reader makes of an example, or of another text under the example's address."""
    watched, address = CASES[case]
    look = Look(url=url or address, at=at, status=200, body=(text or page(case)).encode(), media_type="text/html")
    return reader(case).extract(look, source or watched)


def reader(case: str) -> Extractor:
    """The extractor that claims an example's address."""
    return find(*CASES[case])


def records(extraction: Extraction, kind: str) -> dict[str, Record]:
    """All records of one kind, by key."""
    return {record.key: record for found in extraction.record_sets for record in found.records if record.kind == kind}


def told(before: Extraction, after: Extraction) -> dict[str, set[str]]:
    """Keys of records by what somebody would be told of them: "key: fields" of amended ones."""
    steps: dict[str, set[str]] = {}
    known = [record for found in before.record_sets for record in found.records]
    for found in after.record_sets:
        compared: RecordComparison = compare(known, found)
        for step in ("added", "removed", "renamed", "moved"):
            for one in getattr(compared, step):
                steps.setdefault(step, set()).add(one.key if isinstance(one, Record) else one.after.key)
        for pair in compared.amended:
            steps.setdefault("amended", set()).add(f"{pair.after.key}: {', '.join(pair.fields)}")
    return steps


def edited(case: str, old: str, new: str, at: datetime = NOON) -> dict[str, set[str]]:
    """What an edit of an example's page amounts to."""
    assert old in page(case)
    return told(read(case, at=at), read(case, page(case).replace(old, new), at=at))


@pytest.mark.parametrize("case", CASES)
def test_examples_read_as_expected(case: str) -> None:
    """Each page gives exactly what is written down beside it, and is read by the extractor of its folder."""
    assert case.partition("/")[0] == reader(case).NAME
    expected = json.loads((EXAMPLES / f"{case}.expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(asdict(read(case)))) == expected


@pytest.mark.parametrize("case", CASES)
def test_nobody_else_s_pages_are_claimed(case: str) -> None:
    """A page of another spider's source is left to the generic reader."""
    source, url = CASES[case]
    assert find(replace(source, spider="page"), url).NAME == "page"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("text", ["<html><body></body></html>", "<p>Welcome to the new website of the city.</p>"])
def test_a_page_of_something_else_is_no_empty_calendar(case: str, text: str) -> None:
    """Nothing found is an error with what to do, and never an empty list."""
    if case == AGENDA and "Welcome" in text:
        assert read(case, text).compare_text
        return
    with pytest.raises(ExtractionError):
        read(case, text)


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_page_costs_no_time(case: str) -> None:
    """Depth, repetition and broken markup end in a sentence or in few records, at once."""
    whole = page(case)
    for text in (
        "<div>" * 200_000,
        whole.replace("</body>", "<table>" * 3_000),
        whole[: len(whole) // 2],
        whole + "<tr class='catAgendaRow listingRow rgRow'><td headers=Name>" * 2_000,
        whole.replace("2017", "999999999"),
    ):
        begun = time.monotonic()
        with contextlib.suppress(ExtractionError):
            read(case, text)
        assert time.monotonic() - begun < 5


# -- AgendaCenter --------------------------------------------------------------------------------------------


def test_random_row_ids_are_not_read() -> None:
    """They differ at every fetch of an AgendaCenter."""
    assert edited(SEARCH, "1a2b3c4d5", "99887766554") == {}


@pytest.mark.parametrize(
    ("old", "new", "news"),
    [
        ("Commission Meeting - CANCELLED", "Commission Meeting", {"amended": {"413: status, comment"}}),
        ("Amended <abbr", "Posted <abbr", {}),
        ("2, 2017 4:05 PM", "2, 2017 4:35 PM", {"amended": {"412: agenda_published_at"}}),
        ("Jun</abbr> 14, 2017", "Jun</abbr> 21, 2017", {"amended": {"413: date"}}),
        (
            '<li><a class="pdf" href="/AgendaCenter/ViewFile/Agenda/_06052017-412?packet=true" id="anch34121a2b3c4d5">'
            "Packet</a></li>",
            "",
            {"removed": {"412/listed/agenda-packet"}},
        ),
    ],
)
def test_what_a_clerk_edits_is_told_of_its_meeting(old: str, new: str, news: dict[str, set[str]]) -> None:
    """A cancellation, a new stamp, another day, a packet withdrawn; a stamp's word alone is no news beside the link."""
    assert edited(SEARCH, old, new) == news


def test_a_row_that_is_listed_twice_is_one_meeting_with_all_its_files() -> None:
    """Each row would else miss the files of the other, at every poll anew."""
    rows = page(SEARCH).split("<tr ")
    without_files = rows[1].replace("ViewFile/Agenda", "ViewFile/Minutes")
    assert "ViewFile/Agenda" in rows[1]
    again = "<tr ".join([rows[0], rows[1], without_files, *rows[2:]])
    keys = [record.key for found in read(SEARCH, again).record_sets for record in found.records]
    assert len(keys) == len(set(keys))
    assert told(read(SEARCH, again), read(SEARCH, again)) == {}


def test_previous_versions_make_an_agenda_a_revised_one() -> None:
    """The link appears where a file was replaced, also where the stamp goes on saying "Posted"."""
    without = page(SEARCH).replace("PreviousVersions", "Nothing").replace("Amended <abbr", "Posted <abbr")
    again = page(SEARCH).replace("Amended <abbr", "Posted <abbr")
    assert told(read(SEARCH, without), read(SEARCH, again)) == {"amended": {"412: agenda_status"}}


def test_a_search_is_complete_for_the_days_that_its_form_repeats() -> None:
    """From this hour on; nothing is concluded of a page whose form repeats none."""
    scope = read(SEARCH).record_sets[0].scope
    assert (scope.kind, scope.since, scope.until) == (ScopeKind.WINDOW, "2017-05-29T12:00", "2019-05-30")
    front = read(SEARCH, page(SEARCH).replace('value="04/29/2017"', 'value=""'))
    assert front.record_sets[0].scope.kind is ScopeKind.NONE


def test_a_search_that_finds_nothing_is_believed_only_with_its_form() -> None:
    """No row, no list, and the days asked for repeated: a county may not meet. Rows nobody can read are an error."""
    head, _, _ = page(SEARCH).partition('<div class="listing')
    assert read(SEARCH, head + "</div></body></html>").record_sets[0].records == ()
    with pytest.raises(ExtractionError):
        read(SEARCH, page(SEARCH).replace("catAgendaRow", "newRow"))
    with pytest.raises(ExtractionError):
        read(SEARCH, "<html><body><div id='AgendaCenterContent'>Agenda Center</div></body></html>")


# -- Granicus ------------------------------------------------------------------------------------------------


def test_a_meeting_that_was_held_is_the_same_meeting() -> None:
    """Its number changes from event to clip, its row moves to the archive: amended, with its video new."""
    held = (
        page(LISTED)
        .replace("AgendaViewer.php?view_id=4&amp;event_id=901", "AgendaViewer.php?view_id=4&amp;clip_id=730")
        .replace(
            '<td class="listItem"><a href="/files/packet-june-6.pdf">',
            "<td><a href='#' onclick=\"window.open('/MediaPlayer.php?clip_id=730')\">Video</a></td>"
            '<td class="listItem"><a href="/files/packet-june-6.pdf">',
        )
    )
    after = datetime(2017, 6, 7, 18, 0, tzinfo=UTC)
    assert told(read(LISTED, at=after), read(LISTED, held, at=after)) == {
        "amended": {"city-council:2017-06-06:2: status"},
        "added": {"city-council:2017-06-06:2/listed/video"},
    }


def test_two_meetings_of_a_body_on_a_day_are_told_apart_by_their_hours() -> None:
    """Whatever order they are printed in."""
    rows = page(LISTED).split('<tr class="listingRow">')
    rows[1], rows[2] = rows[2], rows[1]
    assert told(read(LISTED), read(LISTED, '<tr class="listingRow">'.join(rows))) == {}


def test_a_meeting_listed_twice_is_one() -> None:
    """For some hours it is listed as coming and as recorded; some are listed again without their link."""
    row = (
        '<tr class="listingRow"><td headers="Name">City Council</td>'
        '<td headers="Date">June 6, 2017 - 6:00 PM</td><td>%s</td></tr></tbody></table></body>'
    )
    end = "</tbody></table></div>\n</body>"
    assert edited(LISTED, end, row % "") == {}
    twice = edited(LISTED, end, row % '<a href="/AgendaViewer.php?view_id=4&amp;clip_id=730">Agenda</a>')
    assert twice["amended"] == {"city-council:2017-06-06:2: status"}
    assert "added" not in twice


def test_the_words_of_a_cancellation_are_no_other_body() -> None:
    """A meeting that is called off stays itself."""
    news = edited(LISTED, "CANCELLED - Parks Board on 2017-06-08 - (8:30 a.m.)", "Parks Board (8:30 AM)")
    assert news == {"amended": {"parks-board:2017-06-08: status"}}


def test_a_meeting_in_progress_is_not_missing() -> None:
    """Its row prints no date while it lasts; it began, so that its absence means nothing."""
    begins = datetime(2017, 6, 6, 23, 5, tzinfo=UTC)
    running = "June&nbsp; 6,&nbsp;2017 - 6:00&nbsp;PM"
    assert edited(LISTED, running, "In Progress", at=begins) == {}
    earlier = datetime(2017, 6, 6, 22, 0, tzinfo=UTC)
    assert edited(LISTED, running, "In Progress", at=earlier) == {"removed": {"city-council:2017-06-06:2"}}


def test_a_view_of_the_past_alone_cancels_nothing() -> None:
    """Without a list of what is to come, and as an archive of another view, it is complete for nothing."""
    past = page(LISTED).partition('<div class="archive">')[2]
    assert read(LISTED, past).record_sets[0].scope.kind is ScopeKind.NONE
    archive = replace(VIEW, parameters={"archives": [4]})
    assert read(LISTED, source=archive).record_sets[0].scope.kind is ScopeKind.NONE
    assert read(LISTED).record_sets[0].scope.kind is ScopeKind.WINDOW


def test_what_changes_in_an_agenda() -> None:
    """A note, a wording under the platform's number; where it is renumbered, only the attachments' addresses."""
    meeting = "city-council:2017-06-06:2"
    (amended,) = edited(AGENDA, "Recommended: approve.", "Recommended: deny.")["amended"]
    assert amended.endswith(": note")
    assert edited(AGENDA, "CONSENT CALENDAR", "CONSENT ITEMS") == {"amended": {f"{meeting}/5001: title"}}
    moved = {f"{meeting}/meta/5002: url", f"{meeting}/meta/5003: url"}
    assert edited(AGENDA, "event_id=901", "event_id=955") == {"amended": moved}


def test_an_agenda_says_nothing_of_what_its_view_lists() -> None:
    """The view's own documents of a meeting are not missing from its agenda."""
    assert "removed" not in told(read(LISTED), read(AGENDA))


def test_an_item_put_in_above_renumbers_nothing() -> None:
    """Items are known by the platform's number or their wording, never by their place."""
    row = "<table><tbody><tr><td>a.</td><td>PROCLAIM LIBRARY WEEK</td></tr></tbody></table>"
    mark = '<table><tbody><tr valign="top"><td width="40">a.'
    (added,) = edited(AGENDA, mark, row + mark).items()
    assert added[0] == "added"
    assert len(added[1]) == 1


def test_an_agenda_of_another_layout_is_watched_as_text() -> None:
    """Complete for nothing, and compared line by line."""
    plain = read(AGENDA, "<html><body><p>City Council</p><p>Item 1: the jail agreement</p></body></html>")
    assert plain.compare_text
    assert plain.text == ("City Council", "Item 1: the jail agreement")
    assert {found.scope.kind for found in plain.record_sets} == {ScopeKind.NONE}


# -- Legistar's web calendar ---------------------------------------------------------------------------------


def test_ids_of_elements_and_the_form_s_state_are_not_read() -> None:
    """Both differ between two fetches of one calendar."""
    assert edited(MONTH, "c3RhdGU=", "b3RoZXI=") == {}
    assert edited(MONTH, "ctl00__", "ctl99__") == {}


@pytest.mark.parametrize(
    ("old", "new", "news"),
    [
        ("Room 16", "Room 9", {"amended": {"540001: location"}}),
        ("1:00 PM", "2:30 PM", {"amended": {"540001: time"}}),
        ("1:00 PM", "Deferred", {"amended": {"540001: time, status"}}),
        ("Oversight of the county jail", "Postponed", {"amended": {"540001: status, comment"}}),
        ("5/31/2017", "5/30/2017", {"amended": {"540001: date"}}),
        (
            '<td><a href="View.ashx?M=AADA&amp;ID=540001&amp;GUID=3943FD0A-37DD-4C1C-918B-C68552F9F329">',
            "<td><a>",
            {"removed": {"540001/listed/accessible-agenda"}},
        ),
    ],
)
def test_what_a_reader_would_see_differ_amends_the_meeting(old: str, new: str, news: dict[str, set[str]]) -> None:
    """Room, hour, deferral, topic, day, a document that went."""
    assert edited(MONTH, old, new) == news


def test_a_row_that_is_struck_through_does_not_take_place() -> None:
    """Also where its hour still stands; of the captured ones the hour is lost."""
    struck = page(MONTH).replace("<span>Deferred</span>", "<span>1:00 PM</span>")
    assert records(read(MONTH, struck), "meeting")["540002"].facts["status"] == "cancelled"


def test_columns_are_found_by_their_labels() -> None:
    """A council that leaves one out, or puts them in another order, is read as well."""
    moved = page(MONTH).replace("<th>Meeting Topic</th>", "<th>Meeting Subject</th>")
    assert told(read(MONTH), read(MONTH, moved)) == {}
    grid = page(MONTH).replace("<th>&nbsp;</th>", "")
    with pytest.raises(ExtractionError):
        read(MONTH, grid)


def test_a_view_is_complete_for_the_days_that_it_shows() -> None:
    """This month, a year; not for one body, not with a row of another month, not for another view than asked for."""

    def scope(text: str, url: str = CALENDAR.url) -> tuple[str, str]:
        found = read(MONTH, text, url=url).record_sets[0].scope
        return found.since, found.until

    assert scope(page(MONTH)) == ("2017-05-29T14:00", "2017-06-01")
    year = page(MONTH).replace('value="This Month"', 'value="2017"')
    assert scope(year, f"{CALENDAR.url}?view=2017") == ("2017-05-29T14:00", "2018-01-01")
    assert scope(page(MONTH).replace("All Committees", "Committee on Housing")) == ("", "")
    assert scope(page(MONTH).replace("5/31/2017", "6/1/2017")) == ("", "")
    with pytest.raises(ExtractionError, match="whole_years"):
        scope(page(MONTH), f"{CALENDAR.url}?view=2017")


@pytest.mark.parametrize(
    ("pager", "scope"),
    [
        (
            '<a class="rgCurrentPage"><span>1</span></a><a href="#"><span>2</span></a>',
            ("2017-05-29T14:00", "2018-01-01"),
        ),
        (
            '<a href="#"><span>1</span></a><a class="rgCurrentPage"><span>2</span></a>',
            ("2017-05-29T14:00", "2017-05-31"),
        ),
    ],
)
def test_one_part_of_several_ends_at_its_edge(pager: str, scope: tuple[str, str]) -> None:
    """The newest come first; a day on the edge goes on in the next part, and is complete in neither."""
    text = page(MONTH).replace('value="This Month"', 'value="2017"').replace("</form>", f"{pager}</form>")
    found = read(MONTH, text, url=f"{CALENDAR.url}?view=2017").record_sets[0].scope
    assert (found.since, found.until) == scope
    jumbled = text.replace("5/9/2017", "6/9/2017")
    assert read(MONTH, jumbled, url=f"{CALENDAR.url}?view=2017").record_sets[0].scope.kind is ScopeKind.NONE


def test_an_empty_month_is_said_by_the_grid_itself() -> None:
    """ "No records to display" is an answer; a grid without it is not."""
    head, _, rest = page(MONTH).partition('<tbody>\n<tr class="rgRow"')
    tail = "</tbody></table></form></body></html>"
    assert rest
    empty = read(MONTH, f'{head}<tbody><tr class="rgNoRecords"><td>No records to display.</td></tr>{tail}')
    assert empty.record_sets[0].records == ()
    with pytest.raises(ExtractionError):
        read(MONTH, f"{head}<tbody>{tail}")


# -- IQM2 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "news"),
    [
        ("Status:&#9;Scheduled", "Status:&#9;Cancelled", {"amended": {"1943: status"}}),
        ("400 Main St.", "500 Main St.", {"amended": {"1943: location"}}),
        ("Jun 6, 2017 7:00 PM", "Jun 7, 2017 7:00 PM", {"amended": {"1943: date"}}),
        ("Detail_Meeting.aspx?ID=1956", "Detail_Meeting.aspx?ID=1957", {"renamed": {"1957"}}),
        ("?Type=1&amp;ID=1690", "?Type=1&amp;ID=1699", {"amended": {"1943/agenda-packet: url"}}),
        ('href="" class="HiddenDocumentLink">M', 'href="FileOpen.aspx?ID=9">M', {"added": {"1943/minutes"}}),
    ],
)  # fmt: skip
def test_what_changes_in_an_iqm2_calendar(old: str, new: str, news: dict[str, set[str]]) -> None:
    """Status and place of the tooltip, another day, another number of the same, a new file, minutes published."""
    assert edited(YEAR, old, new) == news


def test_a_year_is_complete_where_the_page_says_which_it_shows() -> None:
    """In bold, of all groups; it offers the years that there are."""
    whole = read(YEAR)
    assert (whole.record_sets[0].scope.since, whole.record_sets[0].scope.until) == ("2017-05-29T11:00", "2018-01-01")
    assert [link.label for link in whole.links] == ["2018", "2017", "2016"]
    for text in (
        page(YEAR).replace("<strong>2017</strong>", "2017"),
        page(YEAR).replace("<strong>2017</strong>", "2017").replace(">All<", "><strong>All</strong><"),
        page(YEAR)
        .replace('selected="selected" value="0"', 'value="0"')
        .replace('value="1000"', 'selected value="1000"'),
    ):
        assert read(YEAR, text).record_sets[0].scope.kind is ScopeKind.NONE


# -- Municode ------------------------------------------------------------------------------------------------


def test_a_page_is_complete_between_its_edges() -> None:
    """The newest come first: page 0 has no end, a later one ends with its first day; not of a single body."""

    def scope(text: str, number: int = 0) -> tuple[str, str]:
        found = read(PAGE, text, url=f"{PAGES.url}?page={number}").record_sets[0].scope
        return found.since, found.until

    assert scope(page(PAGE)) == ("2017-05-29T11:00", "9999-12-31")
    assert scope(page(PAGE), 1) == ("2017-05-29T11:00", "2017-06-20")
    assert scope(page(PAGE).replace("2017-05-16T", "2017-07-16T")) == ("", "")
    assert scope(page(PAGE).replace('value="All" selected', 'value="671" selected')) == ("", "")


def test_a_meeting_is_known_by_the_address_of_its_page() -> None:
    """Its documents come and change; its hour and name are amended."""
    key = "bc-pw:page:public-works-committee-87"
    assert edited(PAGE, "Agenda-e5993d.pdf", "Agenda-ffffff.pdf") == {"amended": {f"{key}/agenda: url"}}
    assert edited(PAGE, "2017-06-06T11:00", "2017-06-06T12:30") == {"amended": {f"{key}: time"}}
