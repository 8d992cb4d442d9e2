"""The pages in real Chromium: walked as an analyst would, by keyboard, on a phone and a laptop, axe-core run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

pytestmark = pytest.mark.browser

Browse = Callable[..., Any]
Serve = Callable[[Any], Any]

EVERY_KIND = (
    "/", "/changes?q=nothing-has-this", "/change/{list}", "/change/{text}", "/change/{text}?layout=side", "/page/1",
    "/page/{page}?from=1&to=2", "/page/{page}?from=1&to=2&layout=side", "/snapshot/1", "/visit/1",
    "/list/ice_declined_detainers/detainer_policy?at=2017-03-29&since=2017-03-25", "/list/denver_council/meeting",
    "/jurisdiction", "/jurisdiction?name=Washington+County", "/jurisdiction/0820000", "/sources",
    "/source/doj_press_releases", "/search", "/search?q=sanctuary", "/outbox", "/nowhere", "/change/x",
)  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
async def test_nobody_is_shut_out(
    width: int, scheme: str, visitor: Any, serve: Serve, browse: Browse, chromium: str
) -> None:
    """axe-core finds nothing serious on any kind of page, and none is wider than the window."""
    numbers = await asyncio.to_thread(_numbers, visitor)
    complaints: list[str] = []
    with serve(visitor.application) as address:
        # axe-core is put into the page as a script, which our policy would not let run.
        async with browse(chromium, width, scheme, bypass_csp=True) as page:
            page.on("pageerror", lambda error: complaints.append(str(error)))
            for path in EVERY_KIND:
                await page.goto(address + path.format(**numbers))
                found = await Axe().run(page)
                for violation in found.response["violations"]:
                    if violation["impact"] in ("serious", "critical"):
                        complaints.append(f"{path}: {violation['id']}: {violation['nodes'][0]['html']}")
                if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    complaints.append(f"{path} is wider than {width}")
    assert complaints == []


def _numbers(visitor: Any) -> dict[str, str]:
    """A change of a list, one of a page's text, and that page."""
    import re

    found = {}
    for name, path in (("list", "/changes?kind=list_published"), ("text", "/changes?source=boulder_council")):
        numbers = re.findall(r'class="headline"><a href="/change/(\d+)"', visitor.get(path).text)
        found[name] = numbers[0]
    found["page"] = re.findall(r'href="/page/(\d+)"', visitor.get(f"/change/{found['text']}").text)[0]
    return found


async def test_what_is_new_about_denver(visitor: Any, serve: Serve, browse: Browse, chromium: str) -> None:
    """An analyst narrows the timeline down, reads a change, and finds the list and the evidence; our policy is on."""
    complaints: list[str] = []
    with serve(visitor.application) as address:
        async with browse(chromium) as page:
            page.on("console", lambda message: complaints.append(message.text))
            await page.goto(address)
            await page.get_by_text("Narrow down").click()
            await page.get_by_label("Jurisdiction, with its state").fill("Denver")
            await page.get_by_role("button", name="Show").click()
            headlines = page.locator(".headline")
            assert await headlines.count() == 2
            await headlines.first.get_by_role("link").click()
            assert "17-0363" in await page.locator("h1").inner_text()
            await page.get_by_role("link", name="Denver, Colorado").click()
            assert await page.locator("h1").inner_text() == "Denver city, CO (0820000)"
            await page.get_by_role("link", name="ICE Declined Detainer Outcome Report, Detainer policy").click()
            assert "The edition of January 28" in await page.locator("main").inner_text()
    assert complaints == []


async def test_two_versions_compared(visitor: Any, serve: Serve, browse: Browse, chromium: str) -> None:
    """From the sources to a page, two of its versions chosen, compared inline and side by side."""
    with serve(visitor.application) as address:
        async with browse(chromium, 390) as page:
            await page.goto(f"{address}/sources")
            await page.get_by_role("link", name="Boulder City Council").click()
            await page.get_by_role("link", name="City Council Agenda - City of Boulder", exact=True).click()
            await page.get_by_label("compare version 1 as the earlier").check()
            await page.get_by_label("compare version 2 as the later").check()
            await page.get_by_role("button", name="Compare the two").click()
            assert await page.locator("ins").filter(has_text="continued to April 18, 2017").is_visible()
            await page.get_by_role("link", name="Side by side").click()
            assert await page.locator(".sides tr").count() > 3


async def test_the_keyboard_is_enough(visitor: Any, serve: Serve, browse: Browse, chromium: str) -> None:
    """The first stop is the link over the head; what has the focus can be seen to have it."""
    with serve(visitor.application) as address:
        async with browse(chromium) as page:
            await page.goto(address)
            await page.keyboard.press("Tab")
            skip = page.get_by_role("link", name="Skip to the content")
            assert await skip.is_visible()
            box = await skip.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            await page.keyboard.press("Enter")
            assert await page.evaluate("document.activeElement.id") == "content"
            await page.keyboard.press("Tab")
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline == "3px"


async def test_nothing_needs_a_script(visitor: Any, serve: Serve, browse: Browse, chromium: str) -> None:
    """With scripts switched off the same walk leads to the same page."""
    with serve(visitor.application) as address:
        async with browse(chromium, java_script_enabled=False) as page:
            await page.goto(address)
            await page.get_by_text("Narrow down").click()
            await page.get_by_label("Words").fill("sanctuary cities")
            await page.get_by_role("button", name="Show").click()
            assert await page.locator(".headline").count() == 2


async def test_datasettes_pages_work_under_their_policy(
    visitor: Any, serve: Serve, browse: Browse, chromium: str
) -> None:
    """The menus of columns and the editor of SQL are there, and the browser refuses nothing of Datasette's own."""
    complaints: list[str] = []
    with serve(visitor.application) as address:
        async with browse(chromium) as page:
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(f"{address}/archive/changes?_facet=kind")
            assert await page.locator("th .dropdown-menu-icon").count() > 5
            await page.goto(f"{address}/archive?sql=select+slug+from+sources")
            assert await page.locator(".CodeMirror").is_visible()
            assert complaints == []
            # What a stranger could write into such a page does not run.
            await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.pwned=1>')")
            await page.wait_for_function("performance.now() > 0")
            assert await page.evaluate("window.pwned") is None
