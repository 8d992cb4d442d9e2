"""What stands above a page's heading: a slide that makes way for another is ranked lower, a notice is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.decide import decide
from monitor.significance import told
from monitor.text import read
from monitor.types import Extraction, Known, Look, PageState, Source, Verdict, VerdictKind

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGE = PageState(
    Source("one", "One", "https://example.org/"), "https://example.org/", page_id=1, snapshot_number=1,
    extractor="page/1", baseline=False,
)  # fmt: skip


def page(top: str, below: str = "The hearing is on May 5.") -> str:
    """One with something above its heading."""
    return (
        f"<html><body><div>Borough of Kittering</div>{top}<h1>Policy</h1><p>{below}</p><p>Detainers</p></body></html>"
    )


def is_told(before: str, after: str) -> bool:
    """Whether the change from one to the other goes out at default settings."""
    texts = [read(body.encode(), "text/html", "") for body in (before, after)]
    extraction = Extraction("page/1", text=texts[1].lines, fillers=texts[1].fillers, heading=texts[1].heading)
    look = Look(PAGE.url, AT, 200, after.encode(), "text/html")
    served = Verdict(VerdictKind.CREDIBLE, "served")
    (change,) = decide(look, served, PAGE, Known(text=texts[0].lines), extraction).changes
    return told(change)


def slide(text: str) -> str:
    """In an element that no markup gives away."""
    return f"<div class='k3'><p>{text}</p></div>"


def test_lines_above_the_first_heading_are_counted() -> None:
    """Of the first rank, outside of tables; where there is none, nothing is above it."""
    assert read(page(slide("Rent a room")).encode(), "text/html", "").heading == 2
    assert read(b"<html><body><p>One</p><h2>Two</h2></body></html>", "text/html", "").heading == 0
    assert read(b"<table><tr><td>One</td><td><h1>Two</h1></td></tr></table>", "text/html", "").heading == 0


@pytest.mark.parametrize(
    ("before", "after", "goes_out"),
    [
        (page(slide("Rent a room")), page(slide("Adopt a pet")), False),
        (page(slide("Rent a room")), page(slide("The meeting is cancelled")), True),
        (page(slide("Rent a room")), page(slide("Council ends all detainers")), True),
        (page(""), page(slide("Offices close at noon")), True),
        (page(slide("Offices close at noon")), page(""), True),
        (page(slide("Offices close at noon")), page(slide("Offices close at 2 PM")), True),
        (page(slide("Rent a room"), "Rent a room"), page(slide("Rent a room"), "Adopt a pet"), True),
        (page(slide("Rent a room")), page(slide("Adopt a pet"), "The hearing is on May 9."), True),
        (page(slide("Rent a room")), page(slide("So the council said " + "very " * 15 + "much")), True),
    ],
)
def test_a_slide_above_the_heading_makes_way_untold(before: str, after: str, goes_out: bool) -> None:
    """Nothing of an emergency or of the mission; a notice that comes, goes or is amended, and all below, is told."""
    assert is_told(before, after) is goes_out
