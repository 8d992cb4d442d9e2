"""What every answer says to the browser, ours and Datasette's: what may run, who may frame it, what leaks to others."""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

_logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

OURS: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""Our own pages: one style sheet and one script, both files of ours, and nothing from anywhere else."""

_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_FACETS: Final = ("DATASETTE_ALLOW_FACET = true;", "DATASETTE_ALLOW_FACET = false;")
"""The only script within a page of Datasette's that is not the same every time."""


@cache
def datasettes() -> str:
    """The policy for Datasette's pages of tables and SQL: scripts of this server, and those few that Datasette has
    within its pages, by their digests; no other runs. Styles within them vary with the columns, and are allowed.

    Nothing can be loaded from, or sent to, anywhere else.
    """
    templates = files("datasette").joinpath("templates")
    fixed = (
        script
        for name in ("_close_open_menus.html", "_codemirror_foot.html")
        for script in _INLINE.findall(templates.joinpath(name).read_text(encoding="utf-8"))
    )
    digests = " ".join(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in (*_FACETS, *fixed))
    return (
        f"default-src 'none'; script-src 'self' {digests}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


_EVERYWHERE: Final = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

POLICY: Final = b"content-security-policy"


def headers_of(scope: Scope, name: str) -> list[str]:
    """Every value of a header of a request."""
    wanted = name.lower().encode("latin-1")
    return [value.decode("latin-1") for key, value in scope.get("headers", ()) if key.lower() == wanted]


def header_of(scope: Scope, name: str) -> str:
    """The last value of a header of a request; empty where there is none."""
    return (headers_of(scope, name) or [""])[-1]


def path_of(scope: Scope) -> str:
    """The path of a request as Datasette's routes see it: not decoded."""
    raw: bytes | None = scope.get("raw_path")
    return (raw.decode("latin-1") if raw else str(scope["path"])).partition("?")[0]


def guarded(application: Application, *, names: frozenset[str] = frozenset()) -> Application:
    """The application with these headers on all of its answers, whatever it says itself.

    A view of ours sets its own policy; whatever has none is Datasette's. With `names` no other host is answered for.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                own = [(name.lower(), value) for name, value in message.get("headers", ())]
                kept = [(name, value) for name, value in own if name not in _EVERYWHERE]
                if not any(name == POLICY for name, _ in kept):
                    kept.append((POLICY, datasettes().encode()))
                message = {**message, "headers": [*kept, *_EVERYWHERE.items()]}
            await send(message)

        refusal = _refusal(scope, names)
        if refusal:
            await _refuse(400, refusal, send_guarded)
            return
        try:
            await application(scope, receive, send_guarded)
        except Exception:
            # What falls out of Datasette itself, such as a cookie that is none, is answered as guardedly as the rest.
            _logger.exception("%s could not be answered", scope["path"])
            if not begun:
                await _refuse(500, "The fault is ours, and has been noted.", send_guarded)

    return answer


def _refusal(scope: Scope, names: frozenset[str]) -> str:
    """Why a request is not answered at all; empty where it is."""
    host = dict(scope.get("headers", ())).get(b"host", b"").decode("latin-1")
    if names and _name_of(host) not in names:
        return "This server does not answer under that name; [web] address in onnotice.toml names its own."
    if not scope.get("raw_path", b"").isascii():
        return "An address is written in ASCII; other characters are encoded with percent signs."
    if scope["path"].startswith("//"):
        # Datasette would send on to what stands there, without its last slash: to another site.
        return "No address here begins with two slashes."
    return ""


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


async def _refuse(status: int, sentence: str, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
