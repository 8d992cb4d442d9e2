"""Polls of a council on loopback through the real intake and archive, and the platforms that are imitated there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Change, ChangeKind, Record, Source
from scrapers.crawl import CrawlReport
from storage import Archive

NOON = datetime(2017, 5, 29, 18, 0, tzinfo=UTC)
BLOCK_PAGE = (
    "<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1>"
    "<div class='cf-wrapper' id='cf-error-details'>Cloudflare Ray ID: 7d1</div></body></html>"
)
"""Written for these tests in the shape of a wall before a site."""


class Platform:
    """A platform of our own making: `answer` of a subclass, unless it fails, is blocked, or has gone."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.status = 200
        self.blocked = False
        self.failing: set[str] = set()
        """Parts of addresses that answer 500."""
        self.gone: set[str] = set()
        """Parts of addresses that answer 404."""
        self.asked: list[str] = []
        self.fetch = 0
        site.everywhere = self._answer

    def url(self, path: str) -> str:
        return str(self.site.url(path))

    def answer(self, request: web.Request) -> str | bytes:
        """The page; raises KeyError for one that there is not."""
        raise NotImplementedError

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            await request.post()
        if request.path == "/robots.txt":
            return web.Response(status=404)
        self.fetch += 1
        self.asked.append(f"{request.method} {request.path_qs}")
        refused = self._refused(request)
        if refused is not None:
            return refused
        try:
            text = self.answer(request)
        except KeyError:
            return web.Response(status=404, text="<h1>Not Found</h1>", content_type="text/html")
        if isinstance(text, bytes):
            return web.Response(body=text, content_type="application/pdf")
        kind = "application/json" if text[:1] in "[{" else "text/html"
        return web.Response(text=text, content_type=kind, headers={"ETag": '"constant"'})

    def _refused(self, request: web.Request) -> web.Response | None:
        status, text = self.status, "<h1>Not Found</h1>"
        if any(part in request.path_qs for part in self.failing):
            status, text = 500, "<h1>Runtime Error</h1>"
        elif any(part in request.path_qs for part in self.gone):
            status = 404
        elif self.blocked:
            status, text = 403, BLOCK_PAGE
        return None if status == 200 else web.Response(status=status, text=text, content_type="text/html")


@dataclass
class Watch:
    """Polls one after the other, of a source on loopback."""

    one_run: Any
    archive: Archive = field(default_factory=Archive.in_memory)
    now: datetime = NOON
    report: CrawlReport | None = None
    _told: int = 0

    async def poll(self, source: Source, later: timedelta = timedelta(hours=1)) -> list[Change]:
        """What one complete run tells; the clock moves on after it."""
        self.report = await self.one_run(self.archive, source, self.now)
        self.now += later
        changes = self.archive.changes()
        news = [stored.change for stored in changes[self._told :]]
        self._told = len(changes)
        return news

    async def polls(self, source: Source, times: int) -> list[Change]:
        """What several runs tell, an hour apart."""
        return [change for _ in range(times) for change in await self.poll(source)]

    def present(self, source: Source, kind: str) -> dict[str, Record]:
        """Records that are listed now, by key."""
        return {record.key: record for record in self.archive.present_records(source.slug, kind)}


@pytest.fixture
def watch(one_run: Any) -> Iterator[Watch]:
    """An empty archive, its clock at noon."""
    one = Watch(one_run)
    yield one
    one.archive.close()


@pytest.fixture
def platform() -> type[Platform]:
    """The base of imitated platforms."""
    return Platform


@pytest.fixture
def news() -> Callable[[list[Change]], dict[str, set[str]]]:
    """Changes as {kind: {"key: fields"}}."""

    def by_kind(changes: list[Change]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for change in changes:
            fields = ", ".join(sorted(change.details.get("fields", ())))
            named = change.record_key or change.url.split("/", 3)[3]
            if change.kind is ChangeKind.RECORD_AMENDED:
                named = f"{named}: {fields}"
            found.setdefault(change.kind.value, set()).add(named)
        return found

    return by_kind
