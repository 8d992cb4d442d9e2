"""Crawls in one process: nobody fails at another's expense, a stop is clean, and nothing is left behind."""

import asyncio
import gc
import logging
import sys
from pathlib import Path

import pytest
from aiohttp import web

from monitor.errors import DiskFull
from scrapers.crawl import Crawl, CrawlOptions, Watched, crawl
from scrapers.manners import Manners

TRIAL = '''
from scrapers.spiders.base import WatchSpider

BY_EITHER = True
"""Both ways of fetching a page watch: see conftest.py."""

class Falls(WatchSpider):
    name = "falls_at_once"
    def __init__(self, *arguments, **named):
        raise ZeroDivisionError("in __init__")

class Stumbles(WatchSpider):
    name = "stumbles"
    async def begin(self, watched):
        yield self.request(watched.source.url, watched, self.look)
        raise ZeroDivisionError("in begin")

class Slips(WatchSpider):
    name = "slips"
    async def look(self, response, watched):
        await self.keep(response, watched)
        raise ZeroDivisionError("in a callback")

class Lists(WatchSpider):
    """Follows a document that is not needed, and the page itself once more, which is dropped as seen."""
    name = "lists"
    async def look(self, response, watched):
        await self.keep(response, watched)
        document = watched.source.parameters["document"]
        return [self.request(document, watched, self.document, needed=False),
                self.request(watched.source.url, watched, self.look)]
    async def document(self, response, watched):
        await self.keep(response, watched)

class StoppedInTheMaking(WatchSpider):
    name = "stopped_in_the_making"
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        named["intake"].stop()

class Tokens(WatchSpider):
    name = "tokens"
    async def begin(self, watched):
        yield self.request(watched.source.url + "?token=secret", watched, self.look, page=watched.source.url)
'''


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Options under which the spiders above are known."""
    (tmp_path / "trial_spiders.py").write_text(TRIAL)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "trial_spiders", raising=False)
    return {"settings": {"SPIDER_MODULES": ["scrapers.spiders", "trial_spiders"]}, "log_level": logging.CRITICAL}


async def test_reports_come_in_the_order_of_the_sources(site, make_source, run_crawl) -> None:
    """One report each, whatever ended first."""
    site.says("/a")
    sources = [make_source(site.url("/a")) for _ in range(5)]
    reports = await run_crawl(*sources)
    assert [report.source for report in reports] == [source.slug for source in sources]
    assert {(report.outcome, report.complete, report.looks) for report in reports} == {("ok", True, 1)}


async def test_nothing_to_watch_is_nothing_to_report(intake, manners) -> None:
    """An empty list is no error."""
    assert await crawl([], intake, CrawlOptions(manners=manners)) == ()


async def test_a_bad_spider_takes_nobody_down(site, make_source, run_crawl, intake, trial) -> None:
    """Exceptions while it is made, begun or called back fail that source, and each is told in its report."""
    site.says("/a")
    bad = [make_source(site.url("/a"), spider=name) for name in ("falls_at_once", "stumbles", "slips", "nowhere")]
    good = [make_source(site.url("/a")), make_source(site.url("/a"), spider="tokens")]
    reports = {report.source: report for report in await run_crawl(*bad, *good, **trial)}
    assert [reports[source.slug].outcome for source in bad] == ["failed"] * 4
    assert not any(reports[source.slug].complete for source in bad)
    for source, words in zip(bad, ("in __init__", "in begin", "in a callback", "There is no spider"), strict=True):
        assert words in reports[source.slug].message
    assert [reports[source.slug].outcome for source in good] == ["ok", "ok"]
    assert all(intake.of(source.slug) for source in good)


async def test_a_failing_page_watch_takes_no_other_down(site, make_source, run_crawl, intake, monkeypatch) -> None:
    """All page watches share one crawl; an exception in one's callback is that one's alone."""
    site.says("/a")
    good, bad, unasked = (make_source(site.url("/a")) for _ in range(3))
    take, validators = intake.take, intake.validators

    async def failing(look, source, run, **named):
        if source is bad:
            raise RuntimeError("disk full")
        return await take(look, source, run, **named)

    def no_validators(source, url):
        if source is unasked:
            raise RuntimeError("damaged")
        return validators(source, url)

    monkeypatch.setattr(intake, "take", failing)
    monkeypatch.setattr(intake, "validators", no_validators)
    reports = await run_crawl(bad, unasked, good, log_level=logging.CRITICAL)
    assert [report.outcome for report in reports] == ["failed", "failed", "ok"]
    assert "disk full" in reports[0].message
    assert "damaged" in reports[1].message
    assert intake.of(good.slug)[0].status == 200


async def test_a_source_without_any_answer_has_failed(site, make_source, run_crawl, unused_tcp_port) -> None:
    """An outage is a failure of the run; a page that is gone is an answer."""
    down, gone = make_source(f"http://127.0.0.1:{unused_tcp_port}/"), make_source(site.url("/not-here"))
    first, second = await run_crawl(down, gone, retries=0)
    assert (first.outcome, first.complete) == ("failed", False)
    assert "could not be connected to" in first.message
    assert (second.outcome, second.complete) == ("ok", True)


async def test_a_run_is_complete_when_all_that_is_needed_was_seen(site, make_source, run_crawl, trial) -> None:
    """A page that answers 503 makes it incomplete, a document among many does not."""
    site.says("/list")
    site.says("/broken", status=503)
    lists = make_source(site.url("/list"), spider="lists", parameters={"document": site.url("/broken")})
    page = make_source(site.url("/list"), parameters={"urls": [site.url("/broken")]})
    first, second = await run_crawl(lists, page, retries=0, **trial)
    assert (first.outcome, first.complete, first.looks) == ("ok", True, 2)
    assert (second.outcome, second.complete, second.looks) == ("ok", False, 2)
    assert "503" in second.message


async def test_a_page_may_be_known_under_another_address(site, make_source, run_crawl, intake, trial) -> None:
    """A token that has to be sent is in no look."""
    site.says("/a")
    await run_crawl(make_source(site.url("/a"), spider="tokens"), **trial)
    assert (intake.only().url, intake.only().final_url) == (site.url("/a"), site.url("/a"))


async def test_two_sources_may_watch_one_page(site, make_source, run_crawl, intake) -> None:
    """Each gets its own look; within a source a page is asked for once."""
    site.says("/a")
    site.redirects("/b", "/a")
    first = make_source(site.url("/a"), parameters={"urls": [site.url("/a"), site.url("/b")]})
    second = make_source(site.url("/a"))
    await run_crawl(first, second)
    assert sorted(look.url for look in intake.of(first.slug)) == [site.url("/a"), site.url("/b")]
    assert len(intake.of(second.slug)) == 1


async def test_progress_is_told_look_by_look(site, make_source, intake, manners) -> None:
    """Who waits sees every look as it is taken."""
    site.says("/a")
    source, told = make_source(site.url("/a")), []
    await crawl([Watched(source, 1)], intake, CrawlOptions(manners=manners), on_progress=told.append)
    assert [(step.source, step.url, step.verdict) for step in told] == [(source.slug, site.url("/a"), "credible")]


async def test_a_stop_while_a_crawl_is_being_set_up(site, make_source, intake, manners, trial) -> None:
    """There is no engine to stop yet: it is stopped as soon as it starts."""
    site.says("/a")
    source = make_source(site.url("/a"), spider="stopped_in_the_making")
    running = Crawl([Watched(source, 1)], intake, CrawlOptions(manners=manners, **trial))
    intake.stop = running.stop
    (report,) = await asyncio.wait_for(running.run(), timeout=10)
    assert report.outcome == "interrupted"
    assert site.requests == []


async def _hang(site, path: str) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        site.arrived.set()
        await site.release.wait()
        return web.Response(text="<p>late</p>", content_type="text/html")

    site.pages[path] = hang


async def test_a_stop_lets_what_is_in_flight_finish(site, make_source, intake, manners, pages_by_scrapy) -> None:
    """The page that was being fetched is kept, nothing new is asked for, and unbegun sources say so."""
    await _hang(site, "/slow")
    site.says("/next")
    slow, later = make_source(site.url("/slow")), make_source(site.url("/next"))
    options = CrawlOptions(manners=manners, requests_at_once=1, grace=30, pages_by_scrapy=pages_by_scrapy)
    running = Crawl([Watched(slow, 1), Watched(later, 2)], intake, options)
    task = asyncio.create_task(running.run())
    await site.arrived.wait()
    running.stop()
    site.release.set()
    first, second = await task
    assert intake.only().body == b"<p>late</p>"
    assert (first.outcome, first.complete) == ("ok", True)
    assert (second.outcome, second.complete) == ("interrupted", False)
    assert site.asked("/next") == 0


async def test_a_stop_is_bounded(site, make_source, intake, manners, pages_by_scrapy) -> None:
    """What does not finish within the grace is cut off, and is no look at anything."""
    await _hang(site, "/slow")
    options = CrawlOptions(manners=manners, grace=0.05, pages_by_scrapy=pages_by_scrapy)
    running = Crawl([Watched(make_source(site.url("/slow")), 1)], intake, options)
    task = asyncio.create_task(running.run())
    await site.arrived.wait()
    running.stop()
    (report,) = await asyncio.wait_for(task, timeout=10)
    assert report.outcome == "interrupted"
    assert intake.looks == []


async def test_a_stop_before_anything_began(site, make_source, intake, manners) -> None:
    """Asked to end while it is being set up, a crawl ends."""
    site.says("/a")
    running = Crawl([Watched(make_source(site.url("/a")), 1)], intake, CrawlOptions(manners=manners))
    task = asyncio.create_task(running.run())
    await asyncio.sleep(0)
    running.stop()
    (report,) = await asyncio.wait_for(task, timeout=10)
    assert report.outcome == "interrupted"
    assert site.requests == []


async def test_cancelling_is_a_stop_that_is_waited_for(site, make_source, intake, manners, pages_by_scrapy) -> None:
    """Ctrl-C leaves no task and no connection behind."""
    await _hang(site, "/slow")
    before = len(asyncio.all_tasks())
    options = CrawlOptions(manners=manners, grace=0.05, pages_by_scrapy=pages_by_scrapy)
    task = asyncio.create_task(crawl([Watched(make_source(site.url("/slow")), 1)], intake, options))
    await site.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [task for task in asyncio.all_tasks() if "crawl" in repr(task.get_coro()) and not task.done()][1:]
    assert intake.looks == []
    site.release.set()
    await _settled(before)


async def _settled(tasks: int) -> None:
    for _ in range(200):
        if len(asyncio.all_tasks()) <= tasks:
            return
        await asyncio.sleep(0.01)
    raise AssertionError([task.get_coro() for task in asyncio.all_tasks()])


async def test_crawls_leave_nothing_behind(site, make_source, run_crawl) -> None:
    """After twenty crawls there are as many tasks and descriptors as after the first two."""
    site.says("/a")

    async def once() -> None:
        await run_crawl(make_source(site.url("/a")), make_source(site.url("/b")))

    await once()
    await once()
    gc.collect()
    tasks, descriptors = len(asyncio.all_tasks()), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        await once()
    await _settled(tasks)
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors + 1


async def test_a_thousand_pages_are_one_crawl(site, make_source, run_crawl, monkeypatch, pages_by_scrapy) -> None:
    """Page watches share a crawler where Scrapy fetches them, and need none where it does not."""
    from scrapy.crawler import AsyncCrawlerRunner

    made = []
    create = AsyncCrawlerRunner.create_crawler
    monkeypatch.setattr(
        AsyncCrawlerRunner, "create_crawler", lambda self, name: made.append(name) or create(self, name)
    )
    site.says("/a")
    await run_crawl(*(make_source(site.url("/a")) for _ in range(30)))
    assert [name for name in made if isinstance(name, str)] == (["page"] if pages_by_scrapy else [])


async def test_a_host_that_keeps_its_distance_holds_up_nobody(
    city, site, make_source, intake, hand_clock, monkeypatch
) -> None:
    """Many pages of a host that is asked once a second: the pages of another do not wait for them."""
    waiting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await waiting.wait()
        await hand_clock.sleep(seconds)

    manners = Manners(clock=hand_clock, sleep=sleep)
    city.says("/slow")
    site.says("/quick")
    slow = [make_source(f"{city.url('/slow')}?{number}") for number in range(40)]
    quick = make_source(site.url("/quick"))

    def seen(step) -> None:
        if step.source == quick.slug:
            waiting.set()

    watched = [Watched(source, number) for number, source in enumerate([*slow, quick], 1)]
    reports = await asyncio.wait_for(crawl(watched, intake, CrawlOptions(manners=manners), seen), timeout=20)
    assert {report.outcome for report in reports} == {"ok"}


REACTOR = """
import asyncio, sys
from twisted.internet import asyncioreactor
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
asyncioreactor.install(loop)
from twisted.internet import reactor
from datetime import UTC, datetime
from monitor.types import Source, Verdict, VerdictKind
from monitor.errors import DiskFull
from scrapers.crawl import Crawl, CrawlOptions, Watched

class Taken:
    verdict = Verdict(VerdictKind.CREDIBLE, ""); links = (); again = False; changes = 0

class Intake:
    def clock(self): return datetime.now(UTC)
    def validators(self, source, url): return {}
    async def take(self, look, source, run, **marks):
        print(look.status, look.error)
        return Taken

async def main():
    sources = [Watched(Source(slug=str(n), title="A", url=url)) for n, url in enumerate(sys.argv[1:])]
    for report in await Crawl(sources, Intake(), CrawlOptions(reactor=True)).run():
        print(report.outcome)
    reactor.stop()

reactor.callWhenRunning(lambda: asyncio.ensure_future(main()))
reactor.run()
"""


async def test_the_reactor_can_be_used_instead(site, other_site) -> None:
    """The same crawl, guard included, on Twisted's asyncio reactor; in a process of its own, as a reactor stays."""
    site.says("/a")
    site.redirects("/b", other_site.url("/a"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", REACTOR, site.url("/a"), site.url("/b"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    out, err = await process.communicate()
    lines = sorted(out.decode().split("\n"))
    assert "200 " in lines, err.decode()
    assert any("loopback" in line for line in lines)
    assert other_site.requests == []
    assert ("ok" in lines, "failed" in lines) == (True, True)


@pytest.mark.parametrize("by_scrapy", [False, True])
async def test_a_full_disk_ends_the_crawl(site, make_source, intake, manners, caplog, by_scrapy) -> None:
    """When a look cannot be kept nothing more is asked for; the crawl raises what was the matter, without a trace."""
    for number in range(60):
        site.says(f"/{number}")

    async def full(*_: object, **__: object) -> None:
        raise DiskFull("There is no room; make some.")

    intake.take = full
    watched = [Watched(make_source(site.url(f"/{number}")), number) for number in range(60)]
    options = CrawlOptions(manners=manners, pages_by_scrapy=by_scrapy, requests_at_once=2)
    with pytest.raises(DiskFull, match="There is no room"):
        await crawl(watched, intake, options)
    assert sum(site.asked(f"/{number}") for number in range(60)) < 20
    assert "Traceback" not in caplog.text
