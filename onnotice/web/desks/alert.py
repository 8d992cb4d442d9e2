"""One alert of the outbox with every attempt to send it, and sending it once more."""

from __future__ import annotations

import asyncio

from monitor import permalinks
from monitor.errors import ConfigurationError, UsageError
from onnotice.telling import tell
from onnotice.web.answers import Answer, Elsewhere, NotThere, Page
from onnotice.web.forms import Caller
from storage import Archive


def alert(archive: Archive, caller: Caller) -> Answer:
    """`/outbox/NUMBER`."""
    return _page(archive, caller)


def sent_again(archive: Archive, caller: Caller) -> Answer:
    """Due at once, and sent with whatever else is."""
    number, site = caller.asked.number(), caller.site
    try:
        archive.send_again(number)
        asyncio.run(tell(archive, site.settings_now(), site.home, caller.asked.now, again=number))
    except (UsageError, ConfigurationError) as error:
        return _page(archive, caller, str(error))
    return Elsewhere(permalinks.alert(number))


def _page(archive: Archive, caller: Caller, problem: str = "") -> Answer:
    number = caller.asked.number()
    found = archive.outbox(before=number + 1, limit=1)
    if not found or found[0].id != number:
        raise NotThere(f"There is no alert {number} in the outbox.")
    values = {
        "alert": found[0],
        "deliveries": archive.deliveries([number]).get(number, ()),
        "problem": problem,
        "token": caller.token,
    }
    return Page("alert.html.jinja", values, status=400 if problem else 200)
