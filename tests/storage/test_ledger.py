"""The ledger over every kind of archive: attempts by alert, mails that came back, who is no longer written to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.types import AlertState, Delivery, Subscription

DESK = Subscription("desk", ("ana@example.org",))
DAY = timedelta(days=1)


@pytest.fixture
def sent(archive: Any, watcher: Any) -> list[int]:
    """Four mails to Ana that a server took."""
    archive.keep_subscriptions([DESK], watcher.now)
    watcher.look(["List"], changes=[watcher.change(baseline=True)])
    alerts = []
    for number in range(4):
        (change,) = watcher.look([f"{number}"], changes=[watcher.change()])
        alert = archive.make_alert("desk", "ana@example.org", [change], watcher.now, watcher.now)
        assert archive.claim(alert, watcher.now)
        delivery = Delivery(alert, watcher.now, "smtp", "sent")
        archive.delivered(delivery, state=AlertState.SENT, subject=f"News {number}", retry_at=None)
        alerts.append(alert)
    return alerts


def returned(alert: int, at: Any, said: str = "550 no such user") -> Delivery:
    return Delivery(alert, at, "report", "returned", said)


def test_a_return_is_kept_once(archive: Any, watcher: Any, sent: list[int]) -> None:
    """It fails the alert, stands behind the attempt that seemed to succeed, and taken in again adds nothing."""
    alert = archive.alert_of_message(archive.alerts()[0].message_id)
    assert alert.id == sent[0]
    assert archive.alert_of_message("<somebody@else>") is None
    back = returned(sent[0], watcher.now)
    assert archive.came_back(back, for_good=True)
    assert not archive.came_back(back, for_good=True)
    assert [one.outcome for one in archive.deliveries([sent[0]])[sent[0]]] == ["sent", "returned"]
    (failed,) = archive.alerts(AlertState.FAILED)
    assert (failed.id, failed.last_error) == (sent[0], "550 no such user")
    (one,) = archive.returned_mail()
    assert (one.recipient, one.times, one.stopped_at) == ("ana@example.org", 1, None)


def test_a_delay_changes_nothing_but_the_ledger(archive: Any, watcher: Any, sent: list[int]) -> None:
    """It may yet arrive."""
    assert archive.came_back(Delivery(sent[0], watcher.now, "report", "delayed", "4.4.1"), for_good=False)
    assert archive.alerts(AlertState.FAILED) == ()
    assert archive.returned_mail() == ()


def test_the_third_return_in_a_row_is_the_last_mail(archive: Any, watcher: Any, sent: list[int]) -> None:
    """What is due for that address waits, unsent and unlost, until somebody resumes; then it is due."""
    for alert in sent[:3]:
        archive.came_back(returned(alert, watcher.now), for_good=True)
    (change,) = watcher.look(["new"], changes=[watcher.change()])
    waiting = archive.make_alert("desk", "ana@example.org", [change], watcher.now, watcher.now)
    assert archive.due_alerts(watcher.now + DAY) == ()
    assert not archive.claim(waiting, watcher.now + DAY)
    assert archive.next_alert_due() is None
    (one,) = archive.returned_mail()
    assert one.stopped_at is not None
    assert one.waiting == 1
    with pytest.raises(UsageError, match=r"onnotice bounces --resume ana@example\.org"):
        archive.send_again(sent[0])
    assert archive.resume("ana@example.org") == 1
    assert [alert.id for alert in archive.due_alerts(watcher.now + DAY)] == [waiting]
    assert archive.returned_mail() == ()
    with pytest.raises(UsageError, match="No mail to"):
        archive.resume("ana@example.org")


def test_returns_long_ago_are_forgotten(archive: Any, watcher: Any, sent: list[int]) -> None:
    """Three in two years are three mistakes, three in a month an address that is no more."""
    for number, alert in enumerate(sent):
        archive.came_back(returned(alert, watcher.now + 31 * number * DAY), for_good=True)
    (one,) = archive.returned_mail()
    assert (one.times, one.stopped_at) == (1, None)


def test_sent_again_it_is_the_same_mail(archive: Any, watcher: Any, sent: list[int]) -> None:
    """Due at once, under its Message-ID, with as many tries before it as a new one has."""
    before = archive.alerts()[0]
    archive.send_again(sent[0])
    (due,) = archive.due_alerts(watcher.now)
    assert (due.id, due.message_id, due.attempts) == (sent[0], before.message_id, 1)
    with pytest.raises(UsageError, match="There is no alert 99"):
        archive.send_again(99)
    assert archive.claim(due.id, watcher.now)
    with pytest.raises(UsageError, match="is being sent just now"):
        archive.send_again(due.id)


def test_mails_of_an_hour_are_counted_by_recipient(archive: Any, watcher: Any, sent: list[int]) -> None:
    """Accepted ones, whoever sent them; not those that were refused."""
    moments = archive.sent_since("ana@example.org", watcher.now - DAY)
    assert len(moments) == 4
    assert archive.sent_since("ana@example.org", moments[-1]) == ()
    assert archive.sent_since("ben@example.org", watcher.now - DAY) == ()


def test_an_archive_is_itself_for_ever(archive: Any) -> None:
    """Its identity is given once."""
    one = archive.identity()
    assert len(one) == 32
    assert archive.identity() == one


def test_urls_of_services_are_nowhere_in_the_settings_that_are_kept(archive: Any, watcher: Any) -> None:
    """What is mirrored of a subscription names a chat service without its secret."""
    archive.keep_subscriptions([Subscription("chat", ("slack://hunter2/token",))], watcher.now)
    kept = " ".join(row[0] for row in rows_of(archive))
    assert "slack://…" in kept
    assert "hunter2" not in kept


def rows_of(archive: Any) -> list[tuple[str]]:
    connection = getattr(archive, "_archive", archive)._connection
    return [tuple(row) for row in connection.execute("SELECT settings FROM subscriptions").fetchall()]
