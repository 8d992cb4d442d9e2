"""serve: the web pages, beside Datasette."""

from __future__ import annotations

import typer

from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import say


def serve(
    context: typer.Context,
    host: str = typer.Option("127.0.0.1", help="Address to listen on; by default only this machine is answered."),
    port: int = typer.Option(8017, min=0, max=65535, help="Port to listen on; 0: any that is free."),
) -> None:
    """The web pages, with Datasette beside them, until it is stopped. Works beside a poll or the daemon."""
    from onnotice.config import read_settings

    home = session.home_of(context)
    try:
        from onnotice.web.serving import serve as answer
        from onnotice.web.serving import site_of
    except ModuleNotFoundError as missing:
        if missing.name not in ("datasette", "uvicorn", "pluggy"):
            raise
        raise UsageError('The pages need the extra `web`; run `pip install "onnotice[web]"`.') from None
    with site_of(home, read_settings(home), session.now, host=host, port=port) as site:
        answer(site, say)


COMMANDS = {"serve": serve}
