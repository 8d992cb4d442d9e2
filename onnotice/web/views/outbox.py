"""The outbox: who was told what and when, and what is still to go out."""

from __future__ import annotations

from monitor.types import AlertState
from onnotice.web.answers import Page
from onnotice.web.asking import Asked
from storage import Archive

_ALERTS = 50
_STATES = {state.value: state.value for state in AlertState}


def outbox(archive: Archive, asked: Asked) -> Page:
    """`/outbox`."""
    state = asked.query.one_of("state", _STATES)
    before = asked.query.number("before")
    below = {} if before is None else {"before": before}
    alerts = archive.outbox(AlertState(state) if state else None, limit=_ALERTS + 1, **below)
    return Page(
        "outbox.html.jinja",
        {
            "alerts": alerts[:_ALERTS],
            "states": list(_STATES),
            "state": state,
            "older": asked.query.with_only(before=alerts[_ALERTS - 1].id) if len(alerts) > _ALERTS else "",
        },
    )
