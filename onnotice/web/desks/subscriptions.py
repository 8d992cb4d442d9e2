"""All subscriptions: those that were made here, and those that stand in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.mailboxes import mailbox
from onnotice.config import SubscriptionSettings
from onnotice.subscribing import described, settings_of
from onnotice.web.answers import Answer, Page
from onnotice.web.forms import Caller
from storage import Archive
from storage.rows import Standing

DONE = {
    "made": "The subscription is made. Recipients who have to confirm it are asked by mail.",
    "changed": "The subscription is changed.",
    "paused": "The subscription is paused: nothing is sent for it.",
    "resumed": "The subscription goes on, with what comes from here on.",
    "removed": "The subscription is removed.",
    "asked": "The mail that asks for confirmation was sent once more.",
}
"""What is said when the way led here from a form."""


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient, and whether anything is sent to them."""

    address: str
    waits: bool = False
    """Nothing is sent until they confirm."""
    asked_at: datetime | None = None
    """When they were last asked to."""
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One subscription in the list."""

    name: str
    about: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]
    made_by: str = ""
    """Empty for those of the settings."""
    paused_at: datetime | None = None


def subscriptions(archive: Archive, caller: Caller) -> Answer:
    """`/subscriptions`."""
    made = [
        Shown(kept.name, described(settings), told(settings, kept.standings), kept.made_by, kept.paused_at)
        for kept in archive.made_subscriptions()
        if (settings := settings_of(kept)) is not None
    ]
    left = archive.those_who_left()
    stated = [
        Shown(settings.name, described(settings), _vouched_for(settings, left.get(settings.name, {})))
        for settings in caller.site.settings_now().subscription
    ]
    done = DONE.get(caller.asked.query.text("done"), "")
    return Page("subscriptions.html.jinja", {"made": made, "stated": stated, "done": done})


def told(settings: SubscriptionSettings, standings: Mapping[str, Standing]) -> tuple[Told, ...]:
    """The recipients in the order of the settings; one whom nobody has asked yet waits."""
    found = []
    for address in settings.recipients:
        standing = standings.get(mailbox(address), Standing())
        waits = standing.confirmed_at is None and standing.left_at is None
        found.append(Told(address, waits, standing.asked_at, standing.left_at))
    return tuple(found)


def _vouched_for(settings: SubscriptionSettings, left: Mapping[str, datetime]) -> tuple[Told, ...]:
    """Whom the settings name need not be asked."""
    return tuple(Told(address, left_at=left.get(mailbox(address))) for address in settings.recipients)
