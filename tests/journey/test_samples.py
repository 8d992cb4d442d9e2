"""Real captures through the real intake: every extractor that claims one reads it, and only true edits are changes.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.types import ChangeKind, Health, Look, Source, StoredChange, VerdictKind
from scrapers.intake import Intake, Taken
from storage import Archive

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples").resolve()
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".xml": "text/xml",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT = datetime(2026, 9, 4, 12, 0, tzinfo=UTC)

DOJ_FEED = "https://www.justice.gov/news/rss?type=press_release"
DOJ = Source(
    slug="doj",
    title="DOJ",
    url="https://www.justice.gov/api/v1/press_releases.json",
    spider="doj_api",
    parameters={"feed": DOJ_FEED},
)
DHS = Source(slug="dhs", title="DHS", url="https://www.dhs.gov/news-releases/press-releases", spider="dhs_news")
DOJ_LIST = Source(
    slug="doj_list",
    title="DOJ list",
    url="https://www.justice.gov/opa/pr/justice-department-publishes-list-sanctuary-jurisdictions",
    parameters={"extract": "jurisdiction_list"},
)
DETAINERS = Source(
    slug="ice_declined_detainers",
    title="ICE Declined Detainer Outcome Report",
    url="https://www.ice.gov/declined-detainer-outcome-report",
    spider="ice_detainers",
    timezone="America/New_York",
)
NEW_YORK = Source(
    slug="nyc",
    title="New York City Council",
    url="https://webapi.legistar.com/v1/nyc/events",
    spider="legistar_api",
    jurisdiction="New York City, New York",
    timezone="America/New_York",
)

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no captures beside this checkout")


@dataclass
class Reader:
    """An archive in memory and the way into it."""

    archive: Archive = field(default_factory=Archive.in_memory)
    now: datetime = AT

    async def look(self, source: Source, url: str, bodies: Sequence[tuple[datetime, bytes]], media: str) -> list[Taken]:
        """One complete run a body, as the polls that would have seen them."""
        intake = Intake(self.archive, lambda: self.now)
        self.archive.keep_source(source, AT)
        taken = []
        for at, body in bodies:
            self.now = at
            run = self.archive.begin_run(source.slug, self.archive.begin_poll(at), at)
            look = Look(url=url, at=at, status=200, body=body, media_type=media.partition(";")[0])
            taken.append(await intake.take(replace(look, headers={"content-type": media}), source, run))
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

    def told(self) -> tuple[StoredChange, ...]:
        """Every change but those of first looks."""
        return self.archive.changes()


@pytest.fixture
def reader() -> Iterator[Reader]:
    """A new one."""
    one = Reader()
    yield one
    one.archive.close()


def series(folder: str, pattern: str = "*.html") -> list[tuple[datetime, bytes]]:
    """Captures of one page, an hour apart."""
    paths = sorted((SAMPLES / folder).glob(pattern))
    assert paths
    return [(AT + timedelta(hours=number), path.read_bytes()) for number, path in enumerate(paths)]


def watched(path: Path) -> tuple[Source, str]:
    """The source that would have fetched a capture, and its address: the particular one where there is one."""
    name, folder = path.name, path.parent.name
    if folder in ("doj", "dhs") and (department := _of_a_department(name)):
        return department
    if name == "ddor_landing_page_notices.txt":
        return DETAINERS, DETAINERS.url
    if folder in ("legistar_api", "nyc_events") and "histories" not in name and "expected" not in name:
        return NEW_YORK, _legistar_address(name)
    return Source(slug="page", title=name, url=f"https://www.example.gov/{name}"), f"https://www.example.gov/{name}"


def _of_a_department(name: str) -> tuple[Source, str] | None:
    if name.startswith("SYNTHETIC_news_rss"):
        return DOJ, DOJ_FEED
    if name.startswith("pr_2025-08-05"):
        return DOJ_LIST, DOJ_LIST.url
    if name.startswith("news_2025-09-08"):
        return DHS, "https://www.dhs.gov/news/2025/09/08/midway-blitz"
    if name.startswith("api_v1_press_releases_"):
        return DOJ, "https://www.justice.gov/api/v1/press_releases.json?sort=created&direction=DESC&pagesize=2&page=5"
    if name.startswith("api_v1_press_release_detail"):
        uuid = "98baba74-8922-41de-95f1-73a82695a3d1"
        return DOJ, f"https://www.justice.gov/api/v1/press_releases/{uuid}.json?fields=date,title,url,uuid"
    return None


def _legistar_address(name: str) -> str:
    if "12899" in name:
        return f"{NEW_YORK.url}/12899?EventItems=1&AgendaNote=1&MinutesNote=1&EventItemAttachments=1"
    return f"{NEW_YORK.url}/8172/eventitems" if "eventitems" in name else NEW_YORK.url


CAPTURES = sorted(
    path
    for path in SAMPLES.rglob("*")
    if path.suffix in MEDIA_TYPES and path.name != "SOURCES.md" and ".headers." not in path.name
    if path.parent.name != "census" and "expected_changes" not in path.name
)
BOT_WALL = "SYNTHETIC_akamai_interstitial_http200.html"


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: str(path.relative_to(SAMPLES)))
async def test_every_capture_is_read(reader: Reader, path: Path) -> None:
    """Believed, read by the extractor that claims it, kept; the same body again is the same; a bot wall is neither."""
    source, url = watched(path)
    body = path.read_bytes()
    # The landing page's notices were quoted, not captured: in a page's shape they are what the reader is written for.
    media = "text/html; charset=utf-8" if source is DETAINERS else MEDIA_TYPES[path.suffix]
    if source is DETAINERS:
        body = b"<html><title>DDOR</title><main>%b</main></html>" % b"".join(
            b"<p>%b</p>" % line for line in body.splitlines() if line
        )
    first, second = await reader.look(source, url, [(AT, body), (AT + timedelta(hours=1), body)], media)
    if path.name.startswith("SYNTHETIC_akamai"):
        assert first.verdict.kind is second.verdict.kind is VerdictKind.BLOCKED
        return
    assert (first.verdict.kind, first.broken) == (VerdictKind.CREDIBLE, "")
    assert second.verdict.kind is VerdictKind.UNCHANGED
    (snapshot,) = reader.archive.snapshots(url)
    assert snapshot.text
    assert reader.told() == ()


async def test_records_come_out_of_every_particular_reader(reader: Reader) -> None:
    """Releases, meetings, items, notices: the kinds that their captures hold."""
    kinds: Counter[str] = Counter()
    for path in CAPTURES:
        source, url = watched(path)
        if source.spider != "page" and source is not DETAINERS:
            own = replace(source, slug=path.stem.lower().replace(".", "_")[:40])
            (taken,) = await reader.look(own, url, [(AT, path.read_bytes())], MEDIA_TYPES[path.suffix])
            kinds.update(record.kind for record in taken.records)
    assert kinds["press_release"] == 3
    assert kinds["feed_item"] == 2
    assert kinds["meeting"] > 1000
    assert kinds["agenda_item"] > 10
    assert kinds["attachment"] > 10


async def test_four_fetches_of_one_search_are_one_state(reader: Reader) -> None:
    """Random row ids and nothing else differ: no change, no second version."""
    url = "http://nc-nashcounty.civicplus.com/AgendaCenter/Search/?term="
    source = Source(slug="nash", title="Nash County", url=url)
    await reader.look(source, url, series("agendas/civicplus/nashcounty_series"), MEDIA_TYPES[".html"])
    assert reader.told() == ()
    assert len(reader.archive.snapshots(url)) == 1


@pytest.mark.parametrize(
    ("name", "edits"),
    [("release_node68348_capture*_nochange.html", 0), ("release_node69595_capture*_mod*.html", 1)],
)
async def test_only_a_true_edit_of_a_release_is_a_change(reader: Reader, name: str, edits: int) -> None:
    """Tokens differ in both pairs; in one a year was corrected, and that paragraph is the whole change."""
    url = "https://www.ice.gov/news/releases/one"
    source = Source(slug="ice_release", title="ICE release", url=url)
    await reader.look(source, url, series("federal/ice", name), MEDIA_TYPES[".html"])
    assert [stored.change.kind for stored in reader.told()] == [ChangeKind.PAGE_CHANGED] * edits
    for stored in reader.told():
        ((before, after),) = stored.change.details["hunks"]
        assert len(before) == len(after) == 1
        assert before[0].replace("Jan. 14, 2025", "Jan. 14, 2026", 1) == after[0]
        assert stored.change.after is not None
        assert "Jan. 14, 2026" in stored.change.after["text"]


async def test_a_council_s_calendar_changes_exactly_as_worked_out(reader: Reader) -> None:
    """Day by day the meetings that were added, removed and changed, also those whose version did not move."""
    folder = SAMPLES / "agendas" / "legistar_api_series" / "nyc_events"
    steps = json.loads((folder / "expected_changes.json").read_text())
    stamps = [steps[0]["from"], *(step["to"] for step in steps)]
    bodies = [(_moment(stamp), (folder / f"{stamp}.json").read_bytes()) for stamp in stamps]
    await reader.look(NEW_YORK, NEW_YORK.url, bodies, "application/json")
    for step in steps:
        at = _moment(step["to"])
        told = [stored.change for stored in reader.told() if stored.change.at == at]
        by_kind: dict[ChangeKind, set[str]] = {}
        for change in told:
            assert change.record_kind == "meeting"
            assert change.record_key not in by_kind.setdefault(change.kind, set())
            by_kind[change.kind].add(change.record_key)
        expected = {
            ChangeKind.RECORD_ADDED: {str(event) for event in step["added"]},
            ChangeKind.RECORD_REMOVED: {str(event) for event in step["removed"]},
            ChangeKind.RECORD_AMENDED: {str(row["EventId"]) for row in step["changed"]},
        }
        assert by_kind == {kind: keys for kind, keys in expected.items() if keys}


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%dT%H%MZ").replace(tzinfo=UTC)
