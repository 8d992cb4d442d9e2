"""One attempt to send one alert: in full, and where a server will not have that, ever smaller and plainer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final, Protocol

from alerts.rendering import SMALLEST_LIMIT, Form
from alerts.rhythm import LONGEST_DELAY, retry_after
from alerts.transports import ServerUnavailable, Transport
from monitor.errors import ConfigurationError, DeliveryError, MessageRefused, MessageTooLarge, RecipientRefused
from monitor.types import Alert, AlertState

_PLAINER: Final = {Form.FULL: Form.TEXT, Form.TEXT: Form.BARE}
_SAID: Final = {
    Form.FULL: "a shorter mail",
    Form.TEXT: "the text alone",
    Form.BARE: "the subject with the way to the rest",
}


class Writer(Protocol):
    """Writes the mail of an alert."""

    limit: int
    """Bytes of one mail."""

    def write(self, alert: Alert, form: Form, limit: int) -> EmailMessage:
        """The alert in that form, in as many bytes at most. The same alert always has the same Message-ID."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it."""

    state: AlertState
    detail: str = ""
    subject: str = ""
    retry_at: datetime | None = None
    ends_round: bool = False
    """Whether the others need not be tried by the same way now."""
    unreachable: bool = False
    """Whether the server refuses this recipient for good."""

    @property
    def outcome(self) -> str:
        """As the ledger of deliveries says it."""
        return {AlertState.SENT: "sent", AlertState.FAILED: "refused"}.get(self.state, "deferred")


async def attempt(alert: Alert, writer: Writer, transport: Transport, address: str, now: datetime) -> Attempt:
    """Send an alert to an address. Raises nothing: whatever happens is an outcome."""
    try:
        return await _send(alert, writer, transport, address)
    except RecipientRefused as refusal:
        return Attempt(AlertState.FAILED, str(refusal), unreachable=True)
    except (ServerUnavailable, ConfigurationError) as failure:
        # No fault of this alert: it waits for as long as it takes, for loss is never acceptable.
        delay = retry_after(alert.attempts + 1) or LONGEST_DELAY
        return Attempt(AlertState.PENDING, str(failure), retry_at=now + delay, ends_round=True)
    except DeliveryError as failure:
        return _deferred(alert, str(failure), now)
    except Exception as failure:  # noqa: BLE001 - a mail that we cannot write must not keep the others from going out
        return _deferred(alert, f"The mail could not be made ({type(failure).__name__}: {failure}); report this.", now)


async def _send(alert: Alert, writer: Writer, transport: Transport, address: str) -> Attempt:
    """In full; shorter where the server finds it too large, plainer where it refuses what it says or nothing shorter
    can be written. What the ledger keeps of it is why the mail is not the full one."""
    form, limit, detail = Form.FULL, writer.limit, ""
    while True:
        message = writer.write(alert, form, limit)
        try:
            await transport.send(message, address)
        except MessageTooLarge as refusal:
            size = min(limit, len(message.as_bytes()))
            smaller = min(refusal.most or size // 3, size - 1)
            if form is Form.FULL and limit > SMALLEST_LIMIT:
                limit = max(SMALLEST_LIMIT, smaller)
            elif form in _PLAINER:
                form = _PLAINER[form]
            else:
                raise DeliveryError(f"Even the shortest mail was too large: {refusal}") from refusal
            detail = f"Sent as {_SAID[form]}: {refusal}"
        except MessageRefused as refusal:
            if form not in _PLAINER:
                raise
            form = _PLAINER[form]
            detail = f"Sent as {_SAID[form]}: {refusal}"
        else:
            return Attempt(AlertState.SENT, detail, subject=str(message["Subject"]))


def _deferred(alert: Alert, detail: str, now: datetime) -> Attempt:
    delay = retry_after(alert.attempts + 1)
    if delay is None:
        given_up = f"Given up after {alert.attempts + 1} attempts over {_days(now - alert.due_at)}: {detail}"
        return Attempt(AlertState.FAILED, given_up)
    return Attempt(AlertState.PENDING, detail, retry_at=now + delay)


def _days(waited: timedelta) -> str:
    days = max(1, round(waited / timedelta(days=1)))
    return "one day" if days == 1 else f"{days} days"
