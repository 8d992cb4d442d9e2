"""Every shipped stanza against a host that misbehaves: whatever it answers, nothing is told of the watched.

The host stands in for all of the stanza's own: each address in it is pointed there. What a platform answers when it
is well, page after page, is held by the tests of its spider.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from monitor.significance import told as told_at_default
from monitor.types import Health, Source, VerdictKind
from onnotice.runs import end_run
from scrapers.crawl import CrawlOptions, CrawlReport, Progress, Watched, crawl
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
    """Answers everything alike, but for files."""

    answer: tuple[int, str, str] = ANSWERS["outage"]
    files: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    asked: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path in self.files:
            return web.Response(body=self.files[request.path], content_type="application/pdf")
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
    """One run without patience, ended with the health that it found, as the command ends it."""
    intake = Intake(archive, lambda: at)
    run = archive.begin_run(source.slug, archive.begin_poll(at), at)
    options = CrawlOptions(timeout=5.0, retries=0, manners=Manners(now=lambda: at))
    entries: list[VerdictKind] = []

    def note(taken: Progress) -> None:
        if taken.url == source.url:
            entries.append(taken.verdict)

    (report,) = await crawl([Watched(source, run)], intake, options, note)
    end_run(
        archive, intake, source, run, at,
        fetched=report.outcome == "ok", complete=report.complete, message=report.message,
        entry=entries[0] if entries else None,
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


PAGES = [
    slug
    for slug, source in sorted(shipped().items())
    if source.spider == "page" and source.parameters.get("extract") != "jurisdiction_list"
]
"""Stanzas without a platform. Lists of jurisdictions have replicas of their own, in tests/scrapers/spiders."""


def town_page(policy: str, *agendas: str) -> tuple[int, str, str]:
    """A page with a policy, and agendas as files under dated labels."""
    links = "".join(f'<li><a href="/files/{name}.pdf">City Council Agenda {name}</a></li>' for name in agendas)
    prose = f"<p>{policy}</p><p>The office is open on weekdays.</p><p>Jails are run by the office.</p>"
    return (
        200,
        "text/html",
        f"<html><head><title>Office</title></head><body><h1>Office</h1>{prose}<ul>{links}</ul></body></html>",
    )


@pytest.mark.parametrize("slug", PAGES)
async def test_a_page_that_is_well_is_seen_and_its_edit_told(
    slug: str, host: Host, pdf: Callable[[str], bytes]
) -> None:
    """A baseline first; the same page again, a wall and an outage are nothing; a new word or file is news."""
    source = of_this_machine(shipped()[slug], host.port)
    first, second = "October 5, 2026", "October 19, 2026"
    files = {f"/files/{name}.pdf": pdf(f"Agenda of {name}") for name in (first, second)}
    host.files = {path.replace(" ", "%20"): body for path, body in files.items()} | files
    host.answer = town_page("Detainers are honoured with a warrant.", first)
    with Archive.in_memory() as archive:
        archive.keep_source(source, AT)
        for hours, answer in enumerate((host.answer, host.answer, ANSWERS["wall"], ANSWERS["outage"], host.answer)):
            host.answer = answer
            await poll(archive, source, AT + timedelta(hours=hours))
            status = archive.source(source.slug)
            assert status is not None
            if answer is ANSWERS["outage"]:
                assert "could not be reached" in status.message
            else:
                assert status.health is (Health.BLOCKED if answer is ANSWERS["wall"] else Health.SEEN), hours
        assert [stored for stored in archive.changes() if not stored.change.kind.about_our_eyes] == []
        host.answer = town_page("Detainers are not honoured without a judge's warrant.", first, second)
        await poll(archive, source, AT + timedelta(hours=6))
        told = [f"{one.change.summary} {one.change.after}" for one in archive.changes() if told_at_default(one.change)]
    assert any("judge's warrant" in news for news in told), told
    assert source.parameters.get("extract") != "documents" or any(second in news for news in told), told
