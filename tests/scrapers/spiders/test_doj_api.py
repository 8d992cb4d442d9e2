"""The press release spider, with the real intake and archive, against a News API on loopback that gives five a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import ChangeKind, Look, Record, Source, StoredChange, VerdictKind
from scrapers.crawl import Crawl, CrawlReport, Progress
from scrapers.doj.releases import release_of
from scrapers.extraction import doj_api
from scrapers.intake import Intake
from storage import Archive

NOW = datetime(2017, 3, 27, 18, 0, tzinfo=UTC)
PATH = "/api/v1/press_releases.json"
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


def stamp(at: datetime) -> str:
    """As the API writes one."""
    return f'<time datetime="{at.isoformat()}">{int(at.timestamp())}</time>\n'


class Api:
    """A News API of our own making. `before` is called with each request before it is answered."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.size = 5
        self.path = PATH
        self.releases: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.before: Callable[[web.Request], web.Response | None] = lambda request: None
        self.not_found = False
        self.counts = True

        async def answer(request: web.Request) -> web.StreamResponse:
            return self.answer(request)

        site.everywhere = answer

    @property
    def url(self) -> str:
        return str(self.site.url(self.path))

    def publish(self, number: int, created: datetime, changed: datetime | None = None, body: str = "text") -> str:
        """Put a release out; returns its uuid."""
        uuid = f"d0c00000-0000-4000-8000-{number:012}"
        self.releases[uuid] = {
            "uuid": uuid,
            "title": f"Release {number}",
            "url": f"https://justice.gov/opa/pr/{number}",
            "date": str(int(created.replace(hour=12, minute=0, second=0).timestamp())),
            "created": created,
            "changed": changed or created,
            "body": f"<p>{body}</p>",
            "component": [],
            "topic": "",
            "number": "",
            "attachment": "",
            "teaser": "",
            "image": "",
        }
        return uuid

    def fill(self, pages: int, until: datetime = NOW) -> None:
        """So many pages of releases, one every six hours, the newest of them an hour ago."""
        for number in range(pages * self.size):
            self.publish(number, until - timedelta(hours=1 + 6 * (pages * self.size - 1 - number)))

    def edit(self, number: int, at: datetime, **fields: Any) -> None:
        """Change a release and save it."""
        self.releases[f"d0c00000-0000-4000-8000-{number:012}"].update(changed=at, **fields)

    def withdraw(self, *numbers: int) -> None:
        for number in numbers:
            del self.releases[f"d0c00000-0000-4000-8000-{number:012}"]

    def answer(self, request: web.Request) -> web.Response:
        query = request.query
        asked = f"{query['sort']} {query['direction']} {query['page']}" if "sort" in query else request.path[-7:-5]
        self.asked.append(f"{asked}{' census' if query.get('fields') == 'uuid,created' else ''}")
        instead = self.before(request)
        if instead is not None:
            return instead
        if request.path != self.path:
            uuid = request.path.rpartition("/")[2].removesuffix(".json")
            if self.not_found and uuid not in self.releases:
                return web.json_response({"message": "Not found"}, status=404)
            return self.envelope(
                [row for row in (self.releases.get(uuid),) if row], 1 if uuid in self.releases else 0, 0
            )
        rows = sorted(self.releases.values(), key=lambda row: (row[query["sort"]], row["uuid"]))
        rows = rows[::-1] if query["direction"] == "DESC" else rows
        page = int(query["page"])
        fields = query["fields"].split(",") if "fields" in query else list(rows[0]) if rows else []
        part = [{name: row[name] for name in fields} for row in rows[page * self.size : (page + 1) * self.size]]
        return self.envelope(part, len(rows), page)

    def envelope(self, rows: list[dict[str, Any]], count: int, page: int) -> web.Response:
        results = [
            {name: stamp(value) if isinstance(value, datetime) else value for name, value in row.items()}
            for row in rows
        ]
        about = {"count": str(count), "pagesize": str(self.size), "page": page}
        if not self.counts:
            del about["count"]
        metadata = {"responseInfo": {"status": 200}, "resultset": about, "executionTime": len(self.asked) / 1000}
        return web.json_response({"metadata": metadata, "results": results})


@dataclass
class Desk:
    """An archive, a clock that is moved by hand, and polls as the product makes them."""

    api: Api
    archive: Archive
    one_run: Any
    now: datetime = NOW
    progress: list[Progress] = field(default_factory=list)
    crawl: Crawl | None = None

    async def poll(self, *, after: timedelta = timedelta(0), backfill: bool = False, **parameters: Any) -> CrawlReport:
        """One poll, a while after the last; keyword arguments are the stanza's parameters."""
        self.now += after
        self.api.asked.clear()
        source = Source("doj_press_releases", "DOJ press releases", self.api.url, "doj_api", parameters=parameters)

        def begun(crawl: Crawl) -> None:
            self.crawl = crawl

        return await self.one_run(
            self.archive, source, self.now, started=begun, on_progress=self.progress.append, backfill=backfill
        )

    def told(self) -> list[tuple[str, str]]:
        """Everything that is news, in order."""
        return [(stored.change.kind.value, stored.change.title) for stored in self.changes()]

    def changes(self) -> tuple[StoredChange, ...]:
        return self.archive.changes(source="doj_press_releases")

    def known(self) -> int:
        return len(self.archive.records_at("doj_press_releases", self.now, "press_release"))


@pytest.fixture
def api(site: Any) -> Api:
    return Api(site)


@pytest.fixture
def desk(api: Api, one_run: Any) -> Iterator[Desk]:
    with Archive.in_memory() as archive:
        yield Desk(api, archive, one_run)


ADDED, AMENDED, REMOVED = (
    kind.value for kind in (ChangeKind.RECORD_ADDED, ChangeKind.RECORD_AMENDED, ChangeKind.RECORD_REMOVED)
)


# -- news ---------------------------------------------------------------------------------------------------


async def test_the_first_poll_takes_the_newest_pages_and_tells_nobody(api: Api, desk: Desk) -> None:
    """Two pages are what was there before; 250,000 releases are a backfill's business."""
    api.fill(7)
    report = await desk.poll()
    assert (report.outcome, report.complete, report.message) == ("ok", True, "")
    assert api.asked == ["changed DESC 0", "changed DESC 1"]
    assert (desk.known(), desk.told()) == (10, [])


async def test_a_walk_ends_a_day_below_what_was_seen(api: Api, desk: Desk) -> None:
    """Four releases a day, five a page: the third page begins below the overlap, and is the last."""
    api.fill(7)
    await desk.poll(first_pages=8)
    api.publish(100, NOW)
    await desk.poll(after=QUARTER)
    assert api.asked == ["changed DESC 0", "changed DESC 1", "changed DESC 2"]
    assert desk.told() == [(ADDED, "Release 100")]
    await desk.poll(after=QUARTER)
    assert len(desk.told()) == 1


async def test_an_edited_release_is_found_among_many_that_were_only_saved(api: Api, desk: Desk) -> None:
    """Saving moves a release to the top of the list and changes nothing; a change of words is told, once."""
    api.fill(7)
    await desk.poll(first_pages=7)
    for number in range(4, 30):
        api.edit(number, NOW + timedelta(minutes=number / 10))
    api.edit(3, NOW, body="<p>other text</p>")
    await desk.poll(after=QUARTER)
    assert len(api.asked) > 5
    assert desk.told() == [(AMENDED, "Release 3")]
    assert desk.changes()[0].change.details["fields"] == {"body": ["text", "other text"]}


async def test_a_release_that_comes_in_while_one_walks_hides_none(api: Api, desk: Desk) -> None:
    """It pushes one onto the next page, where that is met twice; it is found itself at the next poll."""
    api.fill(7)
    await desk.poll(first_pages=8)
    for number in range(50, 62):
        api.publish(number, NOW + timedelta(seconds=number))

    def shift(request: web.Request) -> None:
        if request.query["page"] == "1":
            api.publish(99, NOW + QUARTER)

    api.before = shift
    await desk.poll(after=QUARTER)
    news = sorted(title for _, title in desk.told())
    assert news == [f"Release {number}" for number in range(50, 62)]
    api.before = lambda request: None
    await desk.poll(after=QUARTER)
    assert desk.told()[12:] == [(ADDED, "Release 99")]


async def test_a_release_that_goes_away_while_one_walks_is_no_loss(api: Api, desk: Desk) -> None:
    """It pulls one past the walker; the overlap of a day meets that one at the next poll."""
    api.fill(7)
    await desk.poll(first_pages=8)
    for number in range(50, 60):
        api.publish(number, NOW + timedelta(seconds=number))

    def pull(request: web.Request) -> None:
        if request.query["page"] == "1" and len(api.releases) == 45:
            api.withdraw(59)

    api.before = pull
    await desk.poll(after=QUARTER)
    assert (ADDED, "Release 54") not in desk.told()
    await desk.poll(after=QUARTER)
    assert sorted(title for _, title in desk.told()) == [f"Release {number}" for number in range(50, 60)]


async def test_more_than_one_poll_may_take_is_caught_up_with_by_the_next(api: Api, desk: Desk) -> None:
    """After an outage, or a bulk save: bounded walks, and in the end every release is told once."""
    api.fill(7)
    await desk.poll(first_pages=8)
    for number in range(100, 140):
        api.publish(number, NOW + timedelta(minutes=number))
    await desk.poll(after=timedelta(hours=3), pages_at_most=3)
    assert len(api.asked) == 3
    assert len(desk.told()) == 15
    api.publish(140, desk.now)
    for _ in range(4):
        await desk.poll(after=QUARTER, pages_at_most=3)
    assert sorted(title for _, title in desk.told()) == [f"Release {number}" for number in range(100, 141)]
    await desk.poll(after=DAY / 2, pages_at_most=3)
    assert "arrears" not in desk.archive.checkpoint("doj_press_releases")


async def test_an_empty_page_is_not_the_end(api: Api, desk: Desk) -> None:
    """The count says that more follow; single empty pages have been met in the middle of lists."""
    api.fill(7)
    await desk.poll(first_pages=8)
    for number in range(50, 65):
        api.publish(number, NOW + timedelta(seconds=number))
    api.before = lambda request: api.envelope([], 50, 1) if request.query["page"] == "1" else None
    report = await desk.poll(after=QUARTER)
    assert report.complete
    assert len(desk.told()) == 10


async def test_a_list_that_stays_empty_is_not_believed(api: Api, desk: Desk) -> None:
    """Empty page after empty page with a count above: said, and walked again from the same watermark."""
    api.fill(7)
    await desk.poll(first_pages=8)
    api.publish(50, NOW)
    api.before = lambda request: api.envelope([], 36, 0)
    report = await desk.poll(after=QUARTER)
    assert not report.complete
    assert "empty" in report.message
    api.before = lambda request: None
    await desk.poll(after=QUARTER)
    assert desk.told() == [(ADDED, "Release 50")]


async def test_the_first_release_of_an_empty_list_is_news(api: Api, desk: Desk) -> None:
    """An empty first poll is a baseline like any other."""
    assert (await desk.poll()).complete
    api.publish(1, NOW + timedelta(minutes=5))
    await desk.poll(after=QUARTER)
    assert desk.told() == [(ADDED, "Release 1")]


async def test_a_first_poll_that_saw_an_empty_list_is_not_followed_by_a_walk_to_its_end(api: Api, desk: Desk) -> None:
    """The list may have been empty by mistake: the next walk goes down to the day before that poll."""
    api.fill(7)
    api.before = lambda request: api.envelope([], 0, 0)
    await desk.poll()
    api.before = lambda request: None
    await desk.poll(after=QUARTER)
    assert api.asked == ["changed DESC 0", "changed DESC 1"]


async def test_without_a_count_a_list_ends_with_its_first_empty_page(api: Api, desk: Desk) -> None:
    """Nothing promises more than what is there, and a short page may be followed by another."""
    api.fill(3)
    api.counts = False
    report = await desk.poll(backfill=True)
    assert report.complete
    assert api.asked == [f"created ASC {page}" for page in range(4)]
    assert desk.known() == 15


async def test_a_stamp_in_the_future_does_not_hide_the_present(api: Api, desk: Desk) -> None:
    """One slip of a clock at the publisher must not end every later walk at its first page."""
    api.fill(7)
    api.publish(70, NOW - QUARTER, changed=datetime(2099, 1, 1, tzinfo=UTC))
    await desk.poll(first_pages=8)
    for number in range(50, 62):
        api.publish(number, NOW + timedelta(seconds=number))
    await desk.poll(after=QUARTER)
    assert len(desk.told()) == 12


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (lambda: web.Response(text="<html><body>Please wait</body></html>", content_type="text/html"), "blocked"),
        (lambda: web.Response(text="slow down", status=429), "blocked"),
        (lambda: web.Response(text="no", status=403), "blocked"),
        (lambda: web.json_response({"releases": []}), "shrunken"),
        (lambda: web.json_response({}, status=404), "gone"),
        (lambda: web.Response(text="oops", status=500), "unreachable"),
    ],
)
async def test_an_answer_that_is_no_list_ends_the_run_and_is_said(
    api: Api, desk: Desk, answer: Callable[[], web.Response], verdict: str
) -> None:
    """A wall is met at the second page: nothing more is asked, nothing is lost once it is gone."""
    api.fill(7)
    await desk.poll(first_pages=8)
    for number in range(50, 62):
        api.publish(number, NOW + timedelta(seconds=number))
    api.before = lambda request: answer() if request.query["page"] == "1" else None
    report = await desk.poll(after=QUARTER)
    assert api.asked == ["changed DESC 0", "changed DESC 1"]
    assert not report.complete
    assert report.message
    assert desk.progress[-1].verdict is VerdictKind(verdict)
    api.before = lambda request: None
    await desk.poll(after=QUARTER)
    assert sorted(title for _, title in desk.told()) == [f"Release {number}" for number in range(50, 62)]


async def test_a_first_poll_that_was_blocked_leaves_the_baseline_to_the_next(api: Api, desk: Desk) -> None:
    """Nobody is told of releases that were there before anybody could look."""
    api.fill(7)
    api.before = lambda request: web.Response(text="no", status=403) if request.query["page"] == "1" else None
    await desk.poll()
    api.before = lambda request: None
    await desk.poll(after=QUARTER)
    assert (desk.known(), desk.told()) == (10, [])


@pytest.mark.parametrize(
    ("parameters", "problem"), [({"first_pages": 0}, "first_pages"), ({"page": 3}, "page"), ({"first_pages": "x"}, "")]
)
async def test_a_stanza_that_cannot_be_used_is_said(
    api: Api, desk: Desk, parameters: dict[str, Any], problem: str
) -> None:
    """Unknown or impossible parameters are named; nothing is asked."""
    report = await desk.poll(**parameters)
    assert report.outcome == "failed"
    assert problem in report.message
    assert api.asked == []


async def test_an_old_release_that_was_only_saved_again_is_no_news(api: Api, desk: Desk) -> None:
    """Thousands were there before the first poll and were never met; beside a new one they are old all the same."""
    api.fill(7)
    await desk.poll()
    api.edit(2, NOW)
    api.publish(50, NOW)
    draft = api.publish(51, NOW - 9 * DAY, changed=NOW)
    api.releases[draft]["date"] = str(int(NOW.timestamp()))
    await desk.poll(after=QUARTER)
    assert sorted(desk.told()) == [(ADDED, "Release 50"), (ADDED, "Release 51")]
    api.edit(2, desk.now, body="<p>other text</p>")
    await desk.poll(after=QUARTER)
    assert desk.told()[2:] == [(AMENDED, "Release 2")]


# -- the daily check ----------------------------------------------------------------------------------------


async def test_once_a_day_the_newest_by_creation_are_read_and_all_are_counted(api: Api, desk: Desk) -> None:
    """The check finds what another order of the list hid, and is not repeated within twenty hours."""
    api.fill(7)
    await desk.poll(first_pages=8)
    hidden = api.publish(50, NOW)
    api.releases[hidden]["changed"] = NOW - 30 * DAY
    await desk.poll(after=QUARTER)
    assert desk.told() == []
    await desk.poll(after=timedelta(hours=21))
    assert [asked.partition(" ")[0] for asked in api.asked[:3]] == ["changed", "changed", "created"]
    assert api.asked[-1].endswith("census")
    assert desk.told() == [(ADDED, "Release 50")]
    await desk.poll(after=QUARTER)
    assert all(asked.startswith("changed") for asked in api.asked)


@pytest.mark.parametrize("not_found", [False, True])
async def test_a_release_missing_from_the_lists_is_asked_for_by_name(api: Api, desk: Desk, not_found: bool) -> None:
    """Only one that is missing under its own address as well counts as withdrawn; questions end some time."""
    api.fill(2)
    await desk.poll()
    api.withdraw(4)
    api.not_found = not_found
    await desk.poll(after=timedelta(hours=21))
    assert api.asked[-1] == "04"
    assert desk.told() == []
    for _ in range(2):
        await desk.poll(after=QUARTER)
    assert desk.told() == [(REMOVED, "Release 4")]
    assert desk.known() == 9
    for _ in range(7):
        await desk.poll(after=QUARTER)
    assert "04" not in api.asked
    assert "missing" not in desk.archive.checkpoint("doj_press_releases")


async def test_a_release_that_only_the_list_missed_is_not_withdrawn(api: Api, desk: Desk) -> None:
    """A count over shifting pages may pass one by; its own address settles it."""
    api.fill(2)
    await desk.poll()
    uuid = next(iter(api.releases))
    row = api.releases.pop(uuid)

    def own_address(request: web.Request) -> web.Response | None:
        return api.envelope([row], 1, 0) if uuid in request.path else None

    api.before = own_address
    await desk.poll(after=timedelta(hours=21))
    assert api.asked[-1] == "00"
    assert desk.told() == []
    await desk.poll(after=QUARTER)
    assert "00" not in api.asked


async def test_half_the_lists_gone_at_once_is_counted_again_before_anything_is_asked(api: Api, desk: Desk) -> None:
    """A collapse is held for two polls; if it stays, each release is asked for by name."""
    api.fill(2)
    await desk.poll()
    api.withdraw(*range(6))
    reports = [await desk.poll(after=timedelta(hours=21)), await desk.poll(after=QUARTER)]
    assert ["6 of 10" in report.message for report in reports] == [True, True]
    assert desk.told() == []
    await desk.poll(after=QUARTER)
    assert sorted(asked for asked in api.asked if len(asked) == 2) == [f"0{number}" for number in range(6)]


async def test_questions_of_one_poll_are_bounded(api: Api, desk: Desk) -> None:
    """What is left is missing at the next check as well."""
    api.fill(4)
    await desk.poll(first_pages=4)
    api.withdraw(*range(8))
    await desk.poll(after=timedelta(hours=21), asked_at_most=3)
    assert [asked for asked in api.asked if len(asked) == 2] == ["07", "06", "05"]


async def test_releases_older_than_those_known_are_not_counted(api: Api, desk: Desk) -> None:
    """The count goes back as far as the archive does, not sixty days every night."""
    api.fill(20)
    await desk.poll()
    await desk.poll(after=timedelta(hours=21))
    census = [asked for asked in api.asked if asked.endswith("census")]
    assert census == ["created DESC 0 census", "created DESC 1 census", "created DESC 2 census"]


# -- the past -----------------------------------------------------------------------------------------------


async def test_a_backfill_walks_the_whole_past_and_tells_nobody(api: Api, desk: Desk) -> None:
    """Oldest first, seven pages, with progress by the count; afterwards news is news again."""
    api.fill(7)
    await desk.poll()
    desk.progress.clear()
    report = await desk.poll(after=QUARTER, backfill=True)
    assert (report.outcome, report.complete) == ("ok", True)
    assert api.asked == [f"created ASC {page}" for page in range(7)]
    assert [(one.done, one.total) for one in desk.progress] == [(5 * (page + 1), 35) for page in range(7)]
    assert (desk.known(), desk.told()) == (35, [])
    api.publish(50, desk.now)
    await desk.poll(after=QUARTER)
    assert desk.told() == [(ADDED, "Release 50")]


async def test_a_backfill_goes_on_where_it_was_ended(api: Api, desk: Desk) -> None:
    """Stopped in the middle of a page: that page is asked for again, and no other."""
    api.fill(7)
    await desk.poll()

    def stop(request: web.Request) -> web.Response | None:
        if request.query["page"] == "3":
            assert desk.crawl is not None
            desk.crawl.stop()
            return web.Response(text="never read", status=503)
        return None

    api.before = stop
    report = await desk.poll(after=QUARTER, backfill=True)
    assert not report.complete
    assert api.asked[-1] == "created ASC 3"
    assert desk.archive.checkpoint("doj_press_releases")["backfill"]["page"] == 3
    api.before = lambda request: None
    report = await desk.poll(after=QUARTER, backfill=True)
    assert api.asked == [f"created ASC {page}" for page in range(3, 7)]
    assert (report.complete, desk.known(), desk.told()) == (True, 35, [])
    await desk.poll(after=QUARTER, backfill=True)
    assert api.asked == ["created ASC 6"]


async def test_a_crash_between_page_and_checkpoint_repeats_that_page_and_nothing_else(
    api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is recorded first: a power cut costs one request, no release."""
    api.fill(7)
    usual = Intake.take

    async def cut(self: Intake, look: Look, source: Source, run: int, **marks: bool) -> Any:
        taken = await usual(self, look, source, run, **marks)
        if look.url.endswith("page=2"):
            raise SystemError("the power went")
        return taken

    monkeypatch.setattr(Intake, "take", cut)
    report = await desk.poll(backfill=True)
    assert report.outcome == "failed"
    monkeypatch.setattr(Intake, "take", usual)
    await desk.poll(backfill=True)
    assert api.asked == [f"created ASC {page}" for page in range(2, 7)]
    assert desk.known() == 35


async def test_what_is_published_during_a_backfill_is_news(api: Api, desk: Desk) -> None:
    """It lands at the end of the list, behind the walker, who must not take it for the past."""
    api.fill(7)
    await desk.poll()
    api.publish(50, NOW + timedelta(minutes=10))
    await desk.poll(after=QUARTER, backfill=True)
    assert desk.told() == [(ADDED, "Release 50")]
    assert desk.known() == 36


async def test_a_first_poll_after_a_backfill_is_a_baseline_too(api: Api, desk: Desk) -> None:
    """The backfill has ended the source's baseline; the spider has seen no news yet all the same."""
    api.fill(7)
    await desk.poll(backfill=True)
    api.publish(-1 + 60, NOW - DAY * 400, changed=NOW)
    await desk.poll(after=QUARTER)
    assert desk.told() == []


async def test_a_wall_ends_a_backfill_at_its_page(api: Api, desk: Desk) -> None:
    """Said, kept as evidence, and gone on from there the next time."""
    api.fill(7)
    api.before = lambda request: web.Response(text="no", status=403) if request.query["page"] == "4" else None
    report = await desk.poll(backfill=True)
    assert not report.complete
    assert "403" in report.message
    api.before = lambda request: None
    await desk.poll(backfill=True)
    assert api.asked == ["created ASC 4", "created ASC 5", "created ASC 6"]


async def test_what_a_newer_reader_reads_besides_is_no_news(
    api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links were not read at first: a release of those days that is saved again has had them all along."""
    api.fill(3)
    linked = '<p>text <a href="https://www.justice.gov/list">list</a></p>'
    api.edit(3, api.releases["d0c00000-0000-4000-8000-000000000003"]["created"], body=linked)
    api.edit(4, api.releases["d0c00000-0000-4000-8000-000000000004"]["created"], body=linked)

    def without_links(row: Any, kind: str) -> Record:
        record = release_of(row, kind)
        return replace(record, facts={name: value for name, value in record.facts.items() if name != "links"})

    with monkeypatch.context() as older:
        older.setattr(doj_api, "VERSION", 1)
        older.setattr(doj_api, "release_of", without_links)
        await desk.poll(first_pages=3)
        for number in range(90, 100):
            api.publish(number, NOW + timedelta(minutes=number - 85))
        await desk.poll(after=QUARTER)
    told = len(desk.told())
    api.edit(3, NOW + timedelta(minutes=20))
    await desk.poll(after=QUARTER)
    assert desk.told()[told:] == []
    api.edit(4, NOW + timedelta(minutes=35), body=linked.replace("text", "words"))
    await desk.poll(after=QUARTER)
    assert desk.told()[told:] == [(AMENDED, "Release 4")]
    assert desk.changes()[-1].change.details["fields"].keys() == {"body"}
    api.edit(3, NOW + timedelta(minutes=50), body="<p>text list</p>")
    await desk.poll(after=QUARTER)
    assert [stored.change.details["fields"].keys() for stored in desk.changes()[-1:]] == [{"links"}]


# -- the feed -----------------------------------------------------------------------------------------------

FEED = "/news/rss"
BOT_WALL = (
    '<html><head><meta http-equiv="refresh" content="5; URL=\'/news/rss?bm-verify=AAAA\'"><title>&nbsp;</title></head>'
    '<body><script>req.open("POST", "/_sec/verify?provider=interstitial", false);</script></body></html>'
)


class Feed:
    """The department's feed on the same host, in the shape that its readers describe; and an API that may be down."""

    def __init__(self, api: Api) -> None:
        self.items: list[int] = []
        self.asked = 0
        self.down = ""
        self.walled = False
        self.instead = ""
        self.unchanged = 0
        api.before = self.answer
        self.url = str(api.site.url(f"{FEED}?type=press_release"))

    def answer(self, request: web.Request) -> web.Response | None:
        if request.path != FEED:
            return self._down(request) if self.down else None
        self.asked += 1
        if self.walled:
            return self._walled()
        if self.instead:
            if request.headers.get("If-None-Match") == '"page"':
                return web.Response(status=304)
            return web.Response(text=self.instead, content_type="text/html", headers={"ETag": '"page"'})
        mark = f'"{"-".join(map(str, self.items))}"'
        if request.headers.get("If-None-Match") == mark:
            self.unchanged += 1
            return web.Response(status=304)
        items = "".join(
            f"<item><title>Release {number}</title><link>https://www.justice.gov/opa/pr/{number}</link>"
            f"<pubDate>Mon, 27 Mar 2017 08:00:00 -0400</pubDate><description></description></item>"
            for number in self.items
        )
        return web.Response(
            text=f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>',
            content_type="application/rss+xml",
            headers={"ETag": mark},
        )

    def _down(self, request: web.Request) -> web.Response:
        if self.down == "dropped":
            assert request.transport is not None
            request.transport.close()
        return self._walled() if self.down == "walled" else web.Response(status=503)

    def _walled(self) -> web.Response:
        return web.Response(text=BOT_WALL, content_type="text/html")


async def test_a_release_that_both_show_is_told_once(api: Api, desk: Desk) -> None:
    """The API tells it, with its text; the feed, taken last, adds nothing."""
    feed = Feed(api)
    api.fill(1)
    feed.items = [0, 1, 2, 3, 4]
    await desk.poll(feed=feed.url)
    api.publish(90, NOW + timedelta(minutes=5))
    feed.items.insert(0, 90)
    report = await desk.poll(after=QUARTER, feed=feed.url)
    assert desk.told() == [(ADDED, "Release 90")]
    assert desk.changes()[0].change.record_kind == "press_release"
    assert feed.asked == 2
    assert report.complete


@pytest.mark.parametrize("down", ["failing", "walled", "dropped"])
async def test_the_feed_tells_what_the_api_cannot(api: Api, desk: Desk, down: str) -> None:
    """The feed tells the title while the API fails or is walled off; the API does not tell it again later."""
    feed = Feed(api)
    api.fill(1)
    await desk.poll(feed=feed.url)
    api.publish(90, NOW + timedelta(minutes=5))
    feed.items, feed.down = [90, 4], down
    report = await desk.poll(after=QUARTER, feed=feed.url)
    assert not report.complete
    assert desk.told() == [(ADDED, "Release 90")]
    assert desk.changes()[0].change.summary == "DOJ press releases: Release 90"
    feed.down = ""
    await desk.poll(after=QUARTER, feed=feed.url)
    assert desk.told() == [(ADDED, "Release 90")]
    assert desk.known() == 6
    api.edit(90, NOW + timedelta(minutes=40), body="<p>other</p>")
    await desk.poll(after=QUARTER, feed=feed.url)
    assert desk.told() == [(ADDED, "Release 90"), (AMENDED, "Release 90")]


async def test_a_walled_feed_is_no_fault_while_the_api_answers(api: Api, desk: Desk) -> None:
    """The wall is kept as evidence, and the run is complete."""
    feed = Feed(api)
    api.fill(1)
    feed.walled = True
    report = await desk.poll(feed=feed.url)
    assert (report.outcome, report.complete) == ("ok", True)
    (visit,) = desk.archive.visits(feed.url)
    assert visit.verdict is VerdictKind.BLOCKED


FIVE = timedelta(minutes=5)


def walks(api: Api) -> list[str]:
    """Which lists of the API the poll asked for."""
    return [asked for asked in api.asked if "SC" in asked]


async def test_while_the_feed_shows_nothing_new_the_api_is_asked_seldom(api: Api, desk: Desk) -> None:
    """One conditional look at the feed is a whole run; once an hour the API is walked as before."""
    feed = Feed(api)
    api.fill(1)
    feed.items = [4, 3, 2, 1, 0]
    await desk.poll(feed=feed.url, walk_every="1h")
    for _ in range(11):
        report = await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")
        assert (report.outcome, report.complete, walks(api)) == ("ok", True, [])
    assert feed.unchanged == 11
    api.edit(2, NOW + timedelta(minutes=7), body="<p>other</p>")
    await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")
    assert walks(api) == ["changed DESC 0"]
    assert desk.told() == [(AMENDED, "Release 2")]


async def test_an_item_that_nobody_knows_has_the_api_asked_at_once(api: Api, desk: Desk) -> None:
    """In the same run, so that news arrives within minutes, and in the API's fuller account; once told it is known."""
    feed = Feed(api)
    api.fill(1)
    feed.items = [4, 3, 2, 1, 0]
    await desk.poll(feed=feed.url, walk_every="1h")
    api.publish(90, NOW + timedelta(minutes=3))
    feed.items.insert(0, 90)
    await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")
    assert walks(api)[0] == "changed DESC 0"
    assert [(stored.change.record_kind, stored.change.title, stored.change.at) for stored in desk.changes()] == [
        ("press_release", "Release 90", NOW + FIVE)
    ]
    await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")
    assert walks(api) == []


@pytest.mark.parametrize("fault", ["walled", "no feed", "empty"])
async def test_without_the_feed_the_api_is_asked_at_every_poll(api: Api, desk: Desk, fault: str) -> None:
    """A wall, a page in its place, a feed without items: as if there were no feed, and no fault of the source."""
    feed = Feed(api)
    api.fill(1)
    feed.items = [4, 3]
    await desk.poll(feed=feed.url, walk_every="1h")
    feed.items, feed.walled = [], fault == "walled"
    feed.instead = "<html><body><p>Pick a topic</p></body></html>" if fault == "no feed" else ""
    for number in range(90, 93):
        api.publish(number, desk.now + timedelta(minutes=3))
        report = await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")
        assert (report.outcome, report.complete, report.message) == ("ok", True, "")
        assert desk.told()[-1] == (ADDED, f"Release {number}")
    assert all(visit.verdict is not VerdictKind.SHRUNKEN for visit in desk.archive.visits(feed.url))


async def test_a_feed_that_does_not_answer_keeps_no_news_back(api: Api, desk: Desk) -> None:
    """Its connection breaks: kept as a look without an answer, and the API is asked."""
    feed = Feed(api)
    api.fill(1)
    await desk.poll(feed=feed.url, walk_every="1h")
    api.publish(90, NOW + timedelta(minutes=3))

    def broken(request: web.Request) -> web.Response | None:
        if request.path == FEED:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return None

    api.before = broken
    report = await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")
    assert report.complete
    assert desk.told() == [(ADDED, "Release 90")]


async def test_what_the_api_could_not_answer_is_asked_again_at_the_next_poll(api: Api, desk: Desk) -> None:
    """However quiet the feed is: a run that failed was no walk."""
    feed = Feed(api)
    api.fill(1)
    feed.items = [4]
    await desk.poll(feed=feed.url, walk_every="1h")
    feed.items, feed.down = [90, 4], "failing"
    api.publish(90, NOW + timedelta(minutes=3))
    assert not (await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")).complete
    assert not (await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")).complete
    feed.down = ""
    assert (await desk.poll(after=FIVE, feed=feed.url, walk_every="1h")).complete
    assert walks(api)
    assert desk.known() == 6


async def test_a_release_that_is_asked_for_is_asked_for_at_every_poll(api: Api, desk: Desk) -> None:
    """Its withdrawal is confirmed within half an hour, although the API is walked once an hour."""
    feed = Feed(api)
    api.fill(1)
    feed.items = [4]
    await desk.poll(feed=feed.url, walk_every="1h")
    api.withdraw(2)
    await desk.poll(after=DAY, feed=feed.url, walk_every="1h")
    for _ in range(3):
        await desk.poll(after=timedelta(minutes=10), feed=feed.url, walk_every="1h")
    assert desk.told() == [(REMOVED, "Release 2")]


async def test_the_feed_is_no_way_into_the_past(api: Api, desk: Desk) -> None:
    """A backfill asks the API alone."""
    feed = Feed(api)
    api.fill(2)
    await desk.poll(feed=feed.url)
    await desk.poll(backfill=True, feed=feed.url)
    assert feed.asked == 1


# -- lists within releases, blog and speeches ----------------------------------------------------------------

LETTERS = (
    "Letters about the statute.</p><p>The following jurisdictions have preliminarily been found to have laws that may"
    " violate 8 U.S.C. 1373:</p><ul><li>Albany, New York;</li><li>City and County of Denver, Colorado;</li>"
    "<li>State of Illinois; and</li><li>State of Vermont.</li></ul><p>End"
)


async def test_a_release_that_lists_jurisdictions_publishes_a_list(api: Api, desk: Desk) -> None:
    """The release is told, and its list with every name; a name taken out of it later is told by name."""
    api.fill(1)
    await desk.poll()
    api.publish(90, NOW + timedelta(minutes=5), body=LETTERS)
    await desk.poll(after=QUARTER)
    published, release = sorted((stored.change for stored in desk.changes()), key=lambda change: change.kind)
    assert published.kind is ChangeKind.LIST_PUBLISHED
    assert published.title == release.title == "Release 90"
    assert published.summary.startswith(
        "DOJ press releases: a list of 4 jurisdictions is published, “The following jurisdictions have preliminarily"
    )
    assert published.summary.endswith("City and County of Denver, Colorado; Illinois and 1 more, in “Release 90”")
    assert published.details["sets"]["listed_jurisdiction"]["members"] == [
        "Albany, New York", "City and County of Denver, Colorado", "Illinois", "Vermont",
    ]  # fmt: skip
    api.edit(90, NOW + timedelta(minutes=20), body=f"<p>{LETTERS.replace('<li>Albany, New York;</li>', '')}</p>")
    await desk.poll(after=QUARTER)
    assert sorted(desk.told()[2:]) == [(AMENDED, "Release 90"), (REMOVED, "Albany, New York")]


async def test_lists_that_stood_there_before_are_told_to_nobody(api: Api, desk: Desk) -> None:
    """At the first poll, and from the past."""
    api.fill(1)
    api.publish(90, NOW - timedelta(minutes=30), body=LETTERS)
    await desk.poll()
    api.publish(91, NOW - timedelta(days=900), body=LETTERS)
    await desk.poll(backfill=True)
    assert desk.told() == []
    assert len(desk.archive.records_at("doj_press_releases", desk.now, "listed_jurisdiction")) == 8


@pytest.mark.parametrize(("resource", "kind"), [("blog_entries", "blog_entry"), ("speeches", "speech")])
async def test_other_resources_are_walked_like_releases(api: Api, desk: Desk, resource: str, kind: str) -> None:
    """Their fields are not documented: all are asked for, and topics come as HTML."""
    api.path = f"/api/v1/{resource}.json"
    api.fill(2)
    await desk.poll()
    uuid = api.publish(90, NOW + timedelta(minutes=5))
    api.releases[uuid]["topic"] = '<a href="/topic/1">Immigration</a>'
    await desk.poll(after=QUARTER)
    (stored,) = desk.changes()
    assert (stored.change.record_kind, stored.change.title) == (kind, "Release 90")
    assert stored.change.after is not None
    assert stored.change.after["topics"] == ["Immigration"]


async def test_a_resource_that_may_be_missing_is_no_fault(
    api: Api, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Not there: said once, and looked for again; when it comes, what it holds is the beginning and no news."""
    api.path = "/api/v1/speeches.json"
    api.before = lambda request: web.Response(status=404, text="not found")
    for _ in range(3):
        report = await desk.poll(after=QUARTER, optional=True)
        assert (report.outcome, report.complete, report.message) == ("ok", True, "")
    assert desk.told() == []
    assert desk.archive.checkpoint("doj_press_releases") == {"absent": True}
    assert sum("is not there" in record.getMessage() for record in caplog.records) <= 1
    api.before = lambda request: None
    api.fill(1)
    await desk.poll(after=QUARTER, optional=True)
    assert (desk.told(), "absent" in desk.archive.checkpoint("doj_press_releases")) == ([], False)
    api.before = lambda request: web.Response(status=404, text="not found")
    assert not (await desk.poll(after=QUARTER, optional=True)).complete
