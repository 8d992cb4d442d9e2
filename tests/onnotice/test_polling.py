"""One poll: what is due, what a failing source costs, what an interruption leaves, and how health is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.schedule import NextLook
from monitor.types import ChangeKind, Health, Source
from onnotice import polling
from onnotice.config import settings_from
from onnotice.polling import PollReport, chosen, keep_sources, poll, standing
from onnotice.scheduling import due, planned_look
from storage import Archive


class Desk:
    """An archive in memory, sources of the site, and a clock that is moved by hand."""

    def __init__(self, site: Any, now: datetime) -> None:
        self.site, self.now = site, now
        self.archive = Archive.in_memory()
        self.settings = settings_from({}, "x")
        self.sources = tuple(self.source(path) for path in ("council", "budget"))

    def source(self, path: str, **more: Any) -> Source:
        return Source(slug=path, title=f"Town {path}", url=f"{self.site.url}/{path}", **more)

    def later(self, **distance: float) -> None:
        self.now += timedelta(**distance)

    def due(self) -> list[str]:
        return [source.slug for source in due(self.archive, self.sources, self.now)]

    async def poll(self, *slugs: str, **options: Any) -> PollReport:
        keep_sources(self.archive, self.sources, self.now)
        return await poll(self.archive, chosen(self.sources, slugs), self.settings, lambda: self.now, **options)

    def told(self) -> list[ChangeKind]:
        return [stored.change.kind for stored in self.archive.changes()]

    def health(self, slug: str) -> Health:
        status = self.archive.source(slug)
        assert status is not None
        return status.health


@pytest.fixture
def desk(site: Any, now: datetime) -> Iterator[Desk]:
    """A desk that has seen nothing yet."""
    made = Desk(site, now)
    yield made
    made.archive.close()


async def test_the_first_look_is_a_baseline(desk: Desk) -> None:
    """It is kept, told to nobody, and ends with the first complete run."""
    report = await desk.poll()
    assert [(one.slug, one.looks, one.changes, one.failed) for one in report.outcomes] == [
        ("council", 1, 0, False),
        ("budget", 1, 0, False),
    ]
    assert (report.number, report.failed, desk.told()) == (1, False, [])
    status = desk.archive.source("council")
    assert status is not None
    assert (status.health, status.baseline_at, status.last_success_at) == (Health.SEEN, desk.now, desk.now)


async def test_nothing_asked_is_no_poll(desk: Desk) -> None:
    """No number is used up, nothing is written."""
    report = await poll(desk.archive, (), desk.settings, lambda: desk.now)
    assert (report.number, report.outcomes, report.changes) == (None, (), 0)
    assert desk.archive.last_poll() is None


def test_sources_are_chosen_by_name_once_each(desk: Desk) -> None:
    """All when none is named; an unknown name is a usage error."""
    assert chosen(desk.sources, ()) == desk.sources
    assert [source.slug for source in chosen(desk.sources, ["budget", "budget"])] == ["budget"]
    with pytest.raises(UsageError, match="No source is called 'nobody'"):
        chosen(desk.sources, ["nobody"])


async def test_one_failing_source_fails_alone(desk: Desk) -> None:
    """A spider that does not exist, and a server that is down, leave the third source seen."""
    down = replace(desk.source("down"), url="http://127.0.0.1:1/down")
    desk.sources = (desk.source("council"), desk.source("odd", spider="none_such"), down)
    report = await desk.poll()
    assert [(one.slug, one.failed) for one in report.outcomes] == [("council", False), ("odd", True), ("down", True)]
    assert "There is no spider" in report.outcomes[1].message
    assert "could not be connected to" in report.outcomes[2].message
    assert report.failed
    assert (desk.health("council"), desk.health("down")) == (Health.SEEN, Health.UNREACHABLE)


async def test_due_follows_each_sources_cadence(desk: Desk) -> None:
    """Never looked at: due. Then after its cadence, not a second before; a failure waits as long."""
    desk.sources = (desk.source("council", cadence=timedelta(minutes=15)), desk.source("budget"))
    keep_sources(desk.archive, desk.sources, desk.now)
    assert desk.due() == ["council", "budget"]
    desk.site.says("/council", "no", status=500)
    await desk.poll()
    assert desk.due() == []
    desk.later(minutes=14, seconds=59)
    assert desk.due() == []
    desk.later(seconds=1)
    assert desk.due() == ["council"]
    desk.later(minutes=45)
    assert desk.due() == ["council", "budget"]


async def test_a_held_page_makes_its_source_due_before_its_cadence(desk: Desk) -> None:
    """A page that vanished is looked at again after ten minutes; told at the third look, and then no more."""
    await desk.poll()
    desk.site.answers.pop("/council")
    desk.later(hours=1)
    await desk.poll()
    assert desk.due() == []
    for _ in range(2):
        assert desk.told() == []
        desk.later(minutes=10)
        assert desk.due() == ["council"]
        await desk.poll("council")
    assert desk.told() == [ChangeKind.PAGE_WITHDRAWN]
    desk.later(minutes=30)
    assert desk.due() == []


async def test_a_held_page_that_nothing_leads_to_any_more_makes_no_source_due_for_ever(desk: Desk) -> None:
    """A document that vanished, and whose source follows no documents any more: it keeps its cadence."""
    desk.sources = (desk.source("council", parameters={"follow": True}),)
    listing = desk.site.answers["/council"][1].replace("</body>", '<p><a href="/agenda.txt">Agenda</a></p></body>')
    desk.site.answers |= {"/council": (200, listing), "/agenda.txt": (200, "Item one")}
    await desk.poll()
    del desk.site.answers["/agenda.txt"]
    desk.later(hours=1)
    await desk.poll()
    desk.sources = (desk.source("council"),)
    desk.later(minutes=10)
    assert desk.due() == ["council"]
    await desk.poll()
    assert [url for _, url in desk.archive.pages_due(desk.now)] == [f"{desk.site.url}/agenda.txt"]
    desk.later(seconds=15)
    assert desk.due() == []
    desk.later(hours=1)
    assert desk.due() == ["council"]


async def test_a_document_that_vanished_with_its_link_is_looked_at_until_that_is_sure(desk: Desk) -> None:
    """Its source is due sooner until the withdrawal is told, and keeps its cadence afterwards."""
    desk.sources = (desk.source("council", parameters={"follow": True}),)
    listing = desk.site.answers["/council"][1].replace("</body>", '<p><a href="/agenda.txt">Agenda</a></p></body>')
    desk.site.answers |= {"/council": (200, listing), "/agenda.txt": (200, "Item one")}
    await desk.poll()
    del desk.site.answers["/agenda.txt"]
    desk.site.says("/council", "Regular meeting of March 28, 2017")
    desk.later(hours=1)
    await desk.poll()
    for _ in range(2):
        assert ChangeKind.PAGE_WITHDRAWN not in desk.told()
        desk.later(minutes=10)
        assert desk.due() == ["council"]
        await desk.poll()
    assert ChangeKind.PAGE_WITHDRAWN in desk.told()
    desk.later(minutes=30)
    assert desk.due() == []


async def test_a_refusal_of_the_sources_own_address_is_told_though_another_page_is_seen(desk: Desk) -> None:
    """The source is blocked, at once and once; its end is told too."""
    desk.sources = (desk.source("council", parameters={"urls": [f"{desk.site.url}/budget"]}),)
    await desk.poll()
    for _ in range(2):
        desk.site.says("/council", "no", status=403)
        desk.later(hours=1)
        report = await desk.poll()
        assert report.failed
        assert "cannot be seen" in report.outcomes[0].message
        assert desk.health("council") is Health.BLOCKED
    desk.site.says("/council", "Regular meeting of March 28, 2017")
    desk.later(hours=1)
    assert not (await desk.poll()).failed
    assert desk.told() == [ChangeKind.SOURCE_BLOCKED, ChangeKind.SOURCE_RECOVERED]


async def test_an_outage_is_told_at_the_third_run(desk: Desk) -> None:
    """And what is not seen is no change of the page."""
    await desk.poll()
    desk.site.says("/council", "down", status=502)
    told = []
    for _ in range(4):
        desk.later(hours=1)
        await desk.poll("council")
        told.append(len(desk.told()))
    assert told == [0, 0, 1, 1]
    assert desk.told() == [ChangeKind.SOURCE_BROKEN]


async def test_a_poll_that_is_asked_to_stop_takes_what_is_in_flight(desk: Desk) -> None:
    """What was answered counts, what was not is interrupted and stays due; nothing is an outage."""
    desk.site.held = {"/council"}
    stop = asyncio.Event()
    polling_on = asyncio.create_task(desk.poll(stop=stop))
    assert await asyncio.to_thread(desk.site.arrived.wait, 10)
    stop.set()
    await asyncio.sleep(0)
    desk.site.release.set()
    report = await asyncio.wait_for(polling_on, 15)
    by_slug = {one.slug: one for one in report.outcomes}
    assert by_slug["council"].looks == 1
    assert not report.failed
    assert desk.told() == []


async def test_a_stop_before_anything_was_asked_leaves_everything_due(desk: Desk) -> None:
    """Runs are on record as interrupted; the next poll is a whole first look."""
    stop = asyncio.Event()
    stop.set()
    report = await desk.poll(stop=stop)
    assert {one.looks for one in report.outcomes} == {0}
    assert not report.failed
    assert desk.due() == ["council", "budget"]
    assert desk.health("council") is Health.NEW
    await desk.poll()
    assert desk.told() == []
    assert desk.health("council") is Health.SEEN


async def test_a_cancelled_poll_is_repaired_by_the_next(desk: Desk) -> None:
    """Ctrl-C: runs end as interrupted, the source stays due, and the next poll tells what changed meanwhile."""
    await desk.poll()
    desk.later(hours=1)
    desk.site.says("/council", "Special meeting of March 27, 2017")
    desk.site.held = {"/budget"}
    polled = asyncio.create_task(desk.poll())
    assert await asyncio.to_thread(desk.site.arrived.wait, 10)
    polled.cancel()
    desk.site.release.set()
    with pytest.raises(asyncio.CancelledError):
        await polled
    status = desk.archive.source("budget")
    assert status is not None
    assert status.message == "stopped before it was complete"
    assert desk.due() == ["council", "budget"]
    desk.site.held = set()
    await desk.poll()
    assert desk.told() == [ChangeKind.PAGE_CHANGED]


async def test_a_fault_of_ours_does_not_make_a_source_due_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a site would be asked again at every beat of the daemon."""

    async def broken(*given: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(polling, "_bounded", broken)
    with pytest.raises(RuntimeError):
        await desk.poll()
    assert desk.due() == []


async def test_progress_counts_sources_or_looks(desk: Desk) -> None:
    """Of many sources how many were looked at; of one its own looks."""
    seen: list[tuple[str, int, int]] = []
    await desk.poll(progress=lambda *said: seen.append(said))
    assert seen == [("2 sources", 1, 2), ("2 sources", 2, 2)]
    seen.clear()
    await desk.poll("council", progress=lambda *said: seen.append(said))
    assert seen == [("council", 1, 0)]


def test_the_archive_follows_the_settings(desk: Desk) -> None:
    """A dropped source is not watched any more, one that comes back is, an edited stanza is taken over."""
    council, budget = desk.sources
    keep_sources(desk.archive, desk.sources, desk.now)
    keep_sources(desk.archive, (replace(council, title="The council"),), desk.now)
    assert [(one.source.title, one.active) for one in desk.archive.sources()] == [
        ("The council", True),
        ("Town budget", False),
    ]
    keep_sources(desk.archive, (budget,), desk.now)
    assert [one.active for one in desk.archive.sources()] == [False, True]


def test_standing_is_what_the_settings_say_now(desk: Desk) -> None:
    """A stanza that was never polled is new, an edited one shows its edit, one that is gone is not watched."""
    council, budget = desk.sources
    keep_sources(desk.archive, (council, budget), desk.now)
    fresh = desk.source("fresh")
    shown = {one.source.slug: one for one in standing(desk.archive, (replace(council, title="Edited"), fresh))}
    assert shown["council"].source.title == "Edited"
    assert (shown["fresh"].active, shown["fresh"].health) == (True, Health.NEW)
    assert not shown["budget"].active


async def test_settings_say_when_a_collapse_is_believed(desk: Desk) -> None:
    """One look is enough where the operator says so."""
    desk.settings = settings_from({"confirm_looks": 1}, "x")
    await desk.poll()
    desk.site.answers.pop("/council")
    desk.later(hours=1)
    await desk.poll()
    assert desk.told() == [ChangeKind.PAGE_WITHDRAWN]


async def test_webmasters_are_given_the_contact(desk: Desk) -> None:
    """The address of the settings goes into the User-Agent."""
    desk.settings = settings_from({"contact": "https://example.org/who"}, "x")
    await desk.poll("council")
    assert "https://example.org/who" in desk.site.agents[-1]


async def test_a_stanza_that_changes_its_cadence_is_heeded_at_once(desk: Desk) -> None:
    """What had been planned for tomorrow is due in a quarter of an hour; hours and cron expressions likewise."""
    desk.sources = (desk.source("council", cadence=timedelta(days=1)),)
    await desk.poll()
    desk.later(minutes=20)
    assert desk.due() == []
    desk.sources = (desk.source("council", cadence=timedelta(minutes=15)),)
    keep_sources(desk.archive, desk.sources, desk.now)
    assert desk.due() == ["council"]
    desk.sources = (desk.source("council", cadence=timedelta(minutes=15), hours=("20:00-21:00",)),)
    keep_sources(desk.archive, desk.sources, desk.now)
    assert desk.due() == []
    desk.later(hours=6)
    assert desk.due() == ["council"]
    desk.sources = (desk.source("council", cron="0 9 * * *"),)
    keep_sources(desk.archive, desk.sources, desk.now)
    desk.later(hours=12)
    assert desk.due() == []
    desk.later(hours=1)
    assert desk.due() == ["council"]


async def test_what_is_planned_is_said_with_its_reasons(desk: Desk) -> None:
    """For a source as it stands: by its cadence, by a page that is to be confirmed, after a stop, in its hours."""

    def planned() -> Any:
        status = desk.archive.source("council")
        assert status is not None
        return planned_look(desk.archive, status, desk.now)

    keep_sources(desk.archive, desk.sources, desk.now)
    assert planned() == NextLook(desk.now, ("it was never looked at",))
    await desk.poll()
    assert planned() == NextLook(desk.now + timedelta(hours=1), ("it is looked at every hour",))
    desk.site.answers.pop("/council")
    desk.later(hours=1)
    await desk.poll()
    assert planned().at == desk.now + timedelta(minutes=10)
    assert "not sure yet" in planned().reasons[0]
    desk.sources = (desk.source("council", hours=("00:00-01:00",)),)
    keep_sources(desk.archive, desk.sources, desk.now)
    assert planned().at == (desk.now + timedelta(days=1)).replace(hour=0, minute=0)


async def test_news_teaches_a_source_its_hours(desk: Desk) -> None:
    """A council that publishes on weekday mornings is looked at every five minutes then, once that has been seen."""
    desk.sources = (desk.source("council", cadence_shortest=timedelta(minutes=5)),)
    desk.now = datetime(2017, 3, 6, 9, 30, tzinfo=UTC)
    for number in range(12):
        desk.site.says("/council", *(f"Notice number {seen} was posted" for seen in range(number)))
        await desk.poll()
        desk.later(days=1)
    assert len(desk.archive.news_times("council", desk.now - timedelta(days=60))) == 11
    desk.now = datetime(2017, 3, 20, 9, 30, tzinfo=UTC)
    await desk.poll()
    status = desk.archive.source("council")
    assert status is not None
    assert status.next_due_at == desk.now + timedelta(minutes=5)
    assert (
        "its news usually comes at about 09:00 on working days"
        in planned_look(desk.archive, status, desk.now).reasons[0]
    )
