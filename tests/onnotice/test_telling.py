"""Telling: the transport that the settings name, and a round that adds nothing when it is run again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from alerts.transports import ByRecipient, Folder, Smtp
from monitor.errors import ConfigurationError
from onnotice import session
from onnotice.config import Settings, settings_from
from onnotice.home import Home
from onnotice.telling import tell, transport_of


def smtp(**mail: Any) -> Settings:
    return settings_from({"mail": {"transport": "smtp", **mail}}, "x")


def test_the_transport_is_the_one_of_the_settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder within the home, or a server with the password of the environment."""
    folder = transport_of(settings_from({}, "x"), home)
    assert isinstance(folder, ByRecipient)
    assert isinstance(folder._mail, Folder)
    monkeypatch.setenv("ONNOTICE_SMTP_PASSWORD", "secret")
    both = transport_of(smtp(host="mail.example.org", username="u", security="tls", port=465), home)
    assert isinstance(both, ByRecipient)
    server = both._mail
    assert isinstance(server, Smtp)
    assert server._password == "secret"
    assert "secret" not in repr(server)
    with pytest.raises(ConfigurationError, match="in the clear"):
        transport_of(smtp(host="mail.example.org", username="u", security="none"), home)


async def test_telling_again_adds_nothing(at_home: Callable[..., Any], home: Home, site: Any, now: datetime) -> None:
    """One edit, one alert, one mail, however often."""
    import asyncio

    await asyncio.to_thread(at_home, "poll", "--no-send")
    site.says("/council", "Special meeting of March 27, 2017")
    await asyncio.to_thread(at_home, "poll", "--no-send")
    assert not (home.folder / "mails").exists()
    rounds = []
    for _ in range(3):
        with session.working(home, alone=False) as opened:
            told = await tell(opened.archive, opened.settings, home, session.now())
        rounds.append((told.made, told.report.sent))
    assert rounds == [(1, 1), (0, 0), (0, 0)]
    assert len(list((home.folder / "mails").glob("*.eml"))) == 1
