"""One gate per vendor, and Retry-After; every wait is written down and none is waited."""

import asyncio
from datetime import UTC, datetime

import pytest

from monitor.errors import FetchError
from scrapers.halt import Halt, Stopped
from scrapers.manners import IN_FLIGHT, Manners, seconds_of, shared

NOW = datetime(2017, 3, 20, 14, 0, tzinfo=UTC)


async def _passes(gate, delay=0.0) -> float:
    started = await gate.enter(delay, Halt())
    gate.leave(started, succeeded=True)
    return started


def test_all_tenants_of_a_vendor_share_a_gate(manners) -> None:
    """Denver's API and Oakland's site are the same machines; two cities' own hosts are not."""
    assert manners.gate("https://webapi.legistar.com/v1/denver") is manners.gate("https://oakland.legistar.com/x")
    assert manners.gate("https://www.auroragov.org/") is not manners.gate("https://bouldercolorado.gov/")


async def test_requests_to_a_host_start_a_second_apart(manners) -> None:
    """The first at once, each next one a second later."""
    gate = manners.gate("https://www.ice.gov/")
    starts = [await _passes(gate) for _ in range(3)]
    assert [start - starts[0] for start in starts] == [0, 1, 2]


@pytest.mark.parametrize(
    ("url", "delay", "distance"),
    [("https://a.civicplus.com/", 0, 7), ("https://a.municodemeetings.com/", 0, 15), ("https://www.ice.gov/", 4, 4)],
)
async def test_vendors_and_sources_may_ask_for_more(url, delay, distance, manners) -> None:
    """CivicPlus and Municode need more distance; a stanza's delay raises it, never lowers it."""
    gate = manners.gate(url)
    first, second = await _passes(gate, delay), await _passes(gate, delay)
    assert second - first == distance


async def test_a_slow_answer_spaces_the_next_requests(manners, hand_clock) -> None:
    """What takes the server five seconds is not asked for every second; a failure does not make us faster."""
    gate = manners.gate("https://www.ice.gov/")
    started = await gate.enter(0, Halt())
    hand_clock.seconds += 5
    gate.leave(started, succeeded=True)
    second = await gate.enter(0, Halt())
    gate.leave(second, succeeded=False)
    third = await gate.enter(0, Halt())
    assert third - second == 5


async def test_few_requests_are_in_flight(manners, hand_clock) -> None:
    """The next one waits until another has ended, however long that takes."""
    gate = manners.gate("https://www.ice.gov/")
    starts = [await gate.enter(0, Halt()) for _ in range(IN_FLIGHT)]
    waiting = asyncio.create_task(gate.enter(0, Halt()))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    gate.leave(starts[0], succeeded=True)
    await waiting
    assert len(hand_clock.slept) >= 1


async def test_this_machine_needs_no_manners(manners, hand_clock) -> None:
    """Sixteen at once, without distance; each port by itself."""
    gate = manners.gate("http://127.0.0.1:8000/")
    for _ in range(16):
        await gate.enter(0, Halt())
    assert hand_clock.slept == []
    assert gate is not manners.gate("http://127.0.0.1:8001/")


async def test_a_wait_ends_with_its_crawl(manners) -> None:
    """Whoever waits at the gate is let go when the crawl is asked to end, and the gate is free for others."""
    gate = manners.gate("https://www.ice.gov/")
    starts = [await gate.enter(0, Halt()) for _ in range(IN_FLIGHT)]
    halt = Halt()
    waiting = asyncio.create_task(gate.enter(0, halt))
    await asyncio.sleep(0)
    halt.ask()
    with pytest.raises(Stopped):
        await waiting
    for start in starts:
        gate.leave(start, succeeded=True)
    await _passes(gate)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), (" 7 ", 7), ("Mon, 20 Mar 2017 14:02:00 GMT", 120), ("Mon, 20 Mar 2017 13:00:00 GMT", 0), ("-5", 0),
     ("soon", 0), ("", 0), ("9" * 5000, 999999999)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header, seconds) -> None:
    """RFC 9110's two forms; anything else asks for nothing."""
    assert seconds_of(header, NOW) == seconds


async def test_retry_after_holds_the_whole_vendor(manners) -> None:
    """Denver's 429 holds Oakland's requests too."""
    gate = manners.gate("https://webapi.legistar.com/v1/oakland")
    first = await _passes(gate)
    manners.heed("https://webapi.legistar.com/v1/denver", 429, "90")
    assert await _passes(gate) - first == 90


async def test_a_long_retry_after_is_not_waited_for(manners, hand_clock) -> None:
    """More than an hour fails with a sentence, without a request, until it has passed."""
    manners.heed("https://www.ice.gov/a", 503, "10800")
    gate = manners.gate("https://www.ice.gov/b")
    with pytest.raises(FetchError, match=r"ice\.gov asks to be left alone for 3 hours"):
        await gate.enter(0, Halt())
    hand_clock.seconds += 10801
    await _passes(gate)
    assert sum(hand_clock.slept) == 0


def test_the_process_has_one_set_of_gates() -> None:
    """Two crawls that bring no manners of their own meet at the same gate."""
    assert shared() is shared()


async def test_two_crawls_at_once_meet_at_one_gate(city, make_source, run_crawl, hand_clock) -> None:
    """Politeness does not end at a crawl's border."""
    city.says("/robots.txt", "", status=404)
    city.says("/a")
    await asyncio.gather(*(run_crawl(make_source(city.url("/a"))) for _ in range(3)))
    assert city.asked("/robots.txt") == 1
    assert sum(hand_clock.slept) >= 2


def test_manners_need_no_running_loop() -> None:
    """They outlive an event loop: the process keeps them between commands."""
    gate = Manners(usual_delay=0.0).gate("https://www.ice.gov/")
    for _ in range(2):
        asyncio.run(_passes(gate))
