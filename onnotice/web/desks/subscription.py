"""One subscription of the web pages: made, changed, paused, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.wording import KIND_NAMES
from monitor import permalinks
from monitor.errors import UsageError
from monitor.mailboxes import mailbox
from monitor.types import ChangeKind, Rhythm
from onnotice.config import SubscriptionSettings
from onnotice.subscribing import GROUPS, WEEKDAYS, checked, settings_kept, settings_of
from onnotice.web.answers import Answer, Elsewhere, NotThere, NotUnderstood, Page
from onnotice.web.desks.subscriptions import told
from onnotice.web.forms import Caller, Fields
from onnotice.web.questions import ask
from onnotice.web.rehearsing import Rehearsed, rehearse
from storage import Archive
from storage.rows import MadeSubscription

_BLANK: Mapping[str, Any] = {
    **{name: field.get_default(call_default_factory=True) for name, field in SubscriptionSettings.model_fields.items()},
    "name": "",
    "recipients": [],
}
"""What an empty form shows: the settings' own defaults."""


def blank(archive: Archive, caller: Caller) -> Answer:
    """`/subscriptions/new`: an empty form, with the user's own address where it is known."""
    address = caller.signed_in.address
    return _form(archive, caller, {**_BLANK, "recipients": [address] if address else []})


def made(archive: Archive, caller: Caller) -> Answer:
    """A new subscription, or what it would have sent. Recipients other than the user are asked whether they want it."""
    values = _filled(caller.fields) | {"name": caller.fields.text("name")}
    taken = [one.name for one in caller.site.settings_now().subscription]
    person, now = caller.signed_in, caller.asked.now
    try:
        settings = checked(values, taken)
        if caller.fields.text("do") == "rehearse":
            return _form(archive, caller, values, rehearsed=rehearse(caller.site.home.archive, settings.subscription()))
        archive.make_subscription(settings.name, settings_kept(settings), person.name, _known(caller), now)
    except UsageError as error:
        return _form(archive, caller, values, str(error), status=400)
    return _asked(archive, caller, settings, "made")


def subscription(archive: Archive, caller: Caller) -> Answer:
    """`/subscription/NAME`."""
    kept = _kept(archive, caller)
    return _form(archive, caller, _settings(kept).model_dump(), kept=kept)


def changed(archive: Archive, caller: Caller) -> Answer:
    """What the pressed button says is done."""
    kept = _kept(archive, caller)
    now = caller.asked.now
    match caller.fields.text("do"):
        case "save" | "rehearse":
            return _saved(archive, caller, kept)
        case "ask":
            return _asked(archive, caller, _settings(kept), "asked", again=True)
        case "pause":
            archive.pause_subscription(kept.name, now)
            return _done("paused")
        case "resume":
            archive.resume_subscription(kept.name)
            return _done("resumed")
        case "remove":
            archive.remove_subscription(kept.name, now)
            return _done("removed")
    raise NotUnderstood("No button of this form says that; go back, reload the page and send it again.")


def _saved(archive: Archive, caller: Caller, kept: MadeSubscription) -> Answer:
    values = _filled(caller.fields) | {"name": kept.name}
    try:
        settings = checked(values)
        if caller.fields.text("do") == "rehearse":
            rehearsed = rehearse(caller.site.home.archive, settings.subscription())
            return _form(archive, caller, values, kept=kept, rehearsed=rehearsed)
    except UsageError as error:
        return _form(archive, caller, values, str(error), kept=kept, status=400)
    archive.change_subscription(kept.name, settings_kept(settings), _known(caller), caller.asked.now)
    return _asked(archive, caller, settings, "changed")


def _asked(
    archive: Archive, caller: Caller, settings: SubscriptionSettings, done: str, *, again: bool = False
) -> Answer:
    """Ask whoever has not said yet whether they want it; `again` also those who were asked before."""
    kept = _of_name(archive, settings.name)
    waiting = [one.address for one in told(settings, kept.standings) if one.waits and (again or one.asked_at is None)]
    problems = ask(caller.site, archive, settings, waiting, caller.signed_in.name, caller.asked.now) if waiting else ()
    if problems:
        said = " ".join(("The subscription is kept.", *problems))
        return _form(archive, caller, settings.model_dump(), said, kept=_of_name(archive, settings.name))
    return _done(done)


def _done(what: str) -> Answer:
    return Elsewhere(f"{permalinks.SUBSCRIPTIONS}?done={what}")


def _known(caller: Caller) -> Sequence[str]:
    """The user's own address is known to be theirs, and needs no mail to confirm it."""
    return [caller.signed_in.address] if caller.signed_in.address else []


def _kept(archive: Archive, caller: Caller) -> MadeSubscription:
    return _of_name(archive, caller.asked.parts["name"])


def _of_name(archive: Archive, name: str) -> MadeSubscription:
    """Raises NotThere."""
    kept = next((one for one in archive.made_subscriptions() if one.name == name), None)
    if kept is None:
        raise NotThere("No subscription of this name was made here; those of onnotice.toml are changed there.")
    return kept


def _settings(kept: MadeSubscription) -> SubscriptionSettings:
    """Raises NotThere."""
    settings = settings_of(kept)
    if settings is None:
        raise NotThere("Another version of On Notice made this subscription; change it there.")
    return settings


def _filled(fields: Fields) -> dict[str, Any]:
    """What was filled in, under the settings' names. What the form does not have stays as the settings' defaults."""
    quiet = {name: fields.text(name) for name in ("quiet_from", "quiet_until") if fields.text(name)}
    return {
        **quiet,
        "recipients": fields.lines("recipients"),
        "sources": [*fields.all("source"), *fields.lines("sources")],
        "kinds": fields.all("kind") or ["news"],
        "jurisdictions": fields.lines("jurisdictions"),
        "words": fields.lines("words"),
        "minimum_significance": fields.text("minimum_significance"),
        "rhythm": fields.text("rhythm"),
        "hour": fields.text("hour"),
        "weekday": fields.text("weekday"),
        "timezone": fields.text("timezone"),
        "most_per_hour": fields.text("most_per_hour") or 0,
    }


def _form(
    archive: Archive,
    caller: Caller,
    values: Mapping[str, Any],
    problem: str = "",
    *,
    kept: MadeSubscription | None = None,
    rehearsed: Rehearsed | None = None,
    status: int = 200,
) -> Answer:
    """The form with these values: after a mistake with what is wrong, and on demand with what it would have sent."""
    watched = [(one.source.slug, one.source.title) for one in archive.sources() if one.active]
    slugs = {slug for slug, _ in watched}
    settings = settings_of(kept) if kept else None
    page = {
        "values": {**_BLANK, **values},
        "problem": problem,
        "rehearsed": rehearsed,
        "token": caller.token,
        "kept": kept,
        "action": permalinks.subscription(kept.name) if kept else permalinks.NEW_SUBSCRIPTION,
        "told": told(settings, kept.standings) if kept and settings else (),
        "sources": watched,
        "other_sources": [source for source in values["sources"] if source not in slugs],
        "groups": GROUPS,
        "kinds": {kind.value: KIND_NAMES[kind] for kind in ChangeKind},
        "rhythms": [rhythm.value for rhythm in Rhythm],
        "weekdays": WEEKDAYS,
        "own": mailbox(caller.signed_in.address) if caller.signed_in.address else "",
    }
    return Page("subscription.html.jinja", page, status=status)
