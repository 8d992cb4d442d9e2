"""Sites whose transport fails at one step and one moment: names that lead nowhere, servers that hang up or trickle.

Names under .example lead to servers of this process. While a case is `failing`, its failing host is led to where its
fault is: to no address, to a closed port, to a certificate that nobody vouches for, or to a server that misbehaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

ADDRESS = "127.0.0.2"
"""Passes for a public one."""

STEPS = ("page", "spider", "robots", "redirect", "document")
"""What fails: a watched page, a council's API, robots.txt, where a redirect leads, a document that a page links to."""

FAULTS: Mapping[str, str] = {
    "dns": "could not be resolved",
    "refuse": "could not be connected to",
    "certificate": "certificate of .* could not be verified",
    "handshake": "certificate of .* could not be verified|could not be connected to|broke off",
    "reset": "broke off|could not be connected to",
    "reset-in-headers": "broke off",
    "stall": "did not answer in time",
    "trickled-headers": "did not answer in time",
    "trickled-body": "did not answer in time",
    "endless-headers": "broke off|could not be read",
    "truncate": "cut off|broke off",
    "garbage": "broke off|could not be read",
    "garbled-body": "cut off|broke off|could not be read",
}
"""What may happen to a connection, and how it is said."""

_BY_NAME = ("dns", "refuse", "certificate", "handshake")
"""Faults of the way to a host; the others are those of an answer."""


@dataclass(frozen=True)
class Case:
    """One fault at one step."""

    fault: str
    step: str

    @property
    def slug(self) -> str:
        return f"{self.fault}-{self.step}".replace("-", "_")

    @property
    def host(self) -> str:
        return f"{self.fault}-{self.step}.example"

    @property
    def failing_host(self) -> str:
        """Where redirects and links lead is another host: its failure is not the page's."""
        return f"other.{self.host}" if self.step in ("redirect", "document") else self.host

    @property
    def secure(self) -> bool:
        return self.fault in ("certificate", "handshake")

    @property
    def failing_path(self) -> str:
        return {"robots": "/robots.txt", "redirect": "/landed", "document": "/minutes.txt"}.get(self.step, "")


class FailingWeb:
    """All the sites. `edition` is in what each page, document and meeting says; while `failing`, the cases fail."""

    ADDRESS, FAULTS, STEPS, Case = ADDRESS, FAULTS, STEPS, Case

    def __init__(self, cases: tuple[Case, ...], folder: Path) -> None:
        self.cases = cases
        self.failing = False
        self.edition = 0
        self.asked: Counter[tuple[str, str]] = Counter()
        self._by_host = {host: case for case in cases for host in (case.host, case.failing_host)}
        self._folder = folder
        self._ports: dict[str, int] = {}
        self._stalled: set[asyncio.Task[Any]] = set()
        self.authority = folder / "authority.pem"

    def url(self, case: Case, path: str, host: str = "") -> str:
        """An address of a case's site."""
        scheme, port = ("https", self._ports["tls"]) if case.secure else ("http", self._ports["plain"])
        return f"{scheme}://{host or case.host}:{port}{path}"

    @asynccontextmanager
    async def served(self) -> AsyncIterator[FailingWeb]:
        """While it is open, every site answers."""
        trusted, untrusted = self._certificates()
        servers = []
        for name, serve, context in (
            ("plain", self._answer, None),
            ("tls", self._answer, trusted),
            ("certificate", self._answer, untrusted),
            ("handshake", self._no_handshake, None),
        ):
            server = await asyncio.start_server(serve, ADDRESS, 0, ssl=context)
            self._ports[name] = server.sockets[0].getsockname()[1]
            servers.append(server)
        with socket.socket() as closed:
            closed.bind((ADDRESS, 0))
            self._ports["refuse"] = closed.getsockname()[1]
            try:
                yield self
            finally:
                for server in servers:
                    server.close()
                for task in tuple(self._stalled):
                    task.cancel()
                await asyncio.gather(*self._stalled, return_exceptions=True)

    def resolver(self, resolve: Callable[..., Any]) -> Callable[..., Any]:
        """`socket.getaddrinfo` that knows these sites."""

        def resolved(host: Any, port: Any, *arguments: Any, **named: Any) -> Any:
            case = self._by_host.get(str(host))
            if case is None:
                return resolve(host, port, *arguments, **named)
            if self.failing and host == case.failing_host and case.fault in _BY_NAME:
                if case.fault == "dns":
                    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
                port = self._ports[case.fault]
            return resolve(ADDRESS, port, *arguments, **named)

        return resolved

    async def _no_handshake(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n" * 3)
        await _closed(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._stalled.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1].partition("?")[0]
            host = head.lower().partition("\r\nhost: ")[2].partition("\r\n")[0].partition(":")[0]
            case = self._by_host[host]
            self.asked[host, path] += 1
            if self._fails(case, host, path):
                await self._fail(case, path, writer)
            else:
                writer.write(_whole(*self._content(case, path)))
                await writer.drain()
        self._stalled.discard(task)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await _closed(writer)

    def _fails(self, case: Case, host: str, path: str) -> bool:
        if not self.failing or host != case.failing_host or case.fault not in FAULTS or case.fault in _BY_NAME:
            return False
        # The page's robots.txt is well, the page is not.
        return path == case.failing_path if case.failing_path else path != "/robots.txt"

    async def _fail(self, case: Case, path: str, writer: asyncio.StreamWriter) -> None:
        answer = _whole(*self._content(case, path))
        head, _, body = answer.partition(b"\r\n\r\n")
        match case.fault:
            case "reset":
                _reset(writer)
            case "reset-in-headers":
                writer.write(head[:30])
                await writer.drain()
                _reset(writer)
            case "stall":
                await asyncio.sleep(3600)
            case "trickled-headers":
                writer.write(b"HTTP/1.1 200 OK\r\n")
                await _trickle(writer, b"X-Wait: a\r\n")
            case "trickled-body":
                writer.write(head.replace(b"Content-Length", b"X-Length") + b"\r\n\r\n" + body[:10])
                await _trickle(writer, b" ")
            case "endless-headers":
                writer.write(b"HTTP/1.1 200 OK\r\n")
                for number in range(100_000):
                    writer.write(b"X-%d: %s\r\n" % (number, b"a" * 4000))
                    await writer.drain()
            case "truncate":
                writer.write(head + b"\r\n\r\n" + body[: len(body) // 2])
                await writer.drain()
            case "garbage":
                writer.write(bytes(range(256)) * 8)
                await writer.drain()
            case "garbled-body":
                writer.write(head + b"\r\nContent-Encoding: gzip\r\n\r\n" + b"\x1f\x8b" + body[2:])
                await writer.drain()

    def _content(self, case: Case, path: str) -> tuple[int, str, str]:
        """Status, media type (or where a redirect leads), and text of an answer as it should be."""
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nAllow: /\n"
        if path == "/minutes.txt":
            return 200, "text/plain", f"Minutes of the council.\nThe motion of edition {self.edition} was carried.\n"
        if "/events" in path:
            return 200, "application/json", self._events(path)
        if case.step == "redirect" and path == "/page":
            return 302, self.url(case, "/landed", case.failing_host), ""
        links = f'<p><a href="{self.url(case, "/minutes.txt", case.failing_host)}">Minutes of the council</a></p>'
        return (
            200,
            "text/html",
            (
                f"<!DOCTYPE html><html><head><title>Notices</title></head><body><h1>Notices</h1>"
                f"<p>The board adopted notice {0 if case.step == 'document' else self.edition} on detainers.</p>"
                f"{links if case.step == 'document' else ''}</body></html>"
            ),
        )

    def _events(self, path: str) -> str:
        """A calendar of one meeting in the documented shape of the Legistar Web API."""
        event = {
            "EventId": 901, "EventGuid": "901", "EventLastModifiedUtc": f"2017-02-01T00:00:{self.edition:02}",
            "EventRowVersion": f"{self.edition}", "EventBodyName": "City Council", "EventDate": "2017-03-28T00:00:00",
            "EventTime": "6:00 PM", "EventLocation": f"Room {self.edition}", "EventAgendaStatusName": "Final",
            "EventComment": None, "EventItems": [],
        }  # fmt: skip
        return json.dumps(event if path.rpartition("/events")[2] else [event])

    def _certificates(self) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        """A server's context that `authority` vouches for, and one that nobody does."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
        ours = _certificate(name, key, name, key, [])
        self.authority.write_bytes(ours.public_bytes(Encoding.PEM))
        hosts = [host for host in self._by_host if self._by_host[host].secure] or ["none.example"]
        contexts = []
        for vouched in (True, False):
            own = ec.generate_private_key(ec.SECP256R1())
            title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sites")])
            issued = _certificate(title, own, name if vouched else title, key if vouched else own, hosts)
            secret = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            path = self._folder / f"server-{vouched}.pem"
            path.write_bytes(secret + issued.public_bytes(Encoding.PEM))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            contexts.append(context)
        return contexts[0], contexts[1]


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signer: ec.EllipticCurvePrivateKey,
    hosts: list[str],
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _whole(status: int, media: str, text: str) -> bytes:
    body = text.encode()
    kind = f"Location: {media}" if status == 302 else f"Content-Type: {media}; charset=utf-8"
    head = f"HTTP/1.1 {status} X\r\n{kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


async def _trickle(writer: asyncio.StreamWriter, drop: bytes) -> None:
    """A drop at a time, for as long as somebody takes it."""
    while not writer.is_closing():
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(0.05)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def _closed(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.close()
        await writer.wait_closed()


@pytest.fixture
def failing_web() -> type[FailingWeb]:
    """Made with the cases that are to fail, and a folder for its certificates."""
    return FailingWeb
