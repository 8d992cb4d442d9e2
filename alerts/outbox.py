"""The outbox: changes that nobody was told become alerts, alerts that are due are sent, and every attempt is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.attempt import Attempt, Writer, attempt
from alerts.matching import matches
from alerts.pacing import disturbs, due_at, paced
from alerts.transports import Transport
from monitor.addresses import is_service, name_of
from monitor.types import Alert, AlertState, Delivery, Rhythm, StoredChange, Subscription
from storage import Archive


@dataclass(frozen=True, slots=True)
class SendReport:
    """What came of one round. `problems` are sentences, one for each alert that was not sent."""

    sent: int = 0
    deferred: int = 0
    """Still in the outbox, to be tried again."""
    refused: int = 0
    """Given up: in the outbox as failed, with the reason."""
    problems: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    """Of the mails that were sent, in their order."""

    @property
    def failed(self) -> bool:
        """Whether something was not accepted, for now or for good."""
        return bool(self.deferred or self.refused)


def collect(archive: Archive, subscriptions: Sequence[Subscription], now: datetime) -> int:
    """Match the changes that each subscription has not seen yet, and put an alert for each recipient into the outbox.

    All in one transaction: after a crash either every change was taken once or none was. Run again it adds nothing.
    Returns the number of alerts made or added to.
    """
    made = 0
    with archive.together():
        # A recipient is told of a change once: by the subscription that tells it first.
        for subscription in sorted(subscriptions, key=lambda one: due_at(one, (), now)):
            untold = archive.untold(subscription.name)
            if not untold:
                continue
            upto = max(stored.id for stored in untold)
            wanted = [stored for stored in untold if matches(subscription, stored)]
            for bundle in bundles(subscription, wanted):
                due = due_at(subscription, bundle, now)
                changes = [stored.id for stored in bundle]
                for recipient in subscription.recipients:
                    alert = archive.make_alert(subscription.name, name_of(recipient), changes, due, now, upto)
                    made += alert is not None
            archive.move_cursor(subscription.name, upto)
    return made


def bundles(subscription: Subscription, changes: Sequence[StoredChange]) -> list[list[StoredChange]]:
    """Changes that go out together: at once, those of one source; in a digest, all. What is told in quiet hours too
    takes nothing with it that is not."""
    found: dict[tuple[str, bool], list[StoredChange]] = {}
    for stored in changes:
        source = stored.change.source if subscription.rhythm is Rhythm.AT_ONCE else ""
        found.setdefault((source, disturbs(subscription, stored.change)), []).append(stored)
    return list(found.values())


async def send_due(
    archive: Archive,
    transport: Transport,
    writer: Writer,
    now: datetime,
    *,
    subscriptions: Sequence[Subscription] = (),
    again: int | None = None,
) -> SendReport:
    """Send every alert that is due, each recorded before the next is tried; one that fails blocks no other.

    Only a server that cannot be used at all ends the round for those that would go by it: what is left stays due,
    untouched. The `subscriptions` say who is left in peace when, and hold the addresses of chat services, which the
    archive does not know. `again` is an alert that goes out whatever the hour.
    """
    addresses = {name_of(recipient): recipient for one in subscriptions for recipient in one.recipients}
    outcomes: list[Attempt] = []
    closed: set[bool] = set()
    left = 0
    try:
        for alert in paced(archive, subscriptions, now, again):
            service = is_service(alert.recipient)
            if service in closed:
                left += 1
                continue
            if not archive.claim(alert.id, now):
                continue
            made = await _attempt(alert, writer, transport, addresses, now)
            _keep(archive, alert, made, "apprise" if service else transport.name, now)
            outcomes.append(made)
            if made.ends_round:
                closed.add(service)
    finally:
        await transport.close()
    return SendReport(
        sent=sum(one.state is AlertState.SENT for one in outcomes),
        deferred=sum(one.state is AlertState.PENDING for one in outcomes) + left,
        refused=sum(one.state is AlertState.FAILED for one in outcomes),
        problems=tuple(one.detail for one in outcomes if one.state is not AlertState.SENT),
        subjects=tuple(one.subject for one in outcomes if one.state is AlertState.SENT),
    )


async def _attempt(
    alert: Alert, writer: Writer, transport: Transport, addresses: Mapping[str, str], now: datetime
) -> Attempt:
    address = addresses.get(alert.recipient, "") if is_service(alert.recipient) else alert.recipient
    if not address:
        gone = f"{alert.recipient} is no longer in onnotice.toml; add it and run `onnotice send --again {alert.id}`."
        return Attempt(AlertState.FAILED, gone)
    return await attempt(alert, writer, transport, address, now)


def _keep(archive: Archive, alert: Alert, made: Attempt, transport: str, now: datetime) -> None:
    with archive.together():
        delivery = Delivery(alert.id, now, transport, made.outcome, made.detail)
        archive.delivered(delivery, state=made.state, subject=made.subject, retry_at=made.retry_at)
        if made.unreachable:
            archive.count_return(alert.recipient, now, made.detail)
