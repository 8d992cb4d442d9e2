"""users: who may do more than read on the web pages."""

from __future__ import annotations

import sys

import typer

from monitor.errors import UsageError
from onnotice import session
from onnotice.printing import json_line, moment, say, table
from onnotice.users import Users

app = typer.Typer(
    help="Who may do more than read on the web pages.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("add")
def add(
    context: typer.Context,
    name: str = typer.Argument(metavar="NAME", help="What they sign in by."),
    address: str = typer.Option("", metavar="MAIL", help="Their mail address, which then needs no confirmation."),
) -> None:
    """Add a user. The password is asked for, or read as the first line of standard input."""
    _users(context).add(name, _new_password(), session.now(), address)
    say(f"{name} may sign in now.")


@app.command("remove")
def remove(context: typer.Context, name: str = typer.Argument(metavar="NAME", help="Who is to go.")) -> None:
    """Remove a user, who is signed out at once. What they subscribed others to stays."""
    _users(context).remove(name)
    say(f"{name} is no user any more.")


@app.command("list")
def list_(context: typer.Context, as_json: bool = typer.Option(False, "--json", help="One object a line.")) -> None:
    """Who may sign in."""
    users = _users(context).all().values()
    if as_json:
        for user in users:
            json_line({"name": user.name, "address": user.address, "added_at": user.added_at})
        return
    table(("user", "address", "added"), [(user.name, user.address, moment(user.added_at)) for user in users])


@app.command("password")
def password(context: typer.Context, name: str = typer.Argument(metavar="NAME", help="Whose password.")) -> None:
    """Give a user another password, read as `add` reads it. Whoever is signed in by the old one is so no longer."""
    users = _users(context)
    if name not in users.all():
        raise UsageError(f"No user is called {name[:80]!r}; `onnotice users list` names those there are.")
    users.set_password(name, _new_password())
    say(f"{name} has a new password.")


def _users(context: typer.Context) -> Users:
    return Users(session.home_of(context).users)


def _new_password() -> str:
    """Never from the command line, where every user of the machine can read it."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more"))
    line = sys.stdin.readline()
    if not line:
        raise UsageError("No password was given; type it on a terminal, or send it as a line on standard input.")
    return line.rstrip("\r\n")
