"""All subscriptions: those of onnotice.toml and those made on the web pages, each with the recipients who want it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from alerts.wording import KIND_NAMES, cut, harmless
from monitor.addresses import is_service
from monitor.errors import UsageError
from monitor.mailboxes import is_writable, mailbox
from monitor.types import ChangeKind, Rhythm, Subscription
from onnotice.config import SubscriptionSettings, problem_of

if TYPE_CHECKING:
    from onnotice.config import Settings
    from storage import Archive
    from storage.rows import MadeSubscription

_logger = logging.getLogger(__name__)

GROUPS = {"news": "Whatever is published", "health": "How the watching itself fares"}
"""Kinds of change that go by one name."""

WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}

MOST_RECIPIENTS = 50
"""Of a subscription made on the web pages."""


def keep_and_gather(archive: Archive, settings: Settings, now: datetime) -> tuple[Subscription, ...]:
    """Mirror the settings' subscriptions in the archive, and return all that are to be told now.

    Without the recipients who left, without those of the web pages who have not confirmed, and without what is paused.
    Raises UsageError where the settings use a name that the web pages gave away.
    """
    archive.keep_subscriptions(settings.subscriptions(), now)
    return gathered(archive, settings)


def gathered(archive: Archive, settings: Settings) -> tuple[Subscription, ...]:
    """The same, and nothing is written."""
    made = [one for kept in archive.made_subscriptions() if kept.paused_at is None for one in _confirmed(kept)]
    left = archive.those_who_left()
    return tuple(_without(one, left.get(one.name, ())) for one in (*settings.subscriptions(), *made))


def checked(values: Mapping[str, Any], taken: Collection[str] = ()) -> SubscriptionSettings:
    """Settings of a subscription as the web pages were given them, held to the same rules as onnotice.toml.

    Raises UsageError, in a sentence for whoever filled the form in.
    """
    try:
        settings = SubscriptionSettings.model_validate(values)
    except ValidationError as error:
        raise UsageError(problem_of(error)) from None
    if not settings.name.isprintable() or settings.name != settings.name.strip():
        raise UsageError("The name must be one line of letters, without spaces around it; write it anew.")
    if not any(character.isalnum() for character in settings.name):
        raise UsageError("The name has neither letter nor figure; write one by which people know it.")
    if settings.name in taken:
        raise UsageError(f"There is a subscription called {settings.name!r} already; choose another name.")
    if len(settings.recipients) > MOST_RECIPIENTS:
        raise UsageError(f"A subscription made here has at most {MOST_RECIPIENTS} recipients; make a second one.")
    for recipient in settings.recipients:
        if is_service(recipient):
            raise UsageError("The address of a chat service is a secret; name it in onnotice.toml instead.")
        if not is_writable(recipient):
            raise UsageError(f"“{cut(harmless(recipient), 80)}” is no mail address; write it as ana@example.org.")
    return settings


def settings_kept(settings: SubscriptionSettings) -> Mapping[str, Any]:
    """What the archive keeps of them: all but the name, as onnotice.toml would say it."""
    said = settings.model_dump(exclude={"name"}, exclude_none=True)
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in said.items()}


def settings_of(kept: MadeSubscription) -> SubscriptionSettings | None:
    """The settings of one that was made on the web pages; None, with a line in the log, where an earlier or later
    version wrote what this one does not understand: it is told nothing meanwhile, and loses nothing."""
    try:
        return SubscriptionSettings.model_validate({"name": kept.name, **kept.settings})
    except ValidationError as error:
        _logger.error("The subscription %r cannot be read: %s", kept.name, problem_of(error))
        return None


def described(settings: SubscriptionSettings) -> tuple[tuple[str, str], ...]:
    """What it is about and when it is sent, for whoever decides whether they want it: (label, text)."""
    kinds = [
        {"news": "Whatever is published", "health": "How the watching itself fares"}.get(kind)
        for kind in settings.kinds
    ]
    named = [kind or KIND_NAMES[ChangeKind(name)] for kind, name in zip(kinds, settings.kinds, strict=True)]
    rows = (
        ("Sources", ", ".join(settings.sources) or "all"),
        ("Kinds", ", ".join(named)),
        ("Jurisdictions", "; ".join(settings.jurisdictions)),
        ("Words", ", ".join(settings.words)),
        ("Weight", f"{settings.minimum_significance:.2f} or more"),
        ("When", _rhythm(settings)),
        ("Quiet", _quiet(settings)),
        ("At most", f"{settings.most_per_hour} mails an hour, else one for all" if settings.most_per_hour else ""),
    )
    return tuple((label, text) for label, text in rows if text)


def _rhythm(settings: SubscriptionSettings) -> str:
    at = f"at {settings.hour:02d}:00, {settings.timezone}"
    match settings.rhythm:
        case Rhythm.DAILY:
            return f"daily {at}"
        case Rhythm.WEEKLY:
            return f"weekly on {WEEKDAYS[settings.weekday]} {at}"
        case _:
            return settings.rhythm.value


def _quiet(settings: SubscriptionSettings) -> str:
    if settings.quiet_from is None or settings.quiet_until is None:
        return ""
    return f"from {settings.quiet_from:%H:%M} to {settings.quiet_until:%H:%M}, {settings.timezone}"


def _confirmed(kept: MadeSubscription) -> list[Subscription]:
    settings = settings_of(kept)
    if settings is None:
        return []
    wanted = {address for address, standing in kept.standings.items() if standing.confirmed_at}
    recipients = tuple(one for one in settings.recipients if mailbox(one) in wanted)
    return [replace(settings.subscription(), recipients=recipients)]


def _without(subscription: Subscription, left: Collection[str]) -> Subscription:
    staying = tuple(one for one in subscription.recipients if mailbox(one) not in left)
    return replace(subscription, recipients=staying)
