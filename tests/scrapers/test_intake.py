"""Two looks in a row at a page that reads otherwise amount to one, whatever else there is to tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.types import Health, Look, Source
from scrapers.intake import Intake, Taken
from storage import Archive

BEGAN = datetime(2017, 3, 20, 12, tzinfo=UTC)
SOURCE = Source("aurora", "Aurora", "https://example.org/council/agenda")
MOVED_TO = "https://example.org/city/council-agenda"
LINK = '<p><a href="/papers.pdf">Papers</a></p>'


class Desk:
    """An archive that has seen the page once, and a clock that goes on a minute a look."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.now = archive, BEGAN
        self.intake = Intake(archive, lambda: self.now)
        archive.keep_source(SOURCE, BEGAN)
        self.run = archive.begin_run(SOURCE.slug, 1, BEGAN)

    async def look(self, text: str, *, final_url: str = "", repeatable: bool = False) -> Taken:
        self.now += timedelta(minutes=1)
        body = f"<title>Agenda</title><h1>Agenda</h1><p>{text}</p>{LINK}".encode()
        look = Look(SOURCE.url, self.now, 200, body, "text/html", final_url=final_url)
        return await self.intake.take(look, SOURCE, self.run, repeatable=repeatable)

    async def twice(self, text: str, *, final_url: str = "") -> Sequence[str]:
        """Kinds of what two looks in a row told."""
        before = len(self.archive.changes())
        assert (await self.look(text, final_url=final_url, repeatable=True)).again
        assert len(self.archive.changes()) == before
        assert not (await self.look(text, final_url=final_url)).again
        return [stored.change.kind.value for stored in self.archive.changes()[before:]]


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(Archive.in_memory())
    await desk.look("The hearing is on May 5.")
    desk.archive.end_run(
        desk.run,
        desk.now,
        outcome="ok",
        complete=True,
        message="",
        health=Health.SEEN,
        health_change=None,
        next_due_at=None,
    )
    desk.run = desk.archive.begin_run(SOURCE.slug, 2, desk.now)
    return desk


async def test_a_move_is_told_once_though_the_page_reads_otherwise_time_and_again(desk: Desk) -> None:
    """The first of two looks concludes nothing: it neither uses up the news of a move nor brings it back."""
    assert await desk.twice("The hearing is on May 6.", final_url=MOVED_TO) == ["page_moved", "page_changed"]
    assert await desk.twice("The hearing is on May 7.", final_url=MOVED_TO) == ["page_changed"]


async def test_a_look_that_waits_for_another_keeps_the_links_that_are_known(desk: Desk) -> None:
    """Where the second look never comes, the documents of the page are still followed."""
    known = desk.archive.page_links(desk.archive.page_state(SOURCE, SOURCE.url))
    assert known
    assert (await desk.look("The hearing is on May 6.", repeatable=True)).again
    assert desk.archive.page_links(desk.archive.page_state(SOURCE, SOURCE.url)) == known
