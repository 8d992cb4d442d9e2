"""Pages that list governments: who is on them, what they say besides, and which edits are told as what.

The pages are written for these tests in the shape of those of 2025; their names and dates are real.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigurationError, ExtractionError
from monitor.records import compare
from monitor.types import Extraction, Look, Source
from scrapers.extraction import find, jurisdiction_list
from scrapers.jurisdictions.names import read_name
from scrapers.sources import shipped

EXAMPLES = Path(__file__).parent / "examples" / "jurisdiction_list"
LIST = Source(slug="list", title="The list", url="https://www.example.gov/list")
AT = datetime(2025, 9, 26, 12, 0, tzinfo=UTC)
CASES = {"states_counties_cities": {}, "state_by_state": {}, "lines": {"state": "Colorado"}}


def page(name: str) -> str:
    return (EXAMPLES / f"{name}.html").read_text(encoding="utf-8")


def read(html: str, **parameters: Any) -> Extraction:
    """What the extractor makes of a page."""
    look = Look(url=LIST.url, at=AT, status=200, body=html.encode(), media_type="text/html")
    return jurisdiction_list.extract(look, replace(LIST, parameters=parameters))


def names(html: str, **parameters: Any) -> list[tuple[str, str]]:
    (found,) = read(html, **parameters).record_sets
    return [(record.facts["section"], record.title) for record in found.records]


def under(heading: str, *lines: str) -> str:
    return f"<main><h1>List</h1><h2>{heading}</h2><ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul></main>"


@pytest.mark.parametrize("name", CASES)
def test_examples_read_as_expected(name: str) -> None:
    """Each page gives exactly the records, links and lines written down beside it."""
    extraction = json.loads(json.dumps(asdict(read(page(name), **CASES[name]))))
    assert extraction == json.loads((EXAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


def test_both_shipped_lists_are_read_by_it() -> None:
    """Two stanzas of the catalog, each without code of its own."""
    for slug in ("doj_sanctuary_list", "dhs_sanctuary_list"):
        source = shipped()[slug]
        assert find(source, source.url).NAME == "jurisdiction_list"
        assert source.spider == "page"


def test_a_name_that_goes_is_one_removal() -> None:
    """Nevada was taken off and the date below the list moved: one removal, and the text reads as before."""
    before, after = page("states_counties_cities"), page("states_counties_cities").replace("<li>Nevada</li>\n", "")
    first, second = read(before), read(after.replace("Updated August 5", "Updated September 26"))
    compared = compare(first.record_sets[0].records, second.record_sets[0])
    assert [record.key for record in compared.removed] == ["state/NV/nevada"]
    assert (compared.added, compared.amended, compared.renamed, len(compared.kept)) == ((), (), (), 34)
    assert first.text == second.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Baltimore Co., MD", "Baltimore County, MD"),
        ("Cook Co., IL", "Cook County, IL"),
        ("Albequerque, NM", "Albuquerque, NM"),
        ("San Diego Conty, CA", "San Diego County, CA"),
    ],
)
def test_a_corrected_name_is_a_renaming(old: str, new: str) -> None:
    """A typographical error that is mended takes nobody off the list and puts nobody on it."""
    before = read(under("Places", old, "Boston, MA"), headings={"Places": "place"})
    after = read(under("Places", new, "Boston, MA"), headings={"Places": "place"})
    compared = compare(before.record_sets[0].records, after.record_sets[0])
    assert [(pair.before.facts["name"], pair.after.facts["name"]) for pair in compared.renamed] == [
        (old.rpartition(",")[0], new.rpartition(",")[0])
    ]
    assert (compared.added, compared.removed) == ((), ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("North Carolina", "South Carolina"),
        ("Portland, OR", "Portland, ME"),
        ("San Francisco City, CA", "San Francisco County, CA"),
    ],
)
def test_two_places_are_never_one_renamed(old: str, new: str) -> None:
    """Other states, or another kind of government: one goes and another comes."""
    section = "States" if "," not in old else "Cities"
    compared = compare(read(under(section, old)).record_sets[0].records, read(under(section, new)).record_sets[0])
    assert (len(compared.removed), len(compared.added), compared.renamed) == (1, 1, ())


def test_another_section_is_another_listing() -> None:
    """A name that moves from the counties to the cities is taken off one list and put on another."""
    before, after = read(under("Counties", "Baltimore, MD")), read(under("Cities", "Baltimore, MD"))
    compared = compare(before.record_sets[0].records, after.record_sets[0])
    assert (len(compared.removed), len(compared.added), compared.renamed) == (1, 1, ())


def test_the_states_of_names_may_be_spelled_out() -> None:
    """ "MD" and "Maryland", "D.C." and a bracket: the same record as before."""
    short = read(under("Cities", "Baltimore, MD", "Washington, D.C.", "Portland (OR)"))
    long = read(under("Cities", "Baltimore, Maryland", "Washington, District of Columbia", "Portland, OR; and"))
    compared = compare(short.record_sets[0].records, long.record_sets[0])
    assert len(compared.kept) == 3


def test_a_list_without_markup_is_read_by_its_lines() -> None:
    """Bullets typed by hand, or lines broken by hand."""
    typed = "<main><h1>List</h1><p>CITIES:</p><p>• Portland, OR<br>• Boston, MA*</p><p>Questions? Call us.</p></main>"
    broken = "<main><h1>List</h1><p>CITIES:</p><p>Portland, OR<br>Boston, MA</p><p>Questions, and answers</p></main>"
    expected = [("city", "Portland, Oregon"), ("city", "Boston, Massachusetts")]
    assert names(typed) == expected
    assert names(broken) == expected


def test_states_may_be_the_only_headings() -> None:
    """Names right below a state; behind the last list a state's name in a sentence of its own is none."""
    html = (
        "<main><h1>List</h1><h3>Colorado</h3><ul><li>Boulder County</li><li>Denver</li></ul><h3>Oregon:</h3>"
        "<ul><li>Portland</li></ul><p>Oregon</p><p>See also</p><ul><li>The order</li></ul></main>"
    )
    assert [title for _, title in names(html)] == [
        "Boulder County, Colorado", "Denver, Colorado", "Portland, Oregon",
    ]  # fmt: skip


def test_headings_that_open_what_is_below_them() -> None:
    """Accordions: a button in each heading, and a list that is hidden until it is pressed."""
    html = (
        '<main><h1>List</h1><h4><button aria-controls="a1">Colorado</button></h4><div id="a1" hidden><h5>Counties</h5>'
        '<ul><li>Boulder County</li></ul></div><h4><button aria-controls="a2">Oregon</button></h4><div id="a2" hidden>'
        "<p>Cities</p><ul><li>Portland</li></ul></div></main>"
    )
    assert names(html) == [("county", "Boulder County, Colorado"), ("city", "Portland, Oregon")]


@pytest.mark.parametrize(
    "html", ["<main><h1>List</h1><p>To follow.</p></main>", under("Criteria", "Declarations"), "<main></main>"]
)
def test_a_page_that_names_nobody_is_a_fault_unless_the_list_is_awaited(html: str) -> None:
    """Nothing found is never an empty list; where a stanza awaits the list, a page without it is a page."""
    with pytest.raises(ExtractionError, match="names no jurisdiction"):
        read(html)
    assert names(html, awaited=True) == []


def test_a_stanza_with_two_pages_is_refused() -> None:
    """Two complete lists under one source would take each other's names off."""
    with pytest.raises(ConfigurationError, match="a source for each page"):
        read(page("lines"), urls=["https://www.example.gov/other"])


@pytest.mark.parametrize(
    ("line", "name", "state"),
    [
        ("State of Oregon; and", "Oregon", "Oregon"),
        ("• City and County of Denver, Colorado;", "City and County of Denver", "Colorado"),
        ("Louisville Metro, Kentucky;", "Louisville Metro", "Kentucky"),
        ("Portland, OR", "Portland", "Oregon"),
        ("Seattle, Washington or", "Seattle, Washington or", ""),
        ("Portland", "Portland", ""),
        ("", "", ""),
    ],
)
def test_names_are_cut_out_of_their_lines(line: str, name: str, state: str) -> None:
    """What joins a name to the next is no part of it, and nothing is guessed."""
    read_out = read_name(line)
    assert (read_out.name, read_out.state) == (name, state)


def test_hostile_pages_cost_little() -> None:
    """A hundred thousand headings and items end in time, and one list of 20,000 names is read."""
    assert names("<h2>Cities</h2>" * 50_000 + "<li>" * 50_000, awaited=True) == []
    assert len(names(under("Cities", *(f"Town {number}, OR" for number in range(20_000))))) == 20_000
