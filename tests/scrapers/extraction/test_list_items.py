"""The items of a page's list."""

from __future__ import annotations

import pytest

from monitor.errors import ConfigurationError, ExtractionError
from monitor.types import ScopeKind

PAGE = "<h1>Counties</h1><ul><li>Boulder County</li><li>Denver County</li></ul><h1>Other</h1><ul><li>About</li></ul>"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "jurisdictions.html",
            {"heading": ["States", "Counties"], "kind": "jurisdiction", "noun": ["jurisdiction", "jurisdictions"]},
        ),
        ("terms.html", {"selector": "main dl"}),
    ],
)
def test_examples_read_as_expected(file, said, reads_as_expected) -> None:
    """Each list under its own heading, nested ones under the words above them, terms with what they say."""
    reads_as_expected("list_items", file, **said)


def test_items_of_a_state_are_places(chosen) -> None:
    """For subscriptions; the page's other lists stay text."""
    extraction = chosen("list_items", PAGE, heading="counties", state="Colorado")
    (found,) = extraction.record_sets
    assert [record.place for record in found.records] == ["Boulder County, Colorado", "Denver County, Colorado"]
    assert found.scope.kind is ScopeKind.COMPLETE
    assert extraction.text == ("Counties", "Other", "About")


def test_a_heading_that_is_gone_is_told_with_those_there(chosen) -> None:
    """No list is ever read from under another heading."""
    with pytest.raises(ExtractionError, match="no heading “Cities”; found “Counties”; “Other”"):
        chosen("list_items", PAGE, heading="Cities")
    with pytest.raises(ExtractionError, match="No list stands under “Empty”"):
        chosen("list_items", "<h2>Empty</h2><p>Soon</p>", heading="Empty")
    with pytest.raises(ExtractionError, match="fits the selector"):
        chosen("list_items", PAGE, selector="ul.members")
    with pytest.raises(ExtractionError, match="no rows"):
        chosen("list_items", "<h2>Counties</h2><ul></ul>", heading="Counties")


@pytest.mark.parametrize("said", [{}, {"heading": "a", "selector": "ul"}, {"selector": "ul["}])
def test_a_list_is_found_in_one_way(said, chosen) -> None:
    """A stanza that names none or two, or no selector, is refused in a sentence."""
    with pytest.raises(ConfigurationError, match=r"heading or by a selector|no CSS selector"):
        chosen("list_items", PAGE, **said)


def test_a_sub_heading_belongs_to_the_one_above(chosen) -> None:
    """Parts that begin in bold are all read, and the next heading of the same level ends them."""
    bold = "<p><b>North</b></p><ul><li>a</li></ul><p><b>South</b></p><ul><li>b</li></ul>"
    parts = f"<h2>All</h2>{bold}<h2>No</h2><ul><li>c</li></ul>"
    (found,) = chosen("list_items", parts, heading="All").record_sets
    assert [record.title for record in found.records] == ["a", "b"]
