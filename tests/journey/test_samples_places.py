"""Every name on every list that was captured, resolved by the shipped table; and the table against its facts.

Captures lie beside the checkout and are never part of it; without them these tests are skipped.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.jurisdictions import Outcome
from storage.census import build, resolve, table

SAMPLES = (Path(__file__).resolve().parents[2] / ".." / "shared" / "samples").resolve()
CENSUS, FEDERAL = SAMPLES / "census", SAMPLES / "federal"

pytestmark = pytest.mark.skipif(not CENSUS.is_dir(), reason="no captures beside this checkout")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("version", ["v1_2025-08-05", "v2_after_2025-09-26"])
def test_the_list_of_2025_resolves_whole(version: str) -> None:
    """Every state, county and city of the Justice Department's list, in its section and without it."""
    rows = _rows(FEDERAL / "doj" / f"DERIVED_sanctuary_list_{version}.csv")
    kinds = {"STATES": {"state"}, "COUNTIES": {"county"}, "CITIES": {"place"}}
    for row in rows:
        found = resolve(row["name_as_published"], kind=row["section"])
        assert (found.outcome, found.confidence) == (Outcome.RESOLVED, "certain"), row
        assert found.kind in kinds[row["section"]]
        assert resolve(row["name_as_published"]).geoid == found.geoid
    assert len({resolve(row["name_as_published"], kind=row["section"]).geoid for row in rows}) == len(rows)


def test_the_letters_of_2017_resolve_but_for_one() -> None:
    """Of 29 names one stays open, and three are the large city rather than the county."""
    lines = (FEDERAL / "doj" / "pr_2017-11-15_29_jurisdictions_1373.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip().startswith("•")]
    found = {name: resolve(name) for name in names}
    assert len(found) == 29
    assert [name for name, one in found.items() if not one.geoid] == ["• Middlesex, New Jersey;"]
    assert [name for name, one in found.items() if one.confidence == "likely"] == [
        "• Albany, New York;",
        "• Jackson, Mississippi;",
        "• Los Angeles, California;",
    ]


def _of_homeland_security() -> Iterator[tuple[str, str, str]]:
    """(state, section, name) of the part of the list that was kept."""
    text = (FEDERAL / "dhs" / "sanctuary_list_updated_2025-05-31_partial.txt").read_text(encoding="utf-8")
    state = section = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("- ") and section != "State":
            yield state, section, line
        elif line in ("State", "Counties", "Cities"):
            section = line
        elif not line.startswith("- "):
            state = line


def test_the_list_of_homeland_security_resolves_whole() -> None:
    """Counties as counties and cities as cities of the state above them."""
    rows = list(_of_homeland_security())
    assert len(rows) > 70
    for state, section, name in rows:
        found = resolve(name, state=state, kind=section)
        assert (found.outcome, found.confidence) == (Outcome.RESOLVED, "certain"), (state, section, name)
        assert found.kind == ("county" if section == "Counties" else "place")


def test_the_reports_of_2017_resolve() -> None:
    """The counties with most detainers, and the agencies of which it is known who runs them."""
    for row in _rows(FEDERAL / "ice" / "PARTIAL_ddor2017_w1_section1.csv"):
        found = resolve(row["jurisdiction_as_published"], state=row["state"])
        assert (found.kind, found.confidence) == ("county", "certain"), row
    for row in _rows(FEDERAL / "ice" / "PARTIAL_ddor2017_w1_section2_facts.csv"):
        county = resolve(row["county"], state=row["state"])
        assert county.kind == "county"
        if row["lea_as_reported"] in ("Travis County Jail", "Santa Rita Jail"):
            assert resolve(row["lea_as_reported"], state=row["state"]).geoid == county.geoid


def test_the_shipped_table_is_what_the_facts_give() -> None:
    """Building it again gives the same rows and areas, byte for byte what is read."""
    facts = build.gather(CENSUS)
    shipped = table()
    assert {one.geoid: one for one in shipped.jurisdictions} == {
        one.geoid: replace(one, short_names=tuple(one.short_names)) for one in facts.rows.values()
    }
    assert {(area.place, area.county): area.relation for area in shipped.areas} == facts.areas


def test_grounds_that_are_one_are_those_of_the_facts() -> None:
    """Each row of same_area.csv: both numbers, both names, and the link between them."""
    for row in _rows(CENSUS / "same_area.csv"):
        place, county = table().get(row["place_geoid"]), table().get(row["county_geoid"])
        assert place is not None
        assert county is not None
        assert (place.name, county.name) == (row["place_name"], row["county_name"])
        assert county.geoid in table().same_area(place.geoid)
        assert place.geoid in table().same_area(county.geoid)


def test_every_current_fact_is_in_the_table() -> None:
    """No county, place or town is lost, but the one whose number was renewed."""
    for name in ("counties.csv", "places.csv", "cousub.csv"):
        for row in _rows(CENSUS / name):
            one = table().get(row["geoid"])
            assert one is not None
            assert (one.name, one.state, one.sources) == (row["name"], row["state"], row["sources"])
            assert one.former == (row.get("status") == "former" or row["geoid"] == "0812910")
