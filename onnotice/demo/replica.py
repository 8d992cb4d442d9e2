"""Serves the replica on this machine: five publishers as of a moment that the replay sets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.errors import UsageError
from onnotice.demo import documents, reports

if TYPE_CHECKING:
    from aiohttp import web


@dataclass(slots=True)
class Replica:
    """The state of the sites. `now` is moved by the replay; requests count so that volatile bytes differ at each."""

    now: datetime
    blocked: bool = False
    """The bot wall stands before the press releases."""
    down: bool = False
    """Denver's host answers 503."""
    requests: int = 0
    visitors: int = 0
    """Of Boulder's page, whose banner rotates with them."""

    def token(self) -> str:
        """Another one at every request."""
        self.requests += 1
        return f"{self.requests * 2654435761 % 2**32:08x}"


@asynccontextmanager
async def serving(replica: Replica, port: int) -> AsyncIterator[int]:
    """Serve on 127.0.0.1 at `port`, 0 for any that is free; yields the port. Raises UsageError when it is taken."""
    from aiohttp import web

    runner = web.AppRunner(_application(replica), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise UsageError(
            f"The replica needs port {port}, which another program holds ({error.strerror}); end that, "
            "or start the demo in a new folder with --home."
        ) from None
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _application(replica: Replica) -> web.Application:
    from aiohttp import web

    async def press_releases(request: web.Request) -> web.Response:
        if replica.blocked:
            return web.Response(body=documents.interstitial(), content_type="text/html")
        rows = documents.releases(replica.now)
        page, size = int(request.query.get("page", "0")), min(50, int(request.query.get("pagesize", "20")))
        answer = {
            "metadata": {
                "responseInfo": {"status": 200},
                "resultset": {"count": str(len(rows)), "pagesize": str(size), "page": page},
                "executionTime": 0.05 + replica.requests / 10_000,
            },
            "results": rows[page * size : (page + 1) * size],
        }
        replica.token()
        return _json(answer)

    async def press_release(request: web.Request) -> web.Response:
        rows = [row for row in documents.releases(replica.now) if row["uuid"] == request.match_info["uuid"]]
        metadata = {"responseInfo": {"status": 200}, "resultset": {"count": str(len(rows))}}
        return _json({"metadata": metadata, "results": rows})

    async def detainers(request: web.Request) -> web.Response:
        return _html(documents.detainer_page(replica.now, replica.token()))

    async def report(request: web.Request) -> web.Response:
        weeks = {
            "ddor2017_01-28to02-03.pdf": (documents.REPORT_ONE, reports.week_one),
            "ddor2017_02-04to02-10.pdf": (documents.REPORT_TWO, reports.week_two),
        }
        published, written = weeks.get(request.match_info["name"], (None, None))
        if published is None or written is None or published > replica.now:
            return web.Response(status=404, text="Page not found", content_type="text/html")
        return web.Response(body=written(), content_type="application/pdf")

    async def events(request: web.Request) -> web.Response:
        if replica.down:
            return web.Response(status=503, text="Service Unavailable")
        asked = request.query.get("$filter", "")
        dates = [part[:10] for part in asked.split("datetime'")[1:]]
        since, until = (*dates, "0000", "9999")[:2] if len(dates) == 2 else ("0000", "9999")
        return _json(documents.window_of(documents.events(replica.now), since, until))

    async def event(request: web.Request) -> web.Response:
        if replica.down:
            return web.Response(status=503, text="Service Unavailable")
        for row in documents.events(replica.now):
            if str(row["EventId"]) == request.match_info["number"]:
                return _json(row)
        return web.Response(status=404, text="{}", content_type="application/json")

    async def aurora(request: web.Request) -> web.Response:
        return _html(documents.aurora_page(replica.now, replica.token()))

    async def boulder(request: web.Request) -> web.Response:
        replica.visitors += 1
        return _html(documents.boulder_page(replica.now, replica.visitors))

    application = web.Application()
    application.router.add_get("/justice.gov/api/v1/press_releases.json", press_releases)
    application.router.add_get("/justice.gov/api/v1/press_releases/{uuid}.json", press_release)
    application.router.add_get("/ice.gov/declined-detainer-outcome-report", detainers)
    application.router.add_get("/ice.gov/doclib/ddor/{name}", report)
    application.router.add_get("/webapi.legistar.com/v1/denver/events", events)
    application.router.add_get("/webapi.legistar.com/v1/denver/events/{number}", event)
    application.router.add_get("/auroragov.org/council_meetings", aurora)
    application.router.add_get("/bouldercolorado.gov/council-agenda", boulder)
    return application


def _json(answer: object) -> web.Response:
    from aiohttp import web

    return web.Response(body=json.dumps(answer).encode(), content_type="application/json")


def _html(body: bytes) -> web.Response:
    from aiohttp import web

    return web.Response(body=body, content_type="text/html", charset="utf-8")
