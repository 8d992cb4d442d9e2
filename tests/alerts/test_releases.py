"""The release that explains a removal: named where the archive holds it, and never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.asides import asides_for
from alerts.releases import explanation_of
from alerts.rendering import render
from monitor.types import Alert, ChangeKind, Record, Source, StoredChange
from storage import Archive

AT = datetime(2025, 9, 26, 20, 0, tzinfo=UTC)
JUSTICE = Source("doj", "DOJ releases", "https://www.justice.gov/api", "doj_api", "U.S. Department of Justice")
ANNOUNCED = "Today the list was updated, which takes Nevada off: the first removal since it was published."


def release(key: str, title: str, body: str, day: str = "2025-09-26") -> Record:
    url = f"https://www.justice.gov/opa/pr/{key}"
    return Record("press_release", key, title, {"body": body}, about=day, url=url)


@pytest.fixture
def archive(keep: Callable[..., None]) -> Iterator[Archive]:
    """An archive with releases about Nevada, of which one explains a removal."""
    with Archive.in_memory() as archive:
        keep(
            archive,
            JUSTICE,
            AT,
            records=(
                release("mou", "Memorandum of Understanding with Nevada", f"Good news.\n{ANNOUNCED}"),
                release("old", "Removal", f"Of the list.\n{ANNOUNCED}", "2025-09-01"),
                release("case", "Nevada Man Sentenced", "He was removed from office.\nA list of charges."),
            ),
        )
        yield archive


@pytest.fixture
def removed(make_stored: Callable[..., StoredChange]) -> Callable[..., StoredChange]:
    """A member that is no longer listed."""

    def make(title: str, kind: ChangeKind = ChangeKind.RECORD_REMOVED, **facts: Any) -> StoredChange:
        said = {"record_kind": "listed_jurisdiction", "at": AT, "summary": f"{title} is no longer listed", **facts}
        return make_stored(7, kind, title=title, **said)

    return make


@pytest.mark.parametrize("title", ["Nevada", "State of Nevada", "Nevada, United States"])
def test_the_release_of_the_day_explains(archive: Archive, removed: Callable[..., StoredChange], title: str) -> None:
    """By the passage that names the government and the removal; not a sentence of one, nor a release long past."""
    found = explanation_of(removed(title).change, archive)
    assert found is not None
    assert found.publisher == "U.S. Department of Justice"
    assert found.sentence == ("Memorandum of Understanding with Nevada (2025-09-26) https://www.justice.gov/opa/pr/mou")


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("Baltimore County, MD", {}),
        ("Nevada", {"kind": ChangeKind.RECORD_ADDED}),
        ("Nevada", {"record_kind": "agenda_item"}),
        ("Nevada", {"at": AT + timedelta(days=9)}),
        ("", {}),
    ],
)
def test_nothing_else_is_explained(
    archive: Archive, removed: Callable[..., StoredChange], title: str, facts: dict[str, Any]
) -> None:
    """Another government, an addition, another kind of list, a removal that came later."""
    assert explanation_of(removed(title, **facts).change, archive) is None


def test_the_mail_says_it(
    archive: Archive, removed: Callable[..., StoredChange], make_alert: Callable[..., Alert]
) -> None:
    """In a block of its own, before the evidence."""
    alert = make_alert(removed("Nevada"))
    message = render(alert, "On Notice <notice@newsroom.example>", asides=asides_for(alert, archive))
    body = message.get_body(("plain",))
    assert body is not None
    text = " ".join(str(body.get_content()).split())
    assert "Explained by U.S. Department of Justice: Memorandum of Understanding with Nevada (2025-09-26)" in text
