"""Which addresses are reached, and which never."""

import socket

import pytest

from monitor.errors import AddressRefused, FetchError
from monitor.types import Source
from scrapers.guard import (
    RefusedConnection,
    endpoint_of,
    is_this_machine,
    named_endpoints,
    public_sockets,
    reaches_named,
    refusal_in,
    sockets_to,
    why_refused,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.127.255.254", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.7", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
        "100::1",
        "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1",
        "64:ff9b::a00:1", "64:ff9b:1::1", "64:ff9b:1::808:808",
        "2002:7f00:1::1", "2002:a9fe:a9fe::", "2001:0:4136:e378::",
        "", "agenda", "127.1", "0x7f.0.0.1", "2606:4700::1111%eth0",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(address: str) -> None:
    """Private, local, shared, reserved and multicast addresses are refused in every form that carries them."""
    assert why_refused(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_the_public_internet_is_reached(address: str) -> None:
    """Public addresses pass, embedded ones included."""
    assert why_refused(address) == ""


def test_a_socket_is_opened_only_towards_a_public_address() -> None:
    """The socket factory refuses after resolution, with an error that the connection code takes for one address's."""
    with pytest.raises(RefusedConnection, match=r"169\.254\.169\.254 is a link-local address"):
        public_sockets((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80)))
    public_sockets((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))).close()


def test_named_are_the_private_addresses_in_url_and_parameters() -> None:
    """Literal addresses with their ports, wherever in the stanza a URL stands; public hosts need no permission."""
    source = Source(
        slug="a",
        title="A",
        url="http://10.0.0.5/agenda",
        parameters={"api": "http://localhost:8001/{client}", "urls": ["http://[::1]:9/x", {"y": "https://127.0.0.1"}],
                    "note": "see 192.168.0.1", "other": "https://www.ice.gov/"},
    )  # fmt: skip
    assert named_endpoints(source) == {("10.0.0.5", 80), ("localhost", 8001), ("::1", 9), ("127.0.0.1", 443)}


def test_a_name_is_no_permission() -> None:
    """Only a literal address or localhost is named: where a name leads is the name server's decision."""
    source = Source(slug="a", title="A", url="http://wiki.corp.example/", parameters={"x": "http://127.1:80/"})
    assert named_endpoints(source) == frozenset()


def test_permission_is_for_host_and_port() -> None:
    """A named endpoint is reached, its other ports and spellings are not."""
    named = {("127.0.0.1", 8000)}
    assert reaches_named("http://127.0.0.1:8000/a", named)
    assert not reaches_named("https://www.ice.gov/", named)
    for url in ("http://127.0.0.1:8001/", "http://localhost:8000/", "http://[::ffff:7f00:1]:8000/", "http://10.0.0.1/"):
        with pytest.raises(AddressRefused):
            reaches_named(url, named)


def test_a_named_pool_connects_nowhere_else() -> None:
    """Sockets of a source's own pool go to its named addresses, and to loopback where it says localhost."""
    factory = sockets_to({("localhost", 8000), ("10.0.0.5", 80)})
    for place in (("127.0.0.1", 8000), ("::1", 8000, 0, 0), ("10.0.0.5", 80)):
        family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        factory((family, socket.SOCK_STREAM, 6, "", place)).close()
    for place in (("127.0.0.1", 8001), ("10.0.0.6", 80), ("8.8.8.8", 8000)):
        with pytest.raises(RefusedConnection):
            factory((socket.AF_INET, socket.SOCK_STREAM, 6, "", place))


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://a.example/", "data:,x", "http:///x", "http://a.example:x/"]
)
def test_other_schemes_are_not_fetched(url: str) -> None:
    """Only http and https with a host are."""
    with pytest.raises(FetchError, match="correct"):
        endpoint_of(url)


def test_a_user_name_in_a_url_is_not_followed() -> None:
    """The host behind an @ is not the one a reader sees."""
    with pytest.raises(AddressRefused, match="carries a user name"):
        endpoint_of("https://www.ice.gov@evil.example/")


def test_this_machine_is_known_by_address_or_localhost() -> None:
    """Manners are waived for loopback alone, not for a private network."""
    assert all(is_this_machine(host) for host in ("localhost", "a.localhost", "127.0.0.1", "127.3.3.3", "::1"))
    assert not any(is_this_machine(host) for host in ("10.0.0.1", "www.ice.gov", "localhost.example", ""))


def test_a_refusal_is_found_among_the_causes() -> None:
    """However the client library wraps it, the sentence survives; other failures are none."""
    outer = RuntimeError("connection failed")
    outer.__cause__ = OSError("again")
    outer.__cause__.__cause__ = RefusedConnection("10.0.0.1 is a private address")
    assert refusal_in(outer) == "10.0.0.1 is a private address"
    assert refusal_in(RuntimeError("x")) == ""
    assert refusal_in(None) == ""
