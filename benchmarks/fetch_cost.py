"""What an unchanged page costs beyond its fetch: CPU of our crawl against a bare aiohttp client, page by page.

    python benchmarks/fetch_cost.py [pages]

The server runs in a process of its own, so that only the client's CPU is counted. Prints, asserts nothing: other work
on the machine moves absolutes, ratios are more solid.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monitor.types import Look, Source, Verdict, VerdictKind
from scrapers.crawl import CrawlOptions, Watched, crawl

SERVER = """
from aiohttp import web
BODY = b"<title>Agenda</title>" + b"<p>Item 12, a resolution on sanctuary cities</p>" * 420
async def page(request):
    if "If-None-Match" in request.headers:
        return web.Response(status=304, headers={"ETag": '"1"'})
    return web.Response(body=BODY, content_type="text/html", headers={"ETag": '"1"'})
async def main():
    application = web.Application()
    application.router.add_get("/{tail:.*}", page)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
import asyncio
asyncio.run(main())
"""


class Taken:
    verdict = Verdict(VerdictKind.UNCHANGED, "")
    links = ()
    again = False
    changes = 0


class Nothing:
    """An intake that does nothing: what is measured is the fetch."""

    def __init__(self, conditional: bool) -> None:
        self._headers = {"If-None-Match": '"1"'} if conditional else {}

    def clock(self) -> datetime:
        return datetime.now(UTC)

    def validators(self, source: Source, url: str) -> dict[str, str]:
        return self._headers

    async def take(self, look: Look, source: Source, run: int, **_options: object) -> type[Taken]:
        assert look.status in (200, 304)
        return Taken


async def ours(base: str, pages: int, conditional: bool) -> float:
    watched = [Watched(Source(slug=f"p{number}", title="A", url=f"{base}/{number}")) for number in range(pages)]
    began = time.process_time()
    await crawl(watched, Nothing(conditional), CrawlOptions(log_level=logging.ERROR))  # type: ignore[arg-type]
    return (time.process_time() - began) / pages


async def bare(base: str, pages: int, conditional: bool) -> float:
    headers = {"If-None-Match": '"1"'} if conditional else {}
    turns = asyncio.Semaphore(16)

    async def fetch(session: aiohttp.ClientSession, number: int) -> None:
        async with turns, session.get(f"{base}/{number}", headers=headers) as response:
            await response.read()

    began = time.process_time()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(fetch(session, number) for number in range(pages)))
    return (time.process_time() - began) / pages


async def main(pages: int) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        base = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        await ours(base, 20, conditional=False)
        for conditional in (False, True):
            plain, full = await bare(base, pages, conditional), await ours(base, pages, conditional)
            what = "304" if conditional else "200 of 20 KB"
            figures = f"aiohttp {plain * 1000:.2f}, On Notice {full * 1000:.2f} ms CPU a page"
            print(f"{what}: {figures}, {full / plain:.1f} times")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
