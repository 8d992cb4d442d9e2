"""Zones of states."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from scrapers.council.zones import ZONES, zone_of


def test_every_state_has_a_zone_that_exists() -> None:
    """Fifty states, the District of Columbia and Puerto Rico."""
    assert len(ZONES) == 52
    assert all(ZoneInfo(zone) for zone in ZONES.values())


def test_a_place_without_a_state_has_none() -> None:
    """Aurora is in Colorado, in Illinois and in Ontario."""
    assert zone_of("Aurora, Colorado") == "America/Denver"
    assert zone_of("Aurora") == ""
    assert zone_of("Aurora, Ontario") == ""
