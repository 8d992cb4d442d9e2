"""Chat services over real HTTP on loopback: told what mail tells, shorter; their secrets stay where they are."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from alerts.outbox import collect, send_due
from alerts.transports import Apprise, ByRecipient, Folder, ServerUnavailable
from alerts.writing import Correspondent, Letterbox
from monitor.addresses import name_of
from monitor.types import AlertState, Change, ChangeKind, Source, Subscription
from storage import Archive

# Apprise 2.2 imports it on Python 3.11 and 3.12, for its own sake.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")

AT = datetime(2017, 3, 27, 19, 2, tzinfo=UTC)
SECRET = "hunter2secret"
Keep = Callable[..., None]


@dataclass
class Channel:
    """A chat service: what it was told, and how it answers."""

    port: int = 0
    status: int = 200
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://desk:{SECRET}@127.0.0.1:{self.port}/hooks/{SECRET}"

    async def answer(self, request: web.Request) -> web.Response:
        self.told.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    """A channel that listens on this machine."""
    served = Channel()
    application = web.Application()
    application.router.add_post("/{tail:.*}", served.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.port = runner.addresses[0][1]
    yield served
    await runner.cleanup()


def publish(archive: Archive, keep: Keep, number: int = 1) -> None:
    at = AT + timedelta(minutes=number)
    change = Change(
        ChangeKind.PAGE_CHANGED,
        at,
        "list",
        "https://www.example.gov/list",
        f"List: Boulder County is new, edition {number}",
        significance=0.7,
        details={"hunks": [[[], [f"Boulder County, line {line} of many"]] for line in range(500)]},
    )
    keep(archive, Source("list", "List", "https://www.example.gov/list"), at, change=change)


async def test_a_channel_is_told_what_a_mail_tells_but_shorter(
    channel: Channel, keep: Keep, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Subject and text reach the channel; the same news reaches a mailbox; the archive, its ledger and the log at its
    most talkative hold no secret."""
    caplog.set_level(logging.DEBUG)
    desk = Subscription("desk", ("analyst@newsroom.example", channel.url))
    path = tmp_path / "archive.sqlite"
    with Archive.open(path, create=True) as archive:
        archive.keep_subscriptions([desk], AT)
        publish(archive, keep)
        now = AT + timedelta(hours=1)
        assert collect(archive, [desk], now) == 2
        writer = Correspondent(archive, Letterbox("On Notice <notice@newsroom.example>"), [desk], now)
        transport = ByRecipient(Folder(tmp_path / "mails"))
        report = await send_due(archive, transport, writer, now, subscriptions=[desk])
        assert (report.sent, report.problems) == (2, ())
        (told,) = channel.told
        assert told["title"] == "List: Boulder County is new, edition 1"
        assert "Boulder County, line 0 of many" in told["message"]
        assert "onnotice show 1" in told["message"]
        assert len(told["message"]) < 5_000
        assert len(list((tmp_path / "mails").iterdir())) == 1
        recipients = {alert.recipient for alert in archive.alerts()}
        assert recipients == {"analyst@newsroom.example", name_of(channel.url)}
        by = {one.transport for kept in archive.deliveries([1, 2]).values() for one in kept}
        assert by == {"folder", "apprise"}
    assert SECRET not in caplog.text
    assert not [file for file in tmp_path.iterdir() if file.is_file() and SECRET.encode() in file.read_bytes()]


async def test_a_channel_that_is_down_is_told_later_and_holds_up_no_mail(
    channel: Channel, keep: Keep, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its error names the service without its secret; the mailbox has its mail; the next try tells the channel."""
    caplog.set_level(logging.DEBUG)
    channel.status = 503
    desk = Subscription("desk", (channel.url, "analyst@newsroom.example"))
    with Archive.in_memory() as archive:
        archive.keep_subscriptions([desk], AT)
        publish(archive, keep)
        now = AT + timedelta(hours=1)
        collect(archive, [desk], now)
        writer = Correspondent(archive, Letterbox("On Notice <notice@newsroom.example>"), [desk], now)
        transport = ByRecipient(Folder(tmp_path))
        report = await send_due(archive, transport, writer, now, subscriptions=[desk])
        assert (report.sent, report.deferred) == (1, 1)
        assert report.problems == (f"The service {name_of(channel.url)} did not take the alert; tried again later.",)
        channel.status = 200
        later = now + timedelta(minutes=1)
        assert (await send_due(archive, transport, writer, later, subscriptions=[desk])).sent == 1
    assert SECRET not in caplog.text


async def test_without_the_extra_mail_goes_out_all_the_same(
    keep: Keep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel waits until Apprise is installed, and is told how; mailboxes do not wait with it."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ServerUnavailable, match=r"pip install 'onnotice\[apprise\]'"):
        await Apprise().send(None, "slack://token-a/token-b")  # type: ignore[arg-type]
    desk = Subscription("desk", ("slack://token-a/token-b", "analyst@newsroom.example"))
    with Archive.in_memory() as archive:
        archive.keep_subscriptions([desk], AT)
        for number in (1, 2):
            publish(archive, keep, number)
            collect(archive, [desk], AT + timedelta(minutes=number))
        now = AT + timedelta(hours=1)
        writer = Correspondent(archive, Letterbox("On Notice <notice@newsroom.example>"), [desk], now)
        report = await send_due(archive, ByRecipient(Folder(tmp_path)), writer, now, subscriptions=[desk])
        assert (report.sent, report.deferred, report.refused) == (2, 2, 0)


async def test_a_channel_that_left_the_settings_is_said(keep: Keep, tmp_path: Path) -> None:
    """The archive does not know its URL: the alert ends as failed, with what brings it back."""
    desk = Subscription("desk", ("slack://token-a/token-b",))
    with Archive.in_memory() as archive:
        archive.keep_subscriptions([desk], AT)
        publish(archive, keep)
        now = AT + timedelta(hours=1)
        collect(archive, [desk], now)
        writer = Correspondent(archive, Letterbox("On Notice <notice@newsroom.example>"), [], now)
        await send_due(archive, ByRecipient(Folder(tmp_path)), writer, now)
        (alert,) = archive.alerts(AlertState.FAILED)
        assert "is no longer in onnotice.toml; add it and run `onnotice send --again 1`" in alert.last_error


def test_a_name_tells_services_apart_and_gives_nothing_away() -> None:
    """The same URL has the same name for ever, another has another; a mail address is its own name."""
    one, other = name_of("slack://secret-a/b"), name_of("slack://secret-c/d")
    assert one != other
    assert name_of("slack://secret-a/b") == one == name_of(one)
    assert "secret" not in one
    assert name_of("analyst@newsroom.example") == "analyst@newsroom.example"
    assert json.dumps(one, ensure_ascii=False) == f'"{one}"'
