"""What every request passes before anybody answers it: who is asking, whether they may, and whether they meant to.

Whatever writes must come from a form of ours (the browser says so, and the form's token is there), with a body of
bounded size. The one exception is a recipient's own link, which mail programs post to by themselves; its address is
signed, and says all there is to say.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from monitor import permalinks
from onnotice.web.access import READING_METHODS, Person, asks_for, is_own_link, may
from onnotice.web.asking import Asked, Query
from onnotice.web.attempts import Attempts, Limit, TooManyAttempts, network_of
from onnotice.web.doorkeeper import cookie_of
from onnotice.web.headers import (
    OURS,
    POLICY,
    Application,
    Message,
    Receive,
    Scope,
    Send,
    header_of,
    headers_of,
    path_of,
)
from onnotice.web.site import Site
from onnotice.web.templating import rendered

PERSON: Final = "onnotice.person"
"""Where a request's scope has who is signed in, or None."""

MOST_BYTES: Final = 64 * 1024
"""Of a body: the longest form, filled in by the most diligent."""

_SECONDS: Final = 20.0
"""In which a body has to arrive."""

_WRITES: Final = Limit(120, timedelta(minutes=10))
"""By one person, or from one network without one."""

_TOKEN: Final = "csrftoken"  # noqa: S105  the name of the field, as Datasette has it
_TOKEN_COOKIE: Final = "ds_csrftoken"  # noqa: S105  the name of its cookie

_OLD_FORM: Final = "This form is not of the page that is open now; go back, reload it, and send it again."


class _Refused(Exception):
    """Raised where a request goes no further."""

    def __init__(self, status: int, sentence: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, tuple(headers)


def gated(application: Application, site: Site) -> Application:
    """The application behind the gate of a site."""
    writes = Attempts(_WRITES)

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        """`scope` has the address of whoever asks, and the person whom a proxy named, or None."""
        person = scope[PERSON] or site.doorkeeper.person(header_of(scope, "cookie"), site.now())
        scope["actor"] = {"id": person.name} if person else None
        scope[PERSON] = person
        try:
            _let_in(scope, site)
            if scope["method"] not in READING_METHODS:
                _count(scope, writes, site)
                receive = await _checked_body(scope, receive, site)
        except _Refused as refusal:
            await _answer(refusal, scope, send, site)
            return
        await application(scope, receive, send)

    # What the proxies say of the address and the scheme is believed where they themselves are.
    answer: Any = inside
    behind_proxies: Any = ProxyHeadersMiddleware(answer, trusted_hosts=site.settings.web.proxies)

    async def outside(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        person = _named_by_proxy(scope, site)
        await behind_proxies({**_stripped(scope, site), PERSON: person}, receive, _keeping_cookies(send, site))

    return outside


def _named_by_proxy(scope: Scope, site: Site) -> Person | None:
    """None where the header comes twice: once from the proxy, and once from whoever hopes to pass for it."""
    named = headers_of(scope, site.settings.web.proxy_user_header)
    return site.doorkeeper.known_to_proxy(named[0]) if len(named) == 1 and _from_proxy(scope, site) else None


def _from_proxy(scope: Scope, site: Site) -> bool:
    client = scope.get("client")
    try:
        peer = ip_address(client[0]) if client else None
    except ValueError:
        return False
    return peer is not None and any(peer in ip_network(one, strict=False) for one in site.settings.web.proxies)


def _stripped(scope: Scope, site: Site) -> Scope:
    """Without the header that names a user, so that nobody further in could believe it, and without Authorization:
    Datasette would take a proxy's own token there for a proof that a form is ours."""
    named = site.settings.web.proxy_user_header.lower().encode("ascii")
    dropped = {b"authorization", named}
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]}


def _let_in(scope: Scope, site: Site) -> None:
    method, path = scope["method"], path_of(scope)
    if may(scope[PERSON], asks_for(method, path), site.settings.web.readers):
        return
    if method in READING_METHODS and not path.endswith((".json", ".csv", ".atom")):
        asked = f"{path}?{query}" if (query := scope.get("query_string", b"").decode("latin-1")) else path
        to = f"{permalinks.SIGN_IN}?next={quote(asked, safe='')}"
        raise _Refused(303, "Sign in first.", [(b"location", to.encode("ascii"))])
    raise _Refused(403, "Sign in first; only who is signed in may do that.")


def _count(scope: Scope, writes: Attempts, site: Site) -> None:
    if is_own_link(path_of(scope)):
        return  # mail services post for all of their customers from few addresses, and a signed link costs nothing
    client = scope.get("client")
    person: Person | None = scope[PERSON]
    key = person.name if person else network_of(client[0] if client else "")
    if wait := writes.take(key, site.now()):
        too_many = TooManyAttempts(wait)
        raise _Refused(429, str(too_many), [(b"retry-after", str(too_many.seconds).encode())])


async def _checked_body(scope: Scope, receive: Receive, site: Site) -> Receive:
    body = await _body(scope, receive)
    if not is_own_link(path_of(scope)):
        _of_our_form(scope, body, site)

    arrived: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return arrived.pop() if arrived else await receive()

    return replay


async def _body(scope: Scope, receive: Receive) -> bytes:
    announced = header_of(scope, "content-length")
    if announced.isdecimal() and int(announced[:12]) > MOST_BYTES:
        raise _Refused(413, "That is more than any form here has.")
    body = b""
    try:
        async with asyncio.timeout(_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise _Refused(400, "What was sent ended early.")
                body += bytes(message.get("body", b""))
                if len(body) > MOST_BYTES:
                    raise _Refused(413, "That is more than any form here has.")
                if not message.get("more_body", False):
                    return body
    except TimeoutError:
        raise _Refused(408, "What was sent took too long to arrive; send it again.") from None


def _of_our_form(scope: Scope, body: bytes, site: Site) -> None:
    """A browser says where a form stood (Fetch Metadata, else Origin): one of another site, or of a neighbouring host,
    is none of ours. Its token must be that of the browser's cookie, which Datasette then finds signed."""
    where = header_of(scope, "sec-fetch-site")
    origin = header_of(scope, "origin")
    if where not in ("", "same-origin", "none") or (not where and origin and origin not in _origins(scope, site)):
        raise _Refused(403, "This form was sent from another site, and is not taken.")
    if header_of(scope, "content-type").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise _Refused(415, "Only forms are taken here.")
    try:
        given = parse_qs(body.decode("utf-8"), max_num_fields=1_000).get(_TOKEN, [""])[0]
    except ValueError:
        raise _Refused(400, "What was sent is no form of ours.") from None
    if not given or given != cookie_of(header_of(scope, "cookie"), _TOKEN_COOKIE):
        raise _Refused(403, _OLD_FORM)


def _origins(scope: Scope, site: Site) -> set[str]:
    """Where our own forms stand: at the address of the settings, and under the name that this request came by."""
    stated = urlsplit(site.address)
    return {f"{stated.scheme}://{stated.netloc}", f"{scope.get('scheme', 'http')}://{header_of(scope, 'host')}"}


def _keeping_cookies(send: Send, site: Site) -> Send:
    """Every cookie, ours and Datasette's, is hidden from scripts, and kept to this site, and to https where we are."""
    wanted = ["HttpOnly", "SameSite=Lax", *(["Secure"] if site.doorkeeper.cookie.secure else [])]

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (name, _with(value, wanted) if name.lower() == b"set-cookie" else value)
                for name, value in message.get("headers", ())
            ]
            message = {**message, "headers": headers}
        await send(message)

    return send_on


def _with(cookie: bytes, wanted: Iterable[str]) -> bytes:
    text = cookie.decode("latin-1")
    there = {part.strip().partition("=")[0].lower() for part in text.split(";")[1:]}
    missing = [attribute for attribute in wanted if attribute.partition("=")[0].lower() not in there]
    return "; ".join([text, *missing]).encode("latin-1")


async def _answer(refusal: _Refused, scope: Scope, send: Send, site: Site) -> None:
    path = path_of(scope)
    if path.endswith(".json"):
        kind, body = "application/json", json.dumps({"ok": False, "error": refusal.sentence, "status": refusal.status})
    else:
        asked = Asked(path, {}, Query(), site.now(), site.address, scope["actor"])
        values = {"asked": asked, "title": "That was not done", "sentence": refusal.sentence}
        kind, body = "text/html; charset=utf-8", rendered("problem.html.jinja", values)
    headers = [
        (b"content-type", kind.encode()),
        (b"cache-control", b"private, no-store"),
        (POLICY, OURS.encode()),
        *refusal.headers,
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
