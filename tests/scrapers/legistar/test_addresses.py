"""Addresses of the Legistar Web API: windows that can be read back, tokens that can be taken out."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.council.window import Window
from scrapers.legistar.addresses import (
    asks_for,
    calendar_page,
    calendar_url,
    event_in,
    event_url,
    is_events_url,
    part_of,
    window_in,
    with_token,
    without_token,
)

USUAL = Window(date(2017, 1, 1), date(2018, 1, 1))
EVENTS = "https://webapi.legistar.com/v1/denver/events"


def test_a_window_is_read_back_from_its_own_request() -> None:
    """What the spider asked is what the extractor takes the answer to be complete for."""
    window = Window(date(2017, 4, 29), date(2017, 11, 26))
    assert window_in(calendar_url(EVENTS, window), USUAL) == window


@pytest.mark.parametrize(
    "query",
    [
        "?$filter=EventDate+ge+datetime%272017-05-01%27+and+EventDate+lt+datetime%272017-06-01%27",
        "?%24filter=EventDate%20ge%20datetime'2017-05-01T00:00:00'%20and%20EventDate%20lt%20datetime'2017-06-01'",
    ],
)
def test_a_window_is_read_in_every_usual_spelling(query: str) -> None:
    """Captures from elsewhere escape differently."""
    assert window_in(EVENTS + query, USUAL) == Window(date(2017, 5, 1), date(2017, 6, 1))


@pytest.mark.parametrize(
    "query",
    [
        "?$top=5&$orderby=EventId+desc",
        "?$skip=1000",
        "?$filter=EventBodyId+eq+138",
        "?$filter=EventDate+ge+datetime'2017-05-01'+and+EventBodyId+eq+138",
        "?$filter=EventDate+gt+datetime'2017-05-01'",
    ],
)
def test_a_selection_by_anything_else_is_no_window(query: str) -> None:
    """The five newest meetings are not the calendar: nothing may be missed in them."""
    assert window_in(EVENTS + query, USUAL) is None


def test_a_calendar_that_filters_nothing_is_asked_for_the_usual_window() -> None:
    """The page's own address does not move with the days."""
    assert window_in(calendar_page(EVENTS, 1), USUAL) == USUAL


def test_a_calendar_is_known_under_an_address_that_stays() -> None:
    """Every day asks for another window, and every answer is the same page."""
    asked = calendar_url(EVENTS, USUAL)
    assert calendar_page(asked, 1) == EVENTS
    assert part_of(calendar_page(asked, 1)) == 1
    assert part_of(calendar_page(asked, 2)) == 2


def test_an_event_is_asked_for_with_everything_that_hangs_on_it() -> None:
    """The switches are figures: the API ignores "true"."""
    url = event_url(EVENTS + "?page=2", "5210")
    assert url == EVENTS + "/5210?EventItems=1&AgendaNote=1&MinutesNote=1&EventItemAttachments=1"
    assert event_in(url) == "5210"
    assert asks_for(url, "EventItemAttachments")
    assert not asks_for(EVENTS + "/5210?EventItems=true", "EventItems")


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/events", True),
        ("/events/5210", True),
        ("/Events/5210/EventItems", True),
        ("/bodies", False),
        ("/events.pdf", False),
    ],
)
def test_only_calendars_and_events_are_events_urls(path: str, ours: bool) -> None:
    """Matters, bodies and files have their own readers."""
    assert is_events_url("https://webapi.legistar.com/v1/denver" + path) is ours


@pytest.mark.parametrize("url", [EVENTS, calendar_url(EVENTS, USUAL), event_url(EVENTS, "1")])
def test_a_token_goes_in_and_comes_out_without_a_trace(url: str) -> None:
    """What is kept and shown is the address without the secret, otherwise unchanged."""
    sent = with_token(url, "s3cret/+=")
    assert sent != url
    assert without_token(sent) == url
