"""An alert's HTML in real Chromium, as a mail program shows it: at a phone's and a laptop's width, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.async_api import Page, async_playwright

from alerts.rendering import render
from monitor.types import Alert, ChangeKind

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]

WIDTHS = {"phone": 360, "laptop": 1280}
HOSTILE = "</title><script>document.title='owned'</script><img src=https://evil.example/x onerror=alert(1)>"
LONG = "W" * 300

CONTRASTS = """
() => {
  const luminance = ([r, g, b]) => {
    const part = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const found = numbers(getComputedStyle(e).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found.slice(0, 3);
    }
    throw new Error('nothing opaque behind the text: its contrast is the mail program\\'s choice');
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility()) continue;
    const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))];
    seen.push([text.slice(0, 60), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  return seen;
}
"""
"""Every visible text with the contrast to what is behind it, as WCAG 2 reckons it (1.4.3)."""


@dataclass
class Shown:
    """A mail on the screen, and what the browser had to say about it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@asynccontextmanager
async def showing(html: str, chromium: str, width: int, scheme: Scheme) -> AsyncIterator[Shown]:
    """The document in a window of that width, in a browser of its own that no request leaves."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            page = await browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            shown = Shown(page)
            page.on("console", lambda message: shown.complaints.append(message.text))
            page.on("pageerror", lambda error: shown.complaints.append(str(error)))
            page.on("request", lambda request: shown.requests.append(request.url))
            await page.route("**/*", lambda route: route.abort())
            await page.set_content(html, wait_until="load")
            yield shown
        finally:
            await browser.close()


@pytest.fixture
def html(make_stored: Callable[..., Any], make_alert: Callable[..., Alert], examples: dict[str, Alert]) -> str:
    """A long mail: every kind of part there is, a title that would like to run, a word that never ends."""
    hostile = make_stored(90, title=HOSTILE, summary=f"Council: {HOSTILE}", url="https://council.example.gov/a")
    endless = make_stored(
        91, ChangeKind.RECORD_ADDED, title=LONG, summary=LONG, url=f"https://council.example.gov/{LONG}", after={}
    )
    changes = {stored.id: stored for alert in examples.values() for stored in alert.changes}
    alert = make_alert(hostile, endless, *changes.values())
    part = render(alert, "On Notice <notice@newsroom.example>", "/srv/onnotice").get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", sorted(WIDTHS))
async def test_a_mail_is_legible_and_harmless(html: str, chromium: str, device: str, scheme: Scheme) -> None:
    """No sideways scroll, no complaint, nothing fetched, text at least 4.5 to 1, and a hostile title is only text."""
    async with showing(html, chromium, WIDTHS[device], scheme) as shown:
        page = shown.page
        assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        contrasts = await page.evaluate(CONTRASTS)
        assert len(contrasts) > 50
        assert [(text, round(ratio, 2)) for text, ratio in contrasts if ratio < 4.5] == []
        background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") is (scheme == "light")
        assert "<script>document.title='owned'</script>" in await page.inner_text("body")
        assert await page.title() != "owned"
        assert await page.locator("script, img, iframe, object, form").count() == 0
    assert shown.complaints == []
    assert shown.requests == []
