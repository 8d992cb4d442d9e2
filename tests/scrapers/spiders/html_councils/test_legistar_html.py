"""The shipped web calendar of Legistar's, pointed at one on loopback that answers forms and turns pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from monitor.errors import ConfigurationError
from monitor.types import Change, Source
from scrapers.crawl import Watched
from scrapers.sources import shipped
from scrapers.spiders.legistar_html import LegistarHtmlSpider

News = Callable[[list[Change]], dict[str, set[str]]]
TODAY = date(2017, 5, 29)
FIELD = "ctl00$ContentPlaceHolder1$lstYears"
PAGER = "ctl00$ContentPlaceHolder1$gridCalendar$ctl00$ctl02$ctl00$ctl"
GUID = "3943FD0A-37DD-4C1C-918B-C68552F9F329"
HEAD = "Name|Meeting Date||Meeting Time|Meeting Location|Meeting Details|Agenda|Minutes"


@dataclass
class Row:
    """A meeting of the replica."""

    day: date
    time: str = "1:00 PM"
    room: str = "Room 16"
    minutes: bool = False


@pytest.fixture
def insite(site: Any, platform: Any) -> Any:
    """A calendar with `rows` by number, the newest first, so many to a part."""

    class InSite(platform):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(site)
            self.rows: dict[int, Row] = {}
            self.to_a_part = 100
            self.month = 5
            """This month, counted from January 2017 on."""
            self.no_forms = False
            self.deaf = False
            """Whether it shows this month whatever it is asked for."""
            self.years = ("2018", "2017", "2016")
            self.posted: list[str] = []
            self.items: dict[int, list[str]] = {}
            """What is on the agenda of a meeting, as "File|Title|Action", in parts of a hundred."""

        def answer(self, request: web.Request) -> str:
            if request.path == "/MeetingDetail.aspx":
                form = request._post or {}
                return self.details(
                    int(request.query["ID"]), int(str(form.get("__EVENTTARGET", PAGER + "1"))[len(PAGER) :])
                )
            if request.path != "/Calendar.aspx":
                raise KeyError(request.path)
            view, part = "This Month", 1
            form: Any = request._post or {}
            if form and self.no_forms:
                raise KeyError(request.path)
            if form:
                state = json.loads(str(form["__VIEWSTATE"]))
                target = str(form["__EVENTTARGET"])
                view = state["view"]
                if target == FIELD:
                    view = str(form[FIELD])
                    chosen = json.loads(str(form[FIELD.replace("$", "_") + "_ClientState"]))
                    assert chosen["text"] == view
                else:
                    part = int(target.removeprefix(PAGER))
                self.posted.append(f"{view}/{part}")
            if self.deaf:
                view = "This Month"
            return self.page(view, part)

        def details(self, number: int, part: int) -> str:
            head = "".join(f"<th>{name}</th>" for name in ("File #", "Ver.", "Agenda #", "Type", "Title", "Action"))
            items = self.items.get(number, [])
            rows = ""
            for place, item in list(enumerate(items))[(part - 1) * 100 : part * 100]:
                file, title, action = item.split("|")
                matter = file.rpartition(" ")[2]
                link = (
                    f'<a href="LegislationDetail.aspx?ID={matter}&amp;GUID={GUID}&amp;Search=">{file}</a>'
                    if file
                    else "&nbsp;"
                )
                cells = (link if file else "&nbsp;", "1", f"{place + 1}.", "Resolution" if file else "", title, action)
                rows += (
                    f"<tr class='rgRow' id='c{self.fetch}{place}'>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
                )
            pager = "".join(
                f"""<a {'class="rgCurrentPage"' if one == part else ""}
href="javascript:__doPostBack('{PAGER}{one}','')"><span>{one}</span></a>"""
                for one in range(1, -(-len(items) // 100) + 1)
                if len(items) > 100
            )
            return f"""<html><title>Meeting</title><form><input type="hidden" name="__VIEWSTATE" value="{self.fetch}">
<a href="View.ashx?M=A&amp;ID={number}&amp;GUID={GUID}">Agenda</a>
<a href="View.ashx?M=F&amp;ID=9{number}&amp;GUID={GUID}">Speakers</a>
<table class="rgMasterTable" id="ctl00_ContentPlaceHolder1_gridMain_ctl00"><thead><tr>{head}</tr></thead>
<tbody>{rows or '<tr class="rgNoRecords"><td>No records to display.</td></tr>'}</tbody></table>{pager}</form></html>"""

        def page(self, view: str, part: int) -> str:
            rows = sorted(self.rows.items(), key=lambda row: row[1].day, reverse=True)
            if view.isdecimal():
                rows = [row for row in rows if row[1].day.year == int(view)]
            else:
                month = {"This Month": self.month, "Next Month": self.month + 1}[view]
                rows = [row for row in rows if (row[1].day.year - 2017) * 12 + row[1].day.month == month]
            parts = -(-len(rows) // self.to_a_part)
            shown = rows[(part - 1) * self.to_a_part : part * self.to_a_part]
            body = "".join(self.row(number, row) for number, row in shown)
            pager = "".join(
                f"""<a {'class="rgCurrentPage"' if one == part else ""}
href="javascript:__doPostBack('{PAGER}{one}','')"><span>{one}</span></a>"""
                for one in range(1, parts + 1)
                if parts > 1
            )
            offered = "".join(f"<li>{name}</li>" for name in ("All Years", *self.years, "This Month", "Next Month"))
            state = json.dumps({"view": view, "fetch": self.fetch}).replace('"', "&quot;")
            return f"""<html><title>Calendar</title><form>
<input type="hidden" name="__VIEWSTATE" value="{state}"><input type="hidden" name="__EVENTVALIDATION" value="x">
<input type="text" name="{FIELD}" value="{view}">
<div id="ctl00_ContentPlaceHolder1_lstYears_DropDown"><ul>{offered}</ul></div>
<table class="rgMasterTable"><thead><tr>{"".join(f"<th>{name}</th>" for name in HEAD.split("|"))}</tr></thead>
<tbody>{body or '<tr class="rgNoRecords"><td>No records to display.</td></tr>'}</tbody></table>{pager}</form></html>"""

        def row(self, number: int, row: Row) -> str:
            ids = f"ID={number}&amp;GUID={GUID}"
            minutes = f'<a href="View.ashx?M=M&amp;{ids}">Minutes</a>' if row.minutes else "Not available"
            cells = (
                "City Council",
                f"{row.day.month}/{row.day.day}/{row.day.year}",
                f'<a href="View.ashx?M=IC&amp;{ids}">iCal</a>',
                row.time,
                row.room,
                f'<a href="MeetingDetail.aspx?{ids}&amp;Options=info&amp;Search=">Meeting details</a>',
                f'<a href="View.ashx?M=A&amp;{ids}">Agenda</a>',
                minutes,
            )
            struck = row.time == "Deferred"
            inside = "".join(f"<td>{f'<strike>{cell}</strike>' if struck else cell}</td>" for cell in cells)
            return f'<tr class="rgRow" id="ctl{self.fetch}_{number}">{inside}</tr>'

    one = InSite()
    for number, days in enumerate((-40, -12, -5, 1, 2, 9, 30, 60, 90, 230), start=1):
        one.rows[number] = Row(TODAY + timedelta(days=days))
    return one


@pytest.fixture
def source(insite: Any) -> Source:
    """The shipped stanza; only its address is the replica's."""
    return replace(shipped()["new_york_city_council"], url=insite.url("/Calendar.aspx"))


async def test_each_year_of_the_window_is_asked_for_by_the_form(
    insite: Any, watch: Any, source: Source, news: News
) -> None:
    """As a reader picks a year, of those offered; the form's state differs at every fetch, and tells nothing."""
    for _ in range(3):
        assert news(await watch.poll(source)) == {}
    assert watch.report.complete
    assert insite.posted == ["2017/1", "2018/1"] * 3
    assert len(watch.present(source, "meeting")) == 10
    assert len([url for url in watch.archive.known_urls(source.slug) if "MeetingDetail" not in url]) == 3


async def test_a_year_of_several_parts_is_read_to_its_end(insite: Any, watch: Any, source: Source, news: News) -> None:
    """Page after page, each under an address of its own; what went from between two parts is told later, not never."""
    insite.to_a_part = 2
    await watch.poll(source)
    assert insite.posted == ["2017/1", "2018/1", "2017/2", "2017/3", "2017/4", "2017/5"]
    assert len(watch.present(source, "meeting")) == 10
    insite.rows[9].room = "Room 9"
    del insite.rows[7]
    assert news(await watch.poll(source)) == {"record_amended": {"9: location"}}
    insite.rows[20] = Row(TODAY + timedelta(days=70))
    assert news(await watch.poll(source)) == {
        "record_added": {"20", "20/listed/agenda"},
        "record_removed": {"7"},
    }


async def test_what_happens_to_meetings_is_told_as_what_it_is(
    insite: Any, watch: Any, source: Source, news: News
) -> None:
    """Deferred with its row struck through, minutes published, a new one, and one taken off the list."""
    await watch.poll(source)
    insite.rows[5].time = "Deferred"
    insite.rows[3].minutes = True
    insite.rows[20] = Row(TODAY + timedelta(days=21))
    del insite.rows[8]
    assert news(await watch.poll(source)) == {
        "record_amended": {"5: status, time"},
        "record_added": {"20", "20/listed/agenda", "20/paper/920", "3/listed/minutes"},
        "record_removed": {"8"},
    }
    assert watch.present(source, "meeting")["5"].facts["status"] == "postponed"


async def test_a_site_that_answers_no_form_is_said_and_can_be_read_by_the_month(
    insite: Any, watch: Any, source: Source, news: News
) -> None:
    """This month shown for every year is believed of no year; the stanza can say so."""
    insite.deaf = True
    await watch.poll(source)
    assert not watch.report.complete
    assert "whole_years" in watch.report.message
    insite.deaf, insite.posted = False, []
    months = replace(source, slug="months", parameters={"whole_years": False})
    await watch.poll(months)
    assert insite.posted == ["Next Month/1"]
    assert watch.report.complete
    assert watch.present(months, "meeting").keys() == {"2", "3", "4", "5", "6", "7"}


async def test_an_error_and_a_block_page_tell_nothing(insite: Any, watch: Any, source: Source, news: News) -> None:
    """The run is not complete, nothing is concluded, and everything goes on as it was."""
    await watch.poll(source)
    insite.failing = {"Calendar.aspx"}
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    insite.failing, insite.blocked = set(), True
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    insite.blocked = False
    assert news(await watch.poll(source)) == {}
    assert watch.report.complete


async def test_a_calendar_that_has_gone_is_one_page_withdrawn(
    insite: Any, watch: Any, source: Source, news: News
) -> None:
    """The city has left the platform: told once, and never as meetings that were cancelled."""
    insite.rows |= {number: Row(TODAY + timedelta(days=number // 2)) for number in range(100, 300)}
    await watch.poll(source)
    insite.status = 404
    assert news(await watch.polls(source, 5)) == {"page_withdrawn": {"Calendar.aspx"}}


async def test_an_address_that_is_no_calendar_is_said_at_once() -> None:
    """One sentence that names the remedy."""
    watched = Watched(Source(slug="s", title="S", url="https://x.legistar.com/", spider="legistar_html"))
    with pytest.raises(ConfigurationError, match="Calendar"):
        [request async for request in LegistarHtmlSpider([watched]).begin(watched)]


async def test_the_year_turns_without_news(insite: Any, watch: Any, source: Source, news: News) -> None:
    """Three polls of the same, and one on New Year's Day: another month opens, and each year stays its own page."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    insite.rows = {
        number: Row(date(2017, 12, 30) + timedelta(days=days))
        for number, days in enumerate((-40, -20, -2, 0, 1, 2, 3, 12, 40), start=1)
    }
    for month, later in ((12, 0.1), (12, 1), (12, 1), (13, 1)):
        insite.month = month
        assert news(await watch.poll(source, timedelta(days=later))) == {}
        assert watch.report.complete


async def test_a_year_that_is_gone_takes_no_meeting_along(insite: Any, watch: Any, source: Source, news: News) -> None:
    """The calendar as it opens lists those of this month as before: they are neither cancelled nor back."""
    await watch.poll(source)
    meetings = watch.present(source, "meeting").keys()
    insite.no_forms = True
    told = news(await watch.polls(source, 5))
    assert told.keys() == {"page_withdrawn"}
    assert watch.present(source, "meeting").keys() == meetings
    insite.no_forms = False
    assert news(await watch.poll(source)).keys() == {"page_returned"}


async def test_every_year_of_a_long_window_is_asked_for(insite: Any, watch: Any, source: Source) -> None:
    """However many the stanza asks for, of those that the calendar offers."""
    insite.years = tuple(str(year) for year in range(2018, 2000, -1))
    await watch.poll(replace(source, parameters={"days_back": 3650}))
    assert sorted(insite.posted) == [f"{year}/1" for year in range(2007, 2019)]


async def test_what_is_on_a_near_agenda_is_read_and_told(insite: Any, watch: Any, source: Source, news: News) -> None:
    """Items under their matters' numbers: put in, reworded, acted on and taken off, whatever their numbers become."""
    insite.items[5] = ["|Call to order|", "Res 101|The jail agreement|", "Res 102|Minutes of May|"]
    await watch.poll(source)
    items = watch.present(source, "agenda_item")
    assert {item.title for item in items.values()} == {
        "Call to order", "Res 101: The jail agreement", "Res 102: Minutes of May",
    }  # fmt: skip
    assert items["5/matter-101"].facts["matter_type"] == "Resolution"
    assert watch.present(source, "attachment")["5/paper/95"].facts["name"] == "Speakers"
    insite.items[5] = ["|Call to order|", "Res 103|Holds for ICE|", "Res 101|The jail agreement, amended|Adopted"]
    assert news(await watch.poll(source)) == {
        "record_added": {"5/matter-103"},
        "record_amended": {"5/matter-101: action, title"},
        "record_removed": {"5/matter-102"},
    }
    assert news(await watch.poll(source)) == {}


async def test_a_long_agenda_is_read_in_all_its_parts(insite: Any, watch: Any, source: Source, news: News) -> None:
    """A hundred items a page; of one of several parts nothing is missed."""
    insite.items[5] = [f"Res {number}|Item {number}|" for number in range(1000, 1250)]
    await watch.poll(source)
    assert watch.report.complete
    assert len(watch.present(source, "agenda_item")) == 250
    insite.items[5] = insite.items[5][1:]
    assert news(await watch.poll(source)) == {}


async def test_agendas_that_were_never_read_before_are_no_news(
    insite: Any, watch: Any, source: Source, news: News
) -> None:
    """A source that is known from its calendar alone: its first agendas are the beginning, the next are told."""
    insite.items[5] = ["Res 101|The jail agreement|"]
    insite.failing = {"MeetingDetail"}
    await watch.poll(source)
    checkpoint = watch.archive.checkpoint(source.slug)
    watch.archive.keep_checkpoint(source.slug, {name: kept for name, kept in checkpoint.items() if name != "agendas"})
    insite.failing = set()
    assert news(await watch.poll(source)) == {}
    insite.items[6] = ["Res 104|Bail|"]
    assert news(await watch.poll(source)) == {"record_added": {"6/matter-104"}}
