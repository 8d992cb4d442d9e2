"""The Legistar spider against a council on loopback that filters, cuts off at 1000 rows, and may ask for a token."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Look, Record, Source, Verdict, VerdictKind
from scrapers.crawl import CrawlOptions, CrawlReport, Watched, crawl
from scrapers.extraction import find
from scrapers.manners import Manners
from scrapers.sources import shipped
from scrapers.spiders.legistar_api import LegistarApiSpider

NOON = datetime(2017, 5, 29, 18, 0, tzinfo=UTC)
TODAY = date(2017, 5, 29)
TOKEN = "kz8/secret+token=="


class Council:
    """A Legistar of our own making: `meetings` by number, answers as the API's."""

    def __init__(self, site: Any) -> None:
        self.meetings: dict[int, dict[str, Any]] = {}
        self.items: dict[int, list[dict[str, Any]]] = {}
        self.token = ""
        self.patience = 5.0
        self.failing: set[str] = set()
        self.calendars: list[str] = []
        self.events: list[str] = []
        self.accepted: set[str] = set()
        self.site = site

        async def answer(request: web.Request) -> web.StreamResponse:
            return self.answer(request)

        site.everywhere = answer

    @property
    def url(self) -> str:
        return str(self.site.url("/v1/denver/events"))

    def meet(self, event: int, days: int, **fields: Any) -> None:
        """Put a meeting into the calendar, so many days from today."""
        self.meetings[event] = {
            "EventId": event,
            "EventRowVersion": "1",
            "EventBodyName": "City Council",
            "EventDate": f"{TODAY + timedelta(days=days)}T00:00:00",
            "EventTime": "5:30 PM",
            "EventAgendaStatusName": "Final",
            "EventItems": [],
            **fields,
        }

    def answer(self, request: web.Request) -> web.Response:
        if not request.path.startswith("/v1/"):
            return web.Response(status=404)
        self.accepted.add(request.headers.get("Accept", ""))
        if request.path.split("/")[2] != "denver":
            message = (
                "LegistarConnectionString setting is not set up in InSite for client: " + request.path.split("/")[2]
            )
            return web.json_response({"Message": message}, status=500)
        if self.token and request.query.get("token") != self.token:
            return web.json_response({"Message": f"Token is required: {request.rel_url}"}, status=403)
        name = request.path.rpartition("/")[2]
        if name in self.failing:
            echo = {"Message": f"failed at {request.url}", "Asked": request.query_string}
            response = web.json_response(echo, status=500)
            response.enable_compression()
            return response
        return self.calendar(request) if name == "events" else self.event(request, int(name))

    def calendar(self, request: web.Request) -> web.Response:
        self.calendars.append(request.query["$filter"])
        since, until = re.findall(r"datetime'([\d-]+)'", request.query["$filter"])
        rows = [row for row in self.meetings.values() if since <= row["EventDate"][:10] < until]
        rows.sort(key=lambda row: (row[request.query["$orderby"]], row["EventId"]))
        return web.json_response(rows[:1000])

    def event(self, request: web.Request, event: int) -> web.Response:
        assert {
            request.query[name] for name in ("EventItems", "AgendaNote", "MinutesNote", "EventItemAttachments")
        } == {"1"}
        self.events.append(str(event))
        return web.json_response({**self.meetings[event], "EventItems": self.items.get(event, [])})


@dataclass
class Notebook:
    """An intake that reads what is believed and writes everything down."""

    kept: Callable[..., Any]
    now: datetime = NOON
    looks: list[Look] = field(default_factory=list)
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    cursor: Mapping[str, Any] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def validators(self, source: Source, url: str) -> Mapping[str, str]:
        return {}

    def checkpoint(self, source: Source) -> Mapping[str, Any]:
        return self.cursor

    def keep_checkpoint(self, source: Source, checkpoint: Mapping[str, Any]) -> None:
        self.cursor = json.loads(json.dumps(checkpoint))

    def known_records(self, source: Source, kind: str, *, since: str = "") -> tuple[Record, ...]:
        return tuple(record for (of, _), record in self.records.items() if of == kind and record.about >= since)

    async def take(self, look: Look, source: Source, run: int, **marks: bool) -> Any:
        self.looks.append(look)
        if look.status != 200:
            kind = VerdictKind.BLOCKED if look.status == 403 else VerdictKind.UNREACHABLE
            return self.kept(Verdict(kind, f"status {look.status}"))
        sets = find(source, look.url).extract(look, source).record_sets
        found = tuple(record for one in sets for record in one.records)
        self.records |= {(record.kind, record.key): record for record in found}
        return self.kept(Verdict(VerdictKind.CREDIBLE, ""), records=found)

    def seen(self, event: int) -> bool:
        return any(f"/events/{event}?" in look.url for look in self.looks)


@pytest.fixture
def council(site: Any) -> Council:
    return Council(site)


@pytest.fixture
def notebook(kept: Callable[..., Any]) -> Notebook:
    return Notebook(kept)


Run = Callable[..., Awaitable[CrawlReport]]


@pytest.fixture
def run(council: Council, notebook: Notebook, manners: Manners) -> Run:
    """One crawl of the council; keyword arguments are the stanza's parameters."""

    async def one(url: str = "", **parameters: Any) -> CrawlReport:
        source = Source(
            slug="denver_council",
            title="Denver City Council",
            url=url or council.url,
            spider="legistar_api",
            timezone="America/Denver",
            parameters=parameters,
        )
        council.calendars.clear()
        council.events.clear()
        notebook.looks.clear()
        options = CrawlOptions(manners=manners, timeout=council.patience, retries=0, log_level=logging.DEBUG)
        (report,) = await crawl([Watched(source, 1)], notebook, options)  # type: ignore[arg-type]
        return report

    return one


async def test_the_calendar_and_the_agendas_are_read_as_json(council: Council, notebook: Notebook, run: Run) -> None:
    """One answer for the whole window, one a meeting with its items; a cancelled meeting's items still matter."""
    council.meet(1, 7, EventComment="Committee canceled. Consent agenda included.")
    council.meet(2, 14)
    council.items[1] = [
        {"EventItemId": 5, "EventItemAgendaSequence": 1, "EventItemTitle": "A resolution", "EventItemConsent": 1}
    ]
    report = await run(client="denver")
    assert (report.outcome, report.complete, report.message) == ("ok", True, "")
    assert council.calendars == ["EventDate ge datetime'2017-04-29' and EventDate lt datetime'2019-05-30'"]
    assert notebook.records["meeting", "1"].facts["status"] == "cancelled"
    assert notebook.records["agenda_item", "1/5"].facts["consent"] is True
    assert council.accepted == {"application/json"}


async def test_pages_keep_their_address_while_the_window_moves(council: Council, notebook: Notebook, run: Run) -> None:
    """A new address every day would be a new page every day, with no history."""
    council.meet(1, 7)
    await run()
    first = {look.url for look in notebook.looks}
    notebook.now += timedelta(days=3)
    await run()
    assert {look.url for look in notebook.looks} == first
    assert council.url in first
    assert council.calendars == ["EventDate ge datetime'2017-05-02' and EventDate lt datetime'2019-06-02'"]


async def test_a_calendar_beyond_the_silent_cap_is_read_to_its_end(
    council: Council, notebook: Notebook, run: Run
) -> None:
    """1000 rows: the rest is asked for from the last day on, under an address of its own, and nothing is lost."""
    for number in range(1, 2301):
        council.meet(number, 60 + (number - 1) // 7)
    read = {"version": "1", "at": NOON.isoformat()}
    notebook.cursor = {"events": {str(number): read for number in council.meetings}}
    report = await run(days_ahead=500)
    assert report.complete
    assert sum(kind == "meeting" for kind, _ in notebook.records) == 2300
    calendars = [look.url for look in notebook.looks if "/events/" not in look.url]
    assert calendars == [council.url, council.url + "?part=2", council.url + "?part=3"]


async def test_a_day_beyond_the_silent_cap_is_said_and_not_asked_for_ever(
    council: Council, notebook: Notebook, run: Run
) -> None:
    """Nothing follows the last day when the window begins with it."""
    for number in range(1, 1001):
        council.meet(number, -3)
    read = {"version": "1", "at": NOON.isoformat()}
    notebook.cursor = {"events": {str(number): read for number in council.meetings}}
    report = await run(days_back=3, near_back=0)
    assert len(council.calendars) == 1
    assert not report.complete
    assert "one day" in report.message


async def test_near_agendas_are_read_at_every_run_and_the_others_when_due(
    council: Council, notebook: Notebook, run: Run
) -> None:
    """A paper is attached without the meeting's version moving; far meetings wait for a new version, or a day."""
    council.meet(1, -20)
    council.meet(2, 3)
    council.meet(3, 90)
    await run()
    assert sorted(council.events) == ["1", "2", "3"]
    notebook.now += timedelta(hours=1)
    await run()
    assert council.events == ["2"]
    council.meetings[3]["EventRowVersion"] = "2"
    await run()
    assert sorted(council.events) == ["2", "3"]
    notebook.now += timedelta(hours=23)
    await run()
    assert sorted(council.events) == ["1", "2"]


async def test_the_nearest_agendas_are_read_first(council: Council, run: Run) -> None:
    """A run that is cut short has read what people wait for."""
    for event, days in enumerate((300, 200, 100, 40, 20, 2, -30), start=1):
        council.meet(event, days)
    await run()
    assert set(council.events[:3]) == {"6", "5", "7"}


async def test_an_agenda_that_failed_is_due_again(council: Council, run: Run) -> None:
    """Only what was read counts as read; one failure among several leaves the run complete."""
    for event in (1, 2, 3):
        council.meet(event, 90)
    council.failing = {"3"}
    report = await run()
    assert (report.outcome, report.complete) == ("ok", True)
    council.failing = set()
    await run()
    assert council.events == ["3"]


async def test_a_council_whose_agendas_mostly_fail_is_not_reported_as_seen(council: Council, run: Run) -> None:
    """A calendar that works hides nothing: without agendas the council is not being watched."""
    for event in (1, 2, 3):
        council.meet(event, 9)
    council.failing = {"2", "3"}
    report = await run()
    assert not report.complete
    assert "2 of 3 agendas" in report.message


async def test_meetings_that_left_the_window_are_forgotten(council: Council, notebook: Notebook, run: Run) -> None:
    """The cursor does not grow for ever."""
    council.meet(1, 1)
    await run()
    notebook.now += timedelta(days=40)
    council.meet(2, 41)
    await run()
    assert list(notebook.cursor["events"]) == ["2"]


async def test_an_unchanged_calendar_does_not_stop_the_agendas(council: Council, notebook: Notebook, run: Run) -> None:
    """Where a server says 304 the meetings are those of the archive."""
    council.meet(1, 3)
    await run()

    async def unchanged(request: web.Request) -> web.StreamResponse:
        return web.Response(status=200, body=b"") if request.path.endswith("/events") else council.answer(request)

    council.site.everywhere = unchanged
    usual = notebook.take

    async def take(look: Look, source: Source, run: int, **marks: bool) -> Any:
        if look.url.endswith("/events"):
            return notebook.kept(Verdict(VerdictKind.UNCHANGED, ""))
        return await usual(look, source, run)

    notebook.take = take  # type: ignore[method-assign]
    await run()
    assert council.events == ["1"]


async def test_a_token_is_sent_and_leaves_no_trace(
    council: Council,
    notebook: Notebook,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither a look, nor a body that echoes it, nor a log line, nor the report holds the secret."""
    monkeypatch.setenv("DENVER_TOKEN", TOKEN)
    council.token = TOKEN
    council.meet(1, 1)
    council.meet(2, 2)
    council.failing = {"2"}
    with caplog.at_level(logging.DEBUG):
        report = await run(token_env="DENVER_TOKEN")
    assert council.events == ["1"]
    assert sorted(look.status or 0 for look in notebook.looks) == [200, 200, 500]
    assert all(look.elapsed for look in notebook.looks)
    assert all(int(look.headers.get("content-length", 0)) <= len(look.body or b"") for look in notebook.looks)
    everything = f"{notebook.looks!r} {report!r} {caplog.text}"
    for trace in (TOKEN, "kz8", "secret"):
        assert trace not in everything
    assert "[token]" in everything


async def test_a_token_is_not_kept_when_nobody_answers(
    council: Council, notebook: Notebook, run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Scrapy's timeout quotes the address that was asked for: here without what was added to it."""
    monkeypatch.setenv("DENVER_TOKEN", TOKEN)
    council.patience = 0.2
    errors: list[str] = []
    usual = LegistarApiSpider.failed

    async def silent(request: web.Request) -> web.StreamResponse:
        await council.site.release.wait()
        return web.Response()

    async def failed(self: LegistarApiSpider, failure: Any) -> None:
        errors.append(str(failure.value))
        await usual(self, failure)

    council.site.everywhere = silent
    monkeypatch.setattr(LegistarApiSpider, "failed", failed)
    with caplog.at_level(logging.DEBUG):
        report = await run(token_env="DENVER_TOKEN")
    assert not report.complete
    assert "[token]" in errors[0]
    assert "kz8" not in f"{notebook.looks!r} {report!r} {errors} {caplog.text}"


async def test_a_redirect_at_home_shows_no_token(
    council: Council,
    notebook: Notebook,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A server that repeats the whole address in its redirect gets its token, and nobody else sees it."""
    monkeypatch.setenv("DENVER_TOKEN", TOKEN)
    council.token = TOKEN
    council.meet(1, 1)

    async def moved(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/v1/"):
            return web.Response(status=301, headers={"Location": str(request.rel_url).replace("/v1/", "/v1.1/")})
        return council.answer(request.clone(rel_url=str(request.rel_url).replace("/v1.1/", "/v1/")))

    council.site.everywhere = moved
    with caplog.at_level(logging.DEBUG):
        report = await run(token_env="DENVER_TOKEN")
    assert council.events == ["1"]
    assert all("/v1.1/" in look.final_url for look in notebook.looks)
    assert "kz8" not in f"{notebook.looks!r} {report!r} {caplog.text}"


async def test_a_token_does_not_follow_a_redirect_elsewhere(
    council: Council, other_site: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret is for the council's own host."""
    monkeypatch.setenv("DENVER_TOKEN", TOKEN)
    asked: list[str] = []

    async def leads_away(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": other_site.url("/v1/denver/events")})

    async def overhears(request: web.Request) -> web.StreamResponse:
        asked.append(str(request.url))
        return web.json_response([])

    council.site.everywhere = leads_away
    other_site.everywhere = overhears
    # Any parameter that is an address names a machine of our own which may be reached.
    await run(token_env="DENVER_TOKEN", cancelled=[other_site.url("/")])
    assert asked == [other_site.url("/v1/denver/events")]


async def test_a_refused_council_is_asked_nothing_more(council: Council, run: Run) -> None:
    """403 is not an outage: the message says what to do."""
    council.token = TOKEN
    council.meet(1, 1)
    report = await run()
    assert council.events == []
    assert not report.complete
    assert "token_env" in report.message


async def test_a_token_that_is_not_there_is_said_before_anything_is_asked(council: Council, run: Run) -> None:
    """An empty variable would look like a refusal by the council."""
    report = await run(token_env="NO_SUCH_VARIABLE_IS_SET")
    assert report.outcome == "failed"
    assert "NO_SUCH_VARIABLE_IS_SET" in report.message
    assert council.calendars == []


async def test_a_client_that_does_not_exist_is_no_council(council: Council, notebook: Notebook, run: Run) -> None:
    """Legistar answers 500 for a wrong name: kept as evidence, nothing is read out of it."""
    report = await run(url=council.site.url("/v1/devner/events"))
    assert [look.status for look in notebook.looks] == [500]
    assert notebook.records == {}
    assert not report.complete


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"client": "boulder"}, "client"),
        ({"day_back": 3}, "day_back"),
        ({"days_ahead": -1}, "days_ahead"),
        ({"cancelled": "off"}, "cancelled"),
    ],
)
async def test_a_stanza_that_cannot_be_used_says_which_key(
    council: Council, run: Run, parameters: dict[str, Any], says: str
) -> None:
    """A misspelt key would otherwise be silently ignored."""
    report = await run(**parameters)
    assert report.outcome == "failed"
    assert says in report.message
    assert council.calendars == []


def test_denver_is_shipped() -> None:
    """The stanza of the catalog is the source that the spider of its name looks at."""
    denver = shipped()["denver_council"]
    assert (denver.spider, denver.timezone, denver.validators_lie) == ("legistar_api", "America/Denver", True)
    assert find(denver, denver.url).NAME == "legistar_api"
