"""The statistics spider, with the real intake and archive: the page on loopback, its workbooks, and what is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Source, StoredChange, VerdictKind
from scrapers.crawl import CrawlReport
from scrapers.sources import shipped
from scrapers.spiders.ice_statistics import IceStatisticsSpider
from storage import Archive

EXAMPLE = Path(__file__).parents[1] / "extraction" / "examples" / "ice_detention_workbook" / "edition.xlsx"
"""Written by the extractor's test: FY20, as of September 30, 2020, two facilities."""

PAGE = "/detain/detention-management"
FY20, NEWER, NEWEST = (
    f"/doclib/detention/{name}.xlsx"
    for name in ("FY20-detentionstats", "FY21_detentionStats10152020", "FY21_detentionStats10292020")
)
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLUG = "ice_detention_statistics"


def workbook(*edits: tuple[str, str]) -> bytes:
    """The example with texts of its sheets replaced."""
    held = io.BytesIO()
    with zipfile.ZipFile(EXAMPLE) as given, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            text = given.read(name).decode()
            for before, after in edits if "worksheets" in name else ():
                text = text.replace(before, after)
            made.writestr(name, text)
    return held.getvalue()


@dataclass
class Desk:
    """The page with its workbooks, an archive, and polls an hour apart."""

    site: Any
    archive: Archive
    one_run: Any
    now: datetime = datetime(2020, 10, 9, tzinfo=UTC)

    def links(self, *paths: str, words: str = "What is said about detention.") -> None:
        """What the page says and links to, under labels that stay."""
        rows = "".join(f'<li><a href="{path}">Detention statistics {n}</a></li>' for n, path in enumerate(paths))
        self.site.says(PAGE, f"<html><title>Detention | ICE</title><main><p>{words}</p><ul>{rows}</ul></main></html>")

    def has(self, path: str, body: bytes, media: str = MEDIA, **options: Any) -> None:
        """A workbook, or whatever stands in its place."""
        self.site.says(path, body, media=media, **options)

    async def poll(self) -> CrawlReport:
        """One poll."""
        self.now += timedelta(hours=1)
        self.site.requests.clear()
        source = Source(SLUG, "ICE detention statistics", self.site.url(PAGE), "ice_statistics")
        return await self.one_run(self.archive, source, self.now)

    def asked(self) -> list[str]:
        """Paths in the order of asking."""
        return [path for path, _ in self.site.requests]

    def told(self) -> list[str]:
        """Kinds of everything that is news."""
        return [f"{change.kind.value} {change.record_kind}".strip() for change in self.changes()]

    def changes(self) -> list[Any]:
        stored: tuple[StoredChange, ...] = self.archive.changes(source=SLUG)
        return [one.change for one in stored]


@pytest.fixture
async def desk(site: Any, one_run: Any) -> AsyncIterator[Desk]:
    """A desk that has made its first poll, of one workbook."""
    with Archive.in_memory() as archive:
        made = Desk(site, archive, one_run)
        made.links(FY20)
        made.has(FY20, workbook())
        assert (await made.poll()).complete
        assert made.told() == []
        yield made


async def test_a_new_workbook_is_one_piece_of_news(desk: Desk) -> None:
    """The list of facilities, against the one before; that the page links to another file is not told beside it."""
    desk.links(NEWER)
    desk.has(NEWER, workbook(("09/30/2020", "10/14/2020"), ("EOFY2020", "FY21"), ("SAINT ALBANS", "BURLINGTON")))
    assert (await desk.poll()).complete
    assert desk.told() == ["list_published detention_facility"]
    (change,) = desk.changes()
    assert change.details["sets"]["detention_facility"]["new"] == ["FRANKLIN COUNTY JAIL, BURLINGTON, VT"]
    assert change.details["previous_edition"] == "as of September 30, 2020"
    assert await desk.poll()
    assert len(desk.changes()) == 1


async def test_the_same_file_under_a_newer_name_is_nothing(desk: Desk) -> None:
    """It happened once: byte for byte the one before."""
    desk.links(NEWER, FY20)
    desk.has(NEWER, workbook())
    await desk.poll()
    assert set(desk.asked()) == {PAGE, NEWER, FY20}
    assert desk.told() == []


async def test_a_file_replaced_in_place_is_told_by_what_differs(desk: Desk) -> None:
    """A figure of another table, corrected."""
    desk.has(FY20, workbook(("<v>671</v>", "<v>672</v>")))
    await desk.poll()
    assert desk.told() == ["record_amended detention_figure"]
    (change,) = desk.changes()
    assert change.details["fields"] == {"row": ["GPS | 671 | 498.68", "GPS | 672 | 498.68"]}


async def test_the_oldest_by_name_is_asked_for_first(desk: Desk) -> None:
    """Wherever it stands on the page, for an edition is compared with the one before; all of them are asked for."""
    desk.links(NEWEST, NEWER, FY20)
    for path, day in ((NEWER, "10/14/2020"), (NEWEST, "10/28/2020")):
        desk.has(path, workbook(("09/30/2020", day)))
    report = await desk.poll()
    assert report.complete
    assert set(desk.asked()) == {PAGE, NEWEST, NEWER, FY20}
    assert desk.asked()[-1] == NEWEST
    assert desk.told() == ["list_published detention_facility"] * 2


@pytest.mark.parametrize("status", [500, 404])
async def test_a_workbook_that_cannot_be_had_costs_only_itself(desk: Desk, status: int) -> None:
    """The other one is read, the run is complete, and nothing is told of the missing one."""
    desk.links(NEWER, FY20)
    desk.has(NEWER, b"no", "text/html", status=status)
    desk.has(FY20, workbook(("<v>671</v>", "<v>672</v>")))
    assert (await desk.poll()).complete
    assert desk.told() == ["record_amended detention_figure"]


async def test_a_wall_in_place_of_a_workbook_is_none(desk: Desk) -> None:
    """A page with status 200 where a workbook was."""
    desk.has(FY20, b"<html><title>ICE</title><body><h1>One moment</h1><p>Please wait.</p></body></html>", "text/html")
    await desk.poll()
    assert desk.told() == []
    assert desk.archive.visits(desk.site.url(FY20), SLUG)[-1].verdict is VerdictKind.BLOCKED


async def test_a_wall_before_the_page_makes_the_run_incomplete(desk: Desk) -> None:
    """Workbooks that it linked to when it was last read are asked for all the same."""
    desk.site.says(PAGE, "<h1>Access Denied</h1>", status=403)
    assert not (await desk.poll()).complete
    assert desk.asked() == [PAGE, FY20]
    assert desk.told() == []


async def test_words_of_the_page_are_told(desk: Desk) -> None:
    """What ICE says about detention is watched, too; a workbook that is no longer linked is told so."""
    desk.links(FY20, words="What else is said about detention.")
    await desk.poll()
    assert desk.told() == ["page_changed"]
    desk.links(words="What else is said about detention.")
    await desk.poll()
    assert desk.told() == ["page_changed", "page_changed"]
    assert "[workbook]" in desk.changes()[1].before["text"]


def test_the_shipped_source_is_this_spiders() -> None:
    """Under the address that is known."""
    source = shipped()[SLUG]
    assert (source.spider, source.url) == (
        IceStatisticsSpider.name,
        "https://www.ice.gov/detain/detention-management",
    )
