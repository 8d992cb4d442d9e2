"""The newsroom spider, with the real intake and archive, against a newsroom on loopback that lists five a page."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from alerts.outbox import collect
from alerts.rendering import render
from monitor.types import ChangeKind, Record, Source, StoredChange, Subscription
from scrapers.crawl import CrawlReport
from scrapers.ice.rounds import daily_round
from scrapers.sources import shipped
from storage import Archive

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
SLUG = "ice_newsroom"
AKAMAI = (
    '<html><head><meta http-equiv="refresh" content="5; URL=\'/newsroom?bm-verify=AAFILLER\'"></head><body>'
    '<iframe src="/apology_objects/interstitial/filler.html"></iframe><script>var r=new XMLHttpRequest();'
    'r.open("POST","/_sec/verify?provider=interstitial",false);</script></body></html>'
)
"""A bot wall's answer with status 200, written in the documented shape."""


@dataclass
class Release:
    """One release as the newsroom holds it."""

    node: int
    day: date
    title: str
    body: str
    archived: bool = False


class Newsroom:
    """A newsroom of our own making, newest first; every answer carries tokens of its own."""

    size = 5

    def __init__(self, site: Any) -> None:
        self.site = site
        self.releases: dict[str, Release] = {}
        self.others: dict[str, str] = {}
        self.asked: list[str] = []
        self.before: Callable[[web.Request], web.Response | None] = lambda request: None
        self.feed: list[str] = []
        self.scripted = False
        self._tokens = 0

        async def answer(request: web.Request) -> web.StreamResponse:
            return self.answer(request)

        site.everywhere = answer

    def publish(self, number: int, day: date | None = None, **facts: Any) -> str:
        """Put a release in; without a day that of its number, from the first of March 2026 back."""
        slug = f"release-{number}"
        given = {"title": f"Sample release {number}", "body": f"ALAMOSA. What release {number} says.", **facts}
        self.releases[slug] = Release(70_000 + number, day or date(2026, 3, 10) - timedelta(days=number), **given)
        return slug

    def url(self, slug: str) -> str:
        return str(self.site.url(f"/news/releases/{slug}"))

    def answer(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.rel_url))
        self._tokens += 1
        given = self.before(request)
        if given is not None:
            return given
        if request.path == "/newsroom":
            return self._list(int(request.query.get("page", "0")))
        if request.path == "/rss/news/356":
            items = "".join(f"<item><title>{slug}</title><link>{self.url(slug)}</link></item>" for slug in self.feed)
            text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>ICE</title>{items}</channel></rss>'
            return web.Response(text=text, content_type="application/rss+xml")
        slug = request.path.rpartition("/")[2]
        if slug in self.releases and request.path.startswith("/news/releases/"):
            return self._page(slug, self.releases[slug])
        return web.Response(status=404, text="<h1>Page not found</h1>", content_type="text/html")

    def _list(self, page: int) -> web.Response:
        ordered = sorted(self.releases, key=lambda slug: (self.releases[slug].day, slug), reverse=True)
        shown = [] if self.scripted else ordered[page * self.size : (page + 1) * self.size]
        rows = "".join(
            f'<div class="views-row"><h3><a href="/news/releases/{slug}">{self.releases[slug].title}</a></h3></div>'
            for slug in shown
        )
        text = (
            f'<html><title>Newsroom | ICE</title><main><div id="v-{self._tokens}">{rows or "No results"}</div></main>'
        )
        return web.Response(text=f"{text}<p>Newsroom</p></html>", content_type="text/html")

    def _page(self, slug: str, release: Release) -> web.Response:
        prefix, mark = ("Archived: ", "ice_archive ") if release.archived else ("", "")
        banner = "<p>Archived Content</p>" if release.archived else ""
        return web.Response(
            content_type="text/html",
            text=f'<html><head><link rel="canonical" href="https://www.ice.gov/news/releases/{slug}">'
            f"<title>{prefix}{release.title} | ICE</title>"
            f'<script type="application/json" data-drupal-selector="drupal-settings-json" nonce="{self._tokens}">'
            f'{{"path":{{"currentPath":"node\\/{release.node}"}}}}</script></head>'
            f'<body class="{mark}news-releases">{banner}<div class="js-view-dom-id-{self._tokens}">'
            '<div class="nr-head">'
            f'<div class="nr-meta">{release.day:%B} {release.day.day}, {release.day.year}<i></i>'
            '<span class="locality">Alamosa</span><span>, CO</span><span>, United States</span><i></i>Firearms</div>'
            f'<div class="nr-title"><h1>{release.title}</h1></div><div class="nr-subtitle"></div></div>'
            f'<div class="nr-body"><p>{html.escape(release.body)}</p></div></div></body></html>',
        )


@dataclass
class Desk:
    """An archive, a clock that is moved by hand, and polls as the product makes them."""

    newsroom: Newsroom
    archive: Archive
    one_run: Any
    now: datetime = NOW
    crawled: list[CrawlReport] = field(default_factory=list)

    async def poll(self, *, after: timedelta = timedelta(0), **parameters: Any) -> CrawlReport:
        """One poll, a while after the last; keyword arguments are the stanza's parameters."""
        self.now += after
        self.newsroom.asked.clear()
        url = self.newsroom.site.url("/newsroom")
        source = Source(SLUG, "ICE newsroom", url, SLUG, publisher="ICE", parameters=parameters)
        return await self.one_run(self.archive, source, self.now)

    def told(self) -> list[tuple[str, str]]:
        """Everything that is news, in order of its title."""
        return sorted((stored.change.kind.value, stored.change.title) for stored in self.changes())

    def changes(self) -> tuple[StoredChange, ...]:
        return self.archive.changes(source=SLUG)

    def pages(self) -> list[str]:
        """The list's pages that were asked for."""
        return [path for path in self.newsroom.asked if path.startswith("/newsroom")]

    def releases(self) -> list[str]:
        """The releases that were asked for, sorted by number."""
        asked = [path.rpartition("-")[2] for path in self.newsroom.asked if path.startswith("/news/releases/")]
        assert len(asked) == len(set(asked))
        return sorted(asked, key=int)


@pytest.fixture
def newsroom(site: Any) -> Newsroom:
    """With thirty releases, one a day back from yesterday."""
    made = Newsroom(site)
    for number in range(1, 31):
        made.publish(number)
    return made


@pytest.fixture
def desk(newsroom: Newsroom, one_run: Any) -> Iterator[Desk]:
    """A desk that has seen nothing yet."""
    with Archive.in_memory() as archive:
        yield Desk(newsroom, archive, one_run)


async def test_the_first_poll_reads_a_few_pages_and_tells_nobody(desk: Desk) -> None:
    """Three pages of the list with their releases; what is older was there before anybody watched."""
    report = await desk.poll()
    assert report.complete
    assert desk.pages() == ["/newsroom", "/newsroom?page=1", "/newsroom?page=2"]
    assert desk.releases() == [str(number) for number in range(1, 16)]
    assert desk.told() == []


async def test_a_new_release_is_told_once_and_nothing_else(desk: Desk) -> None:
    """By its own page, not by the list that names it; unchanged pages with other tokens are nothing."""
    await desk.poll()
    desk.newsroom.publish(0)
    report = await desk.poll(after=HALF_HOUR)
    assert report.complete
    assert desk.told() == [("record_added", "Sample release 0")]
    (stored,) = desk.changes()
    assert stored.change.summary == "ICE: Sample release 0"
    assert (stored.change.record_key, stored.change.place) == ("70000", "Alamosa, Colorado")
    await desk.poll(after=HALF_HOUR)
    await desk.poll(after=DAY)
    assert len(desk.changes()) == 1


async def test_one_known_entry_does_not_end_the_walk(desk: Desk) -> None:
    """A release put in under an earlier day, below a page on which everything is known."""
    await desk.poll(first_pages=6)
    desk.newsroom.publish(50, date(2026, 3, 9) - timedelta(days=6), title="Backdated", body="x y")
    await desk.poll(after=HALF_HOUR)
    assert desk.pages() == ["/newsroom", "/newsroom?page=1", "/newsroom?page=2", "/newsroom?page=3"]
    assert "50" in desk.releases()


async def test_what_comes_in_under_a_day_before_the_first_poll_s_newest_is_kept_and_not_told(desk: Desk) -> None:
    """It cannot be told from one that merely was further down; later days are news whatever their place in the list."""
    await desk.poll()
    desk.newsroom.publish(51, date(2026, 3, 5), title="Perhaps old")
    for number in range(60, 70):
        desk.newsroom.publish(number, date(2026, 3, 20))
    await desk.poll(after=10 * DAY)
    desk.newsroom.publish(52, date(2026, 3, 12), title="Late but new")
    await desk.poll(after=DAY)
    assert [title for _, title in desk.told() if not title.startswith("Sample")] == ["Late but new"]
    assert len(desk.archive.record_history(SLUG, "press_release", "70051")) == 1


async def test_once_a_day_the_list_is_read_deeply(desk: Desk) -> None:
    """Ten pages whatever is known, and of what only now comes into sight nothing is told."""
    await desk.poll()
    await desk.poll(after=HALF_HOUR)
    assert desk.pages() == ["/newsroom", "/newsroom?page=1"]
    await desk.poll(after=DAY)
    assert desk.pages()[-1] == "/newsroom?page=6"
    assert desk.told() == []
    assert len(desk.archive.records_at(SLUG, desk.now, "press_release")) == 30
    await desk.poll(after=HALF_HOUR)
    assert len(desk.pages()) == 2


async def test_a_correction_is_told_as_an_amendment(desk: Desk) -> None:
    """Of a recent release at the next poll, of an older one within a day."""
    await desk.poll()
    desk.newsroom.releases["release-1"].body = "ALAMOSA. What release one says."
    await desk.poll(after=HALF_HOUR)
    desk.newsroom.releases["release-12"].body += " Corrected."
    await desk.poll(after=HALF_HOUR)
    assert desk.told() == [("record_amended", "Sample release 1")]
    await desk.poll(after=DAY)
    assert desk.told() == [("record_amended", "Sample release 1"), ("record_amended", "Sample release 12")]
    assert all(set(stored.change.details["fields"]) == {"body"} for stored in desk.changes())


async def test_many_archived_at_once_are_one_alert_with_one_story(desk: Desk) -> None:
    """Eighty releases get the mark between two polls: one mail, one story, five of them named."""
    for number in range(31, 91):
        desk.newsroom.publish(number)
    await desk.poll(first_pages=18)
    for number in range(1, 81):
        desk.newsroom.releases[f"release-{number}"].archived = True
    subscription = Subscription("desk", ("analyst@example.org",))
    desk.archive.keep_subscriptions([subscription], desk.now)
    await desk.poll(after=DAY)
    assert len(desk.changes()) == 80
    assert {stored.change.kind for stored in desk.changes()} == {ChangeKind.RECORD_AMENDED}
    assert len({stored.change.cluster for stored in desk.changes()}) == 1
    assert {stored.change.significance for stored in desk.changes()} == {0.35}
    assert collect(desk.archive, [subscription], desk.now) == 1
    (alert,) = desk.archive.due_alerts(desk.now + DAY)
    message = render(alert, "On Notice <onnotice@example.org>", "/home")
    assert message["Subject"] == "ICE newsroom: 80 press releases were archived at once"
    plain = message.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert text.count("Sample release") == 5
    assert "and 75 more" in text
    await desk.poll(after=DAY)
    assert collect(desk.archive, [subscription], desk.now) == 0


async def test_one_archived_release_says_so_in_words(desk: Desk) -> None:
    """And one that leaves the archive, too."""
    await desk.poll()
    for archived in (True, False):
        desk.newsroom.releases["release-1"].archived = archived
        await desk.poll(after=HALF_HOUR)
    first, second = (stored.change.summary for stored in desk.changes())
    assert first == "ICE newsroom, March 9, 2026: “Sample release 1”: is now marked as archived"
    assert second == "ICE newsroom, March 9, 2026: “Sample release 1”: is no longer marked as archived"


async def test_a_release_that_is_gone_is_told_after_three_looks(desk: Desk) -> None:
    """It is asked for at the next polls although nothing links to it any more."""
    await desk.poll()
    del desk.newsroom.releases["release-8"]
    await desk.poll(after=DAY)
    assert desk.told() == []
    for _ in range(2):
        await desk.poll(after=HALF_HOUR)
    assert desk.told() == [("page_withdrawn", "Sample release 8")]
    for _ in range(8):
        await desk.poll(after=HALF_HOUR)
    assert "held" not in desk.archive.checkpoint(SLUG)
    assert "8" not in desk.releases()
    assert len(desk.changes()) == 1


async def test_one_that_comes_back_is_told(desk: Desk) -> None:
    """The list links to it again."""
    await desk.poll()
    gone = desk.newsroom.releases.pop("release-2")
    for _ in range(4):
        await desk.poll(after=HALF_HOUR)
    desk.newsroom.releases["release-2"] = gone
    await desk.poll(after=HALF_HOUR)
    assert desk.told() == [("page_returned", "Sample release 2"), ("page_withdrawn", "Sample release 2")]


async def test_a_wall_before_the_list_stops_the_run(desk: Desk) -> None:
    """Nothing else is asked for, nothing is told, the run is incomplete; the next one goes on as if nothing were."""
    await desk.poll()
    desk.newsroom.publish(0)
    desk.newsroom.before = lambda request: web.Response(text=AKAMAI, content_type="text/html")
    report = await desk.poll(after=HALF_HOUR)
    assert not report.complete
    assert desk.newsroom.asked == ["/newsroom"]
    desk.newsroom.before = lambda request: None
    assert (await desk.poll(after=HALF_HOUR)).complete
    assert desk.told() == [("record_added", "Sample release 0")]


async def test_a_wall_before_the_releases_alone_makes_the_run_incomplete(desk: Desk) -> None:
    """The list is seen, and still nobody watches."""
    await desk.poll()
    desk.newsroom.before = lambda request: (
        web.Response(text=AKAMAI, content_type="text/html") if request.path.startswith("/news/releases") else None
    )
    report = await desk.poll(after=DAY)
    assert not report.complete
    assert "releases could not be read" in report.message
    assert desk.told() == []


@pytest.mark.parametrize("status", [500, 404])
async def test_an_error_within_the_list_loses_nothing(desk: Desk, status: int) -> None:
    """The next poll goes on from there, although everything before it is known by then."""
    await desk.poll()
    for number in range(60, 85):
        desk.newsroom.publish(number, date(2026, 3, 10))
    desk.newsroom.before = lambda request: (
        web.Response(status=status, text="<h1>No</h1>", content_type="text/html")
        if request.query.get("page") == "3"
        else None
    )
    assert not (await desk.poll(after=HALF_HOUR)).complete
    assert len(desk.told()) == 15
    await desk.poll(after=HALF_HOUR)
    assert len(desk.told()) == 15
    desk.newsroom.before = lambda request: None
    await desk.poll(after=HALF_HOUR)
    assert len(desk.told()) == 25
    assert "arrears" not in desk.archive.checkpoint(SLUG)


async def test_a_first_poll_that_fails_halfway_is_made_again(desk: Desk) -> None:
    """Nothing of the past is told by the second one."""
    desk.newsroom.before = lambda request: web.Response(status=500) if request.query.get("page") == "1" else None
    assert not (await desk.poll()).complete
    desk.newsroom.before = lambda request: None
    assert (await desk.poll(after=HALF_HOUR)).complete
    desk.newsroom.publish(0)
    await desk.poll(after=HALF_HOUR)
    assert desk.told() == [("record_added", "Sample release 0")]


async def test_more_than_one_poll_may_read_is_read_by_the_next(desk: Desk) -> None:
    """After a long outage the walk is cut short, and goes on where it was."""
    await desk.poll()
    for number in range(100, 140):
        desk.newsroom.publish(number, date(2026, 3, 15))
    await desk.poll(after=6 * DAY, pages_at_most=3, deep_pages=1)
    assert len(desk.told()) == 15
    assert desk.archive.checkpoint(SLUG)["arrears"] == [3]
    await desk.poll(after=HALF_HOUR, pages_at_most=3, deep_pages=1)
    assert len(desk.told()) == 25
    for _ in range(4):
        await desk.poll(after=HALF_HOUR, pages_at_most=3, deep_pages=1)
    assert len(desk.told()) == 40
    assert "arrears" not in desk.archive.checkpoint(SLUG)


async def test_a_list_that_repeats_itself_is_left(desk: Desk) -> None:
    """A server that passes over the page's number has one page."""
    original = desk.newsroom._list
    desk.newsroom._list = lambda page: original(0)  # type: ignore[method-assign]
    assert (await desk.poll()).complete
    assert len(desk.pages()) == 2


async def test_a_feed_brings_what_the_list_does_not(desk: Desk) -> None:
    """Told once, by its page, and again not when the list has it; without the feed a run is complete."""
    feed = str(desk.newsroom.site.url("/rss/news/356"))
    desk.newsroom.feed = ["release-1"]
    await desk.poll(feed=feed)
    desk.newsroom.publish(0)
    desk.newsroom.feed = ["release-0", "release-1"]
    held = desk.newsroom.releases.pop("release-0")
    desk.newsroom.before = lambda request: (
        desk.newsroom._page("release-0", held) if request.path == "/news/releases/release-0" else None
    )
    await desk.poll(after=HALF_HOUR, feed=feed)
    assert desk.told() == [("record_added", "Sample release 0")]
    desk.newsroom.releases["release-0"] = held
    desk.newsroom.before = lambda request: web.Response(status=500) if "rss" in request.path else None
    assert (await desk.poll(after=HALF_HOUR, feed=feed)).complete
    assert len(desk.changes()) == 1


async def test_a_list_filled_by_a_script_is_said_in_a_sentence(desk: Desk) -> None:
    """Nothing found is no empty newsroom."""
    desk.newsroom.scripted = True
    report = await desk.poll()
    assert not report.complete
    (visit,) = desk.archive.visits(str(desk.newsroom.site.url("/newsroom")), SLUG)
    assert "parameters.feed" in visit.reason


async def test_recent_releases_are_asked_for_with_their_validators(desk: Desk, site: Any) -> None:
    """At every poll those of two days; a 304 is an answer."""
    page = desk.newsroom._page

    def with_tag(slug: str, release: Release) -> web.Response:
        answer = page(slug, release)
        answer.headers["ETag"] = '"one"'
        return answer

    desk.newsroom._page = with_tag  # type: ignore[method-assign]
    await desk.poll()
    site.requests.clear()
    await desk.poll(after=HALF_HOUR)
    assert desk.releases() == ["1", "2"]
    sent = [headers.get("if-none-match") for path, headers in site.requests if path.startswith("/news/releases/")]
    assert sent == ['"one"', '"one"']


def test_a_daily_round_goes_from_newest_to_oldest_and_begins_anew() -> None:
    """The recent ones every time, the older ones in turn, neighbours together."""
    records = [
        Record(
            "press_release", str(number), "x", url=f"u{number}", about=str(date(2026, 3, 10) - timedelta(days=number))
        )
        for number in range(10)
    ]
    today = date(2026, 3, 10)
    first = daily_round(records, today, 1, 5, "")
    assert first.urls == ("u0", "u1", "u2", "u3", "u4")
    second = daily_round(records, today, 1, 5, first.last)
    assert second.urls == ("u0", "u1", "u5", "u6", "u7")
    third = daily_round(records, today, 1, 5, second.last)
    assert (third.urls, third.last) == (("u0", "u1", "u8", "u9"), "")
    assert daily_round(records, today, 9, 5, second.last).last == second.last


def test_the_shipped_source_is_this_spiders() -> None:
    """`onnotice poll ice_newsroom` and `scrapy crawl ice_newsroom` find it."""
    assert shipped()[SLUG].spider == SLUG
