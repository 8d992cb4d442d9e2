"""The shipped councils on Legistar's Web API, each pointed at an API on loopback that cuts its answers off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.types import Change, Source
from scrapers.sources import shipped

News = Callable[[list[Change]], dict[str, set[str]]]
TODAY = date(2017, 5, 29)
MISSING = "LegistarConnectionString setting is not set up in InSite for client: "


@pytest.fixture
def api(site: Any, platform: Any) -> Any:
    """An API with `meetings` by number, for the clients it knows."""

    class Api(platform):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(site)
            self.meetings: dict[int, dict[str, Any]] = {}
            self.clients = {"coloradosprings", "arapahoe", "oakland"}

        def meet(self, number: int, days: int, **fields: Any) -> None:
            day = f"{TODAY + timedelta(days=days)}T00:00:00"
            row = {"EventId": number, "EventRowVersion": "1", "EventBodyName": "Council", "EventTime": "5:30 PM"}
            self.meetings[number] = {**row, "EventDate": day, "EventAgendaStatusName": "Final", **fields}

        def answer(self, request: web.Request) -> str:
            _, _, client, rest = request.path.split("/", 3)
            if client not in self.clients:
                return json.dumps({"Message": MISSING + client})
            if rest != "events":
                return json.dumps({**self.meetings[int(rest.rpartition("/")[2])], "EventItems": []})
            since, until = re.findall(r"\d{4}-\d\d-\d\d", request.query["$filter"])
            rows = sorted(self.meetings.values(), key=lambda row: str(row["EventDate"]))
            return json.dumps([row for row in rows if since <= row["EventDate"][:10] < until][:1000])

    return Api()


@pytest.fixture(params=["colorado_springs_council", "arapahoe_county", "oakland_council"])
def source(request: pytest.FixtureRequest, api: Any) -> Source:
    """A shipped stanza; only its host is the replica's."""
    stanza = shipped()[request.param]
    return replace(stanza, url=api.url(stanza.url.removeprefix("https://webapi.legistar.com")))


async def test_a_calendar_beyond_one_answer_is_read_to_its_end(
    api: Any, watch: Any, source: Source, news: News
) -> None:
    """A thousand rows an answer; what then happens is told, and nothing else is."""
    for number in range(1, 1101):
        api.meet(number, 60 + (number - 1) // 4)
    await watch.poll(replace(source, full_look_every=timedelta(days=400), parameters={"near_ahead": 0}))
    assert len(watch.present(source, "meeting")) == 1100
    calendars = [asked for asked in api.asked if "filter" in asked]
    assert len(calendars) == 2


async def test_what_happens_to_meetings_is_told_as_what_it_is(api: Any, watch: Any, source: Source, news: News) -> None:
    """Cancelled in the comment, moved to another hour, new, and gone."""
    for number in range(1, 8):
        api.meet(number, number * 3)
    await watch.poll(source)
    assert news(await watch.poll(source)) == {}
    api.meet(1, 3, EventComment="Meeting cancelled")
    api.meet(2, 6, EventTime="9:00 AM")
    api.meet(20, 40)
    del api.meetings[7]
    assert news(await watch.poll(source)) == {
        "record_amended": {"1: comment, status", "2: time"},
        "record_added": {"20"},
        "record_removed": {"7"},
    }


async def test_an_error_and_a_block_page_tell_nothing(api: Any, watch: Any, source: Source, news: News) -> None:
    """The run is not complete, nothing is concluded, and everything goes on as it was."""
    for number in range(1, 8):
        api.meet(number, number * 3)
    await watch.poll(source)
    api.failing = {"events"}
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    api.failing, api.blocked = set(), True
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    api.blocked = False
    assert news(await watch.poll(source)) == {}
    assert watch.report.complete
    assert len(watch.present(source, "meeting")) == 7


async def test_the_year_turns_without_news(api: Any, watch: Any, source: Source, news: News) -> None:
    """Three polls of the same, and one on New Year's Day."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    eve = (date(2017, 12, 30) - TODAY).days
    for number, days in enumerate((-31, -30, -20, -2, 0, 1, 2, 3, 12), start=1):
        api.meet(number, eve + days)
    for later in (0.1, 1, 1, 1):
        assert news(await watch.poll(source, timedelta(days=later))) == {}
        assert watch.report.complete


async def test_an_agenda_that_is_gone_takes_no_meeting_along(api: Any, watch: Any, source: Source, news: News) -> None:
    """The calendar lists it as before: it is neither cancelled nor back."""
    for number in range(1, 8):
        api.meet(number, number * 3)
    await watch.poll(source)
    api.gone = {"events/3"}
    told = news(await watch.polls(source, 5))
    assert told.keys() == {"page_withdrawn"}
    assert len(watch.present(source, "meeting")) == 7
