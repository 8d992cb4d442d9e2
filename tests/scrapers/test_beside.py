"""Large pages are read and compared beside the event loop, small ones and records at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.types import Look, Source
from scrapers import intake as taking
from scrapers.beside import AT_ONCE, beside
from scrapers.intake import Intake
from storage import Archive

BEGAN = datetime(2017, 3, 20, 12, tzinfo=UTC)


async def test_the_event_loop_goes_on_beside_large_work() -> None:
    """Work about a large body ends although it waits for something that only the event loop can do."""
    happened = threading.Event()
    asyncio.get_running_loop().call_soon(happened.set)
    assert await beside(AT_ONCE + 1, happened.wait, 30.0)


async def test_small_work_is_done_at_once() -> None:
    """Nobody else gets a turn between a small body's work and its result."""
    happened = threading.Event()
    asyncio.get_running_loop().call_soon(happened.set)
    assert not await beside(AT_ONCE, happened.is_set)


async def test_what_the_work_raises_is_raised() -> None:
    """A fault of the work is its caller's, wherever it was done."""
    with pytest.raises(ZeroDivisionError):
        await beside(AT_ONCE + 1, divmod, 1, 0)


@pytest.mark.parametrize(("lines", "elsewhere"), [(10, False), (20_000, True)])
async def test_a_large_page_is_judged_and_compared_elsewhere(
    lines: int, elsewhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verdict, second look and decision of a large page are not made in the event loop's thread, and tell its edit."""
    threads: dict[str, set[bool]] = {}

    def noted(name: str) -> Callable[..., Any]:
        work = getattr(taking, name)

        def wrapper(*asked: Any, **named: Any) -> Any:
            threads.setdefault(name, set()).add(threading.current_thread() is not threading.main_thread())
            return work(*asked, **named)

        return wrapper

    for name in ("believe", "after_looks", "decide"):
        monkeypatch.setattr(taking, name, noted(name))
    archive, source = Archive.in_memory(), Source("town", "Town", "https://town.example/")
    archive.keep_source(source, BEGAN)
    run = archive.begin_run(source.slug, 1, BEGAN)
    intake = Intake(archive, lambda: BEGAN)
    said = [f"<p>Resolution {number} was passed by the council.</p>" for number in range(lines)]
    for minute, last in enumerate(("read", "amended", "amended")):
        body = "".join(["<title>Town</title>", *said, f"<p>The last one was {last}.</p>"]).encode()
        look = Look(source.url, BEGAN + timedelta(minutes=minute), 200, body, "text/html")
        await intake.take(look, source, run, repeatable=minute == 1)
    assert threads == {name: {elsewhere} for name in ("believe", "after_looks", "decide")}
    (change,) = [stored.change for stored in archive.changes() if not stored.change.baseline]
    assert "amended" in change.summary
