"""Signing in and out."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

from monitor import permalinks
from monitor.errors import ConfigurationError
from onnotice.web.answers import Answer, Elsewhere, Page
from onnotice.web.attempts import TooManyAttempts
from onnotice.web.doorkeeper import SESSION
from onnotice.web.forms import Caller
from storage import Archive

_logger = logging.getLogger(__name__)

_LONGEST_NEXT = 1_000

_CLOSED = "Nobody can sign in just now; whoever runs this server finds the reason in its log."
_WRONG = "Name and password do not go together; try again."


def sign_in(_: Archive, caller: Caller) -> Answer:
    """The form; whoever is signed in already is sent on."""
    wanted = _ours(caller.asked.query.text("next", _LONGEST_NEXT))
    if caller.person is not None:
        return Elsewhere(wanted)
    return _form(caller, wanted)


def signed_in(_: Archive, caller: Caller) -> Answer:
    """A session begins, always a new one, whatever cookie the browser brought."""
    fields, doorkeeper = caller.fields, caller.site.doorkeeper
    wanted, name = _ours(fields.text("next")), fields.text("name")
    try:
        doorkeeper.admit(name, caller.network, caller.asked.now)
        session = doorkeeper.session(name, fields.raw("password"), caller.asked.now)
    except TooManyAttempts as too_many:
        return _form(caller, wanted, str(too_many), status=429, headers={"retry-after": str(too_many.seconds)})
    except ConfigurationError as error:
        _logger.error("%s", error)
        return _form(caller, wanted, _CLOSED, status=503)
    if session is None:
        return _form(caller, wanted, _WRONG, status=403)
    doorkeeper.welcome(name, caller.network)
    return Elsewhere(wanted, headers={"set-cookie": doorkeeper.cookie.set(session, SESSION)})


def account(_: Archive, caller: Caller) -> Answer:
    """Who is signed in, and the way out."""
    return Page("account.html.jinja", {"person": caller.signed_in, "token": caller.token})


def signed_out(_: Archive, caller: Caller) -> Answer:
    """Every session of this person ends."""
    doorkeeper = caller.site.doorkeeper
    doorkeeper.sign_out(caller.signed_in)
    return Elsewhere(permalinks.SIGN_IN, headers={"set-cookie": doorkeeper.cookie.set("", timedelta())})


def _form(
    caller: Caller, wanted: str, problem: str = "", *, status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    values = {
        "wanted": wanted,
        "name": caller.fields.text("name")[:64],
        "problem": problem,
        "token": caller.token,
        "open_to_all": caller.site.settings.web.readers == "anyone",
    }
    return Page("sign_in.html.jinja", values, status=status, headers=headers or {})


def _ours(path: str) -> str:
    """Where to go afterwards: a path of ours, and never another site, however it is written."""
    if re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", path) and not path.startswith(permalinks.SIGN_IN):
        return path
    return "/"
