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


TABLE = "<table><caption>Jail policies</caption><tr><th>County</th><th>Policy</th></tr>{rows}</table>"


def rows(names: list[str]) -> str:
    return "".join(f"<tr><td>{name}</td><td>Warrant needed</td></tr>" for name in names)


def test_a_table_that_is_a_list_is_read_row_by_row() -> None:
    """By the first column that tells its rows apart; the page itself comes after it."""
    found = proposals(TABLE.format(rows=rows(["Adams", "Boulder", "Denver", "Jefferson", "Pueblo"])))
    assert dict(found[0].parameters) == {"extract": "table", "key": ["County"], "caption": "Jail policies"}
    assert found[1].label == "a page"


@pytest.mark.parametrize(
    "body",
    [
        TABLE.format(rows=rows(["Adams", "Adams", "Boulder", "Denver", "Pueblo"])),
        TABLE.format(rows=rows(["Adams", "Boulder"])),
        TABLE.format(rows=rows(["Adams", "", "Boulder", "Denver", "Pueblo"])),
        "<table><tr><td>Monday</td><td>9 to 5</td></tr>" * 8 + "</table>",
    ],
)
def test_a_table_that_is_none_is_text(body: str) -> None:
    """Rows that nothing tells apart, a box of facts, a gap in the key, a layout without headings."""
    assert proposals(body)[0].label == "a page"


def test_json_is_read_by_its_longest_array() -> None:
    """Under its path, by the field that is called as keys are."""
    answer = '{"meta": {"pages": [{"n": 1}, {"n": 2}]}, "data": {"items": [%s]}}'
    items = ", ".join(f'{{"name": "N", "id": {number}}}' for number in range(3))
    best = proposals(answer % items, "application/json")[0]
    assert dict(best.parameters) == {"extract": "json", "path": "data.items", "key": ["id"]}
    assert proposals("[1, 2, 3]", "application/json")[0].label == "a page"
    assert proposals('{"cut": [', "application/json")[0].label == "a page"


def test_csv_is_read_by_its_first_telling_column() -> None:
    """States repeat, agencies do not."""
    lines = "\n".join(f"Colorado;Agency {number}" for number in range(6))
    best = proposals(f"State;Agency\n{lines}", "text/csv")[0]
    assert dict(best.parameters) == {"extract": "csv", "key": ["Agency"]}
    assert proposals("", "text/csv")[0].label == "a page"
