"""Watches a press room of the Justice Department by its pages, where the News API cannot be asked."""

from __future__ import annotations

from scrapers.pressroom.walking import PressRoomSpider


class DojPagesSpider(PressRoomSpider):
    """The list behind the department's bot wall, which may refuse it: prefer `doj_api`, and never watch both."""

    name = "doj_pages"
