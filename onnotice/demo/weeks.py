"""What the demonstration's Declined Detainer Outcome Reports say, week by week, as values.

What is real in them and what is filler is said in `reports.toml`, which they are read from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from importlib.resources import files
from itertools import cycle, islice
from typing import Any
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Volume:
    """A row of Section I: detainers issued, which is not detainers declined."""

    jurisdiction: str
    state: str
    issued: int


@dataclass(frozen=True, slots=True)
class Declined:
    """A row of Section II: one person, who is never named."""

    agency: str
    state: str
    citizenship: str
    issued_on: date
    declined_on: date
    activity: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A row of Section III. `area` is the area of responsibility that the parenthesis names, not a place."""

    jurisdiction: str
    area: str
    enacted: str
    policy: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """All that one report says."""

    title: str
    title_line: str
    start: date
    end: date
    joint: str
    issued: int
    sections: tuple[str, str, str, str]
    volume: tuple[Volume, ...]
    declined: tuple[Declined, ...]
    policies: tuple[Policy, ...]

    @property
    def order(self) -> str:
        """ "2017-01-28/2017-02-03": sorts as the weeks do."""
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


@cache
def week_one_facts() -> Week:
    """The week of 28 January to 3 February 2017."""
    return _weeks()[0]


@cache
def week_two_facts() -> Week:
    """The week of 4 to 10 February 2017."""
    return _weeks()[1]


@cache
def _weeks() -> tuple[Week, ...]:
    facts = tomllib.loads(files("onnotice.demo").joinpath("reports.toml").read_text(encoding="utf-8"))
    first = _policies(facts)
    return tuple(
        Week(
            title=week["title"],
            title_line=week["title_line"],
            start=week["start"],
            end=week["end"],
            joint=week["joint"],
            issued=week["issued"],
            sections=(week["section_one"], week["section_two"], week["section_three"], week["section_four"]),
            volume=tuple(Volume(*row) for row in week["volume"]),
            declined=_declined(facts, week),
            policies=_policies_of(facts, week, first),
        )
        for week in facts["week"]
    )


def _policies(facts: Mapping[str, Any]) -> tuple[Policy, ...]:
    known = tuple(
        Policy(row["jurisdiction"], row["area"], row["enacted"], row["policy"], tuple(row["criteria"]))
        for row in facts["policy"]
    )
    return known + tuple(map(partial(_filler, facts), facts["filler"]["policies"]))


def _filler(facts: Mapping[str, Any], row: Sequence[str]) -> Policy:
    """Title and criteria follow from the name, so that a policy keeps them from week to week."""
    jurisdiction, area, enacted = row
    deal = crc32(jurisdiction.encode())
    return Policy(
        jurisdiction,
        area,
        enacted,
        facts["titles"][deal % len(facts["titles"])],
        tuple(facts["criteria"][deal // 7 % len(facts["criteria"])]),
    )


def _policies_of(facts: Mapping[str, Any], week: Mapping[str, Any], first: tuple[Policy, ...]) -> tuple[Policy, ...]:
    amended = dict(week.get("amended", ()))
    kept = (
        replace(policy, criteria=(amended[policy.jurisdiction],)) if policy.jurisdiction in amended else policy
        for policy in first
        if policy.jurisdiction not in week.get("gone", ())
    )
    return (*(_filler(facts, row) for row in week.get("new", ())), *kept)


def _declined(facts: Mapping[str, Any], week: Mapping[str, Any]) -> tuple[Declined, ...]:
    """The known agencies' rows, then agencies that do not exist until the week's number is reached."""
    rows = [row for group in week.get("declined", ()) for row in _group(facts, week, group)]
    number = 0
    while len(rows) < week["rows_recorded"]:
        number += 1
        state = ("Colorado", "Illinois", "New Mexico", "Oregon", "Washington")[(number - 1) // 3 % 5]
        group = {"agency": f"Example Agency {number:02} (filler)", "state": state, "rows": 1 + number % 4}
        rows += _group(facts, week, group)
    return tuple(rows[: week["rows_recorded"]])


def _group(facts: Mapping[str, Any], week: Mapping[str, Any], group: Mapping[str, Any]) -> list[Declined]:
    deal = sum(map(ord, group["agency"]))
    citizenships = cycle(group.get("citizenship") or facts["citizenships"])
    activities = cycle(group.get("activity") or facts["activities"])
    return [
        Declined(
            group["agency"],
            group["state"],
            citizenship,
            week["start"] - timedelta(days=(deal + 3 * number) % 90),
            week["start"] + timedelta(days=(deal + number) % 7),
            activity,
        )
        for number, (citizenship, activity) in enumerate(
            islice(zip(citizenships, activities, strict=False), group["rows"])
        )
    ]
