"""Writes the mail of each alert of a round: with who sends it, what the archive knows besides, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from typing import Final

from alerts.asides import asides_for
from alerts.rendering import Form, render
from alerts.sight import DIGESTS, sight
from monitor.addresses import is_service
from monitor.types import Alert, Subscription
from storage import Archive
from storage.rows import SourceStatus

_CHAT: Final = 6_000
"""Bytes of what a chat service gets: headers of a quarter, and a text that is read in a window beside others."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How mails are written: who sends them, and where they lead."""

    sender: str
    reply_to: str = ""
    """Where answers go, and a mail by which somebody leaves; empty: to the sender, and there is no such mail."""
    home: str = ""
    """The archive's folder, named where no pages are served."""
    address: str = ""
    """Where the pages are served; empty links nowhere."""
    unsubscribe: Callable[[str, str], str] | None = None
    """The https: address at which a recipient (first) leaves a subscription (second) with one click."""
    limit: int = 100_000
    """Bytes of one mail. Gmail cuts the view of a longer HTML part off at 102 kB."""


class Correspondent:
    """Writes the alerts of one round at one moment."""

    def __init__(
        self, archive: Archive, letterbox: Letterbox, subscriptions: Sequence[Subscription], now: datetime
    ) -> None:
        self._archive, self._letterbox = archive, letterbox
        self._subscriptions, self._now = subscriptions, now
        self.limit = letterbox.limit

    def write(self, alert: Alert, form: Form, limit: int) -> EmailMessage:
        """The alert as a mail, shortened for a chat service. Raises RecipientRefused, ConfigurationError."""
        box = self._letterbox
        service = is_service(alert.recipient)
        leave = box.unsubscribe(alert.recipient, alert.subscription) if box.unsubscribe and not service else ""
        return render(
            alert,
            box.sender,
            box.home,
            reply_to=box.reply_to,
            address=box.address,
            unsubscribe=leave,
            form=Form.TEXT if service and form is Form.FULL else form,
            limit=min(limit, _CHAT) if service else limit,
            zones=self._zones,
            asides=asides_for(alert, self._archive),
            sight=self._digests.get(alert.subscription, ""),
        )

    @cached_property
    def _statuses(self) -> tuple[SourceStatus, ...]:
        return self._archive.sources()

    @cached_property
    def _zones(self) -> Mapping[str, str]:
        """Time zones by source."""
        return {status.source.slug: status.source.timezone for status in self._statuses}

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        """How well the sources are seen, by the subscription whose digests say so."""
        digests = (one for one in self._subscriptions if one.rhythm in DIGESTS)
        return {one.name: sight(self._statuses, one, self._now) for one in digests}
