"""Real captures of ICE's newsroom and statistics through the real intake and archive: only what was edited is told.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.outbox import collect
from alerts.rendering import render
from monitor.types import Change, ChangeKind, Health, Look, Source, Subscription, VerdictKind
from scrapers.detention.names import hinted_day
from scrapers.extraction import find, ice_detention_workbook
from scrapers.intake import Intake, Taken
from scrapers.sources import shipped
from storage import Archive

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples" / "federal" / "ice").resolve()
AT = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
NEWSROOM, STATISTICS = shipped()["ice_newsroom"], shipped()["ice_detention_statistics"]
RELEASES = "https://www.ice.gov/news/releases/"
WORKBOOKS = "https://www.ice.gov/doclib/detention/"
FACILITIES = {"FY19": 213, "FY20": 170}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")


@dataclass
class Reader:
    """An archive in memory and the way into it."""

    archive: Archive = field(default_factory=Archive.in_memory)
    now: datetime = AT

    async def look(self, source: Source, url: str, body: bytes, media_type: str = "text/html") -> Taken:
        """One complete run, a week after the one before."""
        self.now += timedelta(days=7)
        self.archive.keep_source(source, self.now)
        run = self.archive.begin_run(source.slug, self.archive.begin_poll(self.now), self.now)
        look = Look(url=url, at=self.now, status=200, body=body, media_type=media_type)
        taken = await Intake(self.archive, lambda: self.now).take(look, source, run)
        self.archive.end_run(
            run,
            self.now,
            outcome="ok",
            complete=True,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
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


def body(name: str) -> bytes:
    """A capture."""
    return (SAMPLES / name).read_bytes()


RELEASE_PAGES = sorted(path.name for path in SAMPLES.glob("*release_*.html") if "nonrelease" not in path.name)


@pytest.mark.parametrize("name", RELEASE_PAGES)
async def test_every_release_is_one_record(reader: Reader, name: str) -> None:
    """Keyed by its node, with every field that the page prints, and nothing of what it prints anew at each look."""
    page = body(name)
    node = re.search(rb'currentPath":"node\\/(\d+)', page)
    assert node is not None
    taken = await reader.look(NEWSROOM, RELEASES + "one", page)
    assert (taken.verdict.kind, taken.broken) == (VerdictKind.CREDIBLE, "")
    (record,) = taken.records
    assert (record.kind, record.key) == ("press_release", node[1].decode())
    assert record.facts["archived"] == ("archived" in name)
    assert not record.title.startswith("Archived")
    assert all(record.facts[name] for name in ("title", "date", "place", "topic", "body"))
    assert re.fullmatch(r"[A-Z][a-z]+, [A-Z].+", record.place)
    assert record.about == record.facts["date"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]:00", str(record.extras["updated"]))
    told = f"{record.facts}"
    assert not re.search(r"js-view-dom-id|colorbox|nonce|gtag|dataLayer|Updated:|Share on", told)
    assert str(record.extras["canonical"]).startswith(RELEASES)


async def test_the_real_edit_is_one_amendment_of_one_year(reader: Reader) -> None:
    """A year in the first sentence, a week later; the mail shows it word by word."""
    url = RELEASES + "ice-detainee-passes-away-georgias-robert-deyton-detention-center"
    await reader.look(NEWSROOM, url, body("release_node69595_capture1_mod2026-01-20.html"))
    subscription = Subscription("desk", ("analyst@example.org",))
    reader.archive.keep_subscriptions([subscription], reader.now)
    await reader.look(NEWSROOM, url, body("release_node69595_capture2_mod2026-01-27.html"))
    (change,) = reader.told()
    assert (change.kind, change.record_key) == (ChangeKind.RECORD_AMENDED, "69595")
    assert set(change.details["fields"]) == {"body"}
    before, after = change.details["fields"]["body"]
    assert before.replace("Jan. 14, 2025", "Jan. 14, 2026", 1) == after
    assert "14, 2025, Heber" in change.summary
    assert "14, 2026, Heber" in change.summary
    assert collect(reader.archive, [subscription], reader.now) == 1
    (alert,) = reader.archive.due_alerts(reader.now + timedelta(days=1))
    plain = render(alert, "On Notice <onnotice@example.org>", "/home").get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    story = text.partition("\n-- \n")[0]
    assert story.count("[-") == story.count("{+") == 1
    assert "[-2025" in story
    assert "{+2026" in story


async def test_other_bytes_of_the_same_release_are_nothing(reader: Reader) -> None:
    """Tokens, ids and blank lines differ between two captures, and no version is added."""
    url = RELEASES + "ice-arrests-100-illegal-aliens-during-targeted-enforcement-operation-tallahassee"
    first, second = (body(f"release_node68348_capture{letter}_nochange.html") for letter in "AB")
    assert first != second
    await reader.look(NEWSROOM, url, first)
    await reader.look(NEWSROOM, url, second)
    assert reader.told() == []
    assert len(reader.archive.snapshots(url)) == 1
    assert len(reader.archive.record_history(NEWSROOM.slug, "press_release", "68348")) == 1


async def test_archiving_is_told_as_that_and_so_is_its_end(reader: Reader) -> None:
    """The archived capture against the same page without the marks that archiving puts on it."""
    archived = body("archived_release_node62009_2022-12-06.html")
    plain = archived.replace(b"<title>Archived: ", b"<title>").replace(b'content="Archived: ', b'content="')
    plain = plain.replace(b'class="ice_archive ', b'class="').replace(
        b"2025-01-24T15:42:21-05:00", b"2022-12-06T10:00:00-05:00"
    )
    assert plain.count(b"rchived") < archived.count(b"rchived")
    url = RELEASES + "ice-ero-newark-arrests-43-noncitizens-criminal-convictions-and-previously-removed-us"
    for page in (plain, archived, plain):
        await reader.look(NEWSROOM, url, page)
    first, second = reader.told()
    assert first.details["fields"] == {"archived": [False, True]}
    assert second.details["fields"] == {"archived": [True, False]}
    assert (first.significance, second.significance) == (0.35, 0.35)


@pytest.mark.parametrize(
    "name",
    [
        "nonrelease_node62001_document.html",
        "archived_nonrelease_node62290_spanish.html",
        "page_detainee-death-reporting.html",
    ],
)
async def test_a_node_that_is_no_release_is_kept_as_text(reader: Reader, name: str) -> None:
    """Without a record, and not told where it is met for the first time after the first poll."""
    await reader.look(NEWSROOM, RELEASES + "first", body(RELEASE_PAGES[0]))
    taken = await reader.look(NEWSROOM, "https://www.ice.gov/node/62001", body(name))
    assert (taken.verdict.kind, taken.broken, taken.records) == (VerdictKind.CREDIBLE, "", ())
    (snapshot,) = reader.archive.snapshots("https://www.ice.gov/node/62001")
    assert snapshot.text
    assert reader.told() == []


async def test_a_death_report_more_is_told_by_name_and_file(reader: Reader) -> None:
    """The page of death reports as a page watch: one new row is one line, and its foot's date none."""
    source = shipped()["ice_detainee_deaths"]
    page = body("page_detainee-death-reporting.html")
    row = page.index(b"September 22, 2025")
    start = page.rindex(b"<tr", 0, row)
    end = page.index(b"</tr>", row) + len(b"</tr>")
    before = (page[:start] + page[end:]).replace(b"10/16/2025", b"10/09/2025")
    await reader.look(source, source.url, before)
    await reader.look(source, source.url, page)
    (change,) = reader.told()
    assert change.kind is ChangeKind.PAGE_CHANGED
    ((gone, came),) = change.details["hunks"]
    assert gone == []
    assert came == ["September 22, 2025 | Ayala Uribe, Ismael [/doclib/foia/reports/ddrIsmaelUribeAyala.pdf]"]


@pytest.mark.parametrize("year", ["FY19", "FY20"])
async def test_every_facility_is_read(reader: Reader, year: str) -> None:
    """Each once, with its state; in the child process, as polls do it."""
    taken = await reader.look(
        STATISTICS, f"{WORKBOOKS}{year}-detentionstats.xlsx", body(f"{year}-detentionstats.xlsx"), "x/y"
    )
    assert (taken.verdict.kind, taken.broken) == (VerdictKind.CREDIBLE, "")
    facilities = [record for record in taken.records if record.kind == "detention_facility"]
    assert len(facilities) == len({record.key for record in facilities}) == FACILITIES[year]
    assert all(record.place and record.facts["zip"] and record.facts["aor"] for record in facilities)
    assert not any("#" in record.key for record in facilities)
    figures = [record for record in taken.records if record.kind == "facility_population"]
    assert len(figures) == FACILITIES[year]
    (whole,) = (record for record in taken.records if record.kind == "detention_statistics")
    assert whole.facts["as_of"] == {"FY19": "2019-10-07", "FY20": "2020-09-30"}[year]
    assert whole.facts["average_daily_population"] == pytest.approx({"FY19": 49_000, "FY20": 33_000}[year], rel=0.05)


async def test_the_next_year_s_workbook_is_one_list_and_its_copy_nothing(reader: Reader) -> None:
    """Renamed sheets make no difference; the same bytes under a newer name are the edition that is known."""
    for year in ("FY19", "FY20"):
        await reader.look(
            STATISTICS, f"{WORKBOOKS}{year}-detentionstats.xlsx", body(f"{year}-detentionstats.xlsx"), "x/y"
        )
    (change,) = reader.told()
    assert (change.kind, change.record_kind, change.about) == (
        ChangeKind.LIST_PUBLISHED,
        "detention_facility",
        "2020-09-30",
    )
    assert set(change.details["sets"]) == {"detention_facility"}
    told = change.details["sets"]["detention_facility"]
    assert (told["count"], len(told["gone"]) - len(told["new"])) == (170, 213 - 170)
    assert not any("figures" in row["fields"] for row in told["amended"])
    assert "lists 170 detention facilities; new: " in change.summary
    await reader.look(
        STATISTICS, f"{WORKBOOKS}FY21_detentionStats10282021.xlsx", body("FY20-detentionstats.xlsx"), "x/y"
    )
    assert len(reader.told()) == 1


def test_no_published_name_decides_an_edition() -> None:
    """Under each of the 134 names the same cells are the same edition; a name has a day of its fiscal year, or none."""
    names = (SAMPLES / "detention_stats_published_filenames.txt").read_text(encoding="utf-8").split()
    assert len(names) == 134
    look = Look(url="", at=AT, status=200, body=body("FY20-detentionstats.xlsx"), media_type="x/y")
    editions = set()
    for name in names:
        url = WORKBOOKS + name
        assert find(STATISTICS, url).NAME == "ice_detention_workbook"
        day, year = hinted_day(url), 2000 + int(name[2:4])
        assert (day is None) == bool(re.fullmatch(r"FY\d\d[-_]detention[sS]tats\.xlsx", name))
        assert day is None or datetime(year - 1, 10, 1).date() <= day <= datetime(year + 1, 2, 28).date()  # noqa: DTZ001
        sets = ice_detention_workbook.extract(replace(look, url=url, final_url=url), STATISTICS).record_sets
        editions.add(sets[0].edition)
    assert len(editions) == 1
