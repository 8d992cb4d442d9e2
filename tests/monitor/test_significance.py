"""What a change weighs: the rules that no other test holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.significance import TOLD_AT, weigh
from monitor.types import Change, ChangeKind

RELEASE = Change(
    ChangeKind.RECORD_AMENDED,
    datetime(2026, 1, 24, tzinfo=UTC),
    "ice_newsroom",
    "https://www.ice.gov/news/releases/one",
    "ICE newsroom: “ICE detainers honored”: is now marked as archived",
    record_kind="press_release",
)


def weighed(**fields: list[object]) -> Change:
    """The release's change of these fields."""
    return weigh(replace(RELEASE, details={"fields": fields}))


def test_a_mark_of_the_archive_ranks_below_an_edit_and_is_told() -> None:
    """Whatever the release is about: its text stands as it was."""
    marked = weighed(archived=[False, True])
    edited = weighed(body=["2025", "2026"])
    assert marked.significance == 0.35
    assert TOLD_AT <= marked.significance < edited.significance
    assert weighed(body=["2025", "2026"], archived=[False, True]).significance == edited.significance
    assert marked.reasons[-1] == "only its mark as archived changed: 0.35"
