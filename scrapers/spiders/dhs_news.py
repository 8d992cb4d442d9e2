"""Watches Homeland Security's press releases: its list, and the page of each."""

from __future__ import annotations

from scrapers.pressroom.walking import PressRoomSpider


class DhsNewsSpider(PressRoomSpider):
    """Releases are known by their paths, which hold the day of publication."""

    name = "dhs_news"
