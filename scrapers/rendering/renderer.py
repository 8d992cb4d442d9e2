"""The one browser of all crawls: started when a page first needs it, replaced when it is worn or lost, ended after use.

Whoever may need it takes it, and gives it back: with the last one the browser ends, so that neither a poll nor the
daemon between two polls keeps half a gigabyte and a dozen processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from scrapers.halt import Halt
from scrapers.rendering.browser import BrowserLost, Chromium, Order, Rendered

PAGES_AT_ONCE = 2
PAGES_A_BROWSER = 100
"""After which another is started: browsers grow."""


class Renderer:
    """Shows pages, a few at a time, in a browser that it looks after."""

    def __init__(self, launch: Callable[[], Awaitable[Chromium]] = Chromium.launch) -> None:
        self._launch = launch
        self._turns = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._browser: Chromium | None = None
        self._retired: list[Chromium] = []

    async def ready(self) -> None:
        """Have a browser at hand. Raises FetchError with what to install, where there can be none."""
        await self._at_hand()

    async def render(self, order: Order, halt: Halt) -> Rendered:
        """Show a page; once more in another browser where the first was lost. Raises FetchError, or Stopped."""
        with halt.waiting():
            await self._turns.acquire()
        try:
            with halt.transferring():
                try:
                    return await self._render(order)
                except BrowserLost:
                    return await self._render(order)
        finally:
            self._turns.release()

    async def close(self) -> None:
        """End every browser."""
        async with self._starting:
            browsers = [*self._retired, *([self._browser] if self._browser else [])]
            self._retired, self._browser = [], None
            for browser in browsers:
                await browser.close()

    async def _render(self, order: Order) -> Rendered:
        browser = await self._at_hand()
        try:
            return await browser.render(order)
        finally:
            await asyncio.shield(self._end_retired())

    async def _at_hand(self) -> Chromium:
        async with self._starting:
            worn = self._browser
            if worn is not None and (not worn.alive or worn.pages >= PAGES_A_BROWSER):
                self._retired.append(worn)
                self._browser = None
            if self._browser is None:
                self._browser = await self._launch()
        await self._end_retired()
        return self._browser

    async def _end_retired(self) -> None:
        """Close browsers that were replaced, each once it shows nothing any more."""
        for browser in [one for one in self._retired if not one.showing]:
            self._retired.remove(browser)
            await browser.close()


class _Shared:
    """A renderer and how many hold it."""

    def __init__(self) -> None:
        self.renderer = Renderer()
        self.holders = 0


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


def take() -> Renderer:
    """This event loop's renderer, to be given back with `give_back`. Nothing is started yet."""
    shared = _shared.setdefault(asyncio.get_running_loop(), _Shared())
    shared.holders += 1
    return shared.renderer


async def give_back() -> None:
    """Who took it needs it no more; the last one ends the browser."""
    loop = asyncio.get_running_loop()
    shared = _shared[loop]
    shared.holders -= 1
    if not shared.holders:
        del _shared[loop]
        await asyncio.shield(shared.renderer.close())


@asynccontextmanager
async def held() -> AsyncIterator[Renderer]:
    """Around work in which pages may have to be shown."""
    renderer = take()
    try:
        yield renderer
    finally:
        await give_back()


async def browser_here() -> str:
    """The name of the browser that pages would be shown in: one is started and ended. Raises FetchError."""
    browser = await Chromium.launch()
    await browser.close()
    return browser.name
