"""What an answer is, by what stands in it. The answers are written for these tests in the documented shapes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.types import Look
from scrapers.platforms import Proposal, from_answer


def proposals(body: str, media_type: str = "text/html", url: str = "https://city.example/clerk") -> list[Proposal]:
    look = Look(
        url=url,
        at=datetime(2026, 9, 4, tzinfo=UTC),
        status=200,
        body=body.encode(),
        media_type=media_type,
        final_url=url,
    )
    return list(from_answer(look))


@pytest.mark.parametrize(
    ("body", "media_type", "label", "parameters"),
    [
        (
            '<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>',
            "text/xml",
            "a feed",
            {"extract": "feed"},
        ),
        ('<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "", "a feed", {"extract": "feed"}),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar", "an iCalendar feed", {"extract": "ical"}),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "text/xml", "a sitemap", {}),
        ("%PDF-1.7", "application/pdf", "a PDF", {}),
        ("<h1>Policy</h1><p>Text</p>", "text/html", "a page", {}),
        (
            "<h1>Agendas</h1>" + "".join(f'<a href="/files/{n}.pdf">Agenda {n}</a>' for n in range(3)),
            "text/html",
            "a page with documents",
            {"follow": True},
        ),
    ],
)
def test_the_kind_shows_in_the_answer(body: str, media_type: str, label: str, parameters: dict[str, object]) -> None:
    """Feeds, calendars and files by their first bytes, pages by what they link to."""
    best = proposals(body, media_type)[0]
    assert (best.label, dict(best.parameters), best.spider) == (label, parameters, "page")


def test_an_agenda_center_is_known_by_its_rows() -> None:
    """CivicPlus sites are mounted on the city's own host, under any path."""
    row = '<tr class="catAgendaRow"><td><a href="/town/AgendaCenter/ViewFile/Agenda/_05052020-1">x</a></td></tr>'
    best = proposals(f"<table>{row}</table>", url="https://www.town.example/town/meetings")[0]
    assert (best.spider, best.url) == ("civicplus", "https://www.town.example/town/AgendaCenter")


def test_a_page_that_links_to_a_platform_says_so() -> None:
    """A city's own page is watched as what it is; where its agendas lie comes after it."""
    links = '<a href="https://denver.legistar.com/Calendar.aspx">Meetings</a>' * 2
    found = proposals(f"<h1>Council</h1>{links}<a href='https://x.primegov.com/'>Old</a>")
    assert [one.spider for one in found] == ["page", "legistar_api", "primegov"]
