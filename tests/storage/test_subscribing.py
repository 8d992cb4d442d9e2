"""Subscriptions of the web pages over every kind of archive: made, changed, paused, removed; confirmed and left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.types import AlertState, Subscription

HOUR = timedelta(hours=1)
DESK = Subscription("desk", ("ana@example.org", "ben@example.org"))
ANA, BEN = "Ana <ANA@example.org>", "ben@example.org"


def settings(*recipients: str, **more: Any) -> dict[str, Any]:
    return {"recipients": list(recipients), "kinds": ["news"], **more}


def make(archive: Any, now: Any, name: str = "lists", known: tuple[str, ...] = ()) -> None:
    archive.make_subscription(name, settings(ANA, BEN), "ada", known, now)


def test_what_was_made_is_there_as_it_was_made(archive: Any, watcher: Any) -> None:
    """With who made it and when, and what each recipient has said, under the address alone."""
    make(archive, watcher.now, known=(BEN,))
    archive.ask_recipient("lists", ANA, watcher.now + HOUR)
    (made,) = archive.made_subscriptions()
    assert (made.name, made.made_by, made.made_at, made.paused_at) == ("lists", "ada", watcher.now, None)
    assert made.settings == settings(ANA, BEN)
    assert {address: bool(one.confirmed_at) for address, one in made.standings.items()} == {
        "ana@example.org": False,
        "ben@example.org": True,
    }
    assert made.standings["ana@example.org"].asked_at == watcher.now + HOUR


def test_a_new_one_is_not_flooded_with_the_past(archive: Any, watcher: Any) -> None:
    """It begins at the newest change, also under a name that was used before."""
    make(archive, watcher.now)
    archive.remove_subscription("lists", watcher.now)
    watcher.look(["a"], changes=[watcher.change()])
    watcher.end()
    make(archive, watcher.now)
    assert archive.untold("lists") == ()
    (new,) = watcher.look(["b"], changes=[watcher.change()])
    assert [change.id for change in archive.untold("lists")] == [new]


def test_a_name_is_given_once(archive: Any, watcher: Any) -> None:
    """On the pages and in the settings alike; the one that is there already stays as it is."""
    archive.keep_subscriptions([DESK], watcher.now)
    with pytest.raises(UsageError, match="choose another name"):
        make(archive, watcher.now, "desk")
    make(archive, watcher.now)
    with pytest.raises(UsageError, match="choose another name"):
        make(archive, watcher.now)
    with pytest.raises(UsageError, match=r"rename the one in\s+onnotice.toml"):
        archive.keep_subscriptions([Subscription("lists", (BEN,))], watcher.now)
    assert [made.name for made in archive.made_subscriptions()] == ["lists"]


def test_keeping_the_settings_leaves_those_of_the_pages_alone(archive: Any, watcher: Any) -> None:
    """They are not in the settings, and are no less there for it."""
    make(archive, watcher.now)
    archive.keep_subscriptions([], watcher.now)
    assert [made.name for made in archive.made_subscriptions()] == ["lists"]


def test_a_name_that_was_freed_may_be_used_by_the_settings(archive: Any, watcher: Any) -> None:
    """And is theirs then: it starts at the newest change and can no longer be changed on the pages."""
    make(archive, watcher.now)
    watcher.look(["a"], changes=[watcher.change()])
    watcher.end()
    archive.remove_subscription("lists", watcher.now)
    archive.keep_subscriptions([Subscription("lists", (BEN,))], watcher.now)
    assert archive.made_subscriptions() == ()
    assert archive.untold("lists") == ()
    with pytest.raises(UsageError, match="was made on the web pages"):
        archive.change_subscription("lists", settings(BEN), (), watcher.now)


def test_only_those_of_the_pages_can_be_changed_there(archive: Any, watcher: Any) -> None:
    """Every verb refuses one of the settings and one that never was."""
    archive.keep_subscriptions([DESK], watcher.now)
    verbs = {
        "change_subscription": (settings(BEN), (), watcher.now),
        "pause_subscription": (watcher.now,),
        "resume_subscription": (),
        "remove_subscription": (watcher.now,),
        "ask_recipient": (BEN, watcher.now),
    }
    for name in ("desk", "nobody"):
        for verb, arguments in verbs.items():
            with pytest.raises(UsageError, match="was made on the web pages"):
                getattr(archive, verb)(name, *arguments)


def test_a_paused_one_sends_nothing_and_goes_on_with_what_comes(archive: Any, watcher: Any) -> None:
    """What waits in the outbox waits; what happened meanwhile is not told."""
    make(archive, watcher.now)
    ids = watcher.look(["a"], changes=[watcher.change()])
    number = archive.make_alert("lists", BEN, ids, watcher.now, watcher.now, ids[-1])
    archive.pause_subscription("lists", watcher.now)
    assert archive.due_alerts(watcher.now) == ()
    assert archive.made_subscriptions()[0].paused_at == watcher.now
    watcher.look(["b"], changes=[watcher.change()])
    watcher.end()
    archive.resume_subscription("lists")
    assert archive.made_subscriptions()[0].paused_at is None
    assert archive.untold("lists") == ()
    assert [alert.id for alert in archive.due_alerts(watcher.now)] == [number]
    assert archive.claim(number, watcher.now)


def test_a_removed_one_sends_nothing(archive: Any, watcher: Any) -> None:
    """What waits in the outbox fails with the reason, and the name is free."""
    make(archive, watcher.now)
    ids = watcher.look(["a"], changes=[watcher.change()])
    archive.make_alert("lists", BEN, ids, watcher.now, watcher.now)
    archive.remove_subscription("lists", watcher.now)
    assert archive.made_subscriptions() == ()
    assert archive.due_alerts(watcher.now + 100 * HOUR) == ()
    assert [alert.last_error for alert in archive.alerts(AlertState.FAILED)] == ["The subscription was removed."]
    make(archive, watcher.now)


def test_nobody_is_confirmed_who_was_not_asked(archive: Any, watcher: Any) -> None:
    """Nor twice, nor after the subscription was removed or the address taken out of it."""
    make(archive, watcher.now)
    assert not archive.confirm_recipient("lists", ANA, watcher.now)
    assert not archive.confirm_recipient("nobody", ANA, watcher.now)
    archive.leave("lists", BEN, watcher.now)
    assert not archive.confirm_recipient("lists", BEN, watcher.now)
    archive.ask_recipient("lists", ANA, watcher.now)
    assert archive.confirm_recipient("lists", "ana@example.org", watcher.now)
    assert archive.confirm_recipient("lists", ANA, watcher.now + HOUR)
    assert archive.made_subscriptions()[0].standings["ana@example.org"].confirmed_at == watcher.now
    archive.change_subscription("lists", settings(BEN), (), watcher.now)
    archive.change_subscription("lists", settings(ANA, BEN), (), watcher.now)
    assert not archive.confirm_recipient("lists", ANA, watcher.now)
    archive.ask_recipient("lists", ANA, watcher.now)
    archive.remove_subscription("lists", watcher.now)
    make(archive, watcher.now)
    assert not archive.confirm_recipient("lists", ANA, watcher.now)


def test_changing_a_subscription_keeps_what_recipients_said(archive: Any, watcher: Any) -> None:
    """Other filters ask nobody anew."""
    make(archive, watcher.now)
    archive.ask_recipient("lists", ANA, watcher.now)
    archive.confirm_recipient("lists", ANA, watcher.now)
    archive.leave("lists", BEN, watcher.now)
    archive.change_subscription("lists", settings(ANA, BEN, words=["detainer"]), (), watcher.now + HOUR)
    (made,) = archive.made_subscriptions()
    assert made.settings["words"] == ["detainer"]
    assert made.standings["ana@example.org"].confirmed_at == watcher.now
    assert made.standings["ben@example.org"].left_at == watcher.now


def test_who_has_left_has_left_for_good(archive: Any, watcher: Any) -> None:
    """Whatever is done to the subscription, and however the address is written, until they take it back themselves."""
    archive.keep_subscriptions([DESK], watcher.now)
    archive.leave("desk", "ANA@example.org", watcher.now)
    archive.leave("desk", ANA, watcher.now + HOUR)
    make(archive, watcher.now)
    archive.leave("lists", BEN, watcher.now)
    archive.keep_subscriptions([], watcher.now)
    archive.keep_subscriptions([DESK], watcher.now)
    archive.remove_subscription("lists", watcher.now)
    make(archive, watcher.now, known=(BEN,))
    assert archive.those_who_left() == {
        "desk": {"ana@example.org": watcher.now},
        "lists": {"ben@example.org": watcher.now},
    }
    assert archive.has_left("desk", ANA)
    assert not archive.has_left("desk", BEN)
    archive.come_back("desk", "ana@example.org")
    assert not archive.has_left("desk", ANA)
    assert archive.those_who_left().keys() == {"lists"}
    for verb in (lambda: archive.leave("nobody", BEN, watcher.now), lambda: archive.come_back("nobody", BEN)):
        with pytest.raises(UsageError, match="nothing to unsubscribe from"):
            verb()


def test_who_leaves_is_not_sent_what_waits(archive: Any, watcher: Any) -> None:
    """It stands in the outbox as failed with the reason; others' stay due, and it cannot be sent again by others."""
    archive.keep_subscriptions([DESK], watcher.now)
    ids = watcher.look(["a"], changes=[watcher.change()])
    hers = archive.make_alert("desk", DESK.recipients[0], ids, watcher.now, watcher.now)
    his = archive.make_alert("desk", BEN, ids, watcher.now, watcher.now)
    archive.leave("desk", ANA, watcher.now)
    assert [alert.id for alert in archive.due_alerts(watcher.now)] == [his]
    assert archive.alerts(AlertState.FAILED)[0].last_error == "The recipient has unsubscribed."
    with pytest.raises(UsageError, match="only they can take that back"):
        archive.send_again(hers)
