"""A web site on loopback that does as it is told, an intake that only writes down, a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from monitor.types import Link, Look, Record, Source, Verdict, VerdictKind
from scrapers import crawl as crawling
from scrapers import guard
from scrapers.crawl import CrawlOptions, CrawlReport, Watched
from scrapers.manners import Manners

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A server on 127.0.0.1. `pages[path]` answers, or `everywhere` to all; `requests` remembers path and headers of
    every request."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.pages: dict[str, Answer] = {}
        self.everywhere: Answer | None = None
        self.requests: list[tuple[str, Mapping[str, str]]] = []
        self.moments: dict[str, list[float]] = defaultdict(list)
        self.port = 0
        self.arrived = asyncio.Event()
        self.release = asyncio.Event()

    def url(self, path: str = "/", host: str = "") -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    def says(
        self,
        path: str,
        text: str | bytes = "<p>Agenda</p>",
        status: int = 200,
        media: str = "text/html",
        **headers: str,
    ) -> None:
        """One answer for ever."""
        body = text.encode() if isinstance(text, str) else text
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers={"Content-Type": media, **named})

        self.pages[path] = answer

    def redirects(self, path: str, target: str, status: int = 302) -> None:
        self.says(path, "", status=status, Location=target)

    def says_in_turn(self, path: str, *answers: tuple[int, Mapping[str, str]]) -> None:
        """One answer after the other, the last for ever: (status, headers)."""
        left = list(answers)

        async def answer(request: web.Request) -> web.StreamResponse:
            status, headers = left.pop(0) if len(left) > 1 else left[0]
            return web.Response(text="<p>Agenda</p>", content_type="text/html", status=status, headers=dict(headers))

        self.pages[path] = answer

    def asked(self, path: str) -> int:
        return sum(1 for asked, _ in self.requests if asked == path)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        self.moments[request.path].append(asyncio.get_running_loop().time())
        answer = self.everywhere or self.pages.get(request.path)
        return await answer(request) if answer else web.Response(status=404, text="not here")


async def _serving(site: Site, address: str = "127.0.0.1") -> AsyncIterator[Site]:
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", site.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    served = web.TCPSite(runner, address, 0)
    await served.start()
    site.port = served._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield site
    site.release.set()
    await runner.cleanup()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site on a port of its own."""
    async for served in _serving(Site()):
        yield served


@pytest.fixture
async def other_site() -> AsyncIterator[Site]:
    """A second one, for links and redirects that lead away."""
    async for served in _serving(Site()):
        yield served


@pytest.fixture
async def city(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A site that passes for a public one, at city.example; rebind.example resolves to this machine."""
    names = {"city.example": "127.0.0.2", "www.city.example": "127.0.0.2", "rebind.example": "127.0.0.1"}
    resolve, judge = socket.getaddrinfo, guard.why_refused

    def resolved(host: Any, port: Any, *arguments: Any, **named: Any) -> Any:
        if host in names:
            return resolve(names[host], port, *arguments, **named)
        if str(host).endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, port, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(guard, "why_refused", lambda address: "" if address == "127.0.0.2" else judge(address))
    async for served in _serving(Site("city.example"), "127.0.0.2"):
        yield served


@pytest.fixture
async def self_signed(tmp_path: Path) -> AsyncIterator[tuple[list[str], str]]:
    """A server whose certificate nobody vouches for: the paths it was asked for, and its URL."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "both.pem").write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    requests: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        requests.append(request.path)
        return web.Response(text="hello")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    served = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await served.start()
    yield requests, f"https://localhost:{served._server.sockets[0].getsockname()[1]}/"  # type: ignore[union-attr]
    await runner.cleanup()


@dataclass(frozen=True)
class Kept:
    """What the recording intake answers; the shape that spiders rely on."""

    verdict: Verdict
    changes: int = 0
    links: tuple[Link, ...] = ()
    records: tuple[Record, ...] = ()
    page_known_before: bool = False
    again: bool = False
    broken: str = ""


@dataclass
class RecordingIntake:
    """Writes down every look. `taken` may be replaced to answer something else, `headers` are the validators."""

    looks: list[tuple[str, Look]] = field(default_factory=list)
    seconds: list[Look] = field(default_factory=list)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    standing: tuple[str, ...] = ()
    on_hold: tuple[str, ...] = ()
    answers: dict[str, Kept] = field(default_factory=dict)

    def clock(self) -> datetime:
        return datetime(2017, 3, 20, 14, 0, tzinfo=UTC)

    def validators(self, source: Source, url: str) -> Mapping[str, str]:
        return self.headers.get(url, {})

    def pages_to_confirm(self, source: Source, *, held: bool = False) -> tuple[str, ...]:
        return self.on_hold if held else (*self.on_hold, *self.standing)

    async def take(
        self,
        look: Look,
        source: Source,
        run: int,
        *,
        repeatable: bool = False,
        baseline: bool = False,
        needed: bool = True,
    ) -> Kept:
        again = self.answers.get(look.url, Kept(Verdict(VerdictKind.CREDIBLE, ""))).again
        second = (again or not repeatable) and any(earlier.url == look.url for _, earlier in self.looks)
        self.looks.append((source.slug, look))
        if second:
            self.seconds.append(look)
        kind = VerdictKind.CREDIBLE
        if look.status is None or look.status >= 500:
            kind = VerdictKind.UNREACHABLE
        elif look.status == 304:
            kind = VerdictKind.UNCHANGED
        elif look.status in (404, 410):
            kind = VerdictKind.GONE
        known = self.answers.get(look.url, Kept(Verdict(kind, "")))
        return (
            known if look.status == 200 and not second else Kept(Verdict(kind, look.error or f"status {look.status}"))
        )

    def of(self, slug: str) -> list[Look]:
        return [look for source, look in self.looks if source == slug]

    def only(self) -> Look:
        assert len(self.looks) == 1, [look.url for _, look in self.looks]
        return self.looks[0][1]


@pytest.fixture
def intake() -> RecordingIntake:
    return RecordingIntake()


@pytest.fixture
def kept() -> type[Kept]:
    return Kept


class HandClock:
    """Seconds that pass only when somebody sleeps them."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def manners(hand_clock: HandClock) -> Manners:
    """Manners whose waits take no time and are written down."""
    return Manners(clock=hand_clock, sleep=hand_clock.sleep, now=lambda: datetime(2017, 3, 20, 14, 0, tzinfo=UTC))


@pytest.fixture
def make_source() -> Callable[..., Source]:
    numbers = itertools.count(1)

    def make(url: str, **changes: Any) -> Source:
        number = next(numbers)
        return Source(**{"slug": f"page{number}", "title": f"Page {number}", "url": url, **changes})

    return make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a module that says BY_EITHER = True, page watches are fetched both ways: plainly, and by their spider."""
    if getattr(metafunc.module, "BY_EITHER", False) and "pages_by_scrapy" in metafunc.fixturenames:
        metafunc.parametrize("pages_by_scrapy", [False, True], ids=["plain", "scrapy"])


@pytest.fixture
def pages_by_scrapy() -> bool:
    return False


@pytest.fixture
def run_crawl(
    intake: RecordingIntake, manners: Manners, pages_by_scrapy: bool
) -> Callable[..., Awaitable[tuple[CrawlReport, ...]]]:
    """Crawl sources with the recording intake; keyword arguments are CrawlOptions."""

    async def run(*sources: Source, **options: Any) -> tuple[CrawlReport, ...]:
        watched = [Watched(source, run=number) for number, source in enumerate(sources, 1)]
        usual = {"manners": manners, "timeout": 5.0, "pages_by_scrapy": pages_by_scrapy}
        chosen = CrawlOptions(**{**usual, **options})
        return await crawling.crawl(watched, intake, chosen)  # type: ignore[arg-type]

    return run


@pytest.fixture(autouse=True)
def _no_trace_in_the_log_level() -> Iterator[None]:
    import logging

    level = logging.getLogger("scrapy").level
    yield
    logging.getLogger("scrapy").setLevel(level)
