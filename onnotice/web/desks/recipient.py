"""What recipients do by the links in their mails, without signing in: confirm a subscription, leave it, come back.

Opening a link changes nothing: mail scanners open every one. Whoever means it presses the button, or lets the mail
program post to the link by itself (RFC 8058).
"""

from __future__ import annotations

from onnotice.subscribing import described, settings_of
from onnotice.unsubscribing import Place, place_confirmed, place_left
from onnotice.web.answers import Answer, NotThere, Page
from onnotice.web.forms import Caller
from storage import Archive


def leaving(archive: Archive, caller: Caller) -> Answer:
    """`/unsubscribe/TOKEN`: asks whether it is meant, or says that it has been done. Raises UsageError."""
    place = _place_left(caller)
    return _unsubscribe(place, left=archive.has_left(place.subscription, place.recipient))


def left(archive: Archive, caller: Caller) -> Answer:
    """The recipient has left, or takes that back. Raises UsageError."""
    place = _place_left(caller)
    coming_back = bool(caller.fields.text("back"))
    if coming_back:
        archive.come_back(place.subscription, place.recipient)
    else:
        archive.leave(place.subscription, place.recipient, caller.asked.now)
    return _unsubscribe(place, left=not coming_back, done=True)


def confirming(archive: Archive, caller: Caller) -> Answer:
    """`/confirm/TOKEN`: what it is that would be sent, and a button. Raises UsageError."""
    place = _place_confirmed(caller)
    kept = next((one for one in archive.made_subscriptions() if one.name == place.subscription), None)
    settings = settings_of(kept) if kept else None
    if kept is None or settings is None:
        raise NotThere("This subscription was removed; there is nothing to confirm any more.")
    values = {
        "place": place,
        "about": described(settings),
        "made_by": kept.made_by,
        "token": caller.token,
        "confirmed": False,
    }
    return Page("confirm.html.jinja", values)


def confirmed(archive: Archive, caller: Caller) -> Answer:
    """The recipient wants it. Raises UsageError."""
    place = _place_confirmed(caller)
    if not archive.confirm_recipient(place.subscription, place.recipient, caller.asked.now):
        raise NotThere("This subscription was removed or changed; there is nothing to confirm any more.")
    return Page("confirm.html.jinja", {"place": place, "confirmed": True})


def _unsubscribe(place: Place, *, left: bool, done: bool = False) -> Answer:
    return Page("unsubscribe.html.jinja", {"place": place, "left": left, "done": done})


def _place_left(caller: Caller) -> Place:
    return place_left(caller.site.home.secret, caller.asked.parts["token"], caller.asked.now)


def _place_confirmed(caller: Caller) -> Place:
    return place_confirmed(caller.site.home.secret, caller.asked.parts["token"], caller.asked.now)
