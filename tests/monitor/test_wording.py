"""The sentences that changes are told in."""

from __future__ import annotations

from monitor.diff import Hunk
from monitor.records import Amendment, EditionComparison
from monitor.types import Edition, Record, Source
from monitor.wording import amended, day, list_published, named, page_changed, shortened

SOURCE = Source("denver", "Denver City Council", "https://example.org/events")
WEEK = Edition("weekly", "February 4 – February 10, 2017", "2017-02-04/2017-02-10")


def test_a_list_is_told_by_who_is_new_who_is_gone_and_whose_row_changed() -> None:
    """The counted thing in the plural, names before the period, and how many more there are."""
    compared = EditionComparison(47, ("A", "B", "C", "D"), ("E",), (("F", {}),))
    told = list_published("ICE", WEEK, ("jurisdiction", "jurisdictions"), compared, previous=True)
    assert told == (
        "ICE lists 47 jurisdictions; new: A; B; C and 1 more; gone: E; changed: F (February 4 – February 10, 2017)"
    )


def test_an_edition_like_the_one_before_says_so() -> None:
    """And one row is counted in the singular."""
    told = list_published(
        "ICE", WEEK, ("jurisdiction", "jurisdictions"), EditionComparison(1, (), (), ()), previous=True
    )
    assert told == "ICE lists 1 jurisdiction; the same as before (February 4 – February 10, 2017)"


def test_a_word_in_a_long_passage_is_quoted_with_its_neighbours() -> None:
    """One year corrected in a paragraph: the reader sees both years, not that a passage changed."""
    old = " ".join(["word"] * 40) + " passed away on Jan. 14, 2025 at a hospital " + " ".join(["more"] * 40)
    told = page_changed("ICE", [Hunk((old,), (old.replace("2025", "2026"),))])
    assert told == "ICE: “…on Jan. 14, 2025 at a hospital…” now reads “…on Jan. 14, 2026 at a hospital…”"


def test_a_word_in_a_record_s_long_text_is_quoted_with_its_neighbours() -> None:
    """A comma stays where it stands; of a text that is written anew it is only said that it changed."""
    text = f"{'word ' * 40}passed away on Jan. 14, 2025, at a hospital.\n{'more ' * 40}"
    before, after, anew = (
        Record("press_release", "1", "One", {"body": body})
        for body in (text, text.replace("2025", "2026"), "other " * 90)
    )
    assert amended(Amendment(before, after, ("body",)), SOURCE) == (
        "Denver City Council: “One”: body changed: “…on Jan. 14, 2025, at a…” now reads “…on Jan. 14, 2026, at a…”"
    )
    assert amended(Amendment(before, anew, ("body",)), SOURCE) == "Denver City Council: “One”: body changed"


def test_a_mark_of_the_archive_is_told_in_words() -> None:
    """Set or taken away, and not from false to true."""
    current, archived = (Record("press_release", "1", "One", {"archived": mark}) for mark in (False, True))
    assert amended(Amendment(current, archived, ("archived",)), SOURCE).endswith("“One”: is now marked as archived")
    assert amended(Amendment(archived, current, ("archived",)), SOURCE).endswith("is no longer marked as archived")


def test_a_rewritten_passage_is_not_quoted() -> None:
    """Where nearly every word differs no excerpt would help."""
    told = page_changed("ICE", [Hunk((" ".join(["old"] * 60),), (" ".join(["new"] * 60),))])
    assert told == "ICE: one passage changed"


def test_a_cancelled_meeting_is_told_by_its_status_first() -> None:
    """The status that the clerk sets besides is the same news, and a stamp is not quoted."""
    before = Record(
        "meeting", "1", "Safety", {"status": "scheduled", "agenda_status": "Final", "agenda_published_at": "1"}
    )
    after = Record("meeting", "1", "Safety", {"status": "cancelled", "agenda_status": "X", "agenda_published_at": "2"})
    told = amended(Amendment(before, after, ("agenda_status", "agenda_published_at", "status")), SOURCE)
    assert told == "Denver City Council: “Safety”: is now cancelled (was scheduled); agenda republished"


def test_texts_are_cut_at_a_word() -> None:
    """And what is no date stays as it is."""
    assert shortened("one two three four", 12) == "one two…"
    assert (day("2017-03-27T17:30"), day("soon")) == ("March 27, 2017", "soon")
    assert (named(["A"]), named(["A", "B"])) == ("A", "A; B")
