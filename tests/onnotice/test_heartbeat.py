"""Signs of life: a file, a dead man's switch, and an operator who hears by that way that no mail gets out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.errors import FetchError
from onnotice.config import read_settings
from onnotice.daemon import Service
from onnotice.heartbeat import ask
from onnotice.home import Home
from onnotice.polling import keep_sources
from onnotice.session import Session
from storage import Archive

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SETTINGS = """
[mail]
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
timeout = 2

[heartbeat]
url = "{switch}/ping/5f0c1d7e-secret"
"""


@dataclass
class Switch:
    """A dead man's switch on this machine."""

    port: int = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append((request.path.removeprefix("/ping/5f0c1d7e-secret"), await request.text()))
        return web.Response(status=self.status, headers={"Location": "http://127.0.0.1:1/"})


@pytest.fixture
async def switch() -> AsyncIterator[Switch]:
    """It listens."""
    made = Switch()
    application = web.Application()
    application.router.add_post("/{tail:.*}", made.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


def a_free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def test_an_operator_hears_that_mail_does_not_get_out(
    home: Home, site: Any, switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    """Well every five minutes; a fail with its reason after an hour in which no mail was taken, once, though the daemon
    is started anew meanwhile; well again when it was. The file says the same."""
    port = a_free_port()
    home.settings.write_text(home.settings.read_text() + SETTINGS.format(port=port, switch=switch.url))
    with Archive.open(home.archive) as archive:
        settings = read_settings(home)
        sources, now = settings.sources("x"), NOW
        keep_sources(archive, sources, now)
        archive.keep_subscriptions(settings.subscriptions(), now)

        def service() -> Service:
            return Service(Session(home, settings, sources, archive, lambda: now), asyncio.Event(), gather=0)

        async def beat(running: Service, minutes: int) -> None:
            nonlocal now
            now += timedelta(minutes=minutes)
            await running.beat()
            await running.idle()

        first = service()
        for _ in range(5):
            await beat(first, 2)
        assert switch.heard == [("", ""), ("", "")]
        site.says("/budget", "Detention costs: 206 dollars a day", "The jail is sold")
        await beat(first, 60)
        assert [alert.attempts for alert in archive.alerts()] == [1]
        switch.heard.clear()
        await beat(first, 30)
        assert [kind for kind, _ in switch.heard] == [""]
        await beat(service(), 35)
        (kind, said) = switch.heard[-1]
        assert kind == "/fail"
        assert said.startswith("Mail does not get out: 1 mail waits since 2026-11-25 13:10 UTC (127.0.0.1:")
        assert (home.folder / "heartbeat").read_text() == f"2026-11-25T14:15:00Z {said}\n"
        assert not any("secret" in record.getMessage() for record in caplog.records)


async def test_the_guard_stands_before_the_switch_too(switch: Switch) -> None:
    """A name that leads to a private address is refused, a redirect is not followed, a refusal is said; no sentence
    holds the URL, which is as good as a password."""
    for url, words in (
        (f"http://localhost.:{switch.port}/5f0c", "localhost"),
        (f"http://127.0.0.1.nip.invalid:{switch.port}/5f0c", "could not be shown"),
        ("http://user:word@127.0.0.1/5f0c", "could not be shown to 127.0.0.1"),
        (f"http://127.0.0.1:{a_free_port()}/5f0c", "ClientConnectorError"),
    ):
        with pytest.raises(FetchError, match=words) as refused:
            await ask(url, "", "")
        assert "5f0c" not in str(refused.value)
    switch.status = 302
    with pytest.raises(FetchError, match=r"refused by 127\.0\.0\.1 \(status 302\)"):
        await ask(f"{switch.url}/5f0c", "fail", "a" * 5000)
    assert [len(said) for _, said in switch.heard] == [2000]


def test_a_poll_of_cron_shows_where_it_begins_and_ends(
    at_home: Callable[..., Any], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A switch that is not there stops nothing and is said; the file is there afterwards."""
    monkeypatch.setenv("ONNOTICE_HEARTBEAT_URL", f"http://127.0.0.1:{a_free_port()}/5f0c1d7e")
    answer = at_home("poll", "--due")
    assert (answer.code, "5f0c1d7e" in answer.out + answer.err) == (0, False)
    assert (home.folder / "heartbeat").read_text().endswith(" well\n")
