"""Conditional requests: what goes out, what a 304 becomes, and where validators must not go."""

import pytest
from scrapy import Request

from scrapers.conditional import is_conditional, usable, without_validators

BY_EITHER = True
"""Both ways of fetching a page watch: see conftest.py."""


def test_only_usable_validators_go_out() -> None:
    """Unknown names, broken values and tags that name no version are left out."""
    assert usable({"If-None-Match": '"abc"', "If-Modified-Since": "Mon, 20 Mar 2017 14:00:00 GMT", "Cookie": "x"}) == {
        "If-None-Match": '"abc"',
        "If-Modified-Since": "Mon, 20 Mar 2017 14:00:00 GMT",
    }
    for value in ('" "', '""', 'W/""', "", " ", '"a"\r\nX: y', '"é€"'):
        assert usable({"If-None-Match": value}) == {}


def test_a_request_can_be_made_unconditional() -> None:
    """Both validators go."""
    request = Request("https://a.example/", headers={"If-None-Match": '"1"', "If-Modified-Since": "x", "Accept": "a"})
    assert is_conditional(request)
    assert not is_conditional(without_validators(request))
    assert request.headers["Accept"] == b"a"


async def test_an_unchanged_page_is_a_304_look(site, make_source, run_crawl, intake) -> None:
    """The validators that the intake gives are sent, and the 304 reaches it without a body."""
    site.says("/a", "", status=304, ETag='"1"')
    intake.headers[site.url("/a")] = {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 20 Mar 2017 14:00:00 GMT"}
    (report,) = await run_crawl(make_source(site.url("/a")))
    look = intake.only()
    assert (look.status, look.body) == (304, None)
    assert site.requests[0][1]["if-none-match"] == '"1"'
    assert site.requests[0][1]["if-modified-since"].startswith("Mon, 20 Mar")
    assert (report.outcome, report.complete) == ("ok", True)


async def test_without_validators_nothing_is_conditional(site, make_source, run_crawl) -> None:
    """A full look sends neither header."""
    site.says("/a")
    await run_crawl(make_source(site.url("/a")))
    assert not {"if-none-match", "if-modified-since"} & set(site.requests[0][1])


async def test_validators_do_not_follow_a_redirect(site, make_source, run_crawl, intake) -> None:
    """A page that moved to an older document must not be taken for unchanged."""
    site.redirects("/a", "/older")
    site.says("/older", "another document")
    intake.headers[site.url("/a")] = {"If-Modified-Since": "Mon, 20 Mar 2017 14:00:00 GMT"}
    await run_crawl(make_source(site.url("/a")))
    asked = dict(site.requests)
    assert "if-modified-since" in asked["/a"]
    assert "if-modified-since" not in asked["/older"]
    assert intake.only().body == b"another document"


@pytest.mark.parametrize("via", ["/a", "/moved"])
async def test_a_304_that_nobody_asked_for_is_no_answer(via, site, make_source, run_crawl, intake) -> None:
    """It would pass for an unchanged page of which nothing is known."""
    site.redirects("/moved", "/a")
    site.says("/a", "", status=304)
    await run_crawl(make_source(site.url(via)))
    look = intake.only()
    assert look.status is None
    assert "answered 304 to a request that named no version" in look.error
