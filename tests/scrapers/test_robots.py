"""robots.txt: obeyed, read once a day, and never taken for consent when it could not be read."""

import pytest
from aiohttp import web

BY_EITHER = True
"""Both ways of fetching a page watch: see conftest.py."""


async def test_robots_txt_is_obeyed(city, make_source, run_crawl, intake) -> None:
    """A forbidden page is never asked for, directly or through a redirect, and its look says why."""
    city.says("/robots.txt", "User-agent: *\nDisallow: /private\n", media="text/plain")
    city.says("/open")
    city.says("/private")
    city.redirects("/moved", "/private")
    forbidden, allowed, moved = (make_source(city.url(path)) for path in ("/private", "/open", "/moved"))
    await run_crawl(forbidden, allowed, moved)
    assert (city.asked("/private"), city.asked("/open")) == (0, 1)
    assert "robots.txt of city.example forbids /private" in intake.of(forbidden.slug)[0].error
    assert "forbids" in intake.of(moved.slug)[0].error
    assert intake.of(allowed.slug)[0].status == 200


async def test_robots_txt_is_read_once_a_day(city, make_source, run_crawl, hand_clock) -> None:
    """Several crawls share it; after a day it is read again."""
    city.says("/robots.txt", "User-agent: *\nAllow: /\n", media="text/plain")
    city.says("/a")
    await run_crawl(make_source(city.url("/a")), make_source(city.url("/b")))
    await run_crawl(make_source(city.url("/a")))
    assert city.asked("/robots.txt") == 1
    hand_clock.seconds += 24 * 3600 + 1
    await run_crawl(make_source(city.url("/a")))
    assert city.asked("/robots.txt") == 2


@pytest.mark.parametrize(("status", "fetched"), [(404, 1), (403, 1), (500, 0), (503, 0), (429, 0)])
async def test_a_missing_robots_txt_allows_and_a_broken_one_forbids(
    status, fetched, city, make_source, run_crawl, intake
) -> None:
    """RFC 9309, 2.3.1: "not there" allows all, "could not be read" forbids all, for now."""
    city.says("/robots.txt", "oops", status=status)
    city.says("/a")
    await run_crawl(make_source(city.url("/a")), retries=0)
    assert city.asked("/a") == fetched
    if not fetched:
        assert f"robots.txt of city.example could not be read (status {status})" in intake.only().error


async def test_a_robots_txt_that_breaks_off_forbids(city, make_source, run_crawl, intake) -> None:
    """What was cut away may have forbidden the very page."""
    city.says("/agenda")

    async def short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "60"})
        await response.prepare(request)
        await response.write(b"User-agent: *\n")
        assert request.transport is not None
        request.transport.close()
        return response

    city.pages["/robots.txt"] = short
    await run_crawl(make_source(city.url("/agenda")))
    assert "could not be read" in intake.only().error
    assert "broke off" in intake.only().error
    assert city.asked("/agenda") == 0


async def test_an_unreadable_robots_txt_is_soon_asked_for_again(city, make_source, run_crawl, hand_clock) -> None:
    """The host's bad quarter of an hour does not cost a day."""
    city.says("/robots.txt", status=500)
    city.says("/a")
    await run_crawl(make_source(city.url("/a")), retries=0)
    city.says("/robots.txt", "User-agent: *\nAllow: /\n")
    hand_clock.seconds += 600
    await run_crawl(make_source(city.url("/a")), retries=0)
    assert city.asked("/a") == 1


async def test_an_unreachable_host_is_told_with_its_cause(city, make_source, run_crawl, intake) -> None:
    """The sentence about robots.txt names what really happened."""
    await run_crawl(make_source("https://nobody.example/"), retries=0)
    assert "robots.txt of nobody.example could not be read" in intake.only().error
    assert "could not be resolved" in intake.only().error


async def test_robots_txt_is_never_asked_for_conditionally(city, make_source, run_crawl, intake) -> None:
    """A 304 has no body, and no body would allow everything."""
    city.says("/robots.txt", "User-agent: *\nDisallow: /\n")
    intake.headers[city.url("/a")] = {"If-None-Match": '"1"'}
    await run_crawl(make_source(city.url("/a")))
    (headers,) = [headers for path, headers in city.requests if path == "/robots.txt"]
    assert "if-none-match" not in headers


async def test_crawl_delay_is_kept(city, make_source, run_crawl, hand_clock) -> None:
    """Pages of a host with Crawl-delay: 5 start five seconds apart."""
    city.says("/robots.txt", "User-agent: *\nCrawl-delay: 5\n")
    for path in ("/a", "/b", "/c"):
        city.says(path)
    await run_crawl(*(make_source(city.url(path)) for path in ("/a", "/b", "/c")))
    assert sum(hand_clock.slept) >= 10


async def test_robots_txt_on_this_machine_only_where_asked_for(site, make_source, run_crawl, intake) -> None:
    """Loopback needs no manners, unless a source says that it does."""
    site.says("/robots.txt", "User-agent: OnNotice\nDisallow: /\n")
    site.says("/a")
    await run_crawl(make_source(site.url("/a")))
    assert (site.asked("/robots.txt"), site.asked("/a")) == (0, 1)
    await run_crawl(make_source(site.url("/a"), parameters={"robots": True}))
    assert (site.asked("/robots.txt"), site.asked("/a")) == (1, 1)
