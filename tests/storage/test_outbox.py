"""The outbox over every kind of archive: cursors, promises that are made once, claims, attempts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.types import AlertState, ChangeKind, Delivery, Subscription

DESK = Subscription("desk", ("ana@example.org", "ben@example.org"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def told(archive: Any, watcher: Any) -> list[int]:
    """Three changes that the subscription "desk" has not seen, after one of a first look."""
    archive.keep_subscriptions([DESK], watcher.now)
    watcher.look(["List"], changes=[watcher.change(baseline=True)])
    ids = watcher.look(["a"], changes=[watcher.change(), watcher.change()])
    return [*ids, *watcher.look(["b"], changes=[watcher.change(ChangeKind.PAGE_MOVED)])]


def test_a_subscription_of_the_first_hour_sees_everything(archive: Any, told: list[int]) -> None:
    """Kept before any run has ended, it starts at the first change; first looks are never told."""
    assert [change.id for change in archive.untold("desk")] == told
    archive.move_cursor("desk", told[0])
    assert [change.id for change in archive.untold("desk")] == told[1:]
    archive.move_cursor("desk", 0)
    assert [change.id for change in archive.untold("desk")] == told[1:], "a cursor never moves back"
    with pytest.raises(UsageError, match="nobody"):
        archive.untold("nobody")


def test_a_later_subscription_is_not_flooded_with_the_past(archive: Any, watcher: Any, told: list[int]) -> None:
    """It starts at the newest change of the day when it was first seen, and stays there when it is kept again."""
    watcher.end()
    late = replace(DESK, name="late")
    archive.keep_subscriptions([DESK, late], watcher.now)
    (new,) = watcher.look(["c"], changes=[watcher.change()])
    archive.keep_subscriptions([DESK, replace(late, words=("detainer",))], watcher.now)
    assert [change.id for change in archive.untold("late")] == [new]
    assert [change.id for change in archive.untold("desk")] == [*told, new]


def test_a_subscription_that_comes_back_has_lost_nothing(archive: Any, watcher: Any, told: list[int]) -> None:
    """A slip in the settings that hides it for an hour is no loss."""
    archive.move_cursor("desk", told[0])
    archive.keep_subscriptions([], watcher.now)
    archive.keep_subscriptions([DESK], watcher.now)
    assert [change.id for change in archive.untold("desk")] == told[1:]


def test_a_recipient_is_promised_a_change_once(archive: Any, watcher: Any, told: list[int]) -> None:
    """By whichever subscription came first; another recipient is another matter."""
    archive.keep_subscriptions([DESK, replace(DESK, name="other")], watcher.now)
    now = watcher.now
    first = archive.make_alert("desk", "ana@example.org", told[:2], now, now, told[-1])
    assert archive.make_alert("desk", "ana@example.org", told[:2], now, now, told[-1]) is None
    rest = archive.make_alert("other", "ana@example.org", told, now, now)
    assert archive.make_alert("desk", "ben@example.org", told, now, now) not in (None, first, rest)
    alerts = archive.alerts()
    assert [(alert.recipient, [change.id for change in alert.changes]) for alert in alerts] == [
        ("ana@example.org", told[:2]),
        ("ana@example.org", told[2:]),
        ("ben@example.org", told),
    ]
    assert len({alert.message_id for alert in alerts}) == 3
    assert archive.untold("desk") == ()
    assert alerts[0].changes == archive.changes()[:2]


def test_a_message_id_is_made_of_what_is_told_to_whom(archive: Any, watcher: Any, told: list[int]) -> None:
    """The same at every reading and attempt, in the form that a mail header wants."""
    number = archive.make_alert("desk", "ana@example.org", told, watcher.now, watcher.now)
    (alert,) = archive.alerts()
    assert alert.message_id.startswith("<")
    assert alert.message_id.endswith("@onnotice.invalid>")
    assert archive.claim(number, watcher.now)
    delivery = Delivery(number, watcher.now, "smtp", "deferred", "451 later")
    archive.delivered(delivery, state=AlertState.PENDING, subject="", retry_at=watcher.now + HOUR)
    assert archive.alerts()[0].message_id == alert.message_id


def test_a_digest_is_one_mail(archive: Any, watcher: Any, told: list[int]) -> None:
    """Changes for the same future time join the alert that waits for it, until somebody has tried to send it."""
    now, morning = watcher.now, watcher.now + 9 * HOUR
    first = archive.make_alert("desk", "ana@example.org", told[:1], morning, now)
    assert archive.make_alert("desk", "ana@example.org", told[1:2], morning, now) == first
    assert archive.make_alert("desk", "ben@example.org", told[:1], morning, now) != first
    assert [change.id for change in archive.alerts()[0].changes] == told[:2]
    assert archive.due_alerts(now) == ()
    assert archive.claim(first, morning)
    deferred = Delivery(first, morning, "smtp", "deferred", "451 later")
    archive.delivered(deferred, state=AlertState.PENDING, subject="", retry_at=morning + HOUR)
    assert archive.make_alert("desk", "ana@example.org", told[2:], morning, now) != first


def test_alerts_at_once_are_not_joined(archive: Any, watcher: Any, told: list[int]) -> None:
    """Two that are due now stay two mails: each source has its own."""
    now = watcher.now
    first = archive.make_alert("desk", "ana@example.org", told[:1], now, now)
    assert archive.make_alert("desk", "ana@example.org", told[1:], now, now) != first


def test_writing_together_is_all_or_nothing(archive: Any, watcher: Any, told: list[int]) -> None:
    """After a failure in the middle neither alerts nor cursors have moved."""

    def collect_and_fail() -> None:
        with archive.together():
            assert archive.make_alert("desk", "ana@example.org", told, watcher.now, watcher.now, told[-1])
            archive.move_cursor("desk", told[-1])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        collect_and_fail()
    assert archive.alerts() == ()
    assert len(archive.untold("desk")) == 3
    with archive.together():
        archive.make_alert("desk", "ana@example.org", told, watcher.now, watcher.now, told[-1])
        archive.move_cursor("desk", told[-1])
    assert len(archive.alerts()) == 1
    assert archive.untold("desk") == ()


def test_an_alert_is_claimed_by_one(archive: Any, watcher: Any, told: list[int]) -> None:
    """A claim is a lease: after fifteen minutes its holder has died, and the alert is due again."""
    now = watcher.now
    number = archive.make_alert("desk", "ana@example.org", told, now, now)
    assert [alert.id for alert in archive.due_alerts(now)] == [number]
    assert not archive.claim(number, now - MINUTE), "it is not due yet"
    assert archive.claim(number, now)
    assert not archive.claim(number, now + 14 * MINUTE)
    assert archive.due_alerts(now + 14 * MINUTE) == ()
    assert [alert.state for alert in archive.due_alerts(now + 15 * MINUTE)] == [AlertState.CLAIMED]
    assert archive.claim(number, now + 15 * MINUTE)
    assert not archive.claim(number, now + 16 * MINUTE)
    assert not archive.claim(99, now)


def test_attempts_are_kept_and_the_last_word_stands(archive: Any, watcher: Any, told: list[int]) -> None:
    """Deferred until the given time, then sent; the attempts are counted, the error goes with success."""
    now = watcher.now
    number = archive.make_alert("desk", "ana@example.org", told, now, now)

    def attempt(at: datetime, outcome: str, state: AlertState, retry_at: datetime | None, subject: str = "") -> None:
        assert archive.claim(number, at)
        delivery = Delivery(number, at, "smtp", outcome, "" if outcome == "sent" else "451 try later")
        archive.delivered(delivery, state=state, subject=subject, retry_at=retry_at)

    attempt(now, "deferred", AlertState.PENDING, now + HOUR)
    assert archive.due_alerts(now + 59 * MINUTE) == ()
    (alert,) = archive.due_alerts(now + HOUR)
    assert (alert.attempts, alert.last_error, alert.due_at) == (1, "451 try later", now)
    attempt(now + HOUR, "sent", AlertState.SENT, None, "Three things changed")
    (alert,) = archive.alerts(AlertState.SENT)
    assert (alert.attempts, alert.subject, alert.last_error) == (2, "Three things changed", "")
    assert archive.due_alerts(now + 100 * HOUR) == ()
    assert archive.alerts(AlertState.PENDING) == ()


def test_a_refused_alert_is_not_tried_again(archive: Any, watcher: Any, told: list[int]) -> None:
    """Failed for good, unless a time to try again was given."""
    now = watcher.now
    number = archive.make_alert("desk", "ana@example.org", told, now, now)
    archive.claim(number, now)
    refused = Delivery(number, now, "smtp", "refused", "550 no such user")
    archive.delivered(refused, state=AlertState.FAILED, subject="", retry_at=None)
    assert archive.due_alerts(now + 100 * HOUR) == ()
    assert archive.alerts(AlertState.FAILED)[0].last_error == "550 no such user"
    archive.delivered(refused, state=AlertState.FAILED, subject="", retry_at=now + HOUR)
    assert [alert.id for alert in archive.due_alerts(now + HOUR)] == [number]
