"""A shipped council pointed at a replica on this machine, polled through the real intake into an archive in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Health, Record, Source
from onnotice.runs import SourceOutcome, end_run
from scrapers.crawl import CrawlOptions, CrawlReport, Watched, crawl
from scrapers.intake import Intake
from scrapers.manners import Manners
from scrapers.sources import shipped
from storage import Archive

NOON = datetime(2026, 9, 1, 18, 0, tzinfo=UTC)
BLOCK_PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8">'
    '<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAAFILLER\'"><title>&nbsp;</title></head>'
    '<body><iframe src="/apology_objects/interstitial/filler.html"></iframe>'
    '<script>var r=new XMLHttpRequest();r.open("POST","/_sec/verify?provider=interstitial",false);</script>'
    "</body></html>"
)
"""A bot wall's answer, written in the documented shape."""


class Replica:
    """A platform on loopback: `answers[path]` is called with each request for the path; a fault comes first."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.answers: dict[str, Callable[[web.Request], web.Response]] = {}
        self.faults: dict[str, Callable[[], web.Response]] = {}
        self.asked: list[str] = []
        self.bodies: list[Any] = []
        self.headers: list[Mapping[str, str]] = []

        async def answer(request: web.Request) -> web.StreamResponse:
            self.asked.append(str(request.rel_url))
            self.headers.append({name.lower(): value for name, value in request.headers.items()})
            if request.can_read_body:
                self.bodies.append(await request.json())
            for path, fault in self.faults.items():
                if request.path.lower().startswith(path.lower()):
                    return fault()
            known = self.answers.get(request.path)
            return known(request) if known else web.Response(status=404, text="not here")

        site.everywhere = answer

    def fails(self, path: str, status: int) -> None:
        """Answer a status to everything that begins with the path."""
        self._fault(path, lambda: web.Response(status=status, text="<h1>Error</h1>", content_type="text/html"))

    def walls(self, path: str = "/") -> None:
        """A bot wall with status 200."""
        self._fault(path, lambda: web.Response(text=BLOCK_PAGE, content_type="text/html"))

    def sends_to(self, url: str, path: str = "/") -> None:
        """A redirect."""
        self._fault(path, lambda: web.Response(status=302, headers={"Location": url}))

    def _fault(self, path: str, answer: Callable[[], web.Response]) -> None:
        self.faults = {path: answer}

    def times(self, part: str) -> int:
        """How often an address was asked for that holds the part."""
        return sum(part in asked for asked in self.asked)


class Desk:
    """Somebody who watches one shipped council at a replica."""

    def __init__(self, site: Any, manners: Manners) -> None:
        self.archive = Archive.in_memory()
        self.now = NOON
        self.site = site
        self.report: CrawlReport | None = None
        self.outcome: SourceOutcome | None = None
        self._manners = manners
        self._told = 0

    def council(self, slug: str, **parameters: Any) -> Source:
        """A shipped stanza whose host is the replica's."""
        source = shipped()[slug]
        return replace(source, url=self.site.url("/"), parameters={**source.parameters, **parameters})

    async def poll(self, source: Source, **later: float) -> list[tuple[str, str, str]]:
        """One run, some time later: what it told, as (kind of change, kind of record, name)."""
        self.now += timedelta(**later)
        if all(status.source.slug != source.slug for status in self.archive.sources()):
            self.archive.keep_source(source, self.now)
        run = self.archive.begin_run(source.slug, self.archive.begin_poll(self.now), self.now)
        intake = Intake(self.archive, lambda: self.now)
        options = CrawlOptions(manners=self._manners, timeout=5.0, retries=0)
        (report,) = await crawl([Watched(source, run)], intake, options)
        self.report = report
        self.outcome = end_run(
            self.archive,
            intake,
            source,
            run,
            self.now,
            fetched=report.outcome == "ok",
            complete=report.complete,
            message=report.message,
            next_due_at=None,
        )
        changes = [stored.change for stored in self.archive.changes()]
        new, self._told = changes[self._told :], len(changes)
        return [(change.kind.value, change.record_kind, change.title) for change in new]

    def fields(self) -> list[dict[str, list[Any]]]:
        """Of every amended record so far the fields that differ."""
        changes = [stored.change for stored in self.archive.changes()]
        return [dict(change.details["fields"]) for change in changes if "fields" in change.details]

    def present(self, slug: str, kind: str) -> dict[str, Record]:
        """Records that hold, by key."""
        return {record.key: record for record in self.archive.present_records(slug, kind)}

    @property
    def health(self) -> Health:
        assert self.outcome is not None
        return self.outcome.health


def as_json(value: Any) -> web.Response:
    """An answer of JSON."""
    return web.Response(text=json.dumps(value), content_type="application/json")


@pytest.fixture
def replica(site: Any) -> Replica:
    return Replica(site)


@pytest.fixture
def desk(site: Any, manners: Manners) -> Iterator[Desk]:
    one = Desk(site, manners)
    yield one
    one.archive.close()


@pytest.fixture
def answer_json() -> Callable[[Any], web.Response]:
    return as_json
