"""Comparison of records: laws that always hold, and the cases that lists of governments have shown."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.records import compare, compare_editions, folded_name
from monitor.types import Edition, Record, RecordSet, Scope, ScopeKind

COMPLETE = Scope(ScopeKind.COMPLETE)


def row(
    key: str, *, title: str = "", member: str = "", position: int | None = None, parent: str = "", **facts: object
) -> Record:
    return Record("row", key, title or key, facts=facts, member=member, position=position, parent=parent)


def found(*records: Record, scope: Scope = COMPLETE) -> RecordSet:
    return RecordSet("row", records, scope)


lists = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 3)), max_size=12
)


@given(lists, lists)
def test_added_removed_amended_rebuild_the_new_list(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> None:
    """Applying a comparison to the old list gives the new one, with nothing lost or counted twice."""
    old = [row(key, **facts) for key, facts in before.items()]
    new = [row(key, **facts) for key, facts in after.items()]
    compared = compare(old, found(*new))
    rebuilt = {record.key: record for record in old}
    for record in compared.removed:
        del rebuilt[record.key]
    for pair in compared.renamed:
        del rebuilt[pair.before.key]
        assert pair.after.key not in rebuilt
        rebuilt[pair.after.key] = pair.after
    for record in (*compared.added, *(pair.after for pair in compared.amended), *compared.kept):
        rebuilt[record.key] = record
    assert rebuilt == {record.key: record for record in new}


@given(lists)
def test_a_list_compared_with_itself_is_no_difference(before: dict[str, dict[str, int]]) -> None:
    """The same records are kept, and nothing else."""
    records = [row(key, position=n, **facts) for n, (key, facts) in enumerate(before.items())]
    compared = compare(records, found(*records))
    assert len(compared.kept) == len(records)
    differences = (compared.added, compared.removed, compared.amended, compared.renamed, compared.moved)
    assert differences == ((), (), (), (), ())


def test_absence_outside_the_scope_is_no_removal() -> None:
    """A feed of the newest says nothing about what it no longer carries."""
    assert compare([row("a"), row("b")], found(row("b"), scope=Scope())).removed == ()


def test_a_window_covers_only_its_days() -> None:
    """A past meeting is not cancelled by absence; a future one is missed."""
    past, future = replace(row("past"), about="2017-03-01"), replace(row("future"), about="2017-05-01")
    scope = Scope(ScopeKind.WINDOW, since="2017-04-01", until="2017-06-01")
    assert [record.key for record in compare([past, future], found(scope=scope)).removed] == ["future"]


def test_a_corrected_name_is_a_renaming() -> None:
    """The same place under a corrected name is neither added nor removed."""
    compared = compare(
        [row("albequerque", member="City of Albequerque, New Mexico", section="city")],
        found(row("albuquerque", member="Albuquerque, New Mexico", section="city")),
    )
    assert [(pair.before.key, pair.after.key) for pair in compared.renamed] == [("albequerque", "albuquerque")]
    assert not compared.added
    assert not compared.removed


def test_one_name_in_two_states_is_two_places() -> None:
    """Franklin County, Iowa does not become Franklin County, Idaho."""
    compared = compare(
        [row("ia", member="Franklin County, Iowa", rank=1)], found(row("id", member="Franklin County, Idaho", rank=2))
    )
    assert len(compared.added) == len(compared.removed) == 1


def test_a_city_and_a_county_of_one_name_are_two_places() -> None:
    """San Francisco City and San Francisco County stand on one list side by side."""
    compared = compare(
        [row("county", member="San Francisco County, CA", section="county")],
        found(row("city", member="San Francisco City, CA", section="city")),
    )
    assert len(compared.added) == len(compared.removed) == 1


def test_equal_facts_under_a_new_key_are_no_change_to_a_reader() -> None:
    """A platform that gives its rows new numbers has changed nothing; but of two equal rows none is guessed."""
    compared = compare([row("1", text="same")], found(row("2", text="same")))
    assert compared.renamed[0].fields == ()
    ambiguous = compare([row("1", text="same")], found(row("2", text="same"), row("3", text="same")))
    assert len(ambiguous.added) + len(ambiguous.renamed) == 2


def listed(name: str, geoid: str, section: str = "cities") -> Record:
    """A member of a list whose reader has said which government it is."""
    record = row(f"{section}/{name.casefold()}", title=name, member=name, parent=section, name=name)
    return replace(record, extras={"geoid": geoid})


def test_one_government_under_another_name_is_a_renaming() -> None:
    """However little the two names have in common, and however many others came and went."""
    before, after = listed("NYC, NY", "3651000"), listed("New York City, New York", "3651000")
    compared = compare([before, listed("Aurora, CO", "0804000")], found(after, listed("Boulder, CO", "0807850")))
    assert [(pair.before.title, pair.after.title) for pair in compared.renamed] == [
        ("NYC, NY", "New York City, New York")
    ]
    assert [record.title for record in compared.removed] == ["Aurora, CO"]
    assert [record.title for record in compared.added] == ["Boulder, CO"]


def test_two_governments_are_never_one_by_likeness() -> None:
    """No likeness of facts or names outweighs two numbers; one number alone leaves it to the name."""
    franklin, franklyn = listed("Franklin, NJ", "3424840"), listed("Franklyn, NJ", "3424900")
    compared = compare([franklin], found(franklyn))
    assert (len(compared.removed), len(compared.added), compared.renamed) == (1, 1, ())
    (pair,) = compare([replace(franklin, extras={})], found(franklyn)).renamed
    assert pair.after.title == "Franklyn, NJ"


def test_a_government_that_stands_twice_is_left_to_its_names() -> None:
    """Where one number is borne by two on either side nobody can say who became whom."""
    before = [listed("Louisville Metro, KY", "2148006"), listed("Louisville, KY", "2148006")]
    compared = compare(before, found(listed("Jefferson County Metro, KY", "2148006")))
    assert compared.renamed == ()
    assert len(compared.removed) == 2


def test_typography_and_white_space_are_no_amendment() -> None:
    """Curly quotes, dashes and wrapped lines are re-typed without anybody meaning anything."""
    before = row("a", text="Sheriff’s  Office – policy")
    assert compare([before], found(row("a", text="Sheriff's Office - policy"))).amended == ()


def test_a_single_digit_is_an_amendment() -> None:
    """Fifty-one detainers are not fifty-two, and the field is named."""
    (pair,) = compare([row("clark", issued=51)], found(row("clark", issued=52))).amended
    assert pair.fields == ("issued",)


def test_renumbering_is_no_move_and_overtaking_is() -> None:
    """An item put in front renumbers the rest and moves none of them; the one that jumps the queue moved."""
    before = [row(key, position=n) for n, key in enumerate("abcd", start=1)]
    inserted = [row("new", position=1), *(row(key, position=n) for n, key in enumerate("abcd", start=2))]
    assert compare(before, found(*inserted)).moved == ()
    jumped = [row(key, position=n) for n, key in enumerate("dabc", start=1)]
    assert [pair.after.key for pair in compare(before, found(*jumped)).moved] == ["d"]


def test_a_collapse_is_more_than_half_of_five_or_more() -> None:
    """Three of five is a collapse, two of five is not, and four of four is too short a list to tell."""
    five = [row(key, name=key) for key in "abcde"]
    assert compare(five, found(*five[:2])).is_collapse
    assert not compare(five, found(*five[:3])).is_collapse
    assert not compare(five[:4], found()).is_collapse
    assert compare(five[:4], found()).found_nothing


def test_editions_are_compared_by_member() -> None:
    """A reader of a weekly list is told who is new, who is gone and whose row reads otherwise."""
    edition = Edition("weekly", "week 2", "2")
    before = [row("1/a", member="Adams County", policy="old"), row("1/b", member="Boulder County", policy="same")]
    after = found(row("2/b", member="boulder county", policy="same"), row("2/c", member="Clark County", policy="x"))
    compared = compare_editions(before, after, edition)
    assert (compared.count, compared.new, compared.gone, compared.amended) == (
        2,
        ("Clark County",),
        ("Adams County",),
        (),
    )
    changed = compare_editions(before, found(row("2/a", member="Adams County", policy="new")), edition)
    assert changed.amended == (("Adams County", {"policy": ("old", "new")}),)


def test_the_first_edition_has_nobody_new() -> None:
    """With no edition before it everybody would be new, which tells a reader nothing."""
    compared = compare_editions([], found(row("1/a", member="Adams County")), Edition("weekly", "week 1", "1"))
    assert (compared.count, compared.new) == (1, ())


def test_folded_names_drop_what_lists_vary_in() -> None:
    """The words that name a kind of government, and their order, are not the name."""
    assert folded_name("City and County of Denver, Colorado") == folded_name("Denver, Colorado")
    assert folded_name("Prince George's County") == folded_name("Prince George’s")


def test_one_government_under_another_name_is_renamed() -> None:
    """Two names that were resolved to one GEOID are one place, however unlike; two GEOIDs are never one."""
    old = replace(row("a", member="Dade County, Florida", name="Dade County"), extras={"geoid": "12086"})
    new = replace(row("b", member="Miami-Dade County, Florida", name="Miami-Dade County"), extras={"geoid": "12086"})
    assert [pair.fields for pair in compare([old], found(new)).renamed] == [("name",)]
    like = replace(row("b", member="Dale County, Florida", name="Dale County"), extras={"geoid": "12087"})
    assert compare([old], found(like)).renamed == ()


def test_a_long_state_makes_no_two_counties_alike() -> None:
    """Jackson and Johnson are two counties also where "Mississippi" stands behind both; "Co." is "County" anywhere."""
    jackson, johnson = (row(name, member=f"{name} County, Mississippi", name=name) for name in ("Jackson", "Johnson"))
    assert compare([jackson], found(johnson)).renamed == ()
    short, long = (row(unit, member=f"Lee {unit}, Mississippi", name=f"Lee {unit}") for unit in ("Co.", "County"))
    assert len(compare([short], found(long)).renamed) == 1


def test_names_of_two_sections_or_states_are_never_one() -> None:
    """North Carolina is not South Carolina corrected, nor a county of a name its city."""
    north, south = (row(name, member=name, name=name, state=name) for name in ("North Carolina", "South Carolina"))
    assert compare([north], found(south)).renamed == ()
    county, city = (row(section, member="Boston", name="Boston", section=section) for section in ("county", "city"))
    assert compare([county], found(city)).renamed == ()
