"""Captures of the Justice Department and Homeland Security: what is read out of each, and the list's true versions.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.types import Change, ChangeKind, Health, Look, Record, Source, VerdictKind
from scrapers.doj.named_lists import lists_in, lost_lists
from scrapers.extraction import doj_release
from scrapers.intake import Intake, Taken
from scrapers.sources import shipped
from storage import Archive

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples" / "federal").resolve()
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")

FIRST = datetime(2025, 8, 5, 18, 0, tzinfo=UTC)
LIST = shipped()["doj_sanctuary_list"]
DHS_LIST = shipped()["dhs_sanctuary_list"]
DHS_NEWS = shipped()["dhs_press_releases"]
DOJ_PAGES = shipped()["doj_release_pages"]


@dataclass
class Reader:
    """An archive in memory, and looks that are complete runs."""

    archive: Archive = field(default_factory=Archive.in_memory)

    async def look(
        self, source: Source, at: datetime, body: str | bytes, *, url: str = "", status: int = 200, media: str = "html"
    ) -> Taken:
        self.archive.keep_source(source, at)
        run = self.archive.begin_run(source.slug, self.archive.begin_poll(at), at)
        raw = body.encode() if isinstance(body, str) else body
        look = Look(url or source.url, at, status, raw, f"text/{media}", {"content-type": f"text/{media}"})
        taken = await Intake(self.archive, lambda: at).take(look, source, run)
        self.archive.end_run(
            run,
            at,
            outcome="ok",
            complete=True,
            message="",
            health=Health.SEEN,
            health_change=None,
            next_due_at=None,
        )
        return taken

    def told(self) -> list[Change]:
        return [stored.change for stored in self.archive.changes()]


@pytest.fixture
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.archive.close()


def text(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def basic_page(heading: str, inner: str, updated: str) -> str:
    """The captured justice.gov page of the same content type with another heading, text and date."""
    html = text("doj/page_eoir_temporary-protected-status_mod2026-01-14.html")
    start = html.index('<div class="field-formatter--text-default')
    opened = html.index(">", start) + 1
    closed = html.index('<div class="node-updated-date')
    whole = f"{html[:opened]}{inner}</div></div></div>{html[closed:]}"
    return whole.replace("Updated January 14, 2026", f"Updated {updated}").replace(
        '<span class="field-formatter--string">Temporary Protected Status (TPS)</span>',
        f'<span class="field-formatter--string">{heading}</span>',
    )


def version(name: str, updated: str, *, without: str = "", intro: str = "") -> str:
    """The list of a file of rows, on that page, under the introduction and criteria that were captured."""
    rows = [row for row in csv.DictReader(text(name).splitlines()) if row["name_as_published"] != without]
    heading, *lines = text("doj/sanctuary_list_page_excerpt_justice.gov_ag.txt").splitlines()
    prose = "".join(f"<li>{line[2:]}</li>" if line.startswith("- ") else f"<p>{line}</p>" for line in lines)
    sections = dict.fromkeys(row["section"] for row in rows)
    lists = "".join(
        f"<p><strong>{section}:</strong></p><ul>"
        + "".join(f"<li>{row['name_as_published']}</li>" for row in rows if row["section"] == section)
        + "</ul>"
        for section in sections
    )
    return basic_page(heading, f"<p>{intro}</p>{prose}{lists}", updated)


V1, V2 = "doj/DERIVED_sanctuary_list_v1_2025-08-05.csv", "doj/DERIVED_sanctuary_list_v2_after_2025-09-26.csv"


async def test_the_justice_department_s_list_is_published_edited_and_withdrawn(reader: Reader) -> None:
    """Nothing there, then 35 names, then Nevada gone, then Baltimore County, then the page: five changes in all."""
    await reader.look(LIST, FIRST - timedelta(hours=1), "not here", status=404)
    await reader.look(LIST, FIRST, version(V1, "August 5, 2025"))
    (published,) = reader.told()
    assert published.kind is ChangeKind.LIST_PUBLISHED
    assert published.details["sets"]["listed_jurisdiction"]["count"] == 35
    sections = Counter(record.key.split("/")[0] for record in records(reader, FIRST))
    assert sections == {"state": 13, "county": 4, "city": 18}
    await reader.look(LIST, datetime(2025, 9, 26, 18, 0, tzinfo=UTC), version(V2, "September 26, 2025"))
    assert [(change.kind, change.title) for change in reader.told()[1:]] == [(ChangeKind.RECORD_REMOVED, "Nevada")]
    october = datetime(2025, 10, 31, 18, 0, tzinfo=UTC)
    await reader.look(LIST, october, version(V2, "October 31, 2025", without="Baltimore County, MD"))
    assert [(change.kind, change.title) for change in reader.told()[2:]] == [
        (ChangeKind.RECORD_REMOVED, "Baltimore County, Maryland")
    ]
    for minutes in (10, 20, 30):
        await reader.look(LIST, october + timedelta(minutes=minutes), "not here", status=404)
    assert [change.kind for change in reader.told()[3:]] == [ChangeKind.PAGE_WITHDRAWN]


async def test_a_misprint_that_is_mended_takes_nobody_off(reader: Reader) -> None:
    """ "Baltimore Co." becomes "Baltimore County": one renaming."""
    misprint = version(V1, "August 5, 2025").replace("Baltimore County, MD", "Baltimore Co., MD")
    await reader.look(LIST, FIRST, misprint)
    await reader.look(LIST, FIRST + timedelta(hours=1), version(V1, "August 5, 2025"))
    assert [change.kind for change in reader.told()] == [ChangeKind.RECORD_RENAMED]


async def test_the_introduction_is_told_apart_from_the_list(reader: Reader) -> None:
    """Another sentence before the list: the page reads otherwise, and nobody came or went."""
    await reader.look(LIST, FIRST, version(V1, "August 5, 2025", intro="An initial list."))
    await reader.look(LIST, FIRST + timedelta(hours=1), version(V1, "August 5, 2025", intro="The list."))
    assert [change.kind for change in reader.told()] == [ChangeKind.PAGE_CHANGED]


def records(reader: Reader, at: datetime, source: Source = LIST) -> list[Record]:
    return [stored.record for stored in reader.archive.records_at(source.slug, at, "listed_jurisdiction")]


async def test_every_listed_name_is_one_government(reader: Reader) -> None:
    """Each of the 35 has its Census number, and none has another's; San Francisco is there as city and as county."""
    await reader.look(LIST, FIRST, version(V1, "August 5, 2025"))
    numbers = {record.title: record.extras["geoid"] for record in records(reader, FIRST)}
    assert len(set(numbers.values())) == 35
    assert "" not in numbers.values()
    assert numbers["San Francisco City, California"] == "0667000"
    assert numbers["San Francisco County, California"] == "06075"


async def test_homeland_security_s_list_is_read_state_by_state(reader: Reader) -> None:
    """The part that is kept: Anchorage, California, 48 of its counties and 25 of its cities."""
    body = text("dhs/sanctuary_list_updated_2025-05-31_partial.txt")
    taken = await reader.look(DHS_LIST, FIRST, body, media="plain")
    assert Counter(record.facts["section"] for record in taken.records) == {"state": 1, "county": 48, "city": 26}
    assert {record.facts["state"] for record in taken.records} == {"Alaska", "California"}
    assert all(record.extras["geoid"] for record in taken.records)
    assert reader.archive.snapshots(DHS_LIST.url)[0].text == ()


async def test_homeland_security_s_release_is_read(reader: Reader) -> None:
    """Title, day, text, topics, the day of its update; neither the menu nor the pictures' labels."""
    url = "https://www.dhs.gov/news/2025/09/08/ice-launches-operation-midway-blitz-honor-katie-abraham-target-criminal-illegal"
    body = (SAMPLES / "dhs/news_2025-09-08_midway_blitz.html").read_bytes()
    (record,) = (await reader.look(DHS_NEWS, FIRST, body, url=url)).records
    assert (record.about, record.url, record.extras["updated"]) == ("2025-09-08", url, "2025-09-25")
    assert record.title.startswith("ICE Launches Operation Midway Blitz")
    assert record.facts["topics"] == ["Immigration and Customs Enforcement", "Law Enforcement"]
    lines = record.facts["body"].split("\n")
    assert len(lines) == 15
    assert "Image" not in lines
    assert not [line for line in lines if "Speeches" in line or "Was this page helpful" in line]


async def test_questions_and_answers_of_2017_are_a_page(reader: Reader) -> None:
    """A text without a release's fields: read line by line as any page is."""
    source = Source(slug="qa", title="Q&A", url="https://www.dhs.gov/news/2017/03/20/qa-declined-detainer")
    await reader.look(source, FIRST, text("dhs/qa_declined_detainer_2017-03-20_partial.txt"), media="plain")
    (snapshot,) = reader.archive.snapshots(source.url)
    assert len(snapshot.text) == 8


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("pr_2017-04-21_nine_jurisdictions_1373.txt", []),
        ("pr_2017-10-12_last_chance_1373_list_lost_by_extraction.txt", []),
        ("pr_2017-11-15_29_jurisdictions_1373.txt", [29]),
        ("pr_2025-08-05_publishes_list_of_sanctuary_jurisdictions.txt", [35]),
        ("pr_2025-09-26_nevada_mou_first_removal.txt", []),
    ],
)
def test_lists_within_releases(name: str, counts: list[int]) -> None:
    """29 letters and 35 listed; letters that are attached, names that a copy lost, and a removal give no list."""
    found = lists_in(text(f"doj/{name}"), markup=False)
    assert lost_lists(text(f"doj/{name}"), markup=False) == (3 if "2017-10-12" in name else 0)
    assert [len(one.members) for one in found] == counts
    assert all(member.name.state for one in found for member in one.members)


def test_the_release_s_list_is_the_page_s(reader: Reader) -> None:
    """The names of the release of 5 August are those of the list's first version."""
    (found,) = lists_in(text("doj/pr_2025-08-05_publishes_list_of_sanctuary_jurisdictions.txt"), markup=False)
    rows = [row["name_as_published"] for row in csv.DictReader(text(V1).splitlines())]
    assert [member.name.printed for member in found.members] == rows


def test_a_release_of_the_api_reads_alike_on_its_page(reader: Reader) -> None:
    """The body that the API gave, put into the page's layout: the same lines, links and day."""
    answer = json.loads(text("doj/api_v1_press_releases_sort-created_DESC_pagesize2_page5.json"))
    row = answer["results"][0]
    url = row["url"].replace("https://justice.gov", "https://www.justice.gov")
    html = (
        f'<main><h1 class="page-title">{row["title"]}</h1><div class="node-date">'
        '<time datetime="2024-08-07T12:00:00Z"></time></div><div class="node-body"><div class="field_body">'
        f"{row['body']}</div></div></main>"
    )
    look = Look(url=url, at=FIRST, status=200, body=html.encode(), media_type="text/html")
    (record,) = doj_release.extract(look, DOJ_PAGES).record_sets[0].records
    assert (record.about, record.url, record.facts["links"]) == ("2024-08-07", url, [])
    assert len(record.facts["body"].split("\n")) == 14


@pytest.mark.parametrize(
    ("name", "status"),
    [("SYNTHETIC_akamai_interstitial_http200.html", 200), ("SYNTHETIC_akamai_access_denied_http403.html", 403)],
)
async def test_the_bot_wall_is_no_list(reader: Reader, name: str, status: int) -> None:
    """Before the list and before a press room: blocked, and nothing is concluded."""
    await reader.look(LIST, FIRST, version(V1, "August 5, 2025"))
    for source in (LIST, DOJ_PAGES):
        taken = await reader.look(source, FIRST + timedelta(hours=1), text(f"doj/{name}"), status=status)
        assert taken.verdict.kind is VerdictKind.BLOCKED
    assert (reader.told(), len(records(reader, FIRST + timedelta(hours=1)))) == ([], 35)
