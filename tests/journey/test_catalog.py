"""Every shipped stanza against a host that misbehaves: whatever it answers, nothing is told of the watched.

The host stands in for all of the stanza's own: each address in it is pointed there. What a platform answers when it
is well, page after page, is held by the tests of its spider.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from monitor.types import Health, Source
from onnotice.runs import end_run
from scrapers.crawl import CrawlOptions, CrawlReport, Watched, crawl
from scrapers.intake import Intake
from scrapers.manners import Manners
from scrapers.sources import shipped
from storage import Archive

AT = datetime(2026, 9, 4, 15, 0, tzinfo=UTC)
AKAMAI = (
    '<!DOCTYPE html><html><head><meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAFILLER\'"><title>&nbsp;'
    '</title></head><body><iframe src="/apology_objects/interstitial/filler.html"></iframe><script>var r=new'
    ' XMLHttpRequest();r.open("POST","/_sec/verify?provider=interstitial",false);</script></body></html>'
)
"""A bot wall's answer with status 200, written in the documented shape."""

NOISE = "".join(f"<p>Paragraph {number} of a page that is something else.</p>" for number in range(40))
ANSWERS: Mapping[str, tuple[int, str, str]] = {
    "outage": (500, "text/html", "<h1>Server Error</h1>"),
    "wall": (200, "text/html", AKAMAI),
    "refusal": (403, "text/html", "<h1>Access Denied</h1><p>Reference #18.1</p>"),
    "gone": (404, "text/html", "<h1>Not Found</h1>"),
    "empty": (200, "text/html", ""),
    "other_page": (200, "text/html", f"<html><head><title>Welcome</title></head><body>{NOISE}</body></html>"),
    "other_json": (200, "application/json", '{"surprise": [1, null, {"a": "b"}], "value": null, "results": "none"}'),
    "null": (200, "application/json", "null"),
    "list_of_nulls": (200, "application/json", "[null, [], 7, {}]"),
    "cut_off": (200, "application/json", '[{"EventId": 1, "EventBodyName": "Coun'),
}


@dataclass
class Host:
    """Answers everything alike."""

    answer: tuple[int, str, str] = ANSWERS["outage"]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        status, media, text = self.answer
        return web.Response(status=status, text=text, content_type=media)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    served = Host()
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", served.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.port = runner.addresses[0][1]
    yield served
    await runner.cleanup()


def pointed_at(value: Any, port: int) -> Any:
    """The value with every address in it pointed at the host."""
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        parts = urlsplit(value)
        return parts._replace(scheme="http", netloc=f"127.0.0.1:{port}").geturl()
    if isinstance(value, list | tuple):
        return [pointed_at(one, port) for one in value]
    return value


def of_this_machine(source: Source, port: int) -> Source:
    parameters = {name: pointed_at(value, port) for name, value in source.parameters.items() if name != "render"}
    return replace(source, url=pointed_at(source.url, port), parameters={**parameters, "delay": 0.0})


async def poll(archive: Archive, source: Source, at: datetime) -> CrawlReport:
    """One run, ended with the health that it found."""
    intake = Intake(archive, lambda: at)
    run = archive.begin_run(source.slug, archive.begin_poll(at), at)
    options = CrawlOptions(timeout=5.0, retries=0, manners=Manners(now=lambda: at))
    (report,) = await crawl([Watched(source, run)], intake, options)
    end_run(
        archive, intake, source, run, at,
        fetched=report.outcome == "ok", complete=report.complete, message=report.message,
    )  # fmt: skip
    return report


@pytest.mark.parametrize("slug", sorted(shipped()))
async def test_a_host_that_misbehaves_is_no_news(slug: str, host: Host) -> None:
    """No fault of ours, no record, no change that is told, and never a source that passes for seen where it is not."""
    source = of_this_machine(shipped()[slug], host.port)
    for name, answer in ANSWERS.items():
        host.answer, host.asked = answer, []
        with Archive.in_memory() as archive:
            archive.keep_source(source, AT)
            report = await poll(archive, source, AT)
            await poll(archive, source, AT + timedelta(days=1))
            status = archive.source(source.slug)
            told = [stored.change.summary for stored in archive.changes() if not stored.change.kind.about_our_eyes]
            records = archive.records_at(source.slug, AT + timedelta(days=2))
        assert host.asked, name
        assert "please report it" not in report.message, (name, report.message)
        assert told == [], name
        assert records == (), name
        assert status is not None
        if name in ("outage", "wall", "refusal", "empty"):
            assert status.health in (Health.BLOCKED, Health.BROKEN, Health.UNREACHABLE), (name, status)
