"""What strangers wrote is shown and never obeyed: script in titles, rows, links, file names, headers, on every page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from selectolax.lexbor import LexborHTMLParser

from onnotice.config import read_settings
from onnotice.home import Home
from onnotice.polling import keep_sources, poll
from onnotice.telling import tell
from storage import Archive

BEGINNING = datetime(2017, 4, 11, 12, 0, tzinfo=UTC)

SCRIPT = "<script>window.pwned=1</script>"
HANDLER = '"><img src=x onerror="window.pwned=1">'
WORD = "W" * 20_000


@dataclass
class HostileTown:
    """A site whose every title, row, link and file name was written to harm whoever shows it."""

    edition: int = 1

    async def answer(self, request: web.Request) -> web.Response:
        title = f"Council {SCRIPT.replace('<', '&lt;')} {HANDLER.replace('<', '&lt;')}"
        rows = "".join(
            f'<tr><td><a href="javascript:window.pwned=1">Item {number} &lt;b onclick=window.pwned=1&gt;</a></td>'
            f"<td>{'=cmd|calc' if number == 2 else number * self.edition}</td><td>\u202eevil {self.edition}</td></tr>"
            for number in range(1, 3 + self.edition)
        )
        body = {
            "/list": f"<table><tr><th>Name</th><th>Count</th><th>Note</th></tr>{rows}</table>",
            "/page": f"<p>&lt;script&gt;window.pwned={self.edition}&lt;/script&gt;</p><p>{WORD}{self.edition}</p>"
            f"<p>{{{{ 1234 * 4321 }}}} {HANDLER.replace('<', '&lt;')} {self.edition}</p>"
            '<a href="/files/%3Cscript%3Ewindow.pwned=1%3C%2Fscript%3E.pdf">&lt;script&gt;window.pwned=1.pdf</a>',
        }.get(request.path)
        if body is None:
            return web.Response(status=404, text="gone", content_type="text/html")
        headers = {"X-Harm": SCRIPT, "ETag": f'"{HANDLER}{self.edition}"'.replace('"', "'")}
        text = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
        return web.Response(text=text, content_type="text/html", headers=headers)


_HOSTILE_SETTINGS = """\
contact = "https://example.org/onnotice-tests"

[[subscription]]
name = "<script>window.pwned=1</script>"
recipients = ["<b>analyst@example.org", "discord://secret-id/secret-token"]

[[source]]
slug = "list"
title = "<script>window.pwned=1</script> list"
publisher = "<img src=x onerror=window.pwned=1>"
jurisdiction = "Boulder, Colorado"
url = "http://127.0.0.1:{port}/list"
[source.parameters]
extract = "table"
kind = "item"
key = ["Name"]
place = "Note"

[[source]]
slug = "page"
title = "Page {{{{ 1234 * 4321 }}}}"
url = "http://127.0.0.1:{port}/page"
[source.parameters]
follow = true
"""


def _same(moment: datetime) -> datetime:
    return moment


async def _lived(home: Home) -> None:
    """Four looks at the hostile town an hour apart, the second the end of the first looks; then mails."""
    town = HostileTown()
    application = web.Application()
    application.router.add_get("/{tail:.*}", town.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    home.settings.write_text(_HOSTILE_SETTINGS.format(port=runner.addresses[0][1]), encoding="utf-8")
    settings = read_settings(home)
    sources = settings.sources(str(home.settings))
    now = BEGINNING
    with Archive.open(home.archive, create=True) as archive, archive.exclusive():
        keep_sources(archive, sources, now)
        archive.keep_subscriptions(settings.subscriptions(), now)
        for hour, edition in enumerate((1, 1, 2, 3)):
            town.edition, at = edition, now + timedelta(hours=hour)
            await poll(archive, sources, settings, partial(_same, at))
            await tell(archive, settings, home, at)
    await runner.cleanup()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, visit_home: Callable[[Home], Any]) -> Any:
    """A visitor of the pages of a home that watched the hostile town, by the real spiders and intake."""
    home = Home(tmp_path_factory.mktemp("hostile"))
    asyncio.run(_lived(home))
    return visit_home(home)


ALLOWED_SCHEMES = ("http://", "https://", "/", "#", "?")


def dangers(text: str) -> list[str]:
    """Whatever in a page could run, load or lead somewhere that it should not."""
    tree = LexborHTMLParser(text)
    found = [node.html or "" for node in tree.css("script, iframe, img, object, embed, base, style, meta[http-equiv]")]
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                found.append(f"{name}={value}")
            if name in ("href", "src", "action") and not (value or "").startswith(ALLOWED_SCHEMES):
                found.append(f"{name}={value}")
    return found


def test_nothing_hostile_is_obeyed_on_any_page(hostile: Any, walk: Callable[[Any, int], Any]) -> None:
    """Every page that links lead to shows it as text."""
    pages = walk(hostile, 150)
    assert len(pages) > 40
    shown = 0
    for path, answer in pages.items():
        assert answer.status_code in (200, 303), path
        if answer.headers["content-type"].startswith("text/html"):
            assert dangers(answer.text) == [], path
            assert "5332114" not in LexborHTMLParser(answer.text).css_first("h1").text() if answer.text else True
            shown += "window.pwned" in answer.text
        elif answer.content:
            assert "attachment" in answer.headers["content-disposition"], path
    assert shown > 20


@pytest.mark.parametrize(
    "harm",
    [
        "<script>window.pwned=1</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "\u202egpj",
        "%00%0d%0aX: y",
        "' OR 1=1 --",
        "W" * 499,
    ],
)
@pytest.mark.parametrize(
    "path",
    ["/changes?q={}", "/changes?jurisdiction={}", "/changes?source={}", "/changes?since={}", "/search?q={}",
     "/jurisdiction?name={}", "/jurisdiction/{}", "/source/{}", "/list/{}/x", "/list/list/{}", "/list/list/item?at={}",
     "/list/list/item?after={}", "/change/{}", "/page/{}", "/page/1?from={}&to=1", "/snapshot/{}", "/visit/{}",
     "/outbox?state={}", "/snapshot/1?line={}", "/{}"],
)  # fmt: skip
def test_nothing_that_is_asked_is_obeyed(path: str, harm: str, hostile: Any) -> None:
    """What stands in an address comes back as text, if at all, and never as a fault of ours."""
    answer = hostile.get(path.format(harm if harm.startswith("%") else quote(harm, safe="")))
    assert answer.status_code in (200, 302, 303, 400, 404)
    assert dangers(answer.text) == []
    assert "\n" not in answer.headers.get("location", "")
    assert "x" not in answer.headers


def test_a_captured_page_is_never_shown_as_a_page(hostile: Any) -> None:
    """Its bytes are a file to keep, of a type that no browser runs, in a sandbox."""
    for path in ("/snapshot/1/body", "/visit/1/body", "/snapshot/1/text"):
        answer = hostile.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["content-type"] in ("application/octet-stream", "text/plain; charset=utf-8")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert b"<h1>" in hostile.get("/snapshot/1/body").content


def test_addresses_of_recipients_are_kept_back(hostile: Any, walk: Callable[[Any, int], Any]) -> None:
    """No page shows the password in a chat service's address, nor a whole mail address to strangers."""
    for path, answer in walk(hostile, 150).items():
        assert "secret-token" not in answer.text, path
        assert "analyst@" not in answer.text, path


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
async def test_a_browser_runs_none_of_it(
    width: int,
    hostile: Any,
    walk: Callable[[Any, int], Any],
    serve: Callable[[Any], Any],
    browse: Callable[..., Any],
    chromium: str,
) -> None:
    """With our policy switched off too nothing runs, nobody else is asked for anything, and no word widens a page."""
    paths = await asyncio.to_thread(walk, hostile, 60)
    readable = [path for path, answer in paths.items() if answer.headers["content-type"].startswith("text/html")]
    asked: set[str] = set()
    with serve(hostile.application) as address:
        async with browse(chromium, width, bypass_csp=True) as page:
            page.on("request", lambda request: asked.add(request.url))
            for path in readable:
                await page.goto(f"{address}{path}")
                assert await page.evaluate("window.pwned") is None, path
                wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wider <= 0, path
    assert all(url.startswith(address) for url in asked)
