"""Polls side by side: who shares one, that nobody waits for a host that hangs, and what the daemon does at a beat."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.types import Health, Source
from onnotice import daemon
from onnotice.config import read_settings
from onnotice.daemon import Service
from onnotice.home import Home
from onnotice.polling import Bounds, keep_sources, poll
from onnotice.rounds import groups
from onnotice.session import Session
from storage import Archive
from storage.rows import SourceStatus

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def page(slug: str, host: str = "", **more: Any) -> Source:
    return Source(slug=slug, title=slug, url=f"https://{host or slug}.example/", **more)


def status(source: Source, *, seen: bool = True, health: Health = Health.SEEN) -> SourceStatus:
    succeeded = NOW if seen else NOW - timedelta(hours=1)
    return SourceStatus(source, True, health, NOW, NOW, NOW, succeeded, None, None, "")


def test_single_pages_that_answer_share_a_poll() -> None:
    """And those that did not another; a host with many pages is polled by itself, and so is whatever is large, follows
    links, or has a spider of its own."""
    quick = [page(f"quick{number}") for number in range(3)]
    crowd = [page(f"crowd{number}", "crowd") for number in range(21)]
    large = page("large", parameters={"urls": [f"https://large.example/{number}" for number in range(3000)]})
    follows = page("follows", parameters={"follow": True})
    council = page("council", spider="legistar_api")
    silent, down, walled, new = page("silent"), page("down"), page("walled"), page("new")
    statuses = {one.slug: status(one) for one in (*quick, *crowd, large, follows, council)}
    statuses |= {"silent": status(silent, health=Health.SILENT), "down": status(down, seen=False)}
    statuses |= {"walled": status(walled, health=Health.BLOCKED)}
    found = groups((down, walled, *quick, large, *crowd, follows, council, silent, new), statuses)
    assert [[one.slug for one in group] for group in found] == [
        ["quick0", "quick1", "quick2", "silent", "new"],
        ["down", "walled"],
        [one.slug for one in crowd],
        ["large"],
        ["follows"],
        ["council"],
    ]


class Desk:
    """The daemon's service over a home, its beats struck by hand and its clock moved by hand."""

    def __init__(self, home: Home, archive: Archive) -> None:
        self.home, self.archive, self.now = home, archive, NOW
        self.stopping = asyncio.Event()
        settings = read_settings(home)
        sources = settings.sources("x")
        keep_sources(archive, sources, self.now)
        archive.keep_subscriptions(settings.subscriptions(), self.now)
        self.service = Service(Session(home, settings, sources, archive, lambda: self.now), self.stopping, gather=0.1)

    async def beat(self, **later: float) -> None:
        self.now += timedelta(**later)
        await self.service.beat()

    def mails(self) -> list[Path]:
        return sorted((self.home.folder / "mails").glob("*.eml"))

    def last_run(self, slug: str) -> datetime | None:
        found = self.archive.source(slug)
        assert found is not None
        return found.last_run_at


@pytest.fixture
async def desk(home: Home) -> AsyncIterator[Desk]:
    """A desk of which both sources have been looked at."""
    with Archive.open(home.archive) as archive:
        made = Desk(home, archive)
        await made.beat()
        await made.service.idle()
        yield made
        made.stopping.set()
        await made.service.idle()


async def within(seconds: float, condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "in vain"
        await asyncio.sleep(0.02)
    return value


async def test_a_host_that_hangs_holds_up_neither_polls_nor_mails(desk: Desk, site: Any) -> None:
    """While the council's server keeps a request open, the budget is polled hour by hour, and mailed within two seconds
    of the look."""
    site.says("/council", "no", status=500)
    await desk.beat(hours=1)
    await desk.service.idle()
    site.held = {"/council"}
    news = ("The jail is sold", "A hearing is held in May", "The sheriff resigned")
    for hour in range(1, 4):
        site.says("/budget", "Detention costs: 206 dollars a day", *news[:hour])
        await desk.beat(hours=1)
        await within(2, lambda hour=hour: len(desk.mails()) == hour)
        await within(2, lambda: desk.last_run("budget") == desk.now)
    assert site.arrived.is_set()
    assert desk.last_run("council") == NOW + timedelta(hours=1)
    site.release.set()


async def test_a_beat_begins_nothing_twice(desk: Desk, site: Any) -> None:
    """A source that is being polled is left out at the next beat, however long that takes."""
    site.held = {"/council"}
    await desk.beat(hours=1)
    await within(5, site.arrived.is_set)
    await desk.beat(hours=1)
    await desk.beat(hours=1)
    assert site.asked.count("/council") == 2
    site.release.set()
    await desk.service.idle()
    assert site.asked.count("/council") == 2


async def test_a_poll_that_hangs_is_given_up_and_counts_as_a_failure(desk: Desk, site: Any) -> None:
    """After its bound without a look: its sources have failed, are not due at once, and the third time it is told."""
    site.held = {"/council"}
    opened = desk.service.opened
    council = opened.sources[:1]
    for _ in range(3):
        desk.now += timedelta(hours=1)
        report = await poll(
            desk.archive, council, opened.settings, lambda: desk.now, bounds=Bounds(silence=0.2), stop=desk.stopping
        )
        assert report.outcomes[0].failed
        assert "given up after 0 minutes without an answer" in report.outcomes[0].message
    kept = desk.archive.source("council")
    assert kept is not None
    assert kept.next_due_at == desk.now + timedelta(hours=1)
    assert [stored.change.kind.value for stored in desk.archive.changes()] == ["source_broken"]
    site.release.set()


async def test_a_slow_mail_server_holds_up_no_poll(desk: Desk, site: Any) -> None:
    """A server that accepts a connection and says nothing: beats go on, and the mail is still promised."""

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    opened = desk.service.opened
    mail = opened.settings.mail.model_copy(
        update={"transport": "smtp", "host": "127.0.0.1", "port": port, "security": "none", "timeout": 1.5}
    )
    desk.service.opened = replace(opened, settings=opened.settings.model_copy(update={"mail": mail}))
    site.says("/budget", "Detention costs: 300 dollars a day")
    await desk.beat(hours=1)
    await within(2, lambda: desk.last_run("budget") == desk.now)
    began = time.monotonic()
    await desk.beat(hours=1)
    assert time.monotonic() - began < 0.5
    await within(2, lambda: desk.last_run("budget") == desk.now)
    await desk.service.idle()
    assert [alert.state.value for alert in desk.archive.alerts()] == ["pending"]
    server.close()
    await server.wait_closed()


async def test_beats_go_on_when_the_clock_is_set_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler waits for the time that it had planned, an hour longer when the clock is set back by one: woken."""
    beats: list[float] = []
    jobs: list[Any] = []
    add_job = AsyncIOScheduler.add_job

    async def beat(service: Service) -> None:
        beats.append(time.monotonic())

    def noted(scheduler: Any, *given: Any, **options: Any) -> Any:
        jobs.append(add_job(scheduler, *given, **options))
        return jobs[-1]

    monkeypatch.setattr(Service, "beat", beat)
    monkeypatch.setattr(AsyncIOScheduler, "add_job", noted)
    running = asyncio.create_task(daemon._run(desk.service.opened, 0.1))
    await within(10, lambda: len(beats) > 2)
    jobs[0].modify(next_run_time=jobs[0].next_run_time + timedelta(hours=1))
    before = len(beats)
    await within(10, lambda: len(beats) > before + 2)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)
