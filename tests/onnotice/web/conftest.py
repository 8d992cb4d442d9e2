"""The demonstration's home, replayed once, and a browser's door to its pages: HTTP against the whole application."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from datasette import handle_exception
from datasette.plugins import pm
from playwright.async_api import Page, async_playwright
from selectolax.lexbor import LexborHTMLParser

from onnotice.config import read_settings
from onnotice.demo.replay import replay
from onnotice.home import Home
from onnotice.web.serving import application, register, site_of
from onnotice.web.site import Site


@pytest.fixture(scope="module", autouse=True)
def _datasette_of_its_own() -> Iterator[None]:
    """Datasette asks its plugins a process: whoever else tries it here must find it as it comes."""
    register()
    yield
    pm.unregister(name="onnotice.web")
    pm.register(handle_exception, name="datasette.handle_exception")


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


def own_links(text: str) -> set[str]:
    """Addresses of this site that a page leads to, without fragments."""
    hrefs = {node.attributes.get("href") or "" for node in LexborHTMLParser(text).css("a[href]")}
    return {href.partition("#")[0] for href in hrefs if href.startswith("/") and not href.startswith("/archive")}


@pytest.fixture(scope="session")
def walk() -> Callable[[Visitor, int], dict[str, httpx.Response]]:
    """Follows every link of our own from the front page, breadth first, to at most so many pages."""

    def follow(visitor: Visitor, most: int) -> dict[str, httpx.Response]:
        found: dict[str, httpx.Response] = {}
        ahead = ["/"]
        while ahead and len(found) < most:
            path = ahead.pop(0)
            if path not in found:
                found[path] = visitor.get(path)
                if found[path].headers["content-type"].startswith("text/html"):
                    ahead += sorted(own_links(found[path].text) - found.keys())
        return found

    return follow


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


class _Announcing(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


@contextmanager
def listening(application: Any) -> Iterator[str]:
    """A real server in a thread; its address."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = _Announcing(uvicorn.Config(application, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        assert server.answers.wait(20)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="session")
def serve() -> Callable[[Any], Any]:
    """Serves an application over real HTTP on loopback, as a context."""
    return listening


@pytest.fixture(scope="session")
def browse() -> Callable[..., Any]:
    """A page in a real browser on an address, as a context: `browse(chromium, width, scheme)`."""

    @asynccontextmanager
    async def browsing(chromium: str, width: int = 1440, scheme: Any = "light", **options: Any) -> AsyncIterator[Page]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            try:
                viewport = {"width": width, "height": 900}
                context = await browser.new_context(viewport=viewport, color_scheme=scheme, **options)
                yield await context.new_page()
            finally:
                await browser.close()

    return browsing
