"""The only way out for a rendered page: a proxy on loopback that asks the guard before every connection.

The browser resolves no names and connects to nothing else, so that redirects, frames, scripts and sockets of a page
reach what plain fetching reaches and nothing more. Names are resolved here, and judged after that.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Collection, Coroutine
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from monitor.errors import FetchError
from scrapers.guard import Endpoint, RefusedConnection, endpoint_of, public_sockets, reaches_named, sockets_to

_LONGEST_HEAD = 64 * 1024
_PIECE = 64 * 1024
_PATIENCE = 30.0
"""Seconds for the head of a request, and for a connection to be made."""
_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) (\S{1,20000}) HTTP/1\.[01]")
_BETWEEN_HOPS = frozenset(
    {"connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te", "upgrade"}
)
"""Header fields that end at a proxy (RFC 9110, 7.6.1)."""


class _TooMuch(Exception):
    """A page moved more bytes than a page may."""


class GuardedProxy:
    """A forward proxy for one page. `named` are the private endpoints that its source names, `most` its bytes."""

    def __init__(self, named: Collection[Endpoint], most: int) -> None:
        self._named = frozenset(named)
        self._left = most
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            # A connection that breaks off is the page's affair: its browser sees it broken off.
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, _TooMuch):
                await self._answer(reader, writer)
        except (TimeoutError, asyncio.CancelledError):
            return
        finally:
            self._serving.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, or one tunnel."""
        async with asyncio.timeout(_PATIENCE):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        asked = _REQUEST_LINE.fullmatch(head[0])
        tunnel = asked is not None and asked[1] == "CONNECT"
        if asked is None or not (tunnel or asked[2].startswith("http://")):
            return _refuse(writer, "400 Bad Request")
        fields = [line.partition(":")[::2] for line in head[1:] if ":" in line]
        length = _length_of(fields)
        if length is None:
            return _refuse(writer, "411 Length Required")
        url = f"https://{asked[2]}/" if tunnel else asked[2]
        try:
            theirs, ours = await self._connect(url)
        except (FetchError, RefusedConnection):
            return _refuse(writer, "403 Forbidden")
        except (OSError, ValueError):
            return _refuse(writer, "502 Bad Gateway")
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._both_ways(self._pass_on(reader, ours), self._pass_on(theirs, writer))
            else:
                ours.write(_rewritten(asked[1], url, fields))
                await self._both_ways(self._send_body(reader, ours, length), self._pass_on(theirs, writer))
        finally:
            ours.close()
        return None

    async def _connect(self, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises FetchError and RefusedConnection for what the guard refuses, OSError where nobody answers."""
        host, port = endpoint_of(url)
        sockets = sockets_to(self._named) if reaches_named(url, self._named) else public_sockets
        loop = asyncio.get_running_loop()
        failure: OSError = OSError(f"{host} has no address")
        async with asyncio.timeout(_PATIENCE):
            for address in await loop.getaddrinfo(host, port, type=1):
                try:
                    connection = sockets(address)
                    connection.setblocking(False)
                    try:
                        await loop.sock_connect(connection, address[4])
                    except BaseException:
                        connection.close()
                        raise
                    return await asyncio.open_connection(sock=connection, limit=_LONGEST_HEAD)
                except OSError as error:
                    failure = error
        raise failure

    async def _both_ways(self, *ways: Coroutine[Any, Any, None]) -> None:
        """Until one way has ended."""
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            await self._write(piece, writer)

    async def _send_body(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, length: int) -> None:
        """A request's body, and not a byte of another request, which may be meant for another host."""
        while length > 0 and (piece := await reader.read(min(length, _PIECE))):
            length -= len(piece)
            await self._write(piece, writer)
        await reader.read(1)

    async def _write(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise _TooMuch
        writer.write(piece)
        await writer.drain()


def _refuse(writer: asyncio.StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())


def _length_of(fields: list[tuple[str, str]]) -> int | None:
    """Bytes of a request's body; None where it does not say."""
    named = {name.strip().lower(): value.strip() for name, value in fields}
    if "transfer-encoding" in named:
        return None
    length = named.get("content-length", "0")
    return int(length[:18]) if length.isdecimal() else None


def _rewritten(method: str, url: str, fields: list[tuple[str, str]]) -> bytes:
    """The head of a request as the server itself is asked, for one answer and no more."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [f"{name}:{value}" for name, value in fields if name.strip().lower() not in _BETWEEN_HOPS]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1")
