"""The outbox: changes that nobody was told become alerts, alerts that are due are sent, and every attempt is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerts.asides import Aside, asides_for
from alerts.matching import matches
from alerts.rendering import SMALLEST_LIMIT, render
from alerts.rhythm import LONGEST_DELAY, next_due, retry_after
from alerts.sight import DIGESTS, sight
from alerts.transports import ServerUnavailable, Transport
from monitor.errors import ConfigurationError, DeliveryError, MessageTooLarge, RecipientRefused
from monitor.types import Alert, AlertState, Delivery, Rhythm, StoredChange, Subscription
from storage import Archive

_EAGERNESS: Final = (Rhythm.AT_ONCE, Rhythm.HOURLY, Rhythm.DAILY, Rhythm.WEEKLY)
"""A recipient is told of a change once: by the subscription that tells it first."""


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


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How mails are written: who sends them, and what their footers name."""

    sender: str
    home: str = ""
    unsubscribe: str = ""
    limit: int = 100_000
    """Bytes of one mail. Gmail cuts the view of a longer HTML part off at 102 kB."""


def collect(archive: Archive, subscriptions: Sequence[Subscription], now: datetime) -> int:
    """Match the changes that each subscription has not seen yet, and put an alert for each recipient into the outbox.

    All in one transaction: after a crash either every change was taken once or none was. Run again it adds nothing.
    Returns the number of alerts made or added to.
    """
    made = 0
    with archive.together():
        for subscription in sorted(subscriptions, key=lambda one: _EAGERNESS.index(one.rhythm)):
            untold = archive.untold(subscription.name)
            if not untold:
                continue
            upto = max(stored.id for stored in untold)
            wanted = [stored for stored in untold if matches(subscription, stored)]
            due_at = next_due(subscription, now)
            for bundle in bundles(subscription, wanted):
                for recipient in subscription.recipients:
                    changes = [stored.id for stored in bundle]
                    alert = archive.make_alert(subscription.name, recipient, changes, due_at, now, upto)
                    made += alert is not None
            archive.move_cursor(subscription.name, upto)
    return made


def bundles(subscription: Subscription, changes: Sequence[StoredChange]) -> list[list[StoredChange]]:
    """Changes that go out together: at once, those of one source; in a digest, all."""
    if subscription.rhythm is not Rhythm.AT_ONCE:
        return [list(changes)] if changes else []
    by_source: dict[str, list[StoredChange]] = {}
    for stored in changes:
        by_source.setdefault(stored.change.source, []).append(stored)
    return list(by_source.values())


async def send_due(
    archive: Archive,
    transport: Transport,
    sender: str,
    now: datetime,
    *,
    home: str = "",
    unsubscribe: str = "",
    limit: int = 100_000,
    subscriptions: Sequence[Subscription] = (),
) -> SendReport:
    """Send every alert that is due, each recorded before the next is tried; one that fails blocks no other.

    Only a server that cannot be used at all ends the round: what is left stays due, untouched. See `render` for
    `home`, `unsubscribe` and `limit`. The digests among the `subscriptions` say how well the sources are seen.
    """
    letterbox = Letterbox(sender, home, unsubscribe, limit)
    due = archive.due_alerts(now)
    statuses = archive.sources() if due else ()
    zones = {status.source.slug: status.source.timezone for status in statuses}
    digests = {one.name: sight(statuses, one, now) for one in subscriptions if one.rhythm in DIGESTS} if due else {}
    outcomes: list[_Attempt] = []
    left = 0
    try:
        for index, alert in enumerate(due):
            if not archive.claim(alert.id, now):
                continue
            attempt = await _try(alert, archive, transport, letterbox, _Surroundings(zones, digests), now)
            delivery = Delivery(alert.id, now, transport.name, attempt.outcome, attempt.detail)
            archive.delivered(delivery, state=attempt.state, subject=attempt.subject, retry_at=attempt.retry_at)
            outcomes.append(attempt)
            if attempt.ends_round:
                left = len(due) - index - 1
                break
    finally:
        await transport.close()
    return SendReport(
        sent=sum(one.state is AlertState.SENT for one in outcomes),
        deferred=sum(one.state is AlertState.PENDING for one in outcomes) + left,
        refused=sum(one.state is AlertState.FAILED for one in outcomes),
        problems=tuple(one.detail for one in outcomes if one.state is not AlertState.SENT),
        subjects=tuple(one.subject for one in outcomes if one.state is AlertState.SENT),
    )


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What mails say of the sources at large."""

    zones: Mapping[str, str]
    """Time zones by source."""
    digests: Mapping[str, str]
    """How well the sources are seen, by the subscription whose digests say so."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    state: AlertState
    detail: str = ""
    subject: str = ""
    retry_at: datetime | None = None
    ends_round: bool = False

    @property
    def outcome(self) -> str:
        return {AlertState.SENT: "sent", AlertState.FAILED: "refused"}.get(self.state, "deferred")


async def _try(
    alert: Alert, archive: Archive, transport: Transport, letterbox: Letterbox, around: _Surroundings, now: datetime
) -> _Attempt:
    try:
        subject = await _send(alert, transport, letterbox, around, asides_for(alert, archive))
    except RecipientRefused as refusal:
        return _Attempt(AlertState.FAILED, str(refusal))
    except MessageTooLarge as refusal:
        return _Attempt(AlertState.FAILED, f"Even the shortest mail was too large: {refusal}")
    except (ServerUnavailable, ConfigurationError) as failure:
        # No fault of this alert: it waits for as long as it takes, for loss is never acceptable.
        delay = retry_after(alert.attempts + 1) or LONGEST_DELAY
        return _Attempt(AlertState.PENDING, str(failure), retry_at=now + delay, ends_round=True)
    except DeliveryError as failure:
        return _deferred(alert, str(failure), now)
    except Exception as failure:  # noqa: BLE001 - a mail that we cannot write must not keep the others from going out
        return _deferred(alert, f"The mail could not be made ({type(failure).__name__}: {failure}); report this.", now)
    return _Attempt(AlertState.SENT, subject=subject)


def _deferred(alert: Alert, detail: str, now: datetime) -> _Attempt:
    delay = retry_after(alert.attempts + 1)
    if delay is None:
        given_up = f"Given up after {alert.attempts + 1} attempts over {_days(now - alert.due_at)}: {detail}"
        return _Attempt(AlertState.FAILED, given_up)
    return _Attempt(AlertState.PENDING, detail, retry_at=now + delay)


def _days(waited: timedelta) -> str:
    days = max(1, round(waited / timedelta(days=1)))
    return "one day" if days == 1 else f"{days} days"


async def _send(
    alert: Alert,
    transport: Transport,
    letterbox: Letterbox,
    around: _Surroundings,
    asides: Mapping[int, Sequence[Aside]],
) -> str:
    """Send the alert, shorter and shorter where the server finds it too large. Returns its subject."""
    limit = letterbox.limit
    while True:
        message = render(
            alert,
            letterbox.sender,
            letterbox.home,
            limit=limit,
            zones=around.zones,
            unsubscribe=letterbox.unsubscribe,
            asides=asides,
            sight=around.digests.get(alert.subscription, ""),
        )
        try:
            await transport.send(message, alert.recipient)
        except MessageTooLarge:
            if limit <= SMALLEST_LIMIT:
                raise
            limit = max(SMALLEST_LIMIT, min(limit, len(message.as_bytes())) // 3)
        else:
            return str(message["Subject"])
