"""Real captures of councils' HTML platforms through the real intake: what each holds, and series that must be silent.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.types import Change, ChangeKind, Health, Look, Record, Source, VerdictKind
from scrapers.extraction import find
from scrapers.intake import Intake, Taken
from storage import Archive

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples" / "agendas").resolve()

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")

NASH = Source(
    slug="nash",
    title="Nash County",
    url="http://nc-nashcounty.civicplus.com/AgendaCenter",
    spider="civicplus",
    timezone="America/New_York",
)
SEARCH = "http://nc-nashcounty.civicplus.com/AgendaCenter/Search/"
TULSA = Source(
    slug="tulsa",
    title="Tulsa City Council",
    url="https://tulsa-ok.granicus.com/ViewPublisher.php?view_id=4",
    spider="granicus",
    timezone="America/Chicago",
    parameters={"days_back": 3650},
)
RTA = replace(
    TULSA,
    slug="rta",
    title="RTA Chicago",
    url="http://rtachicago.granicus.com/ViewPublisher.php?view_id=5",
    parameters={"archives": [4], "days_back": 400},
)
RTA_PAST = "http://rtachicago.granicus.com/ViewPublisher.php?view_id=4"
INSITE = Source(
    slug="insite",
    title="Council",
    url="https://council.legistar.com/Calendar.aspx",
    spider="legistar_html",
    timezone="America/New_York",
)
IQM2 = Source(
    slug="iqm2",
    title="Hanford City Council",
    url="https://hanfordca.iqm2.com/Citizens/Calendar.aspx",
    spider="iqm2",
    timezone="America/Los_Angeles",
)
MUNICODE = Source(
    slug="municode",
    title="Tumwater City Council",
    url="https://tumwater-wa.municodemeetings.com/",
    spider="municode",
    timezone="America/Los_Angeles",
)
AGENDA = "https://city.granicus.com/AgendaViewer.php?view_id=4&clip_id=1&meeting="

CAPTURES = {
    "civicplus/alameda_water_agendacenter.html": (NASH, SEARCH, "2024-09-01", {"meeting": 2, "attachment": 2}),
    "civicplus/anthony_updatecategorylist_fragment.html": (
        NASH, SEARCH, "2026-02-10", {"meeting": 2, "attachment": 6},
    ),
    "civicplus/avenal_agendacenter.html": (NASH, SEARCH, "2022-08-10", {"meeting": 24, "attachment": 24}),
    "civicplus/farmersville_agendacenter.html": (NASH, SEARCH, "2022-09-10", {"meeting": 28, "attachment": 49}),
    "civicplus/lascruces_search.html": (NASH, SEARCH, "2020-12-01", {"meeting": 28, "attachment": 91}),
    "civicplus/nashcounty_search_2020-05-03_06.html": (NASH, SEARCH, "2020-05-04", {"meeting": 2, "attachment": 4}),
    "granicus/tulsa_viewpublisher.html": (TULSA, TULSA.url, "2025-12-10", {"meeting": 18, "attachment": 29}),
    "granicus/rta_chicago_upcoming.html": (RTA, RTA.url, "2018-06-18", {"meeting": 10, "attachment": 2}),
    "granicus/rta_chicago_past.html": (RTA, RTA_PAST, "2018-12-20", {"meeting": 32, "attachment": 89}),
    "granicus/walnutcreek_agendaviewer.html": (
        TULSA, AGENDA + "city-council:2022-05-17", "2022-05-10", {"agenda_item": 42, "attachment": 49},
    ),
    "granicus/lawa_agendaviewer.html": (
        TULSA, AGENDA + "board:2022-03-03", "2022-03-01", {"agenda_item": 47, "attachment": 12},
    ),
    "legistar_html/nyc_calendar.html": (INSITE, INSITE.url, "2019-01-09", {"meeting": 40, "attachment": 41}),
    "legistar_html/columbus_oh_calendar.html": (INSITE, INSITE.url, "2026-02-10", {"meeting": 4, "attachment": 12}),
    "legistar_html/lametro_calendar.html": (INSITE, INSITE.url, "2019-01-09", {"meeting": 14}),
    "iqm2/hanford_ca_calendar.html": (IQM2, IQM2.url, "2022-08-15", {"meeting": 77, "attachment": 106}),
    "municode/tumwater_meetings_page.html": (
        MUNICODE, f"{MUNICODE.url}?page=0", "2026-08-16", {"meeting": 5, "attachment": 21},
    ),
}  # fmt: skip
"""By capture: the source that would have fetched it, its address, a day about which it was taken, and what it holds."""


class Reader:
    """An archive in memory and the way into it."""

    def __init__(self) -> None:
        self.archive = Archive.in_memory()

    async def look(self, source: Source, url: str, body: bytes, at: datetime) -> Taken:
        """One complete run with one look."""
        self.archive.keep_source(source, at)
        run = self.archive.begin_run(source.slug, self.archive.begin_poll(at), at)
        headers = {"content-type": "text/html; charset=utf-8"}
        look = Look(url=url, at=at, status=200, body=body, media_type="text/html", headers=headers)
        taken = await Intake(self.archive, lambda: at).take(look, source, run)
        self.archive.end_run(
            run, at, outcome="ok", complete=True, message="", health=Health.SEEN, health_change=None, next_due_at=None
        )
        return taken

    def told(self) -> list[Change]:
        """Every change but those of first looks."""
        return [stored.change for stored in self.archive.changes()]


@pytest.fixture
def reader() -> Iterator[Reader]:
    """A new one."""
    one = Reader()
    yield one
    one.archive.close()


def noon(day: str) -> datetime:
    """That day at 18:00 UTC: noon or about, where the captures come from."""
    return datetime.fromisoformat(day).replace(hour=18, tzinfo=UTC)


def read(name: str) -> dict[str, Record]:
    """A capture's records by key."""
    source, url, day, _ = CAPTURES[name]
    look = Look(url=url, at=noon(day), status=200, body=(SAMPLES / name).read_bytes(), media_type="text/html")
    extraction = find(source, url).extract(look, source)
    return {record.key: record for found in extraction.record_sets for record in found.records}


@pytest.mark.parametrize("name", CAPTURES)
async def test_every_capture_is_read(reader: Reader, name: str) -> None:
    """Believed, with all that it holds; the same body again is the same."""
    source, url, day, expected = CAPTURES[name]
    body = (SAMPLES / name).read_bytes()
    first = await reader.look(source, url, body, noon(day))
    assert (first.verdict.kind, first.broken) == (VerdictKind.CREDIBLE, "")
    assert Counter(record.kind for record in first.records) == expected
    again = await reader.look(source, url, body, noon(day) + timedelta(hours=1))
    assert again.verdict.kind is VerdictKind.UNCHANGED
    assert reader.told() == []


async def test_four_fetches_of_one_search_are_one_state(reader: Reader) -> None:
    """Random row ids and one flag differ: no change, no second version; then one real edit is the whole news."""
    bodies = [path.read_bytes() for path in sorted((SAMPLES / "civicplus/nashcounty_series").glob("*.html"))]
    assert len({*bodies}) == 4
    for hours, body in enumerate(bodies):
        await reader.look(NASH, SEARCH, body, noon("2020-05-05") + timedelta(seconds=8 * hours))
    assert reader.told() == []
    assert len(reader.archive.snapshots(SEARCH)) == 1
    moved = bodies[0].replace(b"10:17 AM", b"11:40 AM")
    await reader.look(NASH, SEARCH, moved, noon("2020-05-05") + timedelta(hours=1))
    (change,) = reader.told()
    assert (change.kind, change.record_key) == (ChangeKind.RECORD_AMENDED, "382")
    assert list(change.details["fields"]) == ["agenda_published_at"]


def test_revised_and_cancelled_agendas_are_as_many_as_marked() -> None:
    """The link to earlier versions stands on 8 of 28, 16 of 24, 13 of 28 rows; "cancelled" in as many names."""
    for name, revised in (("lascruces_search", 8), ("avenal_agendacenter", 16), ("farmersville_agendacenter", 13)):
        meetings = [one for one in read(f"civicplus/{name}.html").values() if one.kind == "meeting"]
        marked = [one for one in meetings if one.extras.get("previous_versions")]
        assert len(marked) == revised
        assert {one.facts["agenda_status"] for one in marked} == {"revised"}
        called_off = [one for one in meetings if re.search("cancel", one.facts["comment"], re.IGNORECASE)]
        assert called_off
        assert {one.facts["status"] for one in called_off} == {"cancelled"}


async def test_a_board_s_meetings_are_the_same_before_and_after_they_are_held(reader: Reader) -> None:
    """Listed as coming in June, in the archive in December: held, under the names they had; none is listed as gone."""
    coming, past = "granicus/rta_chicago_upcoming.html", "granicus/rta_chicago_past.html"
    await reader.look(RTA, RTA.url, (SAMPLES / coming).read_bytes(), noon("2018-06-18"))
    known = {key for key, record in read(coming).items() if record.kind == "meeting"}
    await reader.look(RTA, RTA_PAST, (SAMPLES / past).read_bytes(), noon("2018-12-20"))
    told = reader.told()
    held = {change.record_key for change in told if change.details.get("fields", {}).get("status")}
    assert held == known & {key for key, record in read(past).items() if record.kind == "meeting"}
    assert held >= {f"{body}:2018-06-21" for body in ("board-of-directors", "audit-committee", "finance-committee")}
    assert len(held) >= 8
    assert not [change for change in told if change.kind is ChangeKind.RECORD_REMOVED]


def test_deferred_rows_are_postponed_and_have_lost_their_hour() -> None:
    """Two of New York's forty, struck through."""
    meetings = [one for one in read("legistar_html/nyc_calendar.html").values() if one.kind == "meeting"]
    put_off = [one for one in meetings if one.facts["status"] != "scheduled"]
    assert [(one.facts["status"], one.facts["time"]) for one in put_off] == [("postponed", "")] * 2
    assert {one.facts["date"] for one in put_off} == {"2019-01-10"}


def test_a_calendar_s_cancellations_are_those_of_its_tooltips() -> None:
    """Eleven of Hanford's seventy-seven meetings are cancelled, eight are closed."""
    meetings = [one for one in read("iqm2/hanford_ca_calendar.html").values() if one.kind == "meeting"]
    statuses = Counter(one.facts["status"] for one in meetings)
    assert statuses == {"scheduled": 58, "cancelled": 11, "held": 8}
