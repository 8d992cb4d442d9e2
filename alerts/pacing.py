"""When a recipient is left in peace: quiet hours, and a bound on mails within an hour, beyond which they become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from alerts.rhythm import next_due, quiet_until
from monitor.types import Alert, AlertState, Change, StoredChange, Subscription
from storage import Archive

_HOUR: Final = timedelta(hours=1)


def disturbs(subscription: Subscription, change: Change) -> bool:
    """Whether a change is told in quiet hours too: news of our own eyes whose kind the subscription names itself."""
    return change.kind.about_our_eyes and change.kind.value in subscription.kinds


def due_at(subscription: Subscription, bundle: Sequence[StoredChange], now: datetime) -> datetime:
    """When a bundle that is collected now is mailed: by the rhythm, and after the quiet hours that this falls into."""
    due = next_due(subscription, now)
    if any(disturbs(subscription, stored.change) for stored in bundle):
        return due
    return quiet_until(subscription, due) or due


def paced(archive: Archive, subscriptions: Sequence[Subscription], now: datetime, again: int | None) -> list[Alert]:
    """Those of the due alerts that go out now; the others are postponed, or told by one of them.

    All in one transaction, begun before they are read: what another sender has taken is not among them.

    `again` is an alert that a person has asked for: it waits for nothing.
    """
    by_name = {subscription.name: subscription for subscription in subscriptions}
    recipients: dict[str, _Recipient] = {}
    with archive.together():
        due = archive.due_alerts(now)
        for alert in due:
            subscription = by_name.get(alert.subscription)
            quiet = _quiet(subscription, alert, now) if subscription and alert.id != again else None
            if quiet is not None:
                archive.postpone(alert.id, quiet)
                continue
            recipient = recipients.setdefault(alert.recipient, _Recipient())
            if subscription is None or not subscription.most_per_hour or alert.id == again:
                recipient.going.append(alert)
            else:
                recipient.bounded.setdefault(subscription.name, []).append(alert)
        for name, recipient in recipients.items():
            if recipient.bounded:
                _bound(archive, name, recipient, by_name, now)
    order = {alert.id: place for place, alert in enumerate(due)}
    going = [alert for recipient in recipients.values() for alert in recipient.going]
    return sorted(going, key=lambda alert: order[alert.id])


@dataclass(slots=True)
class _Recipient:
    """What one recipient is to get in this round."""

    going: list[Alert] = field(default_factory=list)
    bounded: dict[str, list[Alert]] = field(default_factory=dict)
    """By subscription: alerts that are sent as far as its bound allows."""


def _quiet(subscription: Subscription, alert: Alert, now: datetime) -> datetime | None:
    if any(disturbs(subscription, stored.change) for stored in alert.changes):
        return None
    return quiet_until(subscription, now)


def _bound(
    archive: Archive, name: str, recipient: _Recipient, subscriptions: Mapping[str, Subscription], now: datetime
) -> None:
    """As many mails as the hour has room for; the last of them tells what else there is.

    What somebody has tried to send already stays a mail of its own, and comes first.
    """
    sent = archive.sent_since(name, now - _HOUR)
    for subscription, alerts in recipient.bounded.items():
        bound = subscriptions[subscription].most_per_hour
        tried = [alert for alert in alerts if not _untried(alert)]
        fresh = [alert for alert in alerts if _untried(alert)]
        room = max(0, bound - len(sent) - len(recipient.going))
        recipient.going += tried[:room]
        late = tried[room:]
        room -= len(tried[:room])
        if len(fresh) > room:
            alone, rest = fresh[: max(0, room - 1)], fresh[max(0, room - 1) :]
            waiting = None if room else archive.postponed(subscription, name, now)
            digest = _folded(rest)
            archive.fold(waiting or digest.id, [alert.id for alert in rest])
            if room:
                fresh = [*alone, digest]
            else:
                fresh = []
                late += [] if waiting else [digest]
        recipient.going += fresh
        for alert in late:
            archive.postpone(alert.id, _free_at([*sent, *[now for _ in recipient.going]], bound))


def _untried(alert: Alert) -> bool:
    return alert.state is AlertState.PENDING and alert.attempts == 0


def _folded(alerts: Sequence[Alert]) -> Alert:
    changes = {stored.id: stored for alert in alerts for stored in alert.changes}
    return replace(alerts[0], changes=tuple(changes[number] for number in sorted(changes)))


def _free_at(sent: Sequence[datetime], bound: int) -> datetime:
    """When the hour has room for one mail more than these."""
    return sorted(sent)[-bound] + _HOUR
