"""Real captures, where they are at hand: what is read of them, and what two captures of one page differ in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.noise import compare
from monitor.text import PageText, read
from monitor.types import Learning

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples").resolve()
MEDIA_TYPES = {
    ".html": "text/html", ".json": "application/json", ".xml": "text/xml", ".csv": "text/csv", ".ics": "text/calendar",
    ".txt": "text/plain", ".md": "text/markdown",
}  # fmt: skip
CAPTURES = sorted(path for path in SAMPLES.rglob("*") if path.suffix in MEDIA_TYPES)

pytestmark = pytest.mark.skipif(not CAPTURES, reason="no real captures beside the checkout")


def page(name: str | Path) -> PageText:
    path = SAMPLES / name
    return read(path.read_bytes(), MEDIA_TYPES[path.suffix], "https://www.example.gov/dir/page")


def told(before: str, after: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    result = compare(page(before).lines, page(after).lines, Learning(), datetime(2026, 2, 1, tzinfo=UTC))
    return [(hunk.before, hunk.after) for hunk in result.hunks]


def test_every_capture_is_read_and_reads_the_same_again() -> None:
    """No capture raises, and the lines of each are canonical already."""
    for path in CAPTURES:
        lines = page(path).lines
        assert read("\n".join(lines).encode(), "text/plain", "").lines == lines, path.name


def test_an_unedited_release_is_equal() -> None:
    """Nonces, random ids and cache tokens are the only difference between these two captures."""
    name = "federal/ice/release_node68348_capture{}_nochange.html"
    assert page(name.format("A")) == page(name.format("B"))


def test_an_edited_release_shows_the_one_edit() -> None:
    """A year was corrected in one paragraph; the date of the last save is noise."""
    ((before, after),) = told(
        "federal/ice/release_node69595_capture1_mod2026-01-20.html",
        "federal/ice/release_node69595_capture2_mod2026-01-27.html",
    )
    assert len(before) == len(after) == 1
    assert before[0].replace("Jan. 14, 2025", "Jan. 14, 2026", 1) == after[0]


def test_a_page_with_random_row_ids_is_equal() -> None:
    """Four fetches of one agenda search, whose bytes always differ, read the same."""
    pages = [page(path).lines for path in sorted((SAMPLES / "agendas/civicplus/nashcounty_series").glob("*.html"))]
    assert len(pages) == 4
    assert all(lines == pages[0] for lines in pages)


def test_content_of_captures_is_there() -> None:
    """Lists, table rows and document links of real pages stand in the text."""
    deaths = page("federal/ice/page_detainee-death-reporting.html")
    assert "September 22, 2025 | Ayala Uribe, Ismael [/doclib/foia/reports/ddrIsmaelUribeAyala.pdf]" in deaths.lines
    assert sum(link.role == "document" for link in deaths.links) > 50
    for path in CAPTURES:
        if path.suffix == ".html" and "SYNTHETIC" not in path.name:
            assert page(path).lines, path.name
