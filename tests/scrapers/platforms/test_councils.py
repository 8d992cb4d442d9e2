"""Platforms by their addresses: whatever page of a tenant is named, the same stanza comes of it."""

from __future__ import annotations

import pytest

from scrapers.platforms import from_address


@pytest.mark.parametrize(
    ("address", "spider", "url"),
    [
        ("https://denver.legistar.com/Calendar.aspx", "legistar_api", "https://webapi.legistar.com/v1/denver/events"),
        (
            "https://WEBAPI.legistar.com/v1/Denver/bodies",
            "legistar_api",
            "https://webapi.legistar.com/v1/denver/events",
        ),
        ("https://bouldercolorado.primegov.com/public/portal", "primegov", "https://bouldercolorado.primegov.com/"),
        ("https://puebloco.portal.civicclerk.com/event/1", "civicclerk", "https://puebloco.portal.civicclerk.com/"),
        ("https://puebloco.api.civicclerk.com/v1/Events", "civicclerk", "https://puebloco.portal.civicclerk.com/"),
        ("https://pub-jeffco.escribemeetings.com/?Year=2026", "escribe", "https://pub-jeffco.escribemeetings.com/"),
        (
            "https://tulsa-ok.granicus.com/ViewPublisher.php?view_id=4",
            "granicus",
            "https://tulsa-ok.granicus.com/ViewPublisher.php?view_id=4",
        ),
        ("https://telluride-co.civicweb.net/Portal/", "civicweb", "https://telluride-co.civicweb.net/"),
        ("https://hanfordca.iqm2.com/", "iqm2", "https://hanfordca.iqm2.com/Citizens/Calendar.aspx"),
        ("https://tumwater-wa.municodemeetings.com/?page=3", "municode", "https://tumwater-wa.municodemeetings.com/"),
        ("https://city.example/gov/AgendaCenter/Search/?term=x", "civicplus", "https://city.example/gov/AgendaCenter"),
    ],
)
def test_a_tenants_address_leads_to_its_stanza(address: str, spider: str, url: str) -> None:
    """Whatever page of it a person happens to have open."""
    best = from_address(address)[0]
    assert (best.spider, best.url, best.council) == (spider, url, True)


def test_legistar_has_a_second_way() -> None:
    """Where the clerk asks for a token, the calendar's pages are read."""
    assert [found.spider for found in from_address("https://nyc.legistar.com/")] == ["legistar_api", "legistar_html"]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.legistar.com/",
        "https://legistar.com/products",
        "https://denver.legistar.com.evil.example/",
        "https://a.b.primegov.com/",
        "https://tulsa-ok.granicus.com/",
        "https://tulsa-ok.granicus.com/ViewPublisher.php?view_id=4;x",
        "https://example.org/agenda",
        "https://[::1",
        "ftp://denver.legistar.com/",
    ],
)
def test_what_is_no_tenant_is_none(address: str) -> None:
    """The vendor's own site, a look-alike, a view that is not named, an address that is none."""
    assert from_address(address) == ()
