"""One Chromium, driven by Playwright: shows a document that was fetched already, and gives back what became of it.

The document itself comes from plain fetching, with its manners, redirects and robots.txt. The browser is handed that
answer, runs its scripts, and gets whatever they ask for through a proxy of the page's own. It goes nowhere else: no
other document takes the page's place, nothing is downloaded, and no window opens.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import signal
import time
from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.url import host_of
from scrapers.guard import Endpoint
from scrapers.rendering.chromium import chromium_path, require_playwright
from scrapers.rendering.proxy import GuardedProxy

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Playwright, Route

_NOWHERE = "http://127.0.0.1:9"
"""The proxy of whatever is no page of ours: Chromium asks for updates and accounts by itself, and gets no answer."""
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-crash-reporter",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--js-flags=--max-old-space-size=512",
)
_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "LD_LIBRARY_PATH")
"""All that the browser learns of ours: a hostile page has no business with tokens."""
_STARTING = 30.0
_CLOSING = 5.0
"""Seconds."""
_FOR_WAITING = 0.8
"""The part of a page's time that may be waited; the rest is for reading it."""
_TRAFFIC = 128 * 1024 * 1024
"""Bytes that one page may move."""
_NOT_LOADED = frozenset({"image", "media", "font"})
"""Kinds of resources that nobody reads: hosts are spared them."""

_BEFORE_SCRIPTS = """
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport'])
  delete window[name];
window.open = () => null;
if (window === window.top && window.navigation)
  navigation.addEventListener('navigate', event => {
    if (event.cancelable && !event.destination.sameDocument) event.preventDefault();
  });
"""
"""No way past the proxy, no other window, and no other document in the page's place: a reload in the middle of loading
would leave it half loaded for ever. (`_Answers` refuses what gets past this.)
"""
_READ = """
most => {
  for (const element of document.querySelectorAll('noscript')) element.remove();
  const text = '<!DOCTYPE html>\\n' + document.documentElement.outerHTML;
  return text.length > most ? null : text;
}
"""
"""The document as it stands. What `noscript` holds is for readers without scripts, and was not shown."""


@dataclass(frozen=True, slots=True)
class Order:
    """A document to show. `url` is where it was found in the end, `headers` and `body` are its answer's, decoded."""

    url: str
    headers: dict[str, str]
    body: bytes
    user_agent: str
    named: Collection[Endpoint]
    """Private endpoints that its source names."""
    wait_for: str
    """CSS selector of what has to be there before the page is read; empty for a network that has come to rest."""
    seconds: float
    """For all of it."""
    most: int
    """Bytes of what is read."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reader with scripts would see, as HTML. `unfinished` is why it is not to be believed, one sentence."""

    body: bytes
    browser: str
    unfinished: str = ""


class BrowserLost(FetchError):
    """The browser, or what drives it, ended while it was needed; another one may do."""


class Chromium:
    """A running browser. `pages` counts those that it has shown, `showing` those that it shows."""

    def __init__(self, playwright: Playwright, browser: Browser, driver: int | None) -> None:
        self._playwright = playwright
        self._browser = browser
        self._driver = driver
        self._lost = False
        self.pages = 0
        self.showing = 0

    @classmethod
    async def launch(cls) -> Chromium:
        """Start one. Raises FetchError with what to install or to correct."""
        require_playwright()
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - 150 ms that most polls do not owe

        try:
            async with asyncio.timeout(_STARTING):
                playwright = await async_playwright().start()
        except (OSError, TimeoutError) as error:
            raise FetchError(f"Playwright could not be started ({error}); install it again") from error
        try:
            browser = await playwright.chromium.launch(
                executable_path=chromium_path(playwright.chromium.executable_path),
                args=_ARGUMENTS,
                chromium_sandbox=os.geteuid() != 0,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=_STARTING * 1000,
            )
        except Error as error:
            await _within(_CLOSING, playwright.stop())
            why = str(error).strip().splitlines()[0].rstrip(".")
            raise FetchError(f"Chromium could not be started ({why}); run it by hand to see why") from error
        except BaseException:
            await _within(_CLOSING, playwright.stop())
            raise
        return cls(playwright, browser, _driver_of(playwright))

    @property
    def name(self) -> str:
        """ "Chromium 156.0.8078.108"."""
        return f"Chromium {self._browser.version}"

    @property
    def alive(self) -> bool:
        """Whether it can show another page."""
        return not self._lost and self._browser.is_connected()

    async def close(self) -> None:
        """End it and all its processes, also when they do not answer any more."""
        if not self._lost:
            self._lost = not await _within(_CLOSING, self._browser.close())
        stopped = await _within(_CLOSING, self._playwright.stop())
        if not stopped and self._driver is not None:
            # Its browsers end when it does: they are on a pipe to it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._driver, signal.SIGKILL)

    async def render(self, order: Order) -> Rendered:
        """Show a document and read it. Raises FetchError, and BrowserLost where another browser may do."""
        from playwright.async_api import Error  # noqa: PLC0415

        host = host_of(order.url)
        self.pages += 1
        self.showing += 1
        try:
            async with asyncio.timeout(order.seconds), GuardedProxy(order.named, _TRAFFIC) as proxy:
                return await self._shown(order, proxy)
        except TimeoutError as error:
            why = f"The page of {host} was not shown within {order.seconds:g} seconds; it is tried again next time"
            raise FetchError(why) from error
        except Error as error:
            # Where the driver was killed, the browser is not known to be gone, and everything of it is "closed".
            self._lost = self._lost or "has been closed" in error.message
            if not self.alive:
                raise BrowserLost(f"The browser ended while it showed {order.url}; look again") from error
            why = error.message.strip().splitlines()[0].rstrip(".")
            raise FetchError(f"The page of {host} could not be shown ({why}); open it in a browser") from error
        except FetchError:
            raise
        except Exception as error:
            # The driver's end comes in many shapes.
            self._lost = True
            raise BrowserLost(f"The browser was lost while it showed {order.url} ({error}); look again") from error
        finally:
            self.showing -= 1

    async def _shown(self, order: Order, proxy: GuardedProxy) -> Rendered:
        context = await self._browser.new_context(
            proxy={"server": proxy.url, "bypass": "<-loopback>"},
            user_agent=order.user_agent,
            locale="en",
            # Chromium takes a name that it does not know for one on Windows.
            extra_http_headers={"Sec-CH-UA-Platform": f'"{platform.system()}"'},
            accept_downloads=False,
            service_workers="block",
            viewport={"width": 1280, "height": 4000},
        )
        try:
            await context.add_init_script(_BEFORE_SCRIPTS)
            page = await context.new_page()
            closing: set[asyncio.Task[Any]] = set()

            def unwanted(window: Page) -> None:
                closing.add(asyncio.create_task(_within(_CLOSING, window.close())))

            context.on("page", unwanted)
            await context.route("**/*", _Answers(page, order).answer)
            unfinished = await _settle(page, order)
            if urlsplit(page.url)[:2] != urlsplit(order.url)[:2]:
                raise FetchError(f"{order.url} leads its readers to {page.url[:200]}; watch that address instead")
            text = await page.evaluate(_READ, order.most)
            if text is None or len(body := text.encode("utf-8", "replace")) > order.most:
                raise FetchError(f"The page of {host_of(order.url)} is larger than the limit for a body; watch another")
            return Rendered(body, self.name, unfinished)
        finally:
            # A page that computes for ever does not close: its browser is given up then, with all its processes.
            if not await asyncio.shield(_within(_CLOSING, context.close())):
                self._lost = True


class _Answers:
    """What the page's requests get: its own document from us, everything readable through the proxy, or nothing."""

    def __init__(self, page: Page, order: Order) -> None:
        self._page = page
        self._order = order
        self._shown = False

    async def answer(self, route: Route) -> None:
        """Answer one request. A page that was closed meanwhile needs none."""
        from playwright.async_api import Error  # noqa: PLC0415

        request = route.request
        with contextlib.suppress(Error):
            if request.is_navigation_request() and request.frame.parent_frame is None:
                if request.frame.page != self._page or self._shown:
                    # Followed by no script's wish: a challenge that sends us round again is not solved.
                    await route.abort("aborted")
                    return
                self._shown = True
                await route.fulfill(status=200, headers=self._order.headers, body=self._order.body)
            elif request.resource_type in _NOT_LOADED or not request.url.startswith(("http://", "https://")):
                await route.abort("blockedbyclient")
            else:
                await route.continue_()


async def _settle(page: Page, order: Order) -> str:
    """Open the document and wait until it is whole; why it is not, one sentence. Raises TimeoutError, Playwright's."""
    from playwright.async_api import TimeoutError as TooLong  # noqa: PLC0415

    ends = time.monotonic() + order.seconds * _FOR_WAITING

    def left() -> float:
        return max(1.0, (ends - time.monotonic()) * 1000)

    try:
        await page.goto(order.url, wait_until="domcontentloaded" if order.wait_for else "load", timeout=left())
    except TooLong as error:
        raise TimeoutError from error
    try:
        if order.wait_for:
            await page.wait_for_selector(f"css={order.wait_for}", state="attached", timeout=left())
        else:
            await page.wait_for_load_state("networkidle", timeout=left())
    except TooLong:
        if order.wait_for:
            return f'nothing that "{order.wait_for}" selects was shown in time; correct render_wait in its stanza'
        return "it was still loading when its time was over; say with render_wait what has to be there"
    return ""


async def _within(seconds: float, work: Awaitable[Any]) -> bool:
    """Whether the work was done in time, without an error."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except Exception:  # noqa: BLE001 - what is being closed may be gone in many ways
        return False
    return True


def _driver_of(playwright: Playwright) -> int | None:
    """The number of Playwright's own process, which it does not tell; None where another version keeps it elsewhere."""
    found: Any = playwright
    for name in ("_impl_obj", "_connection", "_transport", "_proc", "pid"):
        found = getattr(found, name, None)
    return found if isinstance(found, int) else None
