"""Pages that a script fills, in a real Chromium, against sites on loopback: what is read, refused, and left behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Link, Verdict, VerdictKind
from scrapers.crawl import CrawlOptions, CrawlReport, Watched, crawl
from scrapers.halt import Halt
from scrapers.intake import Intake
from scrapers.rendering import renderer as rendering
from scrapers.rendering.browser import Chromium, Order
from scrapers.sources import shipped
from storage import Archive

pytestmark = pytest.mark.browser

NOON = datetime(2017, 3, 20, 12, 0, tzinfo=UTC)
FILLED = """<html><head><title>Council</title></head><body><h1>Council</h1><div id="list">Loading</div>
<noscript>Please switch on JavaScript</noscript>
<script>fetch('/data').then(answer => answer.json()).then(rows => {
  document.getElementById('list').innerHTML = rows.map(row => '<p class="row">' + row + '</p>').join('') })
  .catch(() => { document.getElementById('list').textContent = 'It failed' })</script></body></html>"""
"""A page whose content a script fetches, written in the shape of many a council's calendar."""
WALL = (
    '<!DOCTYPE html><html><head><meta http-equiv="refresh" content="5; URL=\'/a?bm-verify=AAAFILLER\'">'
    '<title>&nbsp;</title></head><body><iframe src="/apology_objects/interstitial/filler.html"></iframe>'
    '<script>var r=new XMLHttpRequest();r.open("POST","/_sec/verify?provider=interstitial",false);r.send();</script>'
    "</body></html>"
)
"""A bot wall's answer with status 200, written in the documented shape."""


def children() -> set[int]:
    """Processes that descend from this one, zombies too."""
    found: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    below, waiting = set(), [os.getpid()]
    while waiting:
        below |= (own := found.get(waiting.pop(), set()))
        waiting += own
    return below


def named(part: str) -> list[int]:
    """Descendants whose command line holds a text."""
    lines = {}
    for child in children():
        try:
            lines[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return [child for child, line in lines.items() if part in line]


@pytest.fixture(autouse=True)
def _our_chromium(chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", chromium)


@pytest.fixture
def council(site: Any) -> Any:
    """A site whose page at /a is filled from /data."""
    site.says("/a", FILLED)
    site.says("/data", '["Study session on sanctuary cities", "Regular meeting"]', media="application/json")
    return site


@pytest.fixture
def rendered(make_source: Callable[..., Any]) -> Callable[..., Any]:
    """A source whose page a browser shows."""
    return lambda url, **more: make_source(url, parameters={"render": True, **more})


async def judged(source: Any, manners: Any, **options: Any) -> tuple[CrawlReport, list[Any], list[tuple[str, ...]]]:
    """A crawl into a real archive: its report, its visits, the text of its snapshots."""
    with Archive.in_memory() as archive:
        archive.keep_source(source, NOON)
        run = archive.begin_run(source.slug, archive.begin_poll(NOON), NOON)
        chosen = CrawlOptions(**{"manners": manners, "timeout": 10.0, "retries": 0, **options})
        (report,) = await crawl([Watched(source, run)], Intake(archive, lambda: NOON), chosen)
        visits = list(archive.visits(source.url))
        snapshot = archive.snapshot_at(source.url, NOON)
        return report, visits, [snapshot.text] if snapshot else []


async def test_a_page_filled_by_a_script_is_read(council, rendered, run_crawl, intake, make_source) -> None:
    """As a reader sees it, under the main document's status and headers; we say who we are at every request."""
    before = children()
    plain = make_source(council.url("/b"))
    council.says("/b", FILLED, Server="Council/1", Last_Modified="Mon, 20 Mar 2017 12:00:00 GMT")
    (report, _) = await run_crawl(rendered(council.url("/b")), plain, contact="https://example.org/us", timeout=20)
    assert (report.outcome, report.complete, report.message) == ("ok", True, "")
    (look, as_it_came) = sorted(intake.looks, key=lambda taken: taken[0])
    look = next(look for slug, look in intake.looks if slug != plain.slug)
    assert b'<p class="row">Study session on sanctuary cities</p>' in look.body
    assert b"switch on JavaScript" not in look.body
    assert (look.status, look.media_type, look.headers["server"]) == (200, "text/html", "Council/1")
    assert look.headers["onnotice-rendered-by"].startswith("Chromium ")
    assert "last-modified" not in look.headers
    assert as_it_came[1].body is not None
    assert b"switch on JavaScript" in next(look for slug, look in intake.looks if slug == plain.slug).body
    agents = {headers["user-agent"] for path, headers in council.requests if path == "/data"}
    assert len(agents) == 1
    assert agents.pop().startswith("OnNotice/")
    assert "Windows" not in str(council.requests)
    assert children() == before


async def test_the_page_is_fetched_once_and_never_conditionally(council, rendered, run_crawl, intake) -> None:
    """Unchanged bytes prove nothing about what a script fills in; the browser is handed the answer that we have."""
    intake.headers[council.url("/a")] = {"If-None-Match": '"1"'}
    await run_crawl(rendered(council.url("/a")))
    assert council.asked("/a") == 1
    assert "if-none-match" not in next(headers for path, headers in council.requests if path == "/a")


async def test_a_session_that_the_page_opens_goes_on(council, rendered, run_crawl, intake) -> None:
    """A cookie of the main answer goes along with what its scripts ask for, and with no other page's."""
    council.says("/a", FILLED, Set_Cookie="session=7; Path=/")
    council.says("/b", FILLED)
    await run_crawl(rendered(council.url("/a")))
    await run_crawl(rendered(council.url("/b")))
    assert [headers.get("cookie") for path, headers in council.requests if path == "/data"] == ["session=7", None]


async def test_documents_that_a_page_links_to_are_read_as_they_are(council, rendered, run_crawl, intake, kept) -> None:
    """A browser shows the source's own pages alone."""
    council.says("/minutes.html", FILLED)
    links = (Link(council.url("/minutes.html")),)
    intake.answers[council.url("/a")] = kept(Verdict(VerdictKind.CREDIBLE, ""), links=links)
    source = rendered(council.url("/a"), follow=True)
    await run_crawl(source)
    shown, document = intake.of(source.slug)
    assert "onnotice-rendered-by" in shown.headers
    assert "onnotice-rendered-by" not in document.headers
    assert council.asked("/data") == 1


async def test_what_is_waited_for_can_be_named(council, rendered, run_crawl, intake) -> None:
    """A page that never stops loading is read once that is there."""

    async def endless(request: web.Request) -> web.StreamResponse:
        await council.release.wait()
        return web.Response(text="")

    council.pages["/poll"] = endless
    council.says("/a", FILLED.replace("<script>", "<script>fetch('/poll');"))
    await run_crawl(rendered(council.url("/a"), render_wait="p.row"))
    assert b"Regular meeting" in intake.only().body


@pytest.mark.parametrize("wait", ["", "p.never"])
async def test_a_page_that_is_never_whole_is_kept_and_not_believed(council, rendered, manners, wait) -> None:
    """Half a page is no news; the sentence says what to do in the stanza."""

    async def endless(request: web.Request) -> web.StreamResponse:
        await council.release.wait()
        return web.Response(text="")

    council.pages["/data"] = endless
    source = rendered(council.url("/a"), **({"render_wait": wait} if wait else {}))
    report, visits, snapshots = await judged(source, manners, timeout=8.0)
    assert [visit.verdict for visit in visits] == [VerdictKind.TRUNCATED]
    assert "render_wait" in report.message
    assert snapshots == []


async def test_a_selector_that_is_none_is_said(council, rendered, manners) -> None:
    """It costs its own page, in one sentence."""
    report, (visit,), _ = await judged(rendered(council.url("/a"), render_wait="p[["), manners)
    assert visit.verdict is VerdictKind.UNREACHABLE
    assert "could not be shown" in report.message
    assert "\n" not in report.message


async def test_a_private_address_is_reached_by_no_way(site, other_site, rendered, run_crawl, intake) -> None:
    """Neither by a redirect, nor by script, frame, style, socket, beacon or a redirect of those: nothing arrives."""
    there = other_site.url("/secret")
    site.redirects("/hop", there)
    site.redirects("/away", there)
    socket = there.replace("http", "ws")
    site.says(
        "/a",
        f"""<title>Trap</title><link rel=stylesheet href="{there}"><iframe src="{there}"></iframe>
        <iframe src="/hop"></iframe><script src="/hop"></script><script>
        const ended = new Promise(done => {{ const way = new WebSocket("{socket}"); way.onclose = done }});
        navigator.sendBeacon("{there}", "x"); window.open("{there}");
        Promise.allSettled([fetch("{there}"), fetch("/hop"), ended,
          fetch("{there}", {{mode: "no-cors", method: "POST"}}),
          fetch("http://localhost:{other_site.port}/secret", {{mode: "no-cors"}}),
          fetch("http://[::ffff:127.0.0.1]:{other_site.port}/secret", {{mode: "no-cors"}})])
          .then(all => document.body.append(all.map(one => one.status).join(" ") + " " + typeof RTCPeerConnection))
        </script>""",
    )
    first, second = rendered(site.url("/a")), rendered(site.url("/away"))
    await run_crawl(first, second, timeout=20)
    assert other_site.requests == []
    (trap,), (away,) = intake.of(first.slug), intake.of(second.slug)
    assert b"rejected rejected" in trap.body
    assert b"undefined</body>" in trap.body
    assert "loopback" in away.error


async def test_a_name_that_means_this_machine_is_not_reached(city, site, rendered, run_crawl, intake) -> None:
    """A public page's script asks a name that resolves to loopback: judged after resolution, and refused."""
    city.says("/robots.txt", "User-agent: *\nAllow: /")
    city.says(
        "/a",
        f"""<p>Public</p><script>fetch("http://rebind.example:{site.port}/", {{mode: "no-cors"}})
        .catch(() => document.body.append("refused"))</script>""",
    )
    await run_crawl(rendered(city.url("/a")))
    assert site.requests == []
    assert b"refused" in intake.only().body


async def test_robots_txt_holds_for_the_page(city, rendered, run_crawl, intake) -> None:
    """A page that is forbidden is neither fetched nor shown."""
    city.says("/robots.txt", "User-agent: *\nDisallow: /a\n")
    city.says("/a", FILLED)
    await run_crawl(rendered(city.url("/a")))
    assert "forbids /a" in intake.only().error
    assert city.asked("/a") == 0


async def test_a_script_leads_nowhere_else(site, rendered, run_crawl, intake) -> None:
    """Reloads, another address, a download, a new window: the page stays what it was, asked for once."""
    site.says("/file", "x", media="application/octet-stream", Content_Disposition="attachment")
    site.says(
        "/a",
        """<p>Council</p><a id=file href="/file" download>f</a><a id=new href="/new" target=_blank>n</a>
        <script>alert(1); document.getElementById('file').click(); document.getElementById('new').click();
        if (!document.cookie) { document.cookie = 'solved=1'; location.reload() }
        setTimeout(() => { location.href = '/elsewhere' }, 50)</script>""",
    )
    await run_crawl(rendered(site.url("/a")), timeout=20)
    assert b"<p>Council</p>" in intake.only().body
    assert (site.asked("/a"), site.asked("/elsewhere"), site.asked("/new")) == (1, 0, 0)


async def test_a_bot_wall_is_told_as_one_and_its_challenge_is_not_run(site, rendered, manners) -> None:
    """Its script never gets into the browser."""
    site.says("/a", WALL)
    _, (visit,), snapshots = await judged(rendered(site.url("/a")), manners)
    assert visit.verdict is VerdictKind.BLOCKED
    assert snapshots == []
    assert {path for path, _ in site.requests} == {"/a"}


async def test_a_wall_that_a_script_puts_up_is_blocked(site, rendered, manners) -> None:
    """What a reader would see is judged as any page is."""
    site.says("/wall", WALL)
    site.says("/a", "<p>One moment</p><script>fetch('/wall').then(a => a.text()).then(t => { "
                    "document.documentElement.innerHTML = t })</script>")  # fmt: skip
    _, (visit,), _ = await judged(rendered(site.url("/a")), manners)
    assert visit.verdict is VerdictKind.BLOCKED


@pytest.mark.parametrize(("status", "verdict"), [(404, VerdictKind.GONE), (503, VerdictKind.UNREACHABLE)])
async def test_an_answer_that_is_no_page_stays_what_it_is(site, rendered, manners, status, verdict) -> None:
    """Its status is kept, and no script of its runs."""
    site.says("/a", "<p>Not here</p><script>fetch('/beacon')</script>", status=status)
    _, (visit,), _ = await judged(rendered(site.url("/a")), manners)
    assert (visit.status, visit.verdict) == (status, verdict)
    assert site.asked("/beacon") == 0


async def test_a_slow_page_ends_within_its_limit(council, rendered, manners) -> None:
    """A script that never arrives, and one that computes for ever, cost their own page; nothing is left behind."""

    async def never(request: web.Request) -> web.StreamResponse:
        await council.release.wait()
        return web.Response(text="")

    before = children()
    council.pages["/never.js"] = never
    council.says("/slow", '<p>Council</p><script src="/never.js"></script>')
    council.says("/busy", "<p>Council</p><script>for (;;) {}</script>")
    for path in ("/slow", "/busy"):
        began = asyncio.get_running_loop().time()
        _, (visit,), _ = await judged(rendered(council.url(path)), manners, timeout=3.0)
        assert visit.verdict is VerdictKind.UNREACHABLE
        assert asyncio.get_running_loop().time() - began < 20
    assert children() == before


async def test_a_page_that_grows_for_ever_is_cut(site, rendered, manners) -> None:
    """The limit for a body is that of what is read too."""
    site.says("/a", "<p>x</p><script>document.body.append('y'.repeat(3e6))</script>")
    report, (visit,), _ = await judged(rendered(site.url("/a")), manners, body_limit=1_000_000)
    assert visit.verdict is VerdictKind.UNREACHABLE
    assert "larger than the limit" in report.message


@pytest.fixture
def order(council: Any) -> Callable[..., Order]:
    def make(body: str = FILLED, **changes: Any) -> Order:
        usual = {
            "url": council.url("/a"), "headers": {"Content-Type": "text/html"}, "body": body.encode(),
            "user_agent": "us",
            "named": {("127.0.0.1", council.port)}, "wait_for": "", "seconds": 15.0, "most": 1_000_000,
        }  # fmt: skip
        return Order(**{**usual, **changes})

    return make


@pytest.mark.parametrize("part", ["--type=renderer", "--headless", "playwright/driver"])
async def test_a_browser_that_was_killed_is_replaced(order, part) -> None:
    """Be it between two pages: the next is shown in another one, and both are gone in the end."""
    before = children()
    async with rendering.held() as renderer:
        await renderer.render(order(), Halt())
        for process in named(part):
            os.kill(process, signal.SIGKILL)
        shown = await renderer.render(order(), Halt())
        assert b"Study session" in shown.body
    assert {child for child in children() - before if not _gone(child)} == set()


async def test_a_browser_that_is_killed_in_the_middle_is_replaced(order, council) -> None:
    """The page is shown once more in another one."""
    asked = 0

    async def fatal(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        if asked == 1:
            for process in named("--headless"):
                os.kill(process, signal.SIGKILL)
        return web.Response(text='["Regular meeting"]', content_type="application/json")

    council.pages["/data"] = fatal
    async with rendering.held() as renderer:
        shown = await renderer.render(order(), Halt())
    assert b"Regular meeting" in shown.body
    assert asked == 2


async def test_a_worn_browser_is_replaced_and_two_crawls_share_one(order, monkeypatch) -> None:
    """After so many pages another is started; whoever gives it back last ends it."""
    started: list[Chromium] = []

    async def counted() -> Chromium:
        started.append(await Chromium.launch())
        return started[-1]

    monkeypatch.setattr(rendering, "PAGES_A_BROWSER", 2)
    renderer = rendering.Renderer(counted)
    await asyncio.gather(*(renderer.render(order(), Halt()) for _ in range(4)))
    assert 2 <= len(started) <= 3
    await renderer.close()
    assert not any(browser.alive for browser in started)
    async with rendering.held() as first:
        async with rendering.held() as second:
            assert first is second
        await first.render(order(), Halt())


async def test_a_crawl_that_is_stopped_leaves_nothing_behind(council, rendered, intake, manners) -> None:
    """Cancelled while a page is being shown, as Ctrl-C does: the browser has ended when the crawl has."""

    async def endless(request: web.Request) -> web.StreamResponse:
        council.arrived.set()
        await council.release.wait()
        return web.Response(text="")

    before = children()
    council.pages["/data"] = endless
    options = CrawlOptions(manners=manners, timeout=30.0, grace=0.1)
    going = asyncio.create_task(crawl([Watched(rendered(council.url("/a")), 1)], intake, options))
    await asyncio.wait_for(council.arrived.wait(), 20)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert intake.looks == []
    assert {child for child in children() - before if not _gone(child)} == set()


def _gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


AGENDAS = """<html><head><title>Council Meetings</title></head><body><h1>Council Meetings</h1><ul id="list"></ul>
<script>fetch('/data').then(answer => answer.json()).then(names => {
  document.getElementById('list').innerHTML = names.map(name =>
    '<li><a href="/files/' + name + '.pdf">City Council Agenda ' + name + '</a></li>').join('') })
</script></body></html>"""
"""A page that lists agendas as files once its script has run, in the shape that Aurora's is feared to have."""


async def test_agendas_that_a_script_lists_are_meetings(site, manners) -> None:
    """The shipped stanza of Aurora says that its list is not there, and reads it with `render = true`."""
    site.says("/agendas", AGENDAS)
    site.says("/data", '["October 5, 2026", "October 19, 2026"]', media="application/json")
    shipped_stanza = shipped()["aurora_council"]
    parameters = {**shipped_stanza.parameters, "follow": False}
    plain = replace(shipped_stanza, url=site.url("/agendas"), parameters=parameters)
    shown = replace(plain, slug="shown", parameters={**parameters, "render": True})
    at = datetime(2026, 9, 28, 12, 0, tzinfo=UTC)
    with Archive.in_memory() as archive:
        intake = Intake(archive, lambda: at)
        for source in (plain, shown):
            archive.keep_source(source, at)
            run = archive.begin_run(source.slug, archive.begin_poll(at), at)
            await crawl([Watched(source, run)], intake, CrawlOptions(manners=manners, timeout=20.0))
            if source is plain:
                assert "lists no document" in intake.tally(run).broken[0]
        meetings = [stored.record for stored in archive.records_at("shown", at, "meeting")]
        assert archive.records_at(plain.slug, at) == ()
    assert [(record.about, record.place) for record in meetings] == [
        ("2026-10-05", "Aurora, Colorado"),
        ("2026-10-19", "Aurora, Colorado"),
    ]
