"""The shipped Granicus view, pointed at one on loopback whose meetings change their numbers when they are held."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from reportlab.pdfgen.canvas import Canvas

from monitor.errors import ConfigurationError
from monitor.types import Change, ChangeKind, Source
from scrapers.crawl import Watched
from scrapers.sources import shipped
from scrapers.spiders import granicus
from scrapers.spiders.granicus import GranicusSpider

News = Callable[[list[Change]], dict[str, set[str]]]
TODAY = date(2017, 5, 29)
COUNCIL = "city-council:2017-05-31"


@dataclass
class Row:
    """A meeting of the replica."""

    name: str
    day: date
    number: int
    held: bool = False
    items: list[str] = field(default_factory=lambda: ["CALL TO ORDER", "THE JAIL AGREEMENT"])


def pdf_of(line: str) -> bytes:
    """A page with two lines."""
    body = io.BytesIO()
    page = Canvas(body, invariant=True)
    page.drawString(72, 720, "City Council")
    page.drawString(72, 700, line)
    page.save()
    return body.getvalue()


def row_html(row: Row) -> str:
    """A row as the platform's template prints it."""
    query = f"view_id=4&amp;{'clip' if row.held else 'event'}_id={row.number}"
    player = f"window.open('/MediaPlayer.php?{query}')"
    video = f'<td><a href="javascript:void(0);" onclick="{player}">Video</a></td>'
    return f"""<tr class="listingRow"><td headers="Name" scope="row">{row.name}</td>
<td headers="Date">{row.day:%B}&nbsp;{row.day.day},&nbsp;{row.day.year} - 5:00&nbsp;PM</td>
{"<td headers='Duration'>00h 20m</td>" if row.held else ""}
<td><a href="/AgendaViewer.php?{query}">Agenda</a></td>{video if row.held else ""}</tr>"""


@pytest.fixture
def view(site: Any, platform: Any) -> Any:
    """A view with `rows`; view 9 lists those held, and view 4 all unless `apart`."""

    class View(platform):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(site)
            self.rows: list[Row] = []
            self.apart = False
            self.pdf = b""

        def answer(self, request: web.Request) -> str | bytes:
            if request.path == "/AgendaViewer.php" and self.pdf:
                return self.pdf
            if request.path == "/AgendaViewer.php":
                number = int(request.query.get("event_id") or request.query["clip_id"])
                row = next(row for row in self.rows if row.number == number)
                tables = "".join(
                    f'<table><tr><td width="40">{place}.</td><td>{item}</td></tr></table>'
                    f'<div><a href="/MetaViewer.php?{request.query_string}&amp;meta_id={7000 + place}">Report</a></div>'
                    for place, item in enumerate(row.items, start=1)
                )
                return f"<html><body><h1>Agenda</h1>{tables}</body></html>"
            if request.path != "/ViewPublisher.php":
                raise KeyError(request.path)
            archive = request.query["view_id"] == "9"
            coming = "".join(row_html(row) for row in self.rows if not row.held)
            past = "".join(row_html(row) for row in self.rows if row.held)
            first = f'<table summary="This table lists Upcoming Events">{coming}</table>' if not archive else ""
            second = f'<div class="archive"><table>{past}</table></div>' if archive or not self.apart else ""
            return f"<html><title>Views</title><body>{first}{second}</body></html>"

    one = View()
    one.rows = [Row("City Council", TODAY + timedelta(days=days), 900 + days) for days in (2, 9, 16, 23, 30, 37)]
    one.rows.append(Row("City Council", TODAY - timedelta(days=12), 700, held=True))
    one.rows += [Row("City Council", date(year, 1, 5), year, held=True) for year in range(1998, 2017)]
    return one


@pytest.fixture
def source(view: Any) -> Source:
    """The shipped stanza; only its address is the replica's."""
    return replace(shipped()["tulsa_council"], url=view.url("/ViewPublisher.php?view_id=4"))


async def test_nothing_is_told_of_a_view_that_stays_as_it_is(view: Any, watch: Any, source: Source, news: News) -> None:
    """The weeks around today are read, twenty years of archive are not; near agendas are read with their items."""
    for _ in range(3):
        assert news(await watch.poll(source, timedelta(days=1))) == {}
    assert watch.report.complete
    assert len(watch.present(source, "meeting")) == 7
    assert watch.present(source, "agenda_item").keys() >= {
        key for key in watch.present(source, "agenda_item") if key.startswith(COUNCIL)
    }
    assert {record.title for record in watch.present(source, "agenda_item").values()} == {
        "CALL TO ORDER",
        "THE JAIL AGREEMENT",
    }


async def test_a_meeting_that_is_held_stays_itself(view: Any, watch: Any, source: Source, news: News) -> None:
    """Its event becomes a clip: it is held now, with a video; nothing is removed, and nothing comes twice."""
    await watch.poll(source, timedelta(days=3))
    view.rows[0] = replace(view.rows[0], number=731, held=True)
    assert news(await watch.poll(source)) == {
        "record_amended": {f"{COUNCIL}: status"},
        "record_added": {f"{COUNCIL}/listed/video"},
    }
    assert watch.present(source, "meeting")[COUNCIL].extras["clip"] == "731"
    assert news(await watch.poll(source)) == {}


async def test_held_meetings_are_joined_across_views(view: Any, watch: Any, source: Source, news: News) -> None:
    """Where past and coming meetings have views of their own, absence from the one is no news."""
    view.apart = True
    apart = replace(source, parameters={"archives": [9]})
    await watch.poll(apart, timedelta(days=3))
    view.rows[0] = replace(view.rows[0], number=731, held=True)
    assert news(await watch.poll(apart)) == {
        "record_amended": {f"{COUNCIL}: status"},
        "record_added": {f"{COUNCIL}/listed/video"},
    }


async def test_what_happens_to_meetings_and_agendas_is_told_as_what_it_is(
    view: Any, watch: Any, source: Source, news: News
) -> None:
    """Cancelled in its name, taken off the list, a new one, and an item put in above another."""
    await watch.poll(source)
    view.rows[1].name = "City Council - CANCELLED"
    view.rows[0].items.insert(1, "A PROCLAMATION")
    del view.rows[5]
    view.rows.append(Row("Budget Committee", TODAY + timedelta(days=80), 990))
    told = news(await watch.poll(source))
    assert told["record_amended"] == {"city-council:2017-06-07: status"}
    assert told["record_removed"] == {"city-council:2017-07-05"}
    added = told["record_added"]
    assert {"budget-committee:2017-08-17", "budget-committee:2017-08-17/listed/agenda"} < added
    assert {key.rpartition("/")[0] for key in added} == {
        "",
        "budget-committee:2017-08-17/listed",
        COUNCIL,
        f"{COUNCIL}/meta",
    }


async def test_an_agenda_that_is_a_pdf_is_compared_by_its_text(
    view: Any, watch: Any, source: Source, news: News
) -> None:
    """It is no news as a document, the view lists it already; what then reads otherwise is told."""
    del view.rows[1:6]
    view.pdf = pdf_of("Item 1: the jail agreement")
    await watch.poll(source)
    assert news(await watch.poll(source)) == {}
    view.pdf = pdf_of("Item 1: the jail agreement, amended")
    (change,) = await watch.poll(source)
    assert change.kind is ChangeKind.PAGE_CHANGED
    assert change.details["hunks"] == [[["Item 1: the jail agreement"], ["Item 1: the jail agreement, amended"]]]
    assert change.title == "Tulsa City Council: agenda of 2017-05-31"


async def test_an_error_and_a_block_page_tell_nothing(view: Any, watch: Any, source: Source, news: News) -> None:
    """Neither of the view nor of an agenda; a single agenda that fails leaves the run complete."""
    await watch.poll(source)
    view.failing = {"AgendaViewer"}
    assert news(await watch.poll(source)) == {}
    assert watch.report.complete
    view.failing = {"ViewPublisher"}
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    view.failing, view.blocked = set(), True
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    view.blocked = False
    assert news(await watch.poll(source)) == {}
    assert watch.report.complete


async def test_a_view_without_rows_is_an_error_and_not_an_empty_calendar(
    view: Any, watch: Any, source: Source, news: News
) -> None:
    """Views are renumbered and emptied; the operator is told, the readers are not."""
    await watch.poll(source)
    view.rows.clear()
    assert news(await watch.polls(source, 4)) == {}
    assert not watch.report.complete
    assert "view_id" in watch.report.message


async def test_a_view_that_has_gone_is_one_page_withdrawn(view: Any, watch: Any, source: Source, news: News) -> None:
    """The city has left the platform: told once, and never as meetings that were cancelled."""
    view.rows += [Row("City Council", TODAY + timedelta(days=100 + number), 2000 + number) for number in range(200)]
    await watch.poll(replace(source, parameters={"agendas": False}))
    view.status = 404
    told = await watch.polls(replace(source, parameters={"agendas": False}), 5)
    assert news(told) == {"page_withdrawn": {"ViewPublisher.php?view_id=4"}}


async def test_a_source_without_a_view_is_said_at_once() -> None:
    """One sentence that names the remedy."""
    watched = Watched(Source(slug="s", title="S", url="https://x.granicus.com/ViewPublisher.php", spider="granicus"))
    with pytest.raises(ConfigurationError, match="view_id=1"):
        [request async for request in GranicusSpider([watched]).begin(watched)]


async def test_the_year_turns_without_news(view: Any, watch: Any, source: Source, news: News) -> None:
    """Three polls of the same, and one on New Year's Day; the view goes on listing what was not held."""
    watch.now = datetime(2017, 12, 30, 18, 0, tzinfo=UTC)
    days = (-20, -2, 0, 1, 2, 3, 12)
    view.rows = [Row("City Council", date(2017, 12, 30) + timedelta(days=one), 940 + one) for one in days]
    for later in (0.1, 1, 1, 1):
        assert news(await watch.poll(source, timedelta(days=later))) == {}
        assert watch.report.complete


async def test_an_agenda_that_two_meetings_share_is_read_for_both(
    view: Any, watch: Any, source: Source, news: News
) -> None:
    """A joint meeting of two bodies: each has the items under its own key."""
    view.rows.append(Row("Utility Board", TODAY + timedelta(days=2), 902))
    await watch.poll(source)
    items = watch.present(source, "agenda_item").values()
    assert {item.parent for item in items if item.about[:10] == "2017-05-31"} == {COUNCIL, "utility-board:2017-05-31"}
    assert len({item.key for item in items}) == 14
    assert news(await watch.poll(source)) == {}


async def test_more_agendas_than_one_run_reads_are_read_by_the_next(
    view: Any, watch: Any, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest first; in turn each is read."""
    monkeypatch.setattr(granicus, "_AGENDAS_AT_MOST", 4)
    await watch.poll(source)
    first = {item.parent for item in watch.present(source, "agenda_item").values()}
    await watch.poll(source)
    assert len(first) == 4
    assert len({item.parent for item in watch.present(source, "agenda_item").values()}) == 6
