"""`onnotice add`: what a person is shown and what is written, against a site on this machine."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.types import Source
from onnotice.home import Home
from onnotice.recognising import Recognised, contradiction
from onnotice.trial import Trial
from scrapers.platforms import Proposal

EXAMPLES = Path(__file__).parents[1] / "scrapers" / "extraction" / "examples"


def written(home: Home) -> dict[str, Any]:
    """The stanza that was written last."""
    stanza: dict[str, Any] = tomllib.loads(home.settings.read_text())["source"][-1]
    return stanza


def test_a_page_is_shown_before_it_is_watched(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """Its title, its text, and the stanza; the title is the page's own where none is given."""
    site.says("/policy", "Detainers are honoured with a warrant")
    added = at_home("add", f"{site.url}/policy")
    assert added.code == 0
    assert f"It is a page: {site.url}/policy" in added.out
    assert "Detainers are honoured with a warrant" in added.out
    assert written(home)["title"] == "Town Council"
    assert written(home)["spider"] == "page"


def test_documents_are_followed(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """A page that lists files is watched with them, unless a plain page is asked for."""
    links = "".join(f'<a href="/files/{number}.pdf">Agenda {number}</a> ' for number in range(4))
    site.says("/agendas", links)
    assert "a page with documents" in at_home("add", f"{site.url}/agendas").out
    assert written(home)["parameters"] == {"follow": True}
    site.says("/more", links)
    assert at_home("add", f"{site.url}/more", "--plain").code == 0
    assert "parameters" not in written(home)


def test_a_table_is_tried_before_it_is_proposed(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """What a person is shown are the rows that a poll would keep; --plain watches the page as text."""
    cells = "".join(f"<tr><td>County {number}</td><td>Warrant</td></tr>" for number in range(6))
    site.says("/policies", f"<table><tr><th>County</th><th>Policy</th></tr>{cells}</table>")
    added = at_home("add", f"{site.url}/policies", "--title", "Policies")
    assert "It is a page with a table" in added.out
    assert "6 rows at a first look" in added.out
    assert written(home)["parameters"]["extract"] == "table"
    assert at_home("poll", "--no-send").code == 0
    records = at_home("as-of", written(home)["slug"], "2100-01-01", "--json").objects
    assert len(records) == 6


def test_what_cannot_be_seen_is_not_written(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """An address with a typing error would be looked at for a year; --no-look writes it all the same."""
    before = home.settings.read_text()
    refused = at_home("add", f"{site.url}/nowhere")
    assert refused.code == 2
    assert "HTTP 404" in refused.err
    assert "--no-look" in refused.err
    assert home.settings.read_text() == before
    assert at_home("add", f"{site.url}/nowhere", "--no-look").code == 0
    assert written(home)["url"] == f"{site.url}/nowhere"


def test_no_look_asks_nobody(at_home: Callable[..., Any], site: Any) -> None:
    """Not even for robots.txt."""
    assert at_home("add", f"{site.url}/council2", "--no-look").code == 0
    assert site.asked == []


def test_a_platforms_address_speaks_for_itself(at_home: Callable[..., Any], home: Home) -> None:
    """Without a look the platform is known all the same; whose council it is must be said."""
    portal = "https://pub-jeffco.escribemeetings.com/?Year=2026"
    refused = at_home("add", portal, "--no-look")
    assert refused.code == 2
    assert "confirm whose it is with --jurisdiction" in refused.err
    assert at_home("add", portal, "--no-look", "--jurisdiction", "Jefferson County, Colorado").code == 0
    assert written(home) == {
        "slug": "jefferson_county_council",
        "title": "Jefferson County council",
        "url": "https://pub-jeffco.escribemeetings.com/",
        "spider": "escribe",
        "jurisdiction": "Jefferson County, Colorado",
        "timezone": "America/Denver",
        "cadence": "1h",
    }


@pytest.mark.parametrize(
    ("tenant", "words", "jurisdiction", "against"),
    [
        ("City of Aurora, Illinois", "", "Aurora, Colorado", "it speaks of Illinois, and not of Colorado"),
        ("City of Aurora, Colorado - Calendar", "", "Aurora, Colorado", ""),
        ("City Council", "Aurora city hall, 15151 E Alameda", "Aurora, Colorado", ""),
        ("Calendar", "", "Aurora, Colorado", "it does not name Aurora"),
        ("City and County of Denver", "", "City and County of Denver, Colorado", ""),
        ("Boulder County Commissioners", "", "Boulder County, Colorado", ""),
        ("", "", "Aurora, Colorado", ""),
    ],
)
def test_a_portal_is_held_against_the_jurisdiction(tenant: str, words: str, jurisdiction: str, against: str) -> None:
    """The same name stands in several states, and a guessed address leads to any of them."""
    source = Source(slug="x", title="x", url="https://x.example/")
    trial = Trial(source, None, True, "", "", (), ())
    recognised = Recognised(Proposal("a council", source.url, council=True), trial, tenant, words)
    assert contradiction(recognised, jurisdiction) == against


def test_a_council_is_tried_and_asked_whose_it_is(at_home: Callable[..., Any], home: Home, site: Any) -> None:
    """Its meetings are shown; the stanza waits for its name and state, which the portal must not contradict."""
    example = EXAMPLES / "civicplus" / "search.html"
    listed = example.read_text(encoding="utf-8").replace("<body>", "<body><p>Nash County, North Carolina</p>", 1)
    for path in ("/AgendaCenter", "/AgendaCenter/Search/"):
        site.answers[path] = (200, listed)
    refused = at_home("add", f"{site.url}/AgendaCenter")
    assert refused.code == 2
    assert "confirm whose it is with --jurisdiction" in refused.err
    elsewhere = at_home("add", f"{site.url}/AgendaCenter", "--jurisdiction", "Nash County, Virginia")
    assert elsewhere.code == 2
    assert "it speaks of North Carolina, and not of Virginia" in elsewhere.err
    added = at_home("add", f"{site.url}/AgendaCenter", "--jurisdiction", "Nash County, North Carolina")
    assert added.code == 0, added.err
    assert "meetings at a first look, such as:" in added.out
    assert (written(home)["spider"], written(home)["timezone"]) == ("civicplus", "America/New_York")
