"""Towns that publish by a ledger, on servers that fail by a script, and a mail server that can be down."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

BEGINNING = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
"""A Monday; the clocks of America go back on the Sunday of its week."""
APART = timedelta(hours=12)
"""Between a long spell and a short one the source is seen: else the short one would be part of the long one."""
LONG_SPELLS = ("wall", "failure", "gone")
"""Each is a story that is told when it begins and when it ends."""
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_PROSE = (
    "The board meets in the court house on the second floor.",
    "Copies of all notices may be had from the clerk between nine and four.",
    "Persons who need an interpreter tell the clerk three days before.",
    "Agreements with federal agencies are listed below as they are signed.",
)


@dataclass(frozen=True)
class Spell:
    """What a server does instead of answering, from one moment to another. A long one is a story of its own."""

    kind: str
    since: datetime
    until: datetime
    long: bool = False


@dataclass
class Town:
    """One source: a page that lists notices, the ledger of when each was posted, and its server's spells."""

    slug: str
    title: str
    stanza: str
    validators: bool
    table: bool
    """Whether its notices are rows of a table, read as records."""
    posted: list[tuple[datetime, str]] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)

    def spell(self, now: datetime) -> str:
        return next((spell.kind for spell in self.spells if spell.since <= now < spell.until), "")

    def page(self, now: datetime, chance: random.Random) -> bytes:
        """With a stamp, a counter and a token of the moment, as real pages carry them."""
        posted = ["FIRST", *(token for at, token in self.posted if at <= now)]
        if self.table:
            rows = "".join(f"<tr><td>{token}</td><td>signed</td></tr>" for token in posted)
            notices = f"<table><tr><th>Agreement</th><th>State</th></tr>{rows}</table>"
        else:
            notices = f"<ul>{''.join(f'<li>Notice {token}: an agreement was signed.</li>' for token in posted)}</ul>"
        stamp = "" if self.validators else f"<p>Page generated {now:%Y-%m-%d %H:%M:%S}</p>"
        mark = "" if self.validators else f'<input type="hidden" name="token" value="{chance.getrandbits(64):x}">'
        prose = "".join(f"<p>{line}</p>" for line in _PROSE)
        return (
            f"<!DOCTYPE html><html><head><title>{self.title}</title></head><body><h1>{self.title}</h1>{mark}{prose}"
            f"{notices}{stamp}</body></html>"
        ).encode()


WALL = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><p>Enable JavaScript to go on"
    b'</p><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>'
)


_INSTEAD: Mapping[str, tuple[int, bytes, Mapping[str, str]]] = {
    "failure": (503, b"<h1>Busy</h1>", {}),
    "empty": (200, b"", {}),
    "gone": (404, b"<h1>Not found</h1>", {}),
    "wall": (403, WALL, {"cf-mitigated": "challenge", "Server": "cloudflare"}),
}
"""Status, body and headers of spells that are answers."""


@dataclass
class World:
    """The towns, the time that it truly is, and what the servers were asked."""

    towns: list[Town]
    now: datetime = BEGINNING
    answers: Counter[str] = field(default_factory=Counter)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, or do what the town's spell says."""
        town = next((town for town in self.towns if town.slug == handler.path.strip("/")), None)
        if town is None:
            _send(handler, 404, b"<h1>Not found</h1>")
            return
        spell = town.spell(self.now)
        self.answers[spell or "ok"] += 1
        body = town.page(self.now, random.Random(time.monotonic_ns()))
        if spell in ("stall", "hang up"):
            time.sleep(1.5 if spell == "stall" else 0)
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif spell == "cut":
            _send(handler, 200, body[: len(body) // 2], length=len(body))
        elif spell in _INSTEAD:
            status, body, headers = _INSTEAD[spell]
            _send(handler, status, body, headers=headers)
        else:
            tag = f'"{hash(body):x}"' if town.validators else ""
            known = tag and handler.headers.get("If-None-Match") == tag
            _send(handler, 304 if known else 200, b"" if known else body, headers={"ETag": tag} if tag else {})


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    *,
    length: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> None:
    lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(length or len(body)), **(headers or {})}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    handler.wfile.write(head.encode() + body)
    if length is not None:
        handler.close_connection = True


@contextmanager
def served(world: World) -> Iterator[str]:
    """The sites, on one port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            # A client that was killed does not wait for its answer.
            try:
                world.answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None: ...

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class Post:
    """A mail server that can be down."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            self.port = int(held.getsockname()[1])
        self._controller: Controller | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep what is accepted."""
        assert isinstance(envelope.content, bytes)
        self.letters.append(BytesParser(policy=policy.default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 OK"

    def turn(self, up: bool) -> None:
        if up and self._controller is None:
            self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
            self._controller.start()
        elif not up and self._controller is not None:
            self._controller.stop()
            self._controller = None


def a_world(count: int, days: int, chance: random.Random) -> World:
    """Towns with every kind of schedule; news of each every two days or so; short spells that nobody is told of, and a
    long one for each third town, which is told when it begins and when it ends."""
    end = BEGINNING + timedelta(days=days)
    schedules = (
        'cadence = "30m"',
        'cadence = "1h"\njitter = "5m"',
        'cadence = "1h"\ncadence_shortest = "10m"\ncadence_longest = "3h"',
        'cron = "15 * * * *"\ntimezone = "America/Denver"',
        'cadence = "20m"\nhours = "05:00-23:00 America/Denver"',
        'cadence = "2h"',
    )
    names: set[str] = set()

    def token() -> str:
        while (name := "".join(chance.choices(LETTERS, k=8))) in names:
            pass
        names.add(name)
        return name

    towns = []
    for number in range(count):
        slug, schedule = f"town{number:02}", schedules[number % len(schedules)]
        # Read in a child process at every look that brings a body: few, and with validators.
        table = number % 15 == 4
        read = '[source.parameters]\nextract = "table"\nkey = ["Agreement"]\n' if table else ""
        stanza = f'slug = "{slug}"\n{schedule}\n{read}'
        town = Town(slug, f"Town of {token().title()}", stanza, validators=number % 3 == 1, table=table)
        moment = BEGINNING + timedelta(hours=chance.uniform(2, 20))
        while moment < end:
            town.posted.append((moment, token()))
            moment += timedelta(hours=max(3.0, chance.expovariate(1 / 44)))
        if number % 3 == 0:
            kind = LONG_SPELLS[number // 3 % 3]
            since = BEGINNING + timedelta(days=chance.uniform(0.2, max(0.2, days - 1.3)))
            town.spells.append(Spell(kind, since, since + timedelta(hours=chance.uniform(16, 22)), long=True))
            # A page that is gone publishes nothing.
            gone = [spell for spell in town.spells if spell.kind == "gone"]
            town.posted = [
                (at, name) for at, name in town.posted if not any(one.since <= at < one.until for one in gone)
            ]
        for kind in chance.sample(("failure", "stall", "hang up", "cut", "empty"), min(5, max(1, days // 2))):
            since = BEGINNING + timedelta(days=chance.uniform(0.1, days - 0.1))
            until = since + timedelta(minutes=15)
            if not any(one.since - APART < until and since < one.until + APART for one in town.spells):
                town.spells.append(Spell(kind, since, until))
        towns.append(town)
    return World(towns)
