"""The time zone of a state's clocks: platforms print local times and seldom say whose."""

from __future__ import annotations

_EASTERN, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"

_BY_ZONE = {
    _EASTERN: (
        "Connecticut, Delaware, District of Columbia, Florida, Georgia, Kentucky, Maine, Maryland, Massachusetts,"
        " New Hampshire, New Jersey, New York, North Carolina, Ohio, Pennsylvania, Rhode Island, South Carolina,"
        " Vermont, Virginia, West Virginia"
    ),
    _CENTRAL: (
        "Alabama, Arkansas, Illinois, Iowa, Kansas, Louisiana, Minnesota, Mississippi, Missouri, Nebraska,"
        " North Dakota, Oklahoma, South Dakota, Tennessee, Texas, Wisconsin"
    ),
    _MOUNTAIN: "Colorado, Idaho, Montana, New Mexico, Utah, Wyoming",
    _PACIFIC: "California, Nevada, Oregon, Washington",
    "America/Detroit": "Michigan",
    "America/Indiana/Indianapolis": "Indiana",
    "America/Phoenix": "Arizona",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Puerto Rico",
}
"""Source: IANA tz database. Thirteen states have two zones; this is that of most of their people."""

ZONES = {state: zone for zone, states in _BY_ZONE.items() for state in states.split(", ")}
"""IANA zone by state, by its full name."""


def zone_of(jurisdiction: str) -> str:
    """The zone of "Aurora, Colorado"; empty where no state is named in full at the end."""
    return ZONES.get(jurisdiction.rpartition(",")[2].strip(), "")
