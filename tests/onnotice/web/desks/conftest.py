"""The pages of a home with users, served on loopback as `onnotice serve` does, and browsers' doors to them."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher

from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.users import Users
from onnotice.web.serving import application, site_of
from onnotice.web.site import Site
from storage import Archive

PASSWORD = "correct horse battery"

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

SETTINGS = """\
[[subscription]]
name = "desk"
recipients = ["dora@example.org", "slack://token-a/token-b"]

[[source]]
slug = "council"
title = "Town Council"
url = "https://town.example.org/council"
"""


@dataclass
class Clock:
    """What the pages take for now."""

    now: datetime = field(default_factory=lambda: datetime(2017, 4, 13, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


class Client(httpx.Client):
    """A browser without a picture: it keeps cookies, follows nothing by itself, and fills forms in."""

    def fill(self, page: str, action: str | None = None, **fields: Any) -> httpx.Response:
        """Open a page and send the form on it that goes to `action` (by default the page itself)."""
        shown = self.get(page)
        assert shown.status_code == 200, shown.text
        return self.submit(action or page.partition("?")[0], self.token_in(shown), **fields)

    def submit(self, action: str, token: str, **fields: Any) -> httpx.Response:
        """Send a form with this token."""
        return self.post(
            action, data={"csrftoken": token, **fields}, headers={"origin": str(self.base_url).rstrip("/")}
        )

    @staticmethod
    def token_in(shown: httpx.Response) -> str:
        """The token of the forms on a page."""
        found = re.search(r'name="csrftoken" value="([^"]+)"', shown.text)
        assert found, shown.text
        return unescape(found[1])

    def sign_in(self, name: str = "ada", password: str = PASSWORD) -> httpx.Response:
        """By the page for it."""
        return self.fill("/sign-in", name=name, password=password, next="/subscriptions")


@dataclass
class Served:
    """A home whose pages are answered for."""

    home: Home
    site: Site
    clock: Clock
    url: str

    def client(self, **headers: str) -> Client:
        return Client(base_url=self.url, headers=headers, trust_env=False)

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        """As a poll has it, beside the pages."""
        with Archive.open(self.home.archive) as opened:
            yield opened

    @property
    def mails(self) -> list[Path]:
        return sorted((self.home.folder / "mails").glob("*.eml"))


@contextmanager
def serving(home: Home) -> Iterator[Served]:
    """Answer until the block ends."""
    clock = Clock()
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with listening, site_of(home, read_settings(home), clock, port=port) as site:
        config = uvicorn.Config(
            application(site), log_level="warning", access_log=False, proxy_headers=False, ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Served(home, site, clock, f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashed as everywhere, with the least that Argon2 can do: a password as it should be takes a sixth of a second."""
    monkeypatch.setattr("onnotice.users._hasher", lambda: _QUICK)


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that has seen nothing, made once."""
    path = tmp_path_factory.mktemp("empty") / "archive.sqlite"
    Archive.open(path, create=True).close()
    return path


@pytest.fixture(scope="session")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two users."""
    path = tmp_path_factory.mktemp("users") / "users.json"
    users = Users(path)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("onnotice.users._hasher", lambda: _QUICK)
        users.add("ada", PASSWORD, datetime(2017, 3, 1, tzinfo=UTC), "ada@example.org")
        users.add("ben", "another horse battery", datetime(2017, 3, 1, tzinfo=UTC))
    return path


@pytest.fixture
def serve(tmp_path: Path, users_file: Path, empty_archive: Path) -> Callable[..., AbstractContextManager[Served]]:
    """Serves a new home with these settings, put in front of the usual ones."""

    def served(settings: str = "") -> AbstractContextManager[Served]:
        home = Home(tmp_path / "home")
        home.folder.mkdir()
        home.settings.write_text(settings + SETTINGS, encoding="utf-8")
        shutil.copy(users_file, home.users)
        shutil.copy(empty_archive, home.archive)
        with Archive.open(home.archive) as archive:
            for source in read_settings(home).sources("the test"):
                archive.keep_source(source, datetime(2017, 3, 1, tzinfo=UTC))
        return serving(home)

    return served


@pytest.fixture
def serve_home() -> Callable[[Home], AbstractContextManager[Served]]:
    """Serves a home that is there already."""
    return serving


@pytest.fixture
def served(serve: Callable[..., AbstractContextManager[Served]]) -> Iterator[Served]:
    """A home with the usual settings."""
    with serve() as answered:
        yield answered


@pytest.fixture
def browser(served: Served) -> Iterator[Client]:
    """Nobody in particular."""
    with served.client() as client:
        yield client


@pytest.fixture
def ada(served: Served) -> Iterator[Client]:
    """Ada, signed in."""
    with served.client() as client:
        assert client.sign_in().status_code == 303
        yield client
