"""Pages of which a part is missing, and other pages in their place: what is looked at again, and what is not."""

from __future__ import annotations

import pytest

from monitor.fragments import SHORTEST_LIST, fragment

WHOLE = b"<html><body>text</body></html>"
OPEN = b"<html><body>text"
NAMES = ("Boulder", "Chaffee", "Denver", "Eagle", "La Plata", "Pitkin", "San Miguel", "Weld", "Yuma")
HEAD = (
    "Home",
    "News",
    "About",
    "Contact",
    "Jobs",
    "Maps",
    "Parks",
    "Permits",
    "Taxes",
    "Limits of cooperation",
    "They limit cooperation with detainers.",
)
FOOT = ("Write to the Secretary about an entry.", "Security Department")
TITLE = "Limits of cooperation | Department"


def found(before: tuple[str, ...], after: tuple[str, ...], title: str = TITLE, body: bytes = WHOLE) -> str:
    return fragment(before, after, TITLE, title, body)


def listed(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*HEAD, *names, *FOOT)


@pytest.mark.parametrize("left", [(), NAMES[:1], NAMES[:4], ("Not now",), NAMES[6:]])
def test_more_than_half_of_a_list_is_looked_at_again(left: tuple[str, ...]) -> None:
    """Nothing loaded, a part loaded, a word in its place. The menus above the heading are no part of the list."""
    assert "lines of a list vanished" in found(listed(NAMES), listed(left))


@pytest.mark.parametrize(
    "left", [NAMES[:5], NAMES[1:], (*NAMES[:3], "Gilpin", "Otero", "Kiowa", "Baca", "Bent", "Mesa")]
)
def test_less_or_other_entries_are_told_at_once(left: tuple[str, ...]) -> None:
    """Half went, one went, or as many others came."""
    assert found(listed(NAMES), listed(left)) == ""


@pytest.mark.parametrize(
    "instead", ["Loading...", "Please wait", "No records to display.", "There are no upcoming meetings"]
)
def test_what_says_that_it_is_still_to_come_is_looked_at_again(instead: str) -> None:
    """In the place of three lines or more; two may be somebody's edit."""
    assert f"“{instead}” stands in the place of 3 lines" in found(listed(NAMES[:3]), listed((instead,)))
    assert found(listed(NAMES[:2]), listed((instead,))) == ""
    assert found(listed(NAMES[:3]), listed(("No detainers",))) == ""


def test_a_list_in_two_parts_that_both_went_is_looked_at_again() -> None:
    """What went elsewhere is not left: counties, a heading, cities."""
    whole = (*NAMES[:5], "And the cities, which are not counties", *NAMES[5:])
    assert "5 of 5 lines" in found(listed(whole), listed(whole[5:6]))


def test_a_short_list_may_go() -> None:
    """Fewer lines than make a list are an edit."""
    names = NAMES[: SHORTEST_LIST - 1]
    assert found(listed(names), listed(())) == ""


def test_one_record_of_several_lines_may_go() -> None:
    """Each record has six lines: to lose one is an edit, to lose most of them is not."""
    records = [
        (f"Resident of county {name} sentenced in a case of fraud", f"May {number}, 2026", name, "Open", "Dana White",
         f"The court of county {name} ordered him to pay {number}00 dollars.")
        for number, name in enumerate(NAMES, 1)
    ]  # fmt: skip
    whole = tuple(line for record in records for line in record)
    assert found(listed(whole), listed(whole[6:])) == ""
    assert found(listed(whole), listed(whole[:12])) != ""


def test_an_end_that_was_not_sent_is_looked_at_again() -> None:
    """The text stops early and the markup is never closed; where it is closed, the last line was removed."""
    assert "ends 2 lines early" in found(listed(NAMES), listed(NAMES)[:-2], body=OPEN)
    assert "ends 1 line early" in found(listed(NAMES), listed(NAMES)[:-1], body=OPEN)
    assert found(listed(NAMES), listed(NAMES)[:-1]) == ""
    assert found(listed(NAMES), listed(NAMES)[1:], body=OPEN) == ""
    assert found(listed(NAMES), (*listed(NAMES), "More"), body=OPEN) == ""


def test_another_page_in_its_place_is_looked_at_again() -> None:
    """Another title, another heading, nothing of what was said."""
    prose = tuple(f"Passage {number} says at some length what the office does." for number in range(6))
    other = tuple(f"News {number} for everybody who lives around the lake." for number in range(6))
    before = ("Department", "Limits of cooperation", *prose)
    assert "calls itself “Welcome”" in found(before, ("Department", "Welcome", *other), "Welcome | Department")
    assert found(before, ("Department", "Limits of cooperation", *other)) == ""
    assert (
        found(
            before,
            ("Department", "Limits of cooperation, amended", *other),
            "Limits of cooperation, amended | Department",
        )
        == ""
    )
    assert found(before, ("Department", "Welcome", *prose), "Welcome | Department") == ""
    assert found(before, ("Department", "Welcome", *prose[:4]), "Welcome | Department") == ""


MENU = ("Department", "Home", "News", "Jobs", "Maps", "Parks", "Permits")
RULES = (
    "Limits of cooperation",
    "The office holds nobody beyond the hour of release without the warrant of a judge.",
    "In 2025 it answered 4,113 requests.",
    "Whoever disagrees may write to the office at any time, which answers within a month.",
)
SMALL = ("Contact the office", "17 Wharf Road", "Room 104", "Privacy")


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("Department", (*MENU, "News and services for everybody.", "The ferry runs again from May.", *SMALL)),
        ("Welcome to the Department | Department", (*MENU, "Welcome to the Department", "The ferry runs.", *SMALL)),
        ("Calendar | Department", (*MENU, "Calendar", "Regatta | May 5", "Market | May 6", *SMALL)),
        (
            "Calendar | Town of Elsewhere",
            ("Town of Elsewhere", *MENU[1:], "Calendar", "Regatta | May 5", "Mayor's office"),
        ),
    ],
)
def test_the_front_page_another_page_and_another_site_are_looked_at_again(title: str, after: tuple[str, ...]) -> None:
    """Menu and foot stand as ever, or one menu is like the other; below the heading nothing is left."""
    assert "calls itself" in found((*MENU, *RULES, *SMALL), after, title)


@pytest.mark.parametrize(
    ("before", "title", "after"),
    [
        (
            "Agenda of March 3 | Department",
            "Agenda of March 10 | Department",
            ("Agenda of March 10", "All is new here."),
        ),
        ("Jail policy | Department", "Jail and hold policy | Department", ("Jail and hold policy", "All is new here.")),
        (TITLE, "Cooperation, news | Department", (*RULES, "One more passage says what the office will do.")),
        (TITLE, "New Department", (*RULES[:1], "All is new here.")),
    ],
)
def test_an_edition_a_new_name_and_a_page_that_kept_its_text_are_told(
    before: str, title: str, after: tuple[str, ...]
) -> None:
    """Most words of the title are the same, the heading stands, or most of the text does."""
    heading = before.partition(" | ")[0]
    old = (*MENU, heading, *RULES[1:], *SMALL)
    assert fragment(old, (*MENU, *after, *SMALL), before, title, WHOLE) == ""


def test_a_pdf_is_never_a_fragment() -> None:
    """It comes whole or cannot be opened; its cells are lines, and look like a list."""
    assert found(listed(NAMES), listed(()), body=b"%PDF-1.7") == ""
