"""Which addresses may be reached: the public internet, and private endpoints that a source's own stanza names.

A private endpoint is reached only where the stanza names the address itself (an IP literal, or "localhost", with its
port). A name that resolves to a private address, a link and a redirect never get there. Addresses are judged after
resolution, at the moment of connecting, so a name that changes its mind (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import AddressRefused, FetchError
from monitor.types import Source

Endpoint = tuple[str, int]
"""Host in lower case and port."""

SocketFactory = Callable[[Any], socket.socket]

_DEFAULT_PORTS = {"http": 80, "https": 443}

_EMBEDDING: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 96),  # IPv4-mapped, RFC 4291
    (IPv6Network("::ffff:0:0:0/96"), 96),  # IPv4-translated, RFC 2765
    (IPv6Network("::/96"), 96),  # IPv4-compatible, RFC 4291
    (IPv6Network("64:ff9b::/96"), 96),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 16),  # 6to4, RFC 3056
)
"""IPv6 ranges that carry an IPv4 address, with the bit where it begins: they reach what the IPv4 address reaches."""

_NEVER: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments, RFC 6890
    IPv6Network("64:ff9b:1::/48"),  # local-use NAT64, RFC 8215: what it reaches is the network operator's affair
    IPv6Network("2001::/23"),  # protocol assignments, RFC 2928: Teredo and others
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
    IPv6Network("5f00::/16"),  # segment routing, RFC 9602
    IPv6Network("fec0::/10"),  # site-local, RFC 3879
)
"""Special ranges that Python's `is_global` takes for public, in one version or another."""


class RefusedConnection(OSError):
    """Raised inside a connection attempt: the client library takes only an OSError for the failure of one address."""


def why_refused(address: str) -> str:
    """What an IP address is, when it may not be reached: "a loopback address". Empty for a public one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "no IP address"
    if "%" in address:
        return "a link-local address"
    return _kind(parsed)


@lru_cache(maxsize=4096)
def _kind(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address):
        if address.is_loopback or address.is_unspecified:
            return "a loopback address" if address.is_loopback else "the unspecified address"
        for network, begin in _EMBEDDING:
            if address in network:
                embedded = _kind(IPv4Address((int(address) >> (96 - begin)) & 0xFFFFFFFF))
                return f"{embedded} in IPv6 form" if embedded else ""
    for holds, kind in (
        (address.is_loopback, "a loopback address"),
        (address.is_link_local, "a link-local address"),
        (address.is_multicast, "a multicast address"),
        (address.is_unspecified, "the unspecified address"),
        (address.is_reserved, "a reserved address"),
        (not address.is_global or any(address in network for network in _NEVER), "a private address"),
    ):
        if holds:
            return kind
    return ""


def endpoint_of(url: str) -> Endpoint:
    """Host and port that a URL leads to. Raises FetchError for a URL that may not be asked for at all."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise FetchError(f"{url} is not a usable address ({error}); correct it") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise FetchError(f"{url} is neither http nor https, and nothing else is fetched; correct the address")
    if not host:
        raise FetchError(f"{url} names no host; correct the address")
    if "@" in parts.netloc:
        raise AddressRefused(f"The address at {host} carries a user name, and is not followed; remove it")
    return host, port or _DEFAULT_PORTS[parts.scheme]


@lru_cache(maxsize=4096)
def is_this_machine(host: str) -> bool:
    """Whether a host is named as a loopback address: the demonstration, the tests, a proxy of one's own."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def named_endpoints(source: Source) -> frozenset[Endpoint]:
    """Private endpoints that the source's URL, or a URL among its parameters, names by address."""
    found = set()
    for text in (source.url, *_texts(source.parameters)):
        if not text.startswith(("http://", "https://")):
            continue
        try:
            host, port = endpoint_of(text)
        except FetchError:
            continue
        if _is_private_literal(host):
            found.add((host, port))
    return frozenset(found)


def reaches_named(url: str, named: Collection[Endpoint]) -> bool:
    """Whether a URL leads to a private endpoint that its source names.

    Raises AddressRefused for a private literal that it does not name, FetchError for a URL that is not fetched at all.
    """
    host, port = endpoint_of(url)
    if not _is_private_literal(host):
        return False
    if (host, port) in named:
        return True
    raise AddressRefused(_sentence(host, "this machine" if host.endswith("localhost") else why_refused(host)))


def public_sockets(address: Any) -> socket.socket:
    """Opens a socket towards a public address; raises RefusedConnection for every other."""
    family, kind, protocol, _, place = address
    if refused := why_refused(place[0]):
        raise RefusedConnection(_sentence(place[0], refused))
    return socket.socket(family=family, type=kind, proto=protocol)


def sockets_to(named: Collection[Endpoint]) -> SocketFactory:
    """Opens sockets towards named private endpoints alone: their literal addresses, and loopback for "localhost"."""
    ports_here = {port for host, port in named if host.endswith("localhost")}

    def factory(address: Any) -> socket.socket:
        family, kind, protocol, _, place = address
        host, port = place[0], place[1]
        if (host, port) not in named and not (port in ports_here and ip_address(host).is_loopback):
            raise RefusedConnection(_sentence(host, why_refused(host) or "not the address that its source names"))
        return socket.socket(family=family, type=kind, proto=protocol)

    return factory


def refusal_in(error: BaseException | None) -> str:
    """The refusal among an error's causes, as a sentence; empty when it failed for another reason."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, RefusedConnection | AddressRefused):
            return str(error)
        seen.add(id(error))
        error = getattr(error, "os_error", None) or error.__cause__
    return ""


@lru_cache(maxsize=4096)
def _is_private_literal(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return bool(why_refused(host))


def _sentence(address: str, kind: str) -> str:
    return f"{address} is {kind} and is not fetched; if it is meant, watch a source whose url names that address itself"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
