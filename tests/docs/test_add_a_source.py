"""Every stanza of "add a source" works: polled against a replica on loopback, it gives what it promises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from monitor.types import Health, Source
from scrapers.crawl import CrawlOptions, Watched, crawl
from scrapers.intake import Intake
from scrapers.manners import Manners
from scrapers.sources import source_from_stanza
from storage import Archive

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-source.md"
EXAMPLES = Path(__file__).resolve().parents[1] / "scrapers" / "extraction" / "examples"
STANZAS = re.findall(r"^```toml\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
NOW = datetime(2017, 3, 20, 12, 0, tzinfo=UTC)
TABLE = "<table><tr><th>County</th><th>Policy</th></tr><tr><td>Boulder</td><td>Refuses</td></tr></table>"


def html(body: str) -> tuple[str, bytes]:
    return "text/html", f"<html><head><title>T</title></head><body><h1>T</h1>{body}</body></html>".encode()


AGENDAS = html('<h2>March 27, 2017</h2><p><a href="/a.txt">Agenda</a></p>')
EVENTS = (
    b'[{"EventId": 7, "EventBodyName": "City Council", "EventDate": "2017-03-28T00:00:00", "EventTime": "1:30 PM",'
    b' "EventLocation": "Hall", "EventItems": []}]'
)
EVENT = EVENTS[1:-1]
REPLICA: dict[str, dict[str, tuple[str, bytes]]] = {
    "oakland_council": {
        "/v1/oakland/events": ("application/json", EVENTS),
        "/v1/oakland/events/7": ("application/json", EVENT),
    },
    "town_agendas": {"/agendas": AGENDAS, "/a.txt": ("text/plain", b"1. Sanctuary ordinance")},
    "county_list": {"/counties": html("<h2>Counties</h2><ul><li>Boulder County</li></ul>")},
    "jail_policies": {"/policies": html(TABLE)},
    "sheriff_policies": {
        "/policies": html('<a href="/policies/428.pdf">Policy 428</a> <a href="/forms/1.pdf">Form</a>'),
        "/policies/428.pdf": ("text/plain", b"not read here"),
    },
    "sheriff_news": {"/news/rss": ("application/rss+xml", (EXAMPLES / "feed" / "rss2.xml").read_bytes())},
    "facilities": {"/api/facilities": ("application/json", b'{"data": {"items": [{"id": 1, "name": "Aurora"}]}}')},
    "agreements": {"/agreements.csv": ("text/csv", (EXAMPLES / "csv_rows" / "agreements.csv").read_bytes())},
    "detention_statistics": {
        "/statistics.xlsx": ("application/octet-stream", (EXAMPLES / "xlsx" / "facilities.xlsx").read_bytes())
    },
    "board_calendar": {"/calendar.ics": ("text/calendar", (EXAMPLES / "ical" / "board.ics").read_bytes())},
}
"""What a site answers to each stanza; written for this test."""
PROMISED = {
    "oakland_council": ("meeting", "City Council, Tuesday, March 28, 2017", "Oakland, California"),
    "town_agendas": ("attachment", "Agenda", "Springfield, Illinois"),
    "county_list": ("item", "Boulder County", "Boulder County, Colorado"),
    "jail_policies": ("row", "Boulder", "Boulder, Colorado"),
    "sheriff_policies": ("document", "Policy 428", ""),
    "sheriff_news": ("feed_item", "Jail roster moves", ""),
    "facilities": ("row", "Aurora", ""),
    "agreements": ("row", "Clay; County", ""),
    "detention_statistics": ("row", "Teller County Jail", ""),
    "board_calendar": ("meeting", "Study Session, Tuesday, April 4, 2017", ""),
}
"""A record that each gives: its kind, its title, its place."""


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Any], Any]]:
    """`await serve(answers)`: a site on loopback that answers these paths; its root."""
    runners: list[web.AppRunner] = []

    async def start(answers: dict[str, tuple[str, bytes]]) -> str:
        async def answer(request: web.Request) -> web.Response:
            media, body = answers.get(request.path, ("", b""))
            return web.Response(body=body, headers={"Content-Type": media}) if media else web.Response(status=404)

        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        runners.append(runner)
        served = web.TCPSite(runner, "127.0.0.1", 0)
        await served.start()
        return f"http://127.0.0.1:{served._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]

    yield start
    for runner in runners:
        await runner.cleanup()


def stanza_of(text: str) -> Source:
    (stanza,) = tomllib.loads(text)["source"]
    return source_from_stanza(stanza, "add-a-source.md")


def test_every_stanza_is_tried() -> None:
    """The guide has no stanza without a replica, and no replica is left over."""
    assert {stanza_of(text).slug for text in STANZAS} == set(REPLICA) == set(PROMISED)


@pytest.mark.parametrize("text", STANZAS, ids=lambda text: stanza_of(text).slug)
def test_a_stanza_is_short(text: str) -> None:
    """At most ten lines with something in them; a council on a known platform eight."""
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) <= (8 if "spider =" in text else 10)


@pytest.mark.parametrize("text", STANZAS, ids=lambda text: stanza_of(text).slug)
async def test_a_stanza_gives_what_it_promises(text: str, serve: Callable[[Any], Any]) -> None:
    """One poll of the replica is complete and leaves the record in the archive; a second has nothing to tell."""
    written = stanza_of(text)
    root = await serve(REPLICA[written.slug])
    source = replace(written, url=root + urlsplit(written.url).path)
    kind, title, place = PROMISED[source.slug]
    with Archive.in_memory() as archive:
        archive.keep_source(source, NOW)
        for _ in range(2):
            run = archive.begin_run(source.slug, archive.begin_poll(NOW), NOW)
            options = CrawlOptions(manners=Manners(), timeout=10.0)
            (report,) = await crawl([Watched(source, run=run)], Intake(archive, lambda: NOW), options)
            assert (report.outcome, report.complete) == ("ok", True), report.message
            archive.end_run(
                run,
                NOW,
                outcome=report.outcome,
                complete=report.complete,
                message="",
                health=Health.SEEN,
                health_change=None,
                next_due_at=None,
            )
            assert [stored for stored in archive.changes(run=run) if not stored.change.baseline] == []
        found = {(record.title, record.place) for record in archive.present_records(source.slug, kind)}
        assert (title, place) in found
