"""The plugin of Datasette: our addresses before its own, our words for what goes wrong, our headers on everything."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from datasette import Response
from pluggy import HookimplMarker

from monitor.errors import ArchiveError, EvidenceDamaged, TookTooLong, UsageError
from onnotice.web.access import is_own_link
from onnotice.web.answers import Answer, Elsewhere, Feed, File, NotThere, NotUnderstood, Page
from onnotice.web.asking import Asked, Query, decoded
from onnotice.web.attempts import TooManyAttempts, network_of
from onnotice.web.forms import Caller, Desk, Fields, Form
from onnotice.web.gate import PERSON, gated
from onnotice.web.headers import OURS, Application, guarded, path_of
from onnotice.web.routes import FORMS, ROUTES, Route
from onnotice.web.site import Site
from onnotice.web.templating import STATIC, rendered
from storage import Archive
from storage.privacy import hide_private

_logger = logging.getLogger(__name__)

hookimpl = HookimplMarker("datasette")

SITES: Final[WeakKeyDictionary[Any, Site]] = WeakKeyDictionary()
"""What each Datasette of this process serves. Datasette knows plugins a process, and not an instance."""

_STATIC_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_CLOSED: Final = "patterns|messages|allow-debug|permissions|threads|plugins|databases|auth-token|logout"
"""Datasette's own workshop: of no use to a reader, and it names folders of this machine."""

_FAILURES: Final[tuple[tuple[tuple[type[Exception], ...], int, str], ...]] = (
    ((NotThere,), 404, ""),
    ((NotUnderstood, UsageError, TookTooLong), 400, ""),
    ((TooManyAttempts,), 429, ""),
    ((EvidenceDamaged,), 500, ""),
    ((ArchiveError,), 503, "The archive cannot be read just now; try again in a minute."),
)
"""What it is called in a status and a sentence; without one the exception's own stands. The first that fits counts."""

_FAULT: Final = "The fault is ours, and has been noted. Nothing in the archive is touched."

_TITLES: Final = {
    400: "That cannot be shown",
    403: "That is not for everybody",
    404: "There is nothing here",
    405: "That cannot be done here",
    429: "Not so often",
    500: "Something went wrong",
    503: "Not now",
}


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Ours come first, so that `/` is ours."""
    site = SITES.get(datasette)
    if site is None:
        return []
    return [
        *((rf"{route.pattern}$", _served(site, route)) for route in ROUTES),
        *((rf"{form.pattern}$", _at_desk(site, form)) for form in FORMS),
        (r"/static/(?P<name>[a-z]+\.(?:css|js|svg))$", _static_file),
        (rf"/-/(?:{_CLOSED})(?:\.json)?$", _closed),
    ]


@hookimpl
def prepare_connection(conn: Any, datasette: Any) -> None:
    """Whoever may ask anything by SQL is not told who reads what."""
    if datasette in SITES:
        hide_private(conn)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    """The outermost layer."""
    site = SITES.get(datasette)
    return _as_it_is if site is None else lambda application: guarded(gated(application, site), names=site.names)


@hookimpl
def skip_csrf(datasette: Any, scope: Any) -> bool:
    """A recipient's own link is posted to by mail programs, which bring no token; its address is signed."""
    return datasette in SITES and is_own_link(path_of(scope))


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Response | None]]:
    """What Datasette itself could not answer, in our words."""

    async def answer() -> Response | None:
        return _failed(SITES[datasette], request, exception) if datasette in SITES else None

    return answer


def _as_it_is(application: Application) -> Application:
    return application


def _served(site: Site, route: Route) -> Callable[..., Awaitable[Response]]:
    async def view(request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _problem(site, request, 405, "This page is for reading only.", headers={"allow": "GET, HEAD"})
        try:
            return await site.readers.read(lambda archive: _answered(site, route, request, archive))
        except Exception as exception:  # noqa: BLE001  whatever it is, a reader gets a page and no traceback
            return _failed(site, request, exception)

    return view


def _answered(site: Site, route: Route, request: Any, archive: Archive) -> Response:
    """Reads and renders, in a reader's thread."""
    asked = _asked(site, request)
    return _sent(asked, route.view(archive, asked))


def _asked(site: Site, request: Any) -> Asked:
    return Asked(
        path=request.path,
        parts={name: decoded(part or "") for name, part in request.url_vars.items()},
        query=Query.of(request.query_string),
        now=site.now(),
        address=site.address,
        actor=request.actor,
    )


def _at_desk(site: Site, form: Form) -> Callable[..., Awaitable[Response]]:
    async def desk(request: Any) -> Response:
        try:
            if request.method == "POST" and form.sent is not None:
                fields = Fields.of(await request.post_body())
                return await site.writers.write(partial(_helped, site, form.sent, request, fields))
            if request.method in ("GET", "HEAD") and form.shown is not None:
                return await site.readers.read(partial(_helped, site, form.shown, request, Fields()))
        except Exception as exception:  # noqa: BLE001  whatever it is, a reader gets a page and no traceback
            return _failed(site, request, exception)
        methods = ", ".join(["GET, HEAD"] * bool(form.shown) + ["POST"] * bool(form.sent))
        return _problem(site, request, 405, "That is not what this address is for.", headers={"allow": methods})

    return desk


def _helped(site: Site, desk: Desk, request: Any, fields: Fields, archive: Archive) -> Response:
    """What a desk answers, worked out and rendered in a thread of its own."""
    client = request.scope.get("client")
    caller = Caller(
        site=site,
        asked=_asked(site, request),
        person=request.scope[PERSON],
        network=network_of(client[0] if client else ""),
        token=request.scope["csrftoken"],
        headers=request.headers,
        fields=fields,
    )
    return _sent(caller.asked, desk(archive, caller))


def _sent(asked: Asked, answer: Answer) -> Response:
    headers = {"content-security-policy": OURS, "cache-control": "no-cache"}
    match answer:
        case Page():
            body = rendered(answer.template, {"asked": asked, **answer.values})
            return Response.html(body, status=answer.status, headers={**headers, **answer.headers})
        case File():
            headers |= {
                "content-disposition": f'attachment; filename="{answer.name}"',
                "content-security-policy": f"{OURS}; sandbox",
            }
            return Response(answer.body, headers=headers, content_type=answer.media_type)
        case Feed():
            headers |= {"etag": answer.tag, "last-modified": format_datetime(answer.modified, usegmt=True)}
            news, status = (b"", 304) if answer.known else (answer.body, 200)
            return Response(news, status=status, headers=headers, content_type=answer.media_type)
        case Elsewhere():
            return Response.redirect(answer.path, status=answer.status, headers={**headers, **answer.headers})


def _failed(site: Site, request: Any, exception: Exception) -> Response:
    """The page for what went wrong. What is a fault of ours is logged, and never shown."""
    status, sentence = _said(exception)
    if status >= 500:
        _logger.error("%s could not be answered", request.path, exc_info=exception)
    return _problem(site, request, status, sentence)


def _said(exception: Exception) -> tuple[int, str]:
    """Status and sentence. Datasette's own exceptions carry a status."""
    for kinds, status, sentence in _FAILURES:
        if isinstance(exception, kinds):
            return status, sentence or str(exception)
    status = getattr(exception, "status", 500)
    if status == 404:
        return 404, "Nothing has this address."
    if getattr(exception, "message_is_html", False):
        # The only one that Datasette writes as markup, with the query in it.
        return 400, "That query takes longer than it may; ask for less."
    return (status, str(exception)) if status in (400, 403) else (500, _FAULT)


def _problem(site: Site, request: Any, status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": sentence, "status": status}, status=status)
    asked = Asked(request.path, {}, Query(), site.now(), site.address, request.actor)
    values = {"title": _TITLES.get(status, _TITLES[400]), "sentence": sentence}
    answer = _sent(asked, Page("problem.html.jinja", values, status=status))
    answer.headers |= headers or {}
    return answer


async def _static_file(request: Any) -> Response:
    path = STATIC / request.url_vars["name"]
    if not path.is_file():
        raise NotThere("There is no such file.")
    headers = {"content-security-policy": OURS, "cache-control": "public, max-age=3600"}
    return Response(path.read_bytes(), headers=headers, content_type=_STATIC_TYPES[path.suffix])


async def _closed() -> Response:
    raise NotThere("Nothing has this address.")
