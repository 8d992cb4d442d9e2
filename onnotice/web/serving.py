"""Puts the server together: Datasette over a home's archive, with our plugin, run by uvicorn until it is stopped."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from monitor.errors import UsageError
from onnotice.config import Settings
from onnotice.home import Home
from onnotice.users import Users
from onnotice.web import plugin
from onnotice.web.attempts import Attempts, Limit
from onnotice.web.doorkeeper import Cookie, Doorkeeper
from onnotice.web.headers import Application
from onnotice.web.questions import Questions
from onnotice.web.readers import Readers
from onnotice.web.site import Site
from onnotice.web.writers import Writers
from storage import Archive

_PLUGIN = "onnotice.web"

_SETTINGS = {
    "allow_download": False,
    "allow_csv_stream": True,
    "default_page_size": 100,
    "max_returned_rows": 1000,
    "num_sql_threads": 3,
    "sql_time_limit_ms": 2000,
    "suggest_facets": False,
}

_BUNDLES = Limit(30, timedelta(hours=1))


@contextmanager
def site_of(
    home: Home, settings: Settings, now: Callable[[], datetime], *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Site]:
    """A home's pages, with readers that end with it. The archive is brought up to date first. Raises ArchiveError."""
    Archive.open(home.archive).close()
    cookie = Cookie(secure=settings.web.address.startswith("https:"))
    doorkeeper = Doorkeeper(Users(home.users), home.secret, cookie)
    with Readers(home.archive) as readers, Writers(home.archive) as writers:
        yield Site(home, settings, readers, writers, doorkeeper, Questions(), Attempts(_BUNDLES), host, port, now)


def application(site: Site) -> Application:
    """The whole server as an ASGI application. The file is opened for reading, and never as immutable: it changes."""
    register()
    served = Datasette([str(site.home.archive)], settings=_SETTINGS, secret=site.home.secret.hex())
    plugin.SITES[served] = site
    answer: Application = served.app()
    return answer


def serve(site: Site, say: Callable[[str], None]) -> None:
    """Answer until somebody stops it. Raises UsageError where the port cannot be had."""
    try:
        listening = socket.create_server(
            (site.host, site.port), family=socket.AF_INET6 if ":" in site.host else socket.AF_INET, backlog=128
        )
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(
            f"{site.host} port {site.port} cannot be listened on ({why}); name others with --host and --port."
        ) from None
    with listening:
        site = replace(site, port=listening.getsockname()[1])
        say(f"The pages are at {site.address}; Ctrl-C ends them.")
        settings = uvicorn.Config(
            application(site), log_level="warning", access_log=False, server_header=False, proxy_headers=False
        )
        uvicorn.Server(settings).run(sockets=[listening])


def register() -> None:
    """Datasette asks its plugins a process. Its own page for errors shows what went wrong on the console with every
    value that was at hand, a reader's cookies too, so ours stands in its place."""
    if not pm.has_plugin(_PLUGIN):
        pm.register(plugin, name=_PLUGIN)
    if pm.has_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")
