"""Recipients of awards: the same government however award data spell it, and never another one of nearly that name."""

from __future__ import annotations

import re

import pytest

from monitor.recipients import folded_recipient, government_of, governments


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("DENVER, CITY & COUNTY OF", "city and county of denver"),
        ("City and County of Denver", "city and county of denver"),
        ("CHICAGO, CITY OF", "city of chicago"),
        ("The City of New York", "city of new york"),
        ("COOK, COUNTY OF", "county of cook"),
        ("UNIVERSITY OF DENVER (COLORADO SEMINARY)", "university of denver colorado seminary"),
        ("", ""),
        (", CITY OF", "city of"),
    ],
)
def test_a_recipient_reads_the_same_however_it_is_spelled(printed: str, folded: str) -> None:
    """Case, signs and the order of a directory are no difference."""
    assert folded_recipient(printed) == folded


@pytest.mark.parametrize(
    ("jurisdiction", "recipient", "receives"),
    [
        ("Denver, Colorado", "DENVER, CITY & COUNTY OF", True),
        ("Denver, Colorado", "UNIVERSITY OF DENVER", False),
        ("Denver, Colorado", "DENVER HEALTH AND HOSPITAL AUTHORITY", False),
        ("Boulder, Colorado", "BOULDER COUNTY", False),
        ("Boulder County, Colorado", "COUNTY OF BOULDER", True),
        ("Cook County, Illinois", "CITY OF CHICAGO", False),
        ("Cook County, Illinois", "COOK COUNTY", True),
        ("New York City, New York", "NEW YORK, CITY OF", True),
        ("New York City, New York", "NEW YORK CITY POLICE FOUNDATION", False),
    ],
)
def test_only_the_whole_name_of_a_government_is_its_own(jurisdiction: str, recipient: str, receives: bool) -> None:
    """A city is not its county, its university or its hospital."""
    government = government_of(jurisdiction)
    assert government is not None
    assert government.receives(recipient) is receives


@pytest.mark.parametrize(
    ("name", "geoid"),
    [
        ("Denver, Colorado", "0820000"),
        ("City and County of Denver, Colorado", "0820000"),
        ("Denver County, CO", "0820000"),
        ("08031", "0820000"),
        ("0820000", "0820000"),
        ("  cook county,  il ", "17031"),
        ("San Francisco City, CA", "0667000"),
        ("San Francisco County, CA", "0667000"),
        ("Los Angeles, California", "0644000"),
        ("Los Angeles County, California", "06037"),
    ],
)
def test_a_place_is_found_by_the_names_that_lists_print(name: str, geoid: str) -> None:
    """With its state, by name or abbreviation; a place that is city and county is one government."""
    government = government_of(name)
    assert government is not None
    assert government.geoid == geoid


@pytest.mark.parametrize(
    "name", ["Denver", "Denver, Pennsylvania", "Aurora, Illinois", "Boulder Creek, Colorado", "", ","]
)
def test_nothing_is_guessed(name: str) -> None:
    """No state, another state, another name: none of the table's."""
    assert government_of(name) is None


def test_the_table_is_sound() -> None:
    """GEOIDs of places have seven digits and of counties five, no two governments share a name, and each has a seat."""
    names: list[str] = []
    for government in governments():
        assert re.fullmatch(r"\d{7}|\d{5}", government.geoid)
        assert re.fullmatch(r"(?:\d{5})?", government.same_area)
        assert re.fullmatch(r"[^,]+, [A-Z]{2}", government.seat)
        assert government.recipients
        assert all(recipient == recipient.upper() for recipient in government.recipients)
        names += [f"{government.seat}/{folded_recipient(recipient)}" for recipient in government.recipients]
    assert len(names) == len(set(names))
