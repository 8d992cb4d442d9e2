"""A town's web site on this machine that can be edited, blocked and shut down, and a home that watches it."""

from __future__ import annotations

import html
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from aiohttp import web

from monitor.types import StoredChange
from onnotice.config import Settings, read_settings
from onnotice.home import Home
from onnotice.polling import PollReport, keep_sources, poll
from onnotice.telling import Told, tell
from storage import Archive

MORNING = datetime(2017, 3, 20, 13, 0, tzinfo=UTC)

_SETTINGS = """\
contact = "https://example.org/journey"

[mail]
{mail}
sender = "On Notice <onnotice@example.org>"

[[subscription]]
name = "everything"
recipients = ["analyst@example.org"]

[[source]]
slug = "town_council"
title = "Town Council"
publisher = "Town of Example"
jurisdiction = "Boulder, Colorado"
url = "{url}/council"
timezone = "America/Denver"
[source.parameters]
follow = true
urls = ["{url}/budget"]
"""

AKAMAI = (
    '<!DOCTYPE html><html><head><meta charset="utf-8">'
    '<meta http-equiv="refresh" content="5; URL=\'/council?bm-verify=AAAFILLER\'"><title>&nbsp;</title></head>'
    '<body><iframe src="/apology_objects/interstitial/filler.html"></iframe>'
    '<script>var r=new XMLHttpRequest();r.open("POST","/_sec/verify?provider=interstitial",false);</script>'
    "</body></html>"
)
"""A bot wall's answer with status 200, written in the documented shape."""


def document(text: str) -> bytes:
    """A PDF that says a line."""
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    held = BytesIO()
    canvas = Canvas(held, invariant=True)
    canvas.drawString(72, 720, text)
    canvas.save()
    return held.getvalue()


@dataclass
class Town:
    """The site. Every answer carries a stamp, a counter, a token and a banner of its own, as real ones do; a
    page's next answer never shows the banner of its last."""

    meeting: str = "Regular meeting of March 28, 2017, 7:00 p.m."
    declined: str = "206"
    documents: dict[str, bytes] = field(default_factory=dict)
    blocked: bool = False
    gone: bool = False
    now: datetime = MORNING
    port: int = 0
    requests: int = 0
    shown: Counter[str] = field(default_factory=Counter)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Serve, on the port of the first time."""
        application = web.Application()
        application.router.add_get("/{tail:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Refuse connections from now on."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests += 1
        if self.blocked:
            return web.Response(text=AKAMAI, content_type="text/html")
        if request.path in self.documents:
            return web.Response(body=self.documents[request.path], content_type="application/pdf")
        if request.path == "/council" and not self.gone:
            return self._page("Town Council", f"<h2>Next</h2><p>{html.escape(self.meeting)}</p>{self._papers()}")
        if request.path == "/budget":
            rows = "".join(
                f"<tr><td>Department {number}</td><td>{number * 1013:,}</td></tr>" for number in range(1, 30)
            )
            detainers = f"<tr><td>Detainers declined</td><td>{self.declined}</td></tr>"
            return self._page("Budget", f"<table><tr><th>What</th><th>How much</th></tr>{rows}{detainers}</table>")
        return web.Response(status=404, text="<h1>Not found</h1>", content_type="text/html")

    def _papers(self) -> str:
        papers = "".join(f'<li><a href="{path}">Agenda {path[1:-4]}</a></li>' for path in self.documents)
        return f"<ul>{papers}</ul>"

    def _page(self, title: str, content: str) -> web.Response:
        self.shown[title] += 1
        token = f"{self.requests * 2654435761 % 2**32:08x}"
        banner = ("Spring clean-up is here", "Apply for a board", "Snow route parking rules")[self.shown[title] % 3]
        return web.Response(
            text=f"<!DOCTYPE html><html><head><title>{title} - Town of Example</title>"
            f'<script nonce="{token}" src="/app.{token}.js"></script></head><body>'
            f'<form><input type="hidden" name="__VIEWSTATE" value="{token * 4}"></form>'
            f'<div class="banner">{banner}</div><main id="m-{token}"><h1>{title}</h1>{content}</main>'
            f"<p>Page generated on {self.now:%B} {self.now.day}, {self.now.year} at "
            f"{self.now:%I}:{self.requests % 60:02}:17 PM</p>"
            f"<p>Visitors: {88000 + self.requests * 7:,}</p></body></html>",
            content_type="text/html",
        )


@dataclass
class Desk:
    """Somebody's On Notice: an archive in a file, mails in a folder, and a clock that is moved by hand."""

    home: Home
    town: Town

    def settings(self) -> Settings:
        return read_settings(self.home)

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        with Archive.open(self.home.archive, create=True) as archive:
            yield archive

    def later(self, **distance: float) -> None:
        """Let time pass: keyword arguments of timedelta."""
        self.town.now += timedelta(**distance)

    async def look(self) -> PollReport:
        """One `poll` of everything, as the command does it."""
        settings = self.settings()
        sources = settings.sources(str(self.home.settings))
        with self.archive() as archive, archive.exclusive():
            archive.abandon_runs(self.town.now)
            keep_sources(archive, sources, self.town.now)
            archive.keep_subscriptions(settings.subscriptions(), self.town.now)
            return await poll(archive, sources, settings, lambda: self.town.now)

    async def tell(self) -> Told:
        """One `send`, as the command does it."""
        with self.archive() as archive:
            return await tell(archive, self.settings(), self.home, self.town.now)

    async def look_and_tell(self) -> list[EmailMessage]:
        """The mails that one poll brings."""
        before = set(self.letters())
        await self.look()
        await self.tell()
        return [message for name, message in self.letters().items() if name not in before]

    def letters(self) -> dict[str, EmailMessage]:
        """Every mail in the folder by its file's name."""
        paths = sorted((self.home.folder / "mails").glob("*.eml"))
        return {path.name: BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in paths}

    def told(self) -> list[StoredChange]:
        """Every change that is nobody's first look."""
        with self.archive() as archive:
            return list(archive.changes())


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """A site that is up."""
    site = Town()
    await site.open()
    yield site
    await site.close()


@pytest.fixture
def make_desk(tmp_path: Path, town: Town) -> Callable[..., Desk]:
    """A desk that watches the town; `mail` replaces the lines under [mail]."""
    numbers = itertools.count()

    def make(mail: str = 'transport = "folder"') -> Desk:
        folder = tmp_path / f"home{next(numbers)}"
        folder.mkdir()
        home = Home(folder)
        home.settings.write_text(_SETTINGS.format(mail=mail, url=town.url), encoding="utf-8")
        return Desk(home, town)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """A desk whose mails are files."""
    return make_desk()


@pytest.fixture
def pdf() -> Callable[[str], bytes]:
    """Makes a document that says a line."""
    return document


@pytest.fixture(autouse=True)
def _no_trace_in_the_log_level() -> Iterator[None]:
    level = logging.getLogger("scrapy").level
    yield
    logging.getLogger("scrapy").setLevel(level)
