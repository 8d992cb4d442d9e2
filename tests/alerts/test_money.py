"""The line on federal money: under news of a listed government where its awards are stored, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from alerts.asides import MONEY, Aside
from alerts.money import figures_for, named_in
from alerts.outbox import collect, send_due
from alerts.rendering import render
from alerts.writing import Correspondent, Letterbox
from monitor.types import (
    Alert,
    Change,
    ChangeKind,
    Record,
    Source,
    StoredChange,
    Subscription,
)
from storage import Archive

SENDER = "On Notice <notice@newsroom.example>"
AT = datetime(2017, 3, 27, 19, 2, tzinfo=UTC)
DENVER = Aside(MONEY, "Denver, Colorado", "$345,679 in DOJ awards of fiscal year 2016 (Byrne JAG); prime awards")

MakeStored = Callable[..., StoredChange]
MakeAlert = Callable[..., Alert]


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def html(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def listed(make_stored: MakeStored) -> StoredChange:
    """Denver is put onto a list."""
    return make_stored(
        3,
        ChangeKind.RECORD_ADDED,
        source="doj_sanctuary_list",
        summary="Sanctuary jurisdictions: new listed jurisdiction “Denver, Colorado”",
        title="Denver, Colorado",
        place="Denver, Colorado",
        record_kind="listed_jurisdiction",
        after={"section": "city"},
    )


def test_a_mail_without_figures_is_as_it_always_was(listed: StoredChange, make_alert: MakeAlert) -> None:
    """And with them it has one more block, in both parts, between what changed and the evidence."""
    alert = make_alert(listed)
    without, with_them = render(alert, SENDER), render(alert, SENDER, asides={3: [DENVER]})
    block = (
        "\nFederal money\n"
        "  Denver, Colorado: $345,679 in DOJ awards of fiscal year 2016 (Byrne\n    JAG); prime awards\n"
    )
    assert "Federal money" not in plain(without) + html(without)
    assert plain(with_them).replace(block, "", 1) == plain(without)
    assert (
        plain(with_them).index("Section: city")
        < plain(with_them).index("Federal money")
        < plain(with_them).index("Seen ")
    )
    assert "$345,679 in DOJ awards" in html(with_them)
    assert render(alert, SENDER, asides={}).as_bytes() == without.as_bytes()
    assert render(alert, SENDER, asides={4: [DENVER]}).as_bytes() == without.as_bytes()


@pytest.mark.parametrize(
    ("kind", "facts", "named"),
    [
        (ChangeKind.RECORD_ADDED, {"record_kind": "listed_jurisdiction", "place": "Cook County, IL"}, ["17031"]),
        (ChangeKind.RECORD_REMOVED, {"record_kind": "detainer_policy", "title": "Boulder, Colorado"}, ["0807850"]),
        (ChangeKind.RECORD_AMENDED, {"record_kind": "detainer_policy", "place": "Boulder, Colorado"}, []),
        (ChangeKind.RECORD_ADDED, {"record_kind": "agenda_item", "place": "Denver, Colorado"}, []),
        (ChangeKind.RECORD_ADDED, {"record_kind": "listed_jurisdiction", "place": "Ithaca, New York"}, []),
        (ChangeKind.PAGE_CHANGED, {"place": "Denver, Colorado"}, []),
    ],
)
def test_only_news_of_a_listed_government_names_one(
    make_stored: MakeStored, kind: ChangeKind, facts: dict[str, Any], named: list[str]
) -> None:
    """An agenda of Denver's council is not about its being listed; Ithaca is not in the table."""
    assert [one.geoid for one in named_in(make_stored(1, kind, **facts).change)] == named


@pytest.mark.parametrize(
    ("previous", "named"), [("January 28 - February 3, 2017", ["08013", "1714000"]), ("", ["0820000", "08013"])]
)
def test_a_list_names_who_is_new_or_gone(make_stored: MakeStored, previous: str, named: list[str]) -> None:
    """Of its first edition all members; rows of other kinds are events, and say nothing."""
    details = {
        "previous_edition": previous,
        "sets": {
            "detainer_policy": {
                "members": ["Denver, Colorado", "Boulder County, Colorado", "Denver County, Colorado"],
                "new": ["Boulder County, Colorado"],
                "gone": ["Chicago, Illinois"],
            },
            "declined_detainer": {"members": ["Philadelphia, Pennsylvania"], "new": ["Philadelphia, Pennsylvania"]},
        },
    }
    change = make_stored(1, ChangeKind.LIST_PUBLISHED, details=details).change
    assert [one.geoid for one in named_in(change)] == named


# -- over a real archive --------------------------------------------------------------------------------------


def award(key: str, amount: str, recipient: str = "DENVER, CITY & COUNTY OF", seat: str = "Denver, CO") -> Record:
    facts = {"recipient": recipient, "amount": amount, "fiscal_year": "2016", "program": "16.738"}
    return Record("grant_award", key, key, facts, place=seat)


@pytest.fixture
def archive(keep: Callable[..., None]) -> Iterator[Archive]:
    """An archive that was told of awards on March 20."""
    awards = Source("usaspending_doj_grants", "DOJ awards", "https://api.example.gov/awards", "usaspending")
    with Archive.in_memory() as archive:
        keep(
            archive,
            awards,
            AT - timedelta(days=7),
            records=(
                award("a", "345678.90"),
                award("b", "7.00", "UNIVERSITY OF DENVER"),
                award("c", "5.00", "CITY OF CHICAGO", "Chicago, IL"),
            ),
        )
        yield archive


def test_figures_come_from_stored_awards(
    archive: Archive, make_stored: MakeStored, make_alert: MakeAlert, listed: StoredChange
) -> None:
    """Of the government alone, as old as the poll that brought them; a government without awards has no line."""
    cook = make_stored(4, ChangeKind.RECORD_ADDED, record_kind="listed_jurisdiction", place="Cook County, Illinois")
    boulder = make_stored(5, ChangeKind.RECORD_ADDED, record_kind="listed_jurisdiction", place="Boulder, Colorado")
    found = figures_for(make_alert(listed, cook, boulder), archive)
    assert {number: [figure.sentence for figure in figures] for number, figures in found.items()} == {
        3: [
            "$345,679 in DOJ awards of fiscal year 2016 (Byrne JAG); prime awards, matched by name, not by UEI,"
            " as of March 20, 2017"
        ]
    }


class Pigeon:
    """Carries mails."""

    name = "pigeon"

    def __init__(self) -> None:
        self.carried: list[EmailMessage] = []

    async def send(self, message: EmailMessage, recipient: str) -> None:
        self.carried.append(message)

    async def close(self) -> None:
        return


async def test_the_outbox_looks_the_figures_up(archive: Archive, keep: Callable[..., None]) -> None:
    """A mail about Denver's being listed carries them, from the change to the reader."""
    desk = Subscription(name="desk", recipients=("analyst@newsroom.example",))
    archive.keep_subscriptions([desk], AT)
    change = Change(
        ChangeKind.RECORD_ADDED,
        AT,
        "list",
        "https://www.example.gov/list",
        "List: new listed jurisdiction “Denver, Colorado”",
        significance=0.7,
        record_kind="listed_jurisdiction",
        title="Denver, Colorado",
        place="Denver, Colorado",
        after={"section": "city"},
    )
    keep(archive, Source("list", "List", "https://www.example.gov/list"), AT, change=change)
    assert collect(archive, [desk], AT) == 1
    pigeon = Pigeon()
    report = await send_due(archive, pigeon, Correspondent(archive, Letterbox(SENDER), [desk], AT), AT)
    assert (report.sent, report.problems) == (1, ())
    assert "Denver, Colorado: $345,679 in DOJ awards of fiscal year 2016" in " ".join(plain(pigeon.carried[0]).split())
