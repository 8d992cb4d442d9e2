"""A mail server that refuses, stalls, or dies after it was given a mail: nothing is lost, or looks like news twice."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.types import AlertState
from storage import Archive

START = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)
MODES = ("refuses", "busy", "stalls", "dies at DATA", "dies after DATA", "hangs up")


class Postmaster:
    """Takes mails, and fails as its mode says."""

    def __init__(self) -> None:
        self.mode = ""
        self.taken: list[bytes] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode == "refuses":
            return "550 5.7.1 Not from you"
        if self.mode == "busy":
            return "451 4.3.0 Come back later"
        if self.mode == "hangs up":
            assert server.transport is not None
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert server.transport is not None
        if self.mode == "stalls":
            await asyncio.sleep(3600)
        if self.mode == "dies at DATA":
            server.transport.abort()
            return "451 dead"
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        if self.mode == "dies after DATA":
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Postmaster, int]]:
    """The post master and the port at which he listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    postmaster = Postmaster()
    controller = Controller(postmaster, hostname="127.0.0.1", port=port)
    controller.start()
    yield postmaster, port
    controller.stop()


@pytest.mark.parametrize("mode", MODES)
def test_a_mail_server_that_fails(
    mode: str, desk: Any, server: tuple[Postmaster, int], counted: Callable[..., None]
) -> None:
    """Whatever it does, the alert stays, and once the server is well every change is in
    exactly one mail; a mail that it took and did not confirm comes again under the same Message-ID, byte for byte."""
    postmaster, port = server
    security = f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"\ntimeout = 1'
    desk.mails_by(f'transport = "smtp"\nsender = "On Notice <notice@example.org>"\n{security}')
    desk.look(lambda: START)
    postmaster.mode = mode
    desk.says(1)
    desk.look(lambda: START + timedelta(hours=1))
    with Archive.open(desk.home.archive) as archive:
        waiting = archive.alerts()
        assert waiting
        assert AlertState.SENT not in {alert.state for alert in waiting}
    unconfirmed = list(postmaster.taken)
    assert bool(unconfirmed) == (mode == "dies after DATA")
    postmaster.mode = ""
    for hour in range(2, 30, 3):
        desk.look(lambda hour=hour: START + timedelta(hours=hour))
    desk.check(editions=1)
    confirmed = postmaster.taken[len(unconfirmed) :]
    names = Counter(str(message_from_bytes(content)["Message-ID"]) for content in confirmed)
    with Archive.open(desk.home.archive) as archive:
        assert names == Counter(alert.message_id for alert in archive.alerts())
    assert {content.replace(b"\r\n", b"\n") for content in unconfirmed} <= {
        content.replace(b"\r\n", b"\n") for content in confirmed
    }
    counted(mails=len(confirmed), repeated_under_their_message_id=len(unconfirmed))
