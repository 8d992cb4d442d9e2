"""Asking again: later, not too often, and when the host says."""

BY_EITHER = True
"""Both ways of fetching a page watch: see conftest.py."""


async def test_a_busy_server_is_asked_again_when_it_says(site, make_source, run_crawl, intake, hand_clock) -> None:
    """After "429, Retry-After: 20" the next request starts twenty seconds later, and its answer is the look."""
    site.says_in_turn("/a", (429, {"Retry-After": "20"}), (200, {}))
    (report,) = await run_crawl(make_source(site.url("/a")))
    assert report.outcome == "ok"
    assert intake.only().status == 200
    assert site.asked("/a") == 2
    assert hand_clock.seconds - 1000 >= 19.99


async def test_a_server_that_stays_broken_is_a_look(site, make_source, run_crawl, intake, hand_clock) -> None:
    """Two retries, each after a pause, then the 503 and its body are kept."""
    site.says("/a", "down for maintenance", status=503)
    await run_crawl(make_source(site.url("/a")))
    look = intake.only()
    assert (look.status, look.body) == (503, b"down for maintenance")
    assert site.asked("/a") == 3
    assert len(hand_clock.slept) == 2
    assert min(hand_clock.slept) > 0


async def test_too_long_a_wait_fails_the_look(site, make_source, run_crawl, intake) -> None:
    """A server that wants to be left alone for a day is left alone, by the other pages as well."""
    site.says("/a", status=429, Retry_After="86400")
    first, second = make_source(site.url("/a")), make_source(site.url("/b"))
    await run_crawl(first)
    await run_crawl(second)
    assert "asks to be left alone for 24 hours" in intake.of(first.slug)[0].error
    assert "asks to be left alone" in intake.of(second.slug)[0].error
    assert (site.asked("/a"), site.asked("/b")) == (1, 0)
