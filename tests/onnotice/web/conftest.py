"""The demonstration's home, replayed once, and a browser's door to its pages: HTTP against the whole application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from onnotice.config import read_settings
from onnotice.demo.replay import replay
from onnotice.home import Home
from onnotice.web.serving import application, site_of
from onnotice.web.site import Site

NOW = datetime(2017, 4, 13, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Visitor:
    """Asks a site for addresses, and follows nothing by itself."""

    site: Site
    application: Any

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One answer."""
        return self.ask("GET", path, headers=headers)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One answer to any method."""
        return asyncio.run(self._ask(method, path, options))

    async def _ask(self, method: str, path: str, options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.application, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, **options)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which spring 2017 has happened. Nobody may write to it."""
    home = Home(tmp_path_factory.mktemp("web") / "demo")
    replay(home.folder, lambda _line: None)
    return home


@pytest.fixture(scope="session")
def visit_home() -> Iterator[Callable[[Home], Visitor]]:
    """Makes a visitor of a home's pages."""
    opened: list[Any] = []

    def visit(home: Home) -> Visitor:
        managed = site_of(home, read_settings(home), lambda: NOW)
        site = managed.__enter__()
        opened.append(managed)
        return Visitor(site, application(site))

    yield visit
    for managed in opened:
        managed.__exit__(None, None, None)


@pytest.fixture(scope="session")
def visitor(demo: Home, visit_home: Callable[[Home], Visitor]) -> Visitor:
    """A visitor of the demonstration's pages."""
    return visit_home(demo)


@pytest.fixture
def empty_home(tmp_path: Path) -> Home:
    """A home that has seen nothing yet."""
    from storage import Archive

    home = Home(tmp_path / "empty")
    home.folder.mkdir()
    home.settings.write_text("", encoding="utf-8")
    Archive.open(home.archive, create=True).close()
    return home
