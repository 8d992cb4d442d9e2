"""The shipped table of governments, and what printed names are taken for by it."""

from __future__ import annotations

import csv
import time
from importlib.resources import files

import pytest

from monitor.jurisdictions import How, Outcome
from monitor.recipients import governments
from storage import census
from storage.census import build

RESOLVED = [
    # (name, state, section, GEOID): names as lists of 2017 and 2025 print them; numbers as the Census Bureau's.
    ("Illinois", "", "States", "17"),
    ("District of Columbia", "", "States", "11"),
    ("District of Columbia", "", "Cities", "1150000"),
    ("Washington", "", "", "53"),
    ("Iowa", "Iowa", "", "19"),
    ("State of Illinois;", "", "", "17"),
    ("State of Oregon; and", "", "", "41"),
    ("Baltimore County, MD", "", "Counties", "24005"),
    ("Cook County, IL", "", "Counties", "17031"),
    ("San Diego County, CA", "", "Counties", "06073"),
    ("San Francisco County, CA", "", "Counties", "06075"),
    ("Albuquerque, NM", "", "Cities", "3502000"),
    ("Berkeley, CA", "", "Cities", "0606000"),
    ("Boston, MA", "", "Cities", "2507000"),
    ("Chicago, IL", "", "Cities", "1714000"),
    ("Denver, CO", "", "Cities", "0820000"),
    ("East Lansing, MI", "", "Cities", "2624120"),
    ("Hoboken, NJ", "", "Cities", "3432250"),
    ("Jersey City, NJ", "", "Cities", "3436000"),
    ("Los Angeles, CA", "", "Cities", "0644000"),
    ("New Orleans, LA", "", "Cities", "2255000"),
    ("New York City, NY", "", "Cities", "3651000"),
    ("Newark, NJ", "", "Cities", "3451000"),
    ("Paterson, NJ", "", "Cities", "3457000"),
    ("Philadelphia, PA", "", "Cities", "4260000"),
    ("Portland, OR", "", "Cities", "4159000"),
    ("Rochester, NY", "", "Cities", "3663000"),
    ("Seattle, WA", "", "Cities", "5363000"),
    ("San Francisco City, CA", "", "Cities", "0667000"),
    ("City and County of Denver, Colorado", "", "", "0820000"),
    ("Denver", "CO", "county", "08031"),
    ("Louisville Metro, Kentucky", "", "", "2148006"),
    ("Washington, District of Columbia", "", "", "1150000"),
    ("Washington, D.C.", "", "", "1150000"),
    ("Middlesex", "New Jersey", "counties", "34023"),
    ("Middlesex", "New Jersey", "cities", "3445900"),
    ("- City of Anchorage", "Alaska", "Cities", "0203000"),
    ("Cathedral City", "California", "Cities", "0612048"),
    ("Amherst", "Massachusetts", "Cities", "2501370"),
    ("Concord", "Massachusetts", "Cities", "2501715060"),
    ("Orleans", "Massachusetts", "Cities", "2500151440"),
    ("Orleans Parish, LA", "", "", "22071"),
    ("La Salle Parish, Louisiana", "", "", "22059"),
    ("De Kalb County, GA", "", "", "13089"),
    ("Prince George’s County, Maryland", "", "", "24033"),
    ("Saint Louis County, MO", "", "", "29189"),
    ("Miami–Dade County, Florida", "", "", "12086"),
    ("Dade County, Florida", "", "", "12086"),
    ("Doña Ana County, NM", "", "", "35013"),
    ("Ithaca, New York (Buffalo)", "", "", "3638077"),
    ("Iowa City, Johnson County, Iowa (Saint Paul)", "", "", "1938595"),
    ("Franklin County, Iowa", "", "", "19069"),
    ("Franklin County", "PA", "", "42055"),
    ("Springfield (IL)", "", "", "1772000"),
    ("Creede, City of, CO", "", "", "0814765"),
    ("Mt. Crested Butte, CO", "", "", "0852570"),
    ("Canon City, Colorado", "", "", "0811810"),
    ("Central City, Colorado", "", "", "0812900"),
    ("Capitol Planning Region, Connecticut", "", "", "09110"),
    ("San Juan, Puerto Rico", "", "", "72127"),
    ("Township of Freehold, NJ", "", "", "3402525230"),
    ("Freehold Borough, NJ", "", "", "3425200"),
    ("Nantucket, MA", "", "", "2501943790"),
    ("Columbia, MD", "", "", "2419125"),
]


@pytest.mark.parametrize(("name", "state", "section", "geoid"), RESOLVED)
def test_names_of_lists_are_resolved(name: str, state: str, section: str, geoid: str) -> None:
    """Each is one government, certainly, and a reason is given."""
    found = census.resolve(name, state=state, kind=section)
    assert (found.outcome, found.geoid, found.confidence) == (Outcome.RESOLVED, geoid, "certain"), found.reason
    assert found.reason
    assert found.name


@pytest.mark.parametrize(
    ("name", "kind", "candidates"),
    [
        ("Middlesex, New Jersey", "", {"34023", "3445900"}),
        ("Fairfax, VA", "", {"51059", "5126496"}),
        ("Freehold, NJ", "city", {"3425200", "3402525230"}),
        ("Baltimore, MD", "county", {"24005", "24510"}),
        # The table has the larger places only: the city of Jackson, Michigan is not in it.
        ("Jackson, Michigan", "", {"26075"}),
    ],
)
def test_what_may_be_several_stays_open(name: str, kind: str, candidates: set[str]) -> None:
    """An ambiguous name gets no number, and names all that it may be."""
    found = census.resolve(name, kind=kind)
    assert (found.outcome, found.geoid, found.confidence) == (Outcome.AMBIGUOUS, "", "")
    assert {one.geoid for one in found.candidates} == candidates
    assert all(geoid in found.reason for geoid in candidates)


@pytest.mark.parametrize(
    ("name", "geoid", "passed_over"),
    [
        ("Los Angeles, California", "0644000", "06037"),
        ("Albany, New York", "3601000", "36001"),
        ("Jackson, Mississippi", "2836000", "28059"),
        ("St. Louis, Missouri", "2965000", "29189"),
        ("Richmond, Virginia", "5167000", "51159"),
        ("New York, New York", "3651000", "36061"),
        ("New Haven, Connecticut", "0952000", "0917052070"),
    ],
)
def test_a_bare_name_of_a_large_city_is_likely_that_city(name: str, geoid: str, passed_over: str) -> None:
    """It is told apart from what is certain, and what was passed over is said."""
    found = census.resolve(name)
    assert (found.geoid, found.how, found.confidence) == (geoid, How.LARGE_CITY, "likely")
    assert [one.geoid for one in found.candidates] == [passed_over]
    assert passed_over in found.reason


@pytest.mark.parametrize(
    ("name", "state", "kind", "reason"),
    [
        ("Washington County", "", "", "30 states"),
        ("Boulder County", "", "", "1 state has"),
        ("Denver Colorado", "", "", "No state is printed"),
        ("Cook County, Wisconsin", "Illinois", "", "It says Wisconsin, and stands under Illinois"),
        ("Oakland", "Atlantis", "", "Atlantis is no state"),
        ("Cook Conty", "IL", "", "has no place Cook Conty in Illinois"),
        ("Franklin County", "CA", "", "has no county"),
        ("Boulder County, CO", "", "city", "has no city or town"),
        ("Iowa City, Cook County, Iowa", "", "", "in Cook County in Iowa"),
        ("California", "", "county", "No state is printed"),
        ("Guam", "", "", "Guam is not in the table"),
        ("", "", "", "It names no place"),
        (" ; and", "", "", "It names no place"),
        ("x" * 201, "", "", "too long"),
        ("Los Angeles County Jail, CA", "", "", "an office or a jail"),
        ("Travis County Jail", "", "", "an office or a jail"),
        ("Denver Police Department, Colorado", "", "", "an office or a jail"),
    ],
)
def test_what_is_not_resolved_says_why(name: str, state: str, kind: str, reason: str) -> None:
    """No name is guessed, across states or by likeness, and none of an agency by the place in its name."""
    found = census.resolve(name, state=state, kind=kind)
    assert (found.outcome, found.geoid) == (Outcome.UNRESOLVED, "")
    assert reason in found.reason


@pytest.mark.parametrize(
    ("name", "geoid"),
    [
        ("Travis County Jail, Texas", "48453"),
        ("Santa Rita Jail, CA", "06001"),
        ("Twin Towers, California", "06037"),
        ("LAPD Van Nuys, California", "0644000"),
        ("Travis County Sheriff’s Office, Texas", "48453"),
    ],
)
def test_agencies_belong_to_who_the_table_says(name: str, geoid: str) -> None:
    """A jail is the operating government's: of the county Alameda, not of a place called Santa Rita."""
    found = census.resolve(name)
    assert (found.geoid, found.how) == (geoid, How.AGENCY)


@pytest.mark.parametrize(("name", "geoid"), [("Hartford County, Connecticut", "09003"), ("Bedford city, VA", "51515")])
def test_what_is_no_more_is_found_and_marked(name: str, geoid: str) -> None:
    """Lists go on naming Connecticut's counties; they resolve to their old number, and say that it is old."""
    found = census.resolve(name)
    assert (found.geoid, found.former) == (geoid, True)
    assert "is no more" in found.reason
    assert not census.resolve("Fairfield, Connecticut").former, "the town of that name is what there is now"


def test_one_ground_is_linked() -> None:
    """A city that is a county knows it, and New York knows its five."""
    assert census.resolve("Denver, CO").same_area == ("08031",)
    assert census.resolve("San Francisco County, CA").same_area == ("0667000",)
    assert "42101" in census.resolve("Philadelphia, PA").same_area
    assert census.resolve("New Orleans, LA").same_area == ("22071",)
    assert census.resolve("Washington, DC").same_area == ("11001",)
    assert len(census.resolve("New York City, NY").same_area) == 5


def test_the_table_of_recipients_means_the_same_governments() -> None:
    """Each name of a government whose awards are followed is that government, or its ground under the other number."""
    for government in governments():
        for name in (government.jurisdiction, *government.also_called):
            assert census.resolve(name).geoid in (government.geoid, government.same_area), name
        if government.same_area:
            assert government.same_area in census.table().same_area(government.geoid)


def test_the_table_is_sound_and_numbered() -> None:
    """Its own checks find nothing, and its number is that of these very bytes: an edit must be numbered anew."""
    assert build.check() == []
    _, known = files("storage.census").joinpath("version.txt").read_text(encoding="ascii").split()
    assert known == build.digest(build.HERE), "run `python -m storage.census.build`"


def test_every_row_says_where_it_comes_from() -> None:
    """Each government names its sources, each alias and agency its reason."""
    with (build.HERE / "jurisdictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 6_000
    assert all(row["sources"] for row in rows)
    assert len({row["state"] for row in rows if row["kind"] == "state"}) == 52, "50 states, the District, Puerto Rico"
    colorado = [row for row in rows if row["state"] == "CO" and row["kind"] == "place" and not row["former"]]
    assert len(colorado) >= 272


def test_every_name_of_the_table_finds_its_own_row() -> None:
    """An official name with its state and kind comes back as that row, or as ambiguous, never as another one."""
    table = census.table()
    for one in table.jurisdictions:
        found = table.resolve(one.name, state=one.state, kind=one.kind)
        if found.outcome is Outcome.RESOLVED and found.geoid != one.geoid:
            same = one.geoid in found.same_area
            namesake = is_city_of_town(found.name, one.name)
            assert same or one.former or namesake, f"{one.label} was taken for {found.name} ({found.geoid})"


def is_city_of_town(found: str, name: str) -> bool:
    """Two governments of one name and another size: the city of New Haven is taken before its town."""
    return found.casefold().partition(" city")[0] == name.casefold().removesuffix(" town")


def test_a_hundred_thousand_names_take_seconds_whatever_they_are() -> None:
    """Without remembering any of them; names made to be slow are no slower."""
    table = census.table()
    names = ["Cook County, IL", "City and County of " * 10, "(" * 199, ", ," * 60, "a" * 200, "st. " * 50, "; and" * 40]
    names += [";" * 198 + "x", " and" * 49 + "x", "(" * 99 + ")" * 99, "City of, " * 20, "a b " * 50, "." * 199]
    began = time.process_time()
    for number in range(20_000):
        table.resolve(names[number % len(names)])
    assert time.process_time() - began < 4
    began = time.process_time()
    for _ in range(200):
        table.resolve("Cook County " * 100_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("typed", "geoid"),
    [("Denver", "0820000"), ("Denver, Colorado", "0820000"), ("Aurora", ""), ("Franklin County", "")],
)
def test_a_person_may_leave_out_a_state_that_only_one_has(typed: str, geoid: str) -> None:
    """Denver is in one state of the table, Aurora in three; a list's own name is never read so."""
    assert census.meant(typed).geoid == geoid
    assert census.resolve("Denver").geoid == ""
