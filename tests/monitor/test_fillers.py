"""Blocks that a machine fills, by what the markup says: what is taken for one, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.fillers import MOST_LINES
from monitor.noise import compare, first_look
from monitor.significance import TOLD_AT, told, weigh
from monitor.text import read
from monitor.types import Change, ChangeKind, Learning

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
MATTER = "<p>The Sheriff holds nobody without a warrant.</p><p>Boulder County</p><p>Denver County</p><p>Weld County</p>"


def fillers_of(block: str) -> frozenset[str]:
    """Of a page with a heading and four passages."""
    html = f"<html><body><div><h1>Detainer policy</h1>{MATTER}</div>{block}</body></html>"
    page = read(html.encode(), "text/html", "https://www.example.gov/")
    return frozenset(page.lines[index] for index in page.fillers)


@pytest.mark.parametrize(
    "block",
    [
        '<div class="carousel slide"><p>Visit us</p></div>',
        '<div class="owl-carousel"><p>Visit us</p></div>',
        '<section aria-roledescription="carousel"><p>Visit us</p></section>',
        '<div class="flexslider"><p>Visit us</p></div>',
        '<ul id="hero-slider"><li>Visit us</li></ul>',
        '<div class="swiper-wrapper"><div>Visit us</div></div>',
        '<div class="relatedNews"><p>Visit us</p></div>',
        '<div id="mostRead"><p>Visit us</p></div>',
        '<aside class="widget trending"><p>Visit us</p></aside>',
        '<div class="google-ad"><p>Visit us</p></div>',
        '<div class="weatherWidget"><p>Visit us</p></div>',
        '<div class="social-feed"><p>Visit us</p></div>',
        '<div class="x1"><h3>Related stories</h3><p>Visit us</p></div>',
        '<div class="x1"><div><h3>You may also like</h3></div><p>Visit us</p></div>',
        '<div class="x1"><b>Keep reading</b><p>Visit us</p></div>',
    ],
)
def test_markup_tells_of_a_filled_block(block: str) -> None:
    """Libraries of carousels, habits of content systems, and headings whose element shows how far the block reaches."""
    assert "Visit us" in fillers_of(block)


@pytest.mark.parametrize(
    "block",
    [
        '<div class="content"><p>Visit us</p></div>',
        '<div class="alert emergency-banner"><p>Visit us</p></div>',
        '<div class="related-documents"><p>Visit us</p></div>',
        '<div class="meeting-carousel"><p>Visit us</p></div>',
        '<div class="social-services"><p>Visit us</p></div>',
        '<div class="weather-alerts"><p>Visit us</p></div>',
        '<div class="carousel"><h1>Home</h1><p>Visit us</p></div>',
        '<div class="related"><table><tr><td>Visit us</td></tr></table></div>',
        '<div class="slider-wrapper"><main><p>Visit us</p></main></div>',
        f'<div class="carousel"><p>Visit us</p>{"<p>More</p>" * MOST_LINES}</div>',
        "<div><p>Related stories</p></div><p>Visit us</p>",
    ],
)
def test_the_page_s_own_matter_is_no_filler(block: str) -> None:
    """Documents, tables, headings, alerts and long blocks."""
    assert "Visit us" not in fillers_of(block)


def test_the_same_line_elsewhere_is_the_page_s_own() -> None:
    """A headline stands in the page's list and in a block of related ones: each is known by where it stands."""
    block = "<div class='carousel'><p>Visit us</p></div>"
    html = f"<html><body><h1>Policy</h1>{MATTER}<p>Visit us</p>{block}</body></html>"
    page = read(html.encode(), "text/html", "https://www.example.gov/")
    assert (page.lines[-2:], page.fillers) == (("Visit us", "Visit us"), {len(page.lines) - 1})
    result = judged(("Policy", "A", "Visit us", "B", "Visit us"), ("Policy", "A", "B", "Other"), {4}, {3})
    assert [(hunk.before, hunk.after) for hunk in result.hunks] == [(("Visit us",), ())]


def test_a_document_s_name_is_never_filler() -> None:
    """A link to a file inside a carousel is compared like any other."""
    assert fillers_of('<div class="carousel"><a href="/a.pdf">Agenda</a><p>Visit us</p></div>') == {"Visit us"}


def test_a_page_that_is_half_filler_has_none() -> None:
    """Where the hints cover the page, they are the names of its design."""
    block = "".join(f"<p>Story {number}</p>" for number in range(9))
    assert fillers_of(f'<div class="related">{block}</div>') == frozenset()


def test_canonical_lines_do_not_depend_on_hints() -> None:
    """The lines that an archive compares by are the same whatever a block is called."""
    page = "<html><body><h1>Policy</h1><div class='{}'><h3>Related stories</h3><p>One</p></div></body></html>"
    texts = {read(page.format(name).encode(), "text/html", "").lines for name in ("plain", "carousel", "related")}
    assert texts == {("Policy", "Related stories", "One")}


def judged(before: tuple[str, ...], after: tuple[str, ...], filled_before: set[int], filled_after: set[int]):
    learning = first_look(Learning(), before, filled_before, AT)
    return compare(before, after, learning, AT + timedelta(days=1), filled_after)


def test_what_changed_in_a_filled_block_is_told_apart() -> None:
    """It is neither news nor ignored, and the page's own edit in the same hunk stays news."""
    result = judged(("Policy", "Slide one", "End"), ("Policy", "Slide two", "End"), {1}, {1})
    assert (result.hunks, result.ignored) == ((), ())
    assert result.fillers[0].after == ("Slide two",)
    mixed = judged(("Policy", "A", "Slide one"), ("Policy", "B", "Slide two"), {2}, {2})
    assert [(hunk.before, hunk.after) for hunk in mixed.hunks] == [(("A",), ("B",))]
    assert [(hunk.before, hunk.after) for hunk in mixed.fillers] == [(("Slide one",), ("Slide two",))]


def test_a_line_that_was_the_page_s_own_is_news_when_it_goes() -> None:
    """What stood before is filler only if it stood in such a block when it was looked at."""
    result = judged(("Policy", "No detainers", "End"), ("Policy", "Slide two", "End"), set(), {1})
    assert [hunk.before for hunk in result.hunks] == [("No detainers",)]


def changed(after: str, **details: object) -> Change:
    """A page that changed."""
    hunks = [[["before"], [after]]]
    return weigh(
        Change(
            kind=ChangeKind.PAGE_CHANGED, at=AT, source="one", url="", summary="", after={"text": after},
            details={"hunks": hunks, **details},
        )
    )  # fmt: skip


def test_filler_is_kept_below_what_is_told_unless_it_is_urgent() -> None:
    """A slide tells nobody, not even of the mission: on an immigration agency's site every related story does."""
    assert told(changed("Detainer policy published"))
    assert 0 < changed("Detainer policy published", filled=True).significance < TOLD_AT
    assert not told(changed("Know your evacuation zone", filled=True))
    for urgent in (
        "EMERGENCY: road closed",
        "Meeting cancelled",
        "The hearing has moved",
        "Evacuation order",
        "Boil water",
    ):
        assert told(changed(urgent, filled=True)), urgent
