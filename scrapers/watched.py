"""What a request is made for, carried along with it through every hop and retry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.types import Source
from scrapers.guard import Endpoint

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_KEY = "asked"


@dataclass(frozen=True, slots=True)
class Watched:
    """A source and the run that looks at it."""

    source: Source
    run: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a request is made and what it may do."""

    watched: Watched
    page: str
    """Canonical URL under which the page is known."""
    named: frozenset[Endpoint] = frozenset()
    """Private endpoints that the source's own configuration names: the only ones that this request may reach."""
    delay: float = 0.0
    """Seconds between requests to this host that the source asks for."""
    robots: bool = False
    """Whether robots.txt is obeyed on this machine's own addresses too."""
    needed: bool = True
    """Whether a run without this page is incomplete."""
    render: bool = False
    """Whether a browser shows the page before it is read."""
    render_wait: str = ""
    """CSS selector of what the browser waits for; empty for a network that has come to rest."""


def carry(asked: Asked, meta: dict[str, Any] | None = None) -> dict[str, Any]:
    """The meta of a request that is made for `asked`."""
    return {**(meta or {}), _KEY: asked}


def asked_of(request: Request) -> Asked | None:
    """What a request is made for; None of a request that no spider of ours made."""
    asked = request.meta.get(_KEY)
    return asked if isinstance(asked, Asked) else None


class Fingerprints:
    """Two sources may watch one URL in one crawl, and one URL may be two pages, such as the agenda of a joint meeting:
    requests are the same only within a page of a source."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Fingerprints:
        return cls()

    def fingerprint(self, request: Request) -> bytes:
        """Cheap and exact: the source's slug, the page, method, URL and body."""
        asked = asked_of(request)
        of = f"{asked.watched.source.slug} {asked.page}" if asked else ""
        return f"{of} {request.method} {request.url} ".encode() + request.body
