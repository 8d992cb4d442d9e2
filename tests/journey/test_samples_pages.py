"""Real captures through the readers that a stanza chooses, and what comes out of each.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import ChangeKind, Health, Look, Record, Source, StoredChange, VerdictKind
from scrapers.extraction import agenda_pdf
from scrapers.intake import Intake, Taken
from storage import Archive

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples").resolve()
AT = datetime(2019, 5, 1, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")


@pytest.fixture
def archive() -> Iterator[Archive]:
    """A new one."""
    one = Archive.in_memory()
    yield one
    one.close()


async def look(archive: Archive, *paths: str, media: str = "", **said: Any) -> tuple[list[Taken], list[StoredChange]]:
    """One complete run a capture, an hour apart, under a stanza that says this; what was told."""
    source = Source(
        slug="one", title="One", url="https://www.example.gov/list", timezone="America/Detroit", parameters=said
    )
    archive.keep_source(source, AT)
    taken = []
    for number, path in enumerate(paths):
        now = AT + timedelta(hours=number)
        run = archive.begin_run(source.slug, archive.begin_poll(now), now)
        body = (SAMPLES / path).read_bytes()
        intake = Intake(archive, lambda now=now: now)
        taken.append(await intake.take(Look(source.url, now, 200, body, media_type=media), source, run))
        archive.end_run(
            run, now, outcome="ok", complete=True, message="", health=Health.SEEN, health_change=None, next_due_at=None
        )
    return taken, list(archive.changes())


def first(taken: list[Taken]) -> tuple[Record, ...]:
    """The records of the first capture, which was believed and read."""
    assert (taken[0].verdict.kind, taken[0].broken) == (VerdictKind.CREDIBLE, "")
    return taken[0].records


async def test_a_board_s_calendar(archive: Archive) -> None:
    """Detroit's board of education: every event on its own clock, those in summer an hour later than UTC would say."""
    taken, told = await look(archive, *["agendas/ical/detroit_board_of_education.ics"] * 2, extract="ical")
    records = {record.key: record for record in first(taken)}
    assert len(records) == 33
    assert (records["7856"].about, records["9114"].about) == ("2019-04-16T17:30", "2019-05-24T09:00")
    assert records["7875"].about == "2020-04-27T17:30"
    assert told == []


async def test_a_schedule_in_a_pdf_without_upright_lines(archive: Archive) -> None:
    """Akron's planning commission: twelve dates, none of the prose below them."""
    said = {"extract": "table", "key": ["Meeting"], "columns": ["File date"]}
    taken, _ = await look(archive, "agendas/pdf/akron_planning_dates_2019.pdf", **said)
    records = first(taken)
    assert len(records) == 12
    assert (records[6].title, records[6].facts["FILE DATE"]) == ("JULY 9, 2019 ***", "JUNE 7, 2019")


async def test_a_list_of_jurisdictions_loses_one(archive: Archive) -> None:
    """The Justice Department's list before and after Nevada was taken off it: that is the whole change."""
    folder = "federal/doj/DERIVED_sanctuary_list_"
    said = {"extract": "csv", "key": ["section", "name_as_published"], "title": "name_as_published"}
    taken, told = await look(archive, f"{folder}v1_2025-08-05.csv", f"{folder}v2_after_2025-09-26.csv", **said)
    assert len(first(taken)) == 35
    assert [(stored.change.kind, stored.change.title) for stored in told] == [(ChangeKind.RECORD_REMOVED, "Nevada")]


@pytest.mark.parametrize(("year", "rows"), [("FY19", 213), ("FY20", 170)])
async def test_a_workbook_of_facilities(archive: Archive, year: str, rows: int) -> None:
    """The sheet is found by its columns, below the notes that stand above them."""
    said = {"extract": "xlsx", "key": ["Name", "City"], "columns": ["State"], "title": "Name"}
    taken, _ = await look(archive, f"federal/ice/{year}-detentionstats.xlsx", **said)
    records = first(taken)
    assert len(records) == rows
    assert records[0].title == "STEWART DETENTION CENTER"
    assert records[0].facts["City"] == "LUMPKIN"


async def test_a_feed_in_the_department_s_shape(archive: Archive) -> None:
    """Releases under their guid, dates in UTC."""
    taken, _ = await look(archive, "federal/doj/SYNTHETIC_news_rss_type_press_release.xml", extract="feed")
    assert {record.about[:10] for record in first(taken)} == {"2024-08-07"}


@pytest.mark.parametrize(
    ("path", "meetings", "one"),
    [
        ("agendas/municode/tumwater_meetings_page.html", 5, "2026-08-18/city-council"),
        ("agendas/granicus/tulsa_viewpublisher.html", 16, "2025-11-19/regular-council-meeting"),
        ("agendas/novusagenda/dinuba_meetingsgeneral.html", 4, "2022-09-27/council-meeting"),
        ("agendas/onbase/akron_agendaonline.html", 7, "2019-09-16/city-council-meeting"),
    ],
)
async def test_pages_that_list_agendas(archive: Archive, path: str, meetings: int, one: str) -> None:
    """Of platforms that are none of ours: days and bodies out of table rows, and nothing told the second time."""
    taken, told = await look(archive, path, path, media="text/html", extract="documents")
    keys = [record.key for record in first(taken) if record.kind == "meeting"]
    assert len(keys) == meetings
    assert one in keys
    assert told == []


async def test_a_stamp_of_publication_is_no_hour_of_a_meeting(archive: Archive) -> None:
    """CivicPlus prints when an agenda was posted beside the day of its meeting."""
    path = "agendas/civicplus/nashcounty_search_2020-05-03_06.html"
    taken, _ = await look(archive, path, media="text/html", extract="documents")
    assert {record.facts["time"] for record in first(taken) if record.kind == "meeting"} == {""}


async def test_four_fetches_of_one_page_are_one_state(archive: Archive) -> None:
    """Random row ids and nothing else differ."""
    paths = [f"agendas/civicplus/nashcounty_series/{number}_search_2020-05-05.html" for number in range(1, 5)]
    _, told = await look(archive, *paths, media="text/html", extract="documents")
    assert told == []


async def test_another_format_is_refused(archive: Archive) -> None:
    """BoardDocs' XML is no feed: said so, and no empty list."""
    taken, _ = await look(archive, "agendas/boarddocs/akron_public_schools.xml", media="text/xml", extract="feed")
    assert "no RSS or Atom feed" in taken[0].broken


@pytest.mark.parametrize(
    ("name", "items", "status"),
    [
        ("cuyahoga_cc_agenda_2019-09-26", 24, "scheduled"),
        ("nashcounty_agenda_2020-05-05", 10, "scheduled"),
        ("hayward_cancellation_notice_2021-08-16", 0, "cancelled"),
        ("nashcounty_minutes_2020-05-05", 0, ""),
        ("akron_planning_dates_2019", 0, ""),
    ],
)
def test_agendas_as_files(name: str, items: int, status: str) -> None:
    """Every item of two agendas, a notice as a notice, and of minutes and a schedule the text alone."""
    source = Source("one", "One", "https://www.example.gov/list", parameters={"extract": "documents"})
    body = (SAMPLES / "agendas" / "pdf" / f"{name}.pdf").read_bytes()
    extraction = agenda_pdf.extract(Look("https://www.example.gov/a.pdf", AT, 200, body), source)
    records = [record for found in extraction.record_sets for record in found.records]
    assert sum(record.kind == "agenda_item" for record in records) == items
    assert [record.facts["status"] for record in records if record.kind == "agenda"] == ([status] if status else [])
    assert extraction.compare_text is not bool(records)
