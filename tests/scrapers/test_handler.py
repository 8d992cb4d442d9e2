"""What a hostile or broken server can do to a look, and what it cannot reach."""

import asyncio
import contextlib
import gzip
import ssl

import pytest
from aiohttp import web

from scrapers import handler
from scrapers.handler import GuardedHandler

BY_EITHER = True
"""Both ways of fetching a page watch: see conftest.py."""


async def test_an_address_that_the_source_names_is_reached(site, make_source, run_crawl, intake) -> None:
    """A watch on loopback works, with the honest User-Agent."""
    site.says("/agenda", "<p>Agenda</p>", ETag='"1"')
    (report,) = await run_crawl(make_source(site.url("/agenda")), contact="https://watch.example/about")
    assert (report.outcome, report.complete, report.looks) == ("ok", True, 1)
    look = intake.only()
    assert (look.status, look.body, look.media_type, look.headers["etag"]) == (
        200,
        b"<p>Agenda</p>",
        "text/html",
        '"1"',
    )
    assert look.elapsed is not None
    agent = site.requests[0][1]["user-agent"]
    assert agent.startswith("OnNotice/")
    assert agent.endswith("(+https://watch.example/about)")


async def test_a_public_site_cannot_redirect_to_this_machine(city, site, make_source, run_crawl, intake) -> None:
    """Neither by address nor by name, though another source of the same crawl names that very address."""
    site.says("/secret", "secret")
    city.redirects("/a", site.url("/secret"))
    city.redirects("/b", site.url("/secret", host="localhost"))
    city.redirects("/c", site.url("/secret", host="rebind.example"))
    city.redirects("/d", f"http://user:word@city.example:{city.port}/a")
    city.redirects("/e", "file:///etc/hostname")
    sources = [make_source(city.url(path)) for path in ("/a", "/b", "/c", "/d", "/e")]
    reports = await run_crawl(make_source(site.url("/open")), *sources)
    assert site.asked("/secret") == 0
    assert site.asked("/open") == 1
    for source, report in zip(sources, reports[1:], strict=True):
        (look,) = intake.of(source.slug)
        assert look.status is None
        assert look.body is None
        assert report.outcome == "failed"
    errors = [intake.of(source.slug)[0].error for source in sources]
    assert "loopback" in errors[0]
    assert "this machine" in errors[1]
    assert "loopback" in errors[2]
    assert "user name" in errors[3]
    assert "neither http nor https" in errors[4]


async def test_permission_is_not_left_behind_in_a_pool(city, site, make_source, run_crawl, intake) -> None:
    """A pooled connection to a named address stays closed to a redirect that comes later in the same crawl."""
    site.says("/open", "mine")
    site.says("/secret", "secret")

    async def late(request: web.Request) -> web.StreamResponse:
        while not site.asked("/open"):
            await asyncio.sleep(0.01)
        raise web.HTTPFound(site.url("/secret"))

    city.pages["/late"] = late
    outsider = make_source(city.url("/late"))
    await run_crawl(make_source(site.url("/open")), outsider)
    assert site.asked("/secret") == 0
    assert intake.of(outsider.slug)[0].status is None


async def test_a_named_host_may_redirect_within_itself_only(site, other_site, make_source, run_crawl, intake) -> None:
    """Permission is for the source's own host and port: another port is refused, unless it is named too."""
    other_site.says("/b", "other")
    site.redirects("/a", other_site.url("/b"))
    site.redirects("/c", "/d")
    site.says("/d", "here")
    outward, inward = make_source(site.url("/a")), make_source(site.url("/c"))
    other_site.says("/", "front")
    both = make_source(site.url("/a"), parameters={"urls": [other_site.url("/")]})
    await run_crawl(outward, inward, both)
    assert "loopback" in intake.of(outward.slug)[0].error
    (look,) = intake.of(inward.slug)
    assert (look.body, look.url, look.final_url) == (b"here", site.url("/c"), site.url("/d"))
    assert {look.body for look in intake.of(both.slug)} == {b"other", b"front"}
    assert other_site.asked("/b") == 1


async def test_a_name_that_resolves_to_this_machine_is_refused(city, site, make_source, run_crawl, intake) -> None:
    """Even as a source's own URL: a name's owner decides where it leads, and may change his mind."""
    source = make_source(site.url("/a", host="rebind.example"))
    (report,) = await run_crawl(source)
    assert site.requests == []
    assert "127.0.0.1 is a loopback address" in intake.only().error
    assert report.complete is False


async def test_redirects_end(site, make_source, run_crawl, intake) -> None:
    """A loop is given up after a few hops."""
    site.redirects("/a", "/a")
    await run_crawl(make_source(site.url("/a")))
    assert 5 <= site.asked("/a") <= 10
    assert "redirects" in intake.only().error


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_compression_bomb_is_refused(coding: str, site, make_source, run_crawl, intake) -> None:
    """What unpacks beyond the limit is a look that was cut, with a sentence, and is not asked for again."""
    import zlib

    packed = gzip.compress(bytes(20_000_000)) if coding == "gzip" else zlib.compress(bytes(20_000_000))
    site.says("/bomb", packed, Content_Encoding=coding)
    await run_crawl(make_source(site.url("/bomb")), body_limit=1_000_000)
    look = intake.only()
    assert (look.status, look.body, look.truncated) == (None, None, True)
    assert "larger than the limit" in look.error
    assert site.asked("/bomb") == 1


async def test_an_endless_body_is_cut(site, make_source, run_crawl, intake) -> None:
    """A stream without end is left at the limit."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))
            await asyncio.sleep(0)

    site.pages["/endless"] = endless
    await run_crawl(make_source(site.url("/endless")), body_limit=1_000_000)
    look = intake.only()
    assert (look.status, look.truncated) == (None, True)
    assert "larger than the limit" in look.error


async def test_a_slow_drip_times_out(site, make_source, run_crawl, intake) -> None:
    """The time limit is for the whole transfer, not for the next byte."""

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not site.release.is_set():
            await response.write(b".")
            await asyncio.sleep(0.05)
        return response

    site.pages["/drip"] = drip
    await run_crawl(make_source(site.url("/drip")), timeout=0.3, retries=0)
    assert "did not answer in time" in intake.only().error


@pytest.mark.parametrize("part", ["headers", "body"])
async def test_many_slow_servers_hold_up_nobody(part, make_source, run_crawl, intake, site) -> None:
    """Forty hosts that send a byte now and then, headers or body, are all given up after the time limit of one, and a
    site beside them is read at once."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        trickling.add(task)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            writer.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b""))
            while not writer.is_closing():
                writer.write(b"X-Wait: a\r\n" if part == "headers" else b"a")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.transport.abort()

    trickling: set[asyncio.Task[None]] = set()
    site.says("/a")
    server = await asyncio.start_server(trickle, "0.0.0.0", 0)
    port = server.sockets[0].getsockname()[1]
    slow = [make_source(f"http://127.0.0.{number}:{port}/") for number in range(11, 51)]
    began = asyncio.get_running_loop().time()
    await run_crawl(*slow, make_source(site.url("/a")), retries=0, timeout=1.0, requests_at_once=64)
    assert asyncio.get_running_loop().time() - began < 10
    server.close()
    for task in trickling:
        task.cancel()
    await asyncio.gather(*trickling, return_exceptions=True)
    answered, *late = [look for _, look in intake.looks]
    assert answered.status == 200
    assert len(late) == len(slow)
    assert all("did not answer in time" in look.error for look in late)


async def test_a_body_that_breaks_off_is_kept_and_marked(site, make_source, run_crawl, intake) -> None:
    """After it was asked for again, what did come is evidence."""

    async def short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "text/html"})
        await response.prepare(request)
        await response.write(b"<p>Half")
        assert request.transport is not None
        request.transport.close()
        return response

    site.pages["/short"] = short
    await run_crawl(make_source(site.url("/short")), retries=1)
    look = intake.only()
    assert (look.status, look.body, look.truncated) == (200, b"<p>Half", True)
    assert site.asked("/short") == 2


async def test_failures_are_told_in_plain_words(city, make_source, run_crawl, intake, unused_tcp_port) -> None:
    """A name that does not resolve and a port where nobody listens, each in its own sentence."""
    nameless = make_source("http://nobody.example/")
    closed = make_source(f"http://127.0.0.1:{unused_tcp_port}/")
    await run_crawl(nameless, closed, retries=0)
    assert "could not be resolved" in intake.of(nameless.slug)[0].error
    assert "could not be connected to" in intake.of(closed.slug)[0].error


async def test_a_sentence_quotes_no_stranger(make_source, run_crawl, intake) -> None:
    """A server that talks something else than HTTP fails the look in one short line without its bytes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x1b]0;owned\x07" + bytes(range(256)) * 40)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        await run_crawl(make_source(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"), retries=0)
    said = intake.only().error
    assert "broke off" in said
    assert len(said) < 250
    assert "owned" not in said
    assert "\n" not in said


async def test_an_unverifiable_certificate_is_refused(make_source, run_crawl, intake, self_signed, hand_clock) -> None:
    """Certificates are verified; asking again would not help and is not tried."""
    requests, url = self_signed
    await run_crawl(make_source(url))
    assert "certificate" in intake.only().error
    assert requests == []
    assert hand_clock.slept == []


async def test_files_are_no_pages(make_source, run_crawl, intake) -> None:
    """A source cannot name a file, however it was made."""
    reports = await run_crawl(make_source("file:///etc/hostname"))
    assert reports[0].outcome == "failed"
    assert all(look.body is None for _, look in intake.looks)


async def test_a_get_says_nothing_of_a_body(site, make_source, run_crawl) -> None:
    """A Content-Length of 0 on a GET is what firewalls know robots by."""
    site.says("/a")
    await run_crawl(make_source(site.url("/a")))
    assert "content-length" not in site.requests[0][1]


def test_the_handler_verifies_certificates() -> None:
    """The shipped settings ask for it; Scrapy's default does not."""
    from scrapy.settings import Settings

    from scrapers import settings as project

    settings = Settings()
    settings.setmodule(project)
    assert handler._tls_context(settings).verify_mode == ssl.CERT_REQUIRED
    assert settings.getwithbase("DOWNLOAD_HANDLERS")["file"] is None
    assert settings.getwithbase("DOWNLOAD_HANDLERS")["https"].endswith(GuardedHandler.__name__)
    assert settings.getbool("REMOTE_CONTROL_ENABLED") is False
