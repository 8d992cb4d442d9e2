"""The desks in real Chromium: signed in, subscribed, confirmed and left as people do it, by keyboard, axe-core run."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from monitor.types import AlertState
from onnotice.subscribing import checked, keep_and_gather, settings_kept
from onnotice.unsubscribing import Place, confirm_link, unsubscribe_link

pytestmark = pytest.mark.browser

Browse = Callable[..., Any]

PASSWORD = "correct horse battery"


def prepared(served: Any) -> list[str]:
    """A home with something to see at every desk; the addresses of all desks."""
    now, secret = served.clock(), served.home.secret
    form = {"name": "lists", "recipients": ["ada@example.org", "carl@example.org"], "words": ["detainer", "not jail"]}
    with served.archive() as archive:
        keep_and_gather(archive, served.site.settings, now)
        archive.make_subscription("lists", settings_kept(checked(form)), "ada", ["ada@example.org"], now)
        archive.ask_recipient("lists", "carl@example.org", now)
        archive.leave("desk", "dora@example.org", now)
        assert archive.alerts(AlertState.SENT) == ()
    leaving = unsubscribe_link(served.url, secret)
    return [
        f"{served.url}/sign-in",
        f"{served.url}/account",
        f"{served.url}/subscriptions?done=made",
        f"{served.url}/subscriptions/new",
        f"{served.url}/subscription/lists",
        leaving("dora@example.org", "desk"),
        leaving("carl@example.org", "lists"),
        confirm_link(served.url, secret, Place("lists", "carl@example.org"), now),
        f"{served.url}/unsubscribe/nonsense",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_nobody_is_shut_out(width: int, scheme: str, served: Any, browse: Browse, chromium: str) -> None:
    """axe-core finds nothing serious at any desk, empty, filled in or refused, and none is wider than the window."""
    complaints: list[str] = []
    # axe-core is put into the page as a script, which our policy would not let run.
    async with browse(chromium, width, scheme, bypass_csp=True) as page:

        async def look(what: str) -> None:
            found = await Axe().run(page)
            for violation in found.response["violations"]:
                if violation["impact"] in ("serious", "critical"):
                    complaints.append(f"{what}: {violation['id']}: {violation['nodes'][0]['html']}")
            if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                complaints.append(f"{what} is wider than {width}")

        first, *others = prepared(served)
        await page.goto(first)
        await look(first)
        await sign_in(page, "wrong horse battery")
        await look("a refused sign-in")
        await sign_in(page, PASSWORD)
        for address in others:
            await page.goto(address)
            await look(address)
        await page.goto(f"{served.url}/subscriptions/new")
        await page.get_by_label("Name", exact=True).fill("desk")
        await press(page, "What would it have sent?")
        await look("a form with a mistake")
        await page.get_by_label("Name", exact=True).fill("another")
        await press(page, "What would it have sent?")
        await look("a rehearsal")
    assert complaints == []


async def press(page: Any, button: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=button).click()


async def sign_in(page: Any, password: str) -> None:
    await page.get_by_label("Name", exact=True).fill("ada")
    await page.get_by_label("Password").fill(password)
    await press(page, "Sign in")


async def test_subscribing_confirming_and_leaving(served: Any, browse: Browse, chromium: str) -> None:
    """Ada signs in and subscribes a colleague; he confirms by the link of the mail, on a phone without scripts, and
    leaves by the link of another; she sees both. Our policy is on, and nothing breaks it."""
    complaints: list[str] = []
    async with browse(chromium) as desk, browse(chromium, 390, java_script_enabled=False) as phone:
        for page in (desk, phone):
            page.on("console", lambda message: complaints.append(message.text))
        await desk.goto(f"{served.url}/subscriptions")
        assert "/sign-in?next=" in desk.url
        await sign_in(desk, PASSWORD)
        assert desk.url == f"{served.url}/subscriptions"
        await desk.get_by_role("link", name="Make a new one").click()
        await desk.get_by_label("Name", exact=True).fill("Räte & Listen")
        await desk.get_by_label("Recipients").fill("carl@example.org")
        await desk.get_by_label("Town Council").check()
        await desk.get_by_label("Words or phrases").fill("detainer")
        await desk.get_by_label("How often").select_option("daily")
        await press(desk, "Make the subscription")
        assert "The subscription is made" in await desk.get_by_role("status").inner_text()
        assert "has not confirmed" in await desk.locator("main").inner_text()

        await phone.goto(link_in(served.mails[0], "confirm"))
        assert "Do you want “Räte & Listen”?" in await phone.locator("h1").inner_text()
        await press(phone, "Yes, send me these mails")
        assert "You are subscribed" in await phone.locator("h1").inner_text()
        await desk.reload()
        assert "has not confirmed" not in await desk.locator("main").inner_text()

        await phone.goto(unsubscribe_link(served.url, served.home.secret)("carl@example.org", "Räte & Listen"))
        await press(phone, "Unsubscribe")
        assert "You have left" in await phone.locator("h1").inner_text()
        await desk.reload()
        assert "left on" in await desk.locator("main").inner_text()
        await press(phone, "Subscribe again")
        await desk.reload()
        assert "left on" not in await desk.locator("main").inner_text()
    assert complaints == []


def link_in(mail: Any, what: str) -> str:
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    found = re.search(rf"http://\S+/{what}/\S+", message.get_body(("plain",)).get_content())
    assert found
    return found[0]


async def test_the_keyboard_is_enough(served: Any, browse: Browse, chromium: str) -> None:
    """Signing in, making a subscription, pausing and removing it, and signing out, without a pointer."""
    async with browse(chromium) as page:
        keys = page.keyboard

        async def go_to(name: str) -> None:
            """Press Tab until what has this name has the focus."""
            for _ in range(120):
                await keys.press("Tab")
                focused = await page.evaluate(
                    "() => { const e = document.activeElement;"
                    " return (e.labels && e.labels.length ? e.labels[0].innerText : e.innerText) || ''; }"
                )
                if focused.strip().startswith(name):
                    return
            raise AssertionError(f"{name} cannot be reached")

        await page.goto(f"{served.url}/subscriptions/new")
        await go_to("Name")
        await keys.type("ada")
        await go_to("Password")
        await keys.type(PASSWORD)
        await keys.press("Enter")
        await page.wait_for_url("**/subscriptions/new")
        await go_to("Name")
        await keys.type("mine")
        await go_to("Town Council")
        await keys.press("Space")
        await go_to("Make the subscription")
        await keys.press("Enter")
        await page.wait_for_url("**/subscriptions?done=made")
        await go_to("mine")
        await keys.press("Enter")
        await page.wait_for_url("**/subscription/mine")
        await go_to("Pause")
        await keys.press("Enter")
        await page.wait_for_url("**/subscriptions?done=paused")
        await page.goto(f"{served.url}/subscription/mine")
        await go_to("Remove…")
        await keys.press("Enter")
        await go_to("Remove this subscription")
        await keys.press("Enter")
        await page.wait_for_url("**/subscriptions?done=removed")
        await go_to("ada")
        await keys.press("Enter")
        await page.wait_for_url("**/account")
        await go_to("Sign out on every device")
        await keys.press("Enter")
        await page.wait_for_url("**/sign-in")
        assert await page.get_by_role("link", name="Sign in").count() == 1
