"""Pages with chosen readers from the fetch to the archive: what is told of each true change, and of none."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from reportlab.pdfgen.canvas import Canvas

from monitor.types import Change, ChangeKind, Source
from scrapers.crawl import CrawlReport
from storage import Archive

AT = datetime(2017, 3, 20, 12, 0, tzinfo=UTC)


def pdf(*lines: str) -> bytes:
    """A PDF of one page with these lines."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for place, line in enumerate(lines):
        canvas.drawString(72, 700 - 20 * place, line)
    canvas.save()
    return target.getvalue()


@dataclass
class Watch:
    """One source, its archive, and a clock that each poll moves on by a quarter of an hour."""

    source: Source
    one_run: Any
    archive: Archive = field(default_factory=Archive.in_memory)
    now: datetime = AT
    told: int = 0

    async def poll(self) -> tuple[CrawlReport, list[Change]]:
        """One run, and what it told."""
        self.now += timedelta(minutes=15)
        report = await self.one_run(self.archive, self.source, self.now)
        news = [stored.change for stored in self.archive.changes()]
        self.told, changes = len(news), news[self.told :]
        return report, changes


@pytest.fixture
def watch(site, make_source, one_run) -> Iterator[Callable[..., Watch]]:
    """`watch(path, **parameters)`: a page of the site under watch."""
    made: list[Watch] = []

    def one(path: str, /, **parameters: Any) -> Watch:
        source = make_source(
            site.url(path), parameters=parameters, jurisdiction="Aurora, Colorado", timezone="America/Denver"
        )
        made.append(Watch(source, one_run))
        return made[-1]

    yield one
    for held in made:
        held.archive.close()


COUNCIL = (
    "<html><head><title>Council meetings</title></head><body><h1>Council meetings</h1><p>It meets on Mondays.</p>"
    '<h2>March 27, 2017</h2><ul><li><a href="/f/1.pdf">Study Session Agenda</a></li></ul>'
    '<h2>April 3, 2017</h2><ul><li><a href="/f/2.pdf">Regular Meeting Agenda</a></li></ul></body></html>'
)


async def test_a_council_s_page_of_agendas(site, watch) -> None:
    """Two looks alike tell nothing; a file written anew, another file, a cancellation are told as what they are."""
    site.says("/meetings", COUNCIL)
    site.says("/f/1.pdf", pdf("STUDY SESSION", "1. Budget"), media="application/pdf")
    site.says("/f/2.pdf", pdf("REGULAR MEETING", "1. Roll call"), media="application/pdf")
    council = watch("/meetings", extract="documents")
    for _ in range(2):
        report, told = await council.poll()
        assert (report.outcome, report.complete, told) == ("ok", True, [])

    site.says("/f/1.pdf", pdf("STUDY SESSION", "AGENDA REVISED 3:45p.m.", "1. Budget"), media="application/pdf")
    _, told = await council.poll()
    assert [(change.kind, change.after) for change in told] == [
        (ChangeKind.PAGE_CHANGED, {"text": "AGENDA REVISED 3:45p.m."})
    ]

    site.says("/f/1b.pdf", pdf("STUDY SESSION", "AGENDA REVISED 5:00p.m.", "1. Budget"), media="application/pdf")
    site.says("/meetings", COUNCIL.replace("/f/1.pdf", "/f/1b.pdf").replace(">Study", ">REVISED Study"))
    _, told = await council.poll()
    assert {(change.kind, change.title) for change in told} == {
        (ChangeKind.RECORD_AMENDED, "REVISED Study Session Agenda"),
        (ChangeKind.DOCUMENT_PUBLISHED, "STUDY SESSION"),
    }

    site.says("/meetings", COUNCIL.replace("/f/1.pdf", "/f/1b.pdf").replace("April 3, 2017", "CANCELED: April 3, 2017"))
    _, told = await council.poll()
    assert (ChangeKind.RECORD_AMENDED, {"status": "cancelled"}) in [(change.kind, change.after) for change in told]


async def test_a_file_taken_down_with_its_link_is_told(site, watch) -> None:
    """It is asked for again although nothing links to it, until its withdrawal is sure; then never again."""
    site.says(
        "/policies",
        '<h1>Policies</h1><p>In force.</p><p><a href="/f/1.pdf">One</a></p><p><a href="/f/2.pdf">Two</a></p>',
    )
    site.says("/f/1.pdf", pdf("Policy one", "No holds without a warrant."), media="application/pdf")
    site.says("/f/2.pdf", pdf("Policy two"), media="application/pdf")
    policies = watch("/policies", follow=True)
    await policies.poll()
    await policies.poll()
    site.says("/policies", '<h1>Policies</h1><p>In force.</p><p><a href="/f/2.pdf">Two</a></p>')
    del site.pages["/f/1.pdf"]
    told = [change for _ in range(4) for change in (await policies.poll())[1]]
    assert [change.kind for change in told] == [ChangeKind.PAGE_CHANGED, ChangeKind.PAGE_WITHDRAWN]
    assert told[1].url == site.url("/f/1.pdf")
    asked = site.asked("/f/1.pdf")
    await policies.poll()
    assert site.asked("/f/1.pdf") == asked


async def test_a_withdrawal_is_confirmed_while_the_list_is_out_of_order(site, watch) -> None:
    """The link went, the file went, and then the page of links cannot be had: the file is asked for all the same."""
    site.says("/policies", '<h1>Policies</h1><p>In force.</p><p><a href="/f/1.pdf">One</a></p>')
    site.says("/f/1.pdf", pdf("Policy one", "No holds without a warrant."), media="application/pdf")
    policies = watch("/policies", follow=True)
    await policies.poll()
    site.says("/policies", "<h1>Policies</h1><p>In force.</p>")
    del site.pages["/f/1.pdf"]
    assert [change.kind for change in (await policies.poll())[1]] == [ChangeKind.PAGE_CHANGED]
    site.says("/policies", "<h1>Sorry</h1>", status=500)
    told = [change for _ in range(3) for change in (await policies.poll())[1]]
    assert [(change.kind, change.url) for change in told] == [(ChangeKind.PAGE_WITHDRAWN, site.url("/f/1.pdf"))]


TABLE = "<h1>Policies</h1><table><tr><th>County</th><th>Policy</th></tr>{}</table>"
ROWS = [
    f"<tr><td>{name}</td><td>Honors</td></tr>" for name in ("Adams", "Boulder", "Denver", "Jefferson", "Mesa", "Pueblo")
]


@pytest.mark.parametrize(
    "answer",
    [
        (200, "text/html", "<html><head><title>Just a moment...</title></head><body><p>Please wait</p></body></html>"),
        (500, "text/html", "<p>Server error</p>"),
        (200, "text/html", "<h1>Policies</h1><p>We are building a new page.</p>"),
        (200, "text/html", TABLE.replace("County", "Sheriff").format("".join(ROWS))),
        (200, "text/html", TABLE.format(ROWS[0])),
    ],
    ids=["wall", "error", "another page", "renamed column", "collapse"],
)
async def test_no_bad_answer_is_news_about_the_list(answer, site, watch) -> None:
    """A wall, an error, another layout, a list that lost most of itself: nothing is told, and the list stays known."""
    status, media, body = answer
    site.says("/table", TABLE.format("".join(ROWS)))
    policies = watch("/table", extract="table", key=["County"], member="County", kind="policy")
    await policies.poll()
    site.says("/table", body, status=status, media=media)
    _, told = await policies.poll()
    assert told == []
    site.says("/table", TABLE.format("".join(ROWS).replace("Honors", "Refuses", 1)))
    _, told = await policies.poll()
    assert [(change.kind, change.title, change.after) for change in told] == [
        (ChangeKind.RECORD_AMENDED, "Adams", {"Policy": "Refuses"})
    ]


async def test_rows_come_and_go(site, watch) -> None:
    """A county less is removed, one more added, each under its name; the title of the page is no change."""
    site.says("/table", TABLE.format("".join(ROWS)))
    policies = watch("/table", extract="table", key=["County"], kind="policy")
    await policies.poll()
    site.says("/table", TABLE.format("".join([*ROWS[1:], "<tr><td>Routt</td><td>Refuses</td></tr>"])))
    _, told = await policies.poll()
    assert {(change.kind, change.title) for change in told} == {
        (ChangeKind.RECORD_REMOVED, "Adams"),
        (ChangeKind.RECORD_ADDED, "Routt"),
    }


async def test_an_answer_in_pages(site, watch) -> None:
    """Each page is a page of the source, asked for once, its new records told."""
    facilities = watch("/api", extract="json", path="items", key=["id"], title="name", next="next")

    async def by_query(request: Any) -> Any:
        if request.query.get("page") == "2":
            return web.json_response({"items": second, "next": None})
        return web.json_response({"items": [{"id": 1, "name": "One"}], "next": "/api?page=2"})

    second = [{"id": 2, "name": "Two"}]
    site.pages["/api"] = by_query
    report, told = await facilities.poll()
    assert (report.complete, told, site.asked("/api")) == (True, [], 2)
    second.append({"id": 3, "name": "Three"})
    _, told = await facilities.poll()
    assert [(change.kind, change.title) for change in told] == [(ChangeKind.RECORD_ADDED, "Three")]
    second.pop(0)
    _, told = await facilities.poll()
    assert told == []
