"""Two looks in a row at a page that reads otherwise amount to one, whatever else there is to tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.significance import told
from monitor.types import Health, Look, Source, Subscription
from scrapers.intake import Intake, Taken
from storage import Archive

BEGAN = datetime(2017, 3, 20, 12, tzinfo=UTC)
SOURCE = Source("aurora", "Aurora", "https://example.org/council/agenda")
MOVED_TO = "https://example.org/city/council-agenda"
LINK = '<p><a href="/papers.pdf">Papers</a></p>'


class Desk:
    """An archive that has seen the page once, and a clock that goes on a minute a look."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.now, self.step = archive, BEGAN, timedelta(minutes=1)
        self.intake = Intake(archive, lambda: self.now)
        archive.keep_source(SOURCE, BEGAN)
        self.run = archive.begin_run(SOURCE.slug, 1, BEGAN)

    async def look(self, text: str, *, final_url: str = "", repeatable: bool = False) -> Taken:
        self.now += self.step
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


async def test_something_else_in_a_part_s_place_is_looked_at_up_to_five_times(desk: Desk) -> None:
    """Slides that two looks show alike are given away by a later one; where all five see the same, it is told."""
    for text, again in (("Adopt a pet", True), ("Adopt a pet", True), ("Rent a room", False)):
        assert (await desk.look(text, repeatable=True)).again is again
    assert desk.archive.changes() == ()
    assert desk.archive.page_state(SOURCE, SOURCE.url).learning.masks
    other = Desk(Archive.in_memory())
    await other.look("The hearing is on May 5.")
    asked = [(await other.look("Nobody is held without a warrant", repeatable=True)).again for _ in range(5)]
    assert asked == [True, True, True, True, False]
    assert len(other.archive.changes(baseline=True)) == 2


def summaries(archive: Archive) -> list[tuple[str, bool]]:
    """What was kept of the page, and whether an alert at default settings would carry it."""
    return [(stored.change.summary.rpartition("now reads ")[2], told(stored.change)) for stored in archive.changes()]


SLIDES = ("Adopt a pet", "Rent a room", "Adopt a pet", "Rent a room")


async def test_what_turns_out_to_rotate_is_taken_back_while_nobody_was_told(desk: Desk) -> None:
    """Slides that come and go: all were news until the fourth showed what they are."""
    desk.step = timedelta(days=1)
    for text in SLIDES[:3]:
        await desk.look(text)
    assert [told_ for _, told_ in summaries(desk.archive)] == [True] * 3
    await desk.look(SLIDES[3])
    assert [told_ for _, told_ in summaries(desk.archive)] == [False, False, False]
    weighed = desk.archive.changes()[1].change
    assert weighed.significance == 0.1
    assert "moves by itself, as was learned later (rotating" in weighed.reasons[-1]


async def test_what_was_promised_to_somebody_is_not_taken_back(desk: Desk) -> None:
    """A mail that is on its way says what its change says."""
    desk.step = timedelta(days=1)
    desk.archive.keep_subscriptions([Subscription("all", ("analyst@example.org",))], BEGAN)
    for text in SLIDES[:3]:
        await desk.look(text)
    desk.archive.make_alert("all", "analyst@example.org", [desk.archive.changes()[2].id], desk.now, desk.now)
    await desk.look(SLIDES[3])
    assert [told_ for _, told_ in summaries(desk.archive)] == [False, False, True]


async def test_a_change_that_stood_is_not_taken_back(desk: Desk) -> None:
    """What stood still for twelve looks was true, whatever came to stand in its place later."""
    desk.step = timedelta(days=1)
    await desk.look("Adopt a pet")
    for text in (*["Rent a room"] * 13, "Adopt a pet", "Rent a room", "Adopt a pet"):
        await desk.look(text)
    told_of = summaries(desk.archive)
    assert desk.archive.page_state(SOURCE, SOURCE.url).learning.masks
    assert told_of[1:3] == [("“Rent a room”", True), ("“Adopt a pet”", True)]
