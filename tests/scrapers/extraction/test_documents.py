"""A council's page that lists agendas as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ExtractionError
from monitor.records import compare

EXAMPLE = (Path(__file__).parent / "examples" / "documents" / "council.html").read_text(encoding="utf-8")


def sets(extraction):
    """Meetings and attachments of an extraction."""
    return extraction.record_sets


def test_the_example_reads_as_expected(reads_as_expected) -> None:
    """Days of labels, lines and headings; a cancelled meeting; a document of no meeting, undated; the prose as text."""
    reads_as_expected("documents", "council.html", body="City Council")


def test_a_new_file_under_a_revised_label_amends_the_agenda(chosen) -> None:
    """The same agenda with another name and address: neither a new one nor one that is gone."""
    edited = EXAMPLE.replace("032717%20ss.pdf", "032717%20ss%20rev.pdf").replace(
        ">Study Session", ">REVISED Study Session"
    )
    compared = compare(sets(chosen("documents", EXAMPLE))[1].records, sets(chosen("documents", edited))[1])
    assert [(pair.after.key, pair.fields) for pair in compared.amended] == [
        ("2017-03-27/study-session/study-session-agenda", ("name", "url"))
    ]
    assert (compared.added, compared.removed) == ((), ())


def test_a_meeting_that_is_called_off_on_the_page_is_amended(chosen) -> None:
    """The heading says it; the other meetings stand."""
    edited = EXAMPLE.replace("<td>Regular Meeting<td>", "<td>Regular Meeting - CANCELLED<td>")
    compared = compare(sets(chosen("documents", EXAMPLE))[0].records, sets(chosen("documents", edited))[0])
    assert [(pair.after.key, pair.fields) for pair in compared.amended] == [("2017-04-10/regular-meeting", ("status",))]


def test_what_is_still_to_come_is_missed_and_what_is_over_rolls_off(chosen) -> None:
    """A meeting of next month that vanishes is news; last week's is not, and no undated document ever is."""
    before = chosen("documents", EXAMPLE)
    kept = EXAMPLE.split("<tr><td>4/10/2017")[0] + "</table></main></body></html>"
    kept = kept.replace("rules.pdf", "charter.pdf").replace("Council Rules of Order and Procedure", "Charter")
    for at, meetings, papers in (
        (datetime(2017, 3, 28, tzinfo=UTC), 1, 2),
        (datetime(2017, 4, 12, tzinfo=UTC), 0, 0),
    ):
        after = chosen("documents", kept, at=at)
        assert len(compare(sets(before)[0].records, sets(after)[0]).removed) == meetings
        assert len(compare(sets(before)[1].records, sets(after)[1]).removed) == papers


def test_another_heading_ends_the_one_before(chosen) -> None:
    """The charter under "Other documents" belongs to no meeting."""
    (charter,) = [record for record in sets(chosen("documents", EXAMPLE))[1].records if not record.parent]
    assert (charter.title, charter.about) == ("Council Rules of Order and Procedure", "")


def test_documents_are_chosen_by_address(chosen) -> None:
    """Where a page links to other files too."""
    extraction = chosen("documents", EXAMPLE, address=["*civiclive.com/*"])
    assert [link.label for link in extraction.links] == ["Cancellation Notice"]


def test_a_page_without_documents_is_refused(chosen) -> None:
    """The list is filled by a script, or the layout changed: said so, and nothing is taken for withdrawn."""
    with pytest.raises(ExtractionError, match="render = true"):
        chosen("documents", "<h1>Council meetings</h1><p>Loading</p>")


def test_two_papers_of_one_name_are_two(chosen) -> None:
    """Told apart by their files."""
    page = '<h2>March 27, 2017</h2><p><a href="/a.pdf">Agenda</a></p><p><a href="/b.pdf">Agenda</a></p>'
    assert [record.key for record in sets(chosen("documents", page))[1].records] == [
        "2017-03-27/agenda-a-pdf",
        "2017-03-27/agenda-b-pdf",
    ]
